"""What a damaged file is, what its truth is, and how a reading of it is judged: right, loud or silently different."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import readers
from recordkit.readers import SourceFile

Row = list[str | None]
Table = dict[int, Row]  # row as a person sees it -> cells; rows that are wholly blank are left out
RIGHT, LOUD, SILENT = "right", "loud", "silently different"


@dataclass(frozen=True)
class Case:
    """One file, what its sender meant, and the findings that must come: "RK111@4" or "RK129"."""

    name: str
    file: str
    data: bytes | Callable[[], bytes]
    truth: Mapping[str, Table]  # sheet label -> table
    found: frozenset[str] = frozenset()
    want: str = RIGHT
    options: Mapping[str, Any] = field(default_factory=dict)

    def bytes(self) -> bytes:
        """The file."""
        return self.data() if callable(self.data) else self.data


@dataclass(frozen=True)
class Verdict:
    """How a reading compares with the truth."""

    score: str
    found: frozenset[str]
    differences: tuple[str, ...] = ()


def table(rows: Iterable[Sequence[str | None]], first: int = 1) -> Table:
    """Consecutive rows from `first` on; "" is blank."""
    return {n: [cell or None for cell in row] for n, row in enumerate(rows, start=first)}


def case(
    name: str, file: str, data: bytes | str | Callable[[], bytes], truth: Table | Mapping[str, Table], found: str = "",
    want: str = RIGHT, encoding: str = "utf-8", **options: Any,
) -> Case:  # fmt: skip
    """A case; `truth` of one table is that of the sheet without a name."""
    sheets = truth if all(isinstance(key, str) for key in truth) else {"": truth}
    raw = data.encode(encoding) if isinstance(data, str) else data
    return Case(name, file, raw, sheets, frozenset(found.split()), want, options)  # type: ignore[arg-type]


def judge(one: Case, folder: Path) -> Verdict:
    """Write the file, read it, compare every row of every sheet with the truth."""
    path = folder / one.file
    path.write_bytes(one.bytes())
    files = readers.open_all(path, **one.options)
    found = pl.concat([file.issues for file in files])
    tables = {label: rows for file in files for label, rows in _tables(file)}
    named = found.with_columns(pl.col("sheet").fill_null("")).select("sheet", "row", "code", "severity").rows()
    places = {(sheet, row) for sheet, row, _, _ in named if row is not None}
    refused = {sheet for sheet, row, _, severity in named if row is None and severity == "reject"}
    differences, silent = [], False
    for label in {*one.truth, *tables}:
        for row in sorted({*one.truth.get(label, {}), *tables.get(label, {})}):
            meant, came = one.truth.get(label, {}).get(row), tables.get(label, {}).get(row)
            if _same(meant, came):
                continue
            covered = (label, row) in places or bool(refused & {label, label.split("!")[0], ""} and label not in tables)
            silent |= not covered
            differences.append(
                f"{label} row {row}: meant {meant}, came {came}{'' if covered else ' WITHOUT A FINDING'}"
            )
    score = SILENT if silent else LOUD if differences else RIGHT
    codes = {code if row is None else f"{code}@{row}" for _, row, code, _ in named}
    return Verdict(score, frozenset(codes), tuple(differences))


def _tables(file: SourceFile) -> Iterable[tuple[str, Table]]:
    for sheet in file.sheets:
        frames = [pl.DataFrame(schema=sheet.schema()), *sheet.batches()]
        rows = {row[0]: list(row[1:]) for row in pl.concat(frames).rows()}
        yield file.sheet_label(sheet), {row: cells for row, cells in rows.items() if any(cells)}


def _same(meant: Row | None, came: Row | None) -> bool:
    """Equal but for blank cells at the end."""
    return _trimmed(meant) == _trimmed(came)


def _trimmed(row: Row | None) -> Row | None:
    if row is None:
        return None
    cells = list(row)
    while cells and cells[-1] is None:
        cells.pop()
    return cells or None
