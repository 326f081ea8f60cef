"""Which rows of any list are one, through a declaration and without a store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from recordkit import declarations, stable_ids
from recordkit.linkage import edges, engine
from recordkit.linkage.engine.model_spec import ModelSpec


@dataclass(frozen=True)
class Deduped:
    """rows: the list with record_id and entity_id first. links: the columns of `links`. model: as data."""

    rows: pl.DataFrame
    links: pl.DataFrame
    match: engine.Match


def load(path: Path) -> ModelSpec:
    """A declaration of blocks, comparisons and thresholds. Raises DeclarationError."""
    return declarations.read_toml(path, ModelSpec)


def dedupe(
    rows: pl.DataFrame, spec: ModelSpec, model: engine.Model | None = None, source: pl.DataFrame | None = None
) -> Deduped:
    """`rows`: a list with the columns that `spec` names; text is trimmed, blank is missing. The result is the
    same for any order of the rows.

    source: the rows as they were written, when `rows` was made of them: ids are made of it, and it is given back.
    """
    plain = rows.drop("record_id", "entity_id", strict=False)
    text = plain.with_columns(pl.col(pl.String).str.strip_chars())
    text = text.with_columns(pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)))
    written = text if source is None else source.drop("file", "sheet", "row", strict=False)
    hashes = stable_ids.row_hashes(written.select(pl.all().cast(pl.String, strict=False)))
    ids = stable_ids.record_ids(hashes, agency="list", unit="row", period="")
    ordered = text.with_columns(ids.alias("record_id")).with_row_index("at").sort("record_id")
    found = engine.match(ordered.drop("at", "record_id"), spec, model)
    names = ordered.get_column("record_id")
    entities = stable_ids.person_ids(names.gather(pl.Series(found.label)))
    made = ordered.select("at", "record_id", entities.alias("entity_id")).sort("at").drop("at")
    return Deduped(
        pl.concat([made, plain if source is None else source], how="horizontal"),
        edges.table(found, edges.joined(found, found.label), ordered, names, "person"),
        found,
    )
