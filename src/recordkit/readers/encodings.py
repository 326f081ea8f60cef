"""Which encoding a text is in: proofs first (BOM, NULs, strict UTF-8 over every byte), then a named guess."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

import chardet

from recordkit.readers.refused import Refused

BLOCK = 1 << 20
SAMPLE = 1 << 22  # bytes of lines with high bytes that are kept for the guess
SINGLE_BYTE = ("windows-1252", "windows-1256", "iso-8859-1")
START = 1 << 16  # bytes of the beginning that are kept
ODD_WORDS = 0.2  # share of words that no language has, from which on a guess is not believed
_WORD = re.compile(r"[^\s!-/:-@\[-`{-~]*[^\x00-\x7f\s]+[^\s!-/:-@\[-`{-~]*")  # with a letter above ASCII in it
_ODD_WORD = re.compile(
    r"[\x80-\x9f]"  # control characters
    r"|[a-z\u00df-\u00ff][\u00c0-\u00de\u0160\u017d\u0152\u0178]"  # a capital after a small letter
    r"|[\u0600-\u06ff][\u00c0-\u00ff]|[\u00c0-\u00ff][\u0600-\u06ff]"  # two scripts in one word
    r"|[^\W\d_][\u201a\u201e\u2020\u2021\u02c6\u02dc\u00a1-\u00a6\u00a8\u00ab\u00ac\u00af\u00b4\u00b6\u00b8\u00bf\u2039]"
    r"|[^\W\d_][\u00a7\u00a9\u00ae\u00b0-\u00b3\u00b5\u00b9\u00bb-\u00be\u00d7\u00f7\u2022\u2030\u203a\u2122][^\W\d_]"
)
_UTF7 = re.compile(rb"\+([A-Za-z0-9+/]{3,})(?![A-Za-z0-9+/])")
FEW_LINES = 3  # so few odd lines in a long file are damage, not an encoding
LONG_FILE = 100

BOMS: tuple[tuple[bytes, str], ...] = (
    (codecs.BOM_UTF8, "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What Python and the declarations call them -> one name each.
NAMES = {
    "ascii": "utf-8", "utf_8": "utf-8", "utf_8_sig": "utf-8", "cp1252": "cp1252", "cp1256": "cp1256",
    "iso8859_1": "latin-1", "latin_1": "latin-1", "utf_16": "utf-16-le", "utf_16_le": "utf-16-le",
    "utf_16_be": "utf-16-be", "utf_32_le": "utf-32-le", "utf_32_be": "utf-32-be",
}  # fmt: skip


@dataclass
class Facts:
    """What one pass over all bytes of a text says about its encoding."""

    bom: str | None = None
    bom_bytes: int = 0
    wide: str | None = None  # UTF-16 without BOM, told by where its NULs stand
    size: int = 0
    lines: int = 0
    good: int = 0  # characters above ASCII that are valid UTF-8
    bad: int = 0  # bytes that are not
    bad_lines: int = 0
    first_bad: int | None = None
    first_bad_line: int | None = None
    odd_lines: bytearray = field(default_factory=bytearray)
    start: bytes = b""


@dataclass(frozen=True)
class Decision:
    """The encoding to read with, the bytes of BOM to skip, and the findings that led there."""

    encoding: str
    skip: int = 0
    found: tuple[tuple[str, str], ...] = ()  # code, detail
    valid: bool = False  # every byte was seen to be valid UTF-8, and it is read as such


def canonical(name: str) -> str:
    """One name per encoding; Refused when nobody knows it."""
    try:
        known = codecs.lookup(name).name
    except LookupError:
        raise Refused("RK101", f"the declared encoding '{name}' does not exist") from None
    return NAMES.get(known.replace("-", "_"), known)


def survey(stream: BinaryIO) -> Facts:
    """Read everything once. Bounded memory."""
    facts = Facts()
    for block in _line_blocks(stream, facts):
        if not block.isascii():
            _look(block, facts)
        facts.size += len(block)
        facts.lines += block.count(b"\n") or block.count(b"\r")
    return facts


def _line_blocks(stream: BinaryIO, facts: Facts) -> Iterator[bytes]:
    """Blocks cut after a line end, so that no character is cut in two (a line longer than a block may be)."""
    first = True
    rest = b""
    while block := stream.read(BLOCK):
        if first:
            _start(block, facts)
            first = False
        cut = max(block.rfind(b"\n"), block.rfind(b"\r")) + 1
        if not cut and len(rest) < SAMPLE:
            rest += block
            continue
        yield rest + block[:cut]
        rest = block[cut:]
    if rest:
        yield rest


def _start(block: bytes, facts: Facts) -> None:
    facts.start = block[:START]
    for mark, name in BOMS:
        if block.startswith(mark):
            facts.bom, facts.bom_bytes = name, len(mark)
            return
    facts.wide = utf16_without_bom(block[:START])


def utf16_without_bom(sample: bytes) -> str | None:
    """Line ends, spaces, digits and delimiters have a zero byte on one side, always the same one."""
    pairs = len(sample) // 2
    even, odd = sample[0 : 2 * pairs : 2], sample[1 : 2 * pairs : 2]
    if _wide(even, odd):
        return "utf-16-le"
    return "utf-16-be" if _wide(odd, even) else None


def _wide(low: bytes, high: bytes) -> bool:
    """Zeros among the high bytes, hardly any among the low ones, and line ends that are whole characters."""
    zeros, strays = high.count(0), low.count(0)
    if zeros < 0.08 * len(high) or not zeros or strays > max(0.02 * zeros, zeros >= 10):
        return False
    ends = [at for at, byte in enumerate(low) if byte in b"\r\n"]
    whole = sum(high[at] == 0 for at in ends)
    split = sum(byte in b"\r\n" for byte in high)
    return whole >= 0.9 * len(ends) and split <= whole


def _look(block: bytes, facts: Facts) -> None:
    """Count valid and invalid UTF-8 in a block that is not ASCII; keep its odd lines for the guess."""
    try:
        facts.good += len(block) - len(block.decode("utf-8"))
    except UnicodeDecodeError as error:
        valid = block.decode("utf-8", "ignore")
        bytes_of_valid = len(valid.encode("utf-8"))
        facts.good += bytes_of_valid - len(valid)
        facts.bad += len(block) - bytes_of_valid
        if facts.first_bad is None:
            facts.first_bad = facts.size + error.start
            before = block[: error.start]
            facts.first_bad_line = facts.lines + 1 + (before.count(b"\n") or before.count(b"\r"))
        _keep_odd_lines(block, facts)


def _keep_odd_lines(block: bytes, facts: Facts) -> None:
    for line in block.splitlines(keepends=True):
        if line.isascii() or _is_utf8(line):
            continue
        facts.bad_lines += 1
        if len(facts.odd_lines) < SAMPLE:
            facts.odd_lines += line[:SAMPLE]


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def decide(facts: Facts, declared: str | None) -> Decision:
    """Proof beats the declaration, the declaration beats a guess; every disagreement is a finding."""
    wanted = canonical(declared) if declared else None
    proof = facts.bom or facts.wide or ("utf-8" if not facts.bad and facts.good else None)
    if proof:
        differs = wanted is not None and wanted != proof
        found = [("RK109", f"declared {wanted}, found {proof}: read as {proof}")] if differs else []
        if proof == "utf-8" and facts.bad:
            found.append((_damage(facts), f"{facts.bad_lines} lines are not UTF-8, {_where(facts)}"))
        return Decision(proof, facts.bom_bytes, tuple(found), valid=proof == "utf-8" and not facts.bad)
    if not facts.bad:  # ASCII only: the same text in every encoding of one byte
        _refuse_utf7(facts.start)
        return Decision("utf-8" if wanted in (None, "utf-16-le", "utf-16-be") else wanted or "utf-8")
    if wanted and wanted != "utf-8":
        return Decision(wanted)
    return _guess(facts, wanted)


def _guess(facts: Facts, wanted: str | None) -> Decision:
    where = _where(facts)
    if facts.good >= facts.bad:  # UTF-8 with other bytes between: the lines that are not UTF-8 are set apart
        return Decision("utf-8", 0, ((_damage(facts), f"{facts.bad_lines} lines are not UTF-8, {where}"),))
    if facts.bad_lines <= FEW_LINES and facts.lines > LONG_FILE:
        return Decision("utf-8", 0, (("RK110", f"{facts.bad_lines} lines are not ASCII, {where}"),))
    encoding = _likely(bytes(facts.odd_lines))
    if not _plausible(bytes(facts.odd_lines[:START]).decode(encoding, "replace")):
        detail = f"{facts.bad_lines} lines are in an encoding that was not recognised, {where}: declare it"
        return Decision("utf-8", 0, (("RK115", detail),))
    found = [("RK129", f"not UTF-8, {where}; read as {encoding}, which looks likeliest")]
    if wanted:
        found.append(("RK109", f"declared {wanted}, but not valid as such, {where}; read as {encoding}"))
    return Decision(encoding, 0, tuple(found))


def _where(facts: Facts) -> str:
    return f"first at byte {facts.first_bad} (line {facts.first_bad_line})"


def _damage(facts: Facts) -> str:
    return "RK115" if facts.bad_lines > FEW_LINES else "RK110"


def _likely(sample: bytes) -> str:
    """The likeliest of the encodings of one byte per letter that we meet."""
    found = chardet.detect(sample, include_encodings=SINGLE_BYTE, max_bytes=len(sample), compat_names=False)
    return "cp1256" if canonical(found["encoding"] or "cp1252") == "cp1256" else "cp1252"


def _plausible(text: str) -> bool:
    """Whether its words could be words: code pages of DOS and of other systems give letters that no word has."""
    words = _WORD.findall(text)
    odd = sum(_ODD_WORD.search(word) is not None or "\ufffd" in word for word in words)
    return odd <= ODD_WORDS * len(words)


def _refuse_utf7(start: bytes) -> None:
    """UTF-7 is ASCII to look at; it is told by runs that decode to letters of one script."""
    runs = _UTF7.findall(start)
    letters = [run for run in runs if _is_arabic(run)]
    if len(letters) >= 3 and len(letters) >= 0.9 * len(runs):
        raise Refused("RK101", "the text is written in UTF-7, which is not read: save it as CSV UTF-8")


def _is_arabic(run: bytes) -> bool:
    try:
        text = (b"+" + run + b"-").decode("utf-7")
    except UnicodeDecodeError:
        return False
    return all("\u0600" <= char <= "\u06ff" for char in text)
