"""What holds of every command: who uses it, its examples, its options, its manual, and how quickly it answers."""

from __future__ import annotations

import ast
import io
import json
import resource
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from recordkit.cli import app, manual
from recordkit.cli.commands import USERS
from recordkit.cli.options import COMMON

ROOT = Path(__file__).resolve().parents[2]
CLI = sorted((ROOT / "src" / "recordkit" / "cli").glob("*.py"))
LEAVES = {name: (command, users) for name, command, users in manual.leaves(app.made())}
SAMPLE = ROOT / "sample_data" / "inbox" / "2026-07" / "ict_fir_export_202607.tsv"


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_has_users_a_sentence_and_examples_that_can_be_typed(name: str) -> None:
    command, users = LEAVES[name]
    assert users in USERS
    assert command.help
    assert 2 <= len(command.examples) <= 3
    for line in command.examples:
        words = shlex.split(line.partition(" >> ")[0].rpartition("| ")[2])
        assert words[: 1 + len(name.split())] == ["recordkit", *name.split()], line
        command.make_context(name, words[1 + len(name.split()) :])  # every word is understood


def test_help_stands_by_who_uses_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["--help"]) == 0
    shown = capsys.readouterr().out
    assert [shown.index(users) for users in USERS] == sorted(shown.index(users) for users in USERS)
    assert "Exit codes: 0 clean; 1 findings" in shown
    assert app.run(["validate", "--help"]) == 0
    shown = capsys.readouterr().out
    assert shown.index("--annotate") < shown.index("Options of every command") < shown.index("--schemas")
    assert "Examples:\n  recordkit validate register.xlsx\n" in shown


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_takes_the_options_that_are_promised_everywhere(name: str) -> None:
    assert {param.name for param in LEAVES[name][0].params} >= COMMON


def test_no_option_does_nothing() -> None:
    """Every field of a class of options is read somewhere in the command line."""
    text = "\n".join(path.read_text(encoding="utf-8") for path in CLI)
    named = {param.name for command, _ in LEAVES.values() for param in command.params} - {"config", "help"}
    assert not [name for name in sorted(named) if f"asked.{name}" not in text and f"self.{name}" not in text]


def _positional(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    return len(node.args.posonlyargs + node.args.args) - bool(node.args.args and node.args.args[0].arg in ("self", "cls"))


def test_no_function_of_the_command_line_takes_more_than_five_positional_parameters() -> None:
    found = [
        f"{path.name}: {node.name}"
        for path in CLI
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _positional(node) > 5
    ]
    assert not found


def test_the_manual_pages_say_what_the_commands_say(capsys: pytest.CaptureFixture[str]) -> None:
    made = app.made()
    anew = "run: recordkit --man > docs/man/recordkit.1; python -m recordkit.cli.manual > docs/reference/commands.md"
    assert (ROOT / "docs" / "man" / "recordkit.1").read_text(encoding="utf-8") == manual.page(made), anew
    assert (ROOT / "docs" / "reference" / "commands.md").read_text(encoding="utf-8") == manual.reference(made), anew
    assert app.run(["--man"]) == 0
    assert capsys.readouterr().out == manual.page(made)


@pytest.mark.skipif(shutil.which("groff") is None, reason="needs groff")
def test_the_manual_page_is_set_without_a_warning() -> None:
    page = ROOT / "docs" / "man" / "recordkit.1"
    done = subprocess.run(["groff", "-man", "-ww", "-Kutf8", "-Tutf8", page], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "validate" in done.stdout


CHEAP = (
    ["--version"], ["--help"], ["explain", "RK304"], ["rules"], ["rules", "--search", "card"], ["agency", "list"],
    ["agency", "list", "--format", "json", "--lang", "ur"],
)  # fmt: skip


@pytest.mark.parametrize("arguments", CHEAP, ids=" ".join)
def test_what_a_person_looks_up_waits_for_no_library_that_computes(arguments: list[str]) -> None:
    code = (
        "import sys; from recordkit.cli.app import run; code = run(sys.argv[1:]);"
        "print(sorted({'polars', 'pandera', 'pyarrow', 'numpy', 'duckdb', 'jinja2'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize(("arguments", "most"), [(["--version"], 0.2), (["--help"], 0.6), (["explain", "RK304"], 0.9)], ids=str)
def test_what_a_person_looks_up_is_quick(arguments: list[str], most: float) -> None:
    """CPU seconds, with as much again as air for a machine that does other things."""

    def cost() -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        subprocess.run([sys.executable, "-m", "recordkit", *arguments], capture_output=True, check=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime

    assert min(cost() for _ in range(2)) < most


class _Stream:
    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)

    def isatty(self) -> bool:
        return False


def facts(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert app.run(["inspect", *arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_standard_input_is_read_as_a_file(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "stdin", _Stream(SAMPLE.read_bytes()))
    piped = facts(capsys, "-")
    (named,) = facts(capsys, str(SAMPLE))
    assert piped[0]["file"] == "stdin"
    of_name = {"file": "", "period": None, "sheets": []}  # a name may say the month; sheets are told of by it
    assert {**piped[0], **of_name} == {**named, **of_name}
    assert piped[0]["sheets"][0]["rows"] == named["sheets"][0]["rows"]


def test_a_link_that_is_named_is_followed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "latest.tsv").symlink_to(SAMPLE)
    assert facts(capsys, str(tmp_path / "latest.tsv")) == facts(capsys, str(SAMPLE))
    assert app.run(["inspect", str(tmp_path)]) == 3
    assert "a symbolic link is not followed" in capsys.readouterr().err
