"""Does a declaration still fit? How files differ from it, and which of its words nobody uses any more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import polars as pl

from recordkit import details
from recordkit.agencies import date_orders
from recordkit.agencies.catalogue import Catalogue
from recordkit.agencies.declaration import Agency, Format, Unit
from recordkit.agencies.declared_encodings import unproved
from recordkit.agencies.drafting.sheet_guess import guess
from recordkit.agencies.format_match import SheetMatch, choose
from recordkit.agencies.header_index import suggest
from recordkit.agencies.header_words import fold, fold_all
from recordkit.agencies.headers import ColumnMatch
from recordkit.agencies.source import Sheet, SourceFile
from recordkit.source_fields import Intake

SCHEMA = {
    "file": pl.String,
    "sheet": pl.String,
    "agency": pl.String,
    "format": pl.String,
    "what": pl.String,  # no format, new column, missing column, date order ...; unused header, value or format
    "subject": pl.String,  # the header, field or alias
    "detail": pl.String,
    "differs": pl.Boolean,  # the file is not as declared; false: the declaration could be tidied
}
_KINDS = {"ambiguous": "ambiguous_column", "duplicate": "duplicate_column"}
Difference = tuple[str, str, str, str, str, str, str, bool]


def check(
    sources: Sequence[SourceFile], catalogue: Catalogue, intake: Intake, agency_id: str | None = None
) -> pl.DataFrame:
    """SCHEMA rows. Aliases are called unused only of formats that some file of `sources` has."""
    remarks: list[Difference] = []
    used = Used()
    for source in sources:
        choice = choose(source, catalogue, agency_id)
        sheets = {sheet.name: sheet for sheet in source.sheets}
        for row in choice.issues.iter_rows(named=True):
            what = {"RK201": "no_format_of_it", "RK224": "two_formats"}.get(row["code"], "sheet_not_used")
            place = (source.name, row["sheet"] or "", "", "")
            remarks.append((*place, details.text(what), "", row["detail"], what != "sheet_not_used"))
        for match in choice.matches:
            remarks += _differences(source, match, sheets[match.sheet], catalogue, intake)
            used.add(match, sheets[match.sheet])
    remarks += used.unused(catalogue)
    return pl.DataFrame(remarks, schema=SCHEMA, orient="row")


def _differences(
    source: SourceFile, match: SheetMatch, sheet: Sheet, catalogue: Catalogue, intake: Intake
) -> Iterator[Difference]:
    form, words = match.format, catalogue.indexes[match.agency.id, match.format.id]

    def say(what: str, subject: str, detail: str) -> Difference:
        return (source.name, match.sheet, match.agency.id, form.id, what, subject, detail, True)

    has = {one.field for one in match.located.columns}
    looks = _looks(match, sheet, catalogue, intake)
    for one in match.located.columns:
        if one.kind == "unknown":
            field, why = looks.get(one.column, (None, ""))
            seen = suggest(one.header, words) or details.text("resembles_nothing")
            looks_like = details.text("could_be_because", field=field, why=why)
            yield say(details.text("new_column"), one.header, looks_like if field and field not in has else seen)
        elif one.kind in ("ambiguous", "duplicate"):
            yield say(details.text(_KINDS[one.kind]), one.header, one.detail)
    for column in form.columns:
        if column.field not in has and not column.optional:
            why = details.text("is_required" if column.required else "is_expected")
            yield say(details.text("missing_column"), column.field, why)
    for header, order, evidence in date_orders.contradicted(match, sheet, intake):
        yield say(details.text("date_order"), header, details.text("both", one=order, other=evidence))
    for what, found, declared in _file(source, form):
        if declared and found and _plain(found) not in {_plain(one) for one in declared}:
            subject = repr(found) if what == "delimiter" else found
            yield say(what, subject, details.text("declared_order", order=", ".join(map(repr, declared))))


def _looks(
    match: SheetMatch, sheet: Sheet, catalogue: Catalogue, intake: Intake
) -> dict[str, tuple[str, str]]:
    """Column -> (field, why) by what headers and values look like; only when some column is unknown."""
    if match.format.fixed or not match.located.of("unknown"):
        return {}
    unit: Unit = "case" if match.format.unit == "enquiry" else match.format.unit
    made = guess(sheet, catalogue, intake, (unit,), singly=True)
    return {one.column: (one.field, one.why) for one in made.columns if one.field}


def _plain(text: str) -> str:
    """A kind, an encoding or a delimiter as it is compared: `UTF-8` is `utf_8`."""
    return fold(text) or text


def _file(source: SourceFile, form: Format) -> Iterable[tuple[str, str | None, Sequence[str]]]:
    yield details.text("kind_of_file"), source.kind, form.file.kinds
    if source.kind == "delimited":
        if not unproved(source):
            yield details.text("its_encoding"), source.encoding, form.file.encodings
        if source.delimiter and source.delimiter not in form.file.delimiters:
            yield details.text("its_delimiter"), source.delimiter, form.file.delimiters


class Used:
    """Which words of which formats the files used."""

    def __init__(self) -> None:
        self.formats: dict[tuple[str, str], SheetMatch] = {}
        self.headers: dict[tuple[str, str], set[str]] = {}
        self.values: dict[tuple[str, str, str], set[str]] = {}

    def add(self, match: SheetMatch, sheet: Sheet) -> None:
        """Take one matched sheet into account; its coded columns are read whole."""
        key = (match.agency.id, match.format.id)
        self.formats[key] = match
        words = fold_all([text for one in match.located.columns for text in (*one.levels, one.header)])
        self.headers.setdefault(key, set()).update(words)
        coded = {column.field for column in match.format.columns if column.values}
        columns = [one for one in match.located.columns if one.field in coded]
        if columns and not match.format.fixed:
            self._read(key, columns, sheet)

    def _read(self, key: tuple[str, str], columns: Sequence[ColumnMatch], sheet: Sheet) -> None:
        for batch in sheet.batches():
            for one in columns:
                seen = batch.get_column(one.column).drop_nulls().unique().to_list()
                self.values.setdefault((*key, str(one.field)), set()).update(fold_all(seen))

    def unused(self, catalogue: Catalogue) -> Iterator[Difference]:
        """Remarks about formats that no file had (of agencies that sent any), and words that no file used."""
        for agency_id in sorted({agency for agency, _ in self.formats}):
            agency = catalogue[agency_id]
            for form in agency.formats:
                yield from self._unused(agency, form)

    def _unused(self, agency: Agency, form: Format) -> Iterator[Difference]:
        key = (agency.id, form.id)

        def say(what: str, subject: str, detail: str) -> Difference:
            return ("", "", agency.id, form.id, what, subject, detail, False)

        if key not in self.formats:
            yield say(details.text("unused_format"), form.id, details.text("no_file_had_it"))
            return
        for column in form.columns:
            for header in column.headers:
                if "{n}" not in header and fold(header) not in self.headers[key]:
                    yield say(details.text("unused_header"), header, details.text("alias_of", field=column.field))
            seen = self.values.get((*key, column.field))
            for value in column.values if seen is not None else ():
                if seen is not None and fold(value) not in seen:
                    yield say(details.text("unused_value"), value, details.text("alias_in", field=column.field))
        for ignored in form.ignore:
            for header in ignored.headers:
                if header and fold(header) not in self.headers[key]:
                    yield say(details.text("unused_header"), header, details.text("ignored_column"))
