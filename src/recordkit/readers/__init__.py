"""Readers: bytes of any kind of file -> strings with their origin; nothing dropped or guessed quietly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recordkit.readers.delimited import split_fixed
    from recordkit.readers.model import DEFAULT, Limits, Sheet, SourceFile
    from recordkit.readers.opening import open_all, open_file

__all__ = ["DEFAULT", "Limits", "Sheet", "SourceFile", "open_all", "open_file", "split_fixed"]

_HOME = {"split_fixed": "delimited", "open_all": "opening", "open_file": "opening"}


def __getattr__(name: str) -> Any:
    """Import on first use: the child process that parses a workbook imports this package for each file."""
    if name not in __all__:
        raise AttributeError(f"module 'recordkit.readers' has no attribute '{name}'")
    from importlib import import_module

    return getattr(import_module(f"recordkit.readers.{_HOME.get(name, 'model')}"), name)
