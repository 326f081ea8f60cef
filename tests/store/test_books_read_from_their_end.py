"""An append looks at the end of its book only, and finds there what a reading of the whole would find."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from recordkit import store
from recordkit.store import hash_chained_log, ledger


def write(root: Path, count: int) -> Path:
    for number in range(count):
        ledger.decide(root, f"C{number}", "C9", "same", "same FIR " * (number % 7))
    return ledger.path(root, "decisions")


def end(file: Path, told: int = 0) -> hash_chained_log.Book:
    handle = os.open(file, os.O_RDONLY)
    try:
        return hash_chained_log.end(handle, "decisions", told)
    finally:
        os.close(handle)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hash_chained_log, "WINDOW", 700)


@pytest.mark.usefixtures("narrow")
def test_the_end_tells_what_the_whole_book_tells(tmp_path: Path) -> None:
    """At every length of the book, with every kind of torn end."""
    file = ledger.path(tmp_path, "decisions")
    parts = 0
    for number in range(24):
        ledger.decide(tmp_path, f"C{number}", "C9", "same", "x" * (37 * number % 300))
        if number % 5 == 0:
            with file.open("ab") as torn:
                torn.write((b'{"at":', b"\0\0", b'{"at":"2026"\n')[number % 3])
        whole, seen = ledger.read(tmp_path, "decisions"), end(file, number + 1)
        assert (seen.count, seen.head, seen.torn, seen.unterminated) == (
            whole.count, whole.head, whole.torn, whole.unterminated,
        )  # fmt: skip
        assert seen.sum_of(seen.before) == whole.sum_of(seen.before)
        parts += seen.before > 0
    assert parts > 12  # else the whole book was read


@pytest.mark.usefixtures("narrow")
def test_an_append_to_a_long_book_goes_on_with_the_chain(tmp_path: Path) -> None:
    file = write(tmp_path, 60)
    assert end(file, 60).before > 40
    assert [entry["seq"] for entry in ledger.read(tmp_path, "decisions").entries] == list(range(1, 61))


@pytest.mark.usefixtures("narrow")
def test_a_line_longer_than_the_window_is_read_whole(tmp_path: Path) -> None:
    write(tmp_path, 3)
    ledger.decide(tmp_path, "C1", "C2", "same", "y" * 5000)
    ledger.decide(tmp_path, "C1", "C2", "same", "after it")
    assert ledger.read(tmp_path, "decisions").count == 5


@pytest.mark.usefixtures("narrow")
def test_damage_within_sight_stops_an_append_and_damage_far_back_is_found_by_reading(tmp_path: Path) -> None:
    file = write(tmp_path, 60)
    whole = file.read_bytes()
    lines = whole.splitlines(keepends=True)
    file.write_bytes(b"".join([*lines[:-2], lines[-2].replace(b"same", b"sane"), lines[-1]]))
    with pytest.raises(store.StoreDamaged, match="changed at entry 60"):
        ledger.decide(tmp_path, "C1", "C2", "same", "")
    file.write_bytes(whole.replace(b'"C3"', b'"C4"', 1))
    ledger.decide(tmp_path, "C1", "C2", "same", "")
    with pytest.raises(store.StoreDamaged, match="changed at entry 5"):
        ledger.read(tmp_path, "decisions")


@pytest.mark.usefixtures("narrow")
def test_a_head_that_lags_far_behind_is_still_compared(tmp_path: Path) -> None:
    file = write(tmp_path, 5)
    head = file.with_suffix(".head")
    early = head.read_bytes()
    write(tmp_path, 50)
    head.write_bytes(early)
    ledger.decide(tmp_path, "C1", "C2", "same", "")
    head.write_bytes(early)
    file.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:4]))
    with pytest.raises(store.StoreDamaged, match="1 entries at the end are lost"):
        ledger.decide(tmp_path, "C1", "C2", "same", "")


def test_an_append_reads_no_more_of_a_long_book_than_of_a_short_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path, 800)
    assert file.stat().st_size > 3 * hash_chained_log.WINDOW
    read: list[int] = []
    pread = os.pread
    monkeypatch.setattr(os, "pread", lambda handle, size, at: read.append(size) or pread(handle, size, at))
    ledger.decide(tmp_path, "C1", "C2", "same", "")
    assert sum(read) <= hash_chained_log.WINDOW


@pytest.mark.parametrize("how", ["pipe", "folder", "link"])
def test_a_line_never_goes_into_what_is_not_a_book(tmp_path: Path, how: str) -> None:
    file = write(tmp_path, 1)
    file.rename(tmp_path / "away")
    {"pipe": lambda: os.mkfifo(file), "folder": file.mkdir, "link": lambda: file.symlink_to(tmp_path / "away")}[how]()
    before = (tmp_path / "away").read_bytes()
    with pytest.raises(store.StoreError):
        ledger.decide(tmp_path, "C1", "C2", "same", "")
    assert (tmp_path / "away").read_bytes() == before
