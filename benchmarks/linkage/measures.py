"""Pairwise, cluster and B-cubed precision, recall and F1 of a clustering against the truth."""

from __future__ import annotations

import polars as pl


def _pairs(sizes: pl.Series) -> float:
    n = sizes.cast(pl.Float64)
    return float((n * (n - 1) / 2).sum())


def measures(found: pl.Series, truth: pl.Series) -> dict[str, float]:
    """`found` and `truth`: labels of the same rows. cluster: share of the clusters of two or more that are exact
    (precision, of the found ones; recall, of the true ones); pairwise; bcubed."""
    frame = pl.DataFrame({"found": found, "truth": truth})
    both = frame.group_by("found", "truth").len("both")
    f = frame.group_by("found").len("f")
    t = frame.group_by("truth").len("t")
    joined = both.join(f, on="found").join(t, on="truth")
    exact = joined.filter((pl.col("both") == pl.col("f")) & (pl.col("both") == pl.col("t")))
    true_pairs = _pairs(joined["both"])
    weighted = joined.with_columns(p=pl.col("both") ** 2 / pl.col("f"), r=pl.col("both") ** 2 / pl.col("t"))
    made, wanted = f.filter(pl.col("f") > 1).height, t.filter(pl.col("t") > 1).height
    hits = exact.filter(pl.col("both") > 1).height
    every = exact.height
    return {
        **_prf("pair", true_pairs / max(_pairs(f["f"]), 1), true_pairs / max(_pairs(t["t"]), 1)),
        **_prf("cluster", every / f.height, every / t.height),
        **_prf("group", hits / max(made, 1), hits / max(wanted, 1)),
        **_prf("bcubed", weighted["p"].sum() / frame.height, weighted["r"].sum() / frame.height),
    }


def _prf(name: str, precision: float, recall: float) -> dict[str, float]:
    both = precision + recall
    return {f"{name}_p": precision, f"{name}_r": recall, f"{name}_f1": 2 * precision * recall / both if both else 0.0}
