"""The figures for other programs: JSON, and one long CSV."""

from __future__ import annotations

import csv
import io
import json

import polars as pl

from recordkit import text_safety
from recordkit.report.model import Figures, Headline, Table
from recordkit.report.words import Words

CSV_COLUMNS = ["section", "table", "unit", "period", "row", "column", "value"]


def data(figures: Figures, form: str) -> str:
    """The figures as json (a tree), jsonl or csv (one line a figure)."""
    if form == "json":
        return as_json(figures)
    return as_csv(figures) if form == "csv" else _long(figures).write_ndjson()


def as_json(figures: Figures) -> str:
    """Every table with its unit, period and source; a null is "not known"."""
    data = {
        "title": figures.title,
        "edition": figures.edition,
        "month": figures.month,
        "period": figures.period,
        "standing": figures.banner,
        "headlines": [_headline(one) for one in figures.headlines],
        "attention": [notice.text for notice in figures.attention],
        "sections": [
            {
                "key": section.key,
                "title": section.title,
                "tables": [_table(table) for table in section.tables],
            }
            for section in figures.sections
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=1) + "\n"


def _headline(one: Headline) -> dict[str, object]:
    known = {"key": one.key, "changes": list(one.changes), "trace": one.trace}
    return {"label": one.label, "value": one.value, "note": one.note, **{name: it for name, it in known.items() if it}}


def table_csv(table: Table) -> str:
    """One table as it is shown: its labels as the header, numbers as numbers, nothing that a spreadsheet would run."""
    texts = {name for name, kind in table.frame.schema.items() if kind == pl.String}
    body = table.frame.select(_inert(one.name) if one.name in texts else one.name for one in table.columns)
    header = io.StringIO()
    csv.writer(header, lineterminator="\n").writerow([text_safety.cell(column.label) for column in table.columns])
    return header.getvalue() + body.write_csv(include_header=False)


def _table(table: Table) -> dict[str, object]:
    return {
        "key": table.key,
        "title": table.title,
        "unit": table.unit,
        "period": table.period,
        "source": table.source,
        "note": table.note,
        **_unknown(table),
        **({"trace": table.trace} if table.trace else {}),
        "columns": [{"name": c.name, "label": c.label, "kind": c.kind} for c in table.columns],
        "rows": table.shown.to_dicts() if table.columns else [],
    }


def _unknown(table: Table) -> dict[str, int]:
    """How many of how many records do not say what the table asks, where it asks something that can be left blank."""
    return {} if table.unknown is None else {"not_known": table.unknown[0], "not_known_of": table.unknown[1]}


def as_csv(figures: Figures) -> str:
    """section, table, unit, period, row, column, value: a line for each cell that is not empty."""
    return _long(figures).with_columns(_inert(name) for name in CSV_COLUMNS).write_csv()


def _long(figures: Figures) -> pl.DataFrame:
    lines = [
        pl.concat([_lines(table), _not_known(table, figures.words)]).with_columns(section=pl.lit(section.key))
        for section in figures.sections
        for table in section.tables
        if table.filled and table.columns
    ]
    empty = pl.DataFrame(schema=dict.fromkeys(CSV_COLUMNS, pl.String))
    return pl.concat([empty, *(frame.select(CSV_COLUMNS) for frame in lines)])


def _not_known(table: Table, words: Words) -> pl.DataFrame:
    """A line of how many do not say, and one of how many there are; none where the table asks nothing."""
    lines = zip((words("not_saying"), words("asked")), map(str, table.unknown or ()), strict=False)
    named = [{"column": column, "value": value} for column, value in lines]
    return pl.DataFrame(named, schema={"column": pl.String, "value": pl.String}).select(
        pl.lit(table.key).alias("table"),
        pl.lit(table.unit).alias("unit"),
        pl.lit(table.period).alias("period"),
        pl.lit(words("unknown")).alias("row"),
        "column",
        "value",
    )


def _lines(table: Table) -> pl.DataFrame:
    """Text columns that come first name the row; the others are its cells."""
    leading = [column.name for column in table.columns if column.kind == "text"] or [table.columns[0].name]
    leading = leading[:1] if len(leading) == len(table.columns) else leading  # words alone: the first names the row
    labels = {column.name: column.label for column in table.columns if column.name not in leading}
    rows = table.shown.select(
        pl.concat_str([pl.col(name).fill_null("") for name in leading], separator=" | ").alias("row"),
        pl.col(list(labels)).cast(pl.String),
    )
    long = rows.with_row_index("at").unpivot(list(labels), index=["at", "row"], variable_name="column")
    return (
        long.drop_nulls("value")
        .sort("at", maintain_order=True)
        .select(
            pl.lit(table.key).alias("table"),
            pl.lit(table.unit).alias("unit"),
            pl.lit(table.period).alias("period"),
            "row",
            pl.col("column").replace(labels),
            "value",
        )
    )


def _inert(name: str) -> pl.Expr:
    """Text that a spreadsheet would take for a formula gets an apostrophe; numbers stay numbers."""
    text = pl.col(name)
    formula = text.str.contains(text_safety.FORMULA) & text.str.contains(r"^-?[0-9.]+$").not_()
    return pl.when(formula).then(pl.lit("'") + text).otherwise(text).alias(name)
