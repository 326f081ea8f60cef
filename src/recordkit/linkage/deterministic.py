"""Which mentions of different cases are certainly one person: equal identifiers and names that agree."""

from __future__ import annotations

import numpy as np
import polars as pl

from recordkit import details
from recordkit.linkage import graph, human_decisions, string_similarity
from recordkit.linkage.edges import Edges, concat, settle
from recordkit.linkage.graph import Ints
from recordkit.linkage.spec import Pass, Persons

# Jaro-Winkler, 0 to 1. By judgement: above two brothers who share a family name, below one name in two spellings.
NAME_SIMILARITY = 0.85  # of the keys without weightless words: brothers lend each other a card, and share Muhammad


def link(people: pl.DataFrame, mention: Ints, spec: Persons, decisions: pl.DataFrame) -> tuple[Ints, Edges, Edges]:
    """Label of every row of `mentions.distinct`, the joins made, and the joins cut.

    `mention`: label of the mention of every row. Mentions of one case and role stay apart.
    """
    names = people.get_column("mention_ref")
    everyone = np.arange(people.height, dtype=np.int64)
    joins = [Edges.of(mention, everyone, "one mention").select(mention != everyone)]
    joins += [_pass(people, one, spec) for one in spec.passes]
    joins.append(human_decisions.decided_edges(decisions, "person", "same", names))
    cannot_link = human_decisions.decided_edges(decisions, "person", "different", names)

    def forbidden(label: Ints) -> Edges:
        return concat([cannot_link, _case_mates(people, mention, label)])

    label, cut = settle(people.height, concat(joins), forbidden)
    made = concat(joins[1:])
    return label, made.select(label[made.left] == label[made.right]), cut


def _pass(people: pl.DataFrame, one: Pass, spec: Persons) -> Edges:
    """Joins of the oldest mention with each later one that agrees with it."""
    by_phone = "phone" in one.columns
    frame = people.with_row_index("node")
    if by_phone:
        frame = frame.explode("phones").rename({"phones": "phone"})
    code = graph.codes(frame, one.columns)
    if "cnic" in one.columns:
        code = np.where(_shared_by_many(frame, spec.cnic_people), np.uint64(0), code)
    if one.most is not None:
        wide = graph.codes(frame, [column for column in one.columns if column != "case_id"])
        _, place, counts = np.unique(wide, return_inverse=True, return_counts=True)
        code = np.where(counts[place] > one.most, np.uint64(0), code)
    edges = Edges.star(frame.get_column("node").to_numpy().astype(np.int64), code, one.name)
    edges = edges.select(edges.left != edges.right)
    for column in one.compatible:
        values = people.get_column(column)
        same = (values.gather(pl.Series(edges.left)) == values.gather(pl.Series(edges.right))).fill_null(True)
        edges = edges.select(same.to_numpy())
    if one.similar_name:
        edges = edges.select(string_similarity.cores(people, edges.left, edges.right, spec.weightless, NAME_SIMILARITY))
    return edges


def _shared_by_many(frame: pl.DataFrame, most: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Rows whose CNIC goes with more than `most` names: a number that identifies nobody."""
    names = frame.select(pl.col("name_key").n_unique().over("cnic")).to_series()
    return (names > most).to_numpy()


def _case_mates(people: pl.DataFrame, mention: Ints, label: Ints) -> Edges:
    """Pairs of mentions of one case and role that have one label."""
    frame = (
        people.select("case_id", "role")
        .with_columns(pl.Series("mention", mention), pl.Series("label", label))
        .filter(pl.Series(mention == np.arange(people.height)))
        .filter(pl.len().over("label", "case_id", "role") > 1)
    )
    keyed = ["label", "case_id", "role"]
    pairs = frame.join(frame, on=keyed, nulls_equal=True).filter(pl.col("mention") < pl.col("mention_right"))
    pairs = pairs.sort("mention", "mention_right")
    return Edges.of(pairs.get_column("mention").to_numpy(), pairs.get_column("mention_right").to_numpy(), "case")


def findings(people: pl.DataFrame, label: Ints) -> pl.DataFrame:
    """RK504 and RK505: one CNIC with several people; a family when a relative's name is shared or named."""
    frame = (
        people.select("record_id", "cnic", "name_key", "relative_key")
        .with_columns(pl.Series("label", label))
        .filter(pl.col("cnic").is_not_null() & pl.col("name_key").is_not_null())
        .filter(pl.col("label").n_unique().over("cnic") > 1)
    )
    shared = pl.col("relative_key").drop_nulls()
    judged = frame.group_by("cnic").agg(
        ((shared.len() > shared.n_unique()) | pl.col("name_key").is_in(shared.implode()).any()).alias("family")
    )
    rows = frame.join(judged, on="cnic")
    note, flag = rows.filter("family"), rows.filter(~pl.col("family"))
    return pl.concat([
        _finding(note, "RK505", details.text("family_number")),
        _finding(flag, "RK504", details.text("one_number_several_names")),
    ])  # fmt: skip


def _finding(rows: pl.DataFrame, code: str, detail: str) -> pl.DataFrame:
    return (
        rows.select("record_id").unique().sort("record_id")
        .with_columns(code=pl.lit(code), field=pl.lit("cnic"), detail=pl.lit(detail))
    )  # fmt: skip
