"""What of a statement has to be turned around: spread columns, rows that hold one value, tables below tables."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from recordkit.agencies import headers
from recordkit.agencies.catalogue import Catalogue
from recordkit.agencies.guessing import Guess, any_index
from recordkit.agencies.toml_text import listed, quoted
from recordkit.agencies.words import fold, fold_all
from recordkit.intake import Intake

YEAR = r"^(19|20)[0-9]{2}$"


@dataclass(frozen=True)
class Shape:
    """What a sample shows beside plain rows."""

    banner: str | None  # the field that lone rows set
    pattern: str  # of those rows
    tables: int  # further header rows that differ


def shape(one: Guess, catalogue: Catalogue, intake: Intake) -> Shape:
    """Lone rows that are all years, and header rows below the header."""
    names = [name for name in one.sample.columns if name != "row"]
    first = pl.coalesce(names)
    alone = pl.all_horizontal((pl.col(name) == first).fill_null(True) for name in names) & first.is_not_null()
    lone = one.sample.filter(alone).select(first.alias("cell")).get_column("cell").to_list()
    years = len(lone) >= 2 and len(names) > 2 and all(re.search(YEAR, cell) for cell in lone)
    return Shape("period" if years else None, YEAR, _tables(one, names, catalogue, intake))


def _tables(one: Guess, names: list[str], catalogue: Catalogue, intake: Intake) -> int:
    """Rows of the sample that name at least two columns otherwise than the header does."""
    if one.unit != "return":
        return 0
    words = any_index(one.unit, catalogue, intake)
    header = [column.header for column in one.columns]
    found = 0
    for row in one.sample.head(100).select(names).iter_rows():
        texts = [(cell or "").strip() for cell in row]
        columns = headers.resolve(names, [(text,) for text in texts], words)
        other = [c.header for c, old in zip(columns, header, strict=True) if c.kind == "spread" and c.header != old]
        found += sum(any(char.isalpha() for char in text) for text in other) >= 2
    return found


def lines(one: Guess, seen: Shape, catalogue: Catalogue) -> Iterator[str]:
    """The table [format.reshape], when anything has to be turned around."""
    unpivot = list(_unpivot(one, catalogue))
    if not (unpivot or seen.banner or seen.tables):
        return
    yield "[format.reshape]"
    if seen.tables:
        yield f"tables = true  # {seen.tables} further header rows name other columns"
    if seen.banner:
        rule = f"into = {quoted(seen.banner)}, pattern = '{seen.pattern}'"
        yield f"banner = [{{ {rule} }}]  # rows that hold a year alone"
    yield from unpivot


def _unpivot(one: Guess, catalogue: Catalogue) -> Iterator[str]:
    spread = [column for column in one.columns if column.spread and not column.total]
    if one.unit != "return" or len(spread) < 2:
        return
    words = fold_all([column.header for column in spread])
    shares = {kind: sum(word in known for word in words) for kind, known in catalogue.known.items()}
    kind = max(sorted(shares), key=lambda name: shares[name])
    into = {"heads": "head", "provinces": "province", "districts": "district"}.get(kind, "period")
    parts = [f"into = [{quoted(into)}]", f"known = [{quoted(kind)}]"]
    strange = [c.header for c, word in zip(spread, words, strict=True) if word not in catalogue.known[kind]]
    if strange:
        parts.append(f"headers = {listed(strange)}")
    general = {fold(word) for word in (*catalogue.layout.words.total, *catalogue.head_totals)}
    sums = [c.header for c in one.columns if c.total and fold(c.header) not in general and c.header]
    if sums:
        parts.append(f"totals = {listed(sums)}")
    if into != "head":
        parts.append('total_value = ""')
    by_sum = f"; {', '.join(sums)}: always the sum of the others" if sums else ""
    yield f"unpivot = {{ {', '.join(parts)} }}  # {shares[kind]} of {len(spread)} columns are {kind}{by_sum}"
