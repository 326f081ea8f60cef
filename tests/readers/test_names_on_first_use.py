"""The names of the package are imported on first use: each is where the package looks for it."""

from __future__ import annotations

import pytest

from recordkit import readers


@pytest.mark.parametrize("name", readers.__all__)
def test_a_name_of_the_package_is_found_on_first_use(name: str) -> None:
    assert readers.__getattr__(name) is not None
