"""A cell of any length is read in time that grows with its length, and never ends the reading of its file."""

from __future__ import annotations

import csv
import resource
import subprocess
import sys
from pathlib import Path

import pytest

HEADER = ["Sr", "Distt", "PS", "FIR No", "Year", "FIR Date", "Offence", "Name", "Parentage", "Caste", "CNIC", "Cell No", "Date of Birth", "Gender", "Address", "Role", "Person Status", "Image Ref"]
ROW = ["1", "Gujrat", "City", "88", "2026", "02/07/2026", "302 PPC", "Aslam", "Akram", "Butt", "", "", "", "M", "House", "Accused", "", "i"]
PARTS = [
    *"()[]/-.,:;*~#@&+='\"| 1aز،۔", "1/", "a ", "S/O ", "1) ", "(a", "1-", "- ", "302 ", "12:", "<b", "&a;",
]  # fmt: skip


def _file(folder: Path, length: int, columns: list[int]) -> Path:
    """One row for every part in every column: the part, again and again."""
    path = folder / "CRMS_Persons_202607.csv"
    with path.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(HEADER)
        for part in PARTS:
            for column in columns:
                cells = list(ROW)
                cells[column] = (part * length)[:length]
                writer.writerow(cells)
        writer.writerow(ROW)
    return path


def _validate(path: Path, seconds: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "recordkit", "validate", path, "-q", "--format", "text"],
        capture_output=True, text=True, check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds)),
    )  # fmt: skip


def test_a_cell_of_five_thousand_signs_of_any_kind_does_not_end_its_file(tmp_path: Path) -> None:
    done = _validate(_file(tmp_path, 5_000, [6]), 300)
    assert done.returncode in (0, 1), done.stderr[-500:]
    assert "ended" not in done.stdout
    assert "stage" not in done.stdout


@pytest.mark.slow
def test_the_time_for_a_long_cell_does_not_grow_with_the_square_of_its_length(tmp_path: Path) -> None:
    """What grew so took three minutes for one of these rows; all of them together are allowed five."""
    done = _validate(_file(tmp_path, 100_000, [6, 7, 14]), 300)
    assert done.returncode in (0, 1), done.stderr[-500:]
