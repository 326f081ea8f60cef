"""Reads what people may change (schemas/ and its overlays) strictly: a slip is an error that says where."""

from __future__ import annotations

from recordkit.declarations.csv_tables import read_csv
from recordkit.declarations.loading import LARGEST, REMEMBERED, Declared, Itself, build, load_toml, read_once, read_toml
from recordkit.declarations.overlays import PACKAGED, entry, files, folders, layers, nearest, overlaid, unique
from recordkit.declarations.patterns import safe_pattern

__all__ = [
    "LARGEST", "PACKAGED", "REMEMBERED", "Declared", "Itself", "build", "entry", "files", "folders", "layers",
    "load_toml", "nearest", "overlaid", "read_csv", "read_once", "read_toml", "safe_pattern", "unique",
]  # fmt: skip
