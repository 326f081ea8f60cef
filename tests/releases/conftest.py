"""One store of invented cases for the tests of releases, and a copy of it for each test that writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from release_stores import copied, frames, published


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store that nobody writes to."""
    return published(tmp_path_factory.mktemp("base") / "store", frames(1))


@pytest.fixture
def root(base: Path, tmp_path: Path) -> Path:
    """The same store, for this test alone."""
    return copied(base, tmp_path / "store")
