"""What an analysts' copy may hold: an allow-list of tables and columns, which an overlay can only tighten."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from recordkit import analysts, declarations, tables
from recordkit.analysts import Treatment
from recordkit.cli.app import run
from recordkit.errors import DeclarationError, RecordkitError

DIRS = declarations.folders()
TABLES = tables.load(DIRS)
KEY = "abcdefghijklmnopqrstuvwxyz012345"


def overlaid(folder: Path, text: str) -> analysts.Policy:
    """The policy under an overlay of this text."""
    (folder / "analysts.toml").write_text(text)
    return analysts.load([*DIRS, folder], tables.load([*DIRS, folder]))


def test_every_column_of_every_table_is_listed_and_none_twice_and_none_that_is_not_there() -> None:
    policy = analysts.load(DIRS, TABLES)
    assert {name: list(columns) for name, columns in policy.tables.items()} == {
        name: [column.name for column in table.at("compile")] for name, table in TABLES.items()
    }
    listed = declarations.load_toml(declarations.PACKAGED / "analysts.toml")["tables"]
    named = {
        (name, column)
        for name, part in listed.items()
        for column in [*part.get("keep", []), *part.get("coarsen", []), *part.get("pseudonym", {}), *[one for group in part.get("drop", []) for one in group["columns"]]]
    }
    assert named == {(name, column) for name, columns in policy.tables.items() for column in columns}


def test_no_column_that_names_somebody_and_no_cell_as_it_was_written_is_shown() -> None:
    for name, columns in analysts.load(DIRS, TABLES).tables.items():
        shown = [column for column, one in columns.items() if one.how in ("keep", "coarsen")]
        assert not [column for column in shown if TABLES[name].column(column).personal == "direct"], name
        assert not [column for column in shown if column.endswith("_raw")], name
        assert all(one.why for one in columns.values() if one.how == "drop")


def test_a_column_that_an_overlay_adds_is_an_error_until_it_is_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "tables").mkdir()
    shutil.copy(declarations.PACKAGED / "tables" / "cases.toml", tmp_path / "tables")
    with (tmp_path / "tables" / "cases.toml").open("a") as file:
        file.write('judge = { type = "string", stage = "compile", personal = "indirect", doc = "who hears it" }\n')
    monkeypatch.setenv("RECORDKIT_PSEUDONYM_KEY", KEY)
    assert run(["pseudonymise", str(tmp_path / "none"), "--to", str(tmp_path / "copy"), "--schemas", str(tmp_path)]) == 2
    assert "nobody lists what becomes of cases.judge" in capsys.readouterr().err
    policy = overlaid(tmp_path, '[tables.cases.pseudonym]\njudge = { kind = "name", within = ["district"] }\n')
    assert policy.tables["cases"]["judge"] == Treatment("pseudonym", "name", ("district",))
    assert overlaid(tmp_path, '[tables.cases]\nkeep = ["judge"]\n').tables["cases"]["judge"].how == "keep"


@pytest.mark.parametrize(
    "text",
    [
        '[tables.persons]\nkeep = ["age"]', '[tables.persons]\nkeep = ["name"]', '[tables.cases]\nkeep = ["fir_no"]',
        '[tables.cases]\ncoarsen = ["e_tag"]', '[tables.sources]\nkeep = ["duplicate_of"]',
        '[tables.persons.pseudonym]\ncaste = { kind = "caste" }', '[tables.cases.pseudonym]\nfir_no = { kind = "fir" }',
        '[tables.cases.pseudonym]\nfir_no = { kind = "fir", within = ["agency", "district", "fir_year"] }',
        '[tables.cases.pseudonym]\nfir_no = { kind = "case", within = ["agency", "district", "police_station", "fir_year"] }',
        'precision = "day"\n[tables]',
    ],
)  # fmt: skip
def test_an_overlay_that_would_show_more_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(DeclarationError, match=r"shown more of than before|is finer than") as error:
        overlaid(tmp_path, text)
    assert "may only tighten" in error.value.fix


def test_an_overlay_may_tighten_and_says_only_what_it_changes(tmp_path: Path) -> None:
    text = (
        'precision = "month"\nfinest = "week"\n[tables.cases]\ncoarsen = ["fir_year"]\n'
        'drop = [{ columns = ["district", "registered_on", "police_station"], why = "small places" }]\n'
        '[tables.cases.pseudonym]\nagency = { kind = "agency" }\n'
        'fir_no = { kind = "fir", within = ["agency", "district", "police_station", "fir_year", "period"] }\n'
    )
    policy, packaged = overlaid(tmp_path, text), analysts.load(DIRS, TABLES)
    changed = {name for name, one in policy.tables["cases"].items() if one != packaged.tables["cases"][name]}
    assert changed == {"fir_year", "district", "registered_on", "police_station", "agency", "fir_no"}
    assert policy.tables["persons"] == packaged.tables["persons"]
    assert (policy.precision, packaged.precision) == ("month", "week")
    assert policy.by("week").precision == "week"
    with pytest.raises(RecordkitError, match="finer than"):
        policy.by("day")
    with pytest.raises(RecordkitError, match="no precision 'hour'"):
        policy.by("hour")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('[tables.persons.pseudonym]\ncnik = { kind = "cnic" }', "no column 'cnik'"),
        ('[tables.person]\nkeep = ["age"]', "no table 'person'"),
        ('[tables.persons.pseudonym]\nage = { kind = "age" }', "no text"),
        ('[tables.cases]\ncoarsen = ["agencies"]', "cannot be coarsened"),
        ('[tables.persons]\ncoarsen = ["sex"]\ndrop = [{ columns = ["sex"], why = "x" }]', "listed twice"),
        ('[tables.cases.pseudonym]\nstatus = { kind = "s", within = ["agencies"] }', "no column of one value"),
        ('[pseudonyms]\ncnic = ["cnic"]', "unknown key"),
        ('[tables.cases.pseudonym]\nstatus = { kind = "s", within = ["area", "area"] }', "within one column twice"),
        ('[tables.cases.pseudonym]\nstatus = { kind = "" }', "kind"),
        ('[tables.cases.pseudonym]\nstatus = { kind = "a\u202e/.." }', "kind"),
    ],
)  # fmt: skip
def test_a_slip_in_the_policy_is_told(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(DeclarationError, match=what):
        overlaid(tmp_path, text)


def test_an_overlay_that_declares_a_column_anew_as_naming_somebody_is_not_kept(tmp_path: Path) -> None:
    (tmp_path / "tables").mkdir()
    text = (declarations.PACKAGED / "tables" / "cases.toml").read_text()
    text += 'judge = { type = "string", stage = "compile", personal = "direct", mask = "hide", doc = "who hears it" }\n'
    (tmp_path / "tables" / "cases.toml").write_text(text)
    with pytest.raises(DeclarationError, match=r"cases\.judge names or reaches somebody"):
        overlaid(tmp_path, '[tables.cases]\nkeep = ["judge"]\n')


def test_of_two_treatments_of_a_column_one_is_never_both_looser_and_tighter() -> None:
    ways = [
        Treatment("keep"), Treatment("coarsen"), Treatment("pseudonym", "a"), Treatment("pseudonym", "a", ("x",)),
        Treatment("pseudonym", "a", ("x", "y")), Treatment("drop", why="w"),
    ]  # fmt: skip
    for at, one in enumerate(ways):
        for place, other in enumerate(ways):
            assert analysts.looser(one, other) == (place < at)
