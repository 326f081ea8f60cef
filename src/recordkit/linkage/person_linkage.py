"""Mentions of different cases that are one person: what is certain first, then what is likely."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import polars as pl

from recordkit import details
from recordkit.linkage import deterministic, edges, engine, graph, human_decisions, mentions, string_similarity
from recordkit.linkage.edges import Edges
from recordkit.linkage.engine import Constraints, Match, blocking
from recordkit.linkage.graph import Ints
from recordkit.linkage.incremental import Increment
from recordkit.linkage.spec import LinkageSpec

FIELDS: graph.Types = {
    "case_id": pl.String, "role": pl.String, "name": pl.String, "name_key": pl.String, "relation": pl.String,
    "relative_name": pl.String, "relative_key": pl.String, "sex": pl.String, "age": pl.Int64,
    "date_of_birth": pl.Date, "cnic": pl.String, "passport": pl.String, "phone": pl.String,
    "nationality": pl.String, "address": pl.String, "district": pl.String, "registered_on": pl.Date,
    "fir_year": pl.Int32, "period": pl.String, "alias_key": pl.String, "caste_key": pl.String,
    "name_words": pl.String, "relative_words": pl.String,
}  # fmt: skip
# By judgement: odds of 64 to one.
GREY = 6.0  # bits on either side of the threshold in which a person should look


@dataclass(frozen=True)
class Persons:
    """label: of every row of `mentions.distinct`. certain: joins by rule. links, review: rows of `links`."""

    label: Ints
    certain: Edges
    links: pl.DataFrame
    review: pl.DataFrame
    match: Match | None
    split: pl.Series

    def findings(self) -> pl.DataFrame:
        """RK513 on the records of mentions whose links contradicted each other."""
        return pl.DataFrame({"record_id": self.split.unique().sort()}).with_columns(
            code=pl.lit("RK513"), field=pl.lit("name"), detail=details.column("links_contradicted")
        )

    def model(self) -> dict[str, Any]:
        """The fitted model and what every blocking rule gave, as data; empty when nothing was fitted."""
        return {} if self.match is None else self.match.as_data()


def link(
    people: pl.DataFrame, mention: Ints, cases: pl.DataFrame, spec: LinkageSpec, decisions: pl.DataFrame,
    *, known: engine.Model | None = None, since: Increment | None = None, asks: bool = True,
) -> Persons:  # fmt: skip
    """Person of every mention. `cases`: record_id, district and registered_on of the submissions.

    `known`: a model fitted before, used as it is. `since`: the edition before, whose people are not compared again.
    `asks`: without, nobody wants to know what people should judge.
    """
    people = _without_particulars(people, mention)
    label, certain, _ = deterministic.link(people, mention, spec.persons, decisions)
    nothing = certain.table(people, "person", "mention_ref").clear()
    if spec.people is None or people.height < 2:
        return Persons(label, certain, nothing, nothing, None, people.get_column("record_id").clear())
    firsts, place = np.unique(mention, return_inverse=True)
    frame = prepare(one_row_each(people, mention, cases), spec.persons.weightless)
    frame = frame.select(name for name in frame.columns if name in spec.people.columns)
    refs = people.get_column("mention_ref").gather(pl.Series(firsts))
    # Rows of `frame` are numbered as `firsts`, oldest first: the smallest row of a cluster stays its oldest.
    sure = place[label[firsts]]
    same = blocking.pack(sure, np.arange(len(firsts)))[sure != np.arange(len(firsts))]
    different = human_decisions.decided_edges(decisions, "person", "different", people.get_column("mention_ref"))
    answers = Constraints(np.sort(same), np.unique(blocking.pack(place[different.left], place[different.right])))
    declared = spec.people
    model = known or (declared_model(frame, declared) if len(firsts) < declared.fit_from else None)
    new, earlier = (None, None) if since is None else since.rows(people.get_column("mention_ref"), place)
    found = engine.match(frame, declared, model, limits=answers, new=new, earlier=earlier)
    keep = edges.joined(found, found.label)
    if earlier is not None:
        old = np.flatnonzero(earlier != np.arange(len(earlier)))
        answers = replace(answers, same=np.union1d(answers.same, blocking.pack(earlier[old], old)))
    return Persons(
        firsts[found.label][place],
        certain,
        edges.table(found, keep, frame, refs, "person"),
        edges.table(found, _to_ask(found, answers), frame, refs, "person") if asks else nothing,
        found,
        people.get_column("record_id").gather(pl.Series(firsts[found.split], dtype=pl.Int64)),
    )


def _to_ask(found: Match, answers: Constraints) -> edges.Bools:
    """The scored pairs that a person should look at and of which nothing else gives the answer."""
    threshold = found.model.spec.threshold
    grey = edges.grey(found, found.label, threshold - GREY, threshold + GREY / 2)
    return edges.unknown(found, found.label, grey, threshold + GREY / 2, answers)


def _without_particulars(people: pl.DataFrame, mention: Ints) -> pl.DataFrame:
    """Mentions of people without a name and a number have nothing left that could be compared: an age, a district or a
    father's name makes nobody of them."""
    nobody = mentions.nameless(people)
    if not nobody.any():
        return people
    flags = pl.DataFrame({"nobody": nobody, "mention": mention})
    bare = flags.select(pl.col("nobody").all().over("mention")).to_series()
    compared = [name for name in FIELDS if name in people.columns and name not in ("case_id", "role")]
    return people.with_columns(pl.when(~bare).then(name).alias(name) for name in compared)


def declared_model(frame: pl.DataFrame, spec: engine.ModelSpec) -> engine.Model:
    """A model with the declared shares of matches, for lists too short to learn from."""
    short = replace_fixed(spec)
    fitted = engine.fit(frame, short)
    return replace(fitted, spec=spec, company=spec.company_weights)


def replace_fixed(spec: engine.ModelSpec) -> engine.ModelSpec:
    """The declaration with every comparison's starting shares held."""
    held = tuple(one.model_copy(update={"fixed": True}) for one in spec.comparisons)
    return spec.model_copy(update={"comparisons": held})


def one_row_each(people: pl.DataFrame, mention: Ints, cases: pl.DataFrame) -> pl.DataFrame:
    """One row per mention, oldest first: the newest value of every field that any submission gave."""
    wanted = {"district": pl.String, "registered_on": pl.Date, "fir_year": pl.Int32}
    placed = graph.ensure(cases, wanted).select("record_id", *wanted).unique("record_id", keep="any")
    known = people.drop(*wanted, strict=False).join(placed, on="record_id", how="left", maintain_order="left")
    if "phone" not in known.columns and "phones" in known.columns:
        known = known.with_columns(phone=pl.col("phones").list.first())
    ready = graph.ensure(known, FIELDS).select(list(FIELDS)).with_columns(pl.Series("mention", mention))
    alone = pl.len().over("mention") == 1
    single, repeated = ready.filter(alone), ready.filter(~alone)
    merged = repeated.group_by("mention", maintain_order=True).agg(pl.all().drop_nulls().last())
    return pl.concat([single.select(merged.columns), merged]).sort("mention")


def prepare(mentions: pl.DataFrame, weightless: tuple[str, ...] = ()) -> pl.DataFrame:
    """The columns that schemas/linkage.toml speaks of, from standardised mentions (FIELDS; absent ones null).

    `weightless`: words of a key that say next to nothing, such as that of Muhammad.
    """
    frame = graph.ensure(mentions, FIELDS)
    father = (pl.col("relation") != "husband").fill_null(True)
    named, called, related, words, father_words = (
        string_similarity.core_keys(frame.get_column(name), weightless)
        for name in ("name_key", "alias_key", "relative_key", "name_words", "relative_words")
    )
    fold = {name: graph.coalesced(name) for name in ("plain_name", "relative_name", "address")}
    made = frame.with_columns(plain_name=_without_caste()).with_columns(
        name_key=named.get_column("core"),
        name_sound=named.get_column("sound"),
        name_words=words.get_column("sound"),
        father_words=pl.when(father).then(father_words.get_column("sound")),
        name_known=named.get_column("known"),
        name_text=fold["plain_name"],
        alias_sound=called.get_column("sound"),
        relative_sound=related.get_column("sound"),
        father_key=pl.when(father).then(related.get_column("core")),
        father_sound=pl.when(father).then(related.get_column("sound")),
        father_known=pl.when(father).then(related.get_column("known")),
        father_text=pl.when(father).then(fold["relative_name"]),
        husband_key=pl.when(~father).then(related.get_column("core")),
        husband_sound=pl.when(~father).then(related.get_column("sound")),
        address_key=fold["address"],
        cnic=pl.col("cnic").str.replace_all("-", "", literal=True),
        **_ages(frame),
    )
    first, second = pl.min_horizontal("name_sound", "relative_sound"), pl.max_horizontal("name_sound", "relative_sound")
    known = pl.col("relative_sound").is_not_null() & pl.col("name_sound").is_not_null()
    return made.with_columns(pair_sound=pl.when(known).then(first + "|" + second))


def _without_caste() -> pl.Expr:
    """The name without the caste behind it, which is compared by itself: as many words as its key has."""
    words = pl.col("name").str.split(" ")
    longer = words.list.len() > pl.col("name_key").str.count_matches(" ") + 1
    shorter = words.list.slice(0, words.list.len() - 1).list.join(" ")
    return pl.when(longer & pl.col("caste_key").is_not_null()).then(shorter).otherwise("name")


def _ages(frame: pl.DataFrame) -> dict[str, pl.Series]:
    """birth_year: that of the birth, or what an age makes of it; ages without a date are taken as of one day. Where no
    row of the list has a date nobody knows of what year an age is: undated_age, which two years may part by some."""
    reported = pl.col("period").str.slice(0, 4).cast(pl.Int32, strict=False)
    seen = pl.coalesce(pl.col("registered_on").dt.year(), "fir_year", reported)
    usual = frame.select(seen.median()).item()
    age = pl.col("age").cast(pl.Int32)
    born = pl.col("date_of_birth").dt.year()
    columns = {"birth_year": born, "undated_age": age}
    if usual is not None:
        from_age = seen.fill_null(int(usual)) - age
        columns = {"birth_year": pl.coalesce(born, from_age), "undated_age": pl.lit(None, pl.Int32)}
    return dict(frame.select(values.alias(name) for name, values in columns.items()).to_dict())
