"""One incident under two numbers: cases that name the same people at the same time, weighed by what else agrees.

A number typed with a slip, a transfer that nobody quoted, two agencies' numbers. The weights are declared in
linkage.toml, not fitted: the same two cases get the same answer in every month.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from recordkit.linkage import edges, graph, human_decisions, incident_candidates, incident_comparisons, quoted_numbers
from recordkit.linkage.edges import HUMAN
from recordkit.linkage.engine.clusters import agglomerate
from recordkit.linkage.incident_comparisons import Sides
from recordkit.linkage.spec import Incidents

APART = -1000.0  # bits: a human decision, a cross version
# By judgement: two cases that share nobody, in a chain that others hold together.
UNSEEN = -10.0  # bits between two cases of a chain that were not compared


@dataclass(frozen=True)
class Found:
    """case_of: case_id, into: the cases that are part of an older one. links: kinds case and related. review: the
    grey pairs. findings: record_id, code, field, detail."""

    case_of: pl.DataFrame
    links: pl.DataFrame
    review: pl.DataFrame
    findings: pl.DataFrame

    def members(self, members: pl.DataFrame, column: str = "case_id") -> pl.DataFrame:
        """`members` with every joined case under the id of the older one."""
        moved = self.case_of.rename({"case_id": column})
        joined = members.join(moved, on=column, how="left", maintain_order="left")
        return joined.with_columns(pl.coalesce("into", column).alias(column)).drop("into")


def no_incidents() -> Found:
    """No case is part of another."""
    links = pl.DataFrame(schema=edges.LINKS)
    findings = pl.DataFrame(schema=dict.fromkeys(("record_id", "code", "field", "detail"), pl.String))
    return Found(pl.DataFrame(schema={"case_id": pl.String, "into": pl.String}), links, links, findings)


def find_incidents(
    cases: pl.DataFrame, charges: pl.DataFrame, people: pl.DataFrame, members: pl.DataFrame, links: pl.DataFrame,
    spec: Incidents, transfer_statuses: tuple[str, ...], decisions: pl.DataFrame,
) -> Found:  # fmt: skip
    """Weigh every two cases with numbers that name one person within `days`. `links`: what the numbers have shown."""
    known = _one_row_each(cases, members)
    sharing, bare = (
        incident_candidates.cases_sharing_people(known, people, spec),
        incident_candidates.nameless(known, charges, people, members),
    )
    left, right = (np.concatenate([one, other]) for one, other in zip(sharing, bare, strict=True))
    sides = incident_comparisons.Sides.of(known, cases, charges, people, members, left, right, transfer_statuses)
    judged = _judged(sides, known, links, members, decisions)
    weighed = incident_comparisons.weighed(sides, spec).with_columns(judged)
    crossed = weighed.filter(pl.col("crossed") & pl.col("soon") & ~pl.col("told"))
    free = weighed.filter(~pl.col("crossed") & ~pl.col("told"))
    enough = pl.col("match_weight") >= spec.threshold
    strong = free.filter(enough & ~pl.col("nobody"))  # where a side names nobody, people are asked
    case_of, joined = _clusters(strong, weighed, known)
    merged = strong.filter(joined)
    grey = pl.concat([
        free.filter((pl.col("match_weight") >= spec.review) & (~enough | pl.col("nobody"))),
        strong.filter(~joined),
    ])  # fmt: skip
    return Found(
        case_of,
        pl.concat([_links(merged, "case"), _links(crossed, "related")]),
        _links(grey, "case"),
        pl.concat([
            _finding(grey, "RK510", "fir_no", "may be the incident of another number"),
            _finding(merged, "RK521", "fir_no", "another number, everything else agrees: one case"),
            _finding(crossed, "RK512", "reference", "the same people in turned roles: related, not merged"),
        ]),
    )  # fmt: skip


def _one_row_each(cases: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    """The oldest numbered and dated record of every case or enquiry, oldest first, with its place as `case`."""
    records = quoted_numbers.prepared(cases).join(members, on="record_id", maintain_order="left").with_columns(
        police_station=pl.coalesce("police_station", "office"),
        number=pl.coalesce("fir_no", pl.format("enquiry {}", "enquiry_no")),
        year=pl.when(pl.col("fir_no").is_not_null()).then("fir_year").otherwise("enquiry_year"),
    )  # fmt: skip
    numbered = records.filter(pl.col("number").is_not_null() & pl.col("registered_on").is_not_null())
    columns = [
        "record_id", "case_id", "agency", "province", "district", "police_station", "registered_on", "number", "year",
    ]  # fmt: skip
    return numbered.unique("case_id", keep="first", maintain_order=True).select(columns).with_row_index("case")


def _judged(
    sides: Sides, known: pl.DataFrame, links: pl.DataFrame, members: pl.DataFrame, decisions: pl.DataFrame
) -> pl.Series:
    """Pairs of cases about which something is known: related by a quotation, or decided by a person."""
    quoted = (pl.col("kind") == "related") & pl.col("reasons").list.contains(quoted_numbers.QUOTES)
    told = links.filter(quoted | pl.col("reasons").list.contains(HUMAN)).select("left_id", "right_id")
    word = human_decisions.current(decisions).filter((pl.col("kind") == "case") & (pl.col("verdict") != "unsure"))
    both = pl.concat([told, word.select("left_id", "right_id")])
    case_of = members.select(pl.col("record_id"), "case_id")
    pairs = (
        both.join(case_of, left_on="left_id", right_on="record_id")
        .join(case_of, left_on="right_id", right_on="record_id", suffix="_r")
        .select(one=pl.min_horizontal("case_id", "case_id_r"), other=pl.max_horizontal("case_id", "case_id_r"))
        .unique()
        .with_columns(told=pl.lit(True))
    )
    name = known.get_column("case_id")
    asked = pl.DataFrame({"a": name.gather(pl.Series(sides.left)), "b": name.gather(pl.Series(sides.right))})
    asked = asked.select(one=pl.min_horizontal("a", "b"), other=pl.max_horizontal("a", "b"))
    return asked.join(pairs, on=["one", "other"], how="left", maintain_order="left")["told"].fill_null(False)


def _clusters(strong: pl.DataFrame, weighed: pl.DataFrame, known: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """case_id, into; and which of the strong pairs hold. A chain is judged by all its pairs: no weak link joins."""
    left, right = strong["left"].to_numpy().astype(np.int64), strong["right"].to_numpy().astype(np.int64)
    nodes, place = np.unique(np.concatenate([left, right]), return_inverse=True)
    a, b = place[: len(left)], place[len(left) :]
    label = graph.components(len(nodes), a, b)
    for root, pairs in _chains(weighed, nodes, label).items():
        inside = np.flatnonzero(label == root)
        label[inside] = inside[agglomerate(_matrix(inside, pairs), 0.0)]
    name = known.get_column("case_id")
    older = label != np.arange(len(nodes))
    case_of = pl.DataFrame({
        "case_id": name.gather(pl.Series(nodes[older], dtype=pl.Int64)),
        "into": name.gather(pl.Series(nodes[label[older]], dtype=pl.Int64)),
    })  # fmt: skip
    return case_of, pl.Series(label[a] == label[b], dtype=pl.Boolean)


def _chains(weighed: pl.DataFrame, nodes: graph.Ints, label: graph.Ints) -> dict[int, pl.DataFrame]:
    """Of every component of more than two cases the pairs that were weighed: a, b (places in `nodes`), bits."""
    chained = np.bincount(label, minlength=len(nodes))[label] > 2
    case = pl.Series("case", nodes, dtype=weighed.schema["left"])
    placed = pl.DataFrame({"case": case, "at": np.arange(len(nodes)), "root": label}).filter(pl.Series(chained))
    bits = pl.when(pl.col("crossed") | pl.col("told")).then(APART).otherwise("match_weight")
    pairs = (
        weighed.select("left", "right", bits.alias("bits"))
        .join(placed.rename({"case": "left", "at": "a"}), on="left")
        .join(placed.rename({"case": "right", "at": "b"}), on=["right", "root"])
    )
    return {part.item(0, "root"): part for part in pairs.partition_by("root")}


def _matrix(inside: graph.Ints, pairs: pl.DataFrame) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """Bits between every two cases of one component."""
    found = np.full((len(inside), len(inside)), UNSEEN)
    one, other = (np.searchsorted(inside, pairs[side].to_numpy().astype(np.int64)) for side in "ab")
    found[one, other] = found[other, one] = pairs["bits"].to_numpy()
    return found


def _links(pairs: pl.DataFrame, kind: str) -> pl.DataFrame:
    weight = pl.col("match_weight") if kind == "case" else pl.lit(None, dtype=pl.Float64)
    reasons = pl.col("reasons") if kind == "case" else pl.lit(["the same people in turned roles"])
    rows = pairs.select("left_id", "right_id", kind=pl.lit(kind), match_weight=weight, reasons=reasons)
    return edges.with_ids(rows)


def _finding(rows: pl.DataFrame, code: str, field: str, detail: str) -> pl.DataFrame:
    """On the younger record of every pair."""
    names = rows.select(record_id="right_id").unique().sort("record_id")
    return names.with_columns(code=pl.lit(code), field=pl.lit(field), detail=pl.lit(detail))
