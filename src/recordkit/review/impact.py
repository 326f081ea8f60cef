"""What an answer is worth: how many published figures it may move, and about which head, province and agency."""

from __future__ import annotations

import polars as pl

from recordkit.store import Edition

ABOUT = {"ref": pl.String, "figures": pl.Int64, "head": pl.String, "province": pl.String, "agency": pl.String}


def figures_affected(edition: Edition, kind: str, refs: pl.Series) -> pl.DataFrame:
    """ABOUT, one row per ref. Case: the case, its charges, victims and accused, each counted once (an enquiry: 0).
    Person: the mentions that stand under one identity. A pair is worth its smaller side."""
    return _people(edition, refs) if kind == "person" else _cases(edition, refs)


def _cases(edition: Edition, refs: pl.Series) -> pl.DataFrame:
    wanted = pl.LazyFrame({"ref": refs}, schema={"ref": pl.String})
    about = pl.col("case_id", "stage", "records", "province", "agency")
    exploded = edition.scan("cases").select(about, head="npb_head").explode("records").rename({"records": "ref"})
    found = exploded.join(wanted, on="ref", how="semi")
    ids = found.select("case_id").unique()
    charges = edition.scan("charges").join(ids, on="case_id", how="semi").group_by("case_id").agg(charges=pl.len())
    counted = pl.col("role").is_in(["accused", "victim"])
    people = edition.scan("persons").filter(counted).join(ids, on="case_id", how="semi").group_by("case_id")
    whole = found.join(charges, on="case_id", how="left").join(people.agg(people=pl.len()), on="case_id", how="left")
    figures = 1 + pl.col("charges").fill_null(0) + pl.col("people").fill_null(0)
    return _conform(whole.with_columns(figures=pl.when(pl.col("stage") == "case").then(figures).otherwise(0)))


def _people(edition: Edition, refs: pl.Series) -> pl.DataFrame:
    wanted = pl.LazyFrame({"ref": refs}, schema={"ref": pl.String})
    persons = edition.scan("persons").select("person_id", "case_id", "mention_refs")
    found = persons.explode("mention_refs").rename({"mention_refs": "ref"}).join(wanted, on="ref", how="semi")
    known = edition.scan("identities").select("person_id", figures="mentions")
    cases = edition.scan("cases").select("case_id", "province", "agency", head="npb_head")
    return _conform(found.join(known, on="person_id", how="left").join(cases, on="case_id", how="left"))


def _conform(rows: pl.LazyFrame) -> pl.DataFrame:
    kept = rows.select(pl.col(name).cast(dtype) for name, dtype in ABOUT.items())
    return kept.collect(engine="streaming").unique("ref", keep="any").sort("ref")
