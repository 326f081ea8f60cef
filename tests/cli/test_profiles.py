"""`report --profile`: a folder holds page, workbook and data; an ending says what one file is; slips end with 2."""

import json
import shlex
from pathlib import Path

import pytest
from test_decisions_and_ids import compiled, row, sent

from recordkit import store
from recordkit.cli.app import run


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    inbox = tmp_path_factory.mktemp("profiles") / "inbox"
    sent(inbox, "2026-07", row("123").replace("302 PPC", "365-B PPC"), row("132").replace("302 PPC", "3 PTPA"))
    return compiled(inbox)[0]


def report(root: Path, *options: str) -> int:
    return run(["report", str(root), "--profile", "trafficking", *options])


def test_a_folder_gets_page_workbook_and_data_and_the_ledger_a_line(root: Path, tmp_path: Path) -> None:
    assert report(root, "-o", str(tmp_path / "out"), "-q") == 0
    found = {path.name for path in (tmp_path / "out").iterdir()}
    assert found == {f"trafficking{ending}" for ending in (".html", ".xlsx", ".json", ".jsonl", ".csv")}
    last = store.ledger.read(root, "runs").entries[-1]
    assert "profile trafficking" in json.dumps(last)


@pytest.mark.parametrize(("ending", "start"), [(".html", b"<!doctype"), (".xlsx", b"PK"), (".json", b"{"), (".csv", b"section,")])
def test_the_ending_says_what_is_written(root: Path, tmp_path: Path, ending: str, start: bytes) -> None:
    assert report(root, "-o", str(tmp_path / f"x{ending}"), "-q") == 0
    assert (tmp_path / f"x{ending}").read_bytes().startswith(start)


@pytest.mark.parametrize("command", ["report", "intelligence", "victims"])
def test_a_folder_that_cannot_be_made_is_an_error_with_its_name(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file" / "below", Path("/proc/none")):
        options = ["--profile", "trafficking", "-o"] if command == "report" else ["--for", "A. Analyst", "--to"]
        assert run([command, str(root), *options, str(place)]) == 2, place
        assert str(place) in capsys.readouterr().err


def test_without_an_output_the_figures_are_on_the_terminal(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert report(root) == 0
    text = capsys.readouterr().out
    assert "C. Indicators only" in text
    assert "Not known:" in text


def test_programs_read_english_whatever_the_language(root: Path, tmp_path: Path) -> None:
    for language in ("en", "ur"):
        assert report(root, "-o", str(tmp_path / f"{language}.csv"), "--lang", language, "-q") == 0
    assert (tmp_path / "en.csv").read_bytes() == (tmp_path / "ur.csv").read_bytes()


def test_a_profile_that_there_is_not_ends_with_2(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", str(root), "--profile", "traficking"]) == 2
    assert "trafficking" in capsys.readouterr().err


def test_every_command_that_a_report_shows_walks_a_figure_back(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", str(root), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    tables = [table for section in told["sections"] for table in section["tables"]]
    commands = {one["trace"] for one in (*told["headlines"], *tables) if "trace" in one}
    assert len(commands) >= 4
    for command in commands:
        words = shlex.split(command)
        assert words[:3] == ["recordkit", "trace", "STORE"]
        assert run(["trace", str(root), *words[3:]]) == 0, command
