"""One drafted [[format]]: the file, the header, the month, the dates, every column with its reasons."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import polars as pl

from recordkit import details
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
    sense = details.text("columns_make_sense", count=understood, all=len(named))
    yield "[[format]]"
    yield f"id = {toml_string(name)}"
    yield f"unit = {toml_string(one.unit)}  # ? {_and(details.text('what_a_row_is'), sense)}"
    yield f"file = {{ {_file(group, catalogue)} }}"
    yield from _encoding(group)
    yield from _header(group)
    seen = reshaping.shape(one, catalogue, intake)
    yield from _period(group, catalogue, seen.banner == "period")
    yield from _dates(group, intake)
    yield from _totals(group.parts[0].sheet, catalogue)
    if one.unit == "return":
        yield f"rows = {{ keep_totals = true }}  # {details.text('totals_stay')}"
    yield from stated_once.role(group, links, catalogue)
    yield from stated_once.of_returns(group, catalogue)
    if one.unit == "person" and not links and not group.fields & {"fir_no", "enquiry_no"}:
        yield f"# ? {details.text('no_column_is_number')}"
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
            yield f"# ? {details.text('lines_not_in_encoding', count=lines, file=source)}"


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
        yield f"header = {{ rows = 0, positions = {positions} }}  # ? {details.text('no_row_like_header')}"
        return
    depth = len(one.header_rows)
    last = max(max(part.guess.header_rows, default=1) for part in group.parts)
    keys = [f"search_rows = {last + 10}"] if last > 10 else []
    keys += [f"rows = {depth}"] if depth > 1 else []
    if keys:
        yield f"header = {{ {', '.join(keys)} }}"
    places = sorted({", ".join(map(str, part.guess.header_rows)) for part in group.parts})
    moves = "header_moves" if len(places) > 1 else "header_found_in"
    yield f"# {details.text(moves, rows=' / '.join(places))}"


def _period(group: Group, catalogue: Catalogue, banner: bool) -> Iterator[str]:
    spread = [column for column in group.guess.columns if column.spread and not column.total]
    dated = spread and all(_has_year(c.header, catalogue) for c in spread)
    if banner or dated or "period" in group.fields:
        yield f'period = {{ sources = ["column"] }}  # {details.text("every_row_has_its_own")}'
        return
    period = _told(group.parts[0], catalogue)
    if not period and (span := _span(group, catalogue)):
        why = details.text("dates_between", first=span[0], last=span[1])
        yield f'period = {{ sources = ["column"] }}  # {why}'
        return
    sources = [*period, "folder"]
    says = [details.text("place_says", place=where, month=month) for where, month in period.items()]
    why = details.listed(says, "comma") if says else details.text("question", what=details.text("nothing_names_month"))
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
    if len(stated) == 1 and not found.contradicts(order := min(stated)):
        yield f"date_order = {toml_string(order)}  # {details.text('a_header_states_it')}"
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
    seen = {"day_first": found.day_first, "month_first": found.month_first, "either": found.either}
    yield f"date_order = {toml_string(order)}  # {details.text('orders_of_dates', **seen)}"


def _totals(sheet: Sheet, catalogue: Catalogue) -> Iterator[str]:
    """Rows of the head and of the tail whose label is a total; the general words find them without help."""
    words = {fold(word): word for word in (*catalogue.layout.words.total, *catalogue.layout.words.subtotal)}
    rows = pl.concat([sheet.head(60), sheet.tail(10)]).unique("row", maintain_order=True)
    labels = [cell for name in rows.columns if name != "row" for cell in rows[name].drop_nulls().to_list()]
    seen = dict.fromkeys(found for cell in labels if len(cell) < 40 and (found := _total_in(fold(cell), words)))
    if not seen:
        return
    shown = ", ".join(map(toml_string, list(seen)[:5]))  # the words themselves: what stands beside them may be a name
    yield f"# {details.text('totals_seen', words=shown)}"


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
        yield f"  {{ {parts} }},  # {details.text('key_of_a_join')}"
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
        together = details.text("cells_put_together")
        yield f"  #   ? {relative.headers[0]!r}: {_and(relative.best.why, together)}"
    if like.doubtful:
        values = {"vocabulary": vocabulary, "values": ", ".join(like.doubtful)}
        yield f"  #   ? {details.text('like_a_known', **values)}"
    if like.strange:
        values = {"vocabulary": vocabulary, "values": ", ".join(toml_string(v) for v in like.strange)}
        yield f"  #   ? {details.text('values_not_known', **values)}"
    if like.unsaid:
        rows = f"{', '.join(map(str, like.unsaid[:12]))}{' ...' if len(like.unsaid) > 12 else ''}"
        values = {"vocabulary": vocabulary, "rows": rows, "name": column.called}
        yield f"  #   ? {details.text('may_name_somebody', **values)}"


def _name(one: ColumnGuess) -> str:
    return f"_{one.field}" if one.cut else str(one.field)


def _why(one: ColumnGuess) -> str:
    why = _and(one.why, details.text("share_filled", share=f"{one.filled:.0%}"))
    if one.others and one.confidence < SURE:
        why = _and(why, details.text("or_another", fields=", ".join(one.others[:3])))
    doubt = "? " if one.confidence < SURE else ""
    return f"{one.confidence:.2f} {doubt}{why}"


def _and(why: str, more: str) -> str:
    return details.text("both", one=why, other=more)


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
        yield f"# ? {details.text('could_not_be_placed')}"
    yield "ignore = ["
    for column in left:
        if column.serial:
            reason = toml_string(details.text("counts_the_rows"))
            yield f"  {{ headers = [{toml_string(column.header)}], reason = {reason} }},"
            continue
        why = details.text("share_filled", share=f"{column.filled:.0%}")
        if column.others:
            why = _and(why, details.text("could_be", meanings=", ".join(column.others[:4])))
        entry = f'{{ headers = [{toml_string(column.header)}], reason = "..." }},'
        yield f"  # {entry}  # {why}"
    yield "]"
