"""Findings of typed frames: what Pandera finds, at the place and in the words of the sender; nothing switches it off."""

import datetime as dt
import subprocess
import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordkit import checks, issues, tables
from recordkit.errors import BrokenLaw, DeclarationError, RecordkitError
from table_frames import RULES, TABLES, frames
from tried import examples


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
def test_a_frame_without_its_declared_columns_breaks_a_law(broken: Any) -> None:
    with pytest.raises(BrokenLaw, match="table cases at stage standardise"):
        checks.check({"cases": broken(batch("cases", row=[2]))}, TABLES, RULES)


def test_the_message_of_a_broken_law_holds_no_value() -> None:
    frame = batch("persons", name=["Muhammad Aslam"]).with_columns(pl.col("age").cast(pl.String))
    with pytest.raises(BrokenLaw) as caught:
        checks.check({"persons": frame}, TABLES, RULES)
    assert "Aslam" not in caught.value.what


@pytest.mark.parametrize("name", ["cases", "charges"])
def test_a_lazy_frame_is_refused_in_words(name: str) -> None:
    given: dict[str, Any] = clean(row=[7])
    with pytest.raises(RecordkitError, match="LazyFrame") as caught:
        checks.check({**given, name: given[name].lazy()}, TABLES, RULES)
    assert "collect()" in caught.value.fix


def test_the_edition_is_checked_too_and_its_findings_point_to_the_first_source_row() -> None:
    rows = [[{"file_sha256": "f", "sheet": "Cases", "row": 9}], [{"file_sha256": "f", "sheet": "Cases", "row": 10}]]
    ids = {"mention_id": ["M" + "0" * 16, "M" + "1" * 16], "case_id": ["C" + "0" * 16] * 2}
    mentions = pl.DataFrame(
        {**ids, "person_id": ["P" + "0" * 16] * 2, "role": ["accused", "victim"], "means": [None, "fraud"],
         "mention_refs": [["R0:accused:0"], ["R1:victim:0"]], "source_rows": rows}
    )  # fmt: skip
    frame = tables.conform(mentions, TABLES["persons"], "compile")
    found = checks.check({"persons": frame}, TABLES, RULES, "compile")
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
    code = SWITCHED_OFF.format(tests=str(Path(__file__).parent))
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


def test_a_row_of_a_table_without_places_is_one_finding_each() -> None:
    row = {"period": "2026-07", "agency": "a", "unit": "case", "classification": "npb_head", "code": "Murder", "count": 0}
    frame = tables.conform(pl.DataFrame([row | {"period": "July"}, row]), TABLES["counts"], "compile")
    found = checks.check({"counts": frame}, TABLES, RULES, "compile").filter(code="RK519")
    assert sorted(found.select("field", "value").rows()) == [("count", "0"), ("count", "0"), ("period", "July")]
