"""Keeps every finding of many files in bounded memory, and gives them back in order: what is much goes to disk."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import polars as pl

from recordkit import details
from recordkit.errors import RecordkitError
from recordkit.fields import dispatch
from recordkit.store import disk, workspace
from recordkit.store.errors import reason

HELD = 300_000  # findings that are held in memory; beyond it all are kept on disk
ROWS = 50_000  # physical rows of a file whose findings are put in order together

_Place = tuple[str | None, str | None, int | None]  # file_sha256, sheet, which ROWS rows; None: the whole sheet


@dataclass
class _Part:
    whose: str
    place: _Place
    rows: int
    held: pl.DataFrame | None
    path: Path | None = None


@dataclass
class Spill:
    """Used with `with`: at its end nothing of it is left, whatever happened.

    near: the folder in which a private one is made when the findings are many; they are personal, so it is never a
    folder that is shared, such as the system's temporary one.
    shown: what is done to findings before they are kept, such as masking.
    """

    near: Path
    shown: Callable[[pl.DataFrame], pl.DataFrame]
    _parts: list[_Part] = field(default_factory=list)
    _open: ExitStack = field(default_factory=ExitStack)
    _folder: Path | None = None
    _written: int = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._parts.clear()
        self._open.close()

    def of(self, path: Path) -> Callable[[pl.DataFrame], None]:
        """What takes the findings (ISSUE_SCHEMA, rated) of one file; those that it took before are forgotten."""
        whose = str(path)
        for part in [one for one in self._parts if one.whose == whose]:
            self._parts.remove(part)
            if part.path is not None:
                disk.discard(part.path)
        return lambda found: self._take(whose, found)

    def _take(self, whose: str, found: pl.DataFrame) -> None:
        placed = self.shown(found).with_columns(pl.col("row").floordiv(ROWS).alias("at"))
        for (sha256, sheet, at), part in placed.partition_by(
            "file_sha256", "sheet", "at", as_dict=True, maintain_order=True
        ).items():
            self._parts.append(_Part(whose, (sha256, sheet, at), part.height, dispatch.copied(part.drop("at"))))
        if self._folder is not None or sum(part.rows for part in self._parts) > HELD:
            self._store()

    def _store(self) -> None:
        """All that is held goes to disk."""
        try:
            if self._folder is None:
                self._folder = self._open.enter_context(workspace.sibling_workspace(disk.make_folders(self.near)))
            for part in self._parts:
                if part.held is not None:
                    part.path = self._folder / f"{self._written}.arrow"
                    with disk.new_file(part.path, durable=False) as file:
                        part.held.write_ipc(file, compression="zstd")
                    part.held = None
                    self._written += 1
        except (OSError, pl.exceptions.ComputeError) as error:
            what = details.text("findings_not_kept", path=self.near, reason=reason(error))
            raise RecordkitError(what, details.text("give_place_with_room")) from None

    def ordered(self, names: Mapping[str, str]) -> Iterator[pl.DataFrame]:
        """All findings in frames, by name of the file, sheet and row: those of a frame before those of the next."""
        together: dict[tuple[tuple[bool, str], tuple[bool, str], tuple[bool, int]], list[_Part]] = {}
        for part in self._parts:
            sha256, sheet, at = part.place
            name = names.get(sha256) if sha256 is not None else None
            key = (name is None, name or ""), (sheet is None, sheet or ""), (at is None, at or 0)
            together.setdefault(key, []).append(part)
        for _, parts in sorted(together.items(), key=lambda one: one[0]):
            yield pl.concat([pl.read_ipc(one.path) if one.path else _held(one) for one in parts])


def private_place(output: Path | None) -> Path:
    """Where findings may be kept: beside the output, else in the user's own cache."""
    if output is not None:
        return output.absolute().parent
    base = os.environ.get("XDG_CACHE_HOME")
    return (Path(base) if base else Path.home() / ".cache") / "recordkit"


def _held(part: _Part) -> pl.DataFrame:
    assert part.held is not None
    return part.held
