"""What every table of a report needs: the edition, the months looked at, the words, and names for codes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, Protocol, TypeVar

import polars as pl

from recordkit.counts import Reporter, countable
from recordkit.counts.coverage import month_of_case
from recordkit.counts.findings import Volume
from recordkit.issues import Rule, Rules
from recordkit.report import population
from recordkit.report.model import Chart, Column, EditionLike, Kind, Table
from recordkit.report.words import Words

T = TypeVar("T")
COMMA = {"en": ", ", "ur": "، "}


class Sender(Reporter, Protocol):
    """What a report needs of a declared agency."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def expected_volume(self) -> Volume | None: ...


class Declared(Protocol):
    """What a report needs of the parsed declarations."""

    @property
    def dirs(self) -> Sequence[Path]: ...

    @property
    def agencies(self) -> Mapping[str, Sender]: ...

    @property
    def rules(self) -> Rules: ...


@dataclass(frozen=True)
class Knowledge:
    """What the declarations know: the report's words, names of codes, agencies and rules."""

    words: Words
    labels: pl.DataFrame  # vocabulary, code, label; in the order in which codes are listed
    agencies: Mapping[str, Sender]
    rules: Mapping[str, Rule]
    population: pl.DataFrame = field(default_factory=population.unknown)  # population.SCHEMA


@dataclass(frozen=True)
class Context:
    """One report in the making."""

    edition: EditionLike
    known: Knowledge
    month: str | None
    _made: dict[str, Any] = field(default_factory=dict, compare=False, repr=False)  # what `once` has made

    def once(self, make: Callable[[Context], T]) -> T:
        """What a function makes of this report, made once however many tables need it."""
        name = f"{make.__module__}.{make.__qualname__}"
        if name not in self._made:
            self._made[name] = make(self)
        return self._made[name]  # type: ignore[no-any-return]

    @property
    def words(self) -> Words:
        """The words of report.toml."""
        return self.known.words

    @property
    def agencies(self) -> Mapping[str, Sender]:
        """Declared agencies by id."""
        return self.known.agencies

    @cached_property
    def cube(self) -> pl.DataFrame:
        """The counts without their districts: small for any number of years."""
        keys = ["period", "agency", "province", "unit", "classification", "code"]
        coverage = pl.col("districts_reporting", "districts_expected").max()  # one value for an agency-month
        grouped = self.edition.scan("counts").group_by(keys)
        return grouped.agg(pl.col("count").sum(), coverage).collect(engine="streaming")

    @cached_property
    def sources(self) -> pl.DataFrame:
        """Every file received: a row a file."""
        known = self.edition.scan("sources").collect()
        if "rows_corrected" not in known.columns:  # an edition of before that was told
            known = known.with_columns(pl.lit(0, pl.Int64).alias("rows_corrected"))
        return known

    @cached_property
    def months(self) -> list[str]:
        """The months shown: from the first to the last file, no more than the words allow.

        Cases of months before the first file came late, and are told of in a note. Where no case lies within
        the months shown (lists that cover years, received once), the newest months of cases are shown.
        """
        most = self.words.months_shown
        every, counted = months_between(self.sources["period"]), self.cube["period"].drop_nulls()
        if self.month is not None:
            every = [period for period in every if period <= self.month] or [self.month]
            every = every if every[-1] == self.month else [*every, self.month]
        elif not counted.is_in(every[-most:]).any():
            within = counted.filter(counted <= every[-1]) if every else counted
            every = months_between(within if len(within) else counted) or every
        return every[-most:]

    @property
    def scope(self) -> list[str]:
        """The months that break-downs cover: the chosen one, or all that are shown."""
        return [self.month] if self.month is not None else self.months

    @property
    def period(self) -> str:
        """The scope in words."""
        return span(self.words, self.scope)

    @property
    def window(self) -> str:
        """All months shown in words."""
        return span(self.words, self.months)

    @property
    def cases(self) -> pl.LazyFrame:
        """The edition's cases that are counted, with `period` as the month in which each counts."""
        counted = countable(self.edition.scan("cases"), self.edition.scan("charges"))
        return counted.with_columns(month_of_case())

    @property
    def enquiries(self) -> pl.LazyFrame:
        """The edition's enquiries, with `period` as above."""
        enquiry = pl.col("stage").cast(pl.String) == "enquiry"
        return self.edition.scan("cases").filter(enquiry).with_columns(month_of_case())

    def word(self, key: str, **values: object) -> str:
        """One of the small words of report.toml, filled in."""
        return self.words(key, **values)

    def column(
        self, name: str, kind: Kind = "count", word: str = "", *, strong: bool = False, aside: bool = False
    ) -> Column:
        """A column with the label that report.toml gives it, under `word` or its own name."""
        return Column(name, self.word(word or name), kind, strong=strong, aside=aside)

    def month_name(self, period: str) -> str:
        """ "2026-07" as people write it."""
        return month_name(self.words, period)

    def agency(self, key: str) -> str:
        """The name of an agency, or its id when it is not declared."""
        return self.words.named("agency", key) or (self.agencies[key].name if key in self.agencies else key)

    def province(self, name: str) -> str:
        """A province as the language calls it."""
        return self.words.named("province", name) or name

    def label(self, vocabulary: str, code: str | None, absent: str) -> str:
        """The label of a code; an unknown code stays as it is, null becomes the word for `absent`."""
        if code is None:
            return self.word(absent)
        return self.words.named(vocabulary, code) or self._labels.get((vocabulary, code)) or code

    def order(self, vocabulary: str, codes: Iterable[str | None]) -> list[str | None]:
        """Codes in the order of their vocabulary, then strange ones by name, then null."""
        listed = {code: at for at, (kind, code) in enumerate(self._labels) if kind == vocabulary}
        return sorted(codes, key=lambda code: (code is None, listed.get(code or "", len(self._labels)), code or ""))

    @cached_property
    def _labels(self) -> dict[tuple[str, str], str | None]:
        rows = self.known.labels.select("vocabulary", "code", "label").rows()
        return {(vocabulary, code): label for vocabulary, code, label in rows}

    def table(
        self,
        key: str,
        frame: pl.DataFrame,
        columns: Sequence[Column],
        *,
        name: str | None = None,
        title: str | None = None,
        urdu: str | None = None,
        note: str = "",
        period: str | None = None,
        chart: Chart | None = None,
        total_row: bool = False,
        data_only: bool = False,
        terminal: bool = True,
        unknown: tuple[int, int] | None = None,
        trace: str = "",
    ) -> Table:
        """A table with the words of `key`."""
        words = self.words.table[key]
        return Table(
            key=name or key,
            title=title or words.title,
            urdu=urdu or words.urdu,
            unit=words.unit,
            period=period or self.period,
            source=f"{self.word('edition', edition=self.edition.id)}{COMMA[self.words.language]}{words.source}",
            note=" ".join(text for text in (words.note, note) if text),
            empty=words.empty,
            columns=tuple(columns),
            frame=frame,
            chart=chart if frame.height else None,
            total_row=total_row and frame.height > 0,
            data_only=data_only,
            terminal=terminal,
            unknown=unknown,
            trace=trace,
        )


def months_between(periods: pl.Series) -> list[str]:
    """Every month from the first to the last that is given; anything that is not a month is skipped."""
    days = (periods.cast(pl.String) + "-01").str.to_date("%Y-%m-%d", strict=False).drop_nulls()
    if days.is_empty():
        return []
    every = pl.select(pl.date_range(pl.lit(days.min()), pl.lit(days.max()), "1mo")).to_series()
    return every.dt.to_string("%Y-%m").to_list()


def month_name(words: Words, period: str) -> str:
    """ "2026-07" as "Jul 2026"; anything else as it is."""
    year, _, month = period.partition("-")
    return f"{words.month_names()[int(month) - 1]} {year}" if month.isdigit() and 1 <= int(month) <= 12 else period


def month_names(words: Words, periods: pl.Series) -> pl.Expr:
    """The column `period` with its months as people write them."""
    names = {period: month_name(words, period) for period in periods.drop_nulls().unique()}
    return pl.col("period").replace(names)


def span(words: Words, months: Sequence[str]) -> str:
    """Months as "Jul 2026 to Oct 2026"."""
    if not months:
        return words("no_month")
    first, last = month_name(words, months[0]), month_name(words, months[-1])
    return first if first == last else words("from_to", first=first, last=last)


def runs(words: Words, months: Sequence[str]) -> str:
    """Sorted months as "Jul 2026, Sep 2026 to Dec 2026": those that follow each other in one piece."""
    pieces: list[list[str]] = []
    for month in months:
        if pieces and months_between(pl.Series([pieces[-1][-1], month])) == [pieces[-1][-1], month]:
            pieces[-1].append(month)
        else:
            pieces.append([month])
    return COMMA[words.language].join(span(words, piece) for piece in pieces)
