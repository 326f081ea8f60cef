"""Drafts a declaration for an unknown file: TOML that loads, with its confidence, reasons and questions."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from recordkit import declarations
from recordkit.agencies import drafting_reshape, fixed, periods
from recordkit.agencies.catalogue import Catalogue
from recordkit.agencies.declaration import Agency
from recordkit.agencies.guessing import ColumnGuess, Guess, guess
from recordkit.agencies.source import Sheet, SourceFile
from recordkit.agencies.toml_text import listed, quoted
from recordkit.agencies.words import fold, fold_all
from recordkit.errors import DeclarationError
from recordkit.fields import codes, dates
from recordkit.intake import Intake

SURE = 0.9  # a column found with this confidence, and nearly always filled, is proposed as required
FULL = 0.98


def draft(source: SourceFile, catalogue: Catalogue, intake: Intake) -> str:
    """The text of a declaration for the sender of `source`; every line says how sure it is and why."""
    sheets = [sheet for sheet in source.sheets if sheet.visible and sheet.head(5).height]
    if not sheets:
        raise DeclarationError(f"nothing can be drafted from {source.name}: it holds no rows")
    if fixed.looks_fixed(sheets[0].head(60)):
        return _parsed(fixed.draft(sheets[0], _head(source, None, catalogue), catalogue))
    guesses = [guess(sheet, catalogue, intake) for sheet in sheets]
    province = _province(guesses, catalogue)
    lines = [_head(source, province, catalogue)]
    for at, (sheet, one) in enumerate(zip(sheets, guesses, strict=True)):
        lines += ["", *_format(source, sheet, one, catalogue, intake, at)]
    return _parsed("\n".join(lines) + "\n")


def _parsed(text: str) -> str:
    """The text, once it is known to load."""
    declarations.build(tomllib.loads(text), Agency, Path("draft"))
    return text


# --------------------------------------------------------------------------------------------- head


def _head(source: SourceFile, province: tuple[str, str] | None, catalogue: Catalogue) -> str:
    zones = Counter(agency.timezone for agency in catalogue.values())
    zone = min(zones, key=lambda name: (-zones[name], name)) if zones else "UTC"
    lines = [
        f"# Drafted from {quoted(source.name)}. Behind # stands how sure a line is (1 is certain), and why.",
        "# Read every line; change id and name; answer the question marks; take out what is wrong.",
        f"id = {quoted(_id(source.name))}",
        f"name = {quoted(_id(source.name))}  # ? who sends this",
        'kind = "other"  # ? police, levies, federal, railways, statements, shelters, records_office or other',
    ]
    if province:
        lines.append(f"province = {quoted(province[0])}  # {province[1]}")
    else:
        lines.append('# province = "..."  # ? none is evident; a sender without a territory has none')
    return "\n".join([*lines, f"timezone = {quoted(zone)}  # as most declared senders"])


def _id(name: str) -> str:
    """An id from the letters of a file's name."""
    words = re.findall(r"[a-z]+", name.rsplit(".", 1)[0].lower())
    return "_".join(words[:3]) or "new_sender"


def _province(guesses: Sequence[Guess], catalogue: Catalogue) -> tuple[str, str] | None:
    """The province that has nearly all districts of the sample."""
    cells: list[str] = []
    for one in guesses:
        for column in one.columns:
            if column.field == "district":
                cells += one.sample.get_column(column.column).drop_nulls().to_list()
    known = [word for word in fold_all(cells) if word in catalogue.places]
    votes = Counter(province for word in known for province in catalogue.places[word])
    if not votes:
        return None
    best, count = min(votes.items(), key=lambda item: (-item[1], item[0]))
    names = catalogue.reference.districts.get_column("province").unique().sort().to_list()
    name = next((name for name in names if fold(name) == best), None)
    if name is None or count < 0.8 * len(known):
        return None
    return name, f"{count / len(known):.2f} {count} of {len(known)} known districts are in it"


# ------------------------------------------------------------------------------------------- format


def _format(
    source: SourceFile, sheet: Sheet, one: Guess, catalogue: Catalogue, intake: Intake, at: int
) -> Iterator[str]:
    understood = sum(bool(column.field) or column.spread for column in one.columns)
    named = [column for column in one.columns if column.header]
    yield "[[format]]"
    yield f"id = {quoted('draft' if at == 0 else f'draft_{at + 1}')}"
    yield f"unit = {quoted(one.unit)}  # ? what a row is; {understood} of {len(named)} columns make sense so"
    yield f"file = {{ {_file(source, sheet, catalogue)} }}"
    yield from _header(one)
    seen = drafting_reshape.shape(one, catalogue, intake)
    yield from _period(source, sheet, one, catalogue, seen.banner == "period")
    yield from _dates(one, intake)
    yield from _totals(sheet, catalogue)
    yield from _columns(one, catalogue, intake)
    yield from _left_out(one)
    yield from drafting_reshape.lines(one, seen, catalogue)


def _file(source: SourceFile, sheet: Sheet, catalogue: Catalogue) -> str:
    """Kind, name, encoding, delimiter and sheet as keys of the inline table."""
    parts = [f"kinds = {listed([source.kind])}", f"names = {listed([_pattern(source.name, catalogue)])}"]
    if source.encoding and source.kind == "delimited":
        parts.append(f"encodings = [{quoted(source.encoding)}]")
    if source.delimiter:
        parts.append(f"delimiters = [{quoted(source.delimiter)}]")
    if sheet.name:
        parts.append(f"sheets = [{quoted(_pattern(sheet.name, catalogue))}]")
    return ", ".join(parts)


def _pattern(name: str, catalogue: Catalogue) -> str:
    """A name with its numbers and months left open."""
    words = re.split(r"([0-9]+|[^\W\d_]+)", name)
    open_ = ["*" if word.isdigit() or fold(word) in catalogue.months else word for word in words]
    return re.sub(r"[*]+", "*", "".join(open_))


def _header(one: Guess) -> Iterator[str]:
    rows = ", ".join(str(row) for row in one.header_rows)
    if not one.header_rows:
        yield "# ? no header row was found: give header.positions, the fields in the order of the columns"
        fields = [column.field or "_unknown" for column in one.columns]
        yield f"header = {{ rows = 0, positions = {listed(fields)} }}"
    elif max(one.header_rows) > 10:
        yield f"header = {{ search_rows = {max(one.header_rows) + 10} }}  # found in row {rows}"
    else:
        yield f"# the header was found in row {rows}; rows above it are skipped as letterhead"


def _period(
    source: SourceFile, sheet: Sheet, one: Guess, catalogue: Catalogue, banner: bool
) -> Iterator[str]:
    if banner or any(column.field == "period" for column in one.columns):
        yield 'period = { sources = ["column"] }  # every row has its own'
        return
    above = sheet.head(60).filter(pl.col("row") < min(one.header_rows, default=0))
    letterhead = [c for name in above.columns if name != "row" for c in above[name].drop_nulls().to_list()]
    texts = {"sheet": [sheet.name], "letterhead": letterhead, "file": [source.name]}
    found = {
        where: sorted({month for text in words if (month := periods.one(text, catalogue.months))})
        for where, words in texts.items()
    }
    told = {where: months[0] for where, months in found.items() if len(months) == 1}
    sources = [*told, "folder"]
    why = ", ".join(f"{where} says {month}" for where, month in told.items()) or "? nothing names the month"
    yield f"period = {{ sources = {listed(sources)} }}  # {why}"


def _dates(one: Guess, intake: Intake) -> Iterator[str]:
    """The order of the dates, by the evidence of all date columns together."""
    fields = intake.fields(one.unit)
    found = dates.DateOrder()
    for column in one.columns:
        if column.field and fields[column.field].type == "date":
            found += dates.infer_order(one.sample.get_column(column.column).drop_nulls())
    evidence = f"{found.day_first} dates can only be day first, {found.month_first} only month first"
    yield f'date_order = "infer"  # {evidence}, {found.either} either'


def _totals(sheet: Sheet, catalogue: Catalogue) -> Iterator[str]:
    """Rows of the head and of the tail whose label is a total; the general words find them without help."""
    words = {fold(word) for word in (*catalogue.layout.words.total, *catalogue.layout.words.subtotal)}
    rows = pl.concat([sheet.head(60), sheet.tail(10)]).unique("row", maintain_order=True)
    labels = [cell for name in rows.columns if name != "row" for cell in rows[name].drop_nulls().to_list()]
    seen = [cell for cell in dict.fromkeys(labels) if len(cell) < 40 and _has_total(fold(cell), words)]
    if seen:
        shown = ", ".join(quoted(cell) for cell in seen[:5])
        yield f"# rows with a total were seen ({shown}); they are found by their words and checked"


def _has_total(word: str, totals: set[str]) -> bool:
    return word in totals or any(len(t) > 3 and (word.startswith(t) or word.endswith(t)) for t in totals)


# ------------------------------------------------------------------------------------------ columns


def _columns(one: Guess, catalogue: Catalogue, intake: Intake) -> Iterator[str]:
    yield "columns = ["
    for column in one.columns:
        if column.field:
            yield from _column(column, one, catalogue, intake)
    yield "]"


def _column(column: ColumnGuess, one: Guess, catalogue: Catalogue, intake: Intake) -> Iterator[str]:
    parts = [f"field = {quoted(str(column.field))}", f"headers = [{quoted(column.header)}]"]
    if column.confidence >= SURE and column.filled >= FULL and column.field != "serial":
        parts.append("required = true")
    elif column.filled < 0.5:
        parts.append("optional = true")
    vocabulary = intake.fields(one.unit)[str(column.field)].vocabulary
    known, strange = _aliases(column, vocabulary, catalogue) if vocabulary else ([], [])
    if known:
        parts.append(f"values = {{ {', '.join(known)} }}")
    filled = f"{column.filled:.0%} filled"
    others = f"; or {', '.join(column.others)}" if column.others and column.confidence < SURE else ""
    doubt = "? " if column.confidence < SURE else ""
    yield f"  {{ {', '.join(parts)} }},  # {column.confidence:.2f} {doubt}{column.why}; {filled}{others}"
    if strange:
        yield f"  #   ? values that are no known {vocabulary}: {', '.join(quoted(v) for v in strange)}"


def _aliases(
    column: ColumnGuess, vocabulary: str, catalogue: Catalogue
) -> tuple[list[str], list[str]]:
    """(aliases proposed because a known word is very near, values that nothing is near)."""
    values = pl.Series("value", list(column.values)[:60], dtype=pl.String)
    read = codes.clean(values, vocabulary, catalogue.reference).with_columns(values)
    unread = read.filter(pl.col("value").is_not_null() & (pl.col("codes").list.len() > 0))
    near, strange = [], []
    for value, guessed in unread.select(values.name, "suggestion").rows():
        if guessed:
            near.append((value, guessed))
        else:
            strange.append(value)
    coded = codes.clean(pl.Series([g for _, g in near], dtype=pl.String), vocabulary, catalogue.reference)
    pairs = zip([value for value, _ in near], coded.get_column("value").to_list(), strict=True)
    return [f"{quoted(value)} = {quoted(code)}" for value, code in pairs if code], strange[:12]


def _left_out(one: Guess) -> Iterator[str]:
    """Columns without a field: row numbers are left out, each other one is a line to answer."""
    left = [c for c in one.columns if not c.field and not c.spread and (c.header or c.filled)]
    if not left:
        return
    if not all(column.serial for column in left):
        yield "# ? These could not be placed. Give each a field above, or a reason here and take off its #."
    yield "ignore = ["
    for column in left:
        if column.serial:
            yield f'  {{ headers = [{quoted(column.header)}], reason = "counts the rows" }},'
            continue
        could = f"; could be {', '.join(column.others)}" if column.others else ""
        entry = f'{{ headers = [{quoted(column.header)}], reason = "..." }},'
        yield f"  # {entry}  # {column.filled:.0%} filled{could}"
    yield "]"
