"""Every file of the sample inbox that cannot be read, and what its sender is told."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest

from in_process import run

SAMPLES = Path(__file__).resolve().parents[2] / "sample_data"
FILES = list(csv.DictReader((SAMPLES / "truth" / "files.csv").open(encoding="utf-8")))
UNREADABLE = [row for row in FILES if row["code"] and not row["duplicate_of"]]


def test_there_are_planted_files_to_try() -> None:
    assert len(UNREADABLE) >= 3


@pytest.mark.parametrize("row", UNREADABLE, ids=lambda row: row["code"])
def test_a_file_that_cannot_be_read_is_named_with_what_where_why_and_how_to_fix(row: dict[str, str]) -> None:
    path = SAMPLES / "inbox" / row["file"]
    done = run("validate", path, "--format", "text")
    assert done.returncode == 3, done.stdout
    assert row["code"] in done.stdout
    assert path.name in done.stdout
    assert "Fix:" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def _identifiers() -> set[str]:
    """Every CNIC and phone number of the invented people, as written anywhere in the inbox."""
    with gzip.open(SAMPLES / "truth" / "cells.csv.gz", "rt", encoding="utf-8", newline="") as handle:
        cells = [row for row in csv.DictReader(handle) if "cnic" in row["field"] or "phone" in row["field"]]
    written = {part.strip() for row in cells for part in (row["expected"] or "").replace(" + ", ";").split(";")}
    return {value for value in written if len(value) >= 10}


def test_what_is_printed_about_a_register_of_people_holds_no_number_of_theirs() -> None:
    secret = _identifiers()
    assert len(secret) > 1000
    path = next((SAMPLES / "inbox" / "2026-08").glob("CRMS_Persons_*.csv"))
    for form in ("text", "json", "sarif"):
        done = run("validate", path, "--format", form, "--show-values")
        printed = done.stdout + done.stderr
        assert len(printed) > 500
        assert not [value for value in secret if value in printed]
