"""Names, cells and declarations that try to steer the terminal that shows them."""

from __future__ import annotations

import json
import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from recordkit.cli import app, output

LEVIES = Path(__file__).resolve().parents[2] / "sample_data/inbox/2026-08/levies_cases_2026-08.csv"
STEER = "\x1b[5nowned\x07\x9b31m\u202e"
MARKUP = "[/] [bold [link=http://x]y[/link]"
OURS = re.compile(r"\x1b\[[0-9;]*m|\x1b\[\?25[hl]|\x1b\[[0-9]*[AKG]|[\r\n\t]")  # colours, and the bar
UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


def on_a_terminal(*arguments: object, stdout: Path | None = None) -> tuple[int, str]:
    """Exit code and what the terminal was told; with `stdout` only standard error is a terminal."""
    return _shown([sys.executable, "-m", "recordkit", *map(str, arguments)], stdout)


END = "\x1e"
SEVERAL = f"""
import json, sys
from recordkit.cli import app, output
output.guard()
for command in json.loads(sys.argv[1]):
    code = app.run(command)
    sys.stdout.write(f"{END}{{code}}{END}")
    sys.stdout.flush()
"""


def each_on_a_terminal(commands: list[list[str]]) -> list[tuple[int, str]]:
    """The same for several commands, one after the other in one process: starting one is what is dear."""
    _, told = _shown([sys.executable, "-c", SEVERAL, json.dumps(commands)])
    pieces = told.split(END)
    assert len(pieces) == 2 * len(commands) + 1, told
    return [(int(code), text) for text, code in zip(pieces[::2], pieces[1::2], strict=False)]


def _shown(command: list[str], stdout: Path | None = None) -> tuple[int, str]:
    main, side = pty.openpty()
    out = side if stdout is None else os.open(stdout, os.O_WRONLY | os.O_CREAT)
    process = subprocess.Popen(command, stdin=side, stdout=out, stderr=side, env={**os.environ, "TERM": "xterm"})
    os.close(side)
    told = b""
    try:
        while piece := os.read(main, 65536):
            told += piece
    except OSError:  # the other side is closed
        pass
    return process.wait(), told.decode("utf-8", "replace")


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    """A register of a declared sender whose names and places steer a terminal."""
    file = tmp_path / f"levies_cases_2026-08 {MARKUP.replace('/', '')}.csv"
    text = LEVIES.read_text(encoding="utf-8-sig").splitlines()
    text = [f"{line};x" for line in text]
    text[0] = text[0].removesuffix("x") + STEER + MARKUP
    for at in range(3, 6):
        cells = text[at].split(";")
        words = ["Saeed" if place == 3 else "Nowhere" for place in range(len(cells) - 1)]
        text[at] = ";".join([*(f"{word}{STEER} {MARKUP}" for word in words), "x"])
    file.write_text("\n".join(text) + "\n", encoding="utf-8")
    return file


def test_what_a_sender_wrote_does_not_steer_the_terminal_that_shows_it(hostile: Path) -> None:
    file = str(hostile)
    asked = [["validate", file, "--show-values"], ["inspect", file], ["agency", "check", file]]
    commands = [[*one, "--format", form] for form in ("text", "json", "jsonl") for one in asked]
    for arguments, (code, told) in zip(commands, each_on_a_terminal(commands), strict=True):
        assert code in (0, 1), told
        assert "owned" in told or arguments[0] != "validate"
        assert not UNSAFE.search(OURS.sub("", told)), arguments


def test_results_go_to_their_file_while_a_bar_is_shown_and_brackets_in_them_are_no_markup(
    hostile: Path, tmp_path: Path
) -> None:
    result = tmp_path / "found.jsonl"
    code, told = on_a_terminal("validate", hostile, "--format", "jsonl", stdout=result)
    lines = [json.loads(line) for line in result.read_text().splitlines()]
    assert code == 1
    assert len(lines) > 10
    assert "RK" not in told


def test_values_are_unmasked_on_a_terminal_only_and_in_no_file(hostile: Path, tmp_path: Path) -> None:
    result = tmp_path / "found.json"
    asked = ["validate", str(hostile), "--show-values", "--format", "json"]
    (_, beside), (_, shown) = each_on_a_terminal([[*asked, "-o", str(result)], asked])
    assert "Saeed" not in result.read_text() + beside
    assert "Saeed" in shown


def test_a_table_shows_brackets_as_they_are_and_nothing_that_steers() -> None:
    shown = output.table(MARKUP, [MARKUP], [[MARKUP + STEER]])
    assert shown.count(MARKUP) == 3
    assert not UNSAFE.search(shown.replace("\n", ""))


def test_an_error_about_a_hostile_declaration_does_not_steer_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(f'"{STEER[:0]}\\u001b]0;owned\\u0007" = 1\n', encoding="utf-8")
    code, told = on_a_terminal("agency", "list", "--schemas", tmp_path)
    assert code == 2
    assert "owned" in told
    assert not UNSAFE.search(OURS.sub("", told))


def test_json_says_the_same_with_and_without_what_steers() -> None:
    assert json.loads(output.as_json({"a": STEER})) == {"a": STEER}
    assert json.loads(output.rows([{"a": STEER}], "jsonl")) == {"a": STEER}
    assert not UNSAFE.search(output.rows([{"a": STEER}], "jsonl"))


@pytest.mark.parametrize("command", ["find store \udcff", "review store --about \udcff", "report store --month \udcff"])
def test_text_that_is_not_utf_8_is_a_usage_error(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(command.split()) == 2
    assert "'\\xff' is not UTF-8 text" in capsys.readouterr().err
