"""Characters that nobody sees, text turned into UTF-8 twice, codes of other programs, letters that were lost:
a cell is not what it shows.
"""

from __future__ import annotations

import re

import polars as pl

from recordkit import details

UNPRINTABLE, TWICE, WEB, ERROR, MARKED, LOST = "RK301", "RK134", "RK135", "RK119", "RK144", "RK145"
_ENTITY = "&(?:nbsp|amp|lt|gt|quot|apos|#[0-9]{2,5}|#x[0-9a-fA-F]{2,4});"
_TAG = (
    r"(?i)</?(?:br|p|div|li|tr|td|th|[bius]|em|strong|strike|del|font|span|small|big|sup|sub|center|a|ul|ol|table)"
    r"(?:\s[^<>]*)?/?>|_x000[0-9a-f]_|\\[rn](?-i:[^a-z]|$)"
)
_WORDS = r"#(?:N/A|REF!|NAME\?|VALUE!|DIV/0!|NUM!|NULL!|SPILL!|CALC!|FIELD!)|Err:[0-9]{3}"
_ERROR = rf"(?:^|[,;\t|\n\"])\s*({_WORDS})\s*(?:[,;\t|\n\"]|$)"
_WEB_ADDRESS = r"(?i)[^\s,;\t|\"]*(?:://|www\.|\?[a-z0-9_]+=)[^\s,;\t|\"]*"  # its question mark is no lost letter
_LETTERS = (
    r"[^,;\t|\n\"]*\?(?:\?|\pL)[^,;\t|\n\"]*"
    r"|(?:^|[,;\t|\n\"])[\s.\-]*[?؟\uFFFD][\s.\-]*(?:[,;\t|\n\"]|$)"  # alone in its cell
)
MARKS = (b"<", b"_x0", b"\\n", b"\\r", b"??", b"#N", b"#R", b"#V", b"#D", b"#n", b"Err:", b"#S", b"#C", b"#F")
_TORN = re.compile(rb"\?[^\x00-\x40\x5b-\x60\x7b-\x7f]")
_ALONE = re.compile(rb"(?:^|[,;\t|\n\r\"])[\s.\-]*(?:\?|\xd8\x9f)[\s.\-]*(?:[,;\t|\n\r\"]|$)")
_ENTITY_BYTES = re.compile(_ENTITY.encode())
# Line breaks of other systems among them: inside a cell they part what belongs together.
_UNSEEN = "[\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028\u2029\ufffd\uffff\ue000-\uf8ff]"
_HIGH = (  # what the second byte of a letter looks like in cp1252
    "\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013\u2014\u2018-\u201e\u2020-\u2022\u2026"
    "\u2030\u2039\u203a\u20ac\u2122\ufffd"
)
_URDU, _LATIN, _QUOTES = f"(?:[\u00d8-\u00db][{_HIGH}][ ]?){{2}}", f"\u00c3[{_HIGH}]", f"\u00e2\u20ac[{_HIGH}]"
_ENCODED_TWICE = f"{_URDU}|{_LATIN}|{_QUOTES}"
JOINED = "[\ufb50-\ufdff\ufe70-\ufefe]"  # letters in the shapes that they have when joined
# How these begin in UTF-8: a chunk of lines without any of them is not looked at further.
SIGNS = (b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9", b"\xef\xbf\xbd", b"\xef\xbf\xbf", b"\xee", b"\xef\x80",
         b"\xef\x81", b"\xc3\x98", b"\xc3\x99", b"\xc3\x9a", b"\xc3\x9b", b"\xc3\x83\xc2",
         b"\xc3\xa2\xe2\x82\xac")  # fmt: skip
CONTROLS = bytes(sorted({*range(1, 32), 127} - {9, 10, 13}))


def suspicious(chunk: bytes) -> bool:
    """Whether UTF-8 text may hold any of it. ASCII controls are found by whoever counts its bytes anyway."""
    if any(mark in chunk for mark in MARKS) or (b"?" in chunk and _TORN.search(chunk)):
        return True
    if (b"?" in chunk or b"\xd8\x9f" in chunk) and _ALONE.search(chunk):
        return True
    odd = not chunk.isascii() and any(sign in chunk for sign in SIGNS)
    return odd or _ENTITY_BYTES.search(chunk) is not None


def findings(texts: pl.DataFrame, column: str = "text") -> pl.DataFrame:
    """row, code, detail of the rows of (row, text) that hold any of it."""
    text = pl.col(column)
    unseen = texts.filter(text.str.contains(_UNSEEN) & (text.str.strip_chars(" \t\u001a") != ""))
    twice = texts.filter(text.str.contains(_ENCODED_TWICE))
    web = texts.filter(text.str.contains(_ENTITY))
    where = text.str.extract(f"({_UNSEEN})").str.encode("hex")
    return pl.concat(
        [
            unseen.select("row", code=pl.lit(UNPRINTABLE), detail=details.column("bytes_in_it", bytes=where)),
            twice.select("row", code=pl.lit(TWICE), detail=pl.lit(None, pl.String)),
            *_of_programs(texts, text),
            web.select(
                "row", code=pl.lit(WEB), detail=details.column("sign_in_it", sign=text.str.extract(f"({_ENTITY})"))
            ),
        ]
    )


def _of_programs(texts: pl.DataFrame, text: pl.Expr) -> list[pl.DataFrame]:
    """Errors, marks and question marks that other programs wrote in the place of what was there."""
    found = []
    for code, pattern in ((ERROR, _ERROR), (MARKED, f"({_TAG})"), (LOST, f"({_LETTERS})")):
        looked_at = text.str.replace_all(_WEB_ADDRESS, "") if code == LOST else text
        rows = texts.filter(text.str.contains(pattern)).filter(looked_at.str.contains(pattern))
        shown = details.column("sign_in_it", sign=text.str.extract(pattern))
        what = details.column("letters_lost") if code == LOST else shown
        found.append(rows.select("row", code=pl.lit(code), detail=what))
    return found
