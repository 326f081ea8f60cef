"""Workbooks: parsed in a child process under limits, received here as frames of strings."""

from __future__ import annotations

import json
import os
import signal
import struct
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa

from recordkit import details
from recordkit.errors import UnreadableInput
from recordkit.readers import mojibake, reader_findings, table_layout
from recordkit.readers.byte_source import Blob
from recordkit.readers.errors import Refused
from recordkit.readers.model import Limits, Sheet
from recordkit.readers.worker import Share

ROOT = Path(__file__).resolve().parents[2]


def read(blob: Blob, kind: str, limits: Limits, sha256: str) -> tuple[tuple[Sheet, ...], pl.DataFrame, str]:
    """(sheets, findings, kind). Raises Refused when the workbook cannot be read whole."""
    data = blob.everything(limits.html_bytes if kind in ("html", "xml") else limits.workbook_bytes)
    sheets: list[Sheet] = []
    found: list[pl.DataFrame] = []
    for head, body in _parts(_run(blob.name, data, kind, limits)):
        if "refused" in head:
            if "lacks" in head:
                raise _lacks(blob.name, head["lacks"])
            if head.get("memory") and limits.of_machine:
                raise _not_now(blob.name, details.text("needs_more_than_half"))
            raise _refused(blob.name, Refused(head["refused"], head["name"], **head["values"]), limits)
        kind = head["kind"]
        sheet = _sheet(head, body)
        _refuse_wide(sheet, limits)
        sheets.append(sheet)
        found.extend(_findings(head, sheet, sha256))
    if not sheets:
        raise Refused("RK101", "no_table")
    return tuple(sheets), reader_findings.together(found), kind


def _run(name: str, data: bytes, kind: str, limits: Limits) -> bytes:
    """Everything that the child wrote. Its stderr is dropped: it may quote the file."""
    spread = max(limits.ratio_floor, limits.ratio * len(data))
    share = Share(
        limits.workbook_cells, limits.workbook_text, spread, limits.workbook_expanded, limits.workbook_memory,
        limits.workbook_seconds, os.getpid(),
    )  # fmt: skip
    command = [sys.executable, "-m", "recordkit.readers.worker", kind, *map(str, share)]
    path = os.pathsep.join(part for part in (str(ROOT), os.environ.get("PYTHONPATH", "")) if part)
    given = {name: value for name, value in os.environ.items() if not name.startswith("RECORDKIT_")}  # keys are there
    env = {**given, "PYTHONPATH": path, "POLARS_MAX_THREADS": "1", "RUST_BACKTRACE": "0"}
    try:
        # A crash is believed when it comes twice, and so is an end by a system short of memory: either is then
        # remembered as the workbook's fault.
        for _ in range(2):
            done = subprocess.run(  # noqa: S603  our own interpreter and module
                command, input=data, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                timeout=30 + 3 * limits.workbook_seconds, env=env, check=False,
            )  # fmt: skip
            if -done.returncode not in _CRASHES:
                break
    except subprocess.TimeoutExpired as error:
        raise _not_now(name, details.text("no_answer_within", seconds=f"{error.timeout:.0f}")) from None
    except OSError as error:  # the bytes are here already: this is about starting and hearing a process
        raise _not_now(name, error.strerror or details.text("reader_not_started")) from None
    if -done.returncode in _FROM_OUTSIDE:
        raise _not_now(name, details.text("reader_ended"))
    if -done.returncode == _KILLED:
        raise Refused("RK123", "reader_killed")
    if done.returncode > 0:  # the child says by itself what is wrong with a workbook: it did not come so far
        raise _not_now(name, details.text("reader_not_started"))
    if done.returncode:
        if limits.of_machine and -done.returncode != getattr(signal, "SIGXCPU", 24):
            raise _not_now(name, details.text("needs_half_of_memory", count=limits.workbook_memory))
        raise _refused(name, _death(done.returncode, limits), limits)
    return done.stdout


_KILLED = getattr(signal, "SIGKILL", signal.SIGTERM)
_CRASHES = {signal.SIGSEGV, getattr(signal, "SIGBUS", signal.SIGSEGV), signal.SIGILL, _KILLED}
# Not the workbook's doing, but a person's. Its own limits end it with SIGXCPU or SIGABRT.
_FROM_OUTSIDE = {signal.SIGTERM, signal.SIGINT, getattr(signal, "SIGHUP", signal.SIGTERM)}


def _not_now(name: str, what: str) -> UnreadableInput:
    """Says nothing about the workbook, so nothing about it may be remembered."""
    return UnreadableInput(details.text("not_read_now_because", name=name, what=what), details.text("run_when_quiet"))


def _lacks(name: str, library: str) -> UnreadableInput:
    """The fault of the installation, and not of the workbook: nothing about it may be remembered."""
    what = "library_missing" if library else "reader_missing"
    known = {"library": library} if library else {}
    return UnreadableInput(details.text(what, name=name, **known), details.text("install_all_packages"))


def _refused(name: str, why: Refused, limits: Limits) -> Exception:
    """The refusal; or, where the machine gives less than a workbook's share, that it is to be read again."""
    if why.code == "RK123" and _is_short(limits):
        return _not_now(name, details.text("process_is_limited"))
    return why


def _is_short(limits: Limits) -> bool:
    try:
        import resource
    except ImportError:  # on Windows
        return False
    shares = ((resource.RLIMIT_AS, limits.workbook_memory), (resource.RLIMIT_CPU, limits.workbook_seconds))
    given = [(resource.getrlimit(which)[1], share) for which, share in shares]
    return any(most != resource.RLIM_INFINITY and most < share for most, share in given)


def _death(code: int, limits: Limits) -> Refused:
    if code == -getattr(signal, "SIGXCPU", 24):
        return Refused("RK123", "needs_more_seconds", count=limits.workbook_seconds)
    return Refused("RK123", "reader_died", exit=code, count=limits.workbook_memory)


def _parts(out: bytes) -> Iterator[tuple[dict[str, Any], memoryview]]:
    """(head, columns as the child wrote them) of every sheet; Refused when the end is missing."""
    at, view = 0, memoryview(out)
    while at + 4 <= len(out):
        (length,) = struct.unpack_from("<I", out, at)
        if not length:
            return
        head = json.loads(out[at + 4 : at + 4 + length])
        at += 4 + length
        size = head.get("bytes", 0)
        yield head, view[at : at + size]
        at += size
    raise Refused("RK123", "reader_stopped")


@dataclass(frozen=True)
class Whole:
    """A sheet in memory."""

    frame: pl.DataFrame

    def batches(self, rows: int) -> Iterator[pl.DataFrame]:
        """Slices of it."""
        return self.frame.iter_slices(rows)


def _sheet(head: dict[str, Any], body: memoryview) -> Sheet:
    rows = pl.int_range(1, head["rows"] + 1, dtype=pl.Int64, eager=True).alias("row")
    arrays = list(_columns(body, head["rows"]))
    cells = pl.from_arrow(pa.table(arrays, names=[f"c{at}" for at in range(1, len(arrays) + 1)]))
    assert isinstance(cells, pl.DataFrame)
    frame = pl.DataFrame([rows, *cells.get_columns()])
    filled = tuple(
        ((top + 1, bottom + 1), (left + 1, right + 1)) for (top, left), (bottom, right) in head.get("merged", ())
    )
    return Sheet(
        head["name"], frame.width - 1, frame.height, head["visible"], filled,
        struck_rows=tuple(row + 1 for row in head.get("struck_rows", ())),
        struck=tuple(
            (row + 1, f"c{at + 1}", text) for row, at, what, text in head.get("originals", ()) if "struck" in what
        ),
        hidden_columns=tuple(f"c{at + 1}" for at in head.get("hidden_columns", ())),
        epoch=head.get("epoch", 1900),
        source=Whole(frame).batches, first=frame, last=frame,
    )  # fmt: skip


def _columns(body: memoryview, rows: int) -> Iterator[pa.Array]:
    """c1, c2 ... as the child wrote them: the size of the text, the lengths of its cells (-1: blank), the text."""
    at = 0
    while at < len(body):
        (size,) = struct.unpack_from("<q", body, at)
        lengths = np.frombuffer(body, "<i8", rows, at + 8)
        at += 8 + lengths.nbytes
        offsets = np.concatenate([[0], np.cumsum(np.maximum(lengths, 0))]).astype(np.int64)
        filled = np.packbits(lengths >= 0, bitorder="little")
        buffers = (pa.py_buffer(offsets), pa.py_buffer(body[at : at + size]), pa.py_buffer(filled))
        yield pa.LargeStringArray.from_buffers(rows, *buffers)
        at += size


def _refuse_wide(sheet: Sheet, limits: Limits) -> None:
    """Thousands of columns with something in them are no records, and every one of them would be looked at."""
    if sheet.width <= limits.columns or sheet.last is None:
        return
    filled = sum(column.null_count() < len(column) for column in sheet.last.get_columns()[1:])
    if filled > limits.columns:
        raise Refused("RK101", "sheet_too_wide", count=filled)


def _findings(head: dict[str, Any], sheet: Sheet, sha256: str) -> Iterator[pl.DataFrame]:
    """Everything about one sheet."""
    if not sheet.visible:
        yield reader_findings.of_file("RK117", sha256, details.text("sheet_hidden"), sheet=sheet.name)
        return
    if hidden := head.get("hidden_rows"):
        detail = details.text("rows_hidden", count=len(hidden), row=min(hidden) + 1)
        yield reader_findings.of_file("RK118", sha256, detail, sheet=sheet.name)
    if head.get("hidden_columns"):
        named = ", ".join(letters(at) for at in head["hidden_columns"][:10])
        yield reader_findings.of_file("RK141", sha256, details.text("columns_hidden", columns=named), sheet=sheet.name)
    if sheet.epoch != 1900:
        yield reader_findings.of_file("RK142", sha256, details.text("days_from", day="1904-01-01"), sheet=sheet.name)
    if of_cells := list(_cell_findings(head)):
        schema = {"row": pl.Int64, "at": pl.Int64, "code": pl.String, "detail": pl.String, "value": pl.String}
        yield reader_findings.of_rows(pl.DataFrame(of_cells, schema=schema, orient="row"), sha256, sheet.name)
    cells = sheet.head(sheet.height or 0)
    if sheet.width:
        text = pl.concat_str(pl.exclude("row"), separator="\n", ignore_nulls=True)
        yield from _of_letters(cells.select("row", text=text), sha256, sheet.name)
    if head.get("nested"):
        detail = details.text("table_in_cell")
        yield reader_findings.of_file("RK125", sha256, detail, sheet=sheet.name)
    for code, detail in table_layout.side_by_side_tables(cells, sheet.filled):
        yield reader_findings.of_file(code, sha256, detail, sheet=sheet.name)


def _of_letters(texts: pl.DataFrame, sha256: str, sheet: str) -> Iterator[pl.DataFrame]:
    if (odd := mojibake.findings(texts)).height:
        yield reader_findings.of_rows(odd, sha256, sheet)
    if (joined := texts.filter(pl.col("text").str.contains(mojibake.JOINED))).height:
        yield reader_findings.of_file(
            "RK148", sha256, details.text("first_in_row", row=joined.item(0, "row")), sheet=sheet
        )


def _cell_findings(head: dict[str, Any]) -> Iterator[tuple[int, int, str, str, str | None]]:
    """(row, column, code, detail, value) of single cells; rows count from 1."""
    for row, column, text in head.get("errors", ()):
        yield row + 1, column, "RK119", details.text("cell_holds", cell=f"{letters(column)}{row + 1}", error=text), None
    for row, column in head.get("uncomputed", ()):
        yield row + 1, column, "RK120", details.text("formula_without_value", cell=f"{letters(column)}{row + 1}"), None
    for row, column in head.get("long_numbers", ()):
        detail = details.text("fifteen_digits", cell=f"{letters(column)}{row + 1}")
        yield row + 1, column, "RK132", detail, None
    for row, column, what, text in head.get("originals", ()):
        place = f"{letters(column)}{row + 1}"
        if "struck" in what:
            yield row + 1, column, "RK139", details.text("struck_text", cell=place), text
        if "raised" in what:
            yield row + 1, column, "RK140", details.text("raised_mark", cell=place), text


def letters(column: int) -> str:
    """0 -> A, 26 -> AA."""
    name = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name
