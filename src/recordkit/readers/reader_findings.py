"""Findings of reading, one or many at a time."""

from __future__ import annotations

import errno
from collections.abc import Iterable

import polars as pl

from recordkit import issues

REJECT = "reject"

# What the machine may answer today and not tomorrow; libraries raise other OSErrors about damaged bytes.
_OF_THE_MACHINE = {
    errno.EIO, errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.EAGAIN, errno.ENOSPC, errno.EINTR, errno.ESTALE,
    errno.ETIMEDOUT, errno.ENOTCONN, errno.EACCES, errno.EPERM, errno.ENOENT,
}  # fmt: skip


def is_machines_fault(error: BaseException) -> bool:
    """Does an error say nothing about the file? Then nothing about the file may be concluded or remembered."""
    return isinstance(error, MemoryError) or getattr(error, "errno", None) in _OF_THE_MACHINE


def of_file(code: str, sha256: str, detail: str, *, sheet: str = "", severity: str | None = None) -> pl.DataFrame:
    """One finding about a whole file or sheet."""
    return issues.make(code, file_sha256=sha256, sheet=sheet, detail=detail, severity=severity)


def of_rows(found: pl.DataFrame, sha256: str, sheet: str) -> pl.DataFrame:
    """Findings of rows: `found` has row and code, and may have column, value, detail, severity."""
    return issues.conform(found.with_columns(file_sha256=pl.lit(sha256), sheet=pl.lit(sheet)))


def together(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """All findings of a file, those of the whole file first, then by row."""
    return issues.concat(frames).sort("row", nulls_last=False, maintain_order=True)
