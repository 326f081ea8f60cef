"""Figures of an edition in the standards of others: a crosswalk for each, with the quality of every mapping.

A further standard is a file in schemas/exports/; no Python. `figures` maps and sums cells of tables, which
`releases` counts and protects; `writing` writes them for the house, or as an approved release.
"""

from __future__ import annotations

from recordkit.exports.declaration import Standard, load, names
from recordkit.exports.writing import Export, for_others, for_the_house, write

__all__ = ["Export", "Standard", "for_others", "for_the_house", "load", "names", "write"]
