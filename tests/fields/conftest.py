"""Reference tables as packaged, loaded once."""

from __future__ import annotations

import pytest

from recordkit import declarations, reference
from recordkit.reference import Reference


@pytest.fixture(scope="session")
def tables() -> Reference:
    return reference.load(declarations.folders())
