"""A restricted folder: new, private, whole or not there, with a manifest that says what it is and for whom."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import text_safety
from recordkit.store import disk, workspace

FORMAT = 1


def write(to: Path, files: Mapping[str, bytes], manifest: Mapping[str, Any]) -> None:
    """Write the files and `manifest.json`, with the sum of each. The same of all give the same bytes."""
    sums = {name: disk.sha256_bytes(data) for name, data in sorted(files.items())}
    with workspace.new_folder(to) as work:
        for name, data in files.items():
            disk.write_file(work / name, data)
        whole = {"format": FORMAT, **manifest, "files": sums}
        disk.write_file(work / "manifest.json", disk.canonical_json(whole, indent=1))


def table(frame: pl.DataFrame) -> bytes:
    """A CSV that a spreadsheet takes as it is: lists are joined, and no cell can be a formula."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(frame.columns)
    writer.writerows([_cell(value) for value in row] for row in frame.iter_rows())
    return file.getvalue().encode("utf-8-sig")


def _cell(value: Any) -> Any:
    if isinstance(value, (list, tuple)):
        value = ";".join(map(str, value))
    return text_safety.cell(text_safety.one_line(value)) if isinstance(value, str) else value
