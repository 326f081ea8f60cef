"""Many files in one run: each file's bytes are read, told of and counted once."""

from __future__ import annotations

import json
from pathlib import Path

from in_process import run
from recordkit import declarations, ingest

SAMPLE = Path(__file__).parents[2] / "sample_data" / "inbox"


def _sent_twice(folder: Path) -> Path:
    sent = min((path for path in SAMPLE.rglob("*.csv")), key=lambda path: path.stat().st_size)
    for name in ("a_first.csv", "b_again.csv"):
        (folder / name).write_bytes(sent.read_bytes())
    return folder


def test_the_same_bytes_under_two_names_are_counted_once_and_the_second_name_is_told(tmp_path: Path) -> None:
    declared = ingest.declare(declarations.folders(()))
    done, passed = ingest.receive_files([_sent_twice(tmp_path)], declared, None, lambda _: None)
    alone, _ = ingest.receive_files([tmp_path / "a_first.csv"], declared, None, lambda _: None)
    assert [one.name for one in done] == ["a_first.csv"]
    assert done[0].tally == alone[0].tally
    assert done[0].tally.read > 0
    assert [(one.name, one.reason) for one in passed] == [
        ("b_again.csv", "the same bytes as a_first.csv, which was read")
    ]
    assert not passed[0].lost


def test_findings_of_bytes_that_came_twice_are_listed_once(tmp_path: Path) -> None:
    twice = run("validate", str(_sent_twice(tmp_path)), "--format", "json")
    once = run("validate", str(tmp_path / "a_first.csv"), "--format", "json")
    assert json.loads(twice.stdout) == json.loads(once.stdout)
    assert twice.returncode == once.returncode
