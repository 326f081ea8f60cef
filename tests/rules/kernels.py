"""Feeds the example of a value rule to the kernel that raises it; gives the codes raised."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import polars as pl

from recordkit import declarations, ingest, standardise
from recordkit.agencies import periods
from recordkit.agencies.header_words import load_layout
from recordkit.fields import (
    cnic,
    dates,
    fir,
    fir_quotes,
    gazetteer,
    names,
    numbers,
    offences,
    passports,
    people_cells,
    phones,
    places,
    text,
    vocabularies,
)
from recordkit.mapping import measures, planning
from recordkit.reference import Reference
from recordkit.standardise.steps import read_victim_code

Example = str | dict[str, Any]
Kernel = Callable[[Example, Reference], pl.DataFrame]


def raised(kind: str, example: Example, reference: Reference) -> set[str]:
    """The codes that the kernel of `kind` raises for one value."""
    return set().union(*_codes(KERNELS[kind](example, reference)))


def raised_by_each(kind: str, examples: list[str], reference: Reference) -> dict[str, set[str]]:
    """The same for many values of a SIMPLE kind, cleaned together: a kernel costs as much for one."""
    frame = SIMPLE[kind](pl.Series("value", examples, dtype=pl.String), reference)
    return dict(zip(examples, _codes(frame), strict=True))


def _codes(frame: pl.DataFrame) -> list[set[str]]:
    """The codes of every row."""
    lists = [name for name, dtype in frame.schema.items() if name.endswith("codes") and dtype == pl.List(pl.String)]
    return [{code for codes in row for code in codes or ()} for row in frame.select(lists).rows()]


def _series(example: Example) -> pl.Series:
    assert isinstance(example, str)
    return pl.Series("value", [example])


def _simple(clean: Callable[..., pl.DataFrame]) -> Kernel:
    return lambda example, reference: clean(_series(example), reference)


def _date(example: Example, reference: Reference) -> pl.DataFrame:
    """A date in the column that it stands in; alone, its column is day first."""
    if isinstance(example, str):
        return dates.clean(_series(example), "dmy", reference)
    order = dates.infer_order(pl.Series("value", example["column"]))
    return dates.clean(pl.Series("value", [example["value"]]), order, reference)


def _one_day(example: Example, reference: Reference) -> pl.DataFrame:
    """A date of what happens on one day."""
    return dates.read_one_day(_series(example), context=dates.context("dmy"), reference=reference)


def _section(example: Example, reference: Reference) -> pl.DataFrame:
    """A section as it is written, and as it is classified on its day."""
    assert isinstance(example, dict)
    written = pl.Series("value", [f"{example['section']} {example['act'].split()[0]}"])
    parsed = offences.parse(written, reference)
    schema = {"act": pl.String, "section": pl.String, "on_date": pl.Date, "province": pl.String}
    row = {"act": [example["act"]], "section": [example["section"]], "on_date": [example.get("on")], "province": [None]}
    known = offences.classify(pl.DataFrame(row, schema=schema), reference)
    return pl.DataFrame({"parse_codes": parsed["codes"], "known_codes": known["codes"]})


def _place(example: Example, reference: Reference) -> pl.DataFrame:
    assert isinstance(example, dict)
    names_of = ("province", "division", "district", "police_station")
    row = {name: [example.get(name)] for name in names_of} | {"on_date": [example.get("on")]}
    schema = dict.fromkeys(names_of, pl.String) | {"on_date": pl.Date}
    return places.resolve(pl.DataFrame(row, schema=schema), reference)


def _fir_beside_year(example: Example, reference: Reference) -> pl.DataFrame:
    assert isinstance(example, dict)
    years = fir.years(pl.Series("value", [example["year"]]), reference)["year"]
    return fir.with_stated_year(fir.clean(pl.Series("value", [example["number"]]), reference), years)


def _period(example: Example, reference: Reference) -> pl.DataFrame:
    """A cell of a column of periods."""
    assert isinstance(example, str)
    read = periods.column([example], periods.calendar(reference))[example]
    return pl.DataFrame({"codes": [["RK372"] if read.period is None else []]}, schema={"codes": pl.List(pl.String)})


def _period_of_name(example: Example, reference: Reference) -> pl.DataFrame:
    """The name of a file that came in July 2026."""
    assert isinstance(example, str)
    read = periods.of_name(example, periods.calendar(reference), received="2026-07")
    unread = planning.unread([("file", read)], "2026-07") if read.period is None else None
    return pl.DataFrame({"codes": [["RK373"] if unread else []]}, schema={"codes": pl.List(pl.String)})


def _measure(example: Example, reference: Reference) -> pl.DataFrame:
    """A line above a statement."""
    assert isinstance(example, str)
    wanted = measures.pattern(load_layout(declarations.folders()).words, periods.calendar(reference))
    found = ["RK390"] if wanted.search(example) else []
    return pl.DataFrame({"codes": [found]}, schema={"codes": pl.List(pl.String)})


def _fir_either_way(example: Example, reference: Reference) -> pl.DataFrame:
    """A number beside the year of its row's date and that of its file."""
    assert isinstance(example, dict)
    years = (pl.Series([example.get(name)], dtype=pl.Int32) for name in ("dated", "sent"))
    return fir.with_likely_year(fir.clean(pl.Series([example["number"]]), reference), *years)


def _date_header(example: Example, reference: Reference) -> pl.DataFrame:
    """A header beside the order that is declared for its dates."""
    assert isinstance(example, dict)
    differs = dates.header_contradicts(example["header"], example["declared"])
    return pl.DataFrame({"codes": [["RK378"] if differs else []]}, schema={"codes": pl.List(pl.String)})


def _code(example: Example, reference: Reference) -> pl.DataFrame:
    assert isinstance(example, dict)
    return vocabularies.clean(pl.Series("value", [example["value"]]), example["vocabulary"], reference)


def _place_of_year(example: Example, reference: Reference) -> pl.DataFrame:
    """A place of a row of a return, and the month of the statement."""
    assert isinstance(example, dict)
    other = gazetteer.of_other_year(pl.Series([example["place"]]), pl.Series([example["period"]])).item()
    return pl.DataFrame({"codes": [["RK393"] if other else []]}, schema={"codes": pl.List(pl.String)})


def _row_of(unit: str) -> Kernel:
    """Any row of a unit, as standardising finds it."""

    def raised(example: Example, reference: Reference) -> pl.DataFrame:
        assert isinstance(example, dict)
        rows = pl.DataFrame([dict.fromkeys(standardise.KEYS, "1") | {"row": 1, "part": 0, "period": "2026-07"} | example])
        uses = {name: standardise.Use(name) for name in example}
        found = standardise.standardise(rows, standardise.Asked(unit, uses, "f.csv"), declared()).findings
        codes = [code for one in found for code in one["code"]]
        return pl.DataFrame({"codes": [codes]}, schema={"codes": pl.List(pl.String)})

    return raised


@cache
def declared() -> ingest.Declarations:
    """The packaged declarations."""
    return ingest.declare(declarations.folders())


def _person_row(example: Example, reference: Reference) -> pl.DataFrame:
    """The person of one row of a list of people."""
    assert isinstance(example, dict)
    return _row_of("person")({"role": "accused"} | example, reference)


def _cell(example: Example, reference: Reference) -> pl.DataFrame:
    """Any cell of a field that the declaration maps."""
    return _row_of("case")({"remarks": example}, reference)


# Kinds of which an example is one value, whatever the others are.
SIMPLE: dict[str, Callable[..., pl.DataFrame]] = {
    "victim_code": read_victim_code,
    "text": text.clean,
    "cnic": cnic.clean,
    "passport": passports.clean,
    "phone": phones.clean,
    "fir": fir.clean,
    "reference": fir_quotes.references,
    "sections": offences.parse,
    "age": numbers.age,
    "count": numbers.count,
    "integer": numbers.integer,
    "name": names.parse,
    "people": people_cells.split_people,
    "name_alone": names.parse_one,
}
KERNELS: dict[str, Kernel] = {
    **{kind: _simple(clean) for kind, clean in SIMPLE.items()},
    "person_row": _person_row,
    "cell": _cell,
    "date": _date,
    "one_day": _one_day,
    "fir_beside_year": _fir_beside_year,
    "period": _period,
    "period_of_name": _period_of_name,
    "measure": _measure,
    "date_header": _date_header,
    "fir_either_way": _fir_either_way,
    "section": _section,
    "place": _place,
    "place_of_year": _place_of_year,
    "code": _code,
    "case_row": _row_of("case"),
}
