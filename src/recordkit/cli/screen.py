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

from recordkit import text_safety
from recordkit.cli import output as out
from recordkit.cli import terminal
from recordkit.linkage.explanation import weight_bars
from recordkit.review import Session
from recordkit.review.pair_view import FIELDS
from recordkit.review.session import Pair
from recordkit.words import Texts

_HELP = ("help_same", "help_different", "help_unsure", "help_figures", "help_kind", "help_end")  # names of texts
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
    """The screen as text, in the language of the run."""
    texts = out.texts()
    lines = [_head(session, edition, texts)]
    if hidden:
        lines.append(texts.message("values_masked"))
    pair = session.pair
    if pair is None:
        lines += ["", texts.message("no_pair_left" if session.view else "nothing_to_review"), ""]
    else:
        below = len(_HELP) * session.helping + 3  # what stands under the pair, and the line of the cursor
        answer = session.told.get(pair["link_id"])
        lines += _pair(pair, answer, blind, height - len(lines) - below, texts)
    lines += [texts.message(name) for name in _HELP] if session.helping else []
    lines += [texts.translated(session.message), texts.message("review_keys")]
    shown = "\n".join(lines) + "\n"
    return text_safety.right_to_left(shown) if texts.language == "ur" else shown


def _head(session: Session, edition: str, texts: Texts) -> str:
    """Which pair of how many, the answers so far, and which pairs were chosen."""
    counts = {name: list(session.told.values()).count(name) for name in ("same", "different", "unsure")}
    answers = "  ".join(f"{count} {texts.value(name)}" for name, count in counts.items())
    place, count = min(session.at + 1, len(session.view)), len(session.view)
    head = texts.message("place_of", edition=edition, place=place, count=count, answers=answers)
    chosen = [texts.message("effect_from", count=session.floor)] if session.floor else []
    chosen += [texts.message({"person": "only_people", "case": "only_cases"}[session.kind])] if session.kind else []
    chosen += [texts.message("by_effect")] if session.by_worth else []
    return texts.message("only_chosen", head=head, chosen=", ".join(chosen)) if chosen else head


def _pair(pair: Pair, answer: str | None, blind: bool, room: int, texts: Texts) -> list[str]:
    asked = texts.message({"person": "is_one_person", "case": "is_one_case"}[pair["kind"]])
    worth = texts.message("affects_one") if pair["worth"] == 1 else texts.message("affects_many", count=pair["worth"])
    own_answer = "   " + texts.message("you_said", answer=texts.value(answer)) if answer else ""
    lines = ["", f"{asked}   {worth}{own_answer}"]
    names = [name for name in FIELDS[pair["kind"]] if name in pair["left"] or name in pair["right"]]
    heads = ["", texts.field("older"), "", texts.field("younger")]
    lines += out.table("", heads, [_row(name, pair, texts) for name in names]).rstrip("\n").split("\n")
    lines += [
        texts.message("who_said", who=one["who"], verdict=texts.value(one["verdict"]), day=one["at"][:10])
        for one in pair["answers"]
    ]
    if not blind and pair["reasons"]:
        lines += _fitted(["", *weight_bars(pair, texts=texts)], max(room - len(lines), 3), texts)
    return lines


def _fitted(evidence: list[str], room: int, texts: Texts) -> list[str]:
    """What there is room for; what is not shown is counted, never dropped in silence."""
    hidden = len(evidence) - room
    if hidden <= 0:
        return evidence
    return [*evidence[: room - 1], texts.message("more_evidence", count=hidden + 1)]


def _row(name: str, pair: Pair, texts: Texts) -> list[Any]:
    one, other = pair["left"].get(name, ""), pair["right"].get(name, "")
    mark = "=" if name in pair["equal"] else "≠" if name in pair["differ"] else ""
    return [texts.field(name), one, mark, other]
