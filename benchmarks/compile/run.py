"""What a whole compile costs, stage by stage: CPU seconds and the most memory held in each.

    python benchmarks/compile/run.py INBOX STORE [--through YYYY-MM] [--incremental]

Stages are the calls of the pipeline, timed from outside; a stage's peak is that of the process while it ran
(/proc/self/clear_refs, so Linux only). The inbox is made by generate.py beside this file.
"""

from __future__ import annotations

import argparse
import functools
import resource
from collections.abc import Callable
from pathlib import Path
from typing import Any

from recordkit import checks, counts, declarations, edition, linkage, pipeline, store, submissions
from recordkit.ingest.config import declare
from recordkit.linkage import merging

STAGES = (
    (submissions, "gather", "read, standardise, cache"),
    (linkage, "link", "link"),
    (linkage, "carry", "ids that stay"),
    (merging, "cases", "merge cases"),
    (merging, "charges", "merge charges"),
    (merging, "persons", "merge persons"),
    (merging, "identities", "merge identities"),
    (counts, "compile", "count"),
    (checks, "check", "check whole tables"),
    (edition, "build", "all of linking, merging, counting"),
    (store, "publish", "write and publish, with the report"),
)


def spent() -> float:
    """CPU seconds of this process and its children."""
    return sum(sum(resource.getrusage(who)[:2]) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))


def peak() -> float:
    """GB held at most since the last call."""
    told = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    Path("/proc/self/clear_refs").write_text("5")
    return int(told.split()[1]) / 1e6


def watched(work: Callable[..., Any], name: str, depth: list[str], most: list[float]) -> Callable[..., Any]:
    """The same call, which says what it cost."""

    @functools.wraps(work)
    def call(*args: Any, **kwargs: Any) -> Any:
        most[:] = [max(one, peak_now) for one in most] if (peak_now := peak()) else most
        depth.append(name)
        most.append(0.0)
        began = spent()
        try:
            return work(*args, **kwargs)
        finally:
            here = max(most.pop(), peak())
            most[:] = [max(one, here) for one in most]
            depth.pop()
            print(f"{'  ' * len(depth)}{name:<{44 - 2 * len(depth)}}{spent() - began:9.1f} CPU s {here:7.2f} GB", flush=True)

    return call


def main() -> None:
    """Compile, telling every stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("inbox", type=Path)
    parser.add_argument("store", type=Path)
    parser.add_argument("--through", metavar="YYYY-MM")
    parser.add_argument("--incremental", action="store_true")
    given = parser.parse_args()
    depth: list[str] = []
    most: list[float] = []
    for home, name, told in STAGES:
        setattr(home, name, watched(getattr(home, name), told, depth, most))
    declared = declare([declarations.PACKAGED])
    whole = watched(pipeline.compile, "whole compile", depth, most)
    done = whole([given.inbox], given.store, declared, through=given.through, starting=lambda _: lambda _: None, incremental=given.incremental)
    if done.edition is None:
        print("nothing new")
        return
    rows = {name: table.rows for name, table in done.edition.manifest.tables.items()}
    print(f"{done.tally.read:,} rows read; " + ", ".join(f"{name} {count:,}" for name, count in rows.items()))
    print(shared(done.edition))


def shared(made: store.Edition) -> str:
    """How much of an edition is in files that another one has as well."""
    found = [path.stat() for name in made.tables for path in made.files(name)]
    same = [one for one in found if one.st_nlink > 1]
    bytes_ = [sum(one.st_size for one in some) for some in (same, found)]
    return f"shared with another edition: {len(same)} of {len(found)} files, {bytes_[0]:,} of {bytes_[1]:,} bytes"


if __name__ == "__main__":
    main()
