"""What becomes of a file of which the processing fails: it is named with the stage, and the other files go on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import polars as pl

from recordkit import details, issues
from recordkit.errors import RecordkitError, UnreadableInput
from recordkit.readers import reader_findings

Part = TypeVar("Part")

CODE = "RK524"
_STAGE = "recordkit_stage"
# A library written in Rust that gives up raises what is no Exception.
FAILURES = (Exception, pl.exceptions.PanicException)


@contextmanager
def during(stage: str) -> Iterator[None]:
    """Remember of an error in which stage it was raised; the innermost stage counts."""
    try:
        yield
    except FAILURES as error:
        if not hasattr(error, _STAGE):
            setattr(error, _STAGE, stage)
        raise


def each(stage: str, frames: Iterator[Part]) -> Iterator[Part]:
    """What an iterator gives (frames of rows); an error in making one belongs to `stage`."""
    while True:
        with during(stage):
            frame = next(frames, None)
        if frame is None:
            return
        yield frame


def error_to_raise(error: BaseException, name: str) -> RecordkitError | None:
    """The error to raise instead of a finding: one that has its own exit code (a broken law, a declaration, the
    store), or that says nothing about the file (no memory, a full disk): then the file is left for the next run."""
    if isinstance(error, RecordkitError):
        return error
    if not reader_findings.is_machines_fault(error):
        return None
    reason = getattr(error, "strerror", None) or details.text("out_of_memory")
    return UnreadableInput(details.text("not_read_now", name=name, reason=reason), details.text("run_again"))


def described(error: BaseException) -> str:
    """Stage, kind and place of an error; never its message, which may quote values."""
    at = error.__traceback__
    where = ""
    while at is not None:
        path = Path(at.tb_frame.f_code.co_filename)
        if "recordkit" in path.parts:
            where = f" at {path.name}:{at.tb_lineno}"
        at = at.tb_next
    return f"stage {getattr(error, _STAGE, 'collect')}: {type(error).__name__}{where}"


def finding(error: BaseException, sha256: str) -> pl.DataFrame:
    """RK524 (ISSUE_SCHEMA) about a whole file."""
    return issues.make(CODE, file_sha256=sha256, detail=described(error))


def sha256_of(path: Path) -> str:
    """The sum of a file that could not be opened as a table. Raises UnreadableInput when it cannot be read at all."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        what = details.text("not_read", name=path.name, reason=error.strerror)
        raise UnreadableInput(what, details.text("run_again")) from error
