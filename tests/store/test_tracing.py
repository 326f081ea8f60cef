"""From a figure to the rows it came from."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from store_frames import case, publish, sha, source, tables

from recordkit import store
from recordkit.errors import RecordkitError
from recordkit.store import tracing

MURDERS = {"unit": "case", "classification": "npb_head", "code": "Murder"}
CASES = [
    case("C1", [("june.csv", 2), ("july.csv", 9)]),
    case("C2", [("june.csv", 3)]),
    case("C3", [("june.csv", 4)], head="Robbery"),
]
INPUTS = [source("june.csv"), source("july.csv", "2026-07")]


def test_a_figure_is_walked_back_to_file_sheet_and_row(tmp_path: Path) -> None:
    publish(tmp_path, CASES, INPUTS)
    told, rows = tracing.figure(store.open_edition(tmp_path), {**MURDERS, "period": "2026-06"})
    assert told == 2
    assert rows.select("case_id", "name", "file_sha256", "row").rows() == [
        ("C1", "july.csv", sha("july.csv"), 9),
        ("C1", "june.csv", sha("june.csv"), 2),
        ("C2", "june.csv", sha("june.csv"), 3),
    ]


def test_a_case_is_walked_back_by_its_id(tmp_path: Path) -> None:
    edition = publish(tmp_path, CASES, INPUTS)
    assert tracing.record(edition, "C3").select("name", "row").rows() == [("june.csv", 4)]
    with pytest.raises(RecordkitError, match="no C9"):
        tracing.record(edition, "C9")
    with pytest.raises(RecordkitError, match="not the id"):
        tracing.record(edition, "x")


def test_a_figure_without_records_behind_it_is_an_error_not_an_answer(tmp_path: Path) -> None:
    wrong = tables(CASES)
    wrong["counts"] = wrong["counts"].with_columns(count=pl.col("count") + 1)
    edition = store.publish(tmp_path, wrong, inputs=INPUTS, schemas_sha256="s")
    assert edition is not None
    with pytest.raises(RecordkitError, match="figure is 3, but 2 records"):
        tracing.figure(edition, MURDERS)


@pytest.mark.parametrize("cell", [{"code": "Murder"}, {"unit": "case"}, {**MURDERS, "colour": "red"}])
def test_a_figure_must_be_said_exactly(tmp_path: Path, cell: dict[str, str]) -> None:
    edition = publish(tmp_path, CASES, INPUTS)
    with pytest.raises(RecordkitError):
        tracing.figure(edition, cell)


@pytest.mark.parametrize(
    ("slip", "meant"),
    [({"code": "Murdr"}, "code=Murder"), ({"period": "2026-60"}, "period=2026-06"), ({"unit": "cases"}, "unit=case")],
)
def test_a_value_that_stands_nowhere_is_an_error_with_the_nearest_and_no_figure_of_0(
    tmp_path: Path, slip: dict[str, str], meant: str
) -> None:
    edition = publish(tmp_path, CASES, INPUTS)
    with pytest.raises(RecordkitError) as refused:
        tracing.figure(edition, {**MURDERS, **slip})
    assert (refused.value.exit_code, refused.value.fix) == (2, f"Did you mean {meant}?")


def test_people_are_walked_back_to_the_rows_that_name_them(tmp_path: Path) -> None:
    people = pl.DataFrame(
        {
            "mention_id": ["M1", "M2"], "case_id": ["C1", "C1"], "person_id": ["P1", "P2"],
            "role": ["victim", "accused"],
            "source_rows": [[{"file_sha256": sha("july.csv"), "sheet": "", "row": 9}]] * 2,
        }
    )  # fmt: skip
    given = tables(CASES)
    victims = given["counts"].filter(code="Murder").with_columns(unit=pl.lit("victim"), count=pl.lit(1, pl.Int64))
    given = {**given, "persons": people, "counts": pl.concat([given["counts"], victims])}
    edition = store.publish(tmp_path, given, inputs=INPUTS, schemas_sha256="s")
    assert edition is not None
    told, rows = tracing.figure(edition, {**MURDERS, "unit": "victim"})
    assert told == 1
    assert rows.select("mention_id", "name", "row").rows() == [("M1", "july.csv", 9)]
    assert tracing.record(edition, "P2")["mention_id"].to_list() == ["M2"]
