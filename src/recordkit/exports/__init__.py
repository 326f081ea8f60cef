"""Figures of an edition in the standards of others: a crosswalk for each, with the quality of every mapping.

A further standard is a file in schemas/exports/; no Python. `figures` maps and sums cells of tables, which `releases`
counts and protects; `records` maps the rows of an analysts' copy, of which `entities` makes entities and relations;
`writing` writes them for the house, or as an approved release.
"""

from __future__ import annotations

from recordkit.exports.declaration import Standard, load, names
from recordkit.exports.records import tables_of
from recordkit.exports.writing import Export, for_others, for_the_house, of_microdata, records, write

__all__ = [
    "Export", "Standard", "for_others", "for_the_house", "load", "names", "of_microdata", "records", "tables_of",
    "write",
]  # fmt: skip
