"""A sitting of one reviewer: which pair is on the screen, and what each key does. No screen, no store."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from recordkit import details

Pair = dict[str, Any]
VERDICTS = {"s": "same", "d": "different", "u": "unsure"}
NEXT, BACK, QUIT = ("n", " ", "\r", "\n", "right"), ("p", "left"), ("q", "\x03", "\x04", "esc")
FLOORS = (0, 2, 3, 5, 10, 20, 50)


@dataclass
class Session:
    """`decide(pair, verdict)` writes an answer and gives its number; `undo(number)` takes it back."""

    pairs: Sequence[Pair]
    decide: Callable[[Pair, str], int]
    undo: Callable[[int], None]
    at: int = 0
    floor: int = 0
    kind: str | None = None
    by_worth: bool = False
    helping: bool = False
    told: dict[str, str] = field(default_factory=dict)
    done: list[tuple[str, int, str | None]] = field(default_factory=list)
    view: list[Pair] = field(default_factory=list)
    message: str = ""

    def __post_init__(self) -> None:
        self.look()

    @property
    def pair(self) -> Pair | None:
        """The pair on the screen; None past the last."""
        return self.view[self.at] if self.at < len(self.view) else None

    def press(self, key: str) -> bool:
        """What a key does; False ends the sitting."""
        self.message = ""
        if key in QUIT:
            return False
        if key in VERDICTS:
            self._answer(VERDICTS[key])
        elif key in NEXT:
            self.at = min(self.at + 1, len(self.view))
        elif key in BACK:
            self.at = max(self.at - 1, 0)
        elif key == "z":
            self._undo()
        elif key in ("f", "k", "o"):
            self._filter(key)
        elif key == "?":
            self.helping = not self.helping
        else:
            self.message = details.text("no_such_key")
        return True

    def _answer(self, verdict: str) -> None:
        pair = self.pair
        if pair is None:
            self.message = details.text("no_pair_left_keys")
            return
        number = self.decide(pair, verdict)
        self.done.append((pair["link_id"], number, self.told.get(pair["link_id"])))
        self.told[pair["link_id"]] = verdict
        self.at += 1
        while self.pair is not None and self.pair["link_id"] in self.told:
            self.at += 1

    def _undo(self) -> None:
        if not self.done:
            self.message = details.text("nothing_to_take_back")
            return
        link, number, before = self.done.pop()
        self.undo(number)
        self.told.pop(link)
        if before is not None:
            self.told[link] = before
        places = [place for place, pair in enumerate(self.view) if pair["link_id"] == link]
        self.at = places[0] if places else self.at
        self.message = details.text("taken_back")

    def _filter(self, key: str) -> None:
        if key == "f":
            self.floor = FLOORS[(FLOORS.index(self.floor) + 1) % len(FLOORS)] if self.floor in FLOORS else 0
        elif key == "k":
            self.kind = {None: "person", "person": "case", "case": None}[self.kind]
        else:
            self.by_worth = not self.by_worth
        self.look()

    def look(self) -> None:
        """The pairs that fit, the unanswered first pair on the screen."""
        fits = [p for p in self.pairs if p["worth"] >= self.floor and self.kind in (None, p["kind"])]
        self.view = sorted(fits, key=lambda p: -p["worth"]) if self.by_worth else fits
        self.at = next((at for at, p in enumerate(self.view) if p["link_id"] not in self.told), len(self.view))
