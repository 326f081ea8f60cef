"""A figure walked back to the records, and the records to the file, sheet and row they came from."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from recordkit import details
from recordkit.declarations import nearest
from recordkit.errors import RecordkitError
from recordkit.store.errors import StoreError, StoreNotFound
from recordkit.store.figure_records import CELL, counted
from recordkit.store.reading import Edition

ORIGIN = ["file_sha256", "sheet", "row"]
KINDS = {"C": ("cases", "case_id"), "M": ("persons", "mention_id"), "P": ("persons", "person_id")}


def figure(edition: Edition, cell: Mapping[str, str | None]) -> tuple[int, pl.DataFrame]:
    """The figure of a cell (or of all cells that fit) and the rows it came from.

    `cell` names any of period, agency, province, district, unit, classification, code; None is "unknown".
    Units and classifications count the same things again, so both must be named. The frame:
    case_id, mention_id, name of the file, file_sha256, sheet, row.
    """
    wrong = sorted(set(cell) - set(CELL))
    if wrong:
        raise RecordkitError(
            details.text("no_part_of_figure", name=wrong[0]), details.text("its_parts", names=", ".join(CELL))
        )
    missing = [name for name in ("unit", "classification") if name not in cell]
    if missing:
        raise RecordkitError(details.text("say_which", name=missing[0]), details.text("example_of_figure"))
    _known(edition, cell)
    fits = [pl.col(name).eq_missing(pl.lit(value, dtype=pl.String)) for name, value in cell.items()]
    count = edition.scan("counts").filter(*fits).select(pl.col("count").sum()).collect().item()
    behind = counted(edition).filter(*fits).select("case_id", "mention_id").collect(engine="streaming")
    if behind.height != count:
        what = details.text("figure_without_records", figure=count, count=behind.height)
        raise StoreError(what, details.text("fault_of_recordkit"))
    return int(count), _origins(edition, behind)


def _known(edition: Edition, cell: Mapping[str, str | None]) -> None:
    """Refuse a value that stands nowhere in its column of the figures: a slip would be told as a figure of 0."""
    for name, value in cell.items():
        if value is None:
            continue
        column = edition.scan("counts").select(pl.col(name).cast(pl.String)).unique().collect().to_series()
        there = column.drop_nulls().sort().to_list()
        if value not in there:
            like = nearest(value, there)
            names = ", ".join(there[:20]) or details.text("none_there")
            hint = details.text("mean_part", part=f"{name}={like}") if like else details.text("there_are", names=names)
            raise RecordkitError(details.text("no_such_figure", edition=edition.id, part=f"{name}={value}"), hint)


def record(edition: Edition, record_id: str) -> pl.DataFrame:
    """The rows that a case (C…), a mention (M…) or a person (P…) was made of; columns as of `figure`."""
    table, column = KINDS.get(record_id[:1], ("", ""))
    if not table:
        raise StoreNotFound(details.text("no_record_id", id=record_id), details.text("form_of_record_ids"))
    schema = edition.scan(table).collect_schema()
    mention = pl.col("mention_id") if "mention_id" in schema else pl.lit(None, dtype=pl.String).alias("mention_id")
    rows = edition.scan(table).filter(pl.col(column) == record_id).select("case_id", mention, "source_rows")
    found = rows.collect(engine="streaming")
    if found.height == 0:
        raise StoreNotFound(details.text("no_record_in_edition", id=record_id, edition=edition.id))
    return _exploded(edition, found)


def _origins(edition: Edition, behind: pl.DataFrame) -> pl.DataFrame:
    """Source rows of the mention where a person was counted, else of the case."""
    people = behind.filter(pl.col("mention_id").is_not_null())
    cases = behind.filter(pl.col("mention_id").is_null()).unique()
    parts = [edition.scan("cases").join(cases.lazy(), on="case_id").select("case_id", "mention_id", "source_rows")]
    if people.height:
        wanted = people.lazy().select("mention_id")
        parts.append(
            edition.scan("persons").join(wanted, on="mention_id").select("case_id", "mention_id", "source_rows")
        )
    return _exploded(edition, pl.concat(parts).collect(engine="streaming"))


def _exploded(edition: Edition, records: pl.DataFrame) -> pl.DataFrame:
    names = pl.DataFrame(
        [(source.sha256, source.name) for source in edition.manifest.inputs],
        schema={"file_sha256": pl.String, "name": pl.String},
        orient="row",
    ).unique("file_sha256", keep="first", maintain_order=True)
    return (
        records.explode("source_rows")
        .unnest("source_rows")
        .join(names, on="file_sha256", how="left")
        .select("case_id", "mention_id", "name", *ORIGIN)
        .unique()
        .sort("case_id", "mention_id", "name", "sheet", "row", nulls_last=True)
    )
