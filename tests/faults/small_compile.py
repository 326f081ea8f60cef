"""A compile in small: reads an inbox of CSV files, publishes an edition. Run as a process by the fault tests.

python small_compile.py INBOX STORE
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import polars as pl

from recordkit import store
from recordkit.errors import RecordkitError, UnreadableInput

COUNT = ["period", "agency", "province", "district"]


def read_file(path: Path, cache: store.Cache) -> tuple[store.Input, dict[str, pl.LazyFrame]]:
    """One file: its manifest entry, and its accepted and quarantined rows, from the cache if possible."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableInput(f"{path.name} cannot be read: {error.strerror}.") from None
    sha256, month = hashlib.sha256(data).hexdigest(), path.parent.name
    key = store.cache_key("small", sha256, month)
    kept = cache.get(key)
    if not data.endswith(b"\n"):
        raise UnreadableInput(f"{path.name} is not whole.")
    if kept is None:
        rows = (
            pl.read_csv(data, infer_schema=False)
            .with_row_index("row", 2)
            .with_columns(
                pl.col("row").cast(pl.Int64),
                file_sha256=pl.lit(sha256),
                sheet=pl.lit(""),
                period=pl.lit(month),
            )
        )
        good = pl.col("fir_no").is_not_null()
        kept = cache.put(key, {"accepted": rows.filter(good), "quarantined": rows.filter(~good)})
    heights = [kept.frames[name].select(pl.len()).collect().item() for name in ("accepted", "quarantined")]
    counted = store.Rows(read=sum(heights), accepted=heights[0], quarantined=heights[1])
    return store.Input(
        sha256=sha256,
        name=path.name,
        agency="punjab_police",
        format="small",
        period=month,
        received=month,
        rows=counted,
    ), kept.frames


def tables(rows: pl.LazyFrame) -> dict[str, pl.LazyFrame]:
    """Cases by FIR number, their people, and counts by district."""
    origin = pl.struct("file_sha256", "sheet", "row")
    cases = (
        rows.sort("period", "file_sha256", "row")
        .group_by(case_id="fir_no", maintain_order=True)
        .agg(
            pl.first("district", "period"),
            pl.last("npb_head"),
            source_rows=origin,
        )
        .with_columns(
            agency=pl.lit("punjab_police"),
            province=pl.lit("Punjab"),
            stage=pl.lit("case"),
            iccs_code=pl.lit(None, dtype=pl.String),
            tip_tier=pl.lit(None, dtype=pl.String),
            registered_on=pl.lit(None, dtype=pl.Date),
        )
        .sort("case_id")
    )
    persons = (
        rows.select(mention_id=pl.concat_str("fir_no", "name", separator=":"), case_id="fir_no", name="name")
        .unique()
        .sort("mention_id")
    )
    counts = (
        cases.group_by(*COUNT, code="npb_head")
        .agg(count=pl.len().cast(pl.Int64))
        .select(
            *COUNT,
            unit=pl.lit("case"),
            classification=pl.lit("npb_head"),
            code="code",
            count="count",
            districts_reporting=pl.lit(1, dtype=pl.Int32),
            districts_expected=pl.lit(2, dtype=pl.Int32),
        )
        .sort(pl.all())
    )
    return {"cases": cases, "persons": persons, "counts": counts}


def compile_inbox(inbox: Path, root: Path) -> str:
    """Publish what is in the inbox; the id of the edition, or 'nothing new'."""
    with store.writing(root), store.ledger.run(root, "compile") as told:
        cache = store.open_cache(root)
        read = [read_file(path, cache) for path in sorted(inbox.glob("*/*.csv"))]
        inputs = [source for source, _ in read]
        _, decisions = store.ledger.decisions(root)
        if store.nothing_new(root, inputs, schemas_sha256="small", decisions=decisions):
            told.result = "nothing new"
            return told.result
        published = store.publish(
            root,
            tables(pl.concat([frames["accepted"] for _, frames in read])),
            inputs=inputs,
            schemas_sha256="small",
            quarantine=pl.concat([frames["quarantined"] for _, frames in read]),
            decisions=decisions,
            reports=lambda edition: {
                "summary.html": f"<p>{edition.id}: {edition.scan('cases').collect().height}</p>".encode()
            },
        )
        told.result = published.id if published else "nothing new"
        return told.result


def main() -> int:
    """Exit as the command line does."""
    try:
        print(compile_inbox(Path(sys.argv[1]), Path(sys.argv[2])))
    except RecordkitError as error:
        print(f"{error.what} {error.fix}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
