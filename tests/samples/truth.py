"""Reads the truth of the sample inbox and an edition compiled from it, both in the same terms.

A row is named `file id|sheet|row` on both sides; a list is joined with `;`; null is the empty string.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_data"
Rows = list[dict[str, str]]


def text(frame: pl.DataFrame) -> Rows:
    """Every value as the truth writes it."""
    shown = []
    for name, kind in frame.schema.items():
        column = pl.col(name)
        if isinstance(kind, pl.List):
            if kind.inner == pl.String:
                column = column.list.join(";")
            else:
                continue
        elif kind == pl.Boolean:
            column = column.replace_strict({True: "true", False: "false"}, return_dtype=pl.String)
        shown.append(column.cast(pl.String).fill_null("").alias(name))
    return frame.select(shown).to_dicts()


@dataclass(frozen=True)
class Truth:
    """The CSV files of sample_data/truth."""

    folder: Path = SAMPLES / "truth"
    inbox: Path = SAMPLES / "inbox"

    def table(self, name: str) -> Rows:
        """One file, all text."""
        path = self.folder / name
        return pl.read_csv(path, infer_schema=False).fill_null("").to_dicts()

    @cached_property
    def files(self) -> dict[str, dict[str, str]]:
        """File id -> its line."""
        return {row["id"]: row for row in self.table("files.csv")}

    @cached_property
    def id_of(self) -> dict[str, str]:
        """sha256 -> id of the first file with these bytes."""
        found: dict[str, str] = {}
        for number, row in sorted(self.files.items(), key=lambda pair: pair[1]["file"]):
            digest = hashlib.sha256((self.inbox / row["file"]).read_bytes()).hexdigest()
            found.setdefault(digest, number)
        return found

    def id_of_file(self, number: str) -> str:
        """The id under which the bytes of a file are known: a copy has that of the first."""
        digest = hashlib.sha256((self.inbox / self.files[number]["file"]).read_bytes()).hexdigest()
        return self.id_of[digest]

    @cached_property
    def sheets(self) -> dict[str, set[str]]:
        """File id -> names of its sheets."""
        found: dict[str, set[str]] = {}
        for row in self.table("rows.csv"):
            found.setdefault(row["file"], set()).add(row["sheet"])
        return found

    def ref(self, sha256: str | None, sheet: str | None, row: int | None) -> str:
        """A place in the inbox in the terms of the truth."""
        number = self.id_of.get(sha256 or "", (sha256 or "")[:8])
        known = self.sheets.get(number, set())
        name = sheet or ""
        if name not in known and len(known) == 1:
            name = next(iter(known))
        return f"{number}|{name}|{'' if row is None else row}"


@dataclass(frozen=True)
class Edition:
    """The tables of one edition as text, with places named as the truth names them."""

    store: Path
    truth: Truth

    @cached_property
    def id(self) -> str:
        """The edition that `current` names."""
        return (self.store / "current").read_text().strip()

    def frame(self, name: str) -> pl.DataFrame:
        """A table as it was published."""
        return pl.read_parquet(self.store / "editions" / self.id / name / "*.parquet")

    @cached_property
    def quarantine(self) -> pl.DataFrame:
        """The rows quarantined."""
        return pl.read_parquet(self.store / "quarantine" / self.id / "rows" / "*.parquet")

    def refs(self, frame: pl.DataFrame) -> list[list[str]]:
        """Places of every row of a table with source_rows."""
        return [
            [self.truth.ref(one["file_sha256"], one["sheet"], one["row"]) for one in rows]
            for rows in frame["source_rows"].to_list()
        ]

    def table(self, name: str) -> list[tuple[dict[str, str], frozenset[str]]]:
        """Rows of a table, each with the places that made it."""
        frame = self.frame(name)
        return [(row, frozenset(refs)) for row, refs in zip(text(frame), self.refs(frame), strict=True)]


class Differences:
    """What is not as it should be, field by field; shows the first twenty of each."""

    def __init__(self) -> None:
        self.found: dict[str, list[str]] = {}
        self.compared = 0

    def add(self, field: str, message: str) -> None:
        """One difference."""
        self.found.setdefault(field, []).append(message)

    def same(self, field: str, where: str, expected: str, got: str) -> None:
        """Compare two values."""
        self.compared += 1
        if expected != got:
            self.add(field, f"{where}: expected {expected!r}, got {got!r}")

    def row(
        self, table: str, where: str, expected: Mapping[str, str], got: Mapping[str, str], names: Iterable[str]
    ) -> None:
        """Compare the named columns of two rows."""
        for name in names:
            self.same(f"{table}.{name}", where, expected[name], got.get(name, ""))

    def sets(self, field: str, expected: set[str], got: set[str]) -> None:
        """Compare two sets of places or keys."""
        self.compared += len(expected)
        for one in sorted(expected - got):
            self.add(field, f"missing: {one}")
        for one in sorted(got - expected):
            self.add(field, f"not in the truth: {one}")

    def __str__(self) -> str:
        lines = []
        for field, messages in sorted(self.found.items()):
            lines.append(f"{field}: {len(messages)} differences")
            lines += [f"    {message}" for message in messages[:20]]
        return "\n".join(lines)
