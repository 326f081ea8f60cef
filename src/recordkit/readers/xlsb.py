"""What the cells of an .xlsb would take, read from its records."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Iterator

from recordkit.readers.cell_values import Budget

SHARED_ITEM, SHARED_CELL = 19, 7  # BrtSSTItem, BrtCellIsst
LEAST = 14  # bytes of a cell that names a shared string


def measure(data: bytes, budget: Budget) -> None:
    """Count every shared string once for each cell that shows it. Refused RK123 when it is too much."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        names = {name.lower(): name for name in archive.namelist()}
        if "xl/sharedstrings.bin" not in names:
            return
        shared = archive.read(names["xl/sharedstrings.bin"])
        items = (at for at, size in _records(shared, SHARED_ITEM) if size > 5)
        sizes = [struct.unpack_from("<I", shared, at + 1)[0] * 2 for at in items]
        longest = max(sizes, default=0)
        for name in (name for name in names if name.startswith("xl/worksheets/") and name.endswith(".bin")):
            sheet = archive.read(names[name])
            if len(sheet) // LEAST * longest <= budget.spread - budget.used:
                continue
            shows = (at for at, size in _records(sheet, SHARED_CELL) if size >= 12)
            shown = [struct.unpack_from("<I", sheet, at + 8)[0] for at in shows]
            budget.charge(len(shown), sum(sizes[one] for one in shown if one < len(sizes)))


def _records(data: bytes, wanted: int) -> Iterator[tuple[int, int]]:
    """Where the records of one kind begin, and how long they are."""
    at, end = 0, len(data)
    while at < end:
        kind, at = _number(data, at, 2)
        size, at = _number(data, at, 4)
        if kind == wanted and at + size <= end:
            yield at, size
        at += size


def _number(data: bytes, at: int, most: int) -> tuple[int, int]:
    """A number of up to `most` bytes, seven bits in each; kinds of records keep their eighth."""
    value = 0
    for place in range(most):
        if at >= len(data):
            return value, at
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << (7 * place)
        if byte < 0x80:
            break
    return value, at
