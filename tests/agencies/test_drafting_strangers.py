"""A stranger's file becomes a declaration that accepts its rows before anybody has edited it."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from agencies.strangers import STRANGERS
from recordkit import agencies, declarations, ingest, readers
from recordkit.agencies import Agency
from recordkit.ingest import Declarations, declare

DIRS = [declarations.PACKAGED]
DECLARED = declare(DIRS)
pytestmark = pytest.mark.xdist_group("strangers")  # the process that drafts them


def drafted(files: list[Path], folder: Path) -> tuple[str, Agency, Declarations]:
    text = agencies.draft([one for file in files for one in readers.open_all(file)], DECLARED.agencies, DECLARED.intake)
    home = folder / "schemas" / "agencies"
    home.mkdir(parents=True)
    (home / "new.toml").write_text(text, encoding="utf-8")
    agency = declarations.build(tomllib.loads(text), Agency, home / "new.toml")
    return text, agency, declare([*DIRS, folder / "schemas"])


@dataclass(frozen=True)
class Draft:
    """A stranger's files, and what was drafted of them."""

    files: list[Path]
    text: str
    agency: Agency
    declared: Declarations


@pytest.fixture(scope="module")
def draft(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Draft]:
    """The draft of a stranger by name, made once."""

    @cache
    def made(name: str) -> Draft:
        folder = tmp_path_factory.mktemp(name)
        (folder / "inbox").mkdir()
        files = STRANGERS[name][0](folder / "inbox")
        return Draft(files, *drafted(files, folder))

    return made


@pytest.mark.parametrize("name", STRANGERS)
def test_a_strangers_file_is_accepted_as_drafted(name: str, draft: Callable[[str], Draft]) -> None:
    _, units, fields, records = STRANGERS[name]
    one = draft(name)
    assert [form.unit for form in one.agency.formats] == units
    assert fields <= {field for form in one.agency.formats for field in form.fields}

    done, _ = ingest.receive_files([one.files[0].parent], one.declared, None, lambda _name: None)
    assert [each.agency for each in done] == [one.agency.id] * len(one.files)
    assert (sum(each.tally.accepted for each in done), sum(each.tally.quarantined for each in done)) == (records, 0)


def test_years_that_call_their_columns_otherwise_become_one_format(draft: Callable[[str], Draft]) -> None:
    text, agency = draft("yearly").text, draft("yearly").agency
    (form,) = agency.formats
    headers = {column.field: column.headers for column in form.columns}
    assert set(headers["fir_no"]) == {"FIR No", "Case No."}  # FIR # is FIR No
    assert set(headers["accused"]) == {"Accused", "Name of Accused", "Culprit"}
    assert "it stands where" in text  # a culprit is no word for an accused: only its place says so
    assert "(it moves)" in text


def test_two_files_with_a_common_key_are_joined(draft: Callable[[str], Draft]) -> None:
    text, agency = draft("linked").text, draft("linked").agency
    (join,) = agency.formats[1].reshape.join
    assert (join.format, join.key) == (agency.formats[0].id, ("agency_ref",))
    assert set(join.fields) == {"fir_no", "registered_on", "police_station", "district", "sections"}
    assert "100% of 'ReportID' are in 'ReportID'" in text


def test_a_draft_says_whose_names_a_list_holds_and_why(draft: Callable[[str], Draft]) -> None:
    text, agency = draft("arrested").text, draft("arrested").agency
    assert agency.formats[0].constants == {"role": "accused"}
    assert "'Mulzim Name' says so; nothing else does" in text


def test_the_order_of_dates_is_declared_when_the_sample_shows_it(draft: Callable[[str], Draft]) -> None:
    text, agency = draft("american").text, draft("american").agency
    assert agency.formats[0].date_order == "mdy"
    assert "dates can only be day first" in text


def test_no_name_and_no_number_of_a_person_stands_in_a_draft(draft: Callable[[str], Draft]) -> None:
    for name in ("register", "arrested", "linked", "urdu"):
        assert not [word for word in ("Rahim", "Mengal", "رحیم", "-1,", "Mohallah") if word in draft(name).text]


def test_check_says_how_the_next_months_file_differs_from_its_draft(
    tmp_path: Path, draft: Callable[[str], Draft]
) -> None:
    files, declared = draft("register").files, draft("register").declared
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
