"""Tells by its bytes alone that every line of a chunk is one well-formed record of the table's width.

Most chunks of most files are like that, and then nothing of them need be cut into lines and looked at. It never says
so wrongly: whatever is less plain than it knows (a doubled quote, a space beside a quote, a cell over two lines, a
NUL) is left to those who look closely.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from recordkit.readers.mojibake import CONTROLS

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.intp]

LINE_END, QUOTE = 10, 34
SIGNS = np.frombuffer(CONTROLS, np.uint8)


def lines(chunk: bytes, delimiter: str, width: int) -> int | None:
    """How many lines the chunk has, when each is a record of `width` cells; None when that is not sure."""
    if width < 2 or len(delimiter) != 1 or not delimiter.isascii() or not chunk.endswith(b"\n") or b"\0" in chunk:
        return None
    data = np.frombuffer(chunk, np.uint8)
    counted = np.zeros(256, bool)
    counted[SIGNS] = True
    counted[[LINE_END, QUOTE, ord(delimiter)]] = True
    places = np.flatnonzero(counted[data])
    signs = data[places]
    if ((signs != LINE_END) & (signs != QUOTE) & (signs != ord(delimiter))).any():
        return None  # a control character
    if b'"' in chunk:
        quoted = signs == QUOTE
        inside = np.logical_xor.accumulate(quoted)
        if inside[-1] or not _at_borders(data, places[quoted], delimiter) or (inside & (signs == LINE_END)).any():
            return None
        signs = signs[~(quoted | inside)]
    if len(signs) % width:
        return None
    records = signs.reshape(-1, width)
    if (records[:, -1] != LINE_END).any() or (records[:, :-1] == LINE_END).any():
        return None
    return len(records)


def _at_borders(data: Bytes, quotes: Places, delimiter: str) -> bool:
    """Every other quote opens behind a delimiter or line end, and every one between closes before one."""
    border = np.zeros(256, bool)
    border[[LINE_END, ord(delimiter)]] = True
    opening, closing = quotes[0::2], quotes[1::2]
    before = border[data[opening - 1]]
    before[opening == 0] = True
    return bool(before.all() and border[data[closing + 1]].all())
