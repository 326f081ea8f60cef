"""The size of the terminal that a result is laid out for."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import suppress

PIPED_WIDTH = 110  # signs of a line of text that no terminal shows


def size() -> os.terminal_size:
    """Columns and lines. COLUMNS and LINES win, as in every program.

    The descriptors are asked: `shutil` asks `sys.__stdout__`, which has been replaced (see `output.guard`), and falls
    back to 80x24.
    """
    found = shutil.get_terminal_size((0, 0))
    if all(found):
        return found
    for stream in (sys.stdout, sys.stderr, sys.stdin):
        with suppress(AttributeError, ValueError, OSError):
            real = os.get_terminal_size(stream.fileno())
            return os.terminal_size((found.columns or real.columns or 80, found.lines or real.lines or 24))
    return os.terminal_size((found.columns or 80, found.lines or 24))


def width() -> int:
    """Columns of a text on standard output."""
    return size().columns if sys.stdout.isatty() else PIPED_WIDTH
