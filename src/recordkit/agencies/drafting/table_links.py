"""Two tables that belong together: which column of one is the key of the other?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from recordkit import details
from recordkit.agencies.drafting.like_sheets import Group
from recordkit.agencies.header_words import fold

CONTAINED = 0.8  # share of the many side's keys that the other side has
UNIQUE = 0.98
HELPER = "_key"


@dataclass(frozen=True)
class Link:
    """Fields that rows of one format take from another by a key."""

    format: str
    key: str
    fields: tuple[str, ...]
    confidence: float
    why: str
    headers: tuple[str, str]  # of the key: here and there


def links(groups: Sequence[Group], ids: Sequence[str], wanted: Sequence[frozenset[str]]) -> Mapping[int, list[Link]]:
    """Format number -> its joins. `wanted`: per format the fields that its unit can have."""
    found: dict[int, list[Link]] = {}
    for here, many in enumerate(groups):
        options = [
            link
            for there, one in enumerate(groups)
            if there != here and (link := _link(many, one, ids[there], (wanted[here], wanted[there]))) is not None
        ]
        if options:
            found[here] = [max(options, key=lambda link: (link.confidence, len(link.fields)))]
    return found


def _link(many: Group, one: Group, form: str, wanted: tuple[frozenset[str], frozenset[str]]) -> Link | None:
    """The best key between two tables, when the second has something that the first needs. `wanted`: the fields that
    the units of both can have."""
    gives = tuple(sorted((one.fields & wanted[0]) - many.fields - {"serial", "remarks"}))
    if many.guess.unit == "return" or one.guess.unit == "return" or not gives or "fir_no" in many.fields:
        return None
    best: Link | None = None
    for mine in many.guess.columns:
        for theirs in one.guess.columns:
            share = _contained(_cells(many, mine.column), _cells(one, theirs.column))
            if not share or not mine.header or any(one.spread or one.serial for one in (mine, theirs)):
                continue
            free = (wanted[0] - many.fields, wanted[1] - one.fields)
            if (key := _named((mine.field, theirs.field), free)) is None:
                continue
            same = fold(mine.header) == fold(theirs.header)
            confidence = min(0.99, 0.6 * share + (0.35 if same else 0.1))
            why = details.text(
                "share_is_in", share=f"{share:.0%}", header=mine.header, other=theirs.header
            )
            if best is None or confidence > best.confidence:
                others = tuple(name for name in gives if name != key)
                best = Link(form, key, others, confidence, why, (mine.header, theirs.header)) if others else best
    return best


def _named(fields: tuple[str | None, str | None], free: tuple[frozenset[str], frozenset[str]]) -> str | None:
    """The field that is the key on both sides: the one that both columns have, or that one has and the other may take;
    a helper where neither has one. None: they are two fields, and no column can be both."""
    mine, theirs = fields
    if mine and theirs:
        return mine if mine == theirs else None
    if theirs:
        return theirs if theirs in free[0] else None
    if mine:
        return mine if mine in free[1] else None
    return HELPER


def _cells(group: Group, column: str) -> pl.Series:
    return group.guess.sample.get_column(column).drop_nulls()


def _contained(mine: pl.Series, theirs: pl.Series) -> float:
    """Share of the distinct values of `mine` that `theirs` has; 0 unless `theirs` names its rows."""
    if theirs.len() < 5 or theirs.n_unique() < UNIQUE * theirs.len() or mine.n_unique() < 3:
        return 0.0
    if not theirs.str.contains(r"[0-9\p{L}]").all() or theirs.str.contains(r"^[0-9]{1,2}$").all():
        return 0.0  # row numbers from 1 on are in every list
    distinct = mine.unique()
    share = distinct.is_in(theirs.to_list()).mean()
    return float(share) if isinstance(share, float) and share >= CONTAINED else 0.0
