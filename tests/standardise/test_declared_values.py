"""`values` of a declaration: whatever the field, the declared word is read in the place of the cell, the cell is kept."""

from __future__ import annotations

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


def typed(unit: str, name: str, cell: str, values: dict[str, str]) -> dict[str, pl.DataFrame]:
    """Every frame that one row gives; beside the field stands what the row needs to be a row of anything."""
    keys = dict.fromkeys(KEYS, "1") | {"row": 1, "part": 0, "period": "2026-07"}
    beside = {"province": "Sindh", "accused": "Ali", "victim": "Sana", "complainant": "Umar", "name": "Ali", "fir_no": "1/2026"}
    known = DECLARED.intake.fields(unit)
    row = keys | {other: word for other, word in beside.items() if other in known} | {name: cell}
    uses = {one: Use(one, values if one == name else {}) for one in known}
    done = standardise.standardise(pl.DataFrame([row]), Asked(unit, uses, "f.csv"), DECLARED)
    return dict(done.frames)


@pytest.mark.parametrize(("unit", "name", "field"), FIELDS)
def test_a_declared_value_is_read_like_the_word_that_it_stands_for(unit: str, name: str, field: IntakeField) -> None:
    word = example(field)
    meant, written = typed(unit, name, "zzq", {"ZZQ": word}), typed(unit, name, word, {})
    for table, frame in written.items():
        read = [column for column in frame.columns if not column.endswith("_raw")]
        assert meant[table].select(read).equals(frame.select(read)), table
    raws = [(table, one) for table, frame in written.items() for one in frame.columns if one == f"{name}_raw"]
    for table, column in raws:
        assert meant[table][column].to_list() == ["zzq"], table
    ignored, blank = typed(unit, name, "zzq", {}), typed(unit, name, "", {})
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


