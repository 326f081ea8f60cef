"""Opens a file of any kind: magic bytes decide, never the name."""

from __future__ import annotations

from pathlib import Path

from recordkit.readers.model import DEFAULT, Limits, SourceFile


def open_all(
    path: Path, limits: Limits = DEFAULT, encoding: str | None = None, delimiter: str | None = None
) -> list[SourceFile]:
    """Every source file that `path` holds: one, or one per member of a zip."""
    raise NotImplementedError


def open_file(
    path: Path, limits: Limits = DEFAULT, encoding: str | None = None, delimiter: str | None = None
) -> SourceFile:
    """The one source file that `path` holds; for a zip of several, use `open_all`."""
    raise NotImplementedError
