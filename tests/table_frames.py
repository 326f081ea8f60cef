"""Frames of a declared table with values that fit it, values that do not, and nulls: for laws about checking."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import polars as pl
from hypothesis import strategies as st

from recordkit import declarations, issues, tables
from recordkit.issues import Stage
from recordkit.tables import Column, Table

TABLES = tables.load([declarations.PACKAGED])
RULES = issues.catalogue([declarations.PACKAGED])

FITTING = {"cnic": "35202-1234567-1", "phone": "+923001234567", "district_pcode": "PK601"}
POOLS: dict[str, list[Any]] = {
    "string": ["a", "A", "2026-07", "35202-1234567-2", "male", "case", None],
    "int32": [-1, 0, 1, 17, 30, 2026, 3000, None],
    "int64": [-1, 0, 1, 2, None],
    "float64": [0.0, 0.5, 1.5, float("nan"), None],
    "bool": [True, False, None],
    "date": [dt.date(2026, 1, 1), dt.date(2026, 7, 3), dt.date(2024, 2, 29), None],
    "list<string>": [[], ["a"], ["a", None], None],
    "source_rows": [[], None],
    "references": [[], None],
    "cells": [[], [{"column": "c", "value": None}], None],
}


def pool(column: Column) -> list[Any]:
    """Values that fit the column, values that do not, and null."""
    return [*column.values, FITTING.get(column.name), *POOLS[column.type]]


def frames(table: Table, stage: Stage, extra: Sequence[issues.Derived]) -> st.SearchStrategy[pl.DataFrame]:
    """Frames of the table's schema; `row` (or the first source row) is the position in the frame where there is one."""
    columns = {column.name: st.sampled_from(pool(column)) for column in table.at(stage)}
    derived = {one.column: st.sampled_from(POOLS[one.type]) for one in extra}

    def build(rows: list[dict[str, Any]]) -> pl.DataFrame:
        schema = dict(table.polars(stage)) | {one.column: tables.TYPES[one.type] for one in extra}
        frame = pl.DataFrame(rows, schema=schema)
        at = pl.int_range(pl.len(), dtype=pl.Int64)
        if "row" in frame.columns:
            return frame.with_columns(at.alias("row"))
        if "source_rows" not in frame.columns:
            return frame
        place = pl.struct(file_sha256=pl.lit("f"), sheet=pl.lit(""), row=at)
        return frame.with_columns(pl.concat_list(place).alias("source_rows"))

    return st.lists(st.fixed_dictionaries({**columns, **derived}), max_size=8).map(build)
