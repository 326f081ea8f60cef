"""`values` of a declaration: whatever the field, the declared word is read in the place of the cell, the cell is kept."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

import polars as pl
import pytest

from recordkit import declarations, ingest, standardise
from recordkit.errors import DeclarationError
from recordkit.source_fields import IntakeField
from recordkit.standardise import KEYS, Asked, Use

DECLARED = ingest.declare(declarations.folders())
CODES = {"area": "A", "class": "A", "head": "Murder", "country": "India", "sex": "female", "role": "victim"}
TEXTS = {
    "people": "Noor Jahan", "relative": "S/O Dad Karim", "cnics": "42201-1234567-1", "phones": "0300-1234567",
    "passport": "AB1234567", "age": "33", "country_or_place": "India", "count": "9", "place": "Sukkur", "fir": "77/2025",
    "year": "2025", "date": "2026-07-05", "sections": "302 PPC", "reference": "FIR 123/26 PS City Gujrat", "text": "Zed 5",
    "yes_no": "Haan", "money": "Rs. 1,50,000/-",
}  # fmt: skip
pytestmark = pytest.mark.xdist_group("declared values")  # the process that standardises the rows
UNITS = ("case", "person", "service", "return")
FIELDS = [
    pytest.param(unit, name, field, id=f"{unit}-{name}")
    for unit in UNITS
    for name, field in DECLARED.intake.fields(unit).items()
    if field.type not in ("ignore", "period")
]


def example(field: IntakeField) -> str:
    """A word that the field's own cleaning reads."""
    if field.type != "code":
        return TEXTS[field.type]
    codes = DECLARED.reference.codes.filter(pl.col("vocabulary") == field.vocabulary)
    return CODES.get(str(field.vocabulary)) or codes["label"][0]


def standardised(unit: str, cells: list[tuple[str, str]], values: Mapping[str, Mapping[str, str]]) -> dict[str, pl.DataFrame]:
    """Every frame of rows of which each has this cell in this field, and beside it what it needs to be a row of anything."""
    beside = {"province": "Sindh", "accused": "Ali", "victim": "Sana", "complainant": "Umar", "name": "Ali", "fir_no": "1/2026"}
    known = DECLARED.intake.fields(unit)
    keys = dict.fromkeys(KEYS, "1") | {"part": 0, "period": "2026-07"}
    blank = keys | dict.fromkeys(known) | {other: word for other, word in beside.items() if other in known}
    rows = [blank | {"row": number, name: cell} for number, (name, cell) in enumerate(cells)]
    schema = {one: {"row": pl.Int64, "part": pl.Int32}.get(one, pl.String) for one in rows[0]}
    uses = {one: Use(one, values.get(one, {})) for one in known}
    return dict(standardise.standardise(pl.DataFrame(rows, schema), Asked(unit, uses, "f.csv"), DECLARED).frames)


def typed(unit: str, name: str, cell: str, values: dict[str, str]) -> dict[str, pl.DataFrame]:
    """Every frame that one row gives."""
    return standardised(unit, [(name, cell)], {name: values})


class Rows:
    """What each field's row gave, of rows that were standardised together: each is typed alone (test_standardise.py)."""

    def __init__(self, unit: str, cells: Mapping[str, str], values: Mapping[str, Mapping[str, str]]) -> None:
        self.places = {name: number for number, name in enumerate(cells)}
        self.frames = standardised(unit, list(cells.items()), values)

    def of(self, name: str) -> dict[str, pl.DataFrame]:
        here = pl.col("row") == self.places[name]
        return {table: frame.filter(here).with_columns(row=pl.lit(1, pl.Int64)) for table, frame in self.frames.items()}


@cache
def rows(unit: str) -> dict[str, Rows]:
    """A row for each field with an unknown word that is declared, the word it is declared for, the unknown one, nothing."""
    known = {field.values[1]: field.values[2] for field in FIELDS if field.values[0] == unit}
    words = {name: example(field) for name, field in known.items()}
    declared = {name: {"ZZQ": word} for name, word in words.items()}
    unknown, blank = dict.fromkeys(known, "zzq"), dict.fromkeys(known, "")
    return {
        "meant": Rows(unit, unknown, declared), "written": Rows(unit, words, {}),
        "ignored": Rows(unit, unknown, {}), "blank": Rows(unit, blank, {}),
    }  # fmt: skip


@pytest.mark.parametrize(("unit", "name", "field"), FIELDS)
def test_a_declared_value_is_read_like_the_word_that_it_stands_for(unit: str, name: str, field: IntakeField) -> None:
    meant, written, ignored, blank = (rows(unit)[kind].of(name) for kind in ("meant", "written", "ignored", "blank"))
    for table, frame in written.items():
        read = [column for column in frame.columns if not column.endswith("_raw")]
        assert meant[table].select(read).equals(frame.select(read)), table
    raws = [(table, one) for table, frame in written.items() for one in frame.columns if one == f"{name}_raw"]
    for table, column in raws:
        assert meant[table][column].to_list() == ["zzq"], table
    used = any(not blank[table].equals(written[table]) for table in written)  # some fields are kept in no table
    assert not used or any(not ignored[table].equals(written[table]) for table in written)


def test_a_sign_may_be_declared_and_other_signs_do_not_mean_it() -> None:
    frames = typed("person", "sex", "-", {"-": "female"})
    assert frames["persons"]["sex"].to_list() == ["female"]
    assert typed("person", "sex", "--", {"-": "female"})["persons"]["sex"].to_list() == [None]


def test_a_value_may_be_declared_to_mean_nothing() -> None:
    assert typed("person", "age", "999", {"999": ""})["persons"].select("age", "age_raw").row(0) == (None, "999")


AGENCY = """id = "x"
name = "X"
kind = "police"
[[format]]
id = "f"
unit = "case"
columns = [{{ field = "fir_no", required = true }}, {{ field = "{field}", values = {{ "a" = "b" }} }}]
"""


@pytest.mark.parametrize("field", ["serial", "_helper"])
def test_values_that_nobody_would_read_are_refused(tmp_path: Path, field: str) -> None:
    (tmp_path / "agencies").mkdir()
    (tmp_path / "agencies" / "x.toml").write_text(AGENCY.format(field=field), encoding="utf-8")
    with pytest.raises(DeclarationError, match=field):
        ingest.declare(declarations.folders([tmp_path]))


