"""The Pandera schema of a declared table: what validates every batch here, and what notebooks are handed."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import pandera.polars as pa
import polars as pl
from pandera.api.polars.types import PolarsData

from recordkit.conditions import expression
from recordkit.fused_backend import FusedBackend
from recordkit.issues import Rules, Stage
from recordkit.tables import NOT_ALLOWED, TYPES, Column, Table


class TableSchema(pa.DataFrameSchema):
    """A Pandera schema that FusedBackend validates: failure cases name rows, columns and rules, and hold no value."""

    @staticmethod
    def register_default_backends(check_obj_cls: type) -> None:
        """None: whatever Pandera is configured to (narwhals), this schema has the backend below."""

    def __repr__(self) -> str:
        return f"<TableSchema {self.name}: {len(self.columns)} columns, {len(self.checks)} rules>"


for _kind in (pl.DataFrame, pl.LazyFrame):  # a LazyFrame is refused in words
    TableSchema.register_backend(_kind, FusedBackend)


@lru_cache(maxsize=256)
def table_schema(table: Table, stage: Stage, rules: Rules) -> TableSchema:
    """`build`, once for the same declarations: it is asked for with every batch. Nobody may change what it returns."""
    return build(table, stage, rules)


def build(table: Table, stage: Stage, rules: Rules) -> TableSchema:
    """The schema of a frame of this stage: columns, types and order; required values, constraints, rules, the key.

    Every check carries the code of its rule in `error`. Columns summed up from other tables for the rules of this
    stage come last, and need not be there: without them, what they decide is not judged.
    """
    columns = {column.name: _column(column) for column in table.at(stage)}
    derived = {
        one.column: pa.Column(TYPES[one.type], nullable=True, required=False, description=one.doc)
        for one in table.derived(stage, rules)
    }
    return TableSchema(
        {**columns, **derived},
        checks=[
            recordkit_rule(rule.condition, rule.fields, error=rule.code, description=rule.why)
            for rule in rules.cross_field(table.name, stage)
        ],
        unique=list(table.keys(stage)) or None,
        strict=True,
        ordered=True,
        name=table.name,
        description=table.doc,
    )


def _column(column: Column) -> Any:
    metadata = {"personal": column.personal, "unit": column.unit, "vocabulary": column.vocabulary}
    return pa.Column(
        column.dtype,
        nullable=not column.required,
        checks=_constraints(column),
        description=column.doc,
        metadata={name: text for name, text in metadata.items() if text},
    )


def _constraints(column: Column) -> list[Any]:
    """What the declaration says about single values, in Pandera's own checks. Null is always fine here."""
    found = []
    if column.values:
        found.append(pa.Check.isin(list(column.values), error=NOT_ALLOWED))
    if column.pattern:
        found.append(pa.Check.str_matches(column.pattern, error=NOT_ALLOWED))
    if column.min is not None:
        found.append(pa.Check.ge(column.min, error=NOT_ALLOWED))
    if column.max is not None:
        found.append(pa.Check.le(column.max, error=NOT_ALLOWED))
    elif column.type == "float64":
        found.append(pa.Check.le(math.inf, error=NOT_ALLOWED))  # polars has NaN above every number
    return found


# ------------------------------------------------------------------------- rules about several columns


def _is_right(data: PolarsData, condition: str, fields: Sequence[str]) -> pl.LazyFrame:
    """Pandera's way to ask: true where the row is right. A rule says when it is wrong, and null is not wrong."""
    return data.lazyframe.select(expression(condition).fill_null(False).not_())


def recordkit_rule(condition: str, fields: Sequence[str] = (), **options: Any) -> Any:
    """A check of several columns: the row is wrong where the SQL `condition` is true. The first of `fields` is named.

    Registered as `pandera.polars.Check.recordkit_rule`, so that to_yaml writes it and from_yaml reads it back.
    """
    return pa.Check(_is_right, name="recordkit_rule", condition=condition, fields=list(fields), **options)


pa.Check.REGISTERED_CUSTOM_CHECKS.setdefault("recordkit_rule", recordkit_rule)
