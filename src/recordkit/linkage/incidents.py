"""One incident under two numbers: cases that name the same people at the same time, judged by the model `incidents`.

A number typed with a slip, a transfer that nobody quoted, two agencies' numbers. The weights are declared in
linkage.toml, not fitted: the same two cases get the same answer in every month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import polars as pl

from recordkit import details
from recordkit.linkage import edges, engine, graph, human_decisions, quoted_numbers
from recordkit.linkage.cases import CaseLinks
from recordkit.linkage.edges import HUMAN, Edges
from recordkit.linkage.engine import Constraints, Match, blocking
from recordkit.linkage.spec import Cases, LinkageSpec
from recordkit.stable_ids import U64


@dataclass(frozen=True)
class Incidents:
    """case_of: case_id, into: the cases that are part of an older one. links: kinds case and related. review: the
    grey pairs. findings: record_id, code, field, detail. model: as data."""

    case_of: pl.DataFrame
    links: pl.DataFrame
    review: pl.DataFrame
    findings: pl.DataFrame
    model: Mapping[str, Any] = field(default_factory=dict)

    def members(self, members: pl.DataFrame, column: str = "case_id") -> pl.DataFrame:
        """`members` with every joined case under the id of the older one."""
        moved = self.case_of.rename({"case_id": column})
        joined = members.join(moved, on=column, how="left", maintain_order="left")
        return joined.with_columns(pl.coalesce("into", column).alias(column)).drop("into")


def link(
    cases: pl.DataFrame, charges: pl.DataFrame, people: pl.DataFrame, found: CaseLinks, spec: LinkageSpec,
    *, decisions: pl.DataFrame,
) -> Incidents:  # fmt: skip
    """Cases under other numbers that are one incident; none where linkage.toml declares no model of them.

    `people`: as `mentions.distinct` gives them. `found`: what the numbers have shown. Nothing is asked or said of
    cases of which a quotation or a person has said what they are.
    """
    if spec.incidents is None:
        return _nothing()
    known = prepare(cases, charges, people, found.members, spec.cases)
    quoted = _told(known, found, decisions)
    done = engine.match(known, spec.incidents, limits=Constraints(quoted[:0], quoted))
    weight, threshold = done.scored.weight, spec.incidents.threshold
    one = done.label[done.scored.left] == done.label[done.scored.right]
    open_ = ~np.isin(blocking.pack(done.scored.left, done.scored.right), quoted)
    names = known.get_column("record_id")
    merged = edges.table(done, open_ & one & (weight >= threshold), known, names, "case")
    grey = edges.grey(done, done.label, spec.incidents.review, threshold)
    review = edges.table(done, open_ & grey, known, names, "case")
    related = _related(done, quoted, known)
    return Incidents(
        _case_of(known, done),
        pl.concat([merged, related]),
        review,
        pl.concat([
            _finding(review, "RK510", "fir_no", details.text("maybe_other_number")),
            _finding(merged, "RK521", "fir_no", details.text("other_number_one_case")),
            _finding(related, "RK512", "reference", details.text("turned_roles")),
        ]),
        done.as_data(),
    )  # fmt: skip


def _nothing() -> Incidents:
    links = pl.DataFrame(schema=edges.LINKS)
    findings = pl.DataFrame(schema=dict.fromkeys(("record_id", "code", "field", "detail"), pl.String))
    return Incidents(pl.DataFrame(schema={"case_id": pl.String, "into": pl.String}), links, links, findings)


def prepare(
    cases: pl.DataFrame, charges: pl.DataFrame, people: pl.DataFrame, members: pl.DataFrame, spec: Cases
) -> pl.DataFrame:
    """The columns that [incidents] speaks of: one row per numbered and dated case, from its oldest such record, oldest
    first. What nothing is known of is null, never an empty list."""
    if all(name not in cases.columns or cases[name].is_null().all() for name in ("fir_no", "enquiry_no")):
        cases = cases.clear()  # a list of people
    records = quoted_numbers.prepared(cases).join(members, on="record_id", maintain_order="left").with_columns(
        number=pl.coalesce("fir_no", pl.format("enquiry {}", "enquiry_no")),
        year=pl.when(pl.col("fir_no").is_not_null()).then("fir_year").otherwise("enquiry_year"),
        # A station's name repeats across districts; an office without a district is its agency's.
        station=pl.concat_str(
            pl.coalesce("police_station", "office"), pl.coalesce("district", "agency"), separator="\x1f"
        ),
        serial=pl.col("fir_no").str.extract(r"^(\d+)").cast(pl.Int64, strict=False),
    )  # fmt: skip
    numbered = records.filter(pl.col("number").is_not_null() & pl.col("registered_on").is_not_null())
    columns = (
        "record_id", "case_id", "agency", "province", "district", "station", "registered_on", "number", "serial",
        "year",
    )  # fmt: skip
    known = numbered.unique("case_id", keep="first", maintain_order=True).select(columns)
    ours = known.select("case_id")  # of the others nothing is compared
    people, members = (frame.join(ours, on="case_id", how="semi") for frame in (people, members))
    for more in (_reported(cases, members, spec.transfer_statuses), _charged(charges, members), _named(people)):
        known = known.join(more, on="case_id", how="left", maintain_order="left")
    return known.with_columns(
        pl.when(pl.col(name).list.len() > 0).then(name).alias(name)
        for name, kind in known.schema.items() if isinstance(kind, pl.List)
    )  # fmt: skip


def _reported(cases: pl.DataFrame, members: pl.DataFrame, transfer_statuses: tuple[str, ...]) -> pl.DataFrame:
    """case_id, occurred_from (the earliest that was said), moved: "yes" where any report says it was sent elsewhere."""
    types = {"occurred_from": pl.Date, "status": pl.String}
    stated = graph.ensure(cases, types).select("record_id", *types).join(members, on="record_id")
    moved = pl.when(pl.col("status").is_in(list(transfer_statuses)).any()).then(pl.lit("yes"))
    return stated.group_by("case_id").agg(pl.col("occurred_from").min(), moved=moved)


def _charged(charges: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """case_id, sections: every act and section of any report; all_sections: the same as one text."""
    schema = {"record_id": pl.String, "act": pl.String, "section": pl.String}
    stated = graph.ensure(charges, schema).select(list(schema)).join(members, on="record_id").drop_nulls("section")
    text = pl.concat_str("act", "section", separator="\x1f", ignore_nulls=True)
    by_case = stated.group_by("case_id").agg(text.unique().sort().alias("sections"))
    return by_case.with_columns(all_sections=pl.col("sections").list.join("\x1e"))


def _named(people: pl.DataFrame) -> pl.DataFrame:
    """case_id, named ("yes" where somebody has a name or card) and lists: names, cards, people (names with a
    relative's), the accused and the others of them, and held: who has which card."""
    whole = pl.concat_str("name_key", "relative_key", separator="\x1f")
    accused = pl.col("role") == "accused"
    lists = {
        "names": pl.col("name_key"), "cards": pl.col("cnic"), "people": whole, "accused": whole.filter(accused),
        "others": whole.filter(~accused), "held": pl.concat_str(whole, "cnic", separator="\x1e"),
    }  # fmt: skip
    known = pl.any_horizontal(pl.col("name_key", "cnic").is_not_null()).any()
    return people.group_by("case_id").agg(
        pl.when(known).then(pl.lit("yes")).alias("named"),
        *(named.drop_nulls().unique().sort().alias(name) for name, named in lists.items()),
    )


def _told(known: pl.DataFrame, found: CaseLinks, decisions: pl.DataFrame) -> U64:
    """Packed pairs of cases about which something is said: related by a quotation, or decided by a person."""
    quoted = (pl.col("kind") == "related") & pl.col("reasons").list.contains(quoted_numbers.why_related())
    links = found.links.filter(quoted | pl.col("reasons").list.contains(HUMAN))
    word = human_decisions.current(decisions).filter((pl.col("kind") == "case") & (pl.col("verdict") != "unsure"))
    place = found.members.join(known.select("case_id").with_row_index("place"), on="case_id").drop("case_id")
    pairs = pl.concat([links.select("left_id", "right_id"), word.select("left_id", "right_id")])
    for side in ("left", "right"):
        pairs = pairs.join(place.rename({"record_id": f"{side}_id", "place": side}), on=f"{side}_id")
    left, right = (pairs.get_column(side).to_numpy().astype(np.int64) for side in ("left", "right"))
    return np.unique(blocking.pack(left, right)[left != right])


def _related(done: Match, quoted: U64, known: pl.DataFrame) -> pl.DataFrame:
    """Links of kind related: cases that a veto keeps two and that are near each other all the same."""
    shown = [
        Edges.of(*blocking.unpack(np.setdiff1d(pairs, quoted)), name) for name, pairs in sorted(done.related.items())
    ]
    return edges.concat([Edges.none(), *shown]).table(known, "related")


def _case_of(known: pl.DataFrame, done: Match) -> pl.DataFrame:
    """case_id, into: the younger cases of every cluster, and its oldest."""
    name = known.get_column("case_id")
    younger = np.flatnonzero(done.label != np.arange(len(done.label)))
    into = name.gather(pl.Series(done.label[younger], dtype=pl.Int64))
    return pl.DataFrame({"case_id": name.gather(pl.Series(younger, dtype=pl.Int64)), "into": into})


def _finding(links: pl.DataFrame, code: str, field: str, detail: str) -> pl.DataFrame:
    """On the younger record of every pair."""
    names = links.select(record_id="right_id").unique().sort("record_id")
    return names.with_columns(code=pl.lit(code), field=pl.lit(field), detail=pl.lit(detail))
