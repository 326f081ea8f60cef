"""Facts of .xls sheets (BIFF8), read from their records."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import olefile  # type: ignore[import-untyped,unused-ignore]

from recordkit.readers import xls_formatting
from recordkit.readers.cell_budget import Budget
from recordkit.readers.cell_metadata import Facts
from recordkit.readers.errors import Refused

BOUNDSHEET, ROW, FORMULA, BOOLERR, EOF = 0x0085, 0x0208, 0x0006, 0x0205, 0x000A
COLINFO, SHARED = 0x007D, 0x00FD
FILLER = 200  # more columns than this only fill the sheet up
_ERRORS = {
    0x00: "#NULL!",
    0x07: "#DIV/0!",
    0x0F: "#VALUE!",
    0x17: "#REF!",
    0x1D: "#NAME?",
    0x24: "#NUM!",
    0x2A: "#N/A",
}


def xls(data: bytes, budget: Budget) -> list[Facts]:
    """Facts per sheet in the order of the workbook, sheets that are no worksheets too.

    Programs that cannot compute write an empty or zero result for every formula; so when no formula of the
    workbook has another result, none of them is believed.
    """
    with olefile.OleFileIO(io.BytesIO(data)) as ole:
        name = next(name for name in ("Workbook", "Book") if ole.exists(name))
        if ole.get_size(name) > len(data):  # a chain of sectors that bites its tail
            raise Refused("RK103", "the workbook says that it is larger than its file")
        stream = ole.openstream(name).read()
    looks = xls_formatting.looks(list(_records(stream, 0)))
    starts = [struct.unpack_from("<I", body)[0] for kind, body in _records(stream, 0) if kind == BOUNDSHEET]
    sheets = [_xls_sheet(stream, start, looks, budget) for start in starts]
    nobody_computed = not any(computed for _, _, computed in sheets)
    for facts, empty, _ in sheets:
        facts.uncomputed = empty if nobody_computed else []
        facts.epoch = looks.epoch
    return [facts for facts, _, _ in sheets]


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Records from `at` to the end of the substream."""
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + length]
        if kind == EOF:
            return
        at += 4 + length


def _xls_sheet(
    stream: bytes, start: int, looks: xls_formatting.Looks, budget: Budget
) -> tuple[Facts, list[tuple[int, int]], int]:
    """Facts of a sheet, its formulas with an empty or zero result, and how many have another result."""
    facts = Facts()
    empty: list[tuple[int, int]] = []
    computed = height = width = 0
    for kind, body in _records(stream, start):
        if kind == ROW and len(body) >= 14 and body[12] & 0x20:
            facts.hidden_rows.append(struct.unpack_from("<H", body)[0])
        elif kind == COLINFO and len(body) >= 10:
            first, last, width, _, flags = struct.unpack_from("<5H", body)
            if (flags & 1 or not width) and last - first < FILLER:
                facts.hidden_columns.extend(range(first, last + 1))
        elif kind == SHARED and len(body) >= 10:
            budget.charge(1, looks.size(struct.unpack_from("<I", body, 6)[0]))
        elif kind == BOOLERR and len(body) >= 8 and body[7]:
            facts.errors.append((*struct.unpack_from("<HH", body), _ERRORS.get(body[6], "#?")))
        elif kind == FORMULA and len(body) >= 16:
            row, column = struct.unpack_from("<HH", body)
            result, special = body[6:14], body[12:14] == b"\xff\xff"
            if special and result[0] == 2:
                facts.errors.append((row, column, _ERRORS.get(result[2], "#?")))
            if (special and result[0] == 3) or result == bytes(8):
                empty.append((row, column))
            else:
                computed += 1
        facts.formatted.extend(looks.formatted(kind, body))
        if kind in xls_formatting.SINGLE and len(body) >= 6:
            row, column = struct.unpack_from("<2H", body)
            height, width = max(height, row + 1), max(width, column + 1)
    budget.sheet(height, width)
    return facts, empty, computed
