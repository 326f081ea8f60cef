"""The review screen: one pair side by side, one key an answer."""

from __future__ import annotations

import os
import select
import sys
import termios
import tty
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from recordkit.cli import output as out
from recordkit.cli import terminal
from recordkit.linkage.explanation import weight_bars
from recordkit.review import Session
from recordkit.review.pair_view import FIELDS
from recordkit.review.session import Pair

_KEYS = "[s]ame  [d]ifferent  [u]nsure  [n]ext  [p]revious  [z] take back  [?] help  [q]uit"
_HELP = (
    "s  the two are one              n, space, enter, →  next, without an answer",
    "d  they are two                 p, ←  the one before",
    "u  cannot be told               z     take my last answer back",
    "f  only pairs that move at least so many figures (0, 2, 3, 5, 10, 20, 50)",
    "k  people, cases, or both       o     in order of worth, or of doubt",
    "q  end; every answer is on the disk already",
)
_ARROWS = {b"\x1b[C": "right", b"\x1bOC": "right", b"\x1b[D": "left", b"\x1bOD": "left", b"\x1b": "esc"}


def run(session: Session, edition: str, hidden: bool, blind: bool) -> None:
    """Ask until the reviewer ends it. hidden: values are masked. blind: what the linker thinks is not shown."""
    with _keys() as pressed:
        _show(session, edition, hidden, blind)
        for key in pressed:
            if not session.press(key):
                return
            _show(session, edition, hidden, blind)


@contextmanager
def _keys() -> Iterator[Iterator[str]]:
    """Single keys, as they are pressed; the terminal is as it was afterwards, whatever happens."""
    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    sys.stdout.write("\x1b[?1049h\x1b[?25l")
    try:
        tty.setcbreak(handle)
        yield _read(handle)
    finally:
        termios.tcsetattr(handle, termios.TCSADRAIN, before)
        sys.stdout.write("\x1b[?25h\x1b[?1049l")
        sys.stdout.flush()


def _read(handle: int) -> Iterator[str]:
    while True:
        data = os.read(handle, 1)
        if not data:  # the terminal has gone
            return
        if data == b"\x1b":
            while select.select([handle], [], [], 0.02)[0] and len(data) < 8:
                data += os.read(handle, 1)
            yield _ARROWS.get(data, "other")
        else:
            yield data.decode("ascii", "replace").lower()


def _show(session: Session, edition: str, hidden: bool, blind: bool) -> None:
    lines = page(session, edition, hidden, blind, terminal.size().lines)
    sys.stdout.write("\x1b[2J\x1b[H" + lines)
    sys.stdout.flush()


def page(session: Session, edition: str, hidden: bool, blind: bool, height: int) -> str:
    """The screen as text."""
    told = {name: list(session.told.values()).count(name) for name in ("same", "different", "unsure")}
    place = min(session.at + 1, len(session.view))
    head = f"{edition}   {place} of {len(session.view)}   " + "  ".join(f"{n} {name}" for name, n in told.items())
    chosen = [f"worth ≥ {session.floor}"] if session.floor else []
    chosen += [{"person": "people", "case": "cases"}[session.kind]] if session.kind else []
    chosen += ["by worth"] if session.by_worth else []
    lines = [head + ("   only " + ", ".join(chosen) if chosen else "")]
    if hidden:
        lines.append("values are masked: end with q and start again with --show-values to see them")
    pair = session.pair
    if pair is None:
        lines += ["", "No pair is left here." if session.view else "There is nothing to review.", ""]
    else:
        below = len(_HELP) * session.helping + 3  # what stands under the pair, and the line of the cursor
        lines += _pair(pair, session.told.get(pair["link_id"]), blind, height - len(lines) - below)
    lines += list(_HELP) if session.helping else []
    lines += [session.message, _KEYS]
    return "\n".join(lines) + "\n"


def _pair(pair: Pair, answer: str | None, blind: bool, room: int) -> list[str]:
    what = {"person": "one person?", "case": "one case?"}[pair["kind"]]
    worth = out.counted(pair["worth"], "published figure")
    lines = ["", f"{what}   affects {worth}" + (f"   you said: {answer}" if answer else "")]
    cells = [_row(name, pair) for name in FIELDS[pair["kind"]] if name in pair["left"] or name in pair["right"]]
    lines += out.table("", ["", "older", "", "younger"], cells).rstrip("\n").split("\n")
    lines += [f"{said['who']} said {said['verdict']} on {said['at'][:10]}" for said in pair["answers"]]
    if not blind and pair["reasons"]:
        lines += _fitted(["", *weight_bars(pair)], max(room - len(lines), 3))
    return lines


def _fitted(evidence: list[str], room: int) -> list[str]:
    """What there is room for; what is not shown is counted, never dropped in silence."""
    hidden = len(evidence) - room
    if hidden <= 0:
        return evidence
    return [*evidence[: room - 1], f"... and {hidden + 1} more lines of evidence: enlarge the window"]


def _row(name: str, pair: Pair) -> list[Any]:
    one, other = pair["left"].get(name, ""), pair["right"].get(name, "")
    mark = "=" if name in pair["equal"] else "≠" if name in pair["differ"] else ""
    return [name.replace("_", " "), one, mark, other]
