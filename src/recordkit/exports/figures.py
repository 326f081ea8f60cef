"""Counts in the words of a standard: the cells of our tables, mapped and summed; no figure is counted here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from recordkit import details
from recordkit.exports.declaration import QUALITIES, Crosswalk, Figure, Standard
from recordkit.releases.protecting import NO_RETURN, PUBLISHED, SUPPRESSED, Protected
from recordkit.words import Both

VALUE, STATUS, QUALITY = "value", "status", "quality"


def figure_of(standard: Standard, figure: Figure, table: Protected) -> pl.DataFrame:
    """The figure with the standard's columns: `value` (null where a part of it is not published), `status`, `unit`,
    `quality` (the worst of its mappings) and `note`."""
    total = details.text("total")
    cells = table.readable
    levels = table.shape.columns
    for level in levels:
        if level in figure.where:
            cells = cells.filter(pl.col(level).is_in(list(figure.where[level])))
        elif level not in figure.by:
            cells = cells.filter(pl.col(level) == total)
    mapped, marks, notes = cells, [], []
    for level in figure.by:
        walk = standard.crosswalks.get(level)
        if walk is not None:
            values = [value for value in cells[level].unique().sort() if value != total]
            mapped = mapped.join(_mapping(walk, values, level, total), on=level, maintain_order="left")
            mapped = mapped.with_columns(pl.col(f"{level} to").alias(level)).drop(f"{level} to")
            marks.append(f"{level} quality")
            notes.append(f"{level} note")
    return _summed(mapped, figure, marks, notes).rename(_names(standard, figure)).with_columns(
        pl.lit(table.public.counts).alias("unit")
    )


def _names(standard: Standard, figure: Figure) -> dict[str, str]:
    walks = {level: standard.crosswalks[level].column for level in figure.by if level in standard.crosswalks}
    return {level: column for level, column in walks.items() if column}


def _mapping(walk: Crosswalk, values: Sequence[str], level: str, total: str) -> pl.DataFrame:
    """Our value -> the standard's, once for each that it belongs to; the total stays one."""
    rows = [(total, total, 0, "")]
    for value in values:
        fitting = [row for row in walk.rows if _fits(walk, row.values, value)]
        rows += [(value, row.to, QUALITIES.index(row.quality), row.note) for row in fitting]
    columns = [level, f"{level} to", f"{level} quality", f"{level} note"]
    return pl.DataFrame(rows, schema=columns, orient="row", schema_overrides={columns[2]: pl.Int64})


def _summed(mapped: pl.DataFrame, figure: Figure, marks: Sequence[str], notes: Sequence[str]) -> pl.DataFrame:
    hidden, silent = pl.col(STATUS) == SUPPRESSED, pl.col(STATUS) == NO_RETURN
    worst = pl.max_horizontal(pl.lit(0), *(pl.col(one) for one in marks)).max()
    note = pl.concat_list(notes).explode().unique().sort() if notes else pl.lit("")
    text = note.filter(note != "").str.join("; ") if notes else pl.lit("")
    status = pl.when(hidden.any()).then(pl.lit(SUPPRESSED)).when(silent.all()).then(pl.lit(NO_RETURN))
    summed = mapped.group_by(figure.by, maintain_order=True).agg(
        pl.when(~hidden.any() & ~silent.all()).then(pl.col("count").sum()).alias(VALUE),
        status.otherwise(pl.lit(PUBLISHED)).alias(STATUS),
        worst.replace_strict(dict(enumerate(QUALITIES)), return_dtype=pl.String).alias(QUALITY),
        text.alias("note"),
    )
    return summed.sort(figure.by)


def mapping_of(standard: Standard) -> pl.DataFrame:
    """Every mapping with its quality: `column`, `ours`, `theirs`, `label`, `quality`, `note`."""
    rows = [
        {"column": walk.column or level, "ours": value, "theirs": row.to, "label": row.label, "quality": row.quality,
         "note": row.note}
        for level, walk in standard.crosswalks.items()
        for row in walk.rows
        for value in row.values
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=dict.fromkeys(("column", "ours", "theirs", "label", "quality", "note"), pl.String))


def unmapped_of(
    standard: Standard, tables: Mapping[str, Protected], left_out: Sequence[str]
) -> pl.DataFrame:
    """What is not in the export, and why: `what`, `item`, `reason`, `reason_ur`. What the standard asks for and nobody
    can say; our values that the standard has no word for; figures that are for the house alone (`left_out`)."""
    rows = [("asked", one.item, one.reason.en, one.reason.ur) for one in standard.missing]
    reason = details.text("no_word_in_standard")
    for name, figure in standard.figures.items():
        if name in left_out:
            why = standard.house_only or Both(en=details.text("table_of_house"), ur="")
            rows.append(("figure", name, why.en, why.ur))
            continue
        for level in figure.by:
            walk = standard.crosswalks.get(level)
            if walk is not None:
                unknown = _unknown(walk, tables[figure.table], level)
                rows += [("value", f"{level}: {value}", reason, "") for value in unknown]
    schema = dict.fromkeys(("what", "item", "reason", "reason_ur"), pl.String)
    return pl.DataFrame(rows, schema=schema, orient="row").unique(maintain_order=True)


def _unknown(walk: Crosswalk, table: Protected, level: str) -> list[str]:
    """Values of a table that are mapped to nothing."""
    total = details.text("total")
    values = table.readable.filter(pl.col("count") > 0)[level].unique().sort()
    return [
        value for value in values if value != total and not any(_fits(walk, row.values, value) for row in walk.rows)
    ]


def _fits(walk: Crosswalk, known: Sequence[str], value: str) -> bool:
    return value.startswith(tuple(known)) if walk.prefix else value in known
