"""The order in which the tests run, and what holds for all of them: no test is judged by the clock."""

from __future__ import annotations

import os

import pytest
from hypothesis import settings

from time_spent import TimeSpent
from tried import examples

os.environ.setdefault("RECORDKIT_PROCESSES", "1")  # the cores are busy with tests; tests/submissions asks for more
settings.register_profile("recordkit", examples(100))
settings.load_profile("recordkit")


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--time-spent FILE`: each test with its seconds of processor time."""
    parser.addoption("--time-spent", metavar="FILE", help="write each test's seconds of processor time to FILE")


def pytest_configure(config: pytest.Config) -> None:
    """Measure every run: the dearest tests are told after it."""
    config.pluginmanager.register(TimeSpent(config.getoption("--time-spent")), "time_spent")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest pieces first, so that no process works alone at the end."""
    items.sort(key=lambda item: item.get_closest_marker("xdist_group") is None)
