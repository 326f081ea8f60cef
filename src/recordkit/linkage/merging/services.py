"""Services to victims, attached to the case that their reference means and to the victim in it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from recordkit import stable_ids
from recordkit.linkage import Linked, graph, quoted_numbers
from recordkit.linkage.merging.survivorship import oldest_first, origin
from recordkit.linkage.spec import Key, LinkageSpec

_TYPES: graph.Types = {
    "references": quoted_numbers.TYPE, "victim_ref": pl.String, "name": pl.String, "name_key": pl.String,
    "sex": pl.String, "age": pl.Int64,
}  # fmt: skip


def placed_services(submissions: pl.DataFrame, cases: pl.DataFrame, linked: Linked, spec: LinkageSpec) -> pl.DataFrame:
    """The newest submission of every service, with its case_id where that is certain, and its source_rows.

    `cases`: the submission frame that was linked (the quoted number may be any that a submission used). Once a
    shelter's code is attached to a case, its other rows follow.
    """
    frame = oldest_first(graph.ensure(submissions, _TYPES), "record_id")
    once = frame.unique("record_id", keep="last", maintain_order=True)
    placed = _follow(once.with_columns(_case_of(once, cases, linked, spec.cases.references)), "case_id")
    return placed.join(origin(frame, ["record_id"]), on="record_id", how="left", maintain_order="left")


def services(placed: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """One row per service_id, sorted: the service, case_id and mention_id where certain, source_rows.

    `placed`: as `placed_services` makes it. `persons`: the merged persons of its cases. A victim is found by name, else
    when the case has only one victim.
    """
    with_victims = placed.join(_victim(placed, persons), on="record_id", how="left", maintain_order="left")
    made = _follow(with_victims, "mention_id").with_columns(stable_ids.service_ids(placed.get_column("record_id")))
    return made.sort("service_id")


def _case_of(once: pl.DataFrame, cases: pl.DataFrame, linked: Linked, quoted: Sequence[Key]) -> pl.Series:
    """case_id that the first resolvable quotation of every row means; null where it means none or several."""
    quotes = quoted_numbers.explode(once)
    if quotes.is_empty():
        return pl.Series("case_id", [None], dtype=pl.String).new_from_index(0, once.height)
    known = quoted_numbers.prepared(cases).join(linked.case_members, on="record_id", maintain_order="left")
    code = stable_ids.hash_text(known.get_column("case_id"))
    target = np.full(quotes.height, -1, np.int64)
    for key in quoted:
        target = quoted_numbers.resolve(known, code, quotes, key, target)
    found = quotes.select("node").with_columns(
        case_id=known.get_column("case_id").gather(pl.Series(np.maximum(target, 0))) if known.height else None,
        ok=pl.Series(target >= 0, dtype=pl.Boolean),
    )
    first = found.filter("ok").unique("node", keep="first", maintain_order=True).select("node", "case_id")
    places = pl.DataFrame({"node": np.arange(once.height, dtype=np.int64)})
    return places.join(first, on="node", how="left", maintain_order="left").get_column("case_id").cast(pl.String)


def _victim(placed: pl.DataFrame, persons: pl.DataFrame) -> pl.DataFrame:
    """record_id, mention_id: the victim of the case with the name, else its only victim."""
    victims = graph.ensure(persons, _TYPES).filter(pl.col("role") == "victim")
    victims = victims.select("case_id", "mention_id", "name_key", "sex")
    pairs = placed.select("record_id", "case_id", "name_key", "sex").join(victims, on="case_id", suffix="_v")
    fits = (pl.col("sex") == pl.col("sex_v")).fill_null(True)
    named = (pl.col("name_key") == pl.col("name_key_v")).fill_null(False)
    strange = (pl.col("name_key") != pl.col("name_key_v")).fill_null(False)
    only = pl.len().over("record_id") == 1
    rows = pairs.with_columns(only=only, named=named).filter(fits & (named | (only & ~strange)))
    unique = rows.filter(pl.len().over("record_id", "named") == 1)
    best = unique.sort("record_id", "named", descending=[False, True])
    return best.unique("record_id", keep="first", maintain_order=True).select("record_id", "mention_id")


def _follow(placed: pl.DataFrame, column: str) -> pl.DataFrame:
    """A row without the answer takes that of the other rows of the shelter's code, when they agree."""
    known = (
        placed.drop_nulls(["victim_ref", column])
        .group_by("agency", "victim_ref")
        .agg(pl.col(column).first().alias("told"), (pl.col(column).n_unique() == 1).alias("agreed"))
        .filter("agreed")
        .drop("agreed")
    )
    joined = placed.join(known, on=["agency", "victim_ref"], how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce(column, "told").alias(column)).drop("told")
