"""A link in the place of any folder of a store leads nobody out of it: nothing behind it is read, changed or deleted."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest
from store_frames import case, source, tables

from recordkit import store
from recordkit.cli import app
from recordkit.errors import RecordkitError
from recordkit.store import disk, handles, layout

PEOPLE = pl.DataFrame({"mention_id": ["M1"], "name": ["Aslam"]})
ASIDE = pl.DataFrame(schema={"raw": pl.String})
MAY_BE_LINKS = ("quarantine", "private")
WHERE = ("outside", "ledger")


def publish(root: Path, *names: str) -> store.Edition | None:
    frames = {**tables([case(f"C{at}", [(name, 2)]) for at, name in enumerate(names)]), "persons": PEOPLE}
    inputs = [source(name) for name in names]
    with store.writing(root), store.spool(root) as spool:
        spool.add("rows", 0, PEOPLE)
        store.open_cache(root).put(store.cache_key(*names), {"rows": PEOPLE})
        return store.publish(
            root, frames, inputs=inputs, schemas_sha256="s", quarantine=ASIDE, reports=lambda _: {"r": b"x"}
        )


def build(root: Path) -> list[str]:
    """A store with three editions of one month, its people apart, a decision, a retired edition, and something in
    its cache."""
    (root / "private").mkdir(parents=True)
    for names in (("a",), ("a", "b"), ("a", "b", "c"), ("a", "b", "c", "d")):
        publish(root, *names)
    store.ledger.decide(root, "R1", "R2", "same", "why")
    store.retain(root, 3)
    return store.editions(root)


COMMANDS: dict[str, Callable[[Path, list[str]], object]] = {
    "compile": lambda root, _: publish(root, "a", "b", "c", "d", "e"),
    "retain": lambda root, _: store.retain(root, 1),
    "rollback": lambda root, ids: store.rollback(root, ids[0]),
    "verify": lambda root, _: store.verify(root),
    "withdraw": lambda root, _: store.withdrawal(root, "a", "sent by mistake"),
    "review": lambda root, _: store.ledger.decide(root, "R1", "R3", "different", "why"),
    "report": lambda root, _: store.open_edition(root).scan("persons").collect(),
}


def kind_of(path: Path) -> str:
    """A folder with the ids and sums in its name taken out: one of each kind is tried."""
    return re.sub(r"[0-9a-f]{64}|\d{4}-\d\d-r\d+-[0-9a-f]{8}|(?<=cache/)[0-9a-f]{2}", "ID", path.as_posix())


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("built") / "store"
    build(root)
    return root


def folders(root: Path) -> list[Path]:
    """One folder of every kind, relative to the store; the store itself is `.`."""
    found: dict[str, Path] = {}
    for here, names, _ in os.walk(root):
        names.sort()
        path = Path(here).relative_to(root)
        found[kind_of(path)] = path
    return list(found.values())


def world(built: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A copy of the store, and a folder outside that holds what may not be touched."""
    root, outside = tmp_path / "store", tmp_path / "outside"
    shutil.copytree(built, root, symlinks=True)
    for place in (outside, outside / "deep", outside / "0123456789abcdef", outside / "rows"):
        place.mkdir()
        (place / "canary.csv").write_text("FIR 1/2026")
        (place / "part-00000.parquet").write_text("theirs")
    return root, outside


def content(folder: Path) -> dict[str, bytes]:
    return {str(path): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file() and not path.is_symlink()}


def tried(root: Path, ids: list[str]) -> dict[str, str]:
    """Every command ends well or in words; what it said."""
    said = {}
    for name, command in COMMANDS.items():
        try:
            done = command(root, ids)
            said[name] = " ".join(f"{one.path}: {one.what}" for one in done.damage) if name == "verify" else ""  # type: ignore[attr-defined]
        except RecordkitError as error:
            said[name] = f"{error.what} {error.fix}"
    return said


def test_there_are_folders_of_every_kind_to_try(built: Path) -> None:
    kinds = {kind_of(path) for path in folders(built)}
    assert {".", "editions", "editions/ID", "editions/ID/counts", "editions/ID/reports", "quarantine", "quarantine/ID",
            "quarantine/ID/rows", "private/ID/persons", "ledger", "ledger/retired", "cache/ID/ID"} <= kinds  # fmt: skip


@pytest.mark.parametrize("where", WHERE)
@pytest.mark.parametrize("inside", ["in its place", ".tmp in it"])
def test_nothing_behind_a_planted_link_is_changed_or_deleted(built: Path, tmp_path: Path, inside: str, where: str) -> None:
    ids = store.editions(built)
    for number, folder in enumerate(folders(built)):
        home = tmp_path / str(number)
        home.mkdir()
        root, outside = world(built, home)
        target = outside if where == "outside" else root / "ledger"
        place = root / folder if inside == "in its place" else root / folder / ".tmp"
        if place == root or target.is_relative_to(place):
            continue
        if place.is_dir():
            shutil.rmtree(place)
        place.symlink_to(target)
        canaries, ledger = content(outside), content(root / "ledger")
        said = tried(root, ids)
        assert content(outside).items() >= canaries.items(), (folder, said)
        if folder.as_posix() not in MAY_BE_LINKS or inside != "in its place":
            assert content(outside) == canaries, (folder, said)
        for name, data in ledger.items():
            if not name.endswith(".head"):
                assert Path(name).read_bytes().startswith(data), (folder, name, said)


@pytest.mark.parametrize(
    "folder",
    ["editions", "ledger", "cache", "editions/ID", "quarantine/ID", "private/ID", ".tmp", "editions/.tmp", "cache/.tmp",
     "ledger/.tmp", "quarantine/.tmp", "private/.tmp", "ledger/retired", "cache/00"],
)  # fmt: skip
def test_a_link_where_a_folder_belongs_is_named_before_anything_is_done(built: Path, tmp_path: Path, folder: str) -> None:
    root, outside = world(built, tmp_path)
    ids = store.editions(root)
    place = root / folder.replace("ID", ids[0])
    shutil.rmtree(place, ignore_errors=True)
    place.symlink_to(outside)
    before = content(root)
    for name in ("compile", "retain", "rollback", "withdraw"):
        with pytest.raises(RecordkitError) as told:
            COMMANDS[name](root, ids)
        if folder not in ("editions", "editions/ID"):  # of these `current` and the ids are missed first
            assert f"{place} is a link" in told.value.what
        assert told.value.exit_code in (2, 4)
    assert content(root) == before
    assert place.is_symlink()
    if folder != "editions":
        damage = {one.path: one.what for one in store.verify(root).damage}
        assert "a link" in damage[str(place.relative_to(root))]


KEY = "abcdefghijklmnopqrstuvwxyz012345"
TARGETS = ("itself elsewhere", "a file of others", "a folder of others", "nothing", "a second name")
READING = {
    "query": ["SELECT 1"], "find": ["a.csv"], "report": [], "diff": [], "review": [], "pseudonymise": ["--to", "COPY"],
    "trace": ["C1"],
}  # fmt: skip


def planted(place: Path, outside: Path, target: str) -> None:
    """Put a link in the place of a file or folder; a second name is one only for a file."""
    (outside / "own").mkdir()
    own = outside / "own" / place.name
    shutil.move(place, own)
    if target == "a second name":
        os.link(own if own.is_file() else outside / "canary.csv", place)
        return
    folder = outside / "deep"
    to = {"itself elsewhere": own, "a file of others": outside / "canary.csv", "a folder of others": folder}
    place.symlink_to(to.get(target, outside / "nowhere"))


def every_place(root: Path) -> list[Path]:
    """One of every kind of file and folder that a store holds; of the ledger all."""
    found: dict[str, Path] = {}
    for path in sorted(root.rglob("*")):
        found[kind_of(path.relative_to(root))] = path.relative_to(root)
    return list(found.values())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encrypted store with all kinds of files that a store may hold, and a volume for the quarantine."""
    home = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("RECORDKIT_STORE_KEY", KEY)
        (home / "store").mkdir()
        (home / "volume").mkdir()
        (home / "store" / "quarantine").symlink_to(home / "volume")
        build(home / "store")
        with store.run_status.recorded(home / "store", "compile", None):
            pass
    return home


def test_there_are_files_of_every_kind_to_try(whole: Path) -> None:
    kinds = {kind_of(path) for path in [*every_place(whole / "store"), *every_place(whole / "volume")]}
    assert {
        "current", "lock", "run.json", "run.prom", "ledger/runs.jsonl", "ledger/runs.head", "ledger/decisions.jsonl",
        "ledger/decisions.head", "ledger/retired/ID.json", "cache/ID/ID/sums.json", "editions/ID/manifest.json",
        "editions/ID/sealed.json", "editions/ID/reports/sums.json", "editions/ID/counts/part-00000.parquet",
        "ID/rows/part-00000.parquet", ".recordkit-volume",
    } <= kinds  # fmt: skip


@pytest.mark.parametrize("turn", [0, *(pytest.param(at, marks=pytest.mark.slow) for at in range(1, len(TARGETS)))])
def test_a_link_in_the_place_of_any_file_or_folder_leads_no_command_out_of_the_store(
    whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], turn: int
) -> None:
    """Every place with one target, two commands that write and one that reads, in turn; by night with all targets."""
    monkeypatch.setenv("RECORDKIT_STORE_KEY", KEY)
    monkeypatch.setenv("RECORDKIT_PSEUDONYM_KEY", KEY[::-1])
    ids = store.editions(whole / "store")
    places = [Path("store") / one for one in every_place(whole / "store")]
    places += [Path("volume") / one for one in every_place(whole / "volume")]
    places = [one for one in places if one.name not in MAY_BE_LINKS]
    writing = {**COMMANDS, "rekey": lambda root, _: store.rekey(root)}
    for number, place in enumerate(places):
        home = tmp_path / str(number)
        shutil.copytree(whole, home, symlinks=True)
        root, outside = home / "store", home / "outside"
        (root / "quarantine").unlink()
        (root / "quarantine").symlink_to(home / "volume")
        marker = home / "volume" / ".recordkit-volume"
        marker.write_text(marker.read_text().replace(str(whole), str(home)))
        (outside / "deep").mkdir(parents=True)
        for name in ("canary.csv", "deep/canary.csv", "deep/part-00000.parquet", "deep/manifest.json"):
            (outside / name).write_text("FIR 1/2026 Zqperson")
        if not os.path.lexists(home / place):
            continue
        target = TARGETS[(number + turn) % len(TARGETS)]
        planted(home / place, outside, target)
        before = content(outside)
        chosen = [list(writing)[(number + turn + at) % len(writing)] for at in (0, 3)]
        for name in chosen:
            with suppress(RecordkitError):
                writing[name](root, ids)
            assert content(outside) == before, (place, target, name)
        name = list(READING)[(number + turn) % len(READING)]
        more = [str(home / "copy") if one == "COPY" else one for one in READING[name]]
        code = app.run([name, str(root), *more])
        said = capfd.readouterr()
        assert code in (0, 1, 2, 4), (place, name)
        assert "internal error" not in said.err, (place, name, said.err)
        assert "Zqperson" not in said.err + said.out, (place, name)
        assert content(outside) == before, (place, name)


WRITTEN_IN_PLACE = ("lock", "ledger/runs.jsonl", "ledger/runs.head", "ledger/decisions.jsonl", "ledger/decisions.head")


def test_a_file_with_a_second_name_elsewhere_is_not_written_under_that_name(built: Path, tmp_path: Path) -> None:
    """A copy made with `cp -al` shares its files with the store, and anybody's file may have been given our name."""
    root, outside = world(built, tmp_path)
    for name in WRITTEN_IN_PLACE:
        os.link(root / name, outside / Path(name).name)
    os.unlink(root / "lock")
    os.link(outside / "canary.csv", root / "lock")
    before = content(outside)
    store.ledger.decide(root, "R1", "R3", "different", "why")
    assert publish(root, "z") is not None
    with store.writing(root):
        assert store.lock.holder(root).pid == os.getpid()
    assert content(outside) == before
    assert [entry["right_id"] for entry in store.ledger.decisions(root)[0]] == ["R2", "R3"]
    assert store.verify(root).sound


SMALL = ("manifest.json", "sealed.json", "reports/sums.json")


@pytest.mark.parametrize("name", SMALL)
def test_a_link_in_the_place_of_a_small_file_of_an_edition_is_called_a_link(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    monkeypatch.setenv("RECORDKIT_STORE_KEY", "abcdefghijklmnopqrstuvwxyz012345")
    root = tmp_path / "store"
    build(root)
    place = root / "editions" / str(store.current_id(root)) / name
    place.rename(tmp_path / "outside.json")
    place.symlink_to(tmp_path / "outside.json")
    before = (tmp_path / "outside.json").read_bytes()
    assert "link" in {one.path: one.what for one in store.verify(root).damage}[name]
    for command in {"manifest.json": ("compile", "report"), "sealed.json": ("report",)}.get(name, ()):
        with pytest.raises(RecordkitError, match="a link") as told:
            COMMANDS[command](root, [])
        assert told.value.exit_code == 4
    assert (tmp_path / "outside.json").read_bytes() == before


@pytest.mark.parametrize("command", ["pseudonymise", "query", "report", "find", "diff", "trace"])
def test_nobody_reads_a_store_unwritten_whose_ledger_is_a_link(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    """A read-only copy can be read without the line; a link is no copy, and hides who read."""
    monkeypatch.setenv("RECORDKIT_PSEUDONYM_KEY", "abcdefghijklmnopqrstuvwxyz012345")
    root, outside = world(built, tmp_path)
    (root / "ledger").rename(outside / "ledger")
    (root / "ledger").symlink_to(outside / "ledger")
    before = content(outside)
    more = {"pseudonymise": ["--to", str(tmp_path / "copy")], "query": ["SELECT 1"], "find": ["a.csv"], "trace": ["C1"]}
    assert app.run([command, str(root), *more.get(command, [])]) == 4
    assert "is a link" in capsys.readouterr().err
    assert content(outside) == before
    assert not (tmp_path / "copy").exists()


def test_compile_names_a_link_in_the_place_of_the_editions(built: Path, tmp_path: Path) -> None:
    root, outside = world(built, tmp_path)
    shutil.rmtree(root / "editions")
    (root / "editions").symlink_to(outside)
    with pytest.raises(RecordkitError, match="editions is a link"):
        publish(root, "z")


@pytest.mark.parametrize("target", ["inbox", "store/ledger"])
def test_a_link_planted_on_the_volume_of_the_quarantine_empties_no_other_folder(
    built: Path, tmp_path: Path, target: str
) -> None:
    """Whoever owns that volume is somebody else: what they plant must not decide what is deleted here."""
    root, _ = world(built, tmp_path)
    shutil.move(root / "quarantine", tmp_path / "vol")
    (root / "quarantine").symlink_to("../vol")
    (tmp_path / "inbox").mkdir()
    for at in range(4):
        (tmp_path / "inbox" / f"{at}.csv").write_text("x")
    shutil.rmtree(tmp_path / "vol" / ".tmp")
    (tmp_path / "vol" / ".tmp").symlink_to(Path("..") / target)
    before, now = content(tmp_path / target), store.current_id(root)
    with pytest.raises(RecordkitError, match=r"quarantine/.tmp is a link"):
        publish(root, "z")
    assert content(tmp_path / target) == before
    assert store.current_id(root) == now


def test_what_others_put_into_our_working_places_stays_and_is_told(built: Path, tmp_path: Path) -> None:
    root, _ = world(built, tmp_path)
    theirs = [root / home / ".tmp" / "theirs.csv" for home in ("", "editions", "quarantine", "cache")]
    theirs += [root / "cache" / "notes" / "theirs.csv", root / "cache" / "ab" / "theirs.csv"]
    ours = [root / home / ".tmp" / "0123456789abcdef" / "half" for home in ("", "editions", "quarantine", "cache")]
    for path in (*theirs, *ours):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x")
    with store.writing(root) as done:
        pass
    publish(root, "z")
    assert all(path.read_text() == "x" for path in theirs)
    assert not [path for path in ours if path.exists()]
    assert any("under names that recordkit does not give" in line for line in done)


def test_the_volumes_that_may_be_links_work_as_links(built: Path, tmp_path: Path) -> None:
    root, _ = world(built, tmp_path)
    for name in MAY_BE_LINKS:
        shutil.move(root / name, tmp_path / f"volume of {name}")
        (root / name).symlink_to(tmp_path / f"volume of {name}")
    made = publish(root, "z")
    assert made is not None
    assert made.scan("persons").collect().equals(PEOPLE)
    assert store.retain(root, 1)
    assert store.verify(root).sound


def test_a_table_that_was_replaced_by_a_link_to_other_bytes_is_damage(built: Path, tmp_path: Path) -> None:
    root, outside = world(built, tmp_path)
    table = root / "editions" / str(store.current_id(root)) / "counts"
    shutil.copytree(table, outside / "same bytes")
    shutil.rmtree(table)
    table.symlink_to(outside / "same bytes")
    assert not store.verify(root).sound
    with pytest.raises(RecordkitError):
        store.open_edition(root).scan("counts")


def test_a_folder_that_turns_into_a_link_after_it_was_looked_at_is_not_followed(tmp_path: Path) -> None:
    """By handles: what a name stands for is asked and used in one step."""
    root = tmp_path / "store"
    (root / "quarantine" / ".tmp").mkdir(parents=True)
    (tmp_path / "outside" / "0123456789abcdef").mkdir(parents=True)
    (tmp_path / "outside" / "0123456789abcdef" / "canary").write_text("x")
    places = layout.Layout(root)
    temp = disk.temp_folder(places.quarantine)
    shutil.rmtree(places.quarantine / ".tmp")
    (places.quarantine / ".tmp").symlink_to(tmp_path / "outside")
    for act in (
        lambda: disk.remove(temp), lambda: disk.remove(temp.parent / "0123456789abcdef"),
        lambda: disk.write_file(temp.parent / "new", b"x"), lambda: disk.make_folder(temp.parent / "new"),
        lambda: disk.move_folder(places.quarantine / ".tmp" / "0123456789abcdef", root / "taken"),
        lambda: disk.replace_file(temp.parent / "new", b"x"), lambda: disk.seal(temp.parent / "0123456789abcdef"),
        lambda: handles.names_in(temp.parent), lambda: disk.read_file(temp.parent / "0123456789abcdef" / "canary"),
    ):  # fmt: skip
        with pytest.raises(handles.LinkInTheWay):
            act()
    disk.discard(temp.parent / "0123456789abcdef")
    assert sorted(content(tmp_path / "outside")) == [str(tmp_path / "outside" / "0123456789abcdef" / "canary")]
