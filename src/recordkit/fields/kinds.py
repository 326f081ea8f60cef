"""Every kind of value that a field of a source row can have: what reads it, and what columns of tables it gives."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Literal

import polars as pl

from recordkit.fields import (
    cnic,
    date_parts,
    dates,
    fir,
    fir_quotes,
    money,
    names,
    numbers,
    offences,
    passports,
    phones,
    places,
    relatives,
    text,
    vocabularies,
    yes_no,
)  # fmt: skip
from recordkit.reference import Reference

Kernel = Callable[[pl.Series], pl.DataFrame]


@dataclass(frozen=True)
class Setting:
    """What a reader may know of a field and of its column: what intake.toml declares, and what this file says."""

    reference: Reference
    vocabulary: str | None = None
    several: bool = False
    relation: str | None = None
    date_order: dates.DateOrder | str | None = None
    zone: str | None = None
    epoch: int = 1900
    years: tuple[int, int] = date_parts.YEARS
    verbatim: str | None = None  # a pattern: a number of a case that has it is kept as written
    pattern: str | None = None  # what values look like
    range: bool = False  # a cell may hold two days, from and to


@dataclass(frozen=True)
class Kind:
    """`gives`: the parts of what is read -> the type of a column that can hold them; the first is the value itself.

    `read` makes of a setting the kernel: from a Series of strings to a frame of the same height with the parts and
    `codes` (of rules; List(String)), perhaps `detail` and `suggestion`. A `partial` is distinguished by
    its function.
    beside: how the values of a cell belong to the people of the cell next to it. An identifier is that of people who
    are known, a description of anybody; without either the cell is somebody's only where one person stands.
    doubted: a question mark behind a value is a doubt (RK384), and `read` gets the value without it. Not in free text,
    nor where the kernel itself says what such a mark means.
    """

    gives: Mapping[str, str]
    read: Callable[[Setting], Kernel]
    beside: Literal["identifier", "description"] | None = None
    doubted: bool = True

    @property
    def value(self) -> str:
        """The part that is the value itself; empty when there is none."""
        return next(iter(self.gives), "")


def _plain(kernel: Callable[..., pl.DataFrame]) -> Callable[[Setting], Kernel]:
    """The reader that needs nothing but the reference tables."""
    return lambda setting: partial(kernel, reference=setting.reference)


def _code(setting: Setting) -> Kernel:
    clean = vocabularies.clean_list if setting.several else vocabularies.clean
    return partial(clean, vocabulary=setting.vocabulary, reference=setting.reference)


def _date(setting: Setting) -> Kernel:
    context = dates.context(setting.date_order, setting.years, setting.zone, setting.epoch)
    read = dates.read if setting.range else dates.read_one_day
    return partial(read, context=context, reference=setting.reference)


def _number_of_case(setting: Setting) -> Kernel:
    return partial(fir.clean, reference=setting.reference, verbatim=setting.verbatim, allowed=setting.pattern)


def _relative(setting: Setting) -> Kernel:
    return partial(relatives.parse_relatives, relation=setting.relation, reference=setting.reference)


# To add a kind of value: one file in this folder and one line here. `ignore` and `period` are read by nobody here.
KINDS: Mapping[str, Kind] = {
    "ignore": Kind({}, _plain(text.clean), doubted=False),
    "period": Kind({}, _plain(text.clean), doubted=False),
    "text": Kind({"value": "string"}, _plain(text.clean), doubted=False),
    "place": Kind({"value": "string"}, _plain(places.named)),
    "country_or_place": Kind({"value": "string"}, _plain(places.country_or_place)),
    "fir": Kind({"fir_no": "string", "fir_year": "int32", "office": "string"}, _number_of_case),
    "year": Kind({"year": "int32"}, _plain(fir.years)),
    "date": Kind({"date_from": "date", "date_to": "date"}, _date),
    "code": Kind({"value": "string"}, _code, "description"),
    "yes_no": Kind({"value": "bool"}, _plain(yes_no.clean), "description"),
    "money": Kind({"value": "float64"}, _plain(money.clean)),
    "count": Kind({"value": "int64"}, _plain(numbers.count)),
    "age": Kind({"value": "int32"}, _plain(numbers.age), "description"),
    "sections": Kind({}, _plain(offences.parse)),
    "reference": Kind({"refs": "references"}, _plain(fir_quotes.references)),
    "people": Kind(
        {"name": "string", "relation": "string", "relative_name": "string"}, _plain(names.parse_one), doubted=False
    ),
    "relative": Kind({"relative_name": "string", "relation": "string"}, _relative, doubted=False),
    "cnics": Kind({"cnic": "string", "document": "string"}, _plain(cnic.clean), "identifier"),
    "phones": Kind(
        {"phone": "string", "phones": "list<string>"}, _plain(phones.with_first), "identifier", doubted=False
    ),
    "passport": Kind({"passport": "string"}, _plain(passports.clean), "identifier"),
}
