"""Coverage-guided fuzzing: `python tests/fuzz/atheris_readers.py text|archive|markup|facts [libFuzzer options] [corpus]`."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["recordkit.readers"]):
    from fuzzing import check, seeds

    from recordkit.readers import facts, markup
    from recordkit.readers.refused import Refused

ALLOWED = (Refused, MemoryError)


def text(data: bytes) -> None:
    """Delimited text and everything that is taken for it."""
    if data.startswith((b"PK", b"\xd0\xcf", b"<", b"\x1f\x8b")):
        return
    check(data)


def archive(data: bytes) -> None:
    """gzip and zip of texts."""
    if data.startswith((b"PK", b"\x1f\x8b")) and b"xl/" not in data:
        check(data)


def markup_(data: bytes) -> None:
    """HTML and XML as the child process parses them."""
    with contextlib.suppress(*ALLOWED):
        for parse in (markup.html_tables, markup.xml_tables):
            with contextlib.suppress(*ALLOWED, ValueError):  # the child turns these into RK103
                list(parse(data, 100_000))


def facts_(data: bytes) -> None:
    """What is read of a workbook beside its values; damage may raise anything there, and must not hang."""
    for parse in (facts.xlsx, facts.xls, facts.ods):
        with contextlib.suppress(Exception):
            parse(data)
    with contextlib.suppress(*ALLOWED):
        facts._xlsx_sheet(data, doubtful=True)


TARGETS: dict[str, tuple[Callable[[bytes], None], list[str]]] = {
    "text": (text, ["text", "bom", "utf-16", "cp1256", "fixed"]),
    "archive": (archive, ["gzip", "zip"]),
    "markup": (markup_, ["html", "xml"]),
    "facts": (facts_, ["xlsx", "xls", "ods"]),
}

if __name__ == "__main__":
    target, names = TARGETS[sys.argv.pop(1)]
    corpus = Path(sys.argv[-1]) if len(sys.argv) > 1 and not sys.argv[-1].startswith("-") else None
    if corpus:
        for name in names:
            (corpus / name).write_bytes(seeds()[name])
    atheris.Setup(sys.argv, target)
    atheris.Fuzz()
