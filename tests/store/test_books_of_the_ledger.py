"""The ledger: appended, chained, durable, tolerant of a torn end only."""

from __future__ import annotations

import json
import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from store_frames import case, publish, source

from recordkit import accounts, store
from recordkit.store import ledger

ONE = [case("C1", [("a.csv", 2)])]


def write(root: Path, count: int) -> Path:
    for number in range(count):
        ledger.decide(root, f"C{number}", "C9", "same", "same FIR")
    return ledger.path(root, "decisions")


def test_entries_tell_who_when_and_where(tmp_path: Path) -> None:
    write(tmp_path, 2)
    first, second = ledger.read(tmp_path, "decisions").entries
    assert {"seq", "at", "who", "host", "previous"} <= set(first)
    assert (first["seq"], second["seq"]) == (1, 2)
    assert second["previous"] == ledger.read(tmp_path, "decisions").sums[0]


@pytest.mark.parametrize("line", [0, 1])
def test_an_edited_entry_breaks_the_chain(tmp_path: Path, line: int) -> None:
    file = write(tmp_path, 3)
    lines = file.read_text().splitlines(keepends=True)
    lines[line] = lines[line].replace('"same"', '"different"')
    file.write_text("".join(lines))
    with pytest.raises(store.StoreDamaged, match="changed"):
        ledger.read(tmp_path, "decisions")


@pytest.mark.parametrize("order", [[1, 2], [0, 2], [1, 0, 2], [0, 0, 1, 2]], ids=str)
def test_a_lost_moved_or_repeated_entry_breaks_the_chain(tmp_path: Path, order: list[int]) -> None:
    file = write(tmp_path, 3)
    lines = file.read_text().splitlines(keepends=True)
    file.write_text("".join(lines[n] for n in order))
    with pytest.raises(store.StoreDamaged, match="changed"):
        ledger.read(tmp_path, "decisions")


def test_every_cut_of_the_last_entry_is_tolerated_and_the_next_append_goes_on(tmp_path: Path) -> None:
    head = write(tmp_path, 1).with_suffix(".head")
    before = head.read_bytes()
    ledger.decide(tmp_path, "C1", "C9", "same", "same FIR")
    file = ledger.path(tmp_path, "decisions")
    whole = file.read_bytes()
    start = whole.index(b"\n") + 1
    for cut in range(start + 1, len(whole)):
        file.write_bytes(whole[:cut])
        head.write_bytes(before)  # a write that was cut off never got as far as the head
        ledger.decide(tmp_path, "C7", "C8", "unsure", "later")
        entries = ledger.read(tmp_path, "decisions").entries
        assert entries[0]["left_id"] == "C0"
        assert entries[-1]["left_id"] == "C7"
        assert len(entries) == (3 if cut == len(whole) - 1 else 2)


def test_a_torn_end_is_reported(tmp_path: Path) -> None:
    publish(tmp_path, ONE, [source("a.csv")])
    with ledger.path(tmp_path, "runs").open("ab") as file:
        file.write(b'{"at":')
    told = store.verify(tmp_path)
    assert told.sound
    assert any("6 torn bytes" in note for note in told.notes)


def test_a_cut_tail_is_seen_from_the_editions(tmp_path: Path) -> None:
    file = write(tmp_path, 3)
    publish(tmp_path, ONE, [source("a.csv")])
    file.write_text("".join(file.read_text().splitlines(keepends=True)[:2]))
    told = store.verify(tmp_path)
    assert {damage.path for damage in told.damage} == {"ledger/decisions.jsonl"}
    file.with_suffix(".head").unlink()
    assert [damage.path for damage in store.verify(tmp_path).damage] == ["ledger/decisions.jsonl"]


@pytest.mark.parametrize("book", ledger.BOOKS)
def test_a_tail_that_is_lost_after_the_last_edition_is_seen_and_nothing_is_added(tmp_path: Path, book: str) -> None:
    publish(tmp_path, ONE, [source("a.csv")])
    write(tmp_path, 2)
    ledger.append(tmp_path, "runs", {"what": "ran", "command": "compile"})
    for release in ("R0001", "R0002"):
        ledger.append(tmp_path, "releases", {"what": "released", "release": release})
    file = ledger.path(tmp_path, book)
    whole = file.read_bytes()
    for cut in (len(whole) - 9, whole[:-1].rindex(b"\n") + 1):  # a torn line that was confirmed, a lost one
        file.write_bytes(whole[:cut])
        assert f"ledger/{book}.jsonl" in {damage.path for damage in store.verify(tmp_path).damage}
        with pytest.raises(store.StoreDamaged):
            ledger.append(tmp_path, book, {"what": "ran"})
        with pytest.raises(store.StoreDamaged, match="older than the store"):
            publish(tmp_path, ONE, [source("b.csv")])
    file.write_bytes(whole)
    assert store.verify(tmp_path).sound


@pytest.mark.parametrize("data", [b"", b"{", b'{"entries":"000000000009","head":"x","sum":"y"}'])
def test_a_torn_head_is_a_note_and_written_anew(tmp_path: Path, data: bytes) -> None:
    publish(tmp_path, ONE, [source("a.csv")])
    head = tmp_path / "ledger" / "runs.head"
    head.write_bytes(data)
    told = store.verify(tmp_path)
    assert told.sound
    assert any("runs.head" in note for note in told.notes)
    ledger.append(tmp_path, "runs", {"what": "x"})
    assert not store.verify(tmp_path).notes


@pytest.mark.parametrize("how", ["pipe", "link"])
def test_a_head_that_is_no_file_is_not_waited_for_and_is_written_anew(tmp_path: Path, how: str) -> None:
    entries = [ledger.append(tmp_path, "runs", {"what": "x", "n": n}) for n in range(3)]
    head = ledger.path(tmp_path, "runs").with_suffix(".head")
    head.unlink()
    (tmp_path / "away").write_text("not ours")
    {"pipe": lambda: os.mkfifo(head), "link": lambda: head.symlink_to(tmp_path / "away")}[how]()
    after = ledger.append(tmp_path, "runs", {"what": "x", "n": 3})
    assert (ledger.head_of(tmp_path, "runs") or (0, ""))[0] == after["seq"] == len(entries) + 1
    assert (tmp_path / "away").read_text() == "not ours"


def test_an_older_copy_of_the_whole_ledger_is_seen_and_refused(tmp_path: Path) -> None:
    publish(tmp_path, ONE, [source("a.csv")])
    shutil.copytree(tmp_path / "ledger", tmp_path / "cache" / "older")
    publish(tmp_path, ONE, [source("b.csv")])
    shutil.rmtree(tmp_path / "ledger")
    shutil.copytree(tmp_path / "cache" / "older", tmp_path / "ledger")
    assert any("older copy" in damage.what for damage in store.verify(tmp_path).damage)
    with pytest.raises(store.StoreDamaged, match="older than the store"):
        publish(tmp_path, ONE, [source("c.csv")])


def test_who_is_the_account_and_not_what_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("USER", "LOGNAME", "LNAME", "USERNAME"):
        monkeypatch.setenv(name, "somebody_else")
    monkeypatch.setattr(accounts, "_is_borrowed", lambda _told: True)
    monkeypatch.setenv("SUDO_USER", "ehsan")
    entry = ledger.append(tmp_path, "runs", {"what": "x"})
    assert entry["who"] == f"{pwd.getpwuid(os.getuid()).pw_name} (sudo by ehsan)"


def test_no_line_of_a_book_turns_text_around_or_hides_any(tmp_path: Path) -> None:
    entry = ledger.append(tmp_path, "runs", {"what": "x\u202e\u200d\u2028\x1b[31m"})
    line = ledger.path(tmp_path, "runs").read_text(encoding="utf-8")
    assert not set("\u202e\u200d\u2028\x1b") & set(line)
    assert ledger.read(tmp_path, "runs").entries[-1]["what"] == entry["what"]
    assert ledger.append(tmp_path, "runs", {"what": "y"})["seq"] == 2


def test_reading_is_noted_and_never_fails_for_want_of_the_note(tmp_path: Path) -> None:
    made = publish(tmp_path, ONE, [source("a.csv")])
    assert ledger.noted(tmp_path, "trace", made.id, "C1") == ""
    last = ledger.read(tmp_path, "runs").entries[-1]
    assert (last["what"], last["command"], last["edition"], last["asked"]) == ("read", "trace", made.id, "C1")
    file = ledger.path(tmp_path, "runs")
    file.write_bytes(file.read_bytes()[:-40])
    assert "lost" in ledger.noted(tmp_path, "trace", made.id, "C1")


def test_a_decision_makes_a_new_edition(tmp_path: Path) -> None:
    publish(tmp_path, ONE, [source("a.csv")])
    write(tmp_path, 1)
    second = publish(tmp_path, ONE, [source("a.csv")])
    assert second.manifest.decisions.entries == 1


def test_many_processes_append_without_losing_an_entry(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from recordkit.store import ledger\n"
        "for n in range(20): ledger.append(Path(sys.argv[1]), 'runs', {'what': sys.argv[2]})"
    )
    racers = [subprocess.Popen([sys.executable, "-c", code, str(tmp_path), str(n)]) for n in range(3)]
    assert [racer.wait(60) for racer in racers] == [0, 0, 0]
    whats = [entry["what"] for entry in ledger.read(tmp_path, "runs").entries]
    assert sorted(whats) == sorted(["0", "1", "2"] * 20)


def test_a_run_that_fails_is_written_down(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), ledger.run(tmp_path, "compile", [{"name": "a.csv"}]):
        _ = 1 / 0
    entries = ledger.read(tmp_path, "runs").entries
    assert [entry["what"] for entry in entries] == ["started", "failed"]
    assert entries[1]["result"] == "ZeroDivisionError"


def test_the_ledgers_own_keys_cannot_be_forged(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="who"):
        ledger.append(tmp_path, "runs", {"what": "x", "who": "somebody else"})


def test_lines_are_json_that_anybody_can_read(tmp_path: Path) -> None:
    file = write(tmp_path, 1)
    assert json.loads(file.read_text())["why"] == "same FIR"


def test_a_tail_that_is_cut_off_together_with_its_head_is_seen_from_the_other_book(tmp_path: Path) -> None:
    publish(tmp_path, ONE, [source("a.csv")])
    write(tmp_path, 2)
    ledger.append(tmp_path, "runs", {"what": "ran", "command": "compile"})
    file = ledger.path(tmp_path, "decisions")
    whole = file.read_bytes()
    for left in (b"", whole[: whole.index(b"\n") + 1]):
        file.write_bytes(left)
        file.with_suffix(".head").unlink(missing_ok=True)
        (damage,) = store.verify(tmp_path).damage
        assert damage.path == "ledger/decisions.jsonl"
        assert "of runs quotes" in damage.what
        with pytest.raises(store.StoreDamaged, match="older than the store"):
            publish(tmp_path, ONE, [source("b.csv")])
    file.write_bytes(whole)
    assert store.verify(tmp_path).sound


def test_two_books_that_change_places_are_seen(tmp_path: Path) -> None:
    publish(tmp_path, ONE, [source("a.csv")])
    write(tmp_path, 4)
    runs, decisions = (ledger.path(tmp_path, book) for book in ("runs", "decisions"))
    for one, other in ((runs, decisions), (runs.with_suffix(".head"), decisions.with_suffix(".head"))):
        one.rename(tmp_path / "moved")
        other.rename(one)
        (tmp_path / "moved").rename(other)
    assert not store.verify(tmp_path).sound
