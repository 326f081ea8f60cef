"""Which encoding a text is in: proofs first (BOM, NULs, strict UTF-8 over every byte), then a named guess."""

from __future__ import annotations

import codecs
import math
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

import chardet

from recordkit.readers.errors import Refused

BLOCK = 1 << 20
SAMPLE = 1 << 22  # bytes of lines with high bytes that are kept for the guess
START = 1 << 16  # bytes of the beginning that are kept
_UTF7 = re.compile(rb"\+([A-Za-z0-9+/]{3,})(?![A-Za-z0-9+/])")
FEW_LINES = 3  # so few odd lines in a long file are damage, not an encoding
LONG_FILE = 100
SURE = 3  # letters of two bytes or more in a line that is wholly UTF-8: no other encoding gives that by chance
UNSURE = 0.1  # lines with fewer of them, as a share of the lines that are not UTF-8, that are no chance either
TORN = 0.25  # share of high bytes that are UTF-8 in a line that is not, up to which it is a line of another encoding
_LETTER = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH = re.compile(rb"[\x80-\xff]")

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
    filled: bool = False  # something stands in it that is neither white space nor a separator of cells
    lines: int = 0
    good: int = 0  # characters above ASCII that are valid UTF-8
    bad: int = 0  # bytes that are not
    bad_lines: int = 0
    sure_lines: int = 0  # lines with letters above ASCII that can only be UTF-8
    unsure_lines: int = 0  # lines that are UTF-8, perhaps by chance
    first_bad: int | None = None
    first_bad_line: int | None = None
    odd_lines: bytearray = field(default_factory=bytearray)
    start: bytes = b""


class EncodingFinding(NamedTuple):
    """A finding: the rule's code, the name of a text under `details` in words.toml, and what it fills in."""

    code: str
    name: str
    values: Mapping[str, object]


@dataclass(frozen=True)
class Decision:
    """The encoding to read with, the bytes of BOM to skip, and the findings that led there."""

    encoding: str
    skip: int = 0
    found: tuple[EncodingFinding, ...] = ()
    valid: bool = False  # every byte was seen to be valid UTF-8, and it is read as such
    legacy: str | None = None  # the encoding of the lines that are not UTF-8 in a file of two encodings


def canonical(name: str) -> str:
    """One name per encoding; Refused when nobody knows it."""
    try:
        known = codecs.lookup(name).name
    except LookupError:
        raise Refused("RK101", "no_such_encoding", encoding=name) from None
    return NAMES.get(known.replace("-", "_"), known)


# White space, separators of cells, quotes, NULs, the end mark of DOS, byte-order marks.
NOTHING = b" \t\r\n\v\f\0\x1a,;|\"\xef\xbb\xbf\xff\xfe"


def survey(stream: BinaryIO) -> Facts:
    """Read everything once. Bounded memory."""
    facts = Facts()
    for block in _line_blocks(stream, facts):
        if not block.isascii():
            _look(block, facts)
        facts.size += len(block)
        facts.filled = facts.filled or bool(block.strip(NOTHING))
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
    zeros, others = high.count(0), low.count(0)
    if zeros < 0.08 * len(high) or not zeros or others > max(0.02 * zeros, zeros >= 10):
        return False
    ends = [at for at, byte in enumerate(low) if byte in b"\r\n"]
    whole = sum(high[at] == 0 for at in ends)
    split = sum(byte in b"\r\n" for byte in high)
    return whole >= 0.9 * len(ends) and split <= whole


def _look(block: bytes, facts: Facts) -> None:
    """Count valid and invalid UTF-8 in a block that is not ASCII; keep its odd lines for the guess."""
    try:
        good = len(block) - len(block.decode("utf-8"))
        facts.good += good
        facts.sure_lines += good >= 3 * SURE
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
        if line.isascii():
            continue
        if _is_utf8(line):
            sure = len(_LETTER.findall(line)) >= SURE
            facts.sure_lines += sure
            facts.unsure_lines += not sure
            continue
        facts.bad_lines += 1
        if len(facts.odd_lines) < SAMPLE:
            facts.odd_lines += line[:SAMPLE]


def is_foreign(line: bytes) -> bool:
    """Whether a line that is not UTF-8 is of another encoding, and not UTF-8 with damage or with both in it."""
    letters = sum(map(len, _LETTER.findall(line)))
    return letters <= TORN * len(_HIGH.findall(line))


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
        values = {"declared": wanted, "found": proof, "encoding": proof}
        found = (EncodingFinding("RK109", "declared_and_found", values),) if differs else ()
        if proof == "utf-8" and facts.bad:
            return _with_other_lines(facts, wanted, found)
        return Decision(proof, facts.bom_bytes, found, valid=proof == "utf-8")
    if not facts.bad:  # ASCII only: the same text in every encoding of one byte
        _refuse_utf7(facts.start)
        return Decision("utf-8" if wanted in (None, "utf-16-le", "utf-16-be") else wanted or "utf-8")
    if _is_mixed(facts):
        return _with_other_lines(facts, wanted)
    if wanted and wanted != "utf-8":
        return Decision(wanted)
    return _guess(facts, wanted)


def _is_mixed(facts: Facts) -> bool:
    """Whether some lines are UTF-8 beyond chance, though others are not UTF-8."""
    return facts.sure_lines > 0 or facts.unsure_lines > UNSURE * facts.bad_lines


def _with_other_lines(facts: Facts, wanted: str | None, found: tuple[EncodingFinding, ...] = ()) -> Decision:
    """UTF-8 with other lines between: a few are damage and are quarantined, many are of another encoding."""
    values = {"count": facts.bad_lines, **_where(facts)}
    foreign = [line for line in bytes(facts.odd_lines).splitlines(keepends=True) if is_foreign(line)]
    most = facts.bom is not None or facts.lines > LONG_FILE or facts.bad_lines <= facts.sure_lines + facts.unsure_lines
    few = most and facts.bad_lines <= FEW_LINES
    if few or not foreign:
        return Decision("utf-8", facts.bom_bytes, (*found, EncodingFinding("RK110", "lines_not_utf8", values)))
    guess = guess_codepage(b"".join(foreign))
    legacy = wanted if wanted and not wanted.startswith("utf-") else guess.encoding if guess else None
    if legacy is None:
        unknown = EncodingFinding("RK115", "lines_not_utf8_unknown", values)
        return Decision("utf-8", facts.bom_bytes, (*found, unknown))
    mixed = EncodingFinding("RK115", "lines_not_utf8_read_as", {"encoding": legacy, **values})
    unsure = _unsure(guess) if guess and legacy != wanted else ()
    return Decision("utf-8", facts.bom_bytes, (*found, mixed, *unsure), legacy=legacy)


def _guess(facts: Facts, wanted: str | None) -> Decision:
    where = _where(facts)
    if facts.bad_lines <= FEW_LINES and facts.lines > LONG_FILE:
        return Decision("utf-8", 0, (EncodingFinding("RK110", "lines_not_ascii", {"count": facts.bad_lines, **where}),))
    guess = guess_codepage(bytes(facts.odd_lines))
    if guess is None:
        unknown = EncodingFinding("RK147", "lines_of_no_encoding", {"count": facts.bad_lines, **where})
        return Decision("utf-8", 0, (unknown,))
    guessed = {"encoding": guess.encoding, **where}
    found = [EncodingFinding("RK129", "guessed_encoding", guessed), *_unsure(guess)]
    if wanted:
        found.append(EncodingFinding("RK109", "declared_not_valid", {"declared": wanted, **guessed}))
    return Decision(guess.encoding, 0, tuple(found))


def _unsure(guess: Guess) -> tuple[EncodingFinding, ...]:
    """RK146 when another encoding is about as likely."""
    if guess.rival is None:
        return ()
    return (EncodingFinding("RK146", "rival_encoding", {"encoding": guess.encoding, "rival": guess.rival}),)


def _where(facts: Facts) -> dict[str, object]:
    """The first of the bytes that do not fit."""
    return {"byte": facts.first_bad, "line": facts.first_bad_line}


def _refuse_utf7(start: bytes) -> None:
    """UTF-7 is ASCII to look at; it is told by runs that decode to letters of one script."""
    runs = _UTF7.findall(start)
    letters = [run for run in runs if _is_arabic(run)]
    if len(letters) >= 3 and len(letters) >= 0.9 * len(runs):
        raise Refused("RK101", "utf7")


def _is_arabic(run: bytes) -> bool:
    try:
        text = (b"+" + run + b"-").decode("utf-7")
    except UnicodeDecodeError:
        return False
    return all("\u0600" <= char <= "\u06ff" for char in text)


LATIN = ("windows-1252", "windows-1256", "iso-8859-1")  # what chardet chooses among where words are not wholly Arabic
ARABIC = ("cp1256", "iso8859-6", "mac_arabic")  # where two give the same text, the first one counts
CODEPAGE_START = 1 << 16  # bytes whose words are looked at
ODD_WORDS = 0.2  # share of words that no language has, from which on a guess is not believed
SOLID = 0.5  # share of words without any ASCII letter, from which on a text is Arabic
CLOSE = 12.0  # how much likelier (in natural logarithm) one page must be than the next
UNLIKELY = -6.0  # mean weight of a letter, below which a text is in none of the pages
_WORD = re.compile(r"[^\s!-/:-@\[-`{-~]*[^\x00-\x7f\s]+[^\s!-/:-@\[-`{-~]*")  # with a letter above ASCII in it
_ODD_WORD = re.compile(
    r"[\x80-\x9f]"  # control characters
    r"|[a-z\u00df-\u00ff][\u00c0-\u00de\u0160\u017d\u0152\u0178]"  # a capital after a small letter
    r"|[\u0600-\u06ff][\u00c0-\u00ff]|[\u00c0-\u00ff][\u0600-\u06ff]"  # two scripts in one word
    r"|[^\W\d_][\u201a\u201e\u2020\u2021\u02c6\u02dc\u00a1-\u00a6\u00a8\u00ab\u00ac\u00af\u00b4\u00b6\u00b8\u00bf\u2039]"
    r"|[^\W\d_][\u00a7\u00a9\u00ae\u00b0-\u00b3\u00b5\u00b9\u00bb-\u00be\u00d7\u00f7\u2022\u2030\u203a\u2122][^\W\d_]"
)
_BYTES_OF_WORD = re.compile(rb"[A-Za-z]*[\x80-\xff][A-Za-z\x80-\xff]*")
# The letters of Urdu by how often they come, counted over the names and headers of the reference tables. The weight
# of a letter falls by a tenth with every rank, which fits that count.
_BY_USE = "ایرنوملدسبہتکشٹجزعپفگقخحئصآڈھچغضےڑطؤثںذظژء"
_ALSO = {"ي": "ی", "ى": "ے", "ك": "ک", "ه": "ہ", "ە": "ہ", "أ": "ط", "إ": "ط", "ة": "ظ"}  # as Arabic keyboards write
_BETWEEN = "،؛؟۔٪٫٬ـ\u200c\u200d\u200e\u200f–—‘’“”…•«» -/()[].:\u066a" + "٠١٢٣٤٥٦٧٨٩"
_OF_MARKS, _OF_SIGNS, _OF_STRANGERS = -7.5, -5.0, -12.0
_WEIGHTS = {letter: math.log(0.13) - 0.1 * rank for rank, letter in enumerate(_BY_USE)}
_WEIGHTS |= {letter: _WEIGHTS[same] for letter, same in _ALSO.items()}
_WEIGHTS |= dict.fromkeys(map(chr, range(0x064B, 0x0653)), _OF_MARKS)
_WEIGHTS |= dict.fromkeys(_BETWEEN, _OF_SIGNS) | {"\u00a0": _OF_MARKS}  # on a Macintosh a plain space is meant


@dataclass(frozen=True)
class Guess:
    """The likeliest encoding, and one that is about as likely and gives another text."""

    encoding: str
    rival: str | None = None


def guess_codepage(sample: bytes) -> Guess | None:
    """The likeliest encoding of lines that are not UTF-8; None when they are in none that is known."""
    found = _arabic(sample) if _is_solid(sample[:CODEPAGE_START]) else Guess(_latin(sample))
    if found is None or not _plausible(sample[:CODEPAGE_START].decode(found.encoding, "replace")):
        return None
    return found


def _is_solid(sample: bytes) -> bool:
    """Whether most words are of high bytes only, as in Arabic script; in Latin script they stand between ASCII."""
    words = [word for word in _BYTES_OF_WORD.findall(sample) if len(word) > 1]
    solid = sum(re.search(rb"[A-Za-z]", word) is None for word in words)
    return bool(words) and solid > SOLID * len(words)


def _latin(sample: bytes) -> str:
    found = chardet.detect(sample, include_encodings=LATIN, max_bytes=len(sample), compat_names=False)
    name = codecs.lookup(found["encoding"] or "cp1252").name
    return "cp1256" if name == "cp1256" else "cp1252"


def _arabic(sample: bytes) -> Guess | None:
    """The page under which the high bytes are the commonest letters of Urdu."""
    counts = Counter(sample.translate(None, bytes(range(0x80))))
    weights = {page: _weight(counts, page) for page in ARABIC}
    best = max(ARABIC, key=lambda page: weights[page])
    if weights[best] < UNLIKELY * counts.total():
        return None
    high = bytes(counts)
    text = high.decode(best, "replace")
    rivals = [page for page in ARABIC if high.decode(page, "replace") != text and weights[page] > weights[best] - CLOSE]
    return Guess(best, max(rivals, key=lambda page: weights[page], default=None))


def _weight(counts: Counter[int], page: str) -> float:
    letters = {byte: bytes((byte,)).decode(page, "replace") for byte in counts}
    return sum(count * _WEIGHTS.get(letters[byte], _OF_STRANGERS) for byte, count in counts.items())


def _plausible(text: str) -> bool:
    """Whether its words could be words: code pages of DOS and of other systems give letters that no word has."""
    words = _WORD.findall(text)
    odd = sum(_ODD_WORD.search(word) is not None or "\ufffd" in word for word in words)
    return odd <= ODD_WORDS * len(words)
