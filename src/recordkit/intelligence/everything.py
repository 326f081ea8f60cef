"""All statements of an edition: people and networks, what has grown since the edition before, routes and places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import polars as pl

from recordkit.counts import Reporter
from recordkit.intelligence import places, routes, statements
from recordkit.intelligence.declaration import Intelligence, Kind
from recordkit.intelligence.networks import Growth, Network, grown
from recordkit.intelligence.statements import Found, Statement
from recordkit.store.reading import Edition


def find(
    edition: Edition, declared: Intelligence, agencies: Mapping[str, Reporter], districts: pl.DataFrame,
    earlier: Edition | None = None,
) -> Found:  # fmt: skip
    """Every statement. earlier: the edition before, for what has grown; without one nothing has."""
    people = statements.find(edition, declared)
    growth, compared = _growth(people, earlier, declared)
    ways, of = routes.find(edition, declared.routes, declared.trafficking)
    spots = places.find(edition, declared.places, agencies, districts)
    base: dict[Kind, tuple[int, int]] = {**people.base, "growth": (len(growth), compared), "route": of, **spots.base}
    made = (*people.statements, *growth, *ways, *spots.statements)
    return replace(people, statements=made, base=base, tested=spots.tested, not_whole=spots.not_whole)


def _growth(found: Found, earlier: Edition | None, declared: Intelligence) -> tuple[list[Statement], int]:
    """The networks that have grown, and how many were there before."""
    if earlier is None:
        return [], 0
    before = statements.networks_of(earlier, declared)
    own = {one.subject: one for one in found.statements if one.kind == "network"}
    made = [
        _grown(own[f"N{one.at + 1}"], found.networks[one.at], one, earlier.id)
        for one in grown(found.networks, before, declared.least_growth)
    ]
    known = {person for one in before for person in one.people}
    return made, sum(bool(known & set(one.people)) for one in found.networks)


def _grown(of: Statement, network: Network, one: Growth, edition: str) -> Statement:
    figures = {
        "before": one.people_before, "people": len(network.people), "new": len(one.people),
        "cases_before": one.cases_before, "cases": len(network.cases), "joined": one.joined, "edition": edition,
    }  # fmt: skip
    return replace(of, kind="growth", people=one.people, cases=one.cases or network.cases, figures=figures)
