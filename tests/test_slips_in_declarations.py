"""One slip in a declaration is one sentence, with the nearest known key."""

from __future__ import annotations

from pathlib import Path

import pytest

from recordkit import declarations, ingest
from recordkit.errors import DeclarationError

RECOFF = (Path(__file__).parent / "cases/office/schemas/agencies/recoff.toml").read_text(encoding="utf-8")


def said(text: str, folder: Path) -> str:
    (folder / "agencies").mkdir()
    (folder / "agencies" / "recoff.toml").write_text(text, encoding="utf-8")
    with pytest.raises(DeclarationError) as error:
        ingest.declare([declarations.PACKAGED, folder])
    return error.value.what.removeprefix(f"{folder / 'agencies' / 'recoff.toml'}: ")


@pytest.mark.parametrize(
    ("right", "wrong", "what"),
    [
        ('unit = "case"', 'unti = "case"', "unknown key 'format.0.unti'; did you mean 'unit'?"),
        ('name = "Records', 'nmae = "Records', "unknown key 'nmae'; did you mean 'name'?"),
        ("required = true", "requried = true", "unknown key 'format.0.columns.1.requried' (and at 10 other places); did you mean 'required'?"),
        ('kind = "police"', 'knid = "police"', "unknown key 'knid'; did you mean 'kind'?"),
        ('{ field = "status" }', '{ feild = "status" }', "unknown key 'format.0.columns.12.feild'; did you mean 'field'?"),
        ("least = 1", 'least = "one"', "expected_volume.least: Input should be a valid integer"),
    ],
)  # fmt: skip
def test_a_slip_is_said_once_and_nothing_that_only_follows_from_it(
    right: str, wrong: str, what: str, tmp_path: Path
) -> None:
    assert right in RECOFF
    told = said(RECOFF.replace(right, wrong), tmp_path)
    assert told.startswith(what)
    assert "; " not in told.removeprefix(what), "a second sentence"


def test_two_slips_are_two_sentences(tmp_path: Path) -> None:
    text = RECOFF.replace('unit = "case"', 'unti = "case"').replace("least = 1", 'least = "one"')
    what = said(text, tmp_path)
    assert "'unit'" in what
    assert "expected_volume.least" in what


def test_a_key_that_is_missing_and_not_misspelt_is_named(tmp_path: Path) -> None:
    assert said(RECOFF.replace('unit = "case"\n', "", 1), tmp_path) == "format.0.unit: Field required"
