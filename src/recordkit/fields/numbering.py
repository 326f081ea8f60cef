"""How a list in a cell counts: `1) … 2) …`, `(i) … (ii) …`, `a. … b. …`, in whatever order."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from recordkit.fields import dispatch

_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
_LETTERS = "abcdefgh"
_LOOSE = ("[.۔]", r"[\-–—:]")  # behind a figure they may be part of a value: 2.5
_NUMBERS: Mapping[str, int] = {
    **{str(at): at for at in range(100)},
    **{f"0{at}": at for at in range(10)},
    **{sign: at for at, sign in enumerate(_ROMAN, 1)},
    **{sign: at for at, sign in enumerate(_LETTERS, 1)},
}


def _counted(closed: str, opened: str = "") -> tuple[str, str]:
    """Figures that something closes: the first is 1, or 1 stands further behind."""
    one = rf"{opened}1\s?{closed}"
    before = rf"(?:(?:^|[\s;,،]){opened}|{opened.rstrip('?')})" if opened else r"(?:^|[\s;,،])"
    return rf"^(?:{one}|{opened}[0-9]{{1,2}}\s?{closed}.*[\s;,،]{one})", rf"{before}([0-9]{{1,2}})\s?{closed}\s*"


# What a cell that counts looks like, and every mark of that kind with its number as a group. The marks of one kind
# only: an address inside a list has numbers of its own.
KINDS = (
    # 1:20 2:21 is of ages or the like, and of nothing else: a value of more figures may hold such a sign.
    (
        r"^1\s?[:=\-–]\s?[0-9]{1,3}(?:[\s;,،]+[0-9]{1,2}\s?[:=\-–]\s?[0-9]{1,3})+$",
        r"(?:^|[\s;,،]+)([0-9]{1,2})\s?[:=\-–]\s?",
    ),
    _counted(r"[)\]]", r"[(\[]?"),
    *map(_counted, _LOOSE),
    (r"^#\s?1\b", r"(?:^|[\s;,،])#\s?([0-9]{1,2})[\s.):\-]*"),
    (r"(?i)^a\s?-?1\b.*\ba\s?-?2\b", r"(?i)\ba\s?-?([0-9]{1,2})\b[\s.):\-]*"),
    (r"(?i)^\(?i{1,3}\s?[).\-].*[\s;,،(]i{1,2}\s?[).\-]", r"(?i)(?:^|[\s;,،])\(?([ivx]{1,5})\s?[).\-]\s*"),
    (r"(?i)^\(?[ab]\s?\).*[\s;,،(][ab]\s?\)", r"(?i)(?:^|[\s;,،])\(?([a-z])\s?\)\s*"),
    (r"^[ab]\.\s.*[\s;,،][ab]\.\s", r"(?:^|[\s;,،])([a-h])\.\s+"),
    # Capitals may be initials: they count only behind a sign.
    (r"^[AB]\.\s.*[;,،]\s*[AB]\.\s", r"(?:^|[;,،]\s*)([A-H])\.\s+"),
)
_OPEN, _CLOSE = "\ue001", "\ue002"


def read(cells: pl.Series) -> pl.DataFrame:
    """`numbers` List(Int64) and `values` List(String) of cells that count two things or more; null for all others."""
    marked = cells
    left = cells.is_not_null()
    for starts, mark in KINDS:
        mark = f"{mark[:-1]}+" if mark.endswith(tuple(rf"{closed}\s*" for closed in _LOOSE)) else mark
        hit = left & cells.str.contains(starts).fill_null(False)
        if hit.any():
            signed = f"{_OPEN}${{1}}{_CLOSE}"
            marked = dispatch.where(marked, hit, lambda s, m=mark, to=signed: s.str.replace_all(m, to))  # type: ignore[misc]
            left &= ~hit
    counts = marked.str.starts_with(_OPEN) & (marked.str.count_matches(_OPEN) > 1)
    parts = pl.when(counts).then(pl.lit(marked).str.slice(1).str.split(_OPEN))
    number = pl.element().str.extract(f"^(.*?){_CLOSE}").str.to_lowercase()
    value = pl.element().str.replace(f"^.*?{_CLOSE}", "").str.strip_chars(" \n;,،؛|/&")
    numbers = parts.list.eval(number.replace_strict(dict(_NUMBERS), default=None, return_dtype=pl.Int64))
    return pl.select(numbers.alias("numbers"), parts.list.eval(value).alias("values"))
