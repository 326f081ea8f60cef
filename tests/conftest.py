"""The order in which the tests run, and what holds for all of them: no test is judged by the clock."""

from __future__ import annotations

import pytest
from hypothesis import settings

settings.register_profile("recordkit", deadline=None)  # a busy machine is no failure
settings.load_profile("recordkit")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest pieces first, so that no process works alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
