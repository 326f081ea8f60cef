"""Readers: bytes of any kind of file -> strings with their origin; nothing dropped or guessed quietly."""

from recordkit.readers.fixed import split_fixed
from recordkit.readers.model import DEFAULT, Limits, Sheet, SourceFile
from recordkit.readers.opening import open_all, open_file

__all__ = ["DEFAULT", "Limits", "Sheet", "SourceFile", "open_all", "open_file", "split_fixed"]
