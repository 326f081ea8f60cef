"""Counts the polars queries of small work and says which lines of the program make them.

    python benchmarks/queries/run.py [validate] [compile] [inbox] [--most N] [--profile]

validate, compile: one tiny file, after a first one has been read (what is parsed once is not counted); inbox: a compile of
the sample inbox into a new store. CPU seconds are of this process and its children, best of three for a tiny file.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import cProfile
import functools
import pstats
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType
from typing import Any
from unittest import mock

import polars as pl

from recordkit import pipeline
from recordkit.declarations import PACKAGED
from recordkit.ingest import declare, receive_files

HERE = Path(__file__).resolve().parents[2]
SAMPLE = HERE / "sample_data" / "inbox"
REGISTER = SAMPLE / "2026-07" / "KP_FIR_2026_07.csv"

Site = tuple[str, int, str]


class Counted:
    """How many queries were made, by the line of the program that asked for them."""

    def __init__(self) -> None:
        self.sites: collections.Counter[Site] = collections.Counter()

    @property
    def total(self) -> int:
        """All queries."""
        return self.sites.total()


def _asking(frame: FrameType | None) -> Site:
    """The innermost line of recordkit that led to a query."""
    while frame is not None:
        name = frame.f_code.co_filename
        if "/recordkit/" in name:
            return name.rsplit("/recordkit/", 1)[1], frame.f_lineno, frame.f_code.co_name
        frame = frame.f_back
    return "elsewhere", 0, ""


@contextlib.contextmanager
def counting() -> Iterator[Counted]:
    """Counts what is collected while it is open: each eager expression of a Series or DataFrame is a query too."""
    counted = Counted()
    with contextlib.ExitStack() as patched:
        for owner, name in ((pl.LazyFrame, "collect"), (pl.LazyFrame, "_collect_eager"), (pl, "collect_all")):
            patched.enter_context(mock.patch.object(owner, name, _counting(getattr(owner, name), counted)))
        yield counted


def _counting(query: Callable[..., Any], counted: Counted) -> Callable[..., Any]:
    @functools.wraps(query)
    def call(*args: Any, **named: Any) -> Any:
        counted.sites[_asking(sys._getframe(1))] += 1
        return query(*args, **named)

    return call


def spent() -> float:
    """CPU seconds of this process and of the children that have ended."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def validated(paths: Sequence[Path]) -> None:
    """The row stages of some files, as `recordkit validate` runs them."""
    receive_files(paths, declare([PACKAGED]), None, lambda _name: None, most=20)


def compiled(paths: Sequence[Path]) -> None:
    """A compile into a new store, as `recordkit compile` runs it."""
    with tempfile.TemporaryDirectory() as home:
        pipeline.compile(paths, Path(home) / "store", declare([PACKAGED]), through=None, starting=lambda _count: lambda _name: None)


def tiny(folder: Path, name: str, source: Path, rows: int) -> Path:
    """The first rows of a register, as a file of its own."""
    lines = source.read_bytes().splitlines(keepends=True)[: rows + 1]
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(b"".join(lines))
    return path


def measured(work: Callable[[], None], times: int) -> tuple[Counted, float]:
    """The queries of the last of several runs, and the CPU seconds of the cheapest."""
    seconds = []
    for _ in range(times):
        began = spent()
        with counting() as counted:
            work()
        seconds.append(spent() - began)
    return counted, min(seconds)


def main() -> None:
    """Measure what is asked for, and print a line for each with the lines of the program that ask most."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", nargs="*", default=["validate", "compile"], help="validate, compile, inbox")
    parser.add_argument("--most", type=int, default=15, help="so many lines of the program are shown")
    parser.add_argument("--rows", type=int, default=20, help="rows of the tiny file")
    parser.add_argument("--times", type=int, default=3, help="runs of a tiny file after the first")
    parser.add_argument("--profile", action="store_true", help="show where the time goes as well")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        small = tiny(Path(home) / "inbox" / "2026-07", "KP_FIR_2026_07.csv", REGISTER, asked.rows)
        works: dict[str, Callable[[], None]] = {
            "validate": lambda: validated([small]),
            "compile": lambda: compiled([Path(home) / "inbox"]),
            "inbox": lambda: compiled([SAMPLE]),
        }
        for name in asked.work:
            _report(name, works[name], 1 if name == "inbox" else asked.times, asked)


def _report(name: str, work: Callable[[], None], times: int, asked: argparse.Namespace) -> None:
    if times > 1:
        first, seconds = measured(work, 1)
        print(f"{name}: first {first.total:,} queries, {seconds:.2f} CPU s")
    profile = cProfile.Profile()
    if asked.profile:
        profile.enable()
    counted, seconds = measured(work, times)
    profile.disable()
    print(f"{name}: {counted.total:,} queries, {seconds:.2f} CPU s")
    by_place: collections.Counter[str] = collections.Counter()
    for (path, _, function), count in counted.sites.items():
        by_place[f"{path}:{function}"] += count
    for place, count in by_place.most_common(asked.most):
        print(f"  {count:6,}  {place}")
    if asked.profile:
        pstats.Stats(profile).sort_stats("cumulative").print_stats("recordkit", asked.most * 2)


if __name__ == "__main__":
    main()
