"""Which rows are one case: by what they call themselves, by what they quote, by what a person decided."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from recordkit import details, stable_ids
from recordkit.linkage import graph, human_decisions, quoted_numbers
from recordkit.linkage.edges import Edges, concat, settle
from recordkit.linkage.graph import Ints
from recordkit.linkage.spec import Cases
from recordkit.stable_ids import U64


@dataclass(frozen=True)
class CaseLinks:
    """members: record_id, case_id. links: LINKS columns. findings: record_id, code, field, detail."""

    members: pl.DataFrame
    links: pl.DataFrame
    findings: pl.DataFrame


def link(cases: pl.DataFrame, spec: Cases, decisions: pl.DataFrame) -> CaseLinks:
    """Case of every record. `decisions`: record_id pairs judged by people, as `ledger.current` gives them."""
    if not decisions.height and numberless(cases, spec):
        return _each_alone(cases)
    records = quoted_numbers.prepared(cases)
    primary, findings = primary_codes(records, spec)
    everyone = np.arange(records.height, dtype=np.int64)
    found = [Edges.star(everyone, primary, "same number")]
    found += [
        Edges.star(everyone, graph.codes(records, key.columns), f"same {key.name}")
        for key in spec.keys
        if not key.unique
    ]
    quoted = quoted_numbers.edges(records, primary, spec)
    names = records.get_column("record_id")
    judged = human_decisions.decided_edges(decisions, "case", "same", names)
    merging = concat([*found, quoted.same, judged])
    allowed = concat([quoted.transferred, judged])
    cannot_link = human_decisions.decided_edges(decisions, "case", "different", names)

    def forbidden(label: Ints) -> Edges:
        return concat([cannot_link, _rival_numbers(records, label, primary, allowed)])

    label, cut = settle(records.height, merging, forbidden)
    related = concat([quoted.related, cut])
    oldest = records.get_column("record_id").gather(pl.Series(label))
    members = records.select("record_id").with_columns(stable_ids.case_ids(oldest).alias("case_id"))
    merged = merging.select(label[merging.left] == label[merging.right])
    return CaseLinks(
        members, pl.concat([merged.table(records, "case"), related.table(records, "related")]), pl.concat(
            [findings, quoted.findings(records, label)]
        )
    )  # fmt: skip


def numberless(cases: pl.DataFrame, spec: Cases) -> bool:
    """No row has a key, nor quotes one: of each key a column is empty in all rows, as in a list of people."""

    def filled(column: str) -> bool:
        if column == "fir_year" and "registered_on" in cases.columns:  # the day says it
            return True
        names = [name for name in column.split("|") if name in cases.columns]
        return any(cases.get_column(name).null_count() < cases.height for name in names)

    keyed = any(all(filled(column) for column in key.columns) for key in (*spec.keys, *spec.loose))
    return not keyed and not ("references" in cases.columns and cases.get_column("references").list.len().sum())


def _each_alone(cases: pl.DataFrame) -> CaseLinks:
    """Every record is a case of its own."""
    names = graph.ensure(cases, {"record_id": pl.String}).select("record_id").unique(maintain_order=True)
    nothing = Edges.none().table(names, "case").clear()
    found = findings(names.clear(), "", "", "")
    return CaseLinks(names.with_columns(stable_ids.case_ids(names["record_id"]).alias("case_id")), nothing, found)


def primary_codes(records: pl.DataFrame, spec: Cases) -> tuple[U64, pl.DataFrame]:
    """Code of the unique key of every record (0: none), refined where one number holds two cases."""
    code = np.zeros(records.height, np.uint64)
    for key in spec.keys:
        if key.unique:
            here = graph.only_when_empty(records, key.when_empty, graph.codes(records, key.columns))
            code = np.where(code == 0, here, code)
    for key in spec.loose:
        code = _resolve_loose(records, code, graph.codes(records, key.columns), key.when_empty)
    contradicting = sorted({column for key in spec.keys for column in key.contradictions})
    return _refine(records, code, contradicting, spec.contradiction_days)


def _resolve_loose(records: pl.DataFrame, code: U64, loose: U64, when_empty: str | None) -> U64:
    """Give a record with a part missing the code of the only full number that fits it."""
    if when_empty is None:
        return code
    partial = records.get_column(when_empty).is_null().to_numpy() & (loose != 0)
    if not partial.any():
        return code
    full = (
        pl.DataFrame({"loose": loose, "code": code})
        .filter(pl.Series(~partial & (loose != 0) & (code != 0)))
        .group_by("loose")
        .agg(pl.col("code").min(), (pl.col("code").min() == pl.col("code").max()).alias("only"))
        .filter("only")
    )
    asked = pl.DataFrame({"loose": loose}).join(full, on="loose", how="left", maintain_order="left")
    answer = asked.get_column("code").fill_null(0).to_numpy()
    return np.where(partial & (answer != 0), answer, code)


def _refine(records: pl.DataFrame, code: U64, columns: list[str], days: int) -> tuple[U64, pl.DataFrame]:
    """Split the groups whose members were registered far apart, or that differ in a contradicting column."""
    frame = records.select("record_id", "registered_on", *columns).with_columns(
        pl.Series("code", code), pl.int_range(pl.len(), dtype=pl.Int64).alias("node")
    )
    spread = [pl.col("registered_on").max() - pl.col("registered_on").min() > pl.duration(days=days)]
    spread += [pl.col(name).min() != pl.col(name).max() for name in columns]
    doubtful = (
        frame.filter(pl.col("code") != 0).group_by("code").agg(pl.any_horizontal(spread).alias("bad")).filter("bad")
    )
    suspects = frame.join(doubtful.select("code"), on="code", how="semi")
    ranks = [pl.col(name).rank("dense").over("code").fill_null(1) for name in columns]
    split = _with_time_part(suspects, days).with_columns(
        pl.concat_str([part.cast(pl.String) for part in [pl.col("time_part"), *ranks]], separator="/").alias("part")
    )
    refined = stable_ids.hash_text(split.select(pl.concat_str(pl.col("code"), "part", separator="/")).to_series())
    code = code.copy()
    code[split.get_column("node").to_numpy()] = refined
    found = split.with_columns(pl.Series("refined", refined)).filter(pl.col("refined").n_unique().over("code") > 1)
    return code, findings(found, "RK503", "fir_no", details.text("number_of_another_case"))


def _with_time_part(frame: pl.DataFrame, days: int) -> pl.DataFrame:
    """`frame` with `time_part`: the run of dates, no gap longer than `days`, of the row in its group.

    A date whose day and month changed places with another's belongs with it; no date: with the first.
    """
    date = pl.col("registered_on")
    turned = pl.date(date.dt.year(), date.dt.day(), date.dt.month())
    either = pl.when(date.dt.day() <= 12).then(pl.min_horizontal(date, turned)).otherwise(date)
    gap = (date.diff() > pl.duration(days=days)).fill_null(False).cum_sum().over("code")
    return (
        frame.sort("code", "registered_on", "record_id", nulls_last=True)
        .with_columns(run=gap, either=either)
        .with_columns(run=pl.when(date.is_null()).then(0).otherwise("run"))
        .with_columns(time_part=pl.col("run").min().over("code", "either"))
    )


def findings(rows: pl.DataFrame, code: str, field: str, detail: str) -> pl.DataFrame:
    """One finding per row of `rows` (record_id)."""
    return rows.select("record_id", code=pl.lit(code), field=pl.lit(field), detail=pl.lit(detail))


def _rival_numbers(records: pl.DataFrame, label: Ints, primary: U64, allowed: Edges) -> Edges:
    """Oldest records of two numbers of one agency in one component, except transferred ones."""
    frame = (
        records.select("agency")
        .with_columns(pl.Series("label", label), pl.Series("code", primary))
        .with_row_index("node")
        .filter(pl.col("code") != 0)
        .group_by("label", "agency", "code")
        .agg(pl.col("node").min().cast(pl.Int64))
        .filter(pl.len().over("label", "agency") > 1)
    )
    pairs = frame.join(frame, on=["label", "agency"]).filter(pl.col("node") < pl.col("node_right"))
    moved = pl.DataFrame({"code": primary[allowed.left], "code_right": primary[allowed.right]})
    both_ways = pl.concat([moved, moved.select(code="code_right", code_right="code")])
    pairs = pairs.join(both_ways, on=["code", "code_right"], how="anti").sort("node", "node_right")
    return Edges.of(pairs.get_column("node").to_numpy(), pairs.get_column("node_right").to_numpy(), "rival")
