"""Where the processor's time went: of every test and every file, its own and that of the processes which it started."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Generator, Iterable
from pathlib import Path

import pytest

SHOWN = 10
WORTH_TELLING = 60  # seconds: nobody asks it of a few tests
KEY = "cpu_seconds"


def cpu() -> float:
    """Seconds of processor time of this process and of its children that have ended: a busy machine changes little."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


class TimeSpent:
    """Measures each test with its fixtures, in whichever process it runs; tells the dearest at the end."""

    def __init__(self, everything: str | None) -> None:
        self.everything = everything
        self.since = cpu()
        self.tests: dict[str, float] = defaultdict(float)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_protocol(self) -> Generator[None, object, object]:
        """A test begins, in the process that runs it."""
        self.since = cpu()
        return (yield)

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_makereport(self) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """A report is made at the end of each of a test's three steps: what passed since the last one is the step's."""
        report = yield
        before, self.since = self.since, cpu()
        report.user_properties.append((KEY, self.since - before))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Where the results come together: xdist sends the reports of its processes here."""
        self.tests[report.nodeid] += sum(seconds for key, seconds in report.user_properties if key == KEY)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The dearest files and tests, and with `everything` all tests into that file."""
        files: dict[str, float] = defaultdict(float)
        for test, seconds in self.tests.items():
            files[test.partition("::")[0]] += seconds
        total = sum(files.values())
        if total > WORTH_TELLING or self.everything:
            terminalreporter.section(f"processor time: {total:.0f} s")
            for line in [*dearest(files.items()), "", *dearest(self.tests.items())]:
                terminalreporter.line(line)
        if self.everything:
            lines = [f"{seconds:.2f}\t{test}\n" for test, seconds in sorted(self.tests.items())]
            Path(self.everything).write_text("".join(lines), encoding="utf-8")


def dearest(spent: Iterable[tuple[str, float]]) -> list[str]:
    """The dearest ones, a line each, dearest first."""
    return [f"{seconds:8.1f} s  {what}" for what, seconds in sorted(spent, key=lambda one: -one[1])[:SHOWN]]
