"""`recordkit find`, `recordkit query` and `recordkit rules`: from what people know to records, rows and rules."""

from __future__ import annotations

import sys
from pathlib import Path

import polars as pl

from recordkit import findings, search, sql
from recordkit.cli import auditing, options
from recordkit.cli import output as out
from recordkit.errors import DeclarationError
from recordkit.findings import masking
from recordkit.issues import Rule
from recordkit.receive import Declarations
from recordkit.tables import Column

LONGEST = 1_000  # rows of a query that are laid out for a terminal


def find(root: Path, asked: str, declared: Declarations, fmt: str | None, output: Path | None, show: bool) -> int:
    """Exit 2, with the nearest known value, when no record fits. The ledger hears of no value."""
    form = out.chosen(fmt, output)
    edition = auditing.opened(root, "find")
    found = search.find(edition, asked, declared.reference)
    shown = found if _unmasked(show, output) else found.with_columns(_masked(declared))
    if form == "text":
        names = ["number", "police_station", "district", "agency", "role", "name", "id"]
        rows = [list(row) for row in shown.select(names).iter_rows()]
        out.write(out.table(f"{found.height:,} found in {edition.id}", names, rows), output)
    else:
        out.write(out.rows(shown.to_dicts(), form), output)
    return 0


def query(root: Path, asked: str, declared: Declarations, fmt: str | None, output: Path | None, show: bool) -> int:
    """The rows of one SELECT. Directly personal columns are masked before the query sees them, unless shown."""
    form = out.chosen(fmt, output)
    edition = auditing.opened(root, "query")
    prepared = None if _unmasked(show, output) else _prepared(declared)
    rows = sql.query(edition, asked, declared.tables, prepared)
    if form != "text":
        out.write(out.rows(rows.to_dicts(), form), output)
        return 0
    cells = [list(row) for row in rows.head(LONGEST).iter_rows()]
    more = f"... and {rows.height - LONGEST:,} more rows: --format csv" if rows.height > LONGEST else ""
    out.write("\n".join(part for part in (out.table("", rows.columns, cells), more) if part), output)
    return 0


def rules(word: str | None, declared: Declarations, fmt: str | None, output: Path | None) -> int:
    """All rules, or those whose code, name, reason or fix hold every word of `word`. Exit 2 when none does."""
    form = out.chosen(fmt, output)
    words = (word or "").casefold().split()
    found = [rule for rule in declared.rules.by_code.values() if all(one in _about(rule) for one in words)]
    if not found:
        raise DeclarationError(f"no rule speaks of '{word}'", "recordkit rules lists them all")
    keys = ("code", "name", "severity", "level", "why", "fix", "why_ur", "fix_ur")
    if form != "text":
        out.write(out.rows([{key: getattr(rule, key) for key in keys} for rule in found], form), output)
        return 0
    texts = options.texts(declared)
    said = texts.words.commands
    severity = {rule.code: texts(getattr(texts.words.findings.severity, rule.severity)) for rule in found}
    cells = [
        [
            rule.code,
            rule.severity if texts.language == "en" else severity[rule.code],
            rule.name.replace("-", " "),
            rule.reason(texts.language),
        ]
        for rule in found
    ]
    heads = [texts(one) for one in (said.code, said.severity, said.rule, said.why)]
    out.write(out.table(texts(said.rules, count=len(found)), heads, cells), output, texts.language)
    return 0


def _about(rule: Rule) -> str:
    """Everything that a rule says, for a search."""
    return " ".join((rule.code, rule.name, rule.why, rule.fix, rule.why_ur, rule.fix_ur)).casefold()


def _unmasked(show: bool, output: Path | None) -> bool:
    return show and output is None and sys.stdout.isatty()


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
                hidden.append(masking.hidden(text, None, masks.words).alias(name))
            elif kind == pl.String and _is_free(column, declared):
                hidden.append(masking.unstrayed(text, masks).alias(name))
        return frame.with_columns(hidden)

    return shown


def _is_free(column: Column, declared: Declarations) -> bool:
    """Whether a column may hold any words of a sender: it is read from a cell, and only the place may be known."""
    checked = column.values or column.vocabulary or column.pattern or column.stage != "standardise"
    kinds = [fields[column.name].type for fields in declared.intake.units.values() if column.name in fields]
    return not checked and any(kind != "period" for kind in kinds)
