"""Where a result may go: never over what the command reads, never into a store, never through a link."""

from __future__ import annotations

import inspect
import json
from pathlib import Path
from typing import Any

import pytest

from recordkit.cli import app, results
from recordkit.errors import RecordkitError
from recordkit.store import volumes, workspace

LIST = "District,Police Station,FIR No,Date of FIR,Under Section\nKasur,City Kasur,12/26,01.07.2026,379 PPC\n"
COMMANDS = app.leaves(app.made())


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "list.csv").write_text(LIST, encoding="utf-8")
    return tmp_path


def store_at(folder: Path) -> Path:
    (folder / "ledger").mkdir(parents=True)
    (folder / "editions").mkdir()
    return folder


def content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def options(command: Any) -> dict[str, list[str]]:
    return {param.name: [word for word in param.opts if word.startswith("--")] for param in command.params}


@pytest.mark.parametrize("name", COMMANDS)
def test_of_every_path_that_a_command_takes_it_is_known_whether_it_is_read_or_written(name: str) -> None:
    callback = inspect.unwrap(COMMANDS[name].callback)
    paths = {name for name, told in callback.__annotations__.items() if "Path" in str(told)}
    aliases = {"Files", "Schemas", "Output", "Store", "Config"}
    paths |= {name for name, told in callback.__annotations__.items() if str(told).split(".")[-1] in aliases}
    assert paths <= results.RESULTS | results.READ | results.STORES | {"config"}


@pytest.mark.parametrize(
    "command",
    [
        "inspect {0} -o {0}", "inspect in -o {0}", "validate {0} -o {0}", "validate in {0} -o ./{0}", "agency draft {0} -o {0}",
        "agency check {0} -o {0}", "dedupe {0} -o {0}", "compile in --to store -o {0}", "compile in --to store --textfile {0}",
        "inspect {0} -o other/../{0}", "validate in -o link/list.csv",
    ],
)  # fmt: skip
def test_no_result_takes_the_place_of_an_input(here: Path, capsys: pytest.CaptureFixture[str], command: str) -> None:
    (here / "other").mkdir()
    (here / "link").symlink_to("in")
    before = content(here)
    assert app.run(command.format("in/list.csv").split()) == 2
    assert "what this command reads" in capsys.readouterr().err
    assert content(here) == before
    assert not (here / "store").exists()


def test_nor_that_of_a_declaration_a_settings_file_or_a_file_of_keys(
    here: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (here / "mine" / "agencies").mkdir(parents=True)
    for name in ("mine/agencies/mine.toml", "recordkit.toml", "named.toml", "store.key"):
        (here / name).write_text("", encoding="utf-8")
        (here / name).chmod(0o600)
    monkeypatch.setenv("RECORDKIT_STORE_KEY_FILE", str(here / "store.key"))
    before = content(here)
    for arguments in (
        "agency draft in/list.csv --schemas mine -o mine/agencies/mine.toml", "rules -o recordkit.toml",
        "rules --config named.toml -o named.toml", "rules -o store.key",
    ):  # fmt: skip
        assert app.run(arguments.split()) == 2, arguments
        assert "what this command reads" in capsys.readouterr().err
    assert content(here) == before


@pytest.mark.parametrize("beside", ["out.links.parquet", "out.model.json"])
def test_nor_what_dedupe_writes_beside_its_result(here: Path, beside: str) -> None:
    read = here / beside
    read.write_text(LIST, encoding="utf-8")
    assert app.run(["dedupe", str(read), "-o", "out.parquet"]) == 2
    assert read.read_text(encoding="utf-8") == LIST
    assert not (here / "out.parquet").exists()


def test_a_result_of_its_own_name_may_lie_among_the_inputs(here: Path) -> None:
    assert app.run(["inspect", "in", "-o", "in/told.json", "--format", "json"]) == 0
    assert json.loads((here / "in" / "told.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "command",
    [
        "validate in --annotate store/marked", "validate in --annotate store", "inspect in -o store/editions/x", "dedupe in -o"
        " store/x.parquet", "dedupe in -o x.parquet --splink store/cache", "rules -o away/x.json",
        "compile in --to other --textfile store/run.prom", "compile in --to other -o store/current",
    ],
)  # fmt: skip
def test_no_result_of_any_command_goes_into_a_store(
    here: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    store_at(here / "store")
    (here / "away").mkdir()
    (here / "away" / volumes.MARKER).write_text("{}", encoding="utf-8")
    before = content(here)
    assert app.run(command.split()) == 2
    assert "cannot be written into a store" in capsys.readouterr().err
    assert content(here) == before


def test_a_store_whose_editions_are_away_is_still_one(here: Path) -> None:
    (store_at(here / "store") / "ledger" / "runs.jsonl").touch()
    (here / "store" / "editions").rmdir()
    with pytest.raises(RecordkitError, match="into a store"):
        workspace.refuse_store(here / "store" / "ledger" / "runs.jsonl")


@pytest.mark.parametrize("target", ["canary.txt", "missing.txt", "/dev/null"])
def test_the_textfile_is_never_written_through_a_link(
    here: Path, capsys: pytest.CaptureFixture[str], target: str
) -> None:
    (here / "canary.txt").write_text("theirs", encoding="utf-8")
    (here / "metrics.prom").symlink_to(target)
    assert app.run(["compile", "in", "--to", "store", "--textfile", "metrics.prom"]) == 2
    assert "it is a link" in capsys.readouterr().err
    assert (here / "canary.txt").read_text(encoding="utf-8") == "theirs"
    assert not (here / "missing.txt").exists()
    assert not (here / "store").exists()


@pytest.mark.parametrize(
    "command",
    ["validate in --annotate link", "dedupe in -o out.parquet --splink link", "validate in -o link", "rules -o gone",
     "compile in --to store --textfile gone", "validate in --annotate gone"],
)  # fmt: skip
def test_nor_through_a_link_to_a_file_or_a_folder_and_then_nothing_is_read(
    here: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (here / "theirs").mkdir()
    (here / "link").symlink_to("theirs")
    (here / "gone").symlink_to("theirs/new")
    before = sorted(here.rglob("*"))
    assert app.run(command.split()) == 2
    assert "it is a link, and links are not followed here" in capsys.readouterr().err
    assert sorted(here.rglob("*")) == before
