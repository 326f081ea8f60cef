"""What the cells of one workbook may hold: told before its parser makes them. Runs in the child process only."""

from __future__ import annotations

from dataclasses import dataclass

from recordkit.readers.errors import Refused

CELL = 32  # bytes that a cell costs whatever stands in it
AREA = 4  # counted for a cell of the area in use that is empty


@dataclass
class Budget:
    """`cells` of one sheet; `text` bytes of strings in all sheets; `spread`: what all cells may take for a file of
    this size, their text counted once for every cell that shows it."""

    cells: int
    text: int
    spread: int
    used_text: int = 0
    used: int = 0

    def charge(self, cells: int, text: int) -> None:
        """Count cells and the bytes of the text that they hold together; Refused RK123 when it is too much."""
        self.used_text += text
        self.used += cells * CELL + text
        if self.used_text > self.text:
            raise Refused("RK123", f"its cells hold more than {self.text} bytes of text")
        if self.used > self.spread:
            raise Refused("RK123", f"its cells take more than {self.spread} bytes, far more than the file is large")

    def sheet(self, rows: int, columns: int) -> None:
        """Look at the area of a sheet: cells that are empty are made, too."""
        if rows * columns > self.cells or rows * columns * AREA > self.spread:
            raise Refused("RK123", f"a sheet reaches to row {rows}, column {columns}")
