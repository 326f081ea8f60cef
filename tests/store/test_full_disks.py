"""A full disk is called a full disk, whatever library wrote and in whatever words it passed that on."""

from __future__ import annotations

import errno
import itertools
import os
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recordkit.cli import app
from recordkit.cli import output as out
from recordkit.errors import RecordkitError
from recordkit.store import errors, parquet, workspace


def chained(*links: BaseException) -> BaseException:
    for above, below in itertools.pairwise(links):
        above.__cause__ = below
    return links[0]


FULL = [
    OSError(errno.ENOSPC, "No space left on device"),
    OSError("No space left on device (os error 28)"),
    OSError("[Errno 28] Error writing bytes to file. Detail: [errno 28] No space left on device"),
    pl.exceptions.ComputeError("No space left on device (os error 28): part-00000.parquet"),
    pl.exceptions.ComputeError("parquet: File out of specification: underlying IO error: No space left on device"),
    pl.exceptions.ComputeError("failed to write whole buffer"),
    chained(ValueError("the sheet could not be saved"), OSError(errno.ENOSPC, "x")),
    chained(OSError(errno.EIO, "write failed"), pl.exceptions.ComputeError("No space left on device (os error 28)")),
    chained(RuntimeError("a"), RuntimeError("b"), OSError("Disk quota exceeded (os error 122)")),
]


@pytest.mark.parametrize("error", FULL, ids=repr)
def test_a_full_disk_is_seen_in_any_words_and_anywhere_in_a_chain(error: BaseException, tmp_path: Path) -> None:
    assert errors.is_full(error)
    with pytest.raises(errors.StoreFailed, match=r"the disk is full|the disk quota is used up") as told, errors.writes_to(tmp_path):
        raise error
    assert "Free some space" in told.value.fix
    with pytest.raises(RecordkitError, match=r"out.csv cannot be written: the disk (is full|quota)"), out.result(Path("out.csv")):
        raise error


def test_other_failures_keep_their_own_words(tmp_path: Path) -> None:
    for error, words in (
        (OSError(errno.EIO, "x"), "the disk reports an error"),
        (OSError("Read-only file system (os error 30)"), "the disk is read-only"),
        (pl.exceptions.ComputeError("Permission denied (os error 13)"), "permission denied"),
    ):
        assert not errors.is_full(error)
        assert words in errors.write_failed(tmp_path, error).what
    with pytest.raises(pl.exceptions.ComputeError, match="cannot cast"), errors.writes_to(tmp_path):
        raise pl.exceptions.ComputeError("cannot cast 28 to a date")


def test_an_error_of_ours_that_quotes_such_words_is_passed_on_as_it_is(tmp_path: Path) -> None:
    ours = RecordkitError("No space left on device.csv cannot be read")
    with pytest.raises(RecordkitError, match=r"device\.csv cannot be read"), errors.writes_to(tmp_path):
        raise ours


def test_an_error_without_words_on_a_disk_without_room_is_a_full_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "the disk is full" not in errors.write_failed(tmp_path, OSError("write failed")).what
    monkeypatch.setattr(errors, "ROOM", 1 << 62)
    assert "the disk is full" in errors.write_failed(tmp_path, OSError("write failed")).what
    assert "reports an error" in errors.write_failed(tmp_path, OSError(errno.EIO, "x")).what


full = pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
FRAME = pl.DataFrame({"a": ["x" * 100] * 1000})


@full
def test_the_engines_own_words_for_a_full_disk_are_understood(tmp_path: Path) -> None:
    """What polars and pyarrow of today really say."""
    with pytest.raises(OSError) as of_polars:  # noqa: PT011
        parquet._write_file(Path("/dev/full"), FRAME, None)
    assert errors.is_full(of_polars.value)
    with pytest.raises(Exception) as of_arrow, pa.OSFile("/dev/full", "wb") as file:  # noqa: PT011
        pq.write_table(FRAME.to_arrow(), file)  # never by its path: pyarrow deletes what it could not write
    assert errors.is_full(of_arrow.value)


@full
def test_a_result_for_which_there_is_no_room_is_told_in_words() -> None:
    with pytest.raises(RecordkitError, match="/dev/full cannot be written: the disk is full"):
        out.write("x" * 100_000, Path("/dev/full"))
    with pytest.raises(OSError, match="No space"), workspace.result(Path("/dev/full")) as file:
        file.write(b"x")


def test_a_full_disk_that_nobody_expected_is_no_internal_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("RECORDKIT_DEBUG", raising=False)
    assert app._internal(pl.exceptions.ComputeError("No space left on device (os error 28)")) == 4
    said = capsys.readouterr().err
    assert "the disk is full" in said
    assert "internal" not in said
