"""Agencies: how each sender's files look, and which declared format fits a sheet.

To add an agency: a file in schemas/agencies/, drafted by `recordkit agency draft`. No Python.
"""

from recordkit.agencies.catalogue import Catalogue, load
from recordkit.agencies.declaration import Agency, Column, Format
from recordkit.agencies.declared_encodings import declared_encoding
from recordkit.agencies.drafting import draft
from recordkit.agencies.drift import check
from recordkit.agencies.format_match import Choice, SheetMatch, choose
from recordkit.agencies.inspecting import inspect

__all__ = [
    "Agency", "Catalogue", "Choice", "Column", "Format", "SheetMatch",
    "check", "choose", "declared_encoding", "draft", "inspect", "load",
]  # fmt: skip
