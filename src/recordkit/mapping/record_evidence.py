"""What makes a row a record, whatever words stand in it: an identifier, a date, the full name of a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import polars as pl

from recordkit.mapping.model import SheetPlan, alternatives

NUMBERS = ("fir", "cnics", "phones", "passport")  # types of fields that say which record it is
REFERENCES = ("e_tag", "agency_ref", "victim_ref")
NAMES = ("people", "relative")
# 12/26, 35202-1234567-1, 03001234567, AB1234567; a bare short number may be how many there are.
_IDENTIFIER = r"\d\s*[/\\-]\s*\d|\d{7,}|\p{L}[^\d]*\d"
_DATE = r"\d{1,4}(?:st|nd|rd|th)?[-/. ]+(?:\d{1,2}|\p{L}{3,})[-/., ]+\d{2,4}"
_FULL_NAME = r"^\P{N}*\p{L}{2,}\P{N}*[\s.]\P{N}*\p{L}{2,}\P{N}*$"
_BARE = r"^\s*\d{1,6}\s*$"


def by_number(plan: SheetPlan, names: Sequence[str]) -> pl.Expr:
    """An identifier stands in its own column. Wanted columns: label, and `_l_<name>` of every cell."""
    numbers = [*_columns(plan, names, NUMBERS), *_columns_of(plan, names, REFERENCES)]
    return _any(_beside(name) & pl.col(name).str.contains(_IDENTIFIER) for name in numbers)


def by_date(plan: SheetPlan, names: Sequence[str]) -> pl.Expr:
    """A date stands in a column of dates."""
    return _any(_beside(name) & pl.col(name).str.contains(_DATE) for name in _columns(plan, names, ("date",)))


def by_name(plan: SheetPlan, names: Sequence[str]) -> pl.Expr:
    """The full name of a person stands in a column of names, be it one that starts with a total's word (Mizan Khan)."""
    people = _columns(plan, names, NAMES)
    words = (*plan.words.total, *plan.words.declared_total, *plan.words.subtotal, *plan.words.neutral)
    only_words = rf"(?:^| )(?:{alternatives(words)})(?: (?:{alternatives(words)}))*(?: |$)"
    rest = pl.col("label").str.replace_all(only_words, " ").str.replace_all(r"[0-9]+", " ").str.strip_chars()
    called = rest.str.contains(r"\p{L}") & ~rest.is_in(list(plan.words.known))
    labelled = pl.col("_where").is_in(people) & called & ~_repeated(names)
    with_name = [_beside(name) & pl.col(name).str.contains(_FULL_NAME) for name in people]
    related = [
        pl.col("_where").is_in(people) & _beside(name) & pl.col(name).str.contains(r"^\P{N}*\p{L}{2,}\P{N}*$")
        for name in _columns(plan, names, ("relative",))
    ]
    return _any([labelled.fill_null(False), *with_name, *related])


def perhaps(plan: SheetPlan, names: Sequence[str]) -> pl.Expr:
    """A total's word stands in a column of names, and a bare number where records have their identifier."""
    numbers = _columns(plan, names, NUMBERS)
    people = _columns(plan, names, NAMES)
    return pl.col("_where").is_in(people) & _any(pl.col(name).str.contains(_BARE) for name in numbers)


def _repeated(names: Sequence[str]) -> pl.Expr:
    """The label stands in several cells: one merged cell."""
    same = [(pl.col(f"_l_{name}") == pl.col("label")).fill_null(False).cast(pl.Int32) for name in names]
    return pl.sum_horizontal(same) > 1


def _beside(name: str) -> pl.Expr:
    """The cell is another than the label."""
    return (pl.col(f"_l_{name}") != pl.col("label")).fill_null(True)


def _columns(plan: SheetPlan, names: Sequence[str], types: Sequence[str]) -> list[str]:
    return _columns_of(plan, names, [name for name, kind in plan.types.items() if kind in types])


def _columns_of(plan: SheetPlan, names: Sequence[str], fields: Sequence[str]) -> list[str]:
    found = [one.column for table in plan.tables for one in table.of("field") if one.field in fields]
    return [name for name in dict.fromkeys(found) if name in names]


def columns(plan: SheetPlan, names: Sequence[str]) -> list[str]:
    """The columns in which records are told apart: identifiers, dates, names."""
    return [*_columns(plan, names, (*NUMBERS, "date", *NAMES)), *_columns_of(plan, names, REFERENCES)]


def case(plan: SheetPlan, names: Sequence[str]) -> list[str]:
    """The columns that say which case a row is of: its numbers, dates, sections and places."""
    numbers = _columns_of(plan, names, [name for name, kind in plan.types.items() if kind in ("fir", "sections")])
    days = _columns_of(plan, names, ("registered_on", "occurred_on"))
    return [*numbers, *days, *_columns_of(plan, names, (*plan.places, *REFERENCES))]


def people(plan: SheetPlan, names: Sequence[str]) -> list[str]:
    """The columns of people's names."""
    return _columns(plan, names, NAMES)


def _any(found: Iterable[pl.Expr]) -> pl.Expr:
    every = list(found)
    return pl.any_horizontal(one.fill_null(False) for one in every) if every else pl.lit(False)
