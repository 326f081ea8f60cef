"""What the store says of each state it can be found in, and which of two states it chooses."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest
from store_frames import case, publish, source

from recordkit import store
from recordkit.store import disk, errors, handles, layout, ledger, recovery, volumes

ONE = [case("C1", [("a.csv", 2)])]


def test_a_link_in_the_place_of_a_small_file_is_called_a_link_and_a_torn_one_damaged(tmp_path: Path) -> None:
    link = handles.LinkInTheWay(tmp_path / "sums.json")
    assert errors.broken("sums.json", link) == "sums.json is a link, and not the file."
    assert errors.broken("sums.json", ValueError("torn")) == "sums.json is damaged."


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (OSError(errno.EIO, "Input/output error"), store.StoreDamaged, "Input/output error"),
        (OSError(), store.StoreDamaged, "a file of it is gone"),
        (PermissionError(errno.EACCES, "Permission denied"), store.StoreFailed, "permission denied"),
        (OSError(errno.ENOSPC, "No space left on device"), store.StoreFailed, "the disk is full"),
    ],
    ids=["damage", "gone", "closed", "full"],
)
def test_what_cannot_be_read_is_damage_unless_the_machine_refuses_it(
    error: OSError, kind: type[store.StoreError], words: str
) -> None:
    found = errors.unreadable("The store s", error, "do this")
    assert type(found) is kind
    assert words in found.what
    assert (found.fix == "do this") is (kind is store.StoreDamaged)


def test_a_place_that_is_not_there_is_no_full_disk(tmp_path: Path) -> None:
    said = errors.write_failed(tmp_path / "nowhere", OSError("no number"))
    assert "full" not in said.what
    assert said.fix == errors.write_failed(tmp_path, OSError("no number")).fix


def test_a_new_file_is_private_whatever_mask_the_process_has(tmp_path: Path) -> None:
    before = os.umask(0o777)
    try:
        disk.write_file(tmp_path / "made", b"x", durable=False)
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "made").stat().st_mode) == 0o600


def test_files_of_strangers_are_told_with_the_last_two_names_of_their_place(tmp_path: Path) -> None:
    assert ", in editions/strange-1:" in volumes._kept(tmp_path / "editions" / "strange-1", 3)


def test_an_edition_that_the_ledger_has_not_finished_is_a_note_and_no_damage(tmp_path: Path) -> None:
    made = publish(tmp_path, ONE, [source("a.csv")])
    book = tmp_path / "ledger" / "runs.jsonl"
    lines = book.read_bytes().splitlines(keepends=True)
    assert b'"published"' in lines[-1]
    for path in (book.parent, book):
        path.chmod(0o700)
    book.write_bytes(b"".join(lines[:-1]))
    for head in book.parent.glob("runs.head*"):
        head.unlink()
    found = store.verify(tmp_path)
    assert [note for note in found.notes if made.id in note and "not finished in the ledger" in note]
    assert [one for one in found.damage if "does not know" in one.what] == []


def test_decisions_that_an_edition_was_made_with_and_that_are_gone_are_damage(tmp_path: Path) -> None:
    ledger.decide(tmp_path, "R1", "R2", "same", "seen")
    made = publish(tmp_path, ONE, [source("a.csv")])
    assert made.manifest.decisions.entries == 1
    for path in (tmp_path / "ledger").glob("decisions*"):
        path.unlink()
    found = [one for one in store.verify(tmp_path).damage if one.path == "ledger/decisions.jsonl"]
    assert [one.what for one in found if made.id in one.what] == [f"lacks decisions that {made.id} was made with"]


def test_the_edition_that_was_current_is_the_last_whole_one_of_the_ledger_and_not_the_newest(tmp_path: Path) -> None:
    first = publish(tmp_path, ONE, [source("a.csv")])
    second = publish(tmp_path, ONE, [source("a.csv"), source("b.csv")])
    places = layout.Layout(tmp_path)
    assert recovery._last_known(places) == second.id
    store.rollback(tmp_path, first.id)
    assert recovery._last_known(places) == first.id
    (first.path / "manifest.json").write_bytes(b"{}")
    assert recovery._last_known(places) == second.id
