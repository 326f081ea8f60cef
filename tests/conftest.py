"""The order in which the tests run: files that share one dear fixture stay together, and begin."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest pieces first, so that no process works alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
