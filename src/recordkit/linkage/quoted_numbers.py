"""Numbers that one record quotes of another, resolved to the one case that they can mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from recordkit import details
from recordkit.linkage import graph
from recordkit.linkage.edges import Edges
from recordkit.linkage.graph import Ints
from recordkit.linkage.spec import Cases, Key
from recordkit.stable_ids import U64

FIELDS = {"fir_no": pl.String, "fir_year": pl.Int32, "police_station": pl.String, "district": pl.String}
TYPE = pl.List(pl.Struct(FIELDS))


COLUMNS: dict[str, pl.DataType | type[pl.DataType]] = {
    "record_id": pl.String, "file_sha256": pl.String, "sheet": pl.String, "row": pl.Int64, "part": pl.Int32,
    "agency": pl.String, "period": pl.String, "received": pl.String, "stage": pl.String, "status": pl.String,
    "province": pl.String, "division": pl.String, "district": pl.String, "police_station": pl.String,
    "office": pl.String, "fir_no": pl.String, "fir_year": pl.Int32, "enquiry_no": pl.String,
    "enquiry_year": pl.Int32, "e_tag": pl.String, "area": pl.String, "registered_on": pl.Date,
    "references": TYPE,
}  # fmt: skip
AGE = ("received", "period", "record_id")


@dataclass(frozen=True)
class Quoted:
    """same: one case under two numbers; transferred: those inside one authority; related: not merged."""

    same: Edges
    transferred: Edges
    related: Edges
    dangling: Ints

    def findings(self, records: pl.DataFrame, label: Ints) -> pl.DataFrame:
        """RK514 for transfers, RK512 for cross versions."""
        joined = label[self.transferred.left] == label[self.transferred.right]
        return pl.concat([
            _finding(records, self.transferred.right[joined], "RK514", details.text("case_moved")),
            _finding(records, self.related.right, "RK512", details.text("quotes_case_here")),
        ])  # fmt: skip


def _finding(records: pl.DataFrame, nodes: Ints, code: str, detail: str) -> pl.DataFrame:
    names = records.get_column("record_id").gather(pl.Series(np.unique(nodes)))
    return pl.DataFrame({"record_id": names}).with_columns(
        code=pl.lit(code), field=pl.lit("reference"), detail=pl.lit(detail)
    )


def why_related() -> str:
    """The reason of a link between two cases of which one quotes the other."""
    return details.text("quotes_another")


def prepared(cases: pl.DataFrame) -> pl.DataFrame:
    """One row per record_id, oldest first; a row sent again is the record it was when first received."""
    known = graph.ensure(cases, COLUMNS).select(list(COLUMNS))
    known = known.with_columns(
        received=pl.coalesce("received", "period"),
        fir_year=pl.coalesce("fir_year", pl.col("registered_on").dt.year()),
    )
    return known.sort(*AGE, "file_sha256", "sheet", "row", nulls_last=True).unique(
        "record_id", keep="first", maintain_order=True
    )


def edges(records: pl.DataFrame, primary: U64, spec: Cases) -> Quoted:
    """Every quotation that means exactly one other number, judged by who quotes whom."""
    quotes = explode(records)
    target = np.full(quotes.height, -1, np.int64)
    for key in spec.references:
        target = resolve(records, primary, quotes, key, target)
    source = quotes.get_column("node").to_numpy()
    found = (target >= 0) & (primary[target] != primary[source])
    dangling = np.unique(source[target < 0])
    source, target = source[found], target[found]
    near = _near(records, source, target, spec.reference_days)
    source, target = source[near], target[near]
    inside = _same_authority(records, source, target, spec)
    moved = _moved(records, source, target, primary, spec)
    same = ~inside | moved
    return Quoted(
        Edges.of(source[same], target[same], details.text("quotes_its_number")),
        Edges.of(source[inside & moved], target[inside & moved], "transferred"),
        Edges.of(source[~same], target[~same], why_related()),
        dangling,
    )


def explode(records: pl.DataFrame) -> pl.DataFrame:
    """One row per quoted number: `node` (Int64, the row of `records`) and the fields of `references`."""
    return (
        records.select(pl.int_range(pl.len(), dtype=pl.Int64).alias("node"), "references")
        .filter(pl.col("references").list.len() > 0)
        .explode("references")
        .unnest("references")
    )


def resolve(records: pl.DataFrame, primary: U64, quotes: pl.DataFrame, key: Key, known: Ints) -> Ints:
    """Oldest record of the only number that fits, for the quotations not resolved yet."""
    asked = graph.only_when_empty(quotes, key.when_empty, graph.codes(quotes, key.columns))
    numbered = pl.DataFrame({"code": graph.codes(records, key.columns), "primary": primary}).with_row_index("target")
    candidates = (
        numbered.filter((pl.col("code") != 0) & (pl.col("primary") != 0))
        .join(pl.DataFrame({"code": asked}), on="code", how="semi")
        .group_by("code")
        .agg(
            pl.col("target").min().cast(pl.Int64),
            (pl.col("primary").min() == pl.col("primary").max()).alias("only"),
        )
        .filter("only")
    )
    answer = pl.DataFrame({"code": asked}).join(candidates, on="code", how="left", maintain_order="left")
    target = answer.get_column("target").fill_null(-1).to_numpy()
    return np.where((known < 0) & (asked != 0), target, known)


def _near(records: pl.DataFrame, source: Ints, target: Ints, days: int) -> npt.NDArray[np.bool_]:
    """Registered within `days` of each other, or one of them without a date."""
    date = records.get_column("registered_on")
    days_between = (date.gather(pl.Series(source)) - date.gather(pl.Series(target))).dt.total_days().abs()
    return (days_between.fill_null(0) <= days).to_numpy()


def _same_authority(records: pl.DataFrame, source: Ints, target: Ints, spec: Cases) -> npt.NDArray[np.bool_]:
    """The two records were registered by one authority."""
    parts = [graph.coalesced(column).fill_null("") for column in spec.authority]
    authority = records.select(pl.concat_str(parts, separator="\x1f")).to_series()
    agency = records.get_column("agency")
    left, right = pl.Series(source), pl.Series(target)
    return (
        (authority.gather(left) == authority.gather(right)) | (agency.gather(left) == agency.gather(right))
    ).fill_null(False).to_numpy()  # fmt: skip


def _moved(records: pl.DataFrame, source: Ints, target: Ints, primary: U64, spec: Cases) -> npt.NDArray[np.bool_]:
    """One of the two cases has a status that says it was sent elsewhere."""
    sent = records.get_column("status").is_in(list(spec.transfer_statuses)).fill_null(False).to_numpy()
    numbers = np.unique(primary[sent & (primary != 0)])
    by_number = np.isin(primary[source], numbers) | np.isin(primary[target], numbers)
    result: npt.NDArray[np.bool_] = sent[source] | sent[target] | by_number
    return result
