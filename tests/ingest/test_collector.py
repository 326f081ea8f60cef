"""Findings: exact counts and the first of each kind, or every one of them."""

from pathlib import Path

import polars as pl
import pytest

from recordkit import findings, issues
from recordkit.ingest.collector import Collected


@pytest.fixture(scope="module")
def rules() -> issues.Rules:
    return issues.catalogue([Path(__file__).parents[2] / "schemas"])


def found(start: int, height: int) -> pl.DataFrame:
    """Two findings a row: one in a column, one in another."""
    rows = pl.DataFrame({"row": range(start, start + height)})
    parts = [
        rows.with_columns(
            file_sha256=pl.lit("f"), sheet=pl.lit(""), column=pl.lit(column), field=pl.lit(field), code=pl.lit(code),
            value=pl.format("v{}", "row"),
        )
        for column, field, code in (("CNIC", "cnic", "RK304"), ("Mobile", "phone", "RK309"))
    ]  # fmt: skip
    return issues.concat(parts)


def test_counts_are_exact_and_the_first_of_each_kind_are_kept(rules: issues.Rules) -> None:
    collected = Collected(rules, most=3)
    for start in (2, 1_002, 2_002):
        collected.add(found(start, 1_000))
    collected.add(issues.make("RK121", file_sha256="f"))
    counts = collected.counts()
    assert counts is not None
    assert dict(counts.select("code", "count").rows()) == {"RK304": 3_000, "RK309": 3_000, "RK121": 1}
    assert collected.found().height < 100


def test_what_is_shown_is_the_same_as_when_every_finding_is_kept(rules: issues.Rules) -> None:
    few, all_ = Collected(rules, most=4), Collected(rules, most=None)
    for collected in (few, all_):
        for start in (2, 502):
            collected.add(found(start, 500))
        collected.add(issues.make("RK121", file_sha256="f", detail="a return of nothing"))
    names, rows = {"f": "a.csv"}, {"f": 1_000}
    short = findings.group(few.found(), names, rows, rules, limit=4, counts=few.counts())
    assert short == findings.group(all_.found(), names, rows, rules, limit=4)
    assert all_.counts() is None


def test_what_is_kept_does_not_grow_with_the_number_of_batches(rules: issues.Rules) -> None:
    kept = []
    for batches in (5, 50):
        collected = Collected(rules, most=3)
        for start in range(2, 2 + batches * 100, 100):
            collected.add(found(start, 100))
        kept.append(collected.found())
    assert kept[0].equals(kept[1])
    assert collected.counts().select("code", "count", "rows").rows() == [
        ("RK304", 5_000, 5_000),
        ("RK309", 5_000, 5_000),
    ]  # type: ignore[union-attr]


def test_a_sink_is_given_every_finding_and_rows_put_aside_are_told(rules: issues.Rules) -> None:
    taken: list[pl.DataFrame] = []
    collected = Collected(rules, most=1, sink=taken.append)
    frames = [found(2, 100), found(2, 4).with_columns(code=pl.lit("RK302"), severity=pl.lit("reject"))]
    assert sorted(collected.add(*frames).unique().rows()) == [(row, "RK302") for row in range(2, 6)]
    assert pl.concat(taken).equals(rules.rate(issues.concat(frames)))


@pytest.mark.parametrize("apart", [True, False])
def test_a_row_with_a_finding_of_one_kind_in_two_frames_is_one_row(rules: issues.Rules, apart: bool) -> None:
    one, other = found(2, 10), found(7, 10).with_columns(value=pl.lit("x"))
    collected = Collected(rules, most=3)
    collected.add(*((one, other) if apart else (pl.concat([one, other]),)))
    counts = collected.counts()
    assert counts is not None
    assert sorted(counts.select("code", "count", "rows").rows()) == [("RK304", 20, 15), ("RK309", 20, 15)]
