"""The set-up script: the demo shows the report of what it compiled, never an older one."""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest


@pytest.fixture
def dev(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("dev", Path(__file__).parents[1] / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    (tmp_path / "store").mkdir()
    monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(module, "setup", lambda _lock: None)
    return module


@pytest.mark.parametrize(("record", "shown"), [({"exit": 3}, True), ({"exit": 3, "error": "8 files are gone"}, False)])
def test_the_demo_over_an_older_store_shows_no_report_of_before(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, record: dict[str, object], shown: bool
) -> None:
    ran: list[str] = []
    monkeypatch.setattr(dev, "run", lambda *command, fine=(0,): ran.append(str(command[1])))
    (dev.ROOT / "store" / "run.json").write_text(json.dumps(record))
    if shown:
        dev.demo()
    else:
        with pytest.raises(SystemExit, match=r"8 files are gone\n  fix: delete \./store"):
            dev.demo()
    assert ran == ["compile", "report"][: 1 + shown]


@pytest.mark.parametrize("room", [0, 1 << 40])
def test_tests_write_into_memory_where_there_is_room_and_leave_nothing(
    dev: ModuleType, monkeypatch: pytest.MonkeyPatch, room: int
) -> None:
    monkeypatch.delenv("TMPDIR", raising=False)
    monkeypatch.setattr(dev.tempfile, "tempdir", None)  # what was found before, by the tests that run this one
    monkeypatch.setattr(dev, "available", lambda: room)
    monkeypatch.setattr(dev.shutil, "disk_usage", lambda _place: SimpleNamespace(free=room))
    with dev.in_memory() as place:
        assert Path(place).is_dir()
        in_memory = place.startswith("/dev/shm/")
    assert in_memory is (room > 0 and os.access("/dev/shm", os.W_OK))
    assert Path(place).is_dir() is not in_memory


def test_tests_write_where_the_user_says(dev: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(dev.tempfile, "tempdir", None)
    with dev.in_memory() as place:
        assert place == str(tmp_path)
