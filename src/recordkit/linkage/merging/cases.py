"""The edition's cases: one row per real case, from all the submissions that reported it."""

from __future__ import annotations

import polars as pl

from recordkit.linkage import Linked, graph
from recordkit.linkage.merging import majority_value
from recordkit.linkage.merging.survivorship import newest, oldest_first, origin, summed, values_of
from recordkit.tables import Table

_NUMBERS = ("fir_no", "enquiry_no", "e_tag")
RELATED: graph.Types = {"case_id": pl.String, "related_cases": pl.List(pl.String)}


def cases(
    submissions: pl.DataFrame, table: Table, related: pl.DataFrame | None = None, charges: pl.DataFrame | None = None
) -> pl.DataFrame:
    """One row per case_id, sorted: what `table` declares (merge, of, facts), agency, last_changed, period,
    related_cases, source_rows; and the principal offence when `charges` (merged, with is_principal) are given.

    submissions: with the case_id of each, all of those cases. related: as `related` makes it. What a registration says
    of itself (facts) is taken from the agency that registered the case first.
    """
    frame, own = _frames(submissions)
    relations = pl.DataFrame(schema=RELATED) if related is None else related
    block = [name for fact in table.facts for name in table.merged_together(fact) if name in frame.columns]
    shared = [name for name in values_of(frame, table) if name not in block]
    merged = (
        newest(majority_value.settled(_of_first(own), table), ["case_id"], block)
        .join(newest(frame, ["case_id"], shared, table.merges), on="case_id", how="left", maintain_order="left")
        .join(own.group_by("case_id").agg(agency=pl.col("first_agency").first()), on="case_id", maintain_order="left")
        .join(summed(frame, ["case_id"], table), on="case_id", how="left", maintain_order="left")
        .join(_last_changed(frame, block + shared), on="case_id", how="left", maintain_order="left")
        .join(relations, on="case_id", how="left", maintain_order="left")
        .join(origin(frame, ["case_id"]), on="case_id", how="left", maintain_order="left")
    )
    month = pl.col("registered_on").dt.strftime("%Y-%m") if "registered_on" in block else pl.lit(None, pl.String)
    merged = merged.with_columns(
        period=pl.coalesce(month, "first_seen"),
        related_cases=pl.col("related_cases").fill_null([]),
    )
    return merged if charges is None else _with_charges(merged, charges)


def outvoted(submissions: pl.DataFrame, table: Table) -> pl.DataFrame:
    """file_sha256, sheet, row, field: what reports say of a registration and most of the others do not."""
    repeated = submissions.filter(pl.len().over("case_id") > 1)
    return majority_value.outvoted(_of_first(_frames(repeated)[1]), table)


def _frames(submissions: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The submissions, oldest first; the same with the agency that registered the case first."""
    frame = oldest_first(graph.ensure(submissions, dict.fromkeys(_NUMBERS, pl.String)), "case_id")
    return frame, _with_first_agency(frame)


def _of_first(own: pl.DataFrame) -> pl.DataFrame:
    return own.filter(pl.col("agency") == pl.col("first_agency"))


def _with_first_agency(frame: pl.DataFrame) -> pl.DataFrame:
    """`first_agency`: of the first report that has a number, of an FIR before that of an enquiry; a row about a person
    only speaks for a case when nothing else does."""
    numbered = pl.any_horizontal(pl.col(name).is_not_null() for name in _NUMBERS)
    about_person = pl.col("unit") == "person" if "unit" in frame.columns else pl.lit(False)
    early = (pl.col("stage") == "enquiry").fill_null(False) if "stage" in frame.columns else pl.lit(False)
    known = ("case_id", "agency", "period", "received")
    first = (
        frame.select(*known, bare=~numbered, early=early, person=about_person)
        .sort("case_id", "bare", "early", "period", "received", "person", "agency", nulls_last=True)
        .unique("case_id", keep="first", maintain_order=True)
    )
    return frame.join(first.select("case_id", first_agency="agency"), on="case_id", maintain_order="left")


def _last_changed(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Period of the last submission that said something new of a case."""
    plain = [name for name in columns if not frame.schema[name].is_nested() and not name.endswith("_raw")]
    repeated = frame.filter(pl.len().over("case_id") > 1)
    stated = repeated.select(
        "case_id", "period",
        pl.any_horizontal(
            pl.col(name).is_not_null()
            & pl.col(name).ne_missing(pl.col(name).forward_fill().shift(1).over("case_id"))
            for name in plain
        ).alias("new"),
    )  # fmt: skip
    changed = stated.filter("new").group_by("case_id").agg(pl.col("period").max().alias("last_changed"))
    every = frame.group_by("case_id").agg(pl.col("period").min().alias("first"))
    return every.join(changed, on="case_id", how="left").select(
        "case_id", last_changed=pl.coalesce("last_changed", "first")
    )


def related(linked: Linked) -> pl.DataFrame:
    """case_id, related_cases: both ways, from the links of kind `related`."""
    pairs = (
        linked.links.filter(pl.col("kind") == "related")
        .select("left_id", "right_id")
        .join(linked.case_members.rename({"case_id": "a"}), left_on="left_id", right_on="record_id")
        .join(linked.case_members.rename({"case_id": "b"}), left_on="right_id", right_on="record_id")
        .filter(pl.col("a") != pl.col("b"))
    )
    both = pl.concat([pairs.select(case_id="a", other="b"), pairs.select(case_id="b", other="a")])
    return both.group_by("case_id").agg(pl.col("other").unique().sort().alias("related_cases"))


def _with_charges(merged: pl.DataFrame, charges: pl.DataFrame) -> pl.DataFrame:
    """The principal offence's act, section and classes; a charge added later is a change of the case."""
    names = {"act": "principal_act", "section": "principal_section"}
    classes = [name for name in ("npb_head", "iccs_code", "tip_tier") if name in charges.columns]
    principal = charges.filter("is_principal").select("case_id", *names, *classes).rename(names)
    added = charges.group_by("case_id").agg(pl.col("first_seen").max().alias("charged"))
    return (
        merged.drop(*names.values(), *classes, strict=False)
        .join(principal.unique("case_id", keep="any"), on="case_id", how="left", maintain_order="left")
        .join(added, on="case_id", how="left", maintain_order="left")
        .with_columns(last_changed=pl.max_horizontal("last_changed", "charged"))
        .drop("charged")
    )
