"""What the last run did, for people and for Prometheus."""

from __future__ import annotations

import json
import re
import stat
from pathlib import Path

import pytest
from store_frames import case, publish, source

from recordkit import store
from recordkit.errors import RecordkitError, StoreLocked
from recordkit.inbox import EmptyInbox
from recordkit.store import run_status


@pytest.fixture
def root(tmp_path: Path) -> Path:
    publish(tmp_path / "store", [case("C1", [("a.csv", 2)])], [source("a.csv")])
    return tmp_path / "store"


def run(root: Path, **more: object) -> dict[str, object]:
    with run_status.recorded(root, "compile") as told:
        told.update(more)
    return run_status.last(root)


def test_a_run_leaves_a_status_file_and_metrics(root: Path) -> None:
    told = run(root, current="2026-06-r1-00000000", rows_read=3, rows_accepted=3, inputs=1)
    assert (told["exit"], told["rows_read"]) == (0, 3)
    metrics = (root / "run.prom").read_text()
    assert 'recordkit_run_exit_code{command="compile"} 0' in metrics
    assert 'recordkit_run_rows{to="accepted"} 3' in metrics
    assert 'recordkit_edition_info{edition="2026-06-r1-00000000"} 1' in metrics


def test_metrics_are_in_the_format_of_prometheus(root: Path) -> None:
    run(root, rows_read=3, inputs=1, unreadable=0)
    line = re.compile(r'(# (HELP|TYPE) \w+ .+|[a-z_]+(\{[a-z]+="[^"\\\n]*"\})? -?[0-9.]+)\n')
    text = (root / "run.prom").read_text()
    assert "".join(match.group(0) for match in line.finditer(text)) == text


def test_a_failed_run_keeps_the_time_of_the_last_success(root: Path) -> None:
    good = run(root)
    with pytest.raises(RecordkitError), run_status.recorded(root, "compile"):
        raise store.StoreFailed("The disk is full.")
    bad = run_status.last(root)
    assert (bad["exit"], bad["error"]) == (4, "The disk is full.")
    assert bad["last_success"] == good["last_success"]
    assert "recordkit_success_end_seconds" in (root / "run.prom").read_text()


def test_an_inbox_that_is_empty_is_no_success_and_the_metrics_tell_why(root: Path, tmp_path: Path) -> None:
    good = run(root)
    assert "run_failed" not in (root / "run.prom").read_text()

    def fails() -> None:
        with run_status.recorded(root, "compile") as told:
            told.update(inputs=0, not_arrived=2)
            raise EmptyInbox("the inbox is empty", "mount it")

    with pytest.raises(EmptyInbox):
        fails()
    bad = run_status.last(root)
    assert (bad["exit"], bad["failure"], bad["last_success"]) == (3, "EmptyInbox", good["last_success"])
    metrics = (root / "run.prom").read_text()
    assert 'recordkit_run_failed{command="compile",reason="EmptyInbox"} 1' in metrics
    assert "recordkit_run_not_arrived 2" in metrics


def test_a_run_that_made_no_store_tells_the_textfile(tmp_path: Path) -> None:
    target = tmp_path / "recordkit.prom"
    with pytest.raises(EmptyInbox), run_status.recorded(tmp_path / "none", "compile", target):
        raise EmptyInbox("the inbox is empty", "mount it")
    assert 'recordkit_run_exit_code{command="compile"} 3' in target.read_text()
    assert "success" not in target.read_text()
    assert not (tmp_path / "none").exists()


def test_the_message_of_an_unforeseen_error_is_not_kept_because_it_may_quote_data(root: Path) -> None:
    with pytest.raises(ValueError, match="Aslam"), run_status.recorded(root, "compile"):
        raise ValueError("35202-1234567-1 Aslam")
    assert run_status.last(root)["error"] == "ValueError"
    assert "Aslam" not in (root / "run.json").read_text()


def test_a_run_that_found_the_store_locked_leaves_the_files_to_the_holder(root: Path) -> None:
    before = run(root)
    with pytest.raises(StoreLocked), run_status.recorded(root, "compile"):
        raise StoreLocked("in use")
    assert run_status.last(root) == before


def test_a_status_that_cannot_be_written_changes_nothing(root: Path) -> None:
    (root / "run.json").mkdir()
    assert run(root) == {}


def test_the_textfile_is_for_all_to_read_and_run_json_is_not(root: Path, tmp_path: Path) -> None:
    target = tmp_path / "recordkit.prom"
    with run_status.recorded(root, "compile", target):
        pass
    assert stat.S_IMODE(target.stat().st_mode) == 0o644
    assert stat.S_IMODE((root / "run.json").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_a_damaged_status_file_is_no_obstacle(root: Path) -> None:
    (root / "run.json").write_bytes(b"\xff{")
    assert run(root)["exit"] == 0
    assert json.loads((root / "run.json").read_text())["command"] == "compile"


def test_the_letter_says_what_stands(root: Path, tmp_path: Path) -> None:
    error = store.StoreFailed("The disk is full.")
    assert f"Edition {store.current_id(root)} stands unchanged" in run_status.letter(root, "compile", error)
    (root / "current").write_text("x")
    assert "does not name an edition" in run_status.letter(root, "compile", error)
    assert "There is no store" in run_status.letter(tmp_path / "none", "compile", error)
