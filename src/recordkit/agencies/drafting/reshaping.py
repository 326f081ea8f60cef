"""What of a table has to be turned around: spread columns, lone rows, tables below tables, cells that hold more."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from recordkit import details
from recordkit.agencies import header_index, headers
from recordkit.agencies.catalogue import Catalogue
from recordkit.agencies.drafting.header_location import MONTH, any_index
from recordkit.agencies.drafting.like_sheets import Group
from recordkit.agencies.drafting.sheet_guess import COUNTER, ColumnGuess, Guess
from recordkit.agencies.drafting.table_links import Link
from recordkit.agencies.header_words import fold, fold_all
from recordkit.source_fields import Intake
from recordkit.text_safety import toml_list, toml_literal, toml_string

YEAR = r"^(19|20)[0-9]{2}$"
AGAIN = 0.05  # share of values that repeat the one above, from which on blanks are no "as above"


@dataclass(frozen=True)
class Shape:
    """What a sample shows beside plain rows."""

    banner: str | None  # the field that lone rows set
    pattern: str  # of those rows
    tables: tuple[str, ...]  # column names of further header rows that differ; empty: one table
    strange: tuple[str, ...]  # those among them that no table knows
    fill_down: Mapping[str, tuple[bool, int, int]]  # field -> blanks mean the value above, blanks, rows


def shape(one: Guess, catalogue: Catalogue, intake: Intake) -> Shape:
    """Lone rows that are all years, header rows below the header, places written once for several rows."""
    names = [name for name in one.sample.columns if name != "row"]
    first = pl.coalesce(names)
    alone = pl.all_horizontal((pl.col(name) == first).fill_null(True) for name in names) & first.is_not_null()
    lone = one.sample.filter(alone).select(first.alias("cell")).get_column("cell").to_list()
    years = len(lone) >= 2 and len(names) > 2 and all(re.search(YEAR, cell) for cell in lone)
    below = _below_heads(one, names)
    tables = _tables(one, names, catalogue, intake)
    known = catalogue.known["heads"] | {fold(word) for word in catalogue.layout.words.total}
    strange = tuple(text for text in tables if fold(text) not in known and fold(text) != fold(one.columns[0].header))
    return Shape("period" if years else None, YEAR, tables, strange, below)


def _below_heads(one: Guess, names: list[str]) -> dict[str, tuple[bool, int, int]]:
    """Place columns in which a value is followed by blanks in rows that are otherwise filled: whether they look like
    the heads of groups, how many are blank, of how many.

    A head is written once, at the first row of its group: no value stands again right below itself or its blanks.
    """
    filled = pl.sum_horizontal(pl.col(name).is_not_null() for name in names)
    rows = one.sample.filter(filled * 2 > len(names)) if len(names) > 2 else one.sample
    found: dict[str, tuple[bool, int, int]] = {}
    for column in one.columns:
        if column.field not in ("province", "division", "district", "police_station", "head", "period"):
            continue
        cells = rows.get_column(column.column)
        blanks = cells.null_count()
        if cells.len() >= 4 and cells[0] is not None and blanks >= 2 and 0.3 <= blanks / cells.len() < 1:
            written = cells.drop_nulls()
            again = int((written == written.shift(1)).sum())
            found[str(column.field)] = (again <= AGAIN * written.len(), blanks, cells.len())
    return found


def _tables(one: Guess, names: list[str], catalogue: Catalogue, intake: Intake) -> tuple[str, ...]:
    """The names in rows of the sample that call at least two spread columns otherwise than the header does."""
    if one.unit != "return":
        return ()
    words = any_index(one.unit, catalogue, intake)
    header = {column.column: column.header for column in one.columns}
    spread = {column.column for column in one.columns if column.spread}
    found: list[str] = []
    for row in one.sample.head(100).select(names).iter_rows():
        texts = [(cell or "").strip() for cell in row]
        columns = headers.resolve(names, [(text,) for text in texts], words)
        other = [
            c.header for c in columns if c.kind == "spread" and c.column in spread and c.header != header.get(c.column)
        ]
        if sum(any(char.isalpha() for char in text) for text in other) >= 2:
            found += [text for text in texts if text]
    return tuple(dict.fromkeys(found))


def lines(group: Group, seen: Shape, links: list[Link], catalogue: Catalogue) -> Iterator[str]:
    """The table [format.reshape], when anything has to be turned around."""
    body = [
        *_rows(seen), *_splits(group), *_joins(links), *_records(group),
        *_unpivot(group.guess, [part.guess for part in group.parts], catalogue),
    ]  # fmt: skip
    if body:
        yield "[format.reshape]"
        yield from body


def _rows(seen: Shape) -> Iterator[str]:
    if seen.tables:
        yield f"tables = true  # {_strange(details.text('further_header_rows'), seen.strange)}"
    if seen.banner:
        rule = f"into = {toml_string(seen.banner)}, pattern = '{seen.pattern}'"
        yield f"banner = [{{ {rule} }}]  # {details.text('rows_of_a_year')}"
    sure = [name for name, (heads, _, _) in seen.fill_down.items() if heads]
    if sure:
        yield f"fill_down = {toml_list(sure)}  # ? {details.text('followed_by_blanks')}"
    for name, (heads, blanks, rows) in seen.fill_down.items():
        if not heads:
            note = details.text("blanks_not_known", count=blanks, all=rows)
            yield f"# fill_down = {toml_list([name])}  # ? {note}"


def _splits(group: Group) -> Iterator[str]:
    cuts = [one.best.cut for one in group.columns if one.best.cut]
    if not cuts:
        return
    yield "split = ["
    for column in group.columns:
        if cut := column.best.cut:
            parts = [f"field = {toml_string(f'_{column.best.field}')}", f"pattern = {toml_literal(cut.pattern)}"]
            parts += [f"otherwise = {toml_string(cut.otherwise)}"] if cut.otherwise else []
            yield f"  {{ {', '.join(parts)} }},  # {cut.why}"
    yield "]"


def _joins(links: list[Link]) -> Iterator[str]:
    if links:
        yield "join = ["
        for link in links:
            key, taken = toml_list([link.key]), toml_list(link.fields)
            parts = f"format = {toml_string(link.format)}, key = {key}, fields = {taken}"
            yield f"  {{ {parts} }},  # {link.confidence:.2f} {link.why}"
        yield "]"


def _records(group: Group) -> Iterator[str]:
    counted = [str(one.best.field) for one in group.columns if one.best.counted]
    if counted:
        yield f"records = {toml_list(counted)}  # {details.text('every_number_a_record')}"
    if any(one.best.field == COUNTER for one in group.columns):
        yield f"expand = {toml_string(COUNTER)}  # {details.text('row_is_many_people')}"


def _unpivot(one: Guess, others: Sequence[Guess], catalogue: Catalogue) -> Iterator[str]:
    """`others`: the same table of other years, whose columns may have other names."""
    spread = [column for column in one.columns if column.spread and not column.total]
    if one.unit != "return" or len(spread) < 2:
        return
    depth = max(len(column.levels) for column in spread)
    if depth > 1 and all(len(set(column.levels)) > 1 for column in spread):
        yield from _stacked(one, spread, depth, catalogue)
        return
    kind, known, share = _kind([column.header for column in spread], catalogue)
    headers_of = dict.fromkeys(c.header for other in (one, *others) for c in other.columns if c.spread and not c.total)
    into = _INTO.get(kind, "period")
    parts = [f"into = [{toml_string(into)}]", f"known = [{toml_string(kind)}]"]
    strange = [
        text
        for text in headers_of
        if fold(text) not in known and fold(header_index.without_sections(text)) not in known
    ]
    if kind == "months" and strange:
        parts = [f"into = [{toml_string(into)}]", f"pattern = {toml_literal(MONTH)}"]
        strange = []
    if strange:
        parts.append(f"headers = {toml_list(strange)}")
    general = {fold(word) for word in (*catalogue.layout.words.total, *catalogue.head_totals)}
    sums = [c.header for c in one.columns if c.total and fold(c.header) not in general and c.header]
    if sums:
        parts.append(f"totals = {toml_list(sums)}")
    if into != "head" and any(c.total for c in one.columns) and not sums:
        parts.append('total_value = ""')
    why = details.text("columns_are_of_kind", count=share, all=len(spread), kind=kind)
    if sums:
        why = details.text("both", one=why, other=details.text("always_the_sum", columns=", ".join(sums)))
    yield f"unpivot = {{ {', '.join(parts)} }}  # {_strange(why, strange)}"


def _strange(why: str, names: Collection[str]) -> str:
    """What is known of a line, and the names that no table knows."""
    if not names:
        return why
    unknown = details.text("question", what=details.text("no_table_knows", names=", ".join(names)))
    return details.text("both", one=why, other=unknown)


_INTO = {"heads": "head", "provinces": "province", "districts": "district"}


def _kind(texts: list[str], catalogue: Catalogue) -> tuple[str, frozenset[str], int]:
    """(kind of word that most of these are, its folded words, how many are)."""
    words = fold_all([header_index.without_sections(text) for text in texts])
    years = frozenset(word for word, text in zip(words, texts, strict=True) if re.search(YEAR, text.strip()))
    months = frozenset(word for word, text in zip(words, texts, strict=True) if re.search(MONTH, text))
    known = {**catalogue.known, "years": years}
    shares = {kind: sum(word in among for word in words) for kind, among in known.items()}
    dated = sum(word in months for word in words)
    if dated > max(shares.values()):
        return "months", catalogue.known["months"], dated
    kind = max(sorted(shares), key=lambda name: shares[name])
    return kind, known[kind], shares[kind]


def _stacked(one: Guess, spread: list[ColumnGuess], depth: int, catalogue: Catalogue) -> Iterator[str]:
    """Two header rows that are both values: a head over its years."""
    kinds = [_kind([column.levels[at] for column in spread], catalogue) for at in range(depth)]
    into = [_INTO.get(kind, "period") for kind, _, _ in kinds]
    if len(set(into)) < len(into):
        return
    known = list(dict.fromkeys(kind for kind, _, _ in kinds))
    heads = list(dict.fromkeys(c.levels[-1] for c in spread))
    parts = [f"into = {toml_list(into)}", f"known = {toml_list(known)}"]
    if not all(fold(text) in kinds[-1][1] for text in heads):
        parts.append(f"headers = {toml_list(heads)}")
    yield f"unpivot = {{ {', '.join(parts)} }}  # {details.text('columns_under', count=len(spread), rows=depth)}"
