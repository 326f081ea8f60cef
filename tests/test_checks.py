"""Pandera is the declaration, the fused query is what runs: both find the same, and nothing switches them off."""

import datetime as dt
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from recordkit import checks, declarations, issues, tables
from recordkit.errors import BrokenLaw, DeclarationError
from recordkit.issues import Stage
from recordkit.tables import Column, Table
from tried import examples

DIRS = [declarations.PACKAGED]
TABLES = tables.load(DIRS)
RULES = issues.catalogue(DIRS)
ROW_STAGE = [name for name, table in TABLES.items() if table.record_key]
BY_RECORD = ("cases", "charges", "persons")

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
    """Frames of the table's schema; `row` (or the first source row) is the position in the frame."""
    columns = {column.name: st.sampled_from(pool(column)) for column in table.at(stage)}
    derived = {one.column: st.sampled_from(POOLS[one.type]) for one in extra}

    def build(rows: list[dict[str, Any]]) -> pl.DataFrame:
        schema = dict(table.polars(stage)) | {one.column: tables.TYPES[one.type] for one in extra}
        frame = pl.DataFrame(rows, schema=schema)
        at = pl.int_range(pl.len(), dtype=pl.Int64)
        if "row" in frame.columns:
            return frame.with_columns(at.alias("row"))
        place = pl.struct(file_sha256=pl.lit("f"), sheet=pl.lit(""), row=at)
        return frame.with_columns(pl.concat_list(place).alias("source_rows"))

    return st.lists(st.fixed_dictionaries({**columns, **derived}), max_size=8).map(build)


def found_by_pandera(frame: pl.DataFrame, table: Table, stage: Stage) -> list[tuple[int, str]]:
    from pandera.config import ValidationDepth, config_context
    from pandera.errors import SchemaErrors

    names = {"not_nullable": "RK518", "multiple_fields_uniqueness": "RK520", "field_uniqueness": "RK520"}
    try:
        with config_context(validation_enabled=True, validation_depth=ValidationDepth.SCHEMA_AND_DATA):
            table.pandera(stage, RULES).validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases.select("index", "check").rows()
        return sorted((at, names.get(check, check)) for at, check in cases)
    return []


def found_by_us(frame: pl.DataFrame, table: Table, stage: Stage) -> list[tuple[int, str]]:
    origin = checks._Origin(table, stage, {})
    both = [
        checks._wrong_rows(frame.lazy(), table.checks(stage, RULES), origin),
        checks._not_unique(frame.lazy(), table.keys(stage), origin),
    ]
    return sorted(issues.concat(both).select("row", "code").rows())


@pytest.mark.parametrize(
    ("name", "stage"),
    [*((name, "standardise") for name in ROW_STAGE), ("cases", "compile"), ("persons", "compile")],
)
@examples(25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_the_fused_query_finds_what_pandera_finds(data: st.DataObject, name: str, stage: Stage) -> None:
    table = TABLES[name]
    frame = data.draw(frames(table, stage, table.derived(stage, RULES)))
    assert found_by_us(frame, table, stage) == found_by_pandera(frame, table, stage)


def batch(name: str, /, **columns: list[Any]) -> pl.DataFrame:
    """A frame of the stage standardise; the required columns are filled where they are not given."""
    height = len(next(iter(columns.values())))
    fill: dict[str, Any] = {
        "record_id": [f"R{at}" for at in range(height)],
        "mention_ref": [f"R{at}:accused:0" for at in range(height)],
        "row": list(range(2, 2 + height)),
    }
    single = {
        "file_sha256": "f", "sheet": "", "part": 0, "agency": "x", "format": "y", "stage": "case", "role": "accused",
        "is_modifier": False, "is_crime": True, "is_total": False, "unit": "case", "source": "a.csv",
        "fir_no": "1", "police_station": "City", "name": "Aslam",
    }  # fmt: skip
    fill |= {column: [value] * height for column, value in single.items()}
    known = TABLES[name].polars("standardise")
    data = {column: columns.get(column, fill.get(column)) for column in known if column in columns or column in fill}
    return tables.conform(pl.DataFrame(data, schema_overrides=known), TABLES[name], "standardise")


def clean(**columns: list[Any]) -> dict[str, pl.DataFrame]:
    return {"cases": batch("cases", **columns), "charges": batch("charges", section=["302"])}


def test_clean_rows_have_no_findings() -> None:
    assert checks.check(clean(row=[2]), TABLES, RULES).height == 0


def test_a_finding_names_place_header_field_rule_severity_and_what_the_sender_wrote() -> None:
    days = {"registered_on": [dt.date(2026, 7, 3)], "occurred_from": [dt.date(2026, 7, 9)]}
    raw = {"registered_on_raw": ["3/7/26"], "occurred_on_raw": ["9/7/26"]}
    found = checks.check(clean(row=[7], **days, **raw), TABLES, RULES, headers={"registered_on": "FIR Date"})
    assert found.columns == list(issues.ISSUE_SCHEMA)
    assert found.row(0, named=True) == {
        "file_sha256": "f", "sheet": "", "row": 7, "column": "FIR Date", "field": "registered_on", "code": "RK401",
        "severity": "flag", "value": "3/7/26 | 9/7/26", "detail": None, "suggestion": None,
    }  # fmt: skip


def test_of_masked_fields_only_the_first_is_kept_as_value() -> None:
    people = batch("persons", cnic=["35202-1234567-1"], cnic_raw=["3520212345671"], sex=["female"])
    found = checks.check({"persons": people}, TABLES, RULES, headers={"accused_cnic": "CNIC of Accused"})
    assert found.select("code", "column", "value").rows() == [("RK404", "CNIC of Accused", "3520212345671")]


def test_rules_across_tables_see_the_rows_of_their_own_record_only() -> None:
    pair = {"record_id": ["R0", "R1"], "row": [2, 3]}
    given = {
        "cases": batch("cases", **pair),
        "charges": batch("charges", record_id=["R1"], is_modifier=[True], section=["34"]),
    }
    found = checks.check(given, TABLES, RULES)
    assert sorted(found.select("row", "code").rows()) == [(2, "RK410"), (3, "RK411")]


def test_without_the_other_table_nothing_is_said_about_it() -> None:
    assert checks.check({"cases": batch("cases", row=[2])}, TABLES, RULES).height == 0


def test_two_records_with_one_key_are_both_named() -> None:
    found = checks.check(clean(record_id=["R0", "R1", "R0"]), TABLES, RULES).filter(pl.col("code") == "RK520")
    assert found.select("row", "severity").rows() == [(2, "reject"), (4, "reject")]


@examples(20)
@given(data=st.data(), cut=st.integers(0, 8))
def test_a_batch_in_two_parts_has_the_same_findings(data: st.DataObject, cut: int) -> None:
    table = TABLES["persons"]
    whole = data.draw(frames(table, "standardise", [])).with_columns(
        pl.format("R{}", pl.int_range(pl.len())).alias("mention_ref")
    )
    parts = [checks.check({"persons": part}, TABLES, RULES) for part in (whole[:cut], whole[cut:])]
    together = checks.check({"persons": whole}, TABLES, RULES)
    order = ["row", "code", "field"]
    assert pl.concat(parts).sort(order, nulls_last=True).equals(together.sort(order, nulls_last=True))


@pytest.mark.parametrize(
    "broken",
    [
        lambda frame: frame.drop("district"),
        lambda frame: frame.with_columns(colour=pl.lit("red")),
        lambda frame: frame.with_columns(pl.col("fir_year").cast(pl.String)),
        lambda frame: frame.select(reversed(frame.columns)),
    ],
    ids=["missing", "unknown", "wrong type", "wrong order"],
)
@pytest.mark.parametrize("lazy", [False, True])
def test_a_frame_without_its_declared_columns_breaks_a_law(broken: Any, lazy: bool) -> None:
    frame = broken(batch("cases", row=[2]))
    with pytest.raises(BrokenLaw, match="table cases at stage standardise"):
        checks.check({"cases": frame.lazy() if lazy else frame}, TABLES, RULES)


def test_the_message_of_a_broken_law_holds_no_value() -> None:
    frame = batch("persons", name=["Muhammad Aslam"]).with_columns(pl.col("age").cast(pl.String))
    with pytest.raises(BrokenLaw) as caught:
        checks.check({"persons": frame}, TABLES, RULES)
    assert "Aslam" not in caught.value.what


def test_a_lazy_frame_is_checked_like_a_data_frame() -> None:
    days = {"registered_on": [dt.date(2026, 7, 3)], "occurred_from": [dt.date(2026, 7, 9)]}
    given = clean(row=[7], **days)
    lazy = {name: frame.lazy() for name, frame in given.items()}
    assert checks.check(lazy, TABLES, RULES).equals(checks.check(given, TABLES, RULES))


def test_the_edition_is_checked_too_and_its_findings_point_to_the_first_source_row() -> None:
    rows = [[{"file_sha256": "f", "sheet": "Cases", "row": 9}], [{"file_sha256": "f", "sheet": "Cases", "row": 10}]]
    ids = {"mention_id": ["M" + "0" * 16, "M" + "1" * 16], "case_id": ["C" + "0" * 16] * 2}
    mentions = pl.DataFrame(
        {**ids, "person_id": ["P" + "0" * 16] * 2, "role": ["accused", "victim"], "means": [None, "fraud"],
         "mention_refs": [["R0:accused:0"], ["R1:victim:0"]], "source_rows": rows}
    )  # fmt: skip
    frame = tables.conform(mentions, TABLES["persons"], "compile")
    found = checks.check({"persons": frame.lazy()}, TABLES, RULES, "compile")
    assert found.select("sheet", "row", "code").rows() == [("Cases", 9, "RK413")]


SWITCHED_OFF = """
import sys
sys.path.insert(0, {tests!r})
from test_checks import *
frame = batch("cases", stage=["bad"], registered_on=[dt.date(2026, 7, 3)], occurred_from=[dt.date(2026, 7, 9)])
assert sorted(checks.check({{"cases": frame}}, TABLES, RULES)["code"]) == ["RK401", "RK519"]
try:
    checks.check({{"cases": frame.drop("row")}}, TABLES, RULES)
except BrokenLaw:
    print("checked")
"""


def test_no_environment_variable_switches_validation_off() -> None:
    code = SWITCHED_OFF.format(tests=str(declarations.Path(__file__).parent))
    environment = {"PANDERA_VALIDATION_ENABLED": "False", "PANDERA_VALIDATION_DEPTH": "SCHEMA_ONLY", "PATH": ""}
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False)
    assert done.stdout == "checked\n", done.stderr


def test_a_condition_that_cannot_be_computed_is_named_and_no_value_is() -> None:
    broken = RULES["RK404"].model_copy(update={"condition": "CAST(name AS INTEGER) > 3"})
    rules = issues.Rules({**RULES.by_code, "RK404": broken}, RULES.derived)
    with pytest.raises(DeclarationError, match="rule RK404 cannot be computed") as caught:
        checks.check({"persons": batch("persons", name=["Aslam"])}, TABLES, rules)
    assert "Aslam" not in caught.value.what


@pytest.mark.parametrize(
    "change", [{"value": "MAX(CAST(name AS INTEGER))"}, {"where": "CAST(name AS INTEGER) > 1"}, {"empty": "nowhere"}]
)
def test_a_derived_column_that_cannot_be_computed_is_named_and_no_value_is(change: dict[str, str]) -> None:
    declared = next(one for one in RULES.derived if one.table == "cases").model_copy(update={"source": "persons"})
    broken = issues.Rules(RULES.by_code, (declared.model_copy(update=change),))
    given = clean(fir_no=["1"]) | {"persons": batch("persons", name=["Aslam"], role=["victim"])}
    with pytest.raises(DeclarationError, match=declared.column) as caught:
        checks.check(given, TABLES, broken)
    assert "Aslam" not in caught.value.what


def test_a_condition_that_is_no_truth_is_an_error_of_the_declaration() -> None:
    broken = RULES["RK404"].model_copy(update={"condition": "name"})
    rules = issues.Rules({"RK404": broken}, RULES.derived)
    with pytest.raises(DeclarationError, match="RK404"):
        checks.check({"persons": batch("persons", name=["Aslam"])}, TABLES, rules)
