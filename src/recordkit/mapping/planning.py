"""Makes the plan of one sheet: its header, its columns, its period; and says what is missing or strange."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any

import polars as pl

from recordkit import details, issues
from recordkit.agencies import periods
from recordkit.agencies.catalogue import Catalogue
from recordkit.agencies.declaration import Format
from recordkit.agencies.format_match import SheetMatch
from recordkit.agencies.header_index import LIKEWISE, Index, resembled
from recordkit.agencies.header_words import fold, fold_all
from recordkit.agencies.headers import ColumnMatch, unnamed_totals
from recordkit.agencies.source import Sheet
from recordkit.fields import dates, numbers, vocabularies
from recordkit.mapping import measures, repeated_headers
from recordkit.mapping.model import Cut, PlannedColumn, RowWords, SheetPlan, Table, loose
from recordkit.mapping.reshape import TWIN
from recordkit.reference import Reference
from recordkit.reference import words as words_of
from recordkit.source_fields import Intake

LETTERHEAD = "letterhead"
NO_MONTH = (periods.QUARTER, periods.FISCAL, periods.SEVERAL, periods.PARTIAL, periods.YEARLESS, periods.DOUBTED)


def plan(
    sheet: Sheet, match: SheetMatch, catalogue: Catalogue, intake: Intake, received: str | None = None
) -> tuple[SheetPlan, pl.DataFrame]:
    """The plan of a sheet and the findings about its header. `received`: the month of its folder."""
    form = match.format
    head = sheet.head(60)
    words = catalogue.indexes[match.agency.id, form.id]
    first = _visible_first(match.located.columns, sheet.hidden_columns)
    if "unnamed_totals" not in form.rows.off:
        first = _with_unnamed_totals(first, head, match.located.rows, catalogue.reference)
    first = _with_twins(first, form, catalogue.reference)
    tables = [_table(match.located.rows, first)]
    found = [] if form.fixed or not tables[0].header_rows else repeated_headers.tables(sheet, words, tables[0])
    if form.reshape.tables or not repeated_headers.only_exchanged(found, tables[0]):
        tables += [_table((one.row,), _with_twins(one.columns, form, catalogue.reference)) for one in found]
    period, source, no_month = _period(sheet.name, match, catalogue, head, received)
    named = _period_of_file(match, catalogue, received) if source == LETTERHEAD else None if no_month else period
    made = SheetPlan(
        file=match.file,
        file_sha256=match.file_sha256,
        sheet=sheet.name,
        agency=match.agency.id,
        format=form.id,
        unit=form.unit,
        tables=tuple(tables),
        words=_words(form, catalogue, match.agency.id),
        count_words=numbers.count_words(catalogue.reference),
        merged=_across(sheet),
        says_total=_says_total(sheet, form, tables[0], catalogue),
        reshape=form.reshape,
        gives=match.agency.gives(form.id),
        struck_rows=tuple(sheet.struck_rows) if form.rows.struck == "skip" else (),
        epoch=sheet.epoch,
        no_counts=_no_counts(sheet, match, words, tables[0], catalogue=catalogue, period=named),
        period=period,
        period_source=source,
        period_unread=no_month,
        **_fields(form, match, intake, tables),
        **_fixed(form),
    )
    return made, issues.concat(_findings(made, first, words, sheet, catalogue))


def _table(rows: tuple[int, ...], columns: Sequence[ColumnMatch]) -> Table:
    planned = [
        PlannedColumn(
            column=one.column, header=one.header, kind=one.kind, field=one.field, levels=one.levels,
            number=one.number, detail=one.detail,
        )
        for one in columns
    ]  # fmt: skip
    return Table(header_rows=rows, columns=tuple(planned))


def _fields(form: Format, match: SheetMatch, intake: Intake, tables: Sequence[Table]) -> dict[str, Any]:
    """The parts of a plan that are about fields."""
    found = {c.field: c.header for table in reversed(tables) for c in table.of("field") if c.field}
    made = set(form.fields) - {column.field for column in form.columns}  # by constants and reshaping
    constants = dict(form.constants)
    if match.agency.province and "province" not in found:
        constants.setdefault("province", match.agency.province)
    many = bool(form.reshape.tables)
    known = [*form.fields, *(name for name in constants if name not in form.fields)]
    fields = [name for name in known if many or name in found or name in made or name in constants]
    kinds = intake.fields(form.unit)
    helpers = [name for name in match.agency.gives(form.id) if name.startswith("_")]  # keys that others join by
    return {
        "fields": (*fields, *helpers),
        "required": tuple(column.field for column in form.columns if column.required),
        "types": {name: kinds[name].type for name in fields if name in kinds},
        "places": tuple(name for name in fields if name in kinds and kinds[name].type == "place"),
        "headers": found,
        "values": {c.field: dict(c.values) for c in form.columns if c.values and c.field not in _shared(form)},
        "values_of_columns": _values_of_columns(form, tables),
        "verbatim": {column.field: column.verbatim for column in form.columns if column.verbatim},
        "patterns": {column.field: column.pattern for column in form.columns if column.pattern},
        "date_orders": {
            column.field: column.date_order or form.date_order
            for column in form.columns
            if column.field in kinds and kinds[column.field].type == "date"
        },
        "constants": constants,
        "joins": {column.field: column.joined for column in form.columns if column.joined is not None},
    }


def _shared(form: Format) -> set[str]:
    """Fields of which several columns are declared with values of their own: one column for every value."""
    often = Counter(column.field for column in form.columns if column.values)
    return {name for name, count in often.items() if count > 1}


def _values_of_columns(form: Format, tables: Sequence[Table]) -> dict[str, dict[str, str]]:
    shared = _shared(form)
    declared = {(column.field, fold(word)): column.values for column in form.columns for word in column.headers}
    used = [one for table in tables for one in table.of("field") if one.field in shared]
    return {one.header: dict(declared.get((one.field, fold(one.header)), {})) for one in used}  # type: ignore[arg-type]


def _fixed(form: Format) -> dict[str, Any]:
    cuts = [Cut(field=c.field, start=c.start, length=c.length) for c in form.columns if c.start and c.length]
    ends = max((cut.start + cut.length - 1 for cut in cuts), default=0)
    return {"cuts": tuple(cuts), "widths": form.file.widths or ((ends,) if cuts else ())}


def _words(form: Format, catalogue: Catalogue, agency: str) -> RowWords:
    general = catalogue.layout.words
    return RowWords(
        total=loose([*general.total, *(catalogue.head_totals if form.unit == "return" else ())]),
        declared_total=loose(form.rows.total),
        subtotal=loose([*general.subtotal, *form.rows.subtotal]),
        neutral=loose(general.neutral),
        footer=loose([*general.footer, *form.rows.footer]),
        ditto=_cased(general.ditto),
        comment=form.rows.comment,
        trailer=form.rows.trailer,
        keep_totals=form.rows.keep_totals and form.unit == "return",
        nil=loose(general.nil),
        rate=rate.pattern if (rate := catalogue.indexes[agency, form.id].rate) and form.unit == "return" else None,
        districts=_known(catalogue.reference)["districts"],
        areas=_known(catalogue.reference)["areas"],
        several=loose(general.several),
        known=_known(catalogue.reference)["all"],
        off=form.rows.off,
    )


@lru_cache(maxsize=4)
def _known(tables: Reference) -> dict[str, tuple[str, ...]]:
    """Names of districts, and of all places and heads of crime, as labels of rows are compared."""
    heads = tables.codes.filter(pl.col("vocabulary") == "head")
    named = {
        "districts": (tables.districts, ["district", "urdu_name", "aliases", "local_aliases", "former_names"]),
        "divisions": (tables.divisions, ["division", "urdu", "aliases"]),
        "lands": (tables.jurisdictions, ["jurisdiction", "urdu", "aliases", "former_names"]),
        "heads": (heads, ["code", "label", "variants"]),
    }  # fmt: skip
    listed = {
        kind: loose(words_of(frame, [columns[0]], columns).get_column("word").to_list())
        for kind, (frame, columns) in named.items()
    }
    every = sorted({word for words in listed.values() for word in words})
    areas = sorted({*listed["divisions"], *listed["lands"]} - {*listed["districts"]})
    return {"districts": listed["districts"], "areas": tuple(areas), "all": tuple(every)}


def _across(sheet: Sheet) -> tuple[int, ...]:
    """Rows in which cells of several columns are one."""
    wide = [rows for rows, columns in sheet.filled if columns[0] != columns[1]]
    return tuple(sorted({row for first, last in wide for row in range(first, last + 1)}))


def _no_counts(
    sheet: Sheet, match: SheetMatch, words: Index, first: Table, *, catalogue: Catalogue, period: str | None
) -> str | None:
    if match.format.unit != "return":
        return None
    return measures.read_measure(sheet, match.names[:1], first, words, months=catalogue.months, period=period)


def _says_total(sheet: Sheet, form: Format, first: Table, catalogue: Catalogue) -> bool:
    """Whether some row of a return is labelled as a total: then no other is one because of its sums."""
    if form.unit != "return":
        return False
    labels = [one.column for one in first.of("field") if one.field != "count"]
    totals = {*loose([*catalogue.layout.words.total, *form.rows.total, *catalogue.head_totals])}
    for batch in sheet.batches():
        below = batch.filter(pl.col("row") >= first.first_row)
        cells = [below.get_column(name).drop_nulls().unique() for name in labels if name in below.columns]
        if totals & {*loose(cell for column in cells for cell in column.to_list())}:
            return True
    return False


def _cased(words: Sequence[str]) -> tuple[str, ...]:
    """Every word as it may be typed: small, capital, with a capital first."""
    forms = (form for word in words for form in (word, word.lower(), word.upper(), word.capitalize(), word.title()))
    return tuple(dict.fromkeys(forms))


# ------------------------------------------------------------------------------------------ columns


def _visible_first(columns: Sequence[ColumnMatch], hidden: Sequence[str]) -> tuple[ColumnMatch, ...]:
    """Of two columns of one meaning the one that people see is used, whatever stands first."""
    found = {one.column: one for one in columns}
    for one in columns:
        if one.kind != "field" or one.column not in hidden:
            continue
        seen = (other for other in columns if other.kind == "duplicate" and other.field == one.field)
        other = next((other for other in seen if other.column not in hidden), None)
        if other:
            detail = details.text("hidden_not_used", column=one.column, header=other.header, used=other.column)
            found[one.column] = replace(one, kind="duplicate", detail=detail)
            found[other.column] = replace(other, kind="field", detail="")
    return tuple(found[one.column] for one in columns)


def _with_unnamed_totals(
    columns: Sequence[ColumnMatch], head: pl.DataFrame, rows: Sequence[int], reference: Reference
) -> tuple[ColumnMatch, ...]:
    """A column that nobody knows and that always is the sum of the spread columns is a total (RK216)."""
    if any(one.kind == "spread_total" for one in columns):
        return tuple(columns)
    below = head.filter(pl.col("row") > max(rows, default=0))
    spread = [one.column for one in columns if one.kind == "spread"]
    strange = [one.column for one in columns if one.kind in ("unknown", "blank") and not one.detail]
    totals = unnamed_totals(below, spread, strange, reference)
    return tuple(
        replace(one, kind="spread_total", detail="unnamed") if one.column in totals else one for one in columns
    )


def _with_twins(columns: Sequence[ColumnMatch], form: Format, tables: Reference) -> tuple[ColumnMatch, ...]:
    """Spread columns that say the same head (or place, or month) as another one, marked: none counts (RK240)."""
    unpivot = form.reshape.unpivot
    spread = [one for one in columns if one.kind == "spread"]
    if unpivot is None or len(spread) < 2:
        return tuple(columns)
    texts = {one.column: _said(one, unpivot.into, tables) for one in spread}
    added = set(_heads(unpivot.add, tables))
    keys = list(texts.values())
    twins = {name for name, key in texts.items() if keys.count(key) > 1 and not added & {*key}}
    return tuple(replace(one, detail=TWIN) if one.column in twins else one for one in columns)


def _said(one: ColumnMatch, into: Sequence[str], tables: Reference) -> tuple[str, ...]:
    """What a column says, level by level: the national head where it names one, else its words."""
    texts = one.levels if len(into) > 1 and len(one.levels) >= len(into) else (one.header,)
    pairs = zip(into, texts, strict=False)
    return tuple(_heads([text], tables)[0] if field == "head" else fold_all([text])[0] for field, text in pairs)


def _heads(texts: Sequence[str], tables: Reference) -> list[str]:
    read = vocabularies.head(pl.Series("value", list(texts), dtype=pl.String), tables).get_column("value")
    return [code or word for code, word in zip(read.to_list(), fold_all(list(texts)), strict=True)]


# ------------------------------------------------------------------------------------------- period


def _period(
    sheet: str, match: SheetMatch, catalogue: Catalogue, head: pl.DataFrame, received: str | None
) -> tuple[str | None, str | None, str | None]:
    """(period, where it stands, what could not be read): the first declared source that names one month.

    A name that says a period which is none (a quarter, two months, July of no year) is not made good by the folder.
    """
    declared = match.format.period
    above = head.filter(pl.col("row") < min(match.located.rows, default=0))
    texts: dict[str, list[str | None]] = {
        "sheet": [sheet],
        "file": [_dated_name(match.names, catalogue.months, declared.pattern, received)],
        "folder": [received],
        "letterhead": _distinct_cells(above),
    }
    unread_names: list[tuple[str, periods.Reading]] = []
    for source in declared.sources:
        read = periods.of_name if source in ("sheet", "file") else periods.read
        found = [read(text, catalogue.months, declared.pattern, received) for text in texts.get(source, [])]
        named = sorted({one.period for one in found if one.period})
        if len(named) == 1:
            return named[0], source, unread(unread_names, named[0]) if source == "folder" else None
        if source in ("sheet", "file"):
            unread_names += [(source, one) for one in found]
        elif source == LETTERHEAD:  # its other lines have numbers and days that are no periods
            unread_names += [(source, one) for one in found if one.why in NO_MONTH]
    return None, None, unread(unread_names, received)


def _period_of_file(match: SheetMatch, catalogue: Catalogue, received: str | None) -> str | None:
    """The month that the name of the file says, whatever says the month of the sheet."""
    pattern = match.format.period.pattern
    name = _dated_name(match.names, catalogue.months, pattern, received)
    return periods.of_name(name, catalogue.months, pattern, received).period


def _dated_name(
    names: Sequence[str], months: periods.Calendar, pattern: str | None, received: str | None
) -> str:
    """The name that says a month: the file's own, before that of the archive in which it came."""
    return next((one for one in names if periods.of_name(one, months, pattern, received).period), names[0])


def unread(readings: Sequence[tuple[str, periods.Reading]], period: str | None) -> str | None:
    """The first name that says a period that is none; July without a year agrees with July of any year."""
    month = int(period[5:7]) if period and len(period) == 7 else None
    contrary = [(source, one) for source, one in readings if one.why and (one.month is None or one.month != month)]
    where = {"sheet": "sheet_name_why", "file": "file_name_why", LETTERHEAD: "letterhead_why"}
    reasons = ((where[source], details.text(one.why)) for source, one in contrary if one.why)
    return next((details.text(name, why=why) for name, why in reasons), None)


def _distinct_cells(rows: pl.DataFrame) -> list[str | None]:
    cells = [cell for name in rows.columns if name != "row" for cell in rows[name].drop_nulls().to_list()]
    return list(dict.fromkeys(cells))


# ----------------------------------------------------------------------------------------- findings


def _findings(
    made: SheetPlan, columns: Sequence[ColumnMatch], words: Index, sheet: Sheet, catalogue: Catalogue
) -> Iterable[pl.DataFrame]:
    form = words.form
    say = partial(issues.make, file_sha256=made.file_sha256, sheet=made.sheet)
    for one in columns:
        found = _about(one, words)
        if found:
            yield say(found[0], column=one.header, field=one.field, detail=found[1], suggestion=found[2])
    if not form.reshape.tables:
        yield from _below(made, say)
    has = {c.field for table in made.tables for c in table.of("field", "ambiguous")}
    missing = [column for column in form.columns if column.field not in has and not column.optional]
    for column in missing:
        code = "RK203" if column.required else "RK204"
        yield say(code, field=column.field, detail=details.text("no_column_for", field=column.field))
    if form.reshape.unpivot and not any(table.of("spread") for table in made.tables):
        yield say("RK203", field=form.reshape.unpivot.into[0], detail=details.text("nothing_to_spread"))
    for name, order in made.date_orders.items():
        if dates.header_contradicts(made.headers.get(name), order):
            detail = details.text("declared_order", order=order)
            yield say("RK378", column=made.headers[name], field=name, detail=detail)
    if made.no_counts:
        yield say("RK390", detail=made.no_counts)
    if made.period_unread:
        yield say("RK373", detail=made.period_unread)
    for text in _drift(columns, form, len(missing), catalogue):
        yield say("RK222", detail=text)
    if areas := _merged(sheet, made):
        yield say("RK220", detail=details.text("merged_areas", count=areas))


def _below(made: SheetPlan, say: partial[pl.DataFrame]) -> Iterable[pl.DataFrame]:
    """RK233 at every further header that is not declared, with what it names that nobody knows."""
    for table in made.tables[1:]:
        strange = [one.header for one in table.columns if one.kind not in repeated_headers.READ and one.header]
        unread = details.text("header_row_with_unknown", columns=", ".join(strange)) if strange else ""
        yield say("RK233", row=max(table.header_rows), detail=unread or details.text("header_row"))


def _about(one: ColumnMatch, words: Index) -> tuple[str, str, str | None] | None:
    """(code, detail, suggestion) for a column that is not simply mapped or left out."""
    if one.kind == "field" and one.strength == LIKEWISE:
        return "RK244", details.text("read_as", field=one.field), None
    if one.kind == "unknown" and one.detail:
        return "RK202", one.detail, None
    if one.kind == "unknown":
        means, detail = resembled(one.header, words) or (None, details.text("nothing_resembles"))
        return "RK202", detail, means
    if one.kind == "ambiguous":
        return "RK205", details.text("could_be", meanings=one.detail.replace(";", " or ")), None
    if one.kind == "duplicate":
        return "RK206", details.text("another_column", field=one.field, other=one.detail), None
    if one.detail == TWIN:
        return "RK240", details.text("same_head"), None
    if one.kind == "spread_total" and one.detail == "unnamed":
        return "RK216", details.text("unnamed_sum_column"), None
    return None


def _drift(
    columns: Sequence[ColumnMatch], form: Format, missing: int, catalogue: Catalogue
) -> Iterable[str]:
    limits = catalogue.layout.drift
    named = [one for one in columns if one.kind != "blank"]
    unknown = [one for one in named if one.kind == "unknown" and not one.detail]
    expected = [column for column in form.columns if not column.optional]
    if len(unknown) > max(1, limits.unknown * len(named)):  # a single one has a finding of its own
        yield details.text("columns_not_declared", count=len(unknown), all=len(named))
    if missing > max(1, limits.missing * len(expected)):
        yield details.text("columns_missing", count=missing, all=len(expected))


def _merged(sheet: Sheet, made: SheetPlan) -> int:
    """How many merged cells below the header had their value repeated."""
    return sum(area[0][0] >= made.tables[0].first_row for area in sheet.filled)
