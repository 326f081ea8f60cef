"""Declarations of agencies are read strictly: every slip is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from recordkit import agencies, declarations
from recordkit.errors import DeclarationError

HEAD = 'id = "north"\nname = "North"\nkind = "police"\n'
FORMAT = '[[format]]\nid = "register"\nunit = "case"\ncolumns = [{ field = "fir_no" }]\n'


def overlay(folder: Path, text: str, name: str = "north") -> list[Path]:
    """The packaged declarations with one more file on top."""
    (folder / "agencies").mkdir(exist_ok=True)
    (folder / "agencies" / f"{name}.toml").write_text(text, encoding="utf-8")
    return [declarations.PACKAGED, folder]


def test_the_packaged_agencies_are_the_twelve_senders_and_two_layouts_of_partners() -> None:
    assert list(agencies.load([declarations.PACKAGED])) == [
        "balochistan_levies", "balochistan_police", "cro", "ctdc", "fia", "htcds", "islamabad", "kp", "punjab", "punjab_crms",
        "railways", "shelter", "sindh", "statement",
    ]  # fmt: skip


def test_a_new_agency_is_one_file_in_an_overlay(tmp_path: Path) -> None:
    assert agencies.load(overlay(tmp_path, HEAD + FORMAT))["north"].formats[0].unit == "case"


def test_a_misspelt_key_is_named_with_the_nearest_known_one(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match=r"north\.toml.*headres.*did you mean 'headers'"):
        agencies.load(overlay(tmp_path, HEAD + FORMAT.replace('"fir_no" }', '"fir_no", headres = ["X"] }')))


def test_two_files_with_the_same_id_are_refused_and_both_are_named(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match=r"'punjab' is declared twice.*north\.toml.*punjab\.toml"):
        agencies.load(overlay(tmp_path, HEAD.replace('"north"', '"punjab"') + FORMAT))


def test_an_unknown_agency_is_an_error_with_the_nearest_one() -> None:
    with pytest.raises(DeclarationError) as caught:
        agencies.load([declarations.PACKAGED]).named("sind")
    assert caught.value.fix == "did you mean 'sindh'?"


@pytest.mark.parametrize(
    ("slip", "said"),
    [
        ('columns = [{ field = "fir_no", start = 1 }]', "start and length come together"),
        ('columns = [{ field = "fir_no", required = true, optional = true }]', "exclude each other"),
        ('header = { rows = 0 }\ncolumns = [{ field = "fir_no" }]', "without a header needs"),
        ('columns = [{ field = "e_tag" }]\nreshape = { split = [{ field = "e_tag", pattern = "x" }] }', "named groups"),
        ('columns = [{ field = "fir_no" }]\nreshape = { expand = "_many" }', "no column gives: _many"),
        ('columns = [{ field = "fir_no", pattern = "(" }]', "not a regular expression"),
    ],
)
def test_a_format_that_contradicts_itself_is_refused(tmp_path: Path, slip: str, said: str) -> None:
    text = HEAD + f'[[format]]\nid = "register"\nunit = "case"\n{slip}\n'
    with pytest.raises(DeclarationError, match=said):
        agencies.load(overlay(tmp_path, text))


def test_every_declared_field_is_a_field_of_its_unit() -> None:
    from recordkit import source_fields

    known = source_fields.load_source_fields([declarations.PACKAGED])
    for agency in agencies.load([declarations.PACKAGED]).values():
        for form in agency.formats:
            strange = set(form.fields) - set(known.fields(form.unit))
            assert not strange, f"{agency.id}/{form.id}: {strange}"
