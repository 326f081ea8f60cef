"""What a book proves, how long somebody waits for it, and what the next run repairs and says."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from store_frames import case, publish, sha, source

from recordkit import store
from recordkit.errors import StoreLocked
from recordkit.store import disk, hash_chained_log, layout, ledger, lineage, lock, publishing, recovery
from recordkit.store.manifest import Decisions

ONE = [case("C1", [("a.csv", 2)])]
A, B = source("a.csv"), source("b.csv")


def book(*sums: str, **more: Any) -> hash_chained_log.Book:
    return hash_chained_log.Book([{"seq": at} for at, _ in enumerate(sums, 1)], list(sums), **more)


def without_heads(root: Path) -> None:
    for head in (root / "ledger").glob("*.head"):
        head.unlink()


# ----------------------------------------------------------------------------------------------- books


@pytest.mark.parametrize(
    ("entries", "head", "held"),
    [(0, "", True), (0, "x", True), (1, "a", True), (2, "b", True), (2, "a", False), (1, "b", False), (3, "b", False)],
)
def test_a_book_holds_what_is_quoted_of_it_when_the_quoted_entry_is_there(entries: int, head: str, held: bool) -> None:
    quoted = Decisions(entries=entries, head=head)
    assert ledger.holds(book("a", "b"), quoted) is held
    entry = {"seq": 7, "quotes": {"decisions": (entries, head)}}
    quoting = hash_chained_log.Book([entry, {**entry, "seq": 8}], ["x", "y"])
    found = ledger.missing_entries({"runs": quoting, "decisions": book("a", "b")})
    assert set(found) == (set() if held else {"decisions"})
    assert held or "entry 7 of runs" in found["decisions"]


@pytest.mark.parametrize("quotes", [5, [1], [1, "a", 2], {"a": 1}, ["x", "a"], None])
def test_a_quotation_that_makes_no_sense_proves_that_something_is_missing(quotes: object) -> None:
    entry = {"seq": 7, "quotes": {"decisions": quotes, "another": quotes}}
    found = ledger.missing_entries({"runs": hash_chained_log.Book([entry], ["x"]), "decisions": book("a")})
    assert set(found) == {"decisions"}
    plain = hash_chained_log.Book([{"seq": 1}], ["x"])
    assert ledger.missing_entries({"runs": plain, "decisions": book("a")}) == {}


@pytest.mark.parametrize(
    ("head", "missing"),
    [
        ((3, "c"), ""), ((2, "b"), ""), ((0, ""), ""), ((0, "x"), ""), ((4, "d"), "1 entries at the end are lost"),
        ((6, "d"), "3 entries at the end are lost"), ((3, "b"), "is not the book"), ((1, "b"), "is not the book"),
    ],
)  # fmt: skip
def test_a_tail_is_lost_when_the_head_beside_the_book_knows_more(
    tmp_path: Path, head: tuple[int, str], missing: str
) -> None:
    (tmp_path / "ledger").mkdir()
    assert ledger.lost_tail(tmp_path, "runs", book("a", "b", "c")) == ""
    hash_chained_log.write_head(ledger.path(tmp_path, "runs"), *head)
    assert ledger.head_of(tmp_path, "runs") == head
    found = ledger.lost_tail(tmp_path, "runs", book("a", "b", "c"))
    assert found.startswith(missing)
    assert bool(found) is bool(missing)


def test_a_head_is_written_in_place_and_one_that_makes_no_sense_says_nothing(tmp_path: Path) -> None:
    ledger.append(tmp_path, "runs", {"what": "one"}) if (tmp_path / "ledger").mkdir() is None else None
    file = tmp_path / "ledger" / "runs.head"
    number, size, told = file.stat().st_ino, file.stat().st_size, json.loads(file.read_bytes())
    assert (told["entries"], len(told["sum"])) == ("000000000001", 16)
    ledger.append(tmp_path, "runs", {"what": "two"})
    assert (file.stat().st_ino, file.stat().st_size) == (number, size)
    assert json.loads(file.read_bytes())["entries"] == "000000000002"
    whole = json.loads(file.read_bytes())
    for wrong in (
        b"", b"{", b"[]", b"5", b'{"head": "x"}', json.dumps({**whole, "entries": "000000000001"}).encode(),
        json.dumps({**whole, "head": "x"}).encode(), json.dumps({**whole, "sum": "x"}).encode(),
        json.dumps({**whole, "entries": "x"}).encode(), json.dumps({**whole, "entries": None}).encode(),
    ):  # fmt: skip
        file.write_bytes(wrong)
        assert ledger.head_of(tmp_path, "runs") is None
        assert ledger.lost_tail(tmp_path, "runs", ledger.read(tmp_path, "runs")) == ""


@pytest.mark.parametrize("line", [b"[1]", b"5", b'"x"', b"{", b"\xff"])
def test_a_line_that_is_no_entry_is_torn(line: bytes) -> None:
    found = hash_chained_log.parse(line + b"\n", "runs")
    assert (found.count, found.torn, found.unterminated, found.head) == (0, len(line), False, "")


@pytest.mark.parametrize("entry", [{"seq": "x", "previous": "y"}, {"seq": 4, "previous": None}, {}])
def test_a_first_entry_in_sight_that_does_not_say_its_place_is_damage(entry: dict[str, Any]) -> None:
    with pytest.raises(store.StoreDamaged, match="entry 1"):
        hash_chained_log.parse(b"x\n" + json.dumps(entry).encode() + b"\n", "runs", is_end=True)


@pytest.mark.parametrize(
    ("whats", "named"),
    [
        ([], []), (["publishing:a"], []), (["published:a"], ["a"]), (["published:a", "read:b", "publishing:b"], ["a", "b"]),
        (["published:a", "published:b", "rolling back:a"], ["b", "a"]), (["published:b", "rolled back:a", "retired:b"], ["a"]),
        (["published:a", "pointer mended:b"], ["a", "b"]),
    ],
)  # fmt: skip
def test_the_pointer_may_name_what_was_confirmed_last_or_what_was_begun_since(
    whats: list[str], named: list[str]
) -> None:
    entries = [{"what": what.split(":")[0], "edition": what.split(":")[1]} for what in whats]
    assert ledger.pointed(entries) == named


def test_the_last_word_on_a_file_counts_and_decisions_on_records_are_none() -> None:
    words = [("1", "withdrawn"), ("2", "withdrawn"), ("1", "back"), ("3", "back"), ("3", "withdrawn")]
    entries = [{"what": "file", "sha256": of, "verdict": word, "why": f"{of} {word}"} for of, word in words]
    entries.append({"what": "link", "left_id": "R1", "right_id": "R2", "verdict": "withdrawn", "why": "x"})
    assert ledger.withdrawn(entries) == {"2": "2 withdrawn", "3": "3 withdrawn"}


def test_a_run_that_ended_says_of_which_beginning_and_a_verdict_is_one_of_three(tmp_path: Path) -> None:
    (tmp_path / "ledger").mkdir()
    ledger.append(tmp_path, "runs", {"what": "other"})
    with ledger.run(tmp_path, "compile", [{"name": "a.csv"}]) as told:
        told.result, told.details = "published", {"rows": 3}
    began, ended = ledger.read(tmp_path, "runs").entries[1:]
    assert (began["command"], began["inputs"]) == ("compile", [{"name": "a.csv"}])
    assert (ended["what"], ended["run"], ended["result"], ended["rows"]) == ("ended", 2, "published", 3)
    with pytest.raises(KeyError), ledger.run(tmp_path, "compile"):
        raise KeyError
    assert [ledger.read(tmp_path, "runs").entries[-1][key] for key in ("what", "run")] == ["failed", 4]
    for verdict in ("same", "different", "unsure"):
        assert ledger.decide(tmp_path, "R1", "R2", verdict, "why", by="x")["by"] == "x"
    with pytest.raises(ValueError, match="maybe"):
        ledger.decide(tmp_path, "R1", "R2", "maybe", "why")
    with pytest.raises(ValueError, match="others"):
        ledger.path(tmp_path, "others")


# --------------------------------------------------------------------------------------------- waiting


def clock(monkeypatch: pytest.MonkeyPatch, module: Any, *times: float) -> list[float]:
    """The module's clock gives these times; what it slept is in the list."""
    left, slept = list(times), list[float]()
    monkeypatch.setattr(module, "time", SimpleNamespace(monotonic=lambda: left.pop(0), sleep=slept.append))
    return slept


def held_lock(root: Path, wait: float) -> None:
    handle = lock._acquire(layout.create(root), 0)
    try:
        lock._acquire(layout.Layout(root), wait)
    finally:
        os.close(handle)


def held_book(root: Path, wait: float) -> None:
    (root / "ledger").mkdir(parents=True, exist_ok=True)
    file = ledger.path(root, "runs")
    with hash_chained_log.locked(file, 0), hash_chained_log.locked(file, wait):
        pass


@pytest.mark.parametrize(("module", "act"), [(lock, held_lock), (hash_chained_log, held_book)])
def test_who_waits_looks_again_until_the_time_is_up_and_no_longer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: Any, act: Callable[[Path, float], None]
) -> None:
    monkeypatch.setattr(lock, "_locked", lambda root: StoreLocked("in use", "later"))
    slept = clock(monkeypatch, module, 5.0, 10.0, 10.5, 10.9, 11.0)
    with pytest.raises(StoreLocked):
        act(tmp_path, 1.0)
    assert len(slept) == 2
    assert all(0 < one <= 0.1 for one in slept)


def test_a_holder_that_does_not_sign_is_waited_for_no_longer_than_a_second(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept = clock(monkeypatch, lock)
    assert "in use by another process" in lock._locked(tmp_path).what
    assert 0 < sum(slept) <= 1
    assert min(slept) > 0


def test_what_stood_in_the_lock_file_does_not_mix_with_the_name_of_its_holder(tmp_path: Path) -> None:
    layout.create(tmp_path)
    (tmp_path / "lock").write_bytes(b"x" * 4000)
    with lock.hold(tmp_path):
        told = lock.holder(tmp_path)
        assert (told.pid, told.host) == (os.getpid(), os.uname().nodename)
        assert str(told).endswith(", for 0 seconds")
        assert str(lock.Holder(7, "desk", None)) == "process 7 on desk"
        assert "another process" in str(lock.Holder(None, None, told.started))
    assert (tmp_path / "lock").read_bytes() == b""


# ---------------------------------------------------------------------------------------------- repairs


def cut_last_line(root: Path, name: str = "runs") -> dict[str, Any]:
    file = ledger.path(root, name)
    *lines, last = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines))
    without_heads(root)
    return dict(json.loads(last))


def test_leftovers_of_killed_runs_go_and_what_others_put_there_stays_and_is_told(tmp_path: Path) -> None:
    publish(tmp_path, ONE, [A])
    homes = [tmp_path, *(tmp_path / name for name in ("editions", "quarantine", "cache", "ledger", "private"))]
    for home in homes:
        (home / disk.TEMP / ("0" * 16)).mkdir(parents=True)
        (home / disk.TEMP / "theirs").write_bytes(b"x")
    (tmp_path / disk.TEMP / "installing-2026-06-r7-00000000").write_bytes(b"")
    (tmp_path / disk.TEMP / "installing-x").write_bytes(b"")
    with store.writing(tmp_path) as told:
        assert [one for one in told if one.startswith("removed")] == [
            "removed the unfinished work of a run that did not end"
        ] * 7
        assert sorted(one.split(",")[0] for one in told if "but for" in one) == sorted(
            [*(f"{home.relative_to(tmp_path) / disk.TEMP}" for home in homes), ".tmp"]
        )
        with store.writing(tmp_path) as again:
            assert again == []
    assert [sorted(path.name for path in (home / disk.TEMP).iterdir()) for home in homes] == [
        ["installing-x", "theirs"]
    ] + [["theirs"]] * 5


@pytest.mark.parametrize("strange", [False, True])
@pytest.mark.parametrize("announced", [False, True])
def test_parts_of_an_edition_that_never_came_to_be_go_when_it_was_announced(
    tmp_path: Path, strange: bool, announced: bool
) -> None:
    made = publish(tmp_path, ONE, [A])
    coming = "2026-07-r1-00000000"
    for home, folder in (("quarantine", "rows"), ("private", "persons")):
        (tmp_path / home / coming / folder).mkdir(parents=True)
        (tmp_path / home / coming / folder / "part-00000.parquet").write_bytes(b"x")
        if strange:
            (tmp_path / home / coming / "theirs").write_bytes(b"x")
    if announced:
        for name in (coming, made.id):
            recovery.announce(layout.Layout(tmp_path), name)
    with store.writing(tmp_path) as told:
        pass
    parts = [path.name for path in tmp_path.rglob("*") if path.is_file() and coming in path.parts]
    assert sorted(parts) == ["part-00000.parquet"] * (0 if announced else 2) + ["theirs"] * (2 if strange else 0)
    words = "keeps 1 files" if strange else "its edition was never finished"
    assert len([one for one in told if words in one]) == (2 if announced else 0)
    assert store.open_edition(tmp_path).scan("cases").collect().height == 1
    assert (tmp_path / "quarantine" / made.id).is_dir()


def test_a_publication_that_died_before_its_last_line_is_written_down_once(tmp_path: Path) -> None:
    made = publish(tmp_path, ONE, [A])
    lost = cut_last_line(tmp_path)
    assert "late" not in lost
    with store.writing(tmp_path) as told:
        assert told == [f"wrote the publication of {made.id} into the ledger"]
    entry = ledger.read(tmp_path, "runs").entries[-1]
    ours = {"seq", "at", "who", "host", "previous", "quotes", "torn"}
    assert {**{key: value for key, value in entry.items() if key not in ours}} == {
        **{key: value for key, value in lost.items() if key not in ours}, "late": True,
    }  # fmt: skip
    with store.writing(tmp_path) as told:
        assert told == []


def test_a_damaged_pointer_names_again_what_the_ledger_calls_current(tmp_path: Path) -> None:
    first, second = publish(tmp_path, ONE, [A]), publish(tmp_path, ONE, [A, B])
    for text in ("", "nonsense", "2026-06-r9-00000000\n"):
        (tmp_path / "current").write_text(text)
        with store.writing(tmp_path) as told:
            assert [one.partition("; ")[2] for one in told] == [f"it names {second.id} again"]
        entry = ledger.read(tmp_path, "runs").entries[-1]
        assert (entry["what"], entry["edition"]) == ("pointer mended", second.id)
    (tmp_path / "current").write_text(f"{first.id}\n")
    with store.writing(tmp_path) as told:
        assert told == [f"`current` was an older copy that named {first.id}; it names {second.id} again"]
    shutil.rmtree(second.path)
    (tmp_path / "current").write_text("")
    with store.writing(tmp_path):
        assert store.current_id(tmp_path) == first.id


@pytest.mark.parametrize("what", ["text", "link", "folder"])
def test_what_stands_in_the_place_of_the_pointer_goes_where_nothing_was_ever_published(
    tmp_path: Path, what: str
) -> None:
    layout.create(tmp_path)
    pointer = tmp_path / "current"
    {"text": lambda: pointer.write_text("nonsense"), "link": lambda: pointer.symlink_to("x"), "folder": pointer.mkdir}[
        what
    ]()
    if what == "folder":
        (pointer / "theirs").write_bytes(b"x")
    with store.writing(tmp_path) as told:
        assert told == ["removed `current`: it named no edition, and none was ever published here"]
    assert not os.path.lexists(pointer)
    assert [path.parent.name for path in tmp_path.rglob("theirs")] == (
        ["strange-current-1"] if what == "folder" else []
    )
    with store.writing(tmp_path) as told:
        assert told == []
    assert publish(tmp_path, ONE, [A]).id == store.current_id(tmp_path)


def test_a_pointer_that_names_an_edition_which_nobody_knows_is_not_taken_for_nonsense(tmp_path: Path) -> None:
    layout.create(tmp_path)
    (tmp_path / "current").write_text("2026-06-r1-00000000\n")
    with pytest.raises(store.StoreDamaged, match="None of the editions") as told:
        publish(tmp_path, ONE, [A])
    assert "volume" in told.value.fix
    assert (tmp_path / "current").read_text() == "2026-06-r1-00000000\n"


def test_decisions_that_the_current_edition_quotes_and_nobody_has_stop_every_run(tmp_path: Path) -> None:
    """Of a ledger whose books do not quote one another, as older versions wrote it."""
    ledger.decide(tmp_path, "R1", "R2", "same", "why") if layout.create(tmp_path) else None
    made = publish(tmp_path, ONE, [A])
    file, previous, lines = ledger.path(tmp_path, "runs"), "", []
    for entry in ledger.read(tmp_path, "runs").entries:
        line = disk.canonical_json({**entry, "quotes": {}, "previous": previous})
        previous = disk.sha256_bytes(line[:-1])
        lines.append(line)
    file.write_bytes(b"".join(lines))
    without_heads(tmp_path)
    with store.writing(tmp_path) as told:
        assert told == []
    ledger.path(tmp_path, "decisions").unlink()
    with pytest.raises(store.StoreDamaged, match=made.id), store.writing(tmp_path):
        pass
    file.unlink()
    with pytest.raises(store.StoreDamaged, match=made.id), store.writing(tmp_path):
        pass


# ------------------------------------------------------------------------------------- what follows what


@pytest.mark.parametrize("damage", [b"", b"{}", None])
def test_an_edition_that_is_damaged_is_followed_as_the_ledger_says(tmp_path: Path, damage: bytes | None) -> None:
    first, second = publish(tmp_path, ONE, [A]), publish(tmp_path, ONE, [A, B])

    def followed() -> str | None:
        told = second.manifest
        found = lineage.followed(tmp_path, [A, B], "s1", told.decisions, told.options)
        return found.id if found else None

    assert followed() == first.id
    if damage is None:
        (second.path / "manifest.json").unlink()
    else:
        (second.path / "manifest.json").write_bytes(damage)
    assert followed() == first.id
    (first.path / "manifest.json").write_bytes(b"{}")
    assert followed() is None
    shutil.rmtree(first.path)
    assert followed() is None


def test_the_first_edition_follows_nothing_and_no_store_has_nothing_new(tmp_path: Path) -> None:
    decisions = Decisions()
    assert publishing.nothing_new(tmp_path / "none", [A], schemas_sha256="s1") is False
    assert not (tmp_path / "none").exists()
    made = publish(tmp_path, ONE, [A])
    assert lineage.followed(tmp_path, [A], "s1", decisions, {}) is None
    assert publishing.nothing_new(tmp_path, [A], schemas_sha256="s1")
    assert not publishing.nothing_new(tmp_path, [A], schemas_sha256="s2")
    (made.path / "manifest.json").write_bytes(b"{}")
    assert not publishing.nothing_new(tmp_path, [A], schemas_sha256="s1")
    assert lineage.followed(tmp_path, [A], "s1", decisions, {}) is None
    file = ledger.path(tmp_path, "runs")
    file.write_bytes(b"")
    without_heads(tmp_path)
    assert lineage.followed(tmp_path, [A], "s1", decisions, {}) is None
    assert store.damaged_but_rebuildable(tmp_path, "s1") is None
    with pytest.raises(store.StoreDamaged):
        store.current_inputs(tmp_path)


def test_files_of_the_current_edition_are_those_of_its_manifest_and_of_no_edition_before(tmp_path: Path) -> None:
    (tmp_path / "editions").mkdir()
    assert store.current_inputs(tmp_path) == []
    publish(tmp_path, ONE, [A, B])
    made = publish(tmp_path, ONE, [B])
    assert store.current_inputs(tmp_path) == made.manifest.inputs == [B]
    assert [one.sha256 for one in store.current_inputs(tmp_path)] == [sha("b.csv")]


def test_editions_are_numbered_along_their_chain_and_by_month_and_quote_the_one_before(tmp_path: Path) -> None:
    july, august = source("j.csv", "2026-07"), source("u.csv", "2026-08")
    made = [publish(tmp_path, ONE, inputs) for inputs in ([A], [A, B], [A, july], [B], [B, august], [july, A, B])]
    told = [(one.manifest.sequence, one.manifest.revision, one.manifest.period[-2:]) for one in made]
    assert told == [(1, 1, "06"), (2, 2, "06"), (3, 1, "07"), (4, 3, "06"), (5, 1, "08"), (6, 2, "07")]
    assert made[-1].manifest.revisions == {"2026-06": 3, "2026-07": 2, "2026-08": 1}
    quoted = [one.manifest.previous for one in made[1:]]
    assert [(one.id, one.manifest_sha256) for one in quoted if one] == [
        (one.id, disk.sha256_file(one.path / "manifest.json")) for one in made[:-1]
    ]
    assert made[0].manifest.previous is None
    assert store.editions(tmp_path) == [one.id for one in made]


def test_an_edition_that_is_there_and_sound_is_named_again_and_not_written(tmp_path: Path) -> None:
    first, second = publish(tmp_path, ONE, [A]), publish(tmp_path, ONE, [A, B])
    store.rollback(tmp_path, first.id)
    number = second.path.stat().st_ino, second.files("cases")[0].stat().st_ino
    again = publish(tmp_path, ONE, [A, B])
    assert again.id == second.id == store.current_id(tmp_path)
    assert (again.path.stat().st_ino, again.files("cases")[0].stat().st_ino) == number
    begun, done = ledger.read(tmp_path, "runs").entries[-2:]
    assert (begun["what"], done["what"]) == ("publishing", "published")
    assert begun["manifest_sha256"] == done["manifest_sha256"] == second.manifest.sha256
    assert (done["follows"], done["rows"]) == (first.id, {"cases": 1, "counts": 1})
    store.rollback(tmp_path, first.id)
    shortened = second.files("cases")[0]
    shortened.write_bytes(shortened.read_bytes()[:-1])
    assert publish(tmp_path, ONE, [A, B]).path.stat().st_ino != number[0], "it was damaged"
    assert store.verify(tmp_path).sound


def test_nothing_temporary_is_left_but_what_tells_that_a_volume_is_there(tmp_path: Path) -> None:
    def places() -> list[str]:
        return sorted(str(path.relative_to(tmp_path).parent) for path in tmp_path.rglob(disk.TEMP))

    (tmp_path / "private").mkdir()
    publish(tmp_path, ONE, [A])
    assert places() == ["private", "quarantine"]
    assert not [path for home in ("private", "quarantine") for path in (tmp_path / home / disk.TEMP).iterdir()]

    def fails(_: store.Edition) -> dict[str, bytes]:
        assert len(places()) >= 3
        raise ZeroDivisionError

    before = sorted(path for path in tmp_path.rglob("*") if "ledger" not in path.parts)
    with pytest.raises(ZeroDivisionError):
        publish(tmp_path, ONE, [B], reports=fails)
    assert sorted(path for path in tmp_path.rglob("*") if "ledger" not in path.parts) == before


@pytest.mark.parametrize("private", [False, True])
def test_a_report_is_made_of_the_rows_that_are_about_to_be_published(tmp_path: Path, private: bool) -> None:
    if private:
        (tmp_path / "store" / "private").mkdir(parents=True)
    given = tmp_path / "big.bin"
    given.write_bytes(b"bytes of a file")

    def reports(draft: store.Edition) -> dict[str, bytes | Path]:
        rows = draft.scan("cases").collect().height + draft.scan("counts").collect().height
        return {"b.txt": str(rows).encode(), "a.bin": given}

    made = publish(tmp_path / "store", ONE, [A], reports=reports)
    folder = made.path / "reports"
    assert {path.name: path.read_bytes() for path in folder.iterdir() if path.name != "sums.json"} == {
        "a.bin": b"bytes of a file", "b.txt": b"2",
    }  # fmt: skip
    assert list(disk.read_json(folder / "sums.json")["files"]) == ["reports/a.bin", "reports/b.txt"]
    assert store.verify(tmp_path / "store").sound
    for name in ("../out.txt", "in/side.txt"):
        with pytest.raises(store.StoreError, match="not a name"):
            publish(tmp_path / "store", ONE, [B], reports=lambda _, name=name: {name: b"x"})
    assert store.current_id(tmp_path / "store") == made.id


@pytest.mark.parametrize("name", ["runs.jsonl", "runs.head"])
def test_a_book_that_has_another_name_elsewhere_is_copied_whole_before_it_is_written(tmp_path: Path, name: str) -> None:
    (tmp_path / "ledger").mkdir()
    for what in ("one", "two"):
        ledger.append(tmp_path, "runs", {"what": what})
    before = (tmp_path / "ledger" / name).read_bytes()
    os.link(tmp_path / "ledger" / name, tmp_path / "elsewhere")
    ledger.append(tmp_path, "runs", {"what": "three"})
    after = (tmp_path / "ledger" / name).read_bytes()
    assert (tmp_path / "elsewhere").read_bytes() == before
    assert after != before
    assert name == "runs.head" or after.startswith(before)
    assert [entry["what"] for entry in ledger.read(tmp_path, "runs").entries] == ["one", "two", "three"]
    assert ledger.lost_tail(tmp_path, "runs", ledger.read(tmp_path, "runs")) == ""
    assert (tmp_path / "ledger" / name).stat().st_nlink == 1
