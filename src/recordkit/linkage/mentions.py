"""Which people of several submissions of one case are one mention. Two people of one submission stay two."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import polars as pl

from recordkit import details
from recordkit.linkage import graph, string_similarity
from recordkit.linkage.edges import Edges, concat
from recordkit.linkage.graph import Ints
from recordkit.linkage.spec import Mentions, Pass
from recordkit.stable_ids import U64

COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "record_id": pl.String, "mention_ref": pl.String, "file_sha256": pl.String, "sheet": pl.String,
    "row": pl.Int64,
    "agency": pl.String, "period": pl.String, "received": pl.String, "position": pl.Int64, "role": pl.String,
    "name": pl.String, "name_key": pl.String, "relation": pl.String, "relative_name": pl.String,
    "relative_key": pl.String, "name_words": pl.String, "relative_words": pl.String, "alias_key": pl.String,
    "caste_key": pl.String, "sex": pl.String, "age": pl.Int64,
    "date_of_birth": pl.Date, "cnic": pl.String,
    "passport": pl.String, "phones": pl.List(pl.String), "nationality": pl.String, "address": pl.String,
}  # fmt: skip


def distinct(persons: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """One row per mention_ref with its case_id and `submission`, oldest first."""
    if "unknown" in persons.columns:  # nobody in particular: never one with anybody, unless a number says who it is
        numbers = [pl.col(name).is_not_null() for name in ("cnic", "passport") if name in persons.columns]
        persons = persons.filter(~pl.col("unknown").fill_null(False) | pl.any_horizontal(pl.lit(False), *numbers))
    known = graph.ensure(persons, COLUMNS).select(pl.col(name).cast(dtype) for name, dtype in COLUMNS.items())
    first = (
        known.with_columns(received=pl.coalesce("received", "period"))
        .sort(
            "received",
            "period",
            "record_id",
            "role",
            "position",
            "mention_ref",
            "file_sha256",
            nulls_last=True,
        )
        .unique("mention_ref", keep="first", maintain_order=True)
    )
    file = pl.concat_str("file_sha256", "sheet", separator="\x1f", ignore_nulls=True)
    return (
        first.with_columns(several=pl.len().over("record_id") > 1, file=file)
        .with_columns(listed=pl.col("several").any().over("file"))
        .with_columns(submission=pl.when("listed").then("record_id").otherwise("file"))
        .drop("several", "file")
        .join(members, on="record_id", how="left", maintain_order="left")
        .with_columns(case_id=pl.col("case_id").fill_null(pl.col("record_id")))
    )


def merge(people: pl.DataFrame, spec: Mentions) -> tuple[Ints, Edges]:
    """Label (place of the oldest submission) of every row of `distinct`, and the joins with their reasons."""
    with_others = people.select(pl.len().over("case_id", "role") > 1).to_series()
    places = np.flatnonzero(with_others.to_numpy())  # whoever is alone in a role of a case is nobody else
    inside, joined = _merged(people.filter(with_others), spec)
    label = np.arange(people.height, dtype=np.int64)
    label[places] = places[inside]
    return label, replace(joined, left=places[joined.left], right=places[joined.right])


def _merged(people: pl.DataFrame, spec: Mentions) -> tuple[Ints, Edges]:
    """The same of rows that have others beside them."""
    label = np.arange(people.height, dtype=np.int64)
    joins: list[Edges] = [Edges.none()]
    for one in spec.passes:
        code = graph.codes(people, ["case_id", "role", *one.columns])
        label, made = _pass(people, label, code, one)
        joins.append(made)
    for known in (("sex", "age"), ("sex",), ()):  # what is not the same must be blank on one side
        code = _nameless_codes(people, known)
        one = Pass(name=details.text("same_particulars"), columns=(), compatible=("sex", "age"))
        label, made = _pass(people, label, code, one)
        joins.append(made)
    place = Pass(name=details.text("same_place_in_list"), columns=())
    label, made = _pass(people, label, _place_codes(people), place, spec.position_similarity)
    return label, concat([*joins, made])


def nameless(people: pl.DataFrame) -> pl.Series:
    """Rows of people of whom nobody knows a name, a card, a passport or a telephone: nothing tells them from others."""
    known = ("name", "name_key", "cnic", "passport")
    bare = pl.all_horizontal(pl.col(name).is_null() for name in known if name in people.columns)
    numbers = pl.col("phones").list.len().fill_null(0) == 0 if "phones" in people.columns else pl.lit(True)
    return people.select((bare & numbers).alias("nameless")).to_series()


def _place_codes(people: pl.DataFrame) -> U64:
    code = graph.codes(people, ["case_id", "role", "agency", "position"])
    return np.where(people.get_column("listed").to_numpy(), code, np.uint64(0))


def _nameless_codes(people: pl.DataFrame, known: tuple[str, ...]) -> U64:
    """Of those without a name: case, role, agency and what is `known` of them, a blank being a value of its own."""
    spelt = people.with_columns(pl.col(name).cast(pl.String).fill_null("-") for name in known)
    code = graph.codes(spelt, ["case_id", "role", "agency", *known], folded=False)
    return np.where(nameless(people).to_numpy(), code, np.uint64(0))


def _pass(
    people: pl.DataFrame, label: Ints, code: U64, one: Pass, similarity: float | None = None
) -> tuple[Ints, Edges]:
    """Join the clusters that agree on `code`: the first of each submission with the first, and so on.

    Nothing is joined where a cluster would hold two people of one submission or contradict itself.
    """
    if {"cnic", "passport"} & set(one.columns):  # an identifier twice in one file of people is one person twice
        people = people.with_columns(submission="record_id")
    edges = Edges.star(np.arange(people.height, dtype=np.int64), _with_ordinal(people, label, code), one.name)
    edges = edges.select(label[edges.left] != label[edges.right])
    if similarity is not None:
        edges = edges.select(string_similarity.names(people, edges.left, edges.right, similarity))
    if not len(edges.left):
        return label, edges
    merged = graph.components(people.height, label[edges.left], label[edges.right])[label]
    bad = _contradicting(people, label, merged, one.compatible)
    allowed = edges.select(~np.isin(merged[edges.left], bad))
    return graph.components(people.height, label[allowed.left], label[allowed.right])[label], allowed


def _with_ordinal(people: pl.DataFrame, label: Ints, code: U64) -> U64:
    """Code and the ordinal of the cluster among those of one submission with this code."""
    frame = people.select("submission").with_columns(pl.Series("code", code), pl.Series("label", label))
    ordinal = frame.select(
        pl.when(pl.len().over("submission", "code") == 1)
        .then(1)
        .otherwise(pl.col("label").rank("dense").over("submission", "code"))
    ).to_series()
    keyed = code + (ordinal.to_numpy().astype(np.uint64) - np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    return np.where(code == 0, np.uint64(0), keyed)


def _contradicting(
    people: pl.DataFrame, label: Ints, merged: Ints, compatible: tuple[str, ...]
) -> npt.NDArray[np.int64]:
    """Merged labels that hold two clusters of one submission, or two values of a `compatible` column."""
    changed = np.isin(merged, np.unique(merged[merged != label]))
    frame = people.select("submission", *compatible).with_columns(
        pl.Series("label", label), pl.Series("merged", merged)
    )
    frame = frame.filter(pl.Series(changed))
    twice = frame.group_by("merged", "submission").agg(pl.col("label").n_unique().alias("clusters"))
    bad = [twice.filter(pl.col("clusters") > 1).get_column("merged")]
    for column in compatible:
        values = frame.drop_nulls(column).group_by("merged").agg(pl.col(column).n_unique().alias("values"))
        bad.append(values.filter(pl.col("values") > 1).get_column("merged"))
    return pl.concat(bad).unique().sort().to_numpy()
