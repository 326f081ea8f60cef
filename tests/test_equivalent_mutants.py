"""The list of faults that no test can tell from the code speaks of code that is there."""

from __future__ import annotations

import tomllib
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_line_of_the_list_stands_in_its_module() -> None:
    listed = tomllib.loads((ROOT / "benchmarks/mutation/equivalent.toml").read_text("utf-8"))["mutant"]
    assert listed
    for one in listed:
        assert one["line"] in (ROOT / "src" / one["module"]).read_text("utf-8"), one
        assert one["why"]
