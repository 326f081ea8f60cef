"""One drafted [[format]]: the file, the header, the month, the dates, every column with its reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import polars as pl

from recordkit.agencies import periods
from recordkit.agencies.catalogue import Catalogue
from recordkit.agencies.declared_encodings import NOT_UNICODE
from recordkit.agencies.drafting import aliases, reshaping, stated_once
from recordkit.agencies.drafting.like_sheets import Group, Merged, Part
from recordkit.agencies.drafting.sheet_guess import COUNTER, ColumnGuess
from recordkit.agencies.drafting.table_links import Link
from recordkit.agencies.header_words import fold
from recordkit.agencies.source import Sheet
from recordkit.fields import dates
from recordkit.source_fields import Intake
from recordkit.text_safety import toml_list, toml_string

SURE = 0.9  # a column found with this confidence, and nearly always filled, is proposed as required
FULL = 0.98
KEYS = ("fir_no", "enquiry_no", "agency_ref", "victim_ref", "district", "head", "period", "name", "registered_on")
DATED = ("registered_on", "started_on", "occurred_on")
ENOUGH = 5  # dates that can only be read one way, and none that can only be read the other


def lines(
    group: Group, name: str, links: list[Link], keys: Mapping[str, str], *, catalogue: Catalogue, intake: Intake
) -> Iterator[str]:
    """The lines of one [[format]]. `keys`: header by which other formats join this one -> the field that it is."""
    one = group.guess
    understood = sum(bool(column.field) or column.spread for column in one.columns)
    named = [column for column in one.columns if column.header or column.field]
    yield "[[format]]"
    yield f"id = {toml_string(name)}"
    yield f"unit = {toml_string(one.unit)}  # ? what a row is; {understood} of {len(named)} columns make sense so"
    yield f"file = {{ {_file(group, catalogue)} }}"
    yield from _encoding(group)
    yield from _header(group)
    seen = reshaping.shape(one, catalogue, intake)
    yield from _period(group, catalogue, seen.banner == "period")
    yield from _dates(group, intake)
    yield from _totals(group.parts[0].sheet, catalogue)
    if one.unit == "return":
        yield "rows = { keep_totals = true }  # totals stay beside the counts, marked, and are checked against them"
    yield from stated_once.role(group, links, catalogue)
    yield from stated_once.of_returns(group, catalogue)
    if one.unit == "person" and not links and not group.fields & {"fir_no", "enquiry_no"}:
        yield "# ? No column is the number of a case: rows are quarantined (RK408) until one is, or a table is joined."
    helpers = {link.headers[0]: link.key for link in links} | dict(keys)
    helpers = {header: key for header, key in helpers.items() if not _field_of(group, header)}
    yield from _columns(group, helpers, catalogue, intake)
    yield from _left_out(group, helpers)
    yield from reshaping.lines(group, seen, links, catalogue)


def _field_of(group: Group, header: str) -> str | None:
    return next((one.best.field for one in group.columns if header in one.headers), None)


# ---------------------------------------------------------------------------------- file and header


def _file(group: Group, catalogue: Catalogue) -> str:
    """Kind, name, encoding, delimiter and sheets as keys of the inline table."""
    sources = [part.source for part in group.parts]
    names = dict.fromkeys(_pattern(source.name, catalogue) for source in sources)
    parts = [f"kinds = {toml_list(dict.fromkeys(source.kind for source in sources))}", f"names = {toml_list(names)}"]
    encodings = dict.fromkeys(s.encoding for s in sources if s.encoding and s.kind == "delimited")
    if encodings:
        parts.append(f"encodings = {toml_list(encodings)}")
    if delimiters := dict.fromkeys(source.delimiter for source in sources if source.delimiter):
        parts.append(f"delimiters = {toml_list(delimiters)}")
    if sheets := dict.fromkeys(_pattern(part.sheet.name, catalogue) for part in group.parts if part.sheet.name):
        parts.append(f"sheets = {toml_list(sheets)}")
    return ", ".join(parts)


def _encoding(group: Group) -> Iterator[str]:
    """Lines that were quarantined because their bytes are of another encoding."""
    for source in dict.fromkeys(part.source.name for part in group.parts):
        issues = next(part.source.issues for part in group.parts if part.source.name == source)
        lines = issues.filter(pl.col("code").is_in(NOT_UNICODE), pl.col("row").is_not_null()).height
        if lines:
            yield f'# ? {lines} lines of {source} are not in that encoding: "cp1252", "latin-1" or "cp1256" first?'


def _pattern(name: str, catalogue: Catalogue) -> str:
    """A name with its numbers and months left open."""
    words = re.split(r"([0-9]+|[^\W\d_]+)", name)
    open_ = ["*" if word.isdigit() or fold(word) in catalogue.months else word for word in words]
    return re.sub(r"[*]+", "*", "".join(open_))


def _header(group: Group) -> Iterator[str]:
    one = group.guess
    if not one.header_rows:
        fields = [_name(column) if column.field else "" for column in one.columns]
        positions = toml_list(fields)
        yield f'header = {{ rows = 0, positions = {positions} }}  # ? no row looks like a header; "" is left out'
        return
    depth = len(one.header_rows)
    last = max(max(part.guess.header_rows, default=1) for part in group.parts)
    keys = [f"search_rows = {last + 10}"] if last > 10 else []
    keys += [f"rows = {depth}"] if depth > 1 else []
    if keys:
        yield f"header = {{ {', '.join(keys)} }}"
    places = sorted({", ".join(map(str, part.guess.header_rows)) for part in group.parts})
    moves = f"rows {' / '.join(places)} (it moves)" if len(places) > 1 else f"row {places[0]}"
    yield f"# the header was found in {moves}; rows above it are skipped as letterhead"


def _period(group: Group, catalogue: Catalogue, banner: bool) -> Iterator[str]:
    spread = [column for column in group.guess.columns if column.spread and not column.total]
    dated = spread and all(_has_year(c.header, catalogue) for c in spread)
    if banner or dated or "period" in group.fields:
        yield 'period = { sources = ["column"] }  # every row has its own'
        return
    period = _told(group.parts[0], catalogue)
    if not period and (span := _span(group, catalogue)):
        yield f'period = {{ sources = ["column"] }}  # the dates lie between {span[0]} and {span[1]}'
        return
    sources = [*period, "folder"]
    why = ", ".join(f"{where} says {month}" for where, month in period.items()) or "? nothing names the month"
    yield f"period = {{ sources = {toml_list(sources)} }}  # {why}"


def _span(group: Group, catalogue: Catalogue) -> tuple[str, str] | None:
    """The first and the last month of the rows' dates, when they lie in more than two months."""
    column = next((c for name in DATED for c in group.guess.columns if c.field == name), None)
    if column is None:
        return None
    cells = group.guess.sample.get_column(column.column).drop_nulls()
    read = dates.clean(cells, dates.infer_order(cells), catalogue.reference).get_column("date_from").drop_nulls()
    months = read.dt.to_string("%Y-%m").sort()
    return (months[0], months[-1]) if months.n_unique() > 2 else None


def _has_year(header: str, catalogue: Catalogue) -> bool:
    return periods.one(header, catalogue.months) is not None


def _told(part: Part, catalogue: Catalogue) -> dict[str, str]:
    """Where a month or year stands, and which."""
    above = part.sheet.head(60).filter(pl.col("row") < min(part.guess.header_rows, default=0))
    letterhead = [c for name in above.columns if name != "row" for c in above[name].drop_nulls().to_list()]
    texts = {"sheet": [part.sheet.name], "letterhead": letterhead, "file": [part.source.name]}
    read = {where: periods.read if where == "letterhead" else periods.of_name for where in texts}
    found = {
        where: sorted({month for text in words if (month := read[where](text, catalogue.months).period)})
        for where, words in texts.items()
    }
    return {where: months[0] for where, months in found.items() if len(months) == 1}


def _dates(group: Group, intake: Intake) -> Iterator[str]:
    """The order of the dates, by the evidence of all date columns together."""
    fields = intake.fields(group.guess.unit)
    found = dates.DateOrder()
    stated: set[str] = set()
    for part in group.parts:
        for column in part.guess.columns:
            if column.field in fields and fields[str(column.field)].type == "date":
                found += dates.infer_order(part.guess.sample.get_column(column.column).drop_nulls())
                stated |= {one} if (one := dates.stated_order(column.header)) else set()
    if len(stated) == 1 and not found.contradicts(said := min(stated)):
        yield f"date_order = {toml_string(said)}  # a header states it"
        return
    if not (found.day_first or found.month_first or found.either):
        return
    order = "infer"
    if found.year_first:
        order = "ymd"
    elif found.day_first >= ENOUGH and not found.month_first:
        order = "dmy"
    elif found.month_first >= ENOUGH and not found.day_first:
        order = "mdy"
    evidence = f"{found.day_first} dates can only be day first, {found.month_first} only month first"
    yield f"date_order = {toml_string(order)}  # {evidence}, {found.either} either"


def _totals(sheet: Sheet, catalogue: Catalogue) -> Iterator[str]:
    """Rows of the head and of the tail whose label is a total; the general words find them without help."""
    words = {fold(word): word for word in (*catalogue.layout.words.total, *catalogue.layout.words.subtotal)}
    rows = pl.concat([sheet.head(60), sheet.tail(10)]).unique("row", maintain_order=True)
    labels = [cell for name in rows.columns if name != "row" for cell in rows[name].drop_nulls().to_list()]
    seen = dict.fromkeys(found for cell in labels if len(cell) < 40 and (found := _total_in(fold(cell), words)))
    if not seen:
        return
    shown = ", ".join(map(toml_string, list(seen)[:5]))  # the words themselves: what stands beside them may be a name
    yield f"# rows or columns with a total were seen ({shown}); they are found by their words and checked"


def _total_in(label: str, totals: Mapping[str, str]) -> str | None:
    """The longest word for a total that a label is, or begins or ends with."""
    fits = [t for t in totals if t == label or (len(t) > 3 and (label.startswith(t) or label.endswith(t)))]
    return totals[max(fits, key=lambda t: (len(t), t))] if fits else None


# ------------------------------------------------------------------------------------------ columns


def _columns(group: Group, helpers: Mapping[str, str], catalogue: Catalogue, intake: Intake) -> Iterator[str]:
    yield "columns = ["
    for column in group.columns:
        if not column.best.relative:
            yield from _column(column, group, catalogue, intake)
    for header, key in sorted(helpers.items()):
        parts = f"field = {toml_string(key)}, headers = [{toml_string(header)}], synonyms = false"
        yield f"  {{ {parts} }},  # the key of a join"
    yield from aliases.of_heads(group, catalogue)
    yield "]"


def _column(column: Merged, group: Group, catalogue: Catalogue, intake: Intake) -> Iterator[str]:
    one = column.best
    relative = next((other for other in group.columns if other.best.relative and other.best.field == one.field), None)
    headers = [*column.headers, *(relative.headers if relative else ())]
    if one.header:
        parts = [f"field = {toml_string(_name(one))}", f"headers = {toml_list(headers)}"]
    else:
        parts = [f"field = {toml_string(_name(one))}"]
    if relative:
        parts.append(f"joined = {toml_string(f' {_father(catalogue)} ')}")
    if one.cut or one.field == COUNTER:
        parts.append("synonyms = false")
    everywhere = column.parts == len(group.parts)
    if one.confidence >= SURE and one.filled >= FULL and everywhere and one.field in KEYS and one.header:
        parts.append("required = true")
    elif one.filled < 0.5 or not everywhere:
        parts.append("optional = true")
    fields = intake.fields(group.guess.unit)
    vocabulary = fields[str(one.field)].vocabulary if one.field in fields else None
    like = aliases.of_values(one, vocabulary, catalogue) if vocabulary else aliases.Aliases()
    if like.sure:
        parts.append(f"values = {{ {', '.join(like.sure)} }}")
    yield f"  {{ {', '.join(parts)} }},  # {_why(one)}"
    for also in column.also:
        yield f"  #   {also}"
    if relative:
        yield f"  #   ? {relative.headers[0]!r}: {relative.best.why}; the cells are put together as one person's"
    if like.doubtful:
        yield f"  #   ? like a known {vocabulary}, but not sure; take over what is right: {', '.join(like.doubtful)}"
    if like.strange:
        yield f"  #   ? values that are no known {vocabulary}: {', '.join(toml_string(v) for v in like.strange)}"
    if like.unsaid:
        rows = f"rows {', '.join(map(str, like.unsaid[:12]))}{' ...' if len(like.unsaid) > 12 else ''}"
        yield f"  #   ? more that is no known {vocabulary} and may name somebody: see {rows} of {column.called}"


def _name(one: ColumnGuess) -> str:
    return f"_{one.field}" if one.cut else str(one.field)


def _why(one: ColumnGuess) -> str:
    others = f"; or {', '.join(one.others[:3])}" if one.others and one.confidence < SURE else ""
    doubt = "? " if one.confidence < SURE else ""
    return f"{one.confidence:.2f} {doubt}{one.why}; {one.filled:.0%} filled{others}"


def _father(catalogue: Catalogue) -> str:
    """The marker between a man and his father, as the reference table writes it."""
    table = catalogue.reference.name_variants
    marks = table.filter(pl.col("kind") == "relation", pl.col("means").str.starts_with("father"))
    return str(marks.get_column("canonical").first() or "")


def _left_out(group: Group, helpers: Mapping[str, str]) -> Iterator[str]:
    """Columns without a field: row numbers are left out, each other one is a line to answer."""
    left = [one for one in group.left if one.header not in helpers]
    if not left or not group.guess.header_rows:
        return
    if not all(column.serial for column in left):
        yield "# ? These could not be placed. Give each a field above, or a reason here and take off its #."
    yield "ignore = ["
    for column in left:
        if column.serial:
            yield f'  {{ headers = [{toml_string(column.header)}], reason = "counts the rows" }},'
            continue
        could = f"; could be {', '.join(column.others[:4])}" if column.others else ""
        entry = f'{{ headers = [{toml_string(column.header)}], reason = "..." }},'
        yield f"  # {entry}  # {column.filled:.0%} filled{could}"
    yield "]"
