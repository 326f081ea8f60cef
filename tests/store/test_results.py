"""The file that a user names for a result: whole, for its owner alone, and never written through a link."""

from __future__ import annotations

import errno
import os
import stat
import threading
from pathlib import Path
from typing import Any

import pytest

from recordkit.cli import output as out
from recordkit.errors import RecordkitError
from recordkit.store import workspace


def test_it_is_there_when_it_is_whole_and_nobody_else_may_read_it_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "new" / "out.csv"
    os.umask(0)
    try:
        with workspace.result(path) as file:
            file.write(b"half")
            file.flush()
            assert not path.exists()
            (place,) = path.parent.iterdir()
            assert stat.S_IMODE(place.stat().st_mode) == 0o700
            assert [stat.S_IMODE(one.stat().st_mode) for one in place.iterdir()] == [0o600]
            file.write(b" and half")
    finally:
        os.umask(0o077)
    assert path.read_bytes() == b"half and half"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [one.name for one in path.parent.iterdir()] == ["out.csv"]


def test_one_that_is_there_is_replaced_also_for_who_holds_it_open_and_others_who_could_read_it(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")
    path.chmod(0o644)
    with path.open() as held:
        out.write("new", path)
        assert held.read() == "old"
    assert path.read_text() == "new\n"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_what_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    path.write_text("old")

    def fails() -> None:
        with workspace.result(path) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fails()
    assert path.read_text() == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["out.csv"]


@pytest.mark.parametrize("target", ["canary.txt", "missing.txt", "folder", "/dev/null", "out.csv"])
def test_a_link_in_its_place_is_refused_with_words(tmp_path: Path, target: str) -> None:
    (tmp_path / "canary.txt").write_text("theirs")
    (tmp_path / "folder").mkdir()
    path = tmp_path / "out.csv"
    path.symlink_to(target)
    with pytest.raises(RecordkitError, match=r"out\.csv cannot be written: it is a link, and links are not followed here"):
        out.write("ours", path)
    assert path.readlink() == Path(target)
    assert (tmp_path / "canary.txt").read_text() == "theirs"
    assert not (tmp_path / "missing.txt").exists()
    assert not list((tmp_path / "folder").iterdir())


def test_a_link_planted_while_the_result_is_written_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "canary.txt").write_text("theirs")
    path = tmp_path / "out.csv"

    def planted() -> None:
        with workspace.result(path) as file:
            file.write(b"ours")
            path.symlink_to("canary.txt")

    with pytest.raises(OSError, match="it is a link"):
        planted()
    assert (tmp_path / "canary.txt").read_text() == "theirs"


def test_the_folder_above_may_be_a_link_for_it_is_the_users_word(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    out.write("x", tmp_path / "link" / "out.csv")
    assert (tmp_path / "real" / "out.csv").read_text() == "x\n"


def test_a_folder_in_its_place_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordkitError, match="cannot be written: Is a directory"):
        out.write("x", tmp_path)


def test_a_pipe_that_the_user_names_is_written(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    out.write("ours", pipe)
    reader.join(10)
    assert read == ["ours\n"]
    assert stat.S_ISFIFO(pipe.lstat().st_mode)


def test_nothing_and_standard_output_may_be_named(tmp_path: Path) -> None:
    out.write("x", Path("/dev/null"))
    handle = os.open(tmp_path / "log", os.O_WRONLY | os.O_CREAT, 0o600)
    os.write(handle, b"before\n")
    out.write("ours", Path(f"/proc/self/fd/{handle}"))
    out.write("ours", Path(f"/dev/fd/{handle}"))
    os.close(handle)
    assert (tmp_path / "log").read_text() == "before\nours\nours\n"


def test_a_place_in_a_closed_folder_is_refused_as_one_that_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shut = tmp_path / "shut"
    seen = os.stat

    def closed(path: Any, *others: Any, **more: Any) -> Any:
        if not isinstance(path, int) and shut in Path(os.fsdecode(path)).parents:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return seen(path, *others, **more)

    shut.mkdir()
    monkeypatch.setattr(os, "stat", closed)
    for refused in (workspace.refuse, workspace.refuse_store):
        with pytest.raises(RecordkitError, match=r"out\.csv cannot be written: permission denied") as told:
            refused(shut / "out.csv")
        assert told.value.exit_code == 2
