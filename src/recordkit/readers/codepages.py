"""Which encoding of one byte per letter some lines are in: the letters they would have, page against page."""

from __future__ import annotations

import codecs
import math
import re
from collections import Counter
from dataclasses import dataclass

import chardet

LATIN = ("windows-1252", "windows-1256", "iso-8859-1")  # what chardet chooses among where words are not wholly Arabic
ARABIC = ("cp1256", "iso8859-6", "mac_arabic")  # where two give the same text, the first one counts
START = 1 << 16  # bytes whose words are looked at
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


def guess(sample: bytes) -> Guess | None:
    """The likeliest encoding of lines that are not UTF-8; None when they are in none that is known."""
    found = _arabic(sample) if _is_solid(sample[:START]) else Guess(_latin(sample))
    if found is None or not _plausible(sample[:START].decode(found.encoding, "replace")):
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
