"""Every command and form, over files whose names, sheets, headers and cells hold what steers, turns around or hides."""

from __future__ import annotations

import io
import tomllib
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from recordkit.cli import app
from senders import PEOPLE, declared

# One of each kind: C0, DEL, C1, soft hyphen, marks of direction, separators, no width, joiner, byte order mark, tag.
SIGNS = "\x07\x7f\x85\x9b\xad\u061c\u180e\u200b\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\U000e0041"
IN_NAMES = "".join(sign for sign in SIGNS if sign not in "\x07\x7f\x85\x9b\u2028\u2029")  # others are refused, by name
HEADERS = ["District", "Police Station", "FIR No", "Date of FIR", "Under Section", "Accused Name", "Father Name", "Strange"]


def rows() -> list[list[str]]:
    good = [["Kasur", "City Kasur", f"{n}/26", "01.07.2026", "379 PPC", f"Aslam{n}", "Bashir", "x"] for n in range(1, 9)]
    bad = [f"{cell}{SIGNS}" for cell in good[0]]
    header = [*HEADERS[:-1], f"Strange{SIGNS}"]
    return [header, *good, bad, [f"Nowhere{SIGNS}", f"City{SIGNS}", f"99{SIGNS}x", f"31.02.2026{SIGNS}", *bad[4:]]]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An inbox, and the declaration of its sender beside it."""
    place = tmp_path_factory.mktemp("unsafe")
    inbox = place / "inbox" / "2026-07"
    inbox.mkdir(parents=True)
    (inbox / f"list{IN_NAMES} 2026-07.csv").write_text(
        "\n".join(",".join(row) for row in rows()).replace("\u2028", "").replace("\u2029", "") + "\n", encoding="utf-8"
    )
    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as written:
        sheet = written.add_worksheet(f"S{IN_NAMES}"[:31])
        for at, row in enumerate(rows()):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell)
    (inbox / f"book{IN_NAMES} 2026-07.xlsx").write_bytes(book.getvalue())
    with zipfile.ZipFile(inbox / f"zip{IN_NAMES} 2026-07.zip", "w") as archive:
        archive.writestr(f"member{SIGNS} 2026-07.csv", "\n".join(",".join(row) for row in rows()[:4]))
    (inbox / f"left\u2028out{SIGNS.replace(chr(0), '')}.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    declared(place / "schemas", "mine", PEOPLE)
    return place


@pytest.fixture(scope="module")
def store(sent: Path) -> Path:
    assert app.run(["compile", str(sent / "inbox"), "--to", str(sent / "store"), *_over(sent), "-q"]) in (0, 1, 3)
    return sent / "store"


def _over(sent: Path) -> list[str]:
    return ["--schemas", str(sent / "schemas")]


def unsafe(text: str) -> list[str]:
    return sorted({f"U+{ord(sign):04X}" for sign in text if sign in SIGNS})


def _clean(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> str:
    capsys.readouterr()
    code = app.run(arguments)
    told = capsys.readouterr()
    assert code in (0, 1, 3), told.err
    assert unsafe(told.out) == [], arguments
    assert unsafe(told.err) == [], arguments
    return told.out


FORMS = ("text", "json", "jsonl", "csv")


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("command", [["inspect"], ["validate"], ["validate", "--agency", "mine"], ["agency", "check"]])
def test_commands_over_files(sent: Path, command: list[str], form: str, capsys: pytest.CaptureFixture[str]) -> None:
    files = sorted(map(str, (sent / "inbox" / "2026-07").iterdir()))
    if command[0] == "agency":
        files = [file for file in files if "\u2028" not in file]
    out = _clean([*command, *files, *_over(sent), "--format", form], capsys)
    assert "Strange" in out or command != ["inspect"]


@pytest.mark.parametrize("form", ["junit", "sarif", "github"])
def test_findings_for_machines(sent: Path, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert "RK" in _clean(["validate", str(sent / "inbox"), *_over(sent), "--format", form], capsys)


def test_results_in_files(sent: Path, tmp_path: Path) -> None:
    for command, form in [("inspect", "csv"), ("inspect", "text"), ("validate", "csv"), ("validate", "json")]:
        result = tmp_path / f"{command}.{form}"
        app.run([command, str(sent / "inbox"), *_over(sent), "--format", form, "-o", str(result)])
        assert unsafe(result.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_a_draft_that_a_person_reviews(sent: Path, suffix: str, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(file) for file in (sent / "inbox" / "2026-07").glob(f"*{suffix}") if "\u2028" not in file.name]
    draft = _clean(["agency", "draft", *files], capsys)
    assert "\\u202e" in draft  # what cannot be seen is seen


def test_a_header_cannot_put_a_line_of_its_own_into_a_draft(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with xlsxwriter.Workbook(tmp_path / "x.xlsx") as written:
        sheet = written.add_worksheet("S")
        for at, row in enumerate([[*HEADERS[:-1], 'odd\nid = "taken"\n#'], *rows()[1:9]]):
            for column, cell in enumerate(row):
                sheet.write_string(at, column, cell)
    draft = tomllib.loads(_clean(["agency", "draft", str(tmp_path / "x.xlsx")], capsys))
    assert draft["id"] != "taken"


def test_the_marked_workbook_for_the_sender_has_a_plain_name_and_guide(sent: Path, tmp_path: Path) -> None:
    app.run(["validate", str(sent / "inbox"), *_over(sent), "--annotate", str(tmp_path / "back"), "-q"])
    made = sorted((tmp_path / "back").iterdir())
    assert made
    for file in made:
        assert unsafe(file.name) == []
        with zipfile.ZipFile(file) as book:
            own = file.name.startswith("book")  # the sender's own workbook, with marks: its sheets keep their names
            assert own or unsafe(book.read("xl/workbook.xml").decode()) == []


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("command", [["report"], ["review"], ["verify"], ["diff"]])
def test_commands_over_a_store(store: Path, command: list[str], form: str, capsys: pytest.CaptureFixture[str]) -> None:
    capsys.readouterr()
    app.run([*command, str(store), "--format", form])
    told = capsys.readouterr()
    assert unsafe(told.out + told.err) == []


def test_a_page_and_a_workbook_of_a_report(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _clean(["report", str(store), "--html", str(tmp_path / "r.html"), "--xlsx", str(tmp_path / "r.xlsx")], capsys)
    assert unsafe((tmp_path / "r.html").read_text(encoding="utf-8")) == []
    with zipfile.ZipFile(tmp_path / "r.xlsx") as book:
        for name in book.namelist():
            assert unsafe(book.read(name).decode("utf-8", "replace")) == [], name


def test_names_in_the_ledger_the_manifest_and_the_run_files(store: Path) -> None:
    kinds = (".json", ".jsonl", ".prom", ".html")
    files = [file for file in store.rglob("*") if file.suffix in kinds and "cache" not in file.parts]
    assert {"runs.jsonl", "manifest.json"} <= {file.name for file in files}
    for file in files:
        assert unsafe(file.read_text(encoding="utf-8")) == [], file


def test_names_in_the_table_of_sources(store: Path) -> None:
    for file in store.glob("editions/*/sources/*.parquet"):
        for column in pl.read_parquet(file).select("name", "member").iter_columns():
            assert unsafe("".join(column.drop_nulls())) == [], column.name


def test_a_file_of_such_a_name_is_not_new_in_the_next_month(sent: Path, store: Path) -> None:
    before = (store / "current").read_text()
    assert app.run(["compile", str(sent / "inbox"), "--to", str(store), *_over(sent), "-q"]) in (0, 3)
    assert (store / "current").read_text() == before
