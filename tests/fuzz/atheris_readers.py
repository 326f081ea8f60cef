"""Coverage-guided fuzzing: `python tests/fuzz/atheris_readers.py TARGET [libFuzzer options] [corpus]`.

TARGET is one of text, fixed, archive, markup, facts, books.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["recordkit.readers"]):
    from fuzzing import check, seeds

    from recordkit.readers import SourceFile, markup, ods, split_fixed, worker, xls, xlsx
    from recordkit.readers.cell_values import Budget
    from recordkit.readers.errors import Refused

ALLOWED = (Refused, MemoryError)


def text(data: bytes) -> None:
    """Delimited text and everything that is taken for it."""
    if data.startswith((b"PK", b"\xd0\xcf", b"<", b"\x1f\x8b")):
        return
    check(data)


def fixed(data: bytes) -> None:
    """Lines that are cut by position: the first bytes are the widths, and every character comes back once."""
    widths = [1 + byte % 40 for byte in data[:4]]

    def cut(file: SourceFile) -> None:
        for sheet in file.sheets:
            for batch in sheet.batches(1_000):
                pieces = split_fixed(batch.select("row", "c1"), widths)
                assert pieces.get_column("row").equals(batch.get_column("row"))

    check(data[4:], "x.txt", delimiter="", also=cut)


def archive(data: bytes) -> None:
    """gzip and zip of texts."""
    if data.startswith((b"PK", b"\x1f\x8b")) and b"xl/" not in data:
        check(data)


def markup_(data: bytes) -> None:
    """HTML and XML as the child process parses them."""
    with contextlib.suppress(*ALLOWED):
        for parse in (markup.html_tables, markup.xml_tables):
            with contextlib.suppress(*ALLOWED, ValueError):  # the child turns these into RK103
                list(parse(data, _budget()))


def _budget() -> Budget:
    return Budget(cells=200_000, text=64 << 20, spread=64 << 20)


def facts_(data: bytes) -> None:
    """What is read of a workbook beside its values; damage may raise anything there, and must not hang."""
    for parse in (xlsx.xlsx, xls.xls, ods.ods):
        with contextlib.suppress(Exception):
            parse(data, _budget())
    with contextlib.suppress(*ALLOWED):
        xlsx._xlsx_sheet(data, doubtful=True)


def books_(data: bytes) -> None:
    """A workbook as the child process parses it, which turns every error into a finding: it must end, and stay small."""
    kind = "xls" if data.startswith(b"\xd0\xcf") else "ods" if b"opendocument" in data[:200] else "xlsx"
    try:
        for table in worker._tables(data, kind, _budget()):
            heights = {len(column) for column in table.columns}
            assert len(heights) <= 1, "columns of different heights"
    except AssertionError:
        raise
    except (KeyboardInterrupt, SystemExit):
        raise
    except BaseException:
        pass


TARGETS: dict[str, tuple[Callable[[bytes], None], list[str]]] = {
    "text": (text, ["text", "bom", "utf-16", "cp1256", "fixed"]),
    "fixed": (fixed, ["fixed", "text", "utf-16"]),
    "archive": (archive, ["gzip", "zip"]),
    "markup": (markup_, ["html", "xml"]),
    "facts": (facts_, ["xlsx", "xls", "ods"]),
    "books": (books_, ["xlsx", "xls", "ods"]),
}

if __name__ == "__main__":
    target, names = TARGETS[sys.argv.pop(1)]
    corpus = Path(sys.argv[-1]) if len(sys.argv) > 1 and not sys.argv[-1].startswith("-") else None
    if corpus:
        for name in names:
            (corpus / name).write_bytes(seeds()[name])
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
