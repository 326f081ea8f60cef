"""Alerts: statements that somebody asked to hear of (schemas/alerts.toml), once for each thing until it has grown.

An entry in `alerts.toml` of a folder of your own for --schemas comes beside those that are there, or in the place of
one of the same key. TOML alone.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from pydantic import Field

from recordkit import details
from recordkit.declarations import Declared, nearest, read_toml
from recordkit.errors import DeclarationError
from recordkit.intelligence.declaration import Kind
from recordkit.intelligence.products import Product
from recordkit.intelligence.statements import Statement
from recordkit.words import Both

FILE = "alerts.toml"
WHAT = "alerts"  # in the ledger
# The figures of each kind of statement that can be counted, the one that it is about first.
FIGURES: Mapping[Kind, tuple[str, ...]] = {
    "provinces": ("count", "cases"), "agencies": ("count", "cases"), "recruiter": ("victims", "weighted", "cases"),
    "network": ("people", "cases"), "broker": ("parts", "share"), "route": ("victims", "cases"),
    "growth": ("new", "people", "cases"), "hot_spot": ("count",), "emerging": ("count",), "near_repeat": ("count",),
}  # fmt: skip


class Alert(Declared):
    """A statement that somebody wants to hear of."""

    key: str = Field(pattern=r"^[a-z][a-z0-9_]*$")  # its name in data and in logs; the same key replaces it
    kind: Kind  # the kind of statement
    figure: str  # the figure of the statement that counts
    least: float = Field(ge=0)  # which is at least this
    grow: float = Field(gt=1)  # after an alert the same thing is one again when the figure is so many times as large
    grades: tuple[str, ...] = Field(min_length=1)  # of statements that are sure enough
    title: Both  # what it is called


class Alerts(Declared):
    """All of alerts.toml."""

    version: Literal[1]  # of the keys of this file
    alert: tuple[Alert, ...] = ()  # what somebody wants to hear of


@dataclass(frozen=True)
class Raised:
    """One alert of an edition."""

    alert: Alert
    id: str  # of the thing that it is about: the same in every edition
    figure: float
    people: tuple[str, ...]  # of networks: by whom it is known again
    at: int  # place of its statement among those of the edition
    fresh: bool  # not given before, or grown since


def load(dirs: Sequence[Path]) -> list[Alert]:
    """The alerts of all folders; of the same key the last. Raises DeclarationError for a figure that a kind has not."""
    found: dict[str, Alert] = {}
    for path in (folder / FILE for folder in dirs):
        for one in read_toml(path, Alerts).alert if path.is_file() else ():
            if one.figure not in FIGURES[one.kind]:
                there = ", ".join(FIGURES[one.kind])
                raise DeclarationError(
                    details.text("no_figure_of_kind", file=path, key=one.key, kind=one.kind, figure=one.figure),
                    details.text("mean", guess=nearest(one.figure, FIGURES[one.kind]) or there),
                )
            found[one.key] = one
    return list(found.values())


def raised(product: Product, declared: Sequence[Alert], given: Iterable[Mapping[str, Any]]) -> list[Raised]:
    """The alerts of an edition. given: the entries of earlier ones in the ledger, the oldest first."""
    known: dict[str, Mapping[str, Any]] = {}
    for entry in given:
        known |= {one["id"]: one for one in entry["given"]}
    made = []
    for alert in declared:
        for at, statement in enumerate(product.found.statements):
            figure = statement.figures.get(alert.figure, 0) if statement.kind == alert.kind else None
            if figure is None or figure < alert.least or product.grade(statement) not in alert.grades:
                continue
            name = _name(alert, statement, known)
            before = known.get(name)
            fresh = before is None or figure >= alert.grow * before["figure"]
            people = statement.people if alert.kind == "network" else ()
            made.append(Raised(alert, name, float(figure), people, at, fresh))
    return made


def entry(edition: str, found: Sequence[Raised]) -> dict[str, Any]:
    """The line of the ledger that keeps the alerts from being given again: ids and figures alone."""
    lines = [
        {"alert": one.alert.key, "id": one.id, "figure": one.figure, "people": list(one.people)}
        for one in found if one.fresh
    ]  # fmt: skip
    return {"what": WHAT, "of": edition, "given": lines}


def fresh_ids(found: Sequence[Raised]) -> dict[str, list[str]]:
    """Key of an alert -> ids of what it is about, of those that were not given before."""
    made: dict[str, list[str]] = {}
    for one in found:
        made.setdefault(one.alert.key, [])
        if one.fresh:
            made[one.alert.key].append(one.id)
    return made


def rows(product: Product, found: Sequence[Raised]) -> list[dict[str, Any]]:
    """Alerts in words, for the restricted folder."""
    statements = product.rows()
    return [
        {
            "alert": one.alert.key, "title": one.alert.title.of(product.language), "id": one.id, "fresh": one.fresh,
            "figure": one.figure, **statements[one.at],
        }
        for one in found
    ]  # fmt: skip


def _name(alert: Alert, statement: Statement, known: Mapping[str, Mapping[str, Any]]) -> str:
    """The id of what a statement is about. A network that was known keeps its id while half of either is the other."""
    if alert.kind == "network":
        here = set(statement.people)
        for name, before in known.items():
            there = set(before["people"])
            if before["alert"] == alert.key and 2 * len(here & there) >= max(1, min(len(here), len(there))):
                return name
    offence = statement.figures.get("offence")
    about = statement.people if alert.kind in ("network", "growth") else (statement.subject,)
    parts = [alert.key, *about, *([offence.en] if isinstance(offence, Both) else [])]
    return "A" + hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]
