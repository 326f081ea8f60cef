"""Arithmetic of returned counts once all are known: kept totals, filled-in blanks, sources that disagree."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from recordkit import details, issues

# Which cell a finding is about; head and place are not personal.
_CELL = pl.concat_str(
    pl.col("period"), pl.coalesce("district", "_province"), pl.col("head"), separator=", ", ignore_nulls=True
)  # fmt: skip
TOTAL_HEAD = "TOTAL"  # the code of the head that is the sum of all others
_TABLE = ("file_sha256", "sheet", "period")
_PLACE = ("_province", "district")
_KEYS = ("file_sha256", "sheet", "row", "part")
HEADS, PROVINCE, NATION = "heads", "province", "nation"  # what a total is the sum of: of the places of one, or of all


def check(returns: pl.DataFrame, by: Sequence[str] = ("agency", "format")) -> pl.DataFrame:
    """Findings (ISSUE_SCHEMA, severity open) about rows of the returns table, all files together.

    RK506: a kept total is not the sum of its parts, along the heads of a place or along the places of a head.
    RK516: a count that contradicts its totals and repeats its neighbour, or is blank in another source.
    RK241: two rows of one sheet give different counts for one place and head.
    RK517: two sources (`by` tells them apart) give different counts for one period, place and head.

    Wanted columns: file_sha256, sheet, row, part, period, province, district, head, count, is_total and those
    of `by`; province_raw and count_raw are used when present. Keep rows whose count was unreadable (count null,
    count_raw given): they are how a gap is told from a mistake.
    """
    cells = _prepared(returns, by)
    sums = pl.concat([_along_heads(cells), _along_places(cells)])
    found = [_twice_in_sheet(cells), _disagreeing_totals(sums), _filled_blanks(cells, sums)]
    found.append(_disagreeing_sources(cells))
    return issues.concat(part for part in found if part.height)


def _prepared(returns: pl.DataFrame, by: Sequence[str]) -> pl.DataFrame:
    """One row per cell, with the place as resolved or, failing that, as written; blanks left out."""
    raw = pl.col("province_raw").str.strip_chars() if "province_raw" in returns.columns else pl.lit(None)
    written = pl.col("district_raw").str.to_lowercase() if "district_raw" in returns.columns else pl.lit("")
    lost = pl.col("count_raw").is_not_null() if "count_raw" in returns.columns else pl.lit(False)
    return returns.select(
        *_KEYS,
        "period",
        "district",
        "head",
        "is_total",
        pl.col("count").cast(pl.Int64),
        pl.coalesce("province", raw).fill_null("").alias("_province"),
        (pl.col("count").is_null() & lost).alias("_lost"),
        written.alias("_written"),
        pl.concat_str([pl.col(name).fill_null("") for name in by], separator="/").alias("_source"),
    ).filter(pl.col("count").is_not_null() | pl.col("_lost"))


def _twice_in_sheet(cells: pl.DataFrame) -> pl.DataFrame:
    """RK241 on every cell for which another row of its sheet has another count."""
    key = [*_TABLE, *_PLACE, "_written", "head"]
    atoms = cells.filter(~pl.col("is_total"), pl.col("district").is_not_null(), pl.col("head").is_not_null())
    repeated = atoms.group_by(key).agg(
        pl.col("row").n_unique().alias("_rows"), pl.col("count").n_unique().alias("_counts")
    )
    wrong = repeated.filter(pl.col("_rows") > 1, pl.col("_counts") > 1).select(*key, "_rows")
    hit = atoms.join(wrong, on=key, nulls_equal=True)
    return _findings(hit, "RK241", details.column("other_counts_in_rows", cell=_CELL, count="count", rows="_rows"))


# -------------------------------------------------------------------------------------------- totals


def _along_heads(cells: pl.DataFrame) -> pl.DataFrame:
    """Every place's TOTAL beside the sum of its heads."""
    keys = [*_TABLE, *_PLACE]
    parts = cells.filter(pl.col("head") != TOTAL_HEAD).group_by(keys).agg(*_summed())
    totals = cells.filter(pl.col("head") == TOTAL_HEAD)
    return _beside(totals, totals.join(parts, on=keys, nulls_equal=True), HEADS)


def _along_places(cells: pl.DataFrame) -> pl.DataFrame:
    """Every total of places beside the sum of its districts, or of the provinces when it is the nation's."""
    keys = [*_TABLE, "head"]
    here = [*_TABLE, *_PLACE]
    # A place is a sum of places when one of its plain heads is a total; the sum of its own heads does not count.
    sums = cells.filter(pl.col("is_total") & (pl.col("head") != TOTAL_HEAD)).select(here).unique()
    totals = cells.join(sums, on=here, how="semi", nulls_equal=True).filter(pl.col("is_total"))
    atoms = cells.join(sums, on=here, how="anti", nulls_equal=True)
    inside = atoms.filter(pl.col("district").is_not_null())
    near = inside.group_by(*keys, "_province").agg(*_summed())  # a province: its districts
    far = atoms.group_by(keys).agg(*_summed())  # the nation: everything
    provincial = totals.join(near, on=[*keys, "_province"], nulls_equal=True)
    rest = totals.join(near, on=[*keys, "_province"], how="anti", nulls_equal=True)
    national = rest.join(far, on=keys, nulls_equal=True)
    return pl.concat([_beside(totals, provincial, PROVINCE), _beside(totals, national, NATION)])


def _summed() -> list[pl.Expr]:
    return [
        pl.col("count").sum().alias("_sum"),
        pl.len().cast(pl.Int64).alias("_parts"),
        pl.col("_lost").sum().cast(pl.Int64).alias("_gaps"),
    ]


def _beside(totals: pl.DataFrame, joined: pl.DataFrame, axis: str) -> pl.DataFrame:
    """Totals with _sum, _parts, _gaps and the axis; only those that can be judged."""
    typed = joined.with_columns(pl.lit(axis).alias("_axis"))
    judged = (pl.col("_parts") >= 2) & (pl.col("_gaps") == 0) & pl.col("count").is_not_null()
    return typed.select(*totals.columns, "_sum", "_parts", "_gaps", "_axis").filter(judged)


def _disagreeing_totals(sums: pl.DataFrame) -> pl.DataFrame:
    wrong = sums.filter(pl.col("_sum") != pl.col("count"))
    detail = pl.when(pl.col("_axis") == HEADS).then(
        details.column("says_sum_of_heads", cell=_CELL, total="count", count="_parts", sum="_sum")
    ).otherwise(details.column("says_sum_of_places", cell=_CELL, total="count", count="_parts", sum="_sum"))
    return _findings(wrong, "RK506", detail)


# -------------------------------------------------------------------------------------- filled cells


def _filled_blanks(cells: pl.DataFrame, sums: pl.DataFrame) -> pl.DataFrame:
    """RK516: two of three signs: the totals leave another value; it repeats a neighbour; it is blank elsewhere."""
    atoms = cells.filter(~pl.col("is_total"), pl.col("head") != TOTAL_HEAD, pl.col("count") > 0)
    judged = atoms.join(_off(sums, HEADS, *_TABLE, *_PLACE), on=[*_TABLE, *_PLACE], how="left", nulls_equal=True)
    # A district's cell is a part of its province's total; where the province has none, of the nation's.
    for axis, key in ((PROVINCE, [*_TABLE, "_province", "head"]), (NATION, [*_TABLE, "head"])):
        judged = judged.join(_off(sums, axis, *key), on=key, how="left", nulls_equal=True, suffix=f"_{axis}")
    off_heads, off_places = pl.col("_off"), pl.coalesce(f"_off_{PROVINCE}", f"_off_{NATION}")
    both = off_heads.is_not_null() & off_places.is_not_null()
    differ = pl.when(both).then(off_heads == off_places).otherwise(True) & (pl.coalesce(off_heads, off_places) != 0)
    left = pl.col("count") + pl.coalesce(off_heads, off_places)
    marked = judged.with_columns(
        (differ & (left >= 0)).fill_null(False).alias("_contradicted"),
        left.alias("_left"),
        _repeats().alias("_repeated"),
    ).join(_blank_elsewhere(cells), on=["period", *_PLACE, "head", "_source"], how="left", nulls_equal=True)
    signs = pl.sum_horizontal("_contradicted", "_repeated", pl.col("_blank_in").is_not_null())
    hit = marked.filter((signs >= 2) & (pl.col("_contradicted") | pl.col("_blank_in").is_not_null()))
    why = pl.concat_str(
        pl.when("_contradicted").then(details.column("totals_leave", count="_left")),
        pl.when("_repeated").then(details.column("repeats_next_cell")),
        pl.when(pl.col("_blank_in").is_not_null()).then(details.column("has_it_blank", source="_blank_in")),
        separator="; ",
        ignore_nulls=True,
    )
    return _findings(hit, "RK516", details.column("in_cell", cell=_CELL, what=why))


def _off(sums: pl.DataFrame, axis: str, *key: str) -> pl.DataFrame:
    """`key`, _off: by how much the first total of one axis says more than its parts."""
    first = sums.filter(pl.col("_axis") == axis).sort(_KEYS).unique(list(key), keep="first", maintain_order=True)
    return first.select(*key, _off=pl.col("count") - pl.col("_sum"))


def _repeats() -> pl.Expr:
    """The count stands in the row above or below too, in the same column of the sheet."""
    column = ["file_sha256", "sheet", *_PLACE]
    above = pl.col("count").shift(1).over(column, order_by=["row", "part"])
    below = pl.col("count").shift(-1).over(column, order_by=["row", "part"])
    return ((pl.col("count") == above) | (pl.col("count") == below)).fill_null(False)


def _blank_elsewhere(cells: pl.DataFrame) -> pl.DataFrame:
    """(period, place, head, source) of cells that another source leaves blank although it has row and column."""
    key = ["period", *_PLACE, "head"]
    sources = cells.select("_source").unique()
    place_heads = cells.select(*key).unique().join(sources, how="cross")
    rows = cells.select("period", "head", "_source").unique()
    columns = cells.select("period", *_PLACE, "_source").unique()
    known = place_heads.join(rows, on=["period", "head", "_source"], how="semi", nulls_equal=True)
    known = known.join(columns, on=["period", *_PLACE, "_source"], how="semi", nulls_equal=True)
    blank = known.join(cells, on=[*key, "_source"], how="anti", nulls_equal=True)
    blank = blank.group_by(key).agg(pl.col("_source").min().alias("_blank_in"))
    return cells.select(*key, "_source").unique().join(blank, on=key, nulls_equal=True)


# ------------------------------------------------------------------------------------------ sources


def _disagreeing_sources(cells: pl.DataFrame) -> pl.DataFrame:
    """RK517 on every cell for which another source has another count."""
    key = ["period", *_PLACE, "head"]
    counted = cells.filter(pl.col("count").is_not_null())
    differing = pl.col("count").n_unique() > 1, pl.col("_source").n_unique() > 1
    groups = counted.group_by(key).agg((differing[0] & differing[1]).alias("_split"))
    split = groups.filter("_split").select(key)
    here = counted.join(split, on=key, how="semi", nulls_equal=True)
    there = here.select(*key, pl.col("_source").alias("_other"), pl.col("count").alias("_count")).unique()
    pairs = here.join(there, on=key, nulls_equal=True)
    pairs = pairs.filter((pl.col("_source") != pl.col("_other")) & (pl.col("count") != pl.col("_count")))
    listed = details.column("count_in", count="_count", source="_other").sort_by("_other", "_count").str.join(", ")
    others = pairs.group_by(*here.columns).agg(listed.alias("_said")).sort(_KEYS)
    return _findings(others, "RK517", details.column("count_here_and", cell=_CELL, count="count", others="_said"))


def _findings(cells: pl.DataFrame, code: str, detail: pl.Expr) -> pl.DataFrame:
    """One finding per cell, at its row."""
    found = cells.select(
        "file_sha256",
        "sheet",
        "row",
        pl.lit("count").alias("field"),
        pl.lit(code).alias("code"),
        pl.col("count").cast(pl.String).alias("value"),
        detail.alias("detail"),
    )
    return issues.conform(found).sort("file_sha256", "sheet", "row", "detail")
