"""What is on the disk when a function of the store returns, who may read it, and that no handle stays open."""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from store_frames import case, publish, source

from recordkit import store
from recordkit.store import disk, handles, hash_chained_log, layout, ledger, workspace

ONE = [case("C1", [("a.csv", 2)])]


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def flushed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of what was flushed, in that order, as they were then."""
    seen: list[str] = []
    real = os.fsync

    def noting(handle: int) -> None:
        seen.append(Path(os.readlink(f"/proc/self/fd/{handle}")).name)
        real(handle)

    monkeypatch.setattr(os, "fsync", noting)
    return seen


@contextmanager
def mask(of: int) -> Iterator[None]:
    before = os.umask(of)
    try:
        yield
    finally:
        os.umask(before)


# ---------------------------------------------------------------------------------------------- flushed


@pytest.mark.parametrize(
    ("act", "names"),
    [
        (lambda home: disk.make_folder(home / "new"), ["home"]),
        (lambda home: disk.make_folder(home / "new", durable=False), []),
        (lambda home: disk.make_folder(home / "there"), []),
        (lambda home: disk.flush(home / "there"), ["there"]),
        (lambda home: disk.write_file(home / "new", b"x"), ["new"]),
        (lambda home: disk.write_file(home / "new", b"x", durable=False), []),
        (lambda home: disk.move_file(home / "file", home / "there" / "file"), ["there"]),
        (lambda home: disk.move_folder(home / "there", home / "moved"), ["home"]),
        (lambda home: disk.move_folder(home / "there", home / "moved", durable=False), []),
        (lambda home: disk.remove(home / "file"), ["home"]),
        (lambda home: disk.remove(home / "there"), ["home"]),
        (lambda home: disk.seal(home), ["inner", "there", "file", "there", "home"]),
    ],
)
def test_a_name_is_flushed_in_the_folder_that_holds_it_and_bytes_in_their_file(
    tmp_path: Path, flushed: list[str], act: Callable[[Path], object], names: list[str]
) -> None:
    home = tmp_path / "home"
    (home / "there").mkdir(parents=True)
    for path in (home / "file", home / "there" / "inner"):
        path.write_bytes(b"x")
    act(home)
    assert sorted(flushed) == sorted(names)


def test_new_content_is_whole_on_the_disk_before_it_gets_its_name(
    tmp_path: Path, flushed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.replace

    def noting(*names: Any, **more: Any) -> None:
        flushed.append("named")
        real(*names, **more)

    monkeypatch.setattr(os, "replace", noting)
    disk.replace_file(tmp_path / "file", b"x")
    assert flushed[-3:] == ["file", "named", tmp_path.name]


def test_a_line_and_the_name_of_its_book_are_on_the_disk_when_it_is_written(tmp_path: Path, flushed: list[str]) -> None:
    (tmp_path / "ledger").mkdir()
    ledger.append(tmp_path, "runs", {"what": "one"})
    assert set(flushed) == {"ledger", "runs.jsonl", "runs.head"}
    flushed.clear()
    ledger.append(tmp_path, "runs", {"what": "two"})
    assert flushed == ["runs.jsonl", "runs.head"]


def test_the_word_that_an_edition_is_coming_is_on_the_disk_before_its_folders_get_their_names(
    tmp_path: Path, flushed: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.rename

    def noting(name: str, final: str, **more: Any) -> None:
        flushed.append(f"named {final}")
        real(name, final, **more)

    monkeypatch.setattr(os, "rename", noting)
    made = publish(tmp_path, ONE, [source("a.csv")])
    named, word = flushed.index(f"named {made.id}"), flushed.index(f"installing-{made.id}")
    assert word < flushed.index(".tmp", word) < named
    assert flushed[:named].count("manifest.json") >= 2, "when it is written, and with its folder"
    assert flushed.count(f"named {made.id}") == 2, "quarantine and edition"
    assert [flushed[at + 1] for at, one in enumerate(flushed) if one == f"named {made.id}"] == [
        "quarantine",
        "editions",
    ]
    assert flushed.index("current", named) > named


# ---------------------------------------------------------------------------------------------- private


def test_what_is_made_in_a_private_block_is_for_its_owner_alone_and_the_mask_comes_back(tmp_path: Path) -> None:
    with mask(0o022):
        with suppress(KeyError), disk.private_umask():
            (tmp_path / "made").write_bytes(b"x")
            (tmp_path / "folder").mkdir()
            raise KeyError
        (tmp_path / "later").write_bytes(b"x")
    assert [oct(mode(tmp_path / name)) for name in ("made", "folder", "later")] == ["0o600", "0o700", "0o644"]


@pytest.mark.parametrize("of", [0, 0o777])
def test_folders_and_files_have_their_modes_whatever_mask_the_process_has(tmp_path: Path, of: int) -> None:
    source_file = tmp_path / "source"
    source_file.write_bytes(b"x")
    with mask(of):
        disk.make_folder(tmp_path / "folder")
        disk.write_file(tmp_path / "file", b"x")
        disk.move_file(source_file, tmp_path / "moved")
        handle = disk.open_plain(tmp_path / "opened", os.O_RDWR | os.O_CREAT) if not of else -1
    assert (mode(tmp_path / "folder"), mode(tmp_path / "file"), mode(tmp_path / "moved")) == (0o700, 0o600, 0o600)
    if handle >= 0:
        os.close(handle)
        assert mode(tmp_path / "opened") == 0o600


def test_all_below_a_sealed_folder_becomes_private_and_links_are_left(tmp_path: Path) -> None:
    home = tmp_path / "home"
    (home / "a" / "b").mkdir(parents=True)
    (home / "a" / "b" / "file").write_bytes(b"x")
    (home / "link").symlink_to("nowhere")
    for path in (home / "a", home / "a" / "b", home / "a" / "b" / "file"):
        path.chmod(0o777)
    disk.seal(home)
    assert [mode(path) for path in (home / "a", home / "a" / "b", home / "a" / "b" / "file")] == [0o700, 0o700, 0o600]


def test_a_folder_that_cannot_be_looked_into_is_not_sealed_in_silence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home" / "a").mkdir(parents=True)

    def closed(*_: object) -> Any:
        raise PermissionError(errno.EACCES, "closed")

    monkeypatch.setattr(os, "scandir", closed)
    with pytest.raises(PermissionError):
        disk.seal(tmp_path / "home")


@pytest.mark.parametrize("bit", range(9))
def test_what_anybody_else_may_read_write_or_enter_is_not_private(tmp_path: Path, bit: int) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"")
    path.chmod(1 << bit)
    assert disk.is_private(path) is (bit >= 6)


# ----------------------------------------------------------------------------------------------- closed


def entered_through_a_link(home: Path) -> None:
    handles.guard(home)
    (home / "link").symlink_to("there")
    disk.read_file(home / "link" / "inner")


def forgets(home: Path) -> None:
    with handles.opened(home / "there"):
        raise ValueError


def refused_lock(home: Path) -> None:
    real = fcntl.flock

    def refused(handle: int, how: int) -> None:
        raise OSError(errno.ENOLCK, "no locks left")

    fcntl.flock = refused
    try:
        with store.writing(home / "store"):
            pass
    finally:
        fcntl.flock = real


def a_book_is_held(home: Path) -> None:
    file = ledger.path(home / "store", "runs")
    with hash_chained_log.locked(file, 0), hash_chained_log.locked(file, 0):
        pass


def left_workspace(home: Path) -> None:
    (home / f"{workspace.PREFIX}0123456789abcdef").mkdir()
    (home / f"{workspace.PREFIX}0123456789abcdee").write_bytes(b"a file of that name")
    workspace.clear(home)
    with workspace.sibling_workspace(home):
        workspace.clear(home)


@pytest.mark.parametrize(
    "act",
    [
        lambda home: disk.make_folder(home / "new"),
        lambda home: disk.flush(home / "there"),
        lambda home: disk.write_file(home / "new", b"x"),
        lambda home: disk.write_file(home / "file", b"x"),
        lambda home: disk.replace_file(home / "file", b"x"),
        lambda home: disk.move_file(home / "file", home / "there" / "inner"),
        lambda home: disk.seal(home),
        lambda home: disk.remove(home / "there"),
        lambda home: disk.read_file(home / "there" / "inner"),
        lambda home: disk.read_file(home / "there"),
        lambda home: disk.read_file(home / "nothing" / "file"),
        lambda home: disk.read_file(home / "file" / "file"),
        lambda home: handles.names_in(home),
        lambda home: handles.is_folder(home / "there"),
        entered_through_a_link,
        forgets,
        refused_lock,
        a_book_is_held,
        left_workspace,
    ],
)
def test_no_handle_stays_open_whatever_becomes_of_the_act(tmp_path: Path, act: Callable[[Path], object]) -> None:
    home = tmp_path / "home"
    (home / "there").mkdir(parents=True)
    for path in (home / "file", home / "there" / "inner"):
        path.write_bytes(b"x")
    publish(home / "store", ONE, [source("a.csv")])
    before = sorted(os.listdir("/proc/self/fd"))
    with suppress(OSError, store.StoreError, ValueError, store.errors.RecordkitError):
        act(home)
    assert sorted(os.listdir("/proc/self/fd")) == before


def test_a_run_of_a_store_leaves_no_handle_open(tmp_path: Path) -> None:
    publish(tmp_path / "store", ONE, [source("a.csv")])
    before = sorted(os.listdir("/proc/self/fd"))
    publish(tmp_path / "store", ONE, [source("a.csv"), source("b.csv")])
    ledger.decide(tmp_path / "store", "R1", "R2", "same", "why")
    store.retain(tmp_path / "store", 1)
    store.verify(tmp_path / "store")
    assert sorted(os.listdir("/proc/self/fd")) == before


# ------------------------------------------------------------------------------------- names and handles


def test_short_writes_go_on_until_every_byte_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(os, "write", lambda handle, data: real(handle, data[:3]))
    disk.write_file(tmp_path / "file", bytes(range(10)))
    assert (tmp_path / "file").read_bytes() == bytes(range(10))


@pytest.mark.parametrize("refused", [None, errno.EPERM])
def test_a_finished_file_gets_the_first_free_name_also_where_there_are_no_second_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, refused: int | None
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "a").write_bytes(b"theirs")
    (tmp_path / "made").write_bytes(b"ours")

    def no_links(*_: object, **__: object) -> None:
        raise OSError(refused, "not here")

    if refused:
        monkeypatch.setattr(os, "link", no_links)
    assert disk.place_new(tmp_path / "made", tmp_path / "folder", ["a", "b", "c"]) == tmp_path / "folder" / "b"
    assert {path.name: path.read_bytes() for path in (tmp_path / "folder").iterdir()} == {"a": b"theirs", "b": b"ours"}
    with pytest.raises(AssertionError):
        disk.place_new(tmp_path / "folder" / "b", tmp_path / "folder", ["a"])


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.EIO, "x", "inner"), "{0}/there/inner"),
        (OSError(errno.EIO, "x"), "{0}/there/inner"),
        (OSError(errno.EIO, "x", "/other/place"), "/other/place"),
    ],
)
def test_an_error_names_the_whole_path(tmp_path: Path, error: OSError, told: str) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(OSError, match="x") as raised, handles.folder_above(tmp_path / "there" / "inner"):
        raise error
    assert str(raised.value.filename) == told.format(tmp_path)


@pytest.mark.parametrize(
    ("name", "kind"),
    [("there", True), ("file", False), ("nothing", False), ("nothing/more", False), ("file/more", False)],
)
def test_only_a_folder_is_a_folder_and_what_is_none_has_no_names(tmp_path: Path, name: str, kind: bool) -> None:
    (tmp_path / "there").mkdir()
    for inner in ("b", "a", "c"):
        (tmp_path / "there" / inner).write_bytes(b"")
    (tmp_path / "file").write_bytes(b"")
    assert handles.is_folder(tmp_path / name) is kind
    assert handles.names_in(tmp_path / name) == (["a", "b", "c"] if kind else [])


def test_only_the_links_that_were_named_are_followed_and_only_right_below(tmp_path: Path) -> None:
    root = layout.Layout(tmp_path / "store").root
    for folder in (root / "editions", tmp_path / "away" / "inner"):
        folder.mkdir(parents=True)
    for link in (root / "private", root / "ledger", root / "editions" / "private"):
        link.symlink_to(tmp_path / "away")
    assert handles.is_folder(root / "private")
    assert handles.names_in(root / "private") == ["inner"]
    assert handles.is_folder(root / "private" / "inner")
    for refused in (root / "ledger", root / "editions" / "private"):
        for look in (handles.is_folder, handles.names_in, lambda path: handles.is_folder(path / "inner")):
            with pytest.raises(handles.LinkInTheWay) as told:
                look(refused)
            assert (told.value.errno, told.value.filename) == (errno.ELOOP, str(refused))


def test_a_link_of_an_edition_is_followed_to_its_own_twin_and_to_nothing_else(tmp_path: Path) -> None:
    root = layout.Layout(tmp_path / "store").root
    (root / "private" / "E1" / "persons").mkdir(parents=True)
    (root / "private" / "E1" / "persons" / "rows").write_bytes(b"x")
    (root / "editions" / "E1").mkdir(parents=True)
    twin = root / "editions" / "E1" / "persons"
    disk.link(twin, Path("..", "..", "private", "E1", "persons"))
    assert disk.is_twin(twin)
    assert disk.read_file(twin / "rows") == b"x"
    assert disk.files_below(root / "editions" / "E1") == ["persons/rows"]
    (root / "editions" / "E1" / "cases").symlink_to(Path("..", "..", "private", "E1", "persons"))
    assert not disk.is_twin(root / "editions" / "E1" / "cases")
    assert disk.files_below(root / "editions" / "E1") == ["cases", "persons/rows"]
    with pytest.raises(handles.LinkInTheWay):
        disk.read_file(root / "editions" / "E1" / "cases" / "rows")
    shutil.rmtree(root / "private")
    with pytest.raises(FileNotFoundError):
        disk.read_file(twin / "rows")
