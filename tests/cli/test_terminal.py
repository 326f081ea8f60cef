"""The size of a terminal is asked of the terminal, whatever became of the standard streams."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import sys
import termios
from typing import Any

import pytest

from recordkit.cli import screen, terminal
from recordkit.review import Session

SCRIPT = "from recordkit.cli import output, terminal; output.guard(); print(tuple(terminal.size()), terminal.width())"


def in_terminal(columns: int, lines: int, script: str) -> str:
    """What a script prints on a terminal of this size."""
    child, handle = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        sized = ("COLUMNS", "LINES")
        os.execve(sys.executable, [sys.executable, "-c", script], {k: v for k, v in os.environ.items() if k not in sized})
    shown = b""
    try:
        while data := os.read(handle, 65536):
            shown += data
    except OSError:  # the terminal has gone
        pass
    os.waitpid(child, 0)
    return shown.decode()


def test_a_terminal_of_120_by_45_is_used_whole_after_standard_output_was_replaced() -> None:
    assert in_terminal(120, 45, SCRIPT).strip() == "(120, 45) 120"


def test_a_text_in_a_pipe_has_a_width_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("LINES", "50")
    assert terminal.size() == (200, 50)
    assert terminal.width() == terminal.PIPED_WIDTH


def pair(reasons: int) -> dict[str, Any]:
    return {
        "link_id": "L1", "kind": "person", "worth": 2, "left": {"name": "A"}, "right": {"name": "A"}, "equal": ["name"],
        "differ": [], "answers": [], "match_weight": 1.0, "probability": 0.5,
        "reasons": ["prior -8.00", *(f"column {at}: same +1.00" for at in range(reasons))],
    }  # fmt: skip


@pytest.mark.parametrize("lines", [24, 45])
def test_the_review_screen_fills_its_lines_and_counts_what_it_cannot_show(lines: int) -> None:
    session = Session([pair(40)], lambda _pair, _verdict: 1, lambda _number: None)
    for helping in (False, True):
        session.helping = helping
        shown = screen.page(session, "2026-06-r1", False, False, lines).splitlines()
        assert len(shown) == lines - 1  # the last line is the cursor's
        assert any("more lines of evidence: enlarge the window" in line for line in shown)


def test_evidence_that_fits_is_shown_whole() -> None:
    session = Session([pair(20)], lambda _pair, _verdict: 1, lambda _number: None)
    shown = screen.page(session, "2026-06-r1", False, False, 45)
    assert "column 19: same" in shown
    assert "enlarge" not in shown
