"""Texts of words.toml (`details` of findings, `messages` of errors and commands) with values filled in, in English.

To add an Urdu message: the head of words.toml says in which file it stands.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Any

from recordkit import packaged

if TYPE_CHECKING:
    import polars as pl

_MADE: ContextVar[dict[str, str] | None] = ContextVar("made", default=None)  # of those who want to know
BLANK = re.compile(r"\{(\w*)\}")  # what is filled in


class Text(str):
    """A text in English that knows its name and what was filled in: so it is found again in another language."""

    name: str
    values: Mapping[str, object]

    def __new__(cls, english: str, name: str = "", values: Mapping[str, object] | None = None) -> Text:
        """A text; without a name it is found again by its English alone."""
        made = super().__new__(cls, english)
        made.name, made.values = name, values or {}
        return made


def fill(text: str, values: Mapping[str, object]) -> str:
    """A text with the value of every {name} in it. Nothing else that stands in braces means anything: texts come from
    overlays, and Python's own format would follow `{name.attribute}` and make room for `{name:>999999999}`."""
    return BLANK.sub(lambda found: str(values.get(found[1], found[0])), text)


@cache
def _english() -> Mapping[str, str]:
    """The packaged English of every text by its name."""
    read = packaged.parsed((packaged.SCHEMAS / "words.toml").read_bytes())
    return {name: one["en"] for part in ("details", "messages") for name, one in read[part].items()}


def text(name: str, /, **values: Any) -> str:
    """The text of that name with its {names} filled in: a finding's `detail`, or what an error says. Never an error:
    where the words are lost, the name and the values say it."""
    try:
        english = _english()[name]
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError):
        shown = ", ".join(f"{key}: {value}" for key, value in values.items())
        return Text(name.replace("_", " ") + (f" ({shown})" if shown else ""))
    made = Text(fill(english, values), name, values)
    if (known := _MADE.get()) is not None:
        known[str(made)] = made
    return made


@contextmanager
def remembered() -> Iterator[dict[str, str]]:
    """The texts made in this block, by their English: for what puts them into a longer text."""
    made: dict[str, str] = {}
    token = _MADE.set(made)
    try:
        yield made
    finally:
        _MADE.reset(token)


def listed(texts: Sequence[str], joint: str = "both") -> str:
    """Several texts as one, put together by the text of that name; none gives ""."""
    *before, last = texts or [""]
    for one in reversed(before):
        last = text(joint, one=one, other=last)
    return last


# Thing -> the text for one of it, and the text for any other number.
_COUNTED = {
    "file": ("count_file", "count_files"), "row": ("count_row", "count_rows"), "link": ("count_link", "count_links"),
    "person": ("count_person", "count_people"), "case": ("count_case", "count_cases"),
    "edition": ("count_edition", "count_editions"), "byte": ("count_byte", "count_bytes"),
    "table": ("count_table", "count_tables"), "remark": ("count_remark", "count_remarks"),
}  # fmt: skip


def counted(count: int, thing: str) -> str:
    """"1 file", "1,234 files": the number of something, in a text of its own."""
    return text(_COUNTED[thing][count != 1], count=f"{count:,}")


def column(name: str, /, **values: pl.Expr | str) -> pl.Expr:
    """The text of that name for every row; values are expressions, or names of columns."""
    import polars as pl  # here: a message must not wait for it

    english = _english()[name]
    return pl.format(BLANK.sub("{}", english), *(values[one] for one in BLANK.findall(english)))
