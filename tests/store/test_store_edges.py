"""The last value on this side of what a store decides, and the first on the other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest
from store_frames import case, publish, source

from recordkit import store
from recordkit.errors import RecordkitError
from recordkit.store import hash_chained_log, ledger, lineage, lock, manifest, reading, run_status, spooling, tracing

ONE = [case("C1", [("a.csv", 2)])]
A, B, C = source("a.csv"), source("b.csv"), source("c.csv")


def test_the_ledger_tells_of_the_edition_that_is_asked_for_not_of_the_newest(tmp_path: Path) -> None:
    first = publish(tmp_path, ONE, [A])
    publish(tmp_path, ONE, [A, B])
    store.rollback(tmp_path, first.id)
    (first.path / "manifest.json").write_bytes(b"{}")
    asked = store.damaged_but_rebuildable(tmp_path, "s1")
    assert asked is not None
    assert [one.name for one in asked.inputs] == ["a.csv"]


def test_what_is_compiled_again_follows_what_it_followed(tmp_path: Path) -> None:
    first = publish(tmp_path, ONE, [A])
    second = publish(tmp_path, ONE, [A, B])

    def followed(*inputs: store.Input) -> str | None:
        told = second.manifest
        found = lineage.followed(tmp_path, list(inputs), "s1", told.decisions, told.options)
        return found.id if found else None

    assert followed(A, B) == first.id
    assert followed(A, B, C) == second.id


def test_a_table_of_several_files_is_read_in_their_order(tmp_path: Path) -> None:
    files = [tmp_path / f"{at}.parquet" for at in range(3)]
    for at, file in enumerate(files):
        pl.DataFrame({"at": [at]}).write_parquet(file)
    found = reading._scan(dict.fromkeys(files)).collect()
    assert found["at"].to_list() == [0, 1, 2]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of libraries with a small program of this name among others."""
    for name in ("recordkit/store/manifest.py", "recordkit/fields/names.py", "other/names.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("")
    monkeypatch.setattr(manifest, "__file__", str(tmp_path / "recordkit/store/manifest.py"))
    yield tmp_path
    monkeypatch.undo()
    manifest.code_version.cache_clear()


def test_the_sum_of_the_program_is_that_of_its_own_files_alone(program: Path) -> None:
    def of() -> str:
        manifest.code_version.cache_clear()
        return manifest.code_version().sha256

    before = of()
    (program / "other/names.py").write_text("changed = True")
    assert of() == before
    (program / "recordkit/fields/names.py").write_text("changed = True")
    assert of() != before


RECORD = {
    "command": "compile", "exit": 3, "failure": "full disk", "seconds": 1.5, "ended": "2026-11-30T08:00:00+00:00",
    "last_success": "2026-11-30T07:00:00+00:00", "rows_read": 4, "rows_accepted": 3, "inputs": 2, "unreadable": 1,
    "current": "2026-06-r1-00000000",
}  # fmt: skip


def test_the_metrics_tell_all_that_the_record_tells() -> None:
    samples = [line for line in run_status.prometheus(RECORD).decode().splitlines() if not line.startswith("#")]
    assert samples == [
        'recordkit_run_exit_code{command="compile"} 3',
        'recordkit_run_failed{command="compile",reason="full disk"} 1',
        'recordkit_run_seconds{command="compile"} 1.5',
        'recordkit_run_end_seconds{command="compile"} 1796025600',
        'recordkit_success_end_seconds{command="compile"} 1796022000',
        'recordkit_run_rows{to="read"} 4',
        'recordkit_run_rows{to="accepted"} 3',
        "recordkit_run_inputs 2",
        "recordkit_run_unreadable 1",
        'recordkit_edition_info{edition="2026-06-r1-00000000"} 1',
    ]


def test_a_figure_that_is_not_there_is_answered_with_those_that_are_in_order(tmp_path: Path) -> None:
    heads = [f"Head {letter}" for letter in "HGFEDCBA"]  # as they stand in the table, which the months sort
    cases = [case(f"C{at}", [("a.csv", at)], head=head, period=f"2026-{at:02d}") for at, head in enumerate(heads, 1)]
    edition = publish(tmp_path, cases, [A])
    with pytest.raises(RecordkitError) as error:
        tracing.figure(edition, {"unit": "case", "classification": "npb_head", "code": "0000000000"})
    assert error.value.fix == f"There are: {', '.join(sorted(heads))}."


@pytest.mark.parametrize(
    ("parts", "expected"), [(1, [0] * 6), (2, [0, 0, 1, 1, 1, 1]), (256, [0, 127, 128, 255, 255, 255])]
)
def test_a_part_is_told_by_the_two_digits_behind_the_letter_of_an_id(parts: int, expected: list[int]) -> None:
    ids = pl.DataFrame({"id": ["C00f", "C7ff", "C800", "Cff0", None, "Czz0"]})
    assert ids.select(spooling.range_of("id", parts)).to_series().to_list() == expected


def test_a_child_that_is_forked_off_does_not_believe_that_it_holds_the_store(tmp_path: Path) -> None:
    with lock.hold(tmp_path):
        child = os.fork()
        if child == 0:
            os._exit(int(lock.is_held(tmp_path)))
        assert os.waitpid(child, 0)[1] == 0
        assert lock.is_held(tmp_path)


def test_a_figure_of_an_unknown_district_that_moves_is_one_line(tmp_path: Path) -> None:
    nowhere = [{**case(f"C{at}", [("a.csv", at)]), "district": None} for at in (2, 3)]
    publish(tmp_path, nowhere[:1], [A])
    publish(tmp_path, nowhere, [A, B])
    assert store.diff(tmp_path).counts.select("district", "before", "after").rows() == [(None, 1, 2)]


def test_a_figure_that_is_gone_keeps_the_names_of_its_cell(tmp_path: Path) -> None:
    publish(tmp_path, [*ONE, case("C2", [("a.csv", 3)], head="Robbery")], [A])
    publish(tmp_path, ONE, [A, B])
    found = store.diff(tmp_path).counts.select("period", "code", "before", "after")
    assert found.rows() == [("2026-06", "Robbery", 1, 0)]


def test_nothing_is_counted_of_a_file_until_somebody_counts_it() -> None:
    assert set(store.Rows().model_dump().values()) == {0}


def test_the_lock_file_names_who_holds_the_store(tmp_path: Path) -> None:
    with lock.hold(tmp_path):
        assert lock.holder(tmp_path).pid == os.getpid()
    assert lock.holder(tmp_path).pid is None


def test_a_holder_that_is_about_to_sign_is_waited_for_and_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unsigned = [lock.Holder(None, None, None)] * 3
    monkeypatch.setattr(lock, "holder", lambda _: unsigned.pop() if unsigned else lock.Holder(7, "desk", None))
    monkeypatch.setattr(lock.time, "sleep", lambda _: None)
    assert "in use by process 7 on desk" in str(lock._locked(tmp_path))


@pytest.mark.parametrize(("rows", "parts"), [(0, 1), (10, 1), (11, 2), (20, 2), (21, 4), (10**9, 256)])
def test_a_table_is_cut_into_as_few_parts_as_hold_it(tmp_path: Path, rows: int, parts: int) -> None:
    assert spooling.Spool(tmp_path, most=10).parts_for(rows) == parts


def test_a_book_that_comes_in_small_pieces_is_read_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with lock.hold(tmp_path):
        for at in range(3):
            ledger.append(tmp_path, "runs", {"what": f"run {at}"})
    whole, real = ledger.read(tmp_path, "runs").entries, os.pread
    monkeypatch.setattr(hash_chained_log.os, "pread", lambda handle, size, at: real(handle, min(size, 7), at))
    assert ledger.read(tmp_path, "runs").entries == whole
    with lock.hold(tmp_path):
        assert ledger.append(tmp_path, "runs", {"what": "run 3"})
    assert [entry["what"] for entry in ledger.read(tmp_path, "runs").entries] == [f"run {at}" for at in range(4)]
