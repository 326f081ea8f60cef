"""`recordkit find` and `recordkit query`: from what people know to records and rows."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import polars as pl

from recordkit import findings, search, sql
from recordkit.cli import output as out
from recordkit.cli import storing
from recordkit.fields import pii_scan
from recordkit.findings import masking
from recordkit.ingest import Declarations
from recordkit.tables import Column

if TYPE_CHECKING:
    from recordkit.cli.store_commands import Find, Query

LONGEST = 1_000  # rows of a query that are laid out for a terminal


def find(asked: Find) -> int:
    """Exit 2, with the nearest known value, when no record fits. The ledger hears of no value."""
    form, declared = asked.form, asked.declared()
    edition = storing.opened(asked.store, "find")
    found = search.find_records(edition, asked.text, declared.reference)
    shown = found if _unmasked(asked) else found.with_columns(_masked(declared))
    if form == "text":
        names = ["number", "police_station", "district", "agency", "role", "name", "id"]
        rows = [list(row) for row in shown.select(names).iter_rows()]
        texts = asked.texts(declared.words)
        title = texts.message("found_in", count=found.height, edition=edition.id)
        out.write(out.table(title, [texts.field(name) for name in names], rows), asked.output, texts.language)
    else:
        out.write(out.rows(shown.to_dicts(), form), asked.output)
    return 0


def query(asked: Query) -> int:
    """The rows of one SELECT. Directly personal columns are masked before the query sees them, unless shown."""
    form, declared = asked.form, asked.declared()
    edition = storing.opened(asked.store, "query")
    prepared = None if _unmasked(asked) else _prepared(declared)
    rows = sql.query(edition, asked.sql, declared.tables, prepared)
    if form != "text":
        out.write(out.rows(rows.to_dicts(), form), asked.output)
        return 0
    cells = [list(row) for row in rows.head(LONGEST).iter_rows()]
    texts = asked.texts(declared.words)
    more = texts.message("more_rows", count=rows.height - LONGEST) if rows.height > LONGEST else ""
    out.write("\n".join(part for part in (out.table("", rows.columns, cells), more) if part), asked.output)
    return 0


def _unmasked(asked: Find | Query) -> bool:
    return asked.show_values and asked.output is None and sys.stdout.isatty()


def _masked(declared: Declarations) -> list[pl.Expr]:
    masks = findings.masks(declared.tables, declared.intake, declared.agencies)
    name = masking.hidden(pl.col("name"), masks.fields.get("name", "hide"), masks.words).alias("name")
    free = ("province", "district", "police_station", "number")
    return [name, *(masking.unstrayed(pl.col(one), masks).alias(one) for one in free)]


def _prepared(declared: Declarations) -> sql.Shown:
    """Every directly personal column of a table as text, masked as it is declared; of what a sender wrote into any
    other column, nothing that may be somebody's name or number."""
    masks = findings.masks(declared.tables, declared.intake, declared.agencies)

    def shown(table: str, frame: pl.LazyFrame) -> pl.LazyFrame:
        known = {column.name: column for column in declared.tables[table].columns} if table in declared.tables else {}
        hidden = []
        for name, kind in frame.collect_schema().items():
            column = known.get(name)
            text = pl.col(name).list.join("; ") if isinstance(kind, pl.List) else pl.col(name).cast(pl.String)
            if column is None or column.personal == "direct":
                hidden.append(masking.hidden(text, column.mask if column else "hide", masks.words).alias(name))
            elif name.endswith("_raw"):
                there = masking.hidden(text, None, masks.words)
                born = name.removesuffix("_raw") in masks.undated
                hidden.append((pii_scan.undated(there) if born else there).alias(name))
            elif kind == pl.String and _is_free(column, declared):
                hidden.append(masking.unstrayed(text, masks).alias(name))
        return frame.with_columns(hidden)

    return shown


def _is_free(column: Column, declared: Declarations) -> bool:
    """Whether a column may hold any words of a sender: it is read from a cell, and only the place may be known."""
    checked = column.values or column.vocabulary or column.pattern or column.stage != "standardise"
    kinds = [fields[column.name].type for fields in declared.intake.units.values() if column.name in fields]
    return not checked and any(kind != "period" for kind in kinds)
