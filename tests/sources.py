"""The modules of the program as Python reads them: parsed once for all tests of a file that look at them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest


@cache
def tree(path: Path) -> ast.Module:
    """A module, which nobody may change."""
    return ast.parse(path.read_text(encoding="utf-8"))


@pytest.fixture(scope="module", autouse=True)
def forgotten() -> Iterator[None]:
    """Behind the tests of a file that imports this: hundreds of trees would slow the collector of garbage down."""
    yield
    tree.cache_clear()
