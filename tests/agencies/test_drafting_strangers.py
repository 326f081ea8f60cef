"""A stranger's file becomes a declaration that accepts its rows before anybody has edited it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from agencies.strangers import STRANGERS
from recordkit import agencies, declarations, ingest, readers
from recordkit.agencies import Agency
from recordkit.ingest import Declarations, declare

DIRS = [declarations.PACKAGED]
DECLARED = declare(DIRS)


def drafted(files: list[Path], folder: Path) -> tuple[str, Agency, Declarations]:
    text = agencies.draft([one for file in files for one in readers.open_all(file)], DECLARED.agencies, DECLARED.intake)
    home = folder / "schemas" / "agencies"
    home.mkdir(parents=True)
    (home / "new.toml").write_text(text, encoding="utf-8")
    agency = declarations.build(tomllib.loads(text), Agency, home / "new.toml")
    return text, agency, declare([*DIRS, folder / "schemas"])


@pytest.mark.parametrize("name", STRANGERS)
def test_a_strangers_file_is_accepted_as_drafted(name: str, tmp_path: Path) -> None:
    make, units, fields, records = STRANGERS[name]
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    files = make(inbox)
    _, agency, declared = drafted(files, tmp_path)
    assert [form.unit for form in agency.formats] == units
    assert fields <= {field for form in agency.formats for field in form.fields}

    done, _ = ingest.several([inbox], declared, None, lambda _name: None)
    assert [one.agency for one in done] == [agency.id] * len(files)
    assert (sum(one.tally.accepted for one in done), sum(one.tally.quarantined for one in done)) == (records, 0)


def test_years_that_call_their_columns_otherwise_become_one_format(tmp_path: Path) -> None:
    text, agency, _ = drafted(STRANGERS["yearly"][0](tmp_path), tmp_path)
    (form,) = agency.formats
    headers = {column.field: column.headers for column in form.columns}
    assert set(headers["fir_no"]) == {"FIR No", "Case No."}  # FIR # is FIR No
    assert set(headers["accused"]) == {"Accused", "Name of Accused", "Culprit"}
    assert "it stands where" in text  # a culprit is no word for an accused: only its place says so
    assert "(it moves)" in text


def test_two_files_with_a_common_key_are_joined(tmp_path: Path) -> None:
    text, agency, _ = drafted(STRANGERS["linked"][0](tmp_path), tmp_path)
    (join,) = agency.formats[1].reshape.join
    assert (join.format, join.key) == (agency.formats[0].id, ("agency_ref",))
    assert set(join.fields) == {"fir_no", "registered_on", "police_station", "district", "sections"}
    assert "100% of 'ReportID' are in 'ReportID'" in text


def test_a_draft_says_whose_names_a_list_holds_and_why(tmp_path: Path) -> None:
    text, agency, _ = drafted(STRANGERS["arrested"][0](tmp_path), tmp_path)
    assert agency.formats[0].constants == {"role": "accused"}
    assert "'Mulzim Name' says so; nothing else does" in text


def test_the_order_of_dates_is_declared_when_the_sample_shows_it(tmp_path: Path) -> None:
    text, agency, _ = drafted(STRANGERS["american"][0](tmp_path), tmp_path)
    assert agency.formats[0].date_order == "mdy"
    assert "dates can only be day first" in text


def test_no_name_and_no_number_of_a_person_stands_in_a_draft(tmp_path: Path) -> None:
    for name in ("register", "arrested", "linked", "urdu"):
        folder = tmp_path / name
        folder.mkdir()
        text, _, _ = drafted(STRANGERS[name][0](folder), folder)
        assert not [word for word in ("Rahim", "Mengal", "رحیم", "-1,", "Mohallah") if word in text]


def test_check_says_how_the_next_months_file_differs_from_its_draft(tmp_path: Path) -> None:
    files = STRANGERS["register"][0](tmp_path)
    _, _, declared = drafted(files, tmp_path)
    same = agencies.check(readers.open_all(files[0]), declared.agencies, declared.intake)
    assert not same.filter("differs").height
    text = files[0].read_text(encoding="utf-8").replace("Present position", "Position now").replace(",", ";")
    later = tmp_path / "gilgit fir oct 2026.csv"
    later.write_text(text, encoding="utf-8")
    told = agencies.check(readers.open_all(later), declared.agencies, declared.intake)
    said = {(what, subject): detail for what, subject, detail in told.select("what", "subject", "detail").rows()}
    assert said["new column", "Position now"].startswith("could be status: only its values say so")
    assert said["missing column", "status"] == "expected"
    assert said["delimiter", "';'"] == "declared: ','"
    assert said["unused header", "Present position"] == "alias of status"
