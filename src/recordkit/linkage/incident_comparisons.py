"""How alike two cases are: what agrees, and what every agreement weighs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
import polars as pl
from rapidfuzz.distance import OSA, Levenshtein
from rapidfuzz.process import cpdist

from recordkit.linkage import graph
from recordkit.linkage.graph import Ints
from recordkit.linkage.spec import Incidents, Together

# By judgement; the weight of the degree was chosen on seed 11 of benchmarks/cases.
CLOSE = 5  # numbers this near each other are neighbours in the register
# Days between two registrations that count as near. By judgement; its weight likewise.
SOON = 3  # days


@dataclass(frozen=True)
class Sides:
    """left, right: places in the list of cases. one, other: what is known of the two, row by row."""

    left: Ints
    right: Ints
    one: pl.DataFrame
    other: pl.DataFrame

    @classmethod
    def of(
        cls, known: pl.DataFrame, cases: pl.DataFrame, charges: pl.DataFrame, people: pl.DataFrame,
        members: pl.DataFrame, left: Ints, right: Ints, transfer_statuses: tuple[str, ...],
    ) -> Self:  # fmt: skip
        """Everything of the cases that are in a pair, gathered once per case."""
        places = np.unique(np.concatenate([left, right]))
        asked = known.filter(pl.Series(np.isin(np.arange(known.height), places)))
        mine = members.join(asked.select("case_id"), on="case_id", how="semi")
        whole = (
            asked.join(_reported(cases, mine, transfer_statuses), on="case_id", how="left", maintain_order="left")
            .join(sections(charges, mine), on="case_id", how="left", maintain_order="left")
            .join(_named(people, asked), on="case_id", how="left", maintain_order="left")
        )
        at = [pl.Series(np.searchsorted(places, side), dtype=pl.Int64) for side in (left, right)]
        return cls(left, right, whole[at[0]], whole[at[1]])


def _reported(cases: pl.DataFrame, mine: pl.DataFrame, transfer_statuses: tuple[str, ...]) -> pl.DataFrame:
    """case_id, occurred_from (the earliest that was said), moved: any report says that it was sent elsewhere."""
    types = {"occurred_from": pl.Date, "status": pl.String}
    known = graph.ensure(cases, types).select("record_id", *types).join(mine, on="record_id")
    moved = pl.col("status").is_in(list(transfer_statuses)).fill_null(False).any()
    return known.group_by("case_id").agg(pl.col("occurred_from").min(), moved=moved)


def sections(charges: pl.DataFrame, mine: pl.DataFrame) -> pl.DataFrame:
    """case_id, sections: every act and section of any report."""
    schema = {"record_id": pl.String, "act": pl.String, "section": pl.String}
    said = graph.ensure(charges, schema).select(list(schema)).join(mine, on="record_id").drop_nulls("section")
    text = pl.concat_str("act", "section", separator="\x1f", ignore_nulls=True)
    return said.group_by("case_id").agg(text.unique().sort().alias("sections"))


def _named(people: pl.DataFrame, asked: pl.DataFrame) -> pl.DataFrame:
    """case_id and lists: names, cards, who has which, and the people who accuse (or suffered) and who are accused."""
    mine = people.join(asked.select("case_id"), on="case_id", how="semi")
    whole = pl.concat_str("name_key", "relative_key", separator="\x1f")
    carded = whole.filter(pl.col("cnic").is_not_null())
    accused = pl.col("role") == "accused"
    return mine.group_by("case_id").agg(
        pl.col("name_key").drop_nulls().unique().sort().alias("names"),
        pl.col("cnic").drop_nulls().unique().sort().alias("cards"),
        carded.drop_nulls().unique().sort().alias("carded"),
        pl.concat_str(whole, "cnic", separator="\x1f").drop_nulls().unique().sort().alias("held"),
        whole.filter(accused).drop_nulls().unique().sort().alias("accused"),
        whole.filter(~accused).drop_nulls().unique().sort().alias("others"),
    )


def weighed(sides: Sides, spec: Incidents) -> pl.DataFrame:
    """left, right, left_id, right_id, match_weight, reasons (with bits), crossed: somebody accuses in one and is
    accused in the other; soon: nothing says that they are two events; nobody: one of them names nobody."""
    both = pl.concat([
        sides.one.rename({name: f"{name}_l" for name in sides.one.columns}),
        sides.other.rename({name: f"{name}_r" for name in sides.other.columns}),
    ], how="horizontal")  # fmt: skip
    weights: dict[str, pl.Series] = {}
    reasons = [pl.Series("prior", [f"prior {spec.prior:+.2f}"], dtype=pl.String).new_from_index(0, both.height)]
    for comparison in spec.comparisons:
        level = MEASURES[comparison.name](both)
        bits = {one.name: one.bits for one in comparison.levels}
        text = {one.name: f"{comparison.name}: {one.name} {one.bits:+.2f}" for one in comparison.levels}
        weights[comparison.name] = level.replace_strict(bits, default=0.0, return_dtype=pl.Float64)
        said = level.replace_strict(text, default=None, return_dtype=pl.String)
        reasons.append(said.alias(comparison.name))
    total = pl.DataFrame(weights).sum_horizontal() + spec.prior
    if spec.together is not None:
        over, said = _over(weights, spec.together)
        total = total - over
        reasons.append(said)
    one, other = _common("accused_l", "others_r") > 0, _common("others_l", "accused_r") > 0
    turned = (one & other) | ((one | other) & _same("district"))  # elsewhere one name may be a namesake's
    soon = MEASURES["when"](both).is_in(["another event", "far apart"]).not_().fill_null(False)
    ids = both.select(
        left_id="record_id_l", right_id="record_id_r", crossed=turned.fill_null(False), soon=soon,
        nobody=(_fewer("names") == 0) & (_fewer("cards") == 0),
    )  # fmt: skip
    return ids.with_columns(
        total.alias("match_weight"),
        pl.DataFrame(reasons).select(pl.concat_list(pl.all()).list.drop_nulls()).to_series().alias("reasons"),
        pl.Series("left", sides.left), pl.Series("right", sides.right),
    )  # fmt: skip


def _over(weights: Mapping[str, pl.Series], together: Together) -> tuple[pl.Series, pl.Series]:
    """Bits above what some comparisons may weigh together, and the reason that says so where there are any."""
    summed = pl.DataFrame({name: weights[name] for name in together.comparisons}).sum_horizontal()
    over = (summed - together.most).clip(lower_bound=0.0)
    said = f"{' and '.join(together.comparisons)} together: at most {together.most:g}"
    text = pl.concat_str(pl.lit(f"{said} -"), pl.col("over").round(2).cast(pl.String))
    frame = pl.DataFrame({"over": over})
    return over, frame.select(pl.when(pl.col("over") > 0).then(text).alias("together")).to_series()


def _common(one: str, other: str) -> pl.Expr:
    return pl.col(one).list.set_intersection(other).list.len().cast(pl.Int32)


def _same(name: str) -> pl.Expr:
    return (pl.col(f"{name}_l") == pl.col(f"{name}_r")).fill_null(False)


def _same_station() -> pl.Expr:
    """A station's name repeats across districts; an office without a district is its agency's."""
    place = [pl.coalesce(f"district_{side}", f"agency_{side}") for side in "lr"]
    return _same("police_station") & (place[0] == place[1])


def _number(both: pl.DataFrame) -> pl.Series:
    """The two numbers of one station and year; null elsewhere."""
    here = both.select(_same_station() & _same("year")).to_series()
    return pl.DataFrame({"told": degree(both["number_l"], both["number_r"]), "here": here}).select(
        pl.when("here").then("told")
    ).to_series()


def degree(one: pl.Series, other: pl.Series) -> pl.Series:
    """How a number may have become the other."""
    edits, plain = (
        np.asarray(cpdist(one.to_list(), other.to_list(), scorer=scorer, workers=1))
        for scorer in (OSA.distance, Levenshtein.distance)
    )
    digits = [side.str.extract(r"^(\d+)").cast(pl.Int64, strict=False) for side in (one, other)]
    near = ((digits[0] - digits[1]).abs() <= CLOSE).fill_null(False)
    frame = pl.DataFrame({"edits": edits, "plain": plain, "near": near})
    told = (
        pl.when(pl.col("edits") == 0).then(pl.lit("equal"))
        .when((pl.col("edits") == 1) & (pl.col("plain") == 2)).then(pl.lit("two digits turned"))
        .when(pl.col("near")).then(pl.lit("neighbours"))
        .when(pl.col("edits") == 1).then(pl.lit("one slip"))
        .otherwise(pl.lit("different"))
    )  # fmt: skip
    return frame.select(told.alias("number")).to_series()


def _place(both: pl.DataFrame) -> pl.Series:
    """Where the two were registered. Another agency is one that works in the same province, or in all."""
    beside = (pl.col("province_l") == pl.col("province_r")).fill_null(True)
    told = (
        pl.when(_same_station()).then(pl.lit("the same station"))
        .when(~_same("agency") & beside).then(pl.lit("another agency"))
        .when(pl.col("moved_l") | pl.col("moved_r")).then(pl.lit("sent elsewhere"))
        .otherwise(pl.lit("another station"))
    )  # fmt: skip
    return both.select(told).to_series()


def _when(both: pl.DataFrame) -> pl.Series:
    """The days of registration and of what happened. Another agency, or a station to which a case was sent, registers
    it later: there a later day alone tells nothing. One station numbers as it registers: another day there is
    another entry, of people who have met twice on one day."""
    elsewhere = ~_same_station() & (~_same("agency") | pl.col("moved_l") | pl.col("moved_r"))
    registered = (pl.col("registered_on_l") - pl.col("registered_on_r")).dt.total_days().abs()
    happened = _same("occurred_from")
    told = (
        pl.when((registered == 0) & happened).then(pl.lit("both days"))
        .when(happened & _same_station()).then(pl.lit("one event, registered twice"))
        .when(happened).then(pl.lit("day of the event"))
        .when(pl.col("occurred_from_l").is_not_null() & pl.col("occurred_from_r").is_not_null())
        .then(pl.lit("another event"))
        .when(registered == 0).then(pl.lit("day of registration"))
        .when(registered <= SOON).then(pl.lit("within days"))
        .when(elsewhere).then(None)
        .otherwise(pl.lit("far apart"))
    )  # fmt: skip
    return both.select(told).to_series()


def _charges(both: pl.DataFrame) -> pl.Series:
    """The sections of law; null where one side has none."""
    common, fewer = _common("sections_l", "sections_r"), _fewer("sections")
    told = (
        pl.when(fewer == 0).then(None)
        .when(_same("sections")).then(pl.lit("the same"))
        .when(common == fewer).then(pl.lit("one within the other"))
        .when(common > 0).then(pl.lit("some in common"))
        .otherwise(pl.lit("none in common"))
    )  # fmt: skip
    return both.select(told).to_series()


def _people(both: pl.DataFrame) -> pl.Series:
    """How many of the people named on the shorter side are named on the other."""
    common, fewer = _common("names_l", "names_r"), _fewer("names")
    told = (
        pl.when(fewer == 0).then(None)
        .when((common == fewer) & (common > 1)).then(pl.lit("everybody"))
        .when((common == fewer) & _alone()).then(pl.lit("the only one"))
        .when(common == fewer).then(pl.lit("one, and more on one side"))
        .when(common > 1).then(pl.lit("two or more"))
        .otherwise(pl.lit("one of several"))
    )  # fmt: skip
    return both.select(told).to_series()


def _cards(both: pl.DataFrame) -> pl.Series:
    """Cards in common, and one name with two cards; null where one side has none."""
    common, fewer = _common("cards_l", "cards_r"), _fewer("cards")
    other = _common("carded_l", "carded_r") > _common("held_l", "held_r")
    told = (
        pl.when(fewer == 0).then(None)
        .when(common > 1).then(pl.lit("two or more"))
        .when(common == 1).then(pl.lit("one"))
        .when(other).then(pl.lit("another card"))
        .otherwise(pl.lit("none in common"))
    )  # fmt: skip
    return both.select(told).to_series()


def _parties(both: pl.DataFrame) -> pl.Series:
    """Who is named with a relative on both sides, and in which role. Null at one station, where the same parties come
    again with another matter and the numbers tell; and where one side names nobody in a role."""
    accusers, accused = _common("others_l", "others_r"), _common("accused_l", "accused_r")
    told = (
        pl.when(_same_station() | (_fewer("others") == 0) | (_fewer("accused") == 0)).then(None)
        .when((accusers > 0) & (accused > 0)).then(pl.lit("accuser and accused"))
        .when(accused > 1).then(pl.lit("several accused"))
        .when(accused == 1).then(pl.lit("one accused"))
        .when(accusers > 0).then(pl.lit("accuser only"))
        .otherwise(pl.lit("nobody"))
    )  # fmt: skip
    return both.select(told).to_series()


def _alone() -> pl.Expr:
    return (pl.col("names_l").list.len() == 1) & (pl.col("names_r").list.len() == 1)


def _fewer(name: str) -> pl.Expr:
    """How many the side with fewer has; a side without a list has none (`min_horizontal` alone passes over nulls)."""
    return pl.min_horizontal(pl.col(f"{name}_{side}").list.len().fill_null(0) for side in "lr").cast(pl.Int32)


MEASURES: dict[str, Callable[[pl.DataFrame], pl.Series]] = {
    "number": _number, "place": _place, "when": _when, "charges": _charges, "people": _people, "cards": _cards,
    "parties": _parties,
}  # fmt: skip
