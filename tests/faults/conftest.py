"""A world to break, and the shim, made once for all fault tests of a process."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from trials import World, build_shim, shimmed


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A store with one edition and an inbox with one new file."""
    return World.build(tmp_path_factory.mktemp("faults"))


@pytest.fixture(scope="session")
def shim(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled shim."""
    built = build_shim(tmp_path_factory.mktemp("shim"))
    if built is None:
        pytest.skip("no C compiler: cc, gcc or clang")
    return built


@pytest.fixture(scope="session")
def calls(world: World, shim: Path) -> int:
    """How many calls on the store an undisturbed compile makes."""
    root, count = world.fresh("counted"), world.home / "calls"
    done = world.run(root, FAULT_COUNT=str(count), **shimmed(shim, root, 0, "none"))
    assert done.returncode == 0, done.stderr
    return int(count.read_text())
