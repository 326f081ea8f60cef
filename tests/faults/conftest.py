"""A world to break, and the shim, made once for all fault tests of a process."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from table import find_tools
from trials import World, frozen_code

from faults import Tools


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A store with one edition and an inbox with one new file."""
    return World.build(tmp_path_factory.mktemp("faults"), frozen_code(tmp_path_factory))


@pytest.fixture(scope="session")
def tools(world: World, tmp_path_factory: pytest.TempPathFactory) -> Tools:
    """What this machine offers."""
    return find_tools(world, tmp_path_factory.mktemp("shim"))
