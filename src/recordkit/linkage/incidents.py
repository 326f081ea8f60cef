"""One incident under two numbers: cases that name the same people at the same time, weighed by what else agrees.

A number typed with a slip, a transfer that nobody quoted, two agencies' numbers. The weights are declared in
linkage.toml, not fitted: the same two cases get the same answer in every month.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from recordkit import details
from recordkit.linkage import edges, graph, human_decisions, incident_comparisons, quoted_numbers
from recordkit.linkage.edges import HUMAN
from recordkit.linkage.engine import blocking
from recordkit.linkage.engine.clusters import agglomerate
from recordkit.linkage.graph import Ints
from recordkit.linkage.incident_comparisons import Sides
from recordkit.linkage.spec import Incidents
from recordkit.stable_ids import U64

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
        cases_sharing_people(known, people, spec),
        nameless(known, charges, people, members),
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
            _finding(grey, "RK510", "fir_no", details.text("maybe_other_number")),
            _finding(merged, "RK521", "fir_no", details.text("other_number_one_case")),
            _finding(crossed, "RK512", "reference", details.text("turned_roles")),
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


def cases_sharing_people(known: pl.DataFrame, people: pl.DataFrame, spec: Incidents) -> tuple[Ints, Ints]:
    """Places in `known` of every two cases that name one person, registered within `days`, the older first.

    A person is a name with a relative's in one district (or in any, where a case has none), or a card. Whoever is
    named in more than `most` cases in that time (a complainant by office) brings nobody together.
    """
    placed = people.select("case_id", "name_key", "relative_key", "cnic").join(
        known.select("case_id", "case", "district", "registered_on"), on="case_id"
    )
    found = [_near(placed, columns, spec) for columns in (("name_key", "relative_key", "district"), ("cnic",))]
    found.append(_anywhere(placed, spec))
    return blocking.unpack(np.unique(np.concatenate(found)))


def _anywhere(placed: pl.DataFrame, spec: Incidents) -> U64:
    """Packed pairs of cases of which one has no district, such as those of a federal office."""
    name = ["name_key", "relative_key"]
    nowhere = placed.filter(pl.col("district").is_null()).select(*name).drop_nulls().unique()
    pairs = _near(placed.join(nowhere, on=name, how="semi"), tuple(name), spec)
    bare = placed.filter(pl.col("district").is_null())["case"].unique().to_numpy()
    left, right = blocking.unpack(pairs)
    return pairs[np.isin(left, bare) | np.isin(right, bare)]


def nameless(
    known: pl.DataFrame, charges: pl.DataFrame, people: pl.DataFrame, members: pl.DataFrame
) -> tuple[Ints, Ints]:
    """Places in `known` of every two cases of which one names nobody: of one station, day and sections, under numbers
    that a slip of the pen makes of each other. The older first."""
    named = people.filter(pl.any_horizontal(pl.col("name_key", "cnic").is_not_null())).select("case_id").unique()
    sections = incident_comparisons.sections(charges, members).select("case_id", pl.col("sections").list.join("\x1e"))
    placed = known.join(sections, on="case_id").with_columns(home=pl.coalesce("district", "agency"))
    key = ["home", "police_station", "year", "registered_on", "sections"]
    asking = placed.join(named, on="case_id", how="anti").select(*key, "case", "number")
    both = asking.join(placed.select(*key, "case", "number"), on=key).filter(pl.col("case") != pl.col("case_right"))
    if both.is_empty():
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    degree = incident_comparisons.degree(both["number"], both["number_right"])
    near = both.filter(degree.is_in(["two digits turned", "one slip"]).fill_null(False))
    left, right = (near[name].to_numpy().astype(np.int64) for name in ("case", "case_right"))
    return blocking.unpack(np.unique(blocking.pack(np.minimum(left, right), np.maximum(left, right))))


def _near(placed: pl.DataFrame, columns: tuple[str, ...], spec: Incidents) -> U64:
    """Packed pairs of cases with one key within `days`: each row looks ahead in the order of key and date."""
    code = graph.codes(placed, columns, folded=False)
    frame = placed.select("case", day=pl.col("registered_on").cast(pl.Int32)).with_columns(pl.Series("code", code))
    frame = frame.filter(pl.col("code") != 0).unique().sort("code", "day", "case")
    key, day = frame["code"].to_numpy(), frame["day"].to_numpy()
    case = frame["case"].to_numpy().astype(np.int64)
    at = np.arange(len(key))
    made: list[U64] = []
    owner: list[Ints] = []
    crowded = np.zeros(0, np.uint64)
    for ahead in range(1, spec.most + 1):
        at = at[at + ahead < len(key)]
        at = at[(key[at] == key[at + ahead]) & (day[at + ahead] - day[at] <= spec.days)]
        if not len(at):
            break
        made.append(blocking.pack(case[at], case[at + ahead]))
        owner.append(at)
        crowded = key[at] if ahead == spec.most else crowded
    if not made:
        return np.zeros(0, np.uint64)
    kept = ~np.isin(key[np.concatenate(owner)], np.unique(crowded))
    pairs: U64 = np.concatenate(made)[kept]
    return pairs
