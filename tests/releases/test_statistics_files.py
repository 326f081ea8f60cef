"""Files for Stata and SPSS read back equal to the CSV, with labels in both languages; a CSV can begin with its mark."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyreadstat
import pytest

from in_process import run

SIGNED = ("--approve", "A. Officer", "--second", "B. Officer")
ALSO = ("--also", "dta", "--also", "sav", "--also", "bom")
READERS = {"dta": pyreadstat.read_dta, "sav": pyreadstat.read_sav}


@pytest.fixture(scope="module")
def released(base: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    from release_stores import copied

    work = tmp_path_factory.mktemp("forms")
    done = run("release", copied(base, work / "store"), "--to", work / "out", "--microdata", "victims", *SIGNED, *ALSO)
    assert done.returncode == 0, done.stderr
    return work / "out"


@pytest.mark.parametrize("form", sorted(READERS))
@pytest.mark.parametrize("name", ["cases", "victims"])
def test_it_reads_back_equal(released: Path, form: str, name: str) -> None:
    frame, facts = READERS[form](released / f"{name}.{form}", output_format="polars", user_missing=True)
    csv = pl.read_csv(released / f"{name}.csv", infer_schema=False)
    assert frame.columns == csv.columns
    for column in csv.columns:
        labels = facts.variable_value_labels.get(column)
        read = frame[column].cast(pl.Int64)
        if labels:
            written = [labels[number].partition(":")[0].partition(" / ")[0] for number in read]
        else:
            written = [str(value).lower() if csv[column].is_in(["true", "false"]).all() else str(value) for value in read]
        expected = csv[column].replace({"true": "1", "false": "0"}).to_list()
        assert written == expected, column
    assert all(facts.column_labels)


def test_labels_are_in_both_languages_and_what_is_no_value_is_negative(released: Path) -> None:
    _, facts = pyreadstat.read_sav(released / "victims.sav", output_format="polars", user_missing=True)
    labels = facts.variable_value_labels["exploitation"]
    assert {label for number, label in labels.items() if number > 0} >= {"sexual: Sexual exploitation / جنسی"}
    assert {label for number, label in labels.items() if number < 0} <= {"Withheld", "Not stated"}
    assert {number for number in labels if number < 0} == {one["lo"] for one in facts.missing_ranges["exploitation"]}
    _, stata = pyreadstat.read_dta(released / "victims.dta", output_format="polars")
    assert stata.variable_value_labels["exploitation"] == labels


def test_the_csv_begins_with_a_mark_and_the_same_release_keeps_its_id(released: Path, root: Path, tmp_path: Path) -> None:
    assert (released / "cases.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    assert run("release", root, "--to", tmp_path / "plain", "--microdata", "victims", *SIGNED).returncode == 0
    plain = (tmp_path / "plain" / "cases.csv").read_bytes()
    assert (released / "cases.csv").read_bytes()[3:] == plain
    assert {path.name for path in (tmp_path / "plain").iterdir()} == {path.name for path in released.iterdir() if path.suffix not in (".dta", ".sav")}


def test_an_unknown_form_is_named(root: Path, tmp_path: Path) -> None:
    done = run("release", root, "--to", tmp_path / "out", "--microdata", "victims", "--also", "xls")
    assert done.returncode == 2
    assert "xls" in done.stderr
