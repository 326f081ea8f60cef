"""What the lines around a statement say of all its figures: thousands, per cents, sums since January."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import polars as pl

from recordkit import details
from recordkit.agencies.header_index import Index
from recordkit.agencies.header_words import Words
from recordkit.agencies.periods import Calendar
from recordkit.agencies.source import Sheet
from recordkit.mapping import stated_month
from recordkit.mapping.model import Table

MOST = 120  # characters of a line that describes a statement; longer ones are prose


def read_measure(
    sheet: Sheet, names: Sequence[str], first: Table, words: Index, *, months: Calendar, period: str | None
) -> str | None:
    """Where a statement says that its figures are no counts of the cases of its month, and in which words; None when
    nowhere. `period`: the one month that its name or folder gives.

    Looked at: the names of the sheet and the file, the rows above the header, and notes of one cell at the end. A
    column that says the same of itself explains words of shares and sums, or of other things than cases: the others
    are then counts. A column for the period explains what the lines say of months.
    """
    if words.layout is None or "measures" in words.form.rows.off:
        return None
    headers = [one.header for one in first.columns if words.no_count(one.header)]
    other = _pattern(words.layout.words.others)
    explained = [header for header in headers if not other.search(header)]
    wanted = pattern(words.layout.words, () if explained else months, explained=bool(explained))
    above = sheet.head(60).filter(pl.col("row") < min(first.header_rows, default=0))
    letterhead = _cells(above)
    places = {
        "sheet_name_says": [sheet.name],
        "file_name_says": names,
        "letterhead_says": letterhead,
        "note_says": _notes(sheet.tail(10), first),
    }
    for where, texts in places.items():
        short = [text for text in texts if len(text) <= MOST]
        found = (wanted.search(text.replace("’", "'")) for text in short)
        match = next((one for one in found if one), None) or (
            None if headers or where == "note_says" else _of_others(short, words.layout.words)
        )
        if match:
            return details.text(where, words=" ".join(match.group().split()))
    if explained or any(one.field == "period" for one in first.columns):
        return None
    stated = stated_month.unlike([*letterhead, *_lines(above)], period, months)
    return details.text("letterhead_why", why=details.text(stated)) if stated else None


def _of_others(texts: Iterable[str], words: Words) -> re.Match[str] | None:
    """The words of a line that says that its figures count other things than registered cases."""
    other, registered = _pattern(words.others), _pattern(words.registered)
    found = (other.search(text) for text in texts if not registered.search(text))
    return next((one for one in found if one), None)


def pattern(words: Words, months: Iterable[str], explained: bool = False) -> re.Pattern[str]:
    """A pattern of the words that say so, alone, whatever separates their parts: `Upto_the_Month`. `explained`: only
    of those for multiples."""
    wanted = words.scaled if explained else (*words.scaled, *words.shares, *words.sums)
    until = "" if explained else _until(words.until, [month for month in months if len(month) > 2])
    return _pattern(wanted, until)


def _pattern(wanted: Iterable[str], more: str = "") -> re.Pattern[str]:
    return re.compile("(?i)" + ("|".join(filter(None, [*map(_word, wanted), more])) or r"(?!)"))


def _word(word: str) -> str:
    return _start(word) + _parts(word) + _end(word)


def _start(word: str) -> str:
    return r"(?<![^\W_])" if re.match(r"[^\W_]", word) else ""


def _parts(word: str) -> str:
    return r"[\W_]*".join(map(re.escape, word.split()))


def _end(word: str) -> str:
    return r"(?![^\W_])" if re.search(r"[^\W_]$", word) else ""


def _until(until: Sequence[str], months: Sequence[str]) -> str:
    """`up to July`, without a day: all the months to it. In two groups: each pair written out is dear to compile."""
    if not until or not months:
        return ""
    firsts, lasts = (_start(word) + _parts(word) for word in until), (_parts(month) + _end(month) for month in months)
    return rf"(?:{'|'.join(firsts)})[\W_]*(?:{'|'.join(lasts)})"


def _cells(rows: pl.DataFrame) -> list[str]:
    cells = (rows.get_column(name).drop_nulls() for name in rows.columns if name != "row")
    return list(dict.fromkeys(text for column in cells for text in column.to_list()))


def _lines(rows: pl.DataFrame) -> list[str]:
    """The filled cells of each row, and of all rows, as one text: a span may stand in several cells."""
    names = [name for name in rows.columns if name != "row"]
    lines = [" ".join(cell for cell in row if cell) for row in rows.select(names).rows()] if names else []
    return [*lines, " ".join(lines)]


def _notes(tail: pl.DataFrame, first: Table) -> list[str]:
    """The texts that stand alone in one of the last rows."""
    columns = [name for name in tail.columns if name != "row"]
    if not columns:
        return []
    lone = pl.sum_horizontal(pl.col(name).is_not_null().cast(pl.Int64) for name in columns) == 1
    return _cells(tail.filter(lone, pl.col("row") >= first.first_row))
