"""Parses one workbook in a process of its own: `python -m recordkit.readers.worker KIND` and the figures of a Share.

The bytes come on stdin. On stdout: for every sheet a 4-byte length and a JSON head, then the columns
that the head announces; a length of 0 says that nothing is missing. A workbook that needs more than its
share kills this process and not the one that compiles a nation's records.
"""

from __future__ import annotations

import io
import json
import os
import signal
import struct
import sys
import zipfile
import zlib
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO, NamedTuple

from recordkit.readers.cell_values import Budget
from recordkit.readers.errors import Refused

DEFAULT_PASSWORD = "VelvetSweatshop"  # noqa: S105  what Excel writes when a workbook is "protected" without one


class Share(NamedTuple):
    """What the process may use, and whose child it is."""

    cells: int  # of one sheet
    text: int  # bytes of the strings in all cells
    spread: int  # bytes that all cells may take, for the size of the file
    expanded: int  # bytes of the parts of the workbook
    memory: int  # bytes of address space
    seconds: int  # of CPU time
    parent: int  # process id


@dataclass
class Table:
    """One sheet, on its way to the parent. Positions in facts are 0-based."""

    name: str
    visible: bool = True
    columns: list[list[str | None]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


def main() -> None:
    """Read stdin, write stdout."""
    kind, share = sys.argv[1], Share(*map(int, sys.argv[2:9]))
    _end_with(share.parent)
    _limit(share.memory, share.seconds)
    out = sys.stdout.buffer
    try:
        data = sys.stdin.buffer.read()
        data, kind = _unlocked(data, kind)
        if kind in ("xlsx", "xlsb", "ods"):
            _refuse_large(data, share.expanded)
        for table in _tables(data, kind, Budget(share.cells, share.text, share.spread)):
            _send(out, table, kind, share.spread)
    except Refused as why:
        _head(out, {"refused": why.code, "name": why.name, "values": why.values})
    except ModuleNotFoundError as error:
        _head(out, {"refused": "RK101", "lacks": error.name or ""})
    except (MemoryError, ImportError):  # libraries are loaded under the limit too
        _head(out, {"refused": "RK123", "name": "needs_more_memory", "values": {}, "memory": True})
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException as error:  # damaged bytes make parsers raise anything, a Rust panic too
        _head(out, {"refused": "RK103", "name": "damaged_workbook", "values": {"error": type(error).__name__}})
    out.write(struct.pack("<I", 0))
    out.flush()


PR_SET_PDEATHSIG = 1


def _end_with(parent: int) -> None:
    """End when the parent does: nobody would hear what is read. Linux tells us; elsewhere it is asked for."""
    try:
        import ctypes

        armed = ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL) == 0
    except (AttributeError, ImportError, OSError, TypeError):  # no Linux
        armed = False
    if os.getppid() != parent and os.name == "posix":  # it has ended already
        os._exit(1)
    if not armed and os.name == "posix":
        import threading

        threading.Thread(target=_watch, args=(parent,), daemon=True).start()


def _watch(parent: int) -> None:
    import time

    while os.getppid() == parent:
        time.sleep(1)
    os._exit(1)


def _limit(memory: int, seconds: int) -> None:
    """Address space, CPU time and no core file (it would hold records). Not on Windows."""
    try:
        import resource
    except ImportError:
        return
    shares = ((resource.RLIMIT_AS, memory, memory), (resource.RLIMIT_CPU, seconds, seconds + 5))
    for which, soft, hard in (*shares, (resource.RLIMIT_CORE, 0, 0)):
        most = resource.getrlimit(which)[1]  # whoever started us may have given less: it cannot be raised
        free = most == resource.RLIM_INFINITY
        resource.setrlimit(which, (soft, hard) if free else (min(soft, most), min(hard, most)))


def _unlocked(data: bytes, kind: str) -> tuple[bytes, str]:
    """Tell what an OLE file is, and open what Excel locked with its well-known default password."""
    if kind == "ods":
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if "META-INF/manifest.xml" in archive.namelist() and b"encryption-data" in archive.read(
                "META-INF/manifest.xml"
            ):
                raise Refused("RK102", "locked_document")
    if kind != "ole":
        return data, kind
    import msoffcrypto
    from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

    try:
        office = msoffcrypto.OfficeFile(io.BytesIO(data))
        if not office.is_encrypted():
            return data, "xls"
    except FileFormatError as error:
        raise Refused("RK130", "ole_no_workbook") from error
    except Exception as error:  # the library's parsers raise anything on a damaged file
        raise Refused("RK103", "damaged_workbook", error=type(error).__name__) from error
    try:
        office.load_key(password=DEFAULT_PASSWORD, verify_password=True)
        opened = io.BytesIO()
        office.decrypt(opened)
    except (DecryptionError, InvalidKeyError, FileFormatError, ParseError, ValueError, TypeError) as error:
        raise Refused("RK102", "locked_workbook") from error
    found = opened.getvalue()
    return found, "xlsx" if found.startswith(b"PK") else "xls"


def _refuse_large(data: bytes, most: int) -> None:
    """Expand every part once, in pieces: what a part says of its size is not believed."""
    left = most
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                with archive.open(info) as part:
                    while piece := part.read(1 << 20):
                        left -= len(piece)
                        if left < 0:
                            raise Refused("RK123", "parts_expand", count=most)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as error:
        raise Refused("RK103", "damaged_workbook", error=type(error).__name__) from error


def _tables(data: bytes, kind: str, budget: Budget) -> Iterator[Table]:
    if kind in ("html", "xml"):
        from recordkit.readers import markup

        return markup.html_tables(data, budget) if kind == "html" else markup.xml_tables(data, budget)
    from recordkit.readers import spreadsheet

    return spreadsheet.tables(data, kind, budget)


def _send(out: BinaryIO, table: Table, kind: str, most: int) -> None:
    """A head, then of every column the size of its text, how long each cell is (-1: blank) and the text itself. No
    library is asked for it: starting one takes longer than reading most workbooks."""
    body = []
    for values in table.columns:
        cells = [None if value is None else value.encode() for value in values]
        text = b"".join(cell for cell in cells if cell)
        lengths = array("q", [-1 if cell is None else len(cell) for cell in cells])
        most -= len(text)
        if most < 0:  # a parser repeated something that was not counted before
            raise Refused("RK123", "far_more_text")
        body += [struct.pack("<q", len(text)), lengths.tobytes(), text]
    size, rows = sum(map(len, body)), len(table.columns[0]) if table.columns else 0
    head = {"name": table.name, "visible": table.visible, "kind": kind, "bytes": size, "rows": rows, **table.facts}
    _head(out, head)
    out.writelines(body)


def _head(out: BinaryIO, head: dict[str, Any]) -> None:
    text = json.dumps(head).encode("utf-8")
    out.write(struct.pack("<I", len(text)))
    out.write(text)


if __name__ == "__main__":
    main()
