"""Columns that repeat under a number: `Accused 1`, `CNIC 1`, `Accused 2`, `CNIC 2`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from recordkit.agencies import headers
from recordkit.agencies.drafting.column_options import by_words
from recordkit.agencies.header_index import Index
from recordkit.agencies.header_words import Synonyms, fold, numbered
from recordkit.agencies.headers import ColumnMatch, Located
from recordkit.source_fields import IntakeField

NUMBER = re.compile(r"\d+")


def folded(
    located: Located, words: Index, synonyms: Synonyms, fields: Mapping[str, IntakeField]
) -> Located:
    """One column for each repeated kind, its header with {n} for the number; the others of it are left out.

    Only where people repeat: two lines of an address are one address.
    """
    stems: dict[str, dict[int, ColumnMatch]] = {}
    for one in located.columns:
        stem, number = numbered(fold(one.header))
        if number is not None and stem != "{n}":
            stems.setdefault(stem, {})[number] = one
    groups = [found for found in stems.values() if sorted(found) == list(range(1, len(found) + 1)) and len(found) > 1]
    bare = {found[1].column: _first(found[1], words) for found in groups}
    many = {len(found) for found in groups if _is_person(bare[found[1].column], synonyms, fields)}
    groups = [found for found in groups if len(found) in many]
    first = {found[1].column for found in groups}
    rest = {one.column for found in groups for number, one in found.items() if number > 1}
    kept = [bare[one.column] if one.column in first else one for one in located.columns if one.column not in rest]
    return replace(located, columns=tuple(kept))


def _is_person(one: ColumnMatch, synonyms: Synonyms, fields: Mapping[str, IntakeField]) -> bool:
    """The header without its number means people."""
    means = by_words(replace(one, header=one.header.replace("{n}", " ")), synonyms)
    return any(name in fields and fields[name].type == "people" for name in means)


def _first(one: ColumnMatch, words: Index) -> ColumnMatch:
    """What the column is without its number; the header keeps {n} in its place."""
    bare = " ".join(NUMBER.sub(" ", one.header, count=1).split()).strip(" .-_#")
    (match,) = headers.resolve([one.column], [(bare,)], words)
    return replace(match, header=NUMBER.sub("{n}", one.header, count=1), number=1)
