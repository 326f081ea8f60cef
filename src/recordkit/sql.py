"""The tables of an edition in DuckDB: a view per table, with its description as a comment, for one SELECT."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import polars as pl
import polars.selectors as cs

from recordkit import details
from recordkit.errors import RecordkitError
from recordkit.store import Edition
from recordkit.tables import Table

if TYPE_CHECKING:
    import duckdb

# What DuckDB says of these is about the words of the query; other messages may quote a cell.
_ABOUT_QUERY = ("ParserException", "CatalogException", "BinderException", "SyntaxException", "PermissionException")
# Nothing of this machine is looked at, and what does not fit into memory is spilled into no folder: it names people.
_ALONE: dict[str, str | bool | int | float | list[str]] = {
    "python_enable_replacements": "false", "temp_directory": "", "autoload_known_extensions": "false",
    "autoinstall_known_extensions": "false",
}  # fmt: skip
_EXPLAINED = re.compile(r"^\s*explain\s+(?:analyze\s+)?", re.IGNORECASE)
_NAME_TABLES = {"query", "query_table", "json_execute_serialized_sql"}  # functions that are told a table in a text
_IN_NO_FRAME = re.compile("INTERVAL|UNION|BIT|BLOB|VARIANT|GEOMETRY|TIME WITH TIME ZONE")
_PARTS_OF_A_DAY = {"d": 1, "ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
_CALENDAR = (-719_162, 2_932_896)  # days of the years 1 to 9999, from 1970 on


Shown = Callable[[str, pl.LazyFrame], pl.LazyFrame]  # a table as it may be shown


def query(edition: Edition, asked: str, tables: Mapping[str, Table], shown: Shown | None = None) -> pl.DataFrame:
    """The rows of one SELECT over the tables of an edition.

    shown(table, frame): what is done to a table before it can be asked, such as masking: after a query, nobody could
    tell which column a value came from.

    Only the files of tables that the query names can be read, each compared with its sum in the manifest before;
    nothing else on the machine can be read or written. Raises RecordkitError for any other statement and for what
    DuckDB refuses, StoreDamaged for a file that is not as it was published.
    """
    try:
        import duckdb
    except ImportError:
        raise RecordkitError(details.text("sql_needs_duckdb"), details.text("install_query")) from None
    with duckdb.connect(":memory:", config=_ALONE) as database:
        try:
            _refuse_all_but_select(database, asked)
            _open_views(database, edition, asked, tables, shown)
            rows = pl.DataFrame(_plain(database.sql(asked)).to_arrow_table())
        except duckdb.Error as error:
            raise RecordkitError(_said(error), details.text("describe_cases")) from None
    return _with_days_of_the_calendar(_whole_numbers(rows))


def _whole_numbers(rows: pl.DataFrame) -> pl.DataFrame:
    """Sums of whole numbers as whole numbers: DuckDB gives them 128 bits, which Arrow has as decimals only."""
    wide = [name for name, kind in rows.schema.items() if isinstance(kind, pl.Decimal) and kind.scale == 0]
    narrow = rows.select(pl.col(wide).cast(pl.Int64, strict=False))
    fits = [name for name in wide if narrow[name].null_count() == rows[name].null_count()]
    return rows.with_columns(narrow.select(fits))


def _refuse_all_but_select(database: duckdb.DuckDBPyConnection, asked: str) -> None:
    import duckdb

    statement = _EXPLAINED.sub("", asked, count=1)  # EXPLAIN ANALYZE does what it explains
    for text in dict.fromkeys((asked, statement)):
        statements = database.extract_statements(text)
        explained = text != statement and [one.type for one in statements] == [duckdb.StatementType.EXPLAIN]
        if [one.type for one in statements] != [duckdb.StatementType.SELECT] and not explained:
            raise RecordkitError(details.text("query_is_one_select"), details.text("write_one_select"))


def _plain(rows: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """The rows under names that differ, as a join gives some twice; what no frame can hold as text."""
    names: list[str] = []
    for name in rows.columns:
        again = (f"{name}_{number}" for number in itertools.count(1))
        names.append(name if name not in names else next(one for one in again if one not in (*names, *rows.columns)))
    if names == rows.columns and not _IN_NO_FRAME.search(" ".join(map(str, rows.types))):
        return rows
    columns = [
        (f"CAST(#{at} AS VARCHAR)" if _IN_NO_FRAME.search(str(kind)) else f"#{at}") + f" AS {_identifier(name)}"
        for at, (name, kind) in enumerate(zip(names, rows.types, strict=True), 1)
    ]
    return rows.project(", ".join(columns))


def _with_days_of_the_calendar(rows: pl.DataFrame) -> pl.DataFrame:
    """The same rows. Raises RecordkitError for a day or time that no calendar has, such as infinity."""
    for column in rows.select(cs.date() | cs.datetime()):
        days = column.to_physical() // _PARTS_OF_A_DAY[getattr(column.dtype, "time_unit", "d")]
        if not days.is_between(*_CALENDAR).all():
            text = details.text("day_out_of_years", column=column.name)
            raise RecordkitError(text, details.text("cast_the_day"))
    return rows


def _open_views(
    database: duckdb.DuckDBPyConnection, edition: Edition, asked: str, tables: Mapping[str, Table], shown: Shown | None
) -> None:
    """A view per table. What the query does not name gets its columns only, so that it can be described."""
    named = {word.lower() for word in re.findall(r"\w+", asked)}
    if named & _NAME_TABLES:
        named |= {name.lower() for name in edition.tables}
    readable: list[str] = []
    for name in edition.tables:
        if name.lower() not in named:
            database.register(name, pl.DataFrame(schema=_schema(edition, name, tables)).to_arrow())
            continue
        if shown is not None or edition.is_encrypted(name):
            frame = edition.scan(name)
            prepared = frame if shown is None else shown(name, frame)
            database.register(name, prepared.collect(engine="streaming").to_arrow())
            continue
        paths = [str(path) for path in edition.files(name)]
        readable += paths
        listed = ", ".join(f"'{path.replace(chr(39), chr(39) * 2)}'" for path in paths)
        database.execute(f'CREATE VIEW "{name}" AS SELECT * FROM read_parquet([{listed}])')  # noqa: S608
        _comment(database, name, tables.get(name))
    database.execute("SET allowed_paths = ?", [readable])
    database.execute("SET enable_external_access = false")
    database.execute("SET lock_configuration = true")


def _schema(edition: Edition, name: str, tables: Mapping[str, Table]) -> pl.Schema:
    """The columns of a table that the query does not name; as declared if it is encrypted, for want of its key."""
    if name in tables and edition.is_encrypted(name):
        return tables[name].polars("compile")
    return edition.scan(name).collect_schema()


def _comment(database: duckdb.DuckDBPyConnection, name: str, table: Table | None) -> None:
    if table is None:
        return
    database.execute(f'COMMENT ON VIEW "{name}" IS {_literal(table.doc or table.row)}')
    known = {row[0] for row in database.execute(f'DESCRIBE "{name}"').fetchall()}
    for column in table.at("compile"):
        if column.name in known and column.doc:
            database.execute(f'COMMENT ON COLUMN "{name}"."{column.name}" IS {_literal(column.doc)}')


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _said(error: Exception) -> str:
    kind = type(error).__name__
    return str(error).partition("\n")[0] if kind in _ABOUT_QUERY else details.text("duckdb_cannot", kind=kind)
