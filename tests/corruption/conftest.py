"""Prints the score of the corruption suite after the tests."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1] / "readers"))  # the makers of workbooks


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """right / loud / silently different, over all cases that ran."""
    scores: Counter[str] = Counter()
    for reports in terminalreporter.stats.values():
        for report in reports:
            if getattr(report, "when", "") == "call":
                scores.update(value for key, value in report.user_properties if key == "corruption")
    if scores:
        parts = [f"{scores[name]} {name}" for name in ("right", "loud", "silently different")]
        terminalreporter.write_line(f"corruption suite: {sum(scores.values())} files: " + ", ".join(parts))
