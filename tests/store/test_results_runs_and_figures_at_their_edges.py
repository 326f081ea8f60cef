"""Where a result may go, what a run says of itself, what a figure is asked by, and which file is meant."""

from __future__ import annotations

import errno
import os
import socket
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from store_frames import case, publish, sha, source, tables

from recordkit import store
from recordkit.errors import RecordkitError
from recordkit.store import disk, errors, figure_records, ledger, run_status, tracing, workspace

ONE = [case("C1", [("a.csv", 2)])]
A, B = source("a.csv"), source("b.csv")


# --------------------------------------------------------------------------------------------- results


@pytest.mark.parametrize(
    ("result", "refused"),
    [
        ("in/a.csv", "in"), ("in/deep/b.csv", "in"), ("in/new.csv", ""), ("in", ""), ("one.csv", "one.csv"),
        ("other.csv", ""), ("second.csv", "one.csv"), ("new/one.csv", ""), ("led.csv", ""), ("elsewhere/a.csv", ""),
    ],
)  # fmt: skip
def test_a_result_takes_no_place_of_what_the_command_reads(tmp_path: Path, result: str, refused: str) -> None:
    for name in ("in/a.csv", "in/deep/b.csv", "one.csv", "other.csv", "elsewhere/a.csv"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"x")
    os.link(tmp_path / "one.csv", tmp_path / "second.csv")
    with workspace.reading([tmp_path / "gone", tmp_path / "in"]), workspace.reading([tmp_path / "one.csv"]):
        if refused:
            with pytest.raises(workspace.ResultInTheWay, match="what this command reads") as told:
                workspace.refuse(tmp_path / result)
            assert (f"({tmp_path / refused})" in told.value.what) is (refused != result)
            assert told.value.exit_code == 2
        else:
            workspace.refuse(tmp_path / result)
    workspace.refuse(tmp_path / result)


@pytest.mark.parametrize("there", ["nothing", "an empty folder", "a folder", "a file"])
def test_a_new_folder_is_named_when_it_is_whole_and_takes_no_other_ones_place(tmp_path: Path, there: str) -> None:
    to = tmp_path / "home" / "new"
    if there != "nothing":
        to.parent.mkdir()
        to.write_bytes(b"x") if there == "a file" else to.mkdir()
    if there == "a folder":
        (to / "theirs").write_bytes(b"x")
    if there in ("a folder", "a file"):
        with pytest.raises(RecordkitError, match="new is there already"), workspace.new_folder(to):
            pass
        assert to.is_file() or [path.name for path in to.iterdir()] == ["theirs"]
        return
    with workspace.new_folder(to) as work:
        (work / "rows").write_bytes(b"x")
        assert not to.exists() or not list(to.iterdir())
    assert [path.name for path in to.iterdir()] == ["rows"]
    assert [path.name for path in to.parent.iterdir()] == ["new"]
    assert disk.is_private(to)
    assert disk.is_private(to / "rows")


def test_only_working_folders_of_ours_are_cleared(tmp_path: Path) -> None:
    theirs = ["0123456789abcdef", f"{workspace.PREFIX}0123456789abcde", f"{workspace.PREFIX}notes", "notes"]
    for name in (*theirs, f"{workspace.PREFIX}{'0' * 16}", f"{workspace.PREFIX}{'f' * 16}"):
        (tmp_path / name).mkdir()
    workspace.clear(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(theirs)


# ------------------------------------------------------------------------------------------------ runs


@pytest.mark.parametrize(("code", "good"), [(0, True), (1, True), (2, False), (3, True), (4, False), (-1, False)])
def test_a_run_was_a_success_when_something_was_published_or_nothing_had_to_be(
    tmp_path: Path, code: int, good: bool
) -> None:
    publish(tmp_path, ONE, [A])
    disk.write_file(tmp_path / "run.json", b'{"last_success": "2026-01-01T00:00:00+00:00"}')
    with run_status.recorded(tmp_path, "compile") as facts:
        facts["exit"] = code
    told = run_status.last(tmp_path)
    assert (told["last_success"] == told["ended"]) is good
    assert good or told["last_success"].startswith("2026-01-01")


def test_a_run_says_how_long_it_took_where_and_that_an_unforeseen_error_ended_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(tmp_path, ONE, [A])
    times = iter([100.0, 107.12345])
    monkeypatch.setattr(run_status, "time", SimpleNamespace(monotonic=lambda: next(times)))
    with pytest.raises(KeyboardInterrupt), run_status.recorded(tmp_path, "compile"):
        raise KeyboardInterrupt
    told = run_status.last(tmp_path)
    assert (told["exit"], told["failure"], told["error"]) == (4, "KeyboardInterrupt", "KeyboardInterrupt")
    assert (told["seconds"], told["host"], told["pid"]) == (7.123, socket.gethostname(), os.getpid())
    assert disk.read_file(tmp_path / "run.json").endswith(b"}\n")
    assert f" {told['seconds']}\n" in (tmp_path / "run.prom").read_text()


def test_where_nothing_was_published_the_letter_says_so(tmp_path: Path) -> None:
    with store.writing(tmp_path):
        pass
    letter = run_status.letter(tmp_path, "compile", RecordkitError("what", "fix"))
    assert "Nothing has been published yet." in letter
    assert socket.gethostname() in letter


# --------------------------------------------------------------------------------------- room on a disk


@pytest.mark.parametrize(
    ("volume", "full"),
    [
        ({"f_bavail": 65536, "f_frsize": 1}, False),
        ({"f_bavail": 65535, "f_frsize": 1}, True),
        ({"f_bavail": 16, "f_frsize": 4096}, False), ({"f_bavail": 15, "f_frsize": 4096}, True), ({"f_favail": 0}, True),
        ({"f_favail": 1}, False), ({"f_favail": 0, "f_files": 0}, False), ({"f_files": 1, "f_favail": 0}, True), ({"f_bavail": 0}, True),
    ],
)  # fmt: skip
def test_a_disk_is_full_when_a_write_failed_and_no_room_or_no_name_is_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, volume: dict[str, int], full: bool
) -> None:
    room = SimpleNamespace(**{"f_bavail": 1000, "f_frsize": 4096, "f_files": 5, "f_favail": 5, **volume})
    monkeypatch.setattr(os, "statvfs", lambda _: room)
    assert ("the disk is full" in errors.write_failed(tmp_path, OSError("odd")).what) is full
    with pytest.raises(RecordkitError) as told, errors.writes_result(tmp_path / "out.csv"):
        raise OSError("odd")
    assert ("the disk is full" in told.value.what) is full
    with pytest.raises(RecordkitError if full else ZeroDivisionError), errors.writes_result(tmp_path / "out.csv"):
        _ = 1 / 0
    with (
        pytest.raises(store.StoreFailed if full else ZeroDivisionError, match="full" if full else "zero"),
        errors.writes_to(tmp_path),
    ):
        raise OSError("odd") if full else ZeroDivisionError("zero")


def test_words_of_ours_pass_through_and_a_number_of_the_system_is_put_into_words(tmp_path: Path) -> None:
    ours = RecordkitError("ours", "fix")
    for block in (errors.writes_to(tmp_path), errors.writes_result(tmp_path / "out.csv")):
        with pytest.raises(RecordkitError) as told, block:
            raise ours
        assert told.value is ours
    with pytest.raises(RecordkitError, match="disk is full") as told, errors.writes_result(tmp_path / "out.csv"):
        raise RuntimeError("os error 28")
    assert told.value.exit_code == 2
    for code, words in (
        (errno.EROFS, "read-only"),
        (errno.EACCES, "permission denied"),
        (errno.EIO, "disk reports an error"),
    ):
        assert words in errors.write_failed(tmp_path, OSError(code, "x")).what, code
    inner = errors.write_failed(tmp_path, OSError(errno.EIO, "x", str(tmp_path / "quarantine" / "rows")))
    assert "in quarantine: " in inner.what
    assert "in " not in errors.write_failed(tmp_path, OSError(errno.EIO, "x", str(tmp_path))).what.removeprefix(
        str(tmp_path)
    )
    assert "quarantine" not in errors.write_failed(tmp_path, OSError(errno.EIO, "x", "/elsewhere/quarantine")).what


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (store.StoreError, 4), (store.StoreNotFound, 2), (store.StoreDamaged, 4), (store.StoreOlder, 4), (store.StoreNewer, 4),
        (store.StoreFailed, 4), (errors.StoreLinked, 4), (workspace.ResultInTheWay, 2),
    ],
)  # fmt: skip
def test_what_is_not_there_and_what_is_in_the_way_is_the_users_word_and_all_else_the_stores(
    kind: type[RecordkitError], code: int
) -> None:
    assert kind("what", "fix").exit_code == code


# --------------------------------------------------------------------------------------------- figures

MURDERS = {"unit": "case", "classification": "npb_head", "code": "Murder"}


def test_of_several_slips_the_first_is_told_and_what_is_unknown_may_be_asked_for(tmp_path: Path) -> None:
    nowhere = [{**ONE[0], "district": None}]
    edition = publish(tmp_path, nowhere, [A])
    for cell, words in (
        ({**MURDERS, "zebra": "x", "colour": "red"}, "colour"), ({"code": "Murder"}, "unit"),
        ({"unit": "case"}, "classification"), ({"district": None, **MURDERS, "code": "Murdr"}, "code=Murdr"),
    ):  # fmt: skip
        with pytest.raises(RecordkitError, match=words):
            tracing.figure(edition, cell)
    assert tracing.figure(edition, {**MURDERS, "district": None})[0] == 1
    with pytest.raises(RecordkitError) as none:
        tracing.figure(edition, {**MURDERS, "district": "Kasur"})
    assert none.value.fix == "There are: none."


def test_at_most_twenty_figures_are_shown_for_one_that_is_not_there(tmp_path: Path) -> None:
    heads = [f"Head {at:02d}" for at in range(25)]
    edition = publish(tmp_path, [case(f"C{at}", [("a.csv", at)], head=head) for at, head in enumerate(heads)], [A])
    with pytest.raises(RecordkitError) as told:
        tracing.figure(edition, {**MURDERS, "code": "0000000000"})
    assert told.value.fix == f"There are: {', '.join(heads[:20])}."


def test_rows_are_walked_back_in_order_whatever_is_unknown_of_their_file(tmp_path: Path) -> None:
    rows = [(None, None), ("gone.csv", 3), ("a.csv", None), ("a.csv", 2), ("a.csv", 2)]
    made = {
        **ONE[0],
        "source_rows": [{"file_sha256": sha(name) if name else None, "sheet": None, "row": row} for name, row in rows],
    }
    twice = source("second.csv").model_copy(update={"sha256": A.sha256})
    edition = publish(tmp_path, [made], [A, twice])
    found = tracing.record(edition, "C1").select("name", "file_sha256", "row").rows()
    name = edition.manifest.inputs[0].name
    assert sorted(found[2:], key=str) == sorted([(None, None, None), (None, sha("gone.csv"), 3)], key=str)
    assert found[:2] == [(name, A.sha256, 2), (name, A.sha256, None)]


def test_a_tier_counts_only_where_there_is_one_and_other_classes_also_where_they_are_unknown(tmp_path: Path) -> None:
    cases = [{**ONE[0], "npb_head": None}, {**case("C2", [("a.csv", 3)]), "tip_tier": "1"}]
    charges = pl.DataFrame(
        {"case_id": ["C1", "C2"], "npb_head": ["Murder", None], "is_modifier": [None, False], "is_crime": [None, True]},
    )
    made = store.publish(tmp_path, {**tables(cases), "charges": charges}, inputs=[A], schemas_sha256="s")
    assert made is not None
    found = figure_records.counted(made).collect()
    assert found.filter(classification="tip_tier").select("case_id", "unit", "code").rows() == [("C2", "case", "1")]
    heads = found.filter(classification="npb_head").select("case_id", "unit", "code").rows()
    assert set(heads) == {
        ("C1", "case", None),
        ("C2", "case", "Murder"),
        ("C1", "charge", "Murder"),
        ("C2", "charge", None),
    }


# ------------------------------------------------------------------------------------- files and editions


def test_a_file_is_withdrawn_by_its_name_or_by_eight_digits_of_its_sum(tmp_path: Path) -> None:
    again = source("a.csv").model_copy(update={"sha256": sha("another")})
    publish(tmp_path, ONE, [A, B, again])
    for file in (B.sha256[:7], "b", sha("nothing")):
        with pytest.raises(store.StoreNotFound, match="made of"):
            store.withdrawal(tmp_path, file, "why")
    with pytest.raises(store.StoreNotFound, match="several files") as told:
        store.withdrawal(tmp_path, "a.csv", "why")
    assert told.value.fix == f"Give the start of one sum: {', '.join(sorted([A.sha256[:12], again.sha256[:12]]))}."
    assert store.withdrawal(tmp_path, B.sha256[:8].upper(), "why").sha256 == B.sha256
    entries = ledger.decisions(tmp_path)[0]
    assert ledger.withdrawn(entries) == {B.sha256: "why"}
    store.withdrawal(tmp_path, "b.csv", "here after all", back=True)
    assert ledger.withdrawn(ledger.decisions(tmp_path)[0]) == {}
    store.withdrawal(tmp_path, A.sha256, "twice")
    ledger.decide(tmp_path, "R1", "R2", "same", "why")
    assert ledger.withdrawn(ledger.decisions(tmp_path)[0]) == {A.sha256: "twice"}


def test_going_back_and_letting_go_are_in_the_ledger_before_and_after_and_leave_nothing_behind(tmp_path: Path) -> None:
    first = publish(tmp_path, ONE, [A])
    second = publish(tmp_path, ONE, [A, B])
    store.rollback(tmp_path, first.id)
    told = [(entry["what"], entry["edition"]) for entry in ledger.read(tmp_path, "runs").entries[-2:]]
    assert told == [("rolling back", first.id), ("rolled back", first.id)]
    store.rollback(tmp_path, second.id)
    with store.writing(tmp_path):
        assert store.droppable(tmp_path, 1) == [first.id]
        assert store.droppable(tmp_path, 2) == []
        assert store.retain(tmp_path, 1) == [first.id]
    entry = ledger.read(tmp_path, "runs").entries[-1]
    saved = tmp_path / "ledger" / "retired" / f"{first.id}.json"
    assert (entry["what"], entry["manifest_sha256"]) == ("retired", disk.sha256_file(saved))
    assert not [path for path in tmp_path.rglob("*") if disk.is_temp(path.name) and path.parent.name == disk.TEMP]
    assert store.verify(tmp_path).notes == []


def test_an_edition_is_the_same_whichever_of_its_files_were_read_already(tmp_path: Path) -> None:
    made = publish(tmp_path, ONE, [A])
    read, other = store.open_edition(tmp_path), store.open_edition(tmp_path)
    read.scan("cases")
    assert read == other == made
    assert read != publish(tmp_path, ONE, [B])
    assert str(read.files("cases")[0]) not in repr(read)
    with store.spool(tmp_path) as spool:
        before = repr(spool)
        empty = store.Spool(spool.folder)
        spool.add("rows", 0, pl.DataFrame({"x": [1]}))
        assert repr(spool) == before
        assert spool == empty
