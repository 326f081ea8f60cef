"""What is known of every file that was read, as rows of a table."""

from __future__ import annotations

from typing import Any

import polars as pl

from recordkit.ingest.quarantine import Tally
from recordkit.ingest.source_file import Received

# One row per file, or per member of an archive.
FILES = pl.Schema(
    {
        "name": pl.String, "member": pl.String, "kind": pl.String, "encoding": pl.String, "agency": pl.String,
        "format": pl.String, "period": pl.String, "readable": pl.Boolean, "rows_read": pl.Int64,
        "rows_accepted": pl.Int64, "rows_quarantined": pl.Int64, "rows_skipped": pl.Int64, "file_sha256": pl.String,
    }
)  # fmt: skip


def file_row(one: Received) -> dict[str, Any]:
    """A file, or a member of an archive, as a row of FILES."""
    tally: Tally = one.tally
    return {
        "name": one.name, "member": one.member, "kind": one.kind, "encoding": one.encoding, "agency": one.agency,
        "format": "+".join(one.formats) or None, "period": one.period, "readable": one.readable,
        "rows_read": tally.read, "rows_accepted": tally.accepted, "rows_quarantined": tally.quarantined,
        "rows_skipped": tally.skipped, "file_sha256": one.sha256,
    }  # fmt: skip
