"""How an agency's files look: the models behind schemas/agencies/*.toml."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from recordkit import declarations, details
from recordkit.declarations import Declared, safe_pattern

Kind = Literal["police", "levies", "federal", "railways", "statements", "shelters", "records_office", "other"]
Unit = Literal["case", "person", "service", "return", "enquiry"]
DateOrder = Literal["infer", "dmy", "mdy", "ymd"]
PeriodSource = Literal["column", "sheet", "file", "folder", "letterhead"]
# What a row may be taken for that is no record; `rows.off` names those that a format wants nothing taken for.
Detection = Literal[
    "totals", "unnamed_totals", "footers", "texts", "tags", "rulers", "nil", "rates", "measures", "sums", "areas"
]
Known = Literal["heads", "provinces", "districts", "months", "years", "numbers"]


def _regex(text: str) -> str:
    return safe_pattern(text)


def _id(text: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", text):
        raise ValueError(details.text("form_of_id"))
    return text


Pattern = Annotated[str, AfterValidator(_regex)]
Id = Annotated[str, AfterValidator(_id)]


class Column(Declared):
    """One canonical field and where a file keeps it.

    A field that starts with "_" is a helper: it exists until `split`, `expand` or `join` have used it.
    """

    field: str  # name of the field, see source-rows
    headers: tuple[str, ...] = ()  # besides the general synonyms of the field; {n} stands for a number
    synonyms: bool = True  # false: only `headers` count
    after: str | None = None  # the header counts only right of this field's column (or of one after it)
    required: bool = False  # evidence for the format; a sheet without it is flagged
    optional: bool = False  # is sometimes missing: no finding then
    joined: str | None = None  # several columns of this field are joined by this text, in file order
    values: dict[str, str] = Field(default_factory=dict)  # raw value -> canonical value
    date_order: DateOrder | None = None  # of this column; infer: from all its dates
    pattern: Pattern | None = None  # what its values look like: evidence when formats compete
    verbatim: Pattern | None = None  # numbers of cases: a cell like this as a whole is kept as written
    start: int | None = Field(default=None, ge=1)  # fixed width: first position, 1-based
    length: int | None = Field(default=None, ge=1)  # fixed width: number of characters

    @model_validator(mode="after")
    def _whole_position(self) -> Self:
        if (self.start is None) != (self.length is None):
            raise ValueError(details.text("start_and_length", field=self.field))
        if self.required and self.optional:
            raise ValueError(details.text("required_and_optional", field=self.field))
        return self


class Ignored(Declared):
    """Columns that are left out on purpose."""

    headers: tuple[str, ...]  # "": columns without a header
    reason: str = Field(min_length=3)  # why, shown by agency check
    after: str | None = None  # the header counts only right of this field's column


class File(Declared):
    """What kind of file carries the format."""

    # delimited, xlsx, xls, ods, html …, recognised by the bytes; another kind is evidence against
    kinds: tuple[str, ...] = ()
    names: tuple[str, ...] = ()  # shell patterns of file names: weak evidence
    encodings: tuple[str, ...] = ()  # as the sender uses them; agency check reports others
    delimiters: tuple[str, ...] = ()  # of text files
    sheets: tuple[str, ...] = ()  # shell patterns of sheet names; empty: any sheet whose header fits
    skip_sheets: tuple[str, ...] = ()  # shell patterns of sheets that are never read
    widths: tuple[int, ...] = ()  # fixed width: lengths that a record's line may have


class Header(Declared):
    """Where the column names stand."""

    search_rows: int = Field(default=15, ge=0, le=60)  # how many rows are searched for it
    rows: int = Field(default=1, ge=0, le=4)  # 2: names may be stacked over two rows; 0: the file has none
    positions: tuple[str, ...] = ()  # rows = 0 and not fixed width: the fields in column order


class Rows(Declared):
    """Which rows are not records."""

    total: tuple[str, ...] = ()  # besides the general words of layout.toml
    subtotal: tuple[str, ...] = ()  # likewise: words of rows that add up a part
    footer: tuple[str, ...] = ()  # likewise: words with which a footer starts
    comment: Pattern | None = None  # the first filled cell of a comment row
    trailer: Pattern | None = None  # of a trailer row likewise; group "count" is the record count
    keep_totals: bool = False  # unit "return" only: total rows stay as records, marked as totals
    off: tuple[Detection, ...] = ()  # detections that are switched off; "sums": nothing is compared with its parts
    struck: Literal["skip", "keep"] = "skip"  # what is struck through is taken back, or only marked as done


class Banner(Declared):
    """A row that holds one value for the rows below it: a year, a month, a district."""

    into: str  # the field that is set
    pattern: Pattern  # of the only filled cell; group "value" when that is a part of it


class Unpivot(Declared):
    """Columns that are values: heads, months, provinces side by side become one row each."""

    into: tuple[str, ...] = Field(min_length=1)  # one field per stacked header row
    value: str = "count"  # the field that takes the cells
    known: tuple[Known, ...] = ()  # which columns: header words of these kinds ...
    headers: tuple[str, ...] = ()  # ... and these
    pattern: Pattern | None = None  # ... and headers like this, found anywhere in the header
    totals: tuple[str, ...] = ()  # header words of columns that are sums, besides the general words
    add: tuple[str, ...] = ()  # heads of which several columns are parts that are added; else two of one head are RK240
    total_value: str | None = None  # what a sum's record says in the first field of `into`; none: nothing


class Split(Declared):
    """A cell that holds several fields."""

    field: str  # the helper whose cell is cut
    pattern: Pattern  # its named groups are fields; a cell that does not match goes to `otherwise`
    otherwise: str | None = None  # field of a cell that the pattern does not fit

    @model_validator(mode="after")
    def _has_groups(self) -> Self:
        if not re.compile(self.pattern).groupindex:
            raise ValueError(details.text("pattern_needs_groups"))
        return self


class Join(Declared):
    """Fields of another table of the same sender, found by a key that both map: another sheet, or another file."""

    format: str  # id of the other table's format
    key: tuple[str, ...] = Field(min_length=1)  # fields that both tables map
    fields: tuple[str, ...] = Field(min_length=1)  # fields that are taken over; a filled cell of the row wins
    within: Literal["file", "month", "sender"] = "month"  # where the other table may be; the same file comes first


class Reshape(Declared):
    """What it takes to have one record per row. Done in the order in which the keys stand here."""

    tables: bool = False  # several tables below each other: a new header row changes the columns
    banner: tuple[Banner, ...] = ()  # rows that hold one value for the rows below
    fill_down: tuple[str, ...] = ()  # fields whose blank cells take the value above, outermost first
    split: tuple[Split, ...] = ()  # cells that hold several fields
    join: tuple[Join, ...] = ()  # fields found in another table
    records: tuple[str, ...] = ()  # fields whose headers carry {n}: each n is one record
    expand: str | None = None  # a helper with the number of equal records that the row stands for
    unpivot: Unpivot | None = None  # columns that are values


class Period(Declared):
    """Where the month of a file is written, best source first."""

    # column, sheet, file, folder, letterhead: where to look, best first
    sources: tuple[PeriodSource, ...] = ("sheet", "file", "letterhead", "folder")
    pattern: Pattern | None = None  # only text that matches counts; group "value" when given


class Format(Declared):
    """One way in which an agency's files have looked, from one day to another."""

    id: Id  # name of the format
    unit: Unit  # what a row is: case, person, service, return, enquiry
    columns: tuple[Column, ...] = ()  # the fields, and the columns that hold them
    ignore: tuple[Ignored, ...] = ()  # columns that are left out on purpose
    valid_from: date | None = None  # first day; evidence against earlier months, not a ban
    valid_to: date | None = None  # last day; evidence against later months
    file: File = File()  # what kind of file it is
    header: Header = Header()  # where the column names are
    rows: Rows = Rows()  # which rows are not records
    reshape: Reshape = Reshape()  # what has to be done until a row is a record
    period: Period = Period()  # where the month is written
    constants: dict[str, str] = Field(default_factory=dict)  # field -> value for every row; a filled cell wins
    date_order: DateOrder = "infer"  # of all its dates; a column's own order wins
    note: str = ""  # for whoever edits the file

    def header_words(self) -> list[str]:
        """Every header word that the format names, also the pieces of counted ones."""
        words = [word for one in self.columns for word in one.headers]
        words += [word for one in self.ignore for word in one.headers]
        unpivot = self.reshape.unpivot
        words += [*unpivot.headers, *unpivot.totals] if unpivot else []
        return [part for word in words for part in word.split("{n}")]

    @property
    def fixed(self) -> bool:
        """Columns are cut by position."""
        return any(column.start is not None for column in self.columns)

    @property
    def fields(self) -> tuple[str, ...]:
        """Every field that a row of this format can have, in declared order, helpers left out."""
        named = [column.field for column in self.columns]
        named += [banner.into for banner in self.reshape.banner]
        named += [group for split in self.reshape.split for group in re.compile(split.pattern).groupindex]
        named += [split.otherwise for split in self.reshape.split if split.otherwise]
        named += [name for join in self.reshape.join for name in join.fields]
        if self.reshape.unpivot:
            named += [*self.reshape.unpivot.into, self.reshape.unpivot.value]
        named += list(self.constants)
        return tuple(dict.fromkeys(name for name in named if not name.startswith("_")))

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.header.rows == 0 and not (self.fixed or self.header.positions):
            raise ValueError(details.text("no_header_needs_positions"))
        shape = self.reshape
        known = {column.field for column in self.columns} | {banner.into for banner in shape.banner}
        used = {split.field for split in shape.split} | {*shape.records, *shape.fill_down}
        used |= {shape.expand} if shape.expand else set()
        used |= {name for join in shape.join for name in join.key}
        if unknown := sorted(used - known - set(self.fields)):
            raise ValueError(details.text("reshape_without_column", fields=", ".join(unknown)))
        return self


class Volume(Declared):
    """Rows that a usual month brings, all files of the agency together."""

    least: int = Field(ge=0)  # fewer rows in a month are RK507
    most: int = Field(ge=1)  # more rows in a month are RK507


class Agency(Declared):
    """One sender."""

    id: Id  # name used in all tables: small letters, digits, _
    name: str  # name shown in reports
    kind: Kind  # what kind of office it is
    province: str | None = None  # the territory; left out for an agency without one
    timezone: str = "UTC"  # of times in its files
    expected_volume: Volume | None = None  # rows of a usual month; other months are RK507
    # how many districts report, or their names; left out: all of the province
    expected_districts: int | tuple[str, ...] | None = None
    registers_cases: bool = True  # false: no FIRs (a list from newspapers): no return is held against them
    formats: tuple[Format, ...] = Field(alias="format", min_length=1)  # the ways in which its files have looked
    note: str = ""  # for whoever edits the file

    @model_validator(mode="after")
    def _unique_formats(self) -> Self:
        ids = [one.id for one in self.formats]
        if twice := sorted({one for one in ids if ids.count(one) > 1}):
            raise ValueError(details.text("formats_of_one_id", ids=", ".join(twice)))
        return self

    @model_validator(mode="after")
    def _joins_lead_somewhere(self) -> Self:
        by_id = {one.id: one for one in self.formats}
        for form in self.formats:
            for join in form.reshape.join:
                other = by_id.get(join.format)
                if other is None:
                    raise ValueError(
                        details.text("joins_no_format", id=form.id, other=join.format, known=", ".join(by_id))
                    )
                has = {column.field for column in other.columns} | set(other.fields)
                if lacks := [name for name in (*join.key, *join.fields) if name not in has]:
                    raise ValueError(
                        details.text("joins_no_field", id=form.id, fields=", ".join(lacks), other=join.format)
                    )
        for form in self.formats:
            if form.id in self._below(form.id):
                raise ValueError(details.text("joins_itself", id=form.id, over=", ".join(self._below(form.id))))
        return self

    def _below(self, form_id: str) -> list[str]:
        """The formats that a format joins, and those that they join."""
        found: list[str] = []
        waiting = [form_id]
        while waiting:
            form = next(one for one in self.formats if one.id == waiting[0])
            new = [join.format for join in form.reshape.join if join.format not in found]
            found += new
            waiting = waiting[1:] + new
        return found

    def gives(self, form_id: str) -> tuple[str, ...]:
        """Fields that other formats take from one, keys included; none when nobody joins it."""
        joins = [join for form in self.formats for join in form.reshape.join if join.format == form_id]
        return tuple(dict.fromkeys(name for join in joins for name in (*join.key, *join.fields)))

    def in_order(self) -> list[str]:
        """Format ids, those that are joined before those that join them."""
        return sorted((one.id for one in self.formats), key=lambda name: len(self._below(name)))


def load_agencies(dirs: Sequence[Path]) -> tuple[dict[str, Agency], dict[str, Path]]:
    """Agency id -> agency, and -> its file: every agencies/*.toml of `dirs`, a later folder's file in the place of one
    of the same name. Raises DeclarationError for a slip, and for two agencies of one id."""
    paths = declarations.files(dirs, "agencies/*.toml")
    parsed = {path: declarations.read_toml(path, Agency) for path in paths.values()}
    declarations.unique([(agency.id, path) for path, agency in parsed.items()], "kind_agency")
    agencies = {agency.id: agency for agency in sorted(parsed.values(), key=lambda one: one.id)}
    return agencies, {agency.id: path for path, agency in parsed.items()}
