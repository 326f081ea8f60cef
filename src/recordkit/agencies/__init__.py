"""Agencies: how each sender's files look, and which declared format fits a sheet.

To add an agency: a file in schemas/agencies/, drafted by `recordkit agency draft`. No Python.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from recordkit.agencies.declaration import Agency, Column, Format

if TYPE_CHECKING:
    from recordkit.agencies.catalogue import Catalogue, load
    from recordkit.agencies.declared_encodings import declared_encoding
    from recordkit.agencies.drafting import draft
    from recordkit.agencies.drift import check
    from recordkit.agencies.format_match import Choice, SheetMatch, choose
    from recordkit.agencies.inspecting import inspect

__all__ = [
    "Agency", "Catalogue", "Choice", "Column", "Format", "SheetMatch",
    "check", "choose", "declared_encoding", "draft", "inspect", "load",
]  # fmt: skip

# What computes is loaded when it is first used: a list of the senders needs the declarations alone.
_LOADED_FROM = {
    "Catalogue": "catalogue", "load": "catalogue", "declared_encoding": "declared_encodings", "draft": "drafting",
    "check": "drift", "Choice": "format_match", "SheetMatch": "format_match", "choose": "format_match",
    "inspect": "inspecting",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _LOADED_FROM:
        raise AttributeError(f"module 'recordkit.agencies' has no attribute '{name}'")
    return getattr(import_module(f"recordkit.agencies.{_LOADED_FROM[name]}"), name)
