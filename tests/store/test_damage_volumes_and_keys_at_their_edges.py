"""What `verify` says of each kind of damage, whose a volume is, what a key opens, and what decides an edition."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import polars as pl
import pytest
from pyarrow.parquet import ParquetFile
from pydantic import ValidationError
from store_frames import case, publish, sha, source, tables

from recordkit import store
from recordkit.errors import BrokenLaw, UnreadableInput
from recordkit.store import (
    cache,
    disk,
    edition_diff,
    encryption,
    layout,
    ledger,
    manifest,
    parquet,
    verification,
    volumes,
)

ONE = [case("C1", [("a.csv", 2)])]
A, B = source("a.csv"), source("b.csv")
KEY, OTHER = "k" * 32, "o" * 32
PEOPLE = pl.DataFrame({"mention_id": ["M1"], "name": ["Aslam"]})


def reports(_: store.Edition) -> dict[str, bytes]:
    return {"a.html": b"figures"}


# ---------------------------------------------------------------------------------------------- damage


def shortened(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-3])


def turned(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, store.Edition, store.Edition]:
    """A store of two editions with reports, and both."""
    root = tmp_path / "store"
    aside = pl.DataFrame({"raw": ["x"]})
    more = {"reports": reports, "quarantine": aside}
    rows = store.Rows(read=2, accepted=1, quarantined=1)
    one, other = (entry.model_copy(update={"rows": rows}) for entry in (A, B))
    first = publish(root, ONE, [one], **more)
    aside = pl.DataFrame({"raw": ["x", "y"]})
    more_cases = [*ONE, case("C2", [("b.csv", 2)])]  # else the two would share their files
    return root, first, publish(root, more_cases, [one, other], **{**more, "quarantine": aside})


@pytest.mark.parametrize(
    ("act", "what"),
    [
        (shortened, "{short} bytes instead of {size}"), (turned, "bytes changed"), (Path.unlink, "missing"),
        (lambda path: (path.unlink(), path.symlink_to("elsewhere")), "a link, and not the file"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("which", ["table", "quarantine", "report"])
def test_each_kind_of_damage_has_its_words_and_every_file_is_looked_at(
    two: tuple[Path, store.Edition, store.Edition], act: Callable[[Path], object], what: str, which: str
) -> None:
    root, first, second = two
    quarantined = sorted(first.quarantine_path.rglob("*.parquet"))
    path = {
        "table": first.files("cases")[0],
        "quarantine": quarantined[0],
        "report": first.path / "reports" / "a.html",
    }[which]
    sound = store.verify(root)
    files = [one for one in root.rglob("*") if one.is_file() and (one.suffix in (".parquet", ".html"))]
    assert sound.sound
    assert (sound.files, sound.bytes) == (len(files), sum(one.stat().st_size for one in files))
    size = path.stat().st_size
    act(path)
    found = store.verify(root)
    below = path.relative_to(first.quarantine_path if which == "quarantine" else first.path).as_posix()
    place = f"quarantine/{below}" if which == "quarantine" else below
    (damage,) = found.damage
    assert (damage.edition, damage.path) == (first.id, place)
    assert damage.what.startswith(what.format(short=size - 3, size=size).split(",")[0])
    assert found.rebuild == {first.id: [{"sha256": A.sha256, "name": "a.csv"}]}
    assert verification.is_sound(root, second.id)
    assert not verification.is_sound(root, first.id)
    assert found.files == len(files)


@pytest.mark.parametrize(
    ("plant", "told"),
    [
        ("editions/{0}/theirs", ("{0}", "theirs")), ("quarantine/{0}/theirs", ("{0}", "quarantine/theirs")),
        ("editions/{0}/reports/theirs", ("{0}", "reports/theirs")), ("editions/theirs", ("", "editions/theirs")),
    ],
)  # fmt: skip
def test_what_does_not_belong_is_named_with_its_place(
    two: tuple[Path, store.Edition, store.Edition], plant: str, told: tuple[str, str]
) -> None:
    root, first, _ = two
    disk.write_file(root / plant.format(first.id), b"x")
    found = [(one.edition, one.path, one.what) for one in store.verify(root).damage]
    assert found == [(told[0].format(first.id), told[1], "does not belong here")]


def test_leftovers_and_open_permissions_are_notes_and_no_damage(two: tuple[Path, store.Edition, store.Edition]) -> None:
    root, first, _ = two
    for name in (
        "editions/.tmp",
        "quarantine/.tmp",
        "quarantine/2026-01-r1-00000000",
        "editions/strange-x-1",
        "strange-1",
    ):
        disk.make_folder(root / name)
    for name in ("ledger/runs.jsonl", f"editions/{first.id}/manifest.json"):
        (root / name).chmod(0o644)
    found = store.verify(root)
    assert found.damage == []
    assert sorted(found.notes) == sorted(
        [
            *(note for note in found.notes if "strange-x-1" in note or "strange-1" in note),
            "quarantine/2026-01-r1-00000000 has no edition here", "ledger/runs.jsonl can be read by others",
            f"editions/{first.id}/manifest.json can be read by others",
        ]
    )  # fmt: skip
    assert len(found.notes) == 5


def test_a_home_that_may_not_be_looked_into_is_damage_and_the_rest_is_looked_at(
    two: tuple[Path, store.Edition, store.Edition], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, _, _ = two
    disk.make_folder(root / "private")
    disk.make_folder(root / "private" / "unknown")
    real = Path.iterdir

    def closed(path: Path) -> object:
        if path.name == "quarantine":
            raise PermissionError(13, "Permission denied")
        return real(path)

    monkeypatch.setattr(Path, "iterdir", closed)
    found = store.verify(root)
    assert [(one.path, one.what) for one in found.damage] == [("quarantine", "cannot be read: Permission denied")]
    assert "private/unknown has no edition here" in found.notes


def test_what_may_not_be_looked_at_is_not_open_to_others(tmp_path: Path) -> None:
    assert verification._is_open(tmp_path / "nothing") is False
    (tmp_path / "open").write_bytes(b"")
    (tmp_path / "open").chmod(0o604)
    assert verification._is_open(tmp_path / "open") is True


def test_inputs_of_a_lost_or_damaged_edition_come_from_the_ledger_and_of_that_edition(
    two: tuple[Path, store.Edition, store.Edition],
) -> None:
    root, first, second = two
    (second.path / "manifest.json").write_bytes((first.path / "manifest.json").read_bytes())
    found = store.verify(root)
    assert [(one.edition, one.path) for one in found.damage] == [(second.id, "manifest.json")] * (len(found.damage))
    assert [one["name"] for one in found.rebuild[second.id]] == ["a.csv", "b.csv"]
    (first.path / "manifest.json").write_bytes(b"{}")
    assert [one["name"] for one in store.verify(root).rebuild[first.id]] == ["a.csv"]
    ledger.path(root, "runs").write_bytes(b"")
    assert store.verify(root).rebuild[first.id] == []


def test_a_manifest_that_is_not_the_published_one_and_a_torn_end_of_a_book_are_told(
    two: tuple[Path, store.Edition, store.Edition],
) -> None:
    root, first, _ = two
    file = ledger.path(root, "runs")
    text = file.read_bytes()
    with file.open("ab") as book:
        book.write(b'{"what"')
    found = store.verify(root)
    assert found.sound
    assert found.notes == ["ledger/runs.jsonl ends in 7 torn bytes of an entry never confirmed"]
    file.write_bytes(text)
    (root / "ledger" / "runs.head").write_bytes(b"x")
    found = store.verify(root)
    assert found.sound
    assert len(found.notes) == 1
    assert "runs.head" in found.notes[0] or ".head" in found.notes[0]
    assert first.id in found.editions


def rewritten(root: Path, change: Callable[[dict[str, object]], dict[str, object]]) -> None:
    """The book of runs with other entries in it, whose sums fit: nobody who has no copy could tell."""
    previous, lines = "", []
    for entry in ledger.read(root, "runs").entries:
        line = disk.canonical_json({**change(entry), "previous": previous})
        previous = disk.sha256_bytes(line[:-1])
        lines.append(line)
    ledger.path(root, "runs").write_bytes(b"".join(lines))
    for head in (root / "ledger").glob("*.head"):
        head.unlink()


def test_an_edition_and_its_line_in_the_ledger_must_be_of_one_sum(
    two: tuple[Path, store.Edition, store.Edition],
) -> None:
    root, first, _ = two

    def other(entry: dict[str, object]) -> dict[str, object]:
        mine = entry["what"] == "published" and entry["edition"] == first.id
        return {**entry, "manifest_sha256": "0" * 64} if mine else entry

    rewritten(root, other)
    found = store.verify(root)
    assert [(one.edition, one.path) for one in found.damage] == [(first.id, "manifest.json")]
    assert "ledger" in found.damage[0].what


@pytest.mark.parametrize("known", ["all", "the first", "none"])
def test_an_older_edition_that_the_pointer_names_is_told_only_where_the_ledger_knows_a_newer_one(
    two: tuple[Path, store.Edition, store.Edition], known: str
) -> None:
    root, first, second = two
    (root / "current").write_text(f"{first.id}\n")
    forgotten = {"all": (), "the first": (second.id,), "none": (first.id, second.id)}[known]
    rewritten(
        root, lambda entry: {**entry, "edition": "2020-01-r1-00000000"} if entry.get("edition") in forgotten else entry
    )
    told = [one.what for one in store.verify(root).damage if one.path == "current"]
    assert len(told) == (known != "none")
    assert known != "all" or (first.id in told[0] and second.id in told[0])


def test_a_book_of_which_the_others_quote_more_is_damage_and_one_that_is_damaged_is_told_once(tmp_path: Path) -> None:
    layout.create(tmp_path)
    for why in ("one", "two"):
        ledger.decide(tmp_path, "R1", "R2", "same", why)
    ledger.append(tmp_path, "runs", {"what": "quotes both"})
    assert store.verify(tmp_path).sound
    file = ledger.path(tmp_path, "decisions")
    first, second = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(first)
    (tmp_path / "ledger" / "decisions.head").unlink()
    found = [(one.edition, one.path, one.what) for one in store.verify(tmp_path).damage]
    assert found == [("", "ledger/decisions.jsonl", "lacks entries that entry 1 of runs quotes")]
    file.write_bytes(second)
    assert [one.path for one in store.verify(tmp_path).damage] == ["ledger/decisions.jsonl"]
    assert "changed at entry" in store.verify(tmp_path).damage[0].what


# --------------------------------------------------------------------------------------------- volumes


@pytest.mark.parametrize(
    ("made", "here", "is_store"),
    [
        (["ledger/runs.jsonl"], ".", True), (["ledger/x", "editions/x"], ".", True), (["ledger/x"], ".", False),
        (["editions/x"], ".", False), (["ledger/runs.jsonl"], "deep/er", True), (["ledger/x", "editions/x"], "editions", True),
    ],
)  # fmt: skip
def test_a_store_is_known_by_its_ledger_and_editions_or_by_its_book_of_runs(
    tmp_path: Path, made: list[str], here: str, is_store: bool
) -> None:
    for name in (*made, "deep/er/x"):
        (tmp_path / "s" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "s" / name).write_bytes(b"")
    assert volumes.store_above(tmp_path / "s" / here) == (tmp_path / "s" if is_store else None)
    assert volumes.volume_above(tmp_path / "s" / here) is None
    (tmp_path / "s" / volumes.MARKER).symlink_to("nowhere")
    assert volumes.volume_above(tmp_path / "s" / "deep") == tmp_path / "s"


@pytest.mark.parametrize(
    ("marker", "why"),
    [
        ('{"store": "{root}"}', None), ('{"store": "{root}", "begun": "{begun}"}', None),
        ('{"store": "{root}", "begun": "x"}', "another store, which was at"), ('{"store": "/elsewhere"}', "belongs to the store /elsewhere"),
        ("{", "cannot be read"), ("[]", "cannot be read"), ("{}", "cannot be read"),
    ],
)  # fmt: skip
def test_a_marker_says_whose_a_volume_is(tmp_path: Path, marker: str, why: str | None) -> None:
    root = tmp_path / "store"
    (tmp_path / "volume").mkdir()
    root.mkdir()
    (root / "private").symlink_to(tmp_path / "volume")
    publish(root, ONE, [A])
    places = layout.Layout(root)
    assert volumes.linked(places) == [root / "private"]
    begun = ledger.path(root, "runs").read_bytes().splitlines(keepends=True)[0]
    text = marker.replace("{root}", str(root)).replace("{begun}", disk.sha256_bytes(begun))
    (tmp_path / "volume" / volumes.MARKER).write_text(text)
    found = volumes.why_foreign(places, root / "private")
    assert (found is None) is (why is None)
    assert why is None or why in str(found)
    (tmp_path / "volume" / volumes.MARKER).unlink()
    assert volumes.why_foreign(places, root / "private") is None


def test_the_first_line_of_a_book_tells_a_store_from_others_once_it_is_whole(tmp_path: Path) -> None:
    places = layout.create(tmp_path)
    assert volumes._begun(places) is None
    file = ledger.path(tmp_path, "runs")
    file.write_bytes(b'{"seq":1')
    assert volumes._begun(places) is None
    file.write_bytes(b'{"seq":1}\n{"seq":2}\n')
    assert volumes._begun(places) == disk.sha256_bytes(b'{"seq":1}\n')


@pytest.mark.parametrize(
    ("name", "ours"),
    [
        ("{first}/persons/{part}", True), ("{first}/persons/theirs", False), ("{first}/theirs", False), ("theirs", False),
        (".tmp/theirs", True), ("lost+found/theirs", True), (".snapshot/theirs", True), ("strange-1/theirs", True),
        ("2026-01-r1-00000000/persons/{part}", False),
    ],
)  # fmt: skip
def test_a_volume_without_a_marker_is_ours_when_all_that_lies_there_is(tmp_path: Path, name: str, ours: bool) -> None:
    root = tmp_path / "store"
    (root / "private").mkdir(parents=True)
    made = store.publish(root, {**tables(ONE), "persons": PEOPLE}, inputs=[A], schemas_sha256="s")
    assert made is not None
    part = made.files("persons")[0].name
    path = root / "private" / name.format(first=made.id, part=part)
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    assert volumes._is_ours(layout.Layout(root), root / "private") is ours


@pytest.mark.parametrize("known", [None, {"rows/part-00000.parquet", "rows/more"}])
def test_of_an_editions_folder_goes_what_is_its_own_and_an_edition_without_a_manifest_is_told_by_its_form(
    tmp_path: Path, known: set[str] | None
) -> None:
    root = layout.create(tmp_path).root
    folder = root / "quarantine" / "2026-06-r1-00000000"
    for name in ("rows/part-00000.parquet", "rows/more", "rows/part-x.parquet", "Rows/part-1.parquet"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(b"x")
    staying = ["Rows/part-1.parquet", "rows/part-x.parquet"] + ([] if known else ["rows/more"])
    assert volumes.strangers(folder, known) == sorted(staying)
    told = volumes.let_go(folder, known)
    assert told == f"quarantine/{folder.name} keeps {len(staying)} files that no manifest of this store lists"
    assert disk.files_below(folder) == sorted(staying)
    for name in staying:
        (folder / name).unlink()
    assert volumes.let_go(folder, known) == ""
    assert not folder.exists()
    assert not list((root / "quarantine" / disk.TEMP).iterdir())


# ------------------------------------------------------------------------------------------------ keys


def test_ids_of_keys_and_pseudonyms_are_keyed_sums_of_fixed_length_in_every_version() -> None:
    key, secret = encryption.parse(f" {KEY}\n"), KEY.encode()
    assert key.id == hmac.new(secret, b"recordkit key id", hashlib.sha256).hexdigest()[:8]
    assert key.secret == secret
    made = encryption.pseudonyms(pl.Series("x", ["35202-1234567-1", None, "35202-1234567-1"]), key, "cnic")
    one = hmac.new(secret, b"cnic\x0035202-1234567-1", hashlib.sha256).hexdigest()[:24]
    assert made.to_list() == [one, None, one]


@pytest.mark.parametrize(
    ("text", "count"), [(f"{KEY}\n\n  \n{OTHER}\n", 2), (KEY, 1), (f"\n{KEY}", 1), (f"{KEY}\n{KEY}", 2)]
)
def test_keys_stand_one_on_each_line_and_the_first_is_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, text: str, count: int
) -> None:
    monkeypatch.setenv(encryption.STORE, text)
    assert len(encryption.find_keys(encryption.STORE)) == count
    found = encryption.find_key(encryption.STORE)
    assert found is not None
    assert found.secret == KEY.encode()
    path = tmp_path / "keys"
    path.write_text(OTHER)
    path.chmod(0o600)
    monkeypatch.setenv(f"{encryption.STORE}_FILE", str(path))
    found = encryption.find_key(encryption.STORE)
    assert found is not None
    assert found.secret == OTHER.encode(), "the file comes first"
    assert encryption.find_key(encryption.PSEUDONYM) is None


@pytest.mark.parametrize("bit", range(9))
def test_a_key_file_is_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, bit: int) -> None:
    path = tmp_path / "keys"
    path.write_text(KEY)
    path.chmod(0o600 | 1 << bit)
    monkeypatch.setenv(f"{encryption.STORE}_FILE", str(path))
    if bit >= 6:
        assert encryption.find_key(encryption.STORE) is not None
    else:
        with pytest.raises(store.StoreError, match="read by others"):
            encryption.find_key(encryption.STORE)
    path.chmod(0o600)
    path.write_bytes(b"\xff" * 32)
    with pytest.raises(store.StoreError, match="not text"):
        encryption.find_key(encryption.STORE)
    path.unlink()
    with pytest.raises(store.StoreError, match="No such file"):
        encryption.find_key(encryption.STORE)


def test_a_key_is_missing_only_for_what_was_made_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = encryption.parse(KEY).id
    monkeypatch.delenv(encryption.STORE, raising=False)
    encryption.ready([None, None])
    assert encryption.for_reading(None) is encryption.for_arrow(None) is encryption.for_writing(None) is None
    for made_with in ([None, mine], [mine]):
        with pytest.raises(store.StoreError, match=f"key {mine}"):
            encryption.ready(made_with)
    monkeypatch.setenv(encryption.STORE, f"{OTHER}\n{KEY}")
    encryption.ready([None, mine])
    with pytest.raises(store.StoreError, match="ffffffff"):
        encryption.ready([mine, "ffffffff"])


# ----------------------------------------------------------------------------------------------- cache


@pytest.mark.parametrize("key", ["a" * 63, "a" * 65, "/" * 64, "a" * 63 + ".", ""])
def test_only_a_sum_is_a_key_of_the_cache(tmp_path: Path, key: str) -> None:
    for act in (lambda: cache.Cache(tmp_path).has(key), lambda: cache.Cache(tmp_path).drop(key)):
        with pytest.raises(ValueError, match="not a cache key"):
            act()


def test_the_cache_forgets_entries_only_and_what_others_put_there_stays(tmp_path: Path) -> None:
    made = store.open_cache(tmp_path)
    keys = [store.cache_key(name) for name in "abc"]
    for key in keys:
        made.put(key, {"rows": PEOPLE}, {"at": key})
        made.put(key, {"rows": PEOPLE.clear()}, {"at": "later"})
        found = made.get(key)
        assert found is not None
        assert (found.note["at"], found.frames["rows"].collect().height) == (key, 1), "an entry that is there stays"
    for name in ("notes", "zz/x", f"{keys[0][:2]}/notes", f"{'00' if keys[0][:2] != '00' else '01'}/{keys[0]}"):
        (tmp_path / "cache" / name).mkdir(parents=True, exist_ok=True)
    (made._folder(keys[0]) / "sums.json").write_bytes(b"{")
    (made._folder(keys[1]) / "sums.json").unlink()
    assert made.prune() == 2
    assert [made.has(key) for key in keys] == [False, False, True]
    assert len(list((tmp_path / "cache").rglob("notes"))) == 2
    assert not list((tmp_path / "cache" / disk.TEMP).iterdir())
    made.drop(keys[2])
    assert not made.has(keys[2])
    assert made.get(keys[2]) is None


def test_an_entry_that_could_not_be_placed_is_no_entry_and_the_frames_come_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise OSError(1, "no")

    made = store.open_cache(tmp_path)
    monkeypatch.setattr(disk, "move_folder", refused)
    found = made.put(KEY_OF_CACHE, {"rows": PEOPLE}, {"read": 1})
    assert found.frames["rows"].collect().equals(PEOPLE)
    assert not made.has(KEY_OF_CACHE)


KEY_OF_CACHE = store.cache_key("x")


# --------------------------------------------------------------------------- what decides an edition


@pytest.mark.parametrize("name", ["read", "accepted", "quarantined", "corrected", "skipped"])
def test_rows_are_counted_from_nothing_upwards(name: str) -> None:
    assert getattr(store.Rows(**{name: 0}), name) == getattr(store.Rows(), name) == 0
    with pytest.raises(ValidationError):
        store.Rows(**{name: -1})


@pytest.mark.parametrize(
    ("inputs", "month"),
    [
        ([("2026-06", "2026-09"), ("2026-07", None)], "2026-07"), ([(None, "2026-09-30"), ("2026-07", None)], "2026-09"),
        ([(None, "2026"), (None, "2026-05")], "2026-05"), ([(None, None), (None, "")], None), ([], None),
    ],
)  # fmt: skip
def test_the_month_of_an_edition_is_the_newest_of_its_files_by_what_they_say_or_when_they_came(
    inputs: list[tuple[str | None, str | None]], month: str | None
) -> None:
    given = [store.Input(sha256=sha(str(at)), name="x", period=p, received=r) for at, (p, r) in enumerate(inputs)]
    if month:
        assert manifest.newest_period(given) == month
    else:
        with pytest.raises(UnreadableInput):
            manifest.newest_period(given)


@pytest.mark.parametrize(
    ("rows", "quarantined", "laws", "broken"),
    [
        ([(5, 3, 1, 0, 1)], 1, [], ""), ([(5, 3, 1, 1, 1)], 0, [], ""), ([(5, 3, 1, 0, 1)], None, [], ""),
        ([(5, 3, 1, 0, 1)], 2, [], "quarantine"), ([(5, 3, 1, 0, 0)], 1, [], "f0"), ([(5, 3, 1, 0, 1), (2, 1, 0, 0, 0), (2, 3, 0, 0, 0)], 1, [], "f1"),
        ([(5, 3, 1, 0, 1)], 1, [("mine", 2, 2)], ""), ([(5, 3, 1, 0, 1)], 1, [("mine", 2, 2), ("yours", 3, 2), ("last", 1, 2)], "yours"),
    ],
)  # fmt: skip
def test_every_row_is_accounted_for_in_every_file_and_in_the_quarantine(
    rows: list[tuple[int, ...]], quarantined: int | None, laws: list[tuple[str, int, int]], broken: str
) -> None:
    names = ("read", "accepted", "quarantined", "corrected", "skipped")
    inputs = [
        store.Input(sha256=sha(str(at)), name=f"f{at}", rows=store.Rows(**dict(zip(names, one, strict=True))))
        for at, one in enumerate(rows)
    ]
    mine = [store.Law(law=name, left=left, right=right) for name, left, right in laws]
    if broken:
        with pytest.raises(BrokenLaw, match=broken):
            manifest.check_laws(inputs, quarantined, mine)
        return
    found = manifest.check_laws(inputs, quarantined, mine)
    expected = ["conservation", *(["quarantine"] if quarantined is not None else []), *(law.law for law in mine)]
    assert [law.law for law in found] == expected
    assert (found[0].left, found[0].right) == (sum(one[0] for one in rows),) * 2


def test_what_decides_an_edition_is_its_files_in_any_order_its_declarations_decisions_options_and_code() -> None:
    code = store.Code(version="1", sha256="c", polars="p")
    plain = dict(inputs=[A, B], schemas_sha256="s", decisions=store.Decisions(), options={}, code=code)  # noqa: C408
    of = manifest.fingerprint(**plain)
    same = [
        {"inputs": [B, A]}, {"code": code.model_copy(update={"polars": "q"})},
        {"inputs": [A.model_copy(update={"rows": store.Rows(), "agency": None, "period": None}), B]},
    ]  # fmt: skip
    other = [
        {"inputs": [A]}, {"inputs": [A.model_copy(update={"name": "x"}), B]}, {"inputs": [A.model_copy(update={"received": None}), B]},
        {"schemas_sha256": "t"}, {"decisions": store.Decisions(entries=1, head="x")}, {"options": {"a": "b"}},
        {"code": code.model_copy(update={"version": "2"})}, {"code": code.model_copy(update={"sha256": "d"})},
    ]  # fmt: skip
    assert {manifest.fingerprint(**{**plain, **change}) for change in same} == {of}
    assert len({of, *(manifest.fingerprint(**{**plain, **change}) for change in other)}) == len(other) + 1


@pytest.mark.parametrize(
    ("number", "fits", "newer"), [(manifest.FORMAT + 1, True, True), (manifest.FORMAT + 1, False, False), (manifest.FORMAT, True, False), ("9", True, False), (None, True, False)]
)  # fmt: skip
def test_a_newer_format_is_believed_of_a_whole_manifest_only(number: object, fits: bool, newer: bool) -> None:
    data = disk.canonical_json({"format": number} if number is not None else {})
    name = f"2026-06-r1-{disk.sha256_bytes(data)[:8]}" if fits else "2026-06-r1-00000000"
    assert manifest._is_newer(data, name) is newer
    assert manifest._is_newer(b"{", f"2026-06-r1-{disk.sha256_bytes(b'{')[:8]}") is False
    assert manifest._is_newer(b"[]", f"2026-06-r1-{disk.sha256_bytes(b'[]')[:8]}") is False


# ----------------------------------------------------------------------------------------------- files


@pytest.mark.parametrize(
    ("rows", "heights"), [(0, [0]), (1, [1]), (2, [2]), (3, [2, 1]), (4, [2, 2]), (7, [2, 2, 2, 1])]
)
def test_a_table_is_cut_into_files_of_so_many_rows_and_no_empty_one_behind(
    tmp_path: Path, rows: int, heights: list[int]
) -> None:
    frame = pl.DataFrame({"at": range(rows)}, schema={"at": pl.Int64})
    made = parquet.write_table(tmp_path, "t", frame, rows_per_file=2)
    assert [file.rows for file in made.files] == heights
    assert (made.rows, made.columns, made.key) == (rows, [("at", "Int64")], None)
    assert [path.name for path in sorted((tmp_path / "t").iterdir())] == [
        file.path.partition("/")[2] for file in made.files
    ]
    assert pl.concat([pl.read_parquet(tmp_path / file.path) for file in made.files]).equals(frame)
    assert parquet.as_lazy(tmp_path / "t").collect().equals(frame)
    for file in made.files:
        assert (file.bytes, file.sha256) == (
            (tmp_path / file.path).stat().st_size,
            disk.sha256_file(tmp_path / file.path),
        )


def test_a_file_holds_a_quarter_of_a_million_rows_in_one_group(tmp_path: Path) -> None:
    rows = parquet.ROWS_PER_FILE
    assert rows == 250_000
    made = parquet.write_table(tmp_path, "t", pl.DataFrame({"at": range(rows + 1)}))
    assert [file.rows for file in made.files] == [rows, 1]
    assert [ParquetFile(tmp_path / file.path).metadata.num_row_groups for file in made.files] == [1, 1]
    column = ParquetFile(tmp_path / made.files[0].path).metadata.row_group(0).column(0)
    assert (column.compression, column.is_stats_set, column.statistics.max) == ("ZSTD", True, rows - 1)


def test_how_hard_a_file_is_compressed_is_part_of_its_bytes_and_so_of_the_ids_of_editions(tmp_path: Path) -> None:
    frame = pl.DataFrame({"text": [f"{at * 7919 % 1000} and {at}" for at in range(3000)]})
    made = parquet.write_table(tmp_path, "t", frame)
    expected = tmp_path / "expected.parquet"
    frame.lazy().sink_parquet(expected, compression="zstd", compression_level=3, row_group_size=250_000)
    assert made.files[0].sha256 == disk.sha256_file(expected)


def test_a_file_that_vanishes_while_it_is_read_is_the_inputs_fault_and_is_named(tmp_path: Path) -> None:
    PEOPLE.write_parquet(tmp_path / "gone.parquet")
    lazy = pl.scan_parquet(tmp_path / "gone.parquet")
    lazy.collect_schema()
    (tmp_path / "gone.parquet").unlink()
    with pytest.raises(UnreadableInput):
        list(parquet._collected(lazy, 10))

    def refused(error: OSError) -> SimpleNamespace:
        def batches(**_: object) -> object:
            raise error

        return SimpleNamespace(collect_batches=batches)

    with pytest.raises(UnreadableInput, match=r"^x\.csv "):
        list(parquet._collected(refused(OSError(5, "x", "/secret/place/x.csv")), 10))
    with pytest.raises(OSError, match="No space"):
        list(parquet._collected(refused(OSError(28, "No space left on device")), 10))


def test_what_is_read_back_must_be_what_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = parquet._write_file
    monkeypatch.setattr(parquet, "_write_file", lambda path, frame, *rest: real(path, frame.head(1), *rest))
    with pytest.raises(OSError, match="differ"):
        parquet.write_table(tmp_path, "t", pl.concat([PEOPLE, PEOPLE]))
    monkeypatch.setenv(encryption.STORE, f"{KEY}\n{OTHER}")
    pl.concat([PEOPLE, PEOPLE]).write_parquet(tmp_path / "two.parquet")
    with pytest.raises(OSError, match="differ"):
        parquet.rewrite(tmp_path / "two.parquet", None, tmp_path / "new.parquet", encryption.parse(KEY))
    assert parquet.opens(tmp_path / "new.parquet", encryption.parse(KEY).id)
    assert not parquet.opens(tmp_path / "new.parquet", encryption.parse(OTHER).id)
    assert not parquet.opens(tmp_path / "new.parquet", None)
    assert parquet.opens(tmp_path / "two.parquet", None)


def test_a_table_of_intermediate_rows_is_forgotten_and_may_begin_anew(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    with store.spool(tmp_path / "store") as spool:
        ids = pl.DataFrame({"case_id": ["C00a", "C80a", "C00b", None]})
        assert spool.cut("cases", ids.lazy(), "case_id", 2) == 4
        assert [spool.part("cases", part)["case_id"].to_list() for part in (0, 1)] == [["C00a", "C00b"], ["C80a", None]]
        for at in range(12):
            spool.add("many", 0, pl.DataFrame({"at": [at]}))
        assert spool.scan("many").collect()["at"].to_list() == list(range(12))
        spool.drop("cases")
        assert not (spool.folder / "cases").exists()
        spool.drop("never there")
        spool.add("cases", 0, ids.head(1))
        assert spool.scan("cases").collect().height == 1
        assert os.listdir(spool.folder / "many")


# ------------------------------------------------------------------------------------------ differences


def test_a_table_that_one_edition_alone_has_counts_as_a_whole(tmp_path: Path) -> None:
    def made(at: int, *names: str) -> store.Edition:
        more = {name: pl.DataFrame({"x": range(rows)}) for name, rows in (("links", 3), ("models", 2)) if name in names}
        frames = {name: frame for name, frame in tables(ONE).items() if name in names}
        found = store.publish(tmp_path, {**frames, **more}, inputs=[source(f"{at}.csv")], schemas_sha256="s")
        assert found is not None
        return found

    first = made(1, "cases", "counts", "links")
    second = made(2, "cases", "models")
    found = store.compare(first, second, {"cases": ["case_id"]})
    assert found.tables.rows() == [("cases", 0, 0, 0), ("counts", 0, 1, 0), ("links", 0, 3, 0), ("models", 2, 0, 0)]
    assert found.counts.height == 0
    assert store.compare(second, first).tables.rows()[1:] == [
        ("counts", 1, 0, 0),
        ("links", 3, 0, 0),
        ("models", 0, 2, 0),
    ]
    nothing = store.compare(None, second)
    assert nothing.tables.rows() == [("cases", 1, 0, 0), ("models", 2, 0, 0)]
    assert (nothing.counts.height, nothing.causes, nothing.moves.height) == (0, [], 0)


def test_coverage_that_moved_is_a_reason_of_its_own_and_a_figure_without_one_is_of_the_rules_or_a_follow_up(
    tmp_path: Path,
) -> None:
    def made(name: str, count: int, reporting: int, schemas: str) -> store.Edition:
        counts = tables(ONE, reporting)["counts"].with_columns(count=pl.lit(count, dtype=pl.Int64))
        found = store.publish(
            tmp_path, {**tables(ONE), "counts": counts}, inputs=[source(name)], schemas_sha256=schemas
        )
        assert found is not None
        return found

    def reasons(old: store.Edition, new: store.Edition) -> list[list[str]]:
        return [list(one) for one in store.compare(old, new).counts["reasons"]]

    one, two, three = made("a.csv", 1, 1, "s"), made("b.csv", 1, 2, "s"), made("c.csv", 5, 2, "s")
    assert reasons(one, two) == [["coverage"]]
    assert reasons(two, three) == [["follow-up"]]
    assert reasons(three, made("d.csv", 6, 2, "t")) == [["rule change"]]
    assert reasons(one, one) == []


def test_decisions_between_two_editions_are_those_in_force_in_one_of_them_alone(tmp_path: Path) -> None:
    layout.create(tmp_path)
    ledger.decide(tmp_path, "R1", "R2", "same", "before both")
    one = publish(tmp_path, ONE, [A])
    ledger.decide(tmp_path, "R3", "R4", "same", "between")
    ledger.append(tmp_path, "decisions", {"what": "undo", "undoes": 1})
    two = publish(tmp_path, ONE, [A])
    ledger.decide(tmp_path, "R5", "R6", "same", "after both")
    for old, new in ((one, two), (two, one)):
        assert [entry["seq"] for entry in edition_diff._since(tmp_path, old, new)] == [1, 2, 3]
    assert edition_diff._since(tmp_path, two, two) == edition_diff._since(tmp_path, None, two) == []


def test_rows_of_a_table_of_keys_alone_come_sorted_as_those_of_any_other() -> None:
    old, new = (pl.DataFrame({"key": list(keys)}).lazy() for keys in ("qwertyuiopas", "zxcvbnmpas"))
    found = edition_diff.compare_rows(old, new, ["key"])
    assert found.columns == ["key", "change", "columns"]
    assert [row[:2] for row in found.rows()] == [(key, "added") for key in "bcmnvxz"] + [
        (key, "removed") for key in "eioqrtuwy"
    ]
    assert found["columns"].to_list() == [[]] * found.height
