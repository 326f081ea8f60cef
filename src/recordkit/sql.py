"""The tables of an edition in DuckDB: a view per table, with its description as a comment, for one SELECT."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

import polars as pl

from recordkit.errors import RecordkitError
from recordkit.store import Edition
from recordkit.tables import Table

if TYPE_CHECKING:
    import duckdb

_NEEDS = "install it: pip install 'recordkit[query]'"
# What DuckDB says of these is about the words of the query; other messages may quote a cell.
_ABOUT_QUERY = ("ParserException", "CatalogException", "BinderException", "SyntaxException", "PermissionException")


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
        raise RecordkitError("SQL needs DuckDB, which is not installed", _NEEDS) from None
    with duckdb.connect(":memory:", config={"python_enable_replacements": "false"}) as database:
        try:
            _refuse_all_but_select(database, asked)
            _open_views(database, edition, asked, tables, shown)
            rows = pl.DataFrame(database.sql(asked).to_arrow_table())
        except duckdb.Error as error:
            raise RecordkitError(_said(error), "DESCRIBE cases shows the columns of cases") from None
    return rows


def _refuse_all_but_select(database: duckdb.DuckDBPyConnection, asked: str) -> None:
    import duckdb

    statements = database.extract_statements(asked)
    if len(statements) != 1 or statements[0].type not in (duckdb.StatementType.SELECT, duckdb.StatementType.EXPLAIN):
        raise RecordkitError("a query is one SELECT", "write one SELECT; for several, call it several times")


def _open_views(
    database: duckdb.DuckDBPyConnection, edition: Edition, asked: str, tables: Mapping[str, Table], shown: Shown | None
) -> None:
    """A view per table. What the query does not name gets its columns only, so that it can be described."""
    named = {word.lower() for word in re.findall(r"\w+", asked)}
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


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _said(error: Exception) -> str:
    kind = type(error).__name__
    return str(error).partition("\n")[0] if kind in _ABOUT_QUERY else f"DuckDB cannot answer this ({kind})"
