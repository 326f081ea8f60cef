"""The score of one or several samples: killed of all that are not equivalent, with its interval, and the survivors."""

from __future__ import annotations

import json
import math
import sys
import tomllib
from collections.abc import Iterable
from pathlib import Path
from typing import Any


def report(files: Iterable[Path]) -> None:
    """Print the score of each file of results, and what survived and is on no list of equivalents."""
    for file in files:
        latest = {r["key"]: r for r in map(json.loads, file.read_text("utf-8").splitlines())}
        same = [r for r in latest.values() if r["outcome"] == "survived" and equivalent(r)]
        alive = [r for r in latest.values() if r["outcome"] == "survived" and not equivalent(r)]
        of = len(latest) - len(same)
        low, high = wilson(of - len(alive), of)
        print(
            f"{file.stem}: {of - len(alive)} of {of} killed, {(of - len(alive)) / of:.0%} ({low:.0%} to {high:.0%}), {len(same)} equivalent"
        )
        for result in alive:
            print("  survived", result["key"], f"[{result['tests']} tests]")


def equivalent(result: dict[str, Any]) -> bool:
    """Is the mutant one of those of which somebody wrote why no test can tell it?"""
    listed = tomllib.loads((Path(__file__).parent / "equivalent.toml").read_text("utf-8"))["mutant"]
    words, step = result["key"].split(" | ", 1)[1], ("+1", "-1")[result["occurrence"] % 2]  # of a changed number
    return any(
        result["module"] == e["module"]
        and (e["line"] == words if e.get("whole") else e["line"] in words)
        and result["operator"] in e["operators"]
        and e.get("step", step) == step
        for e in listed
    )


def wilson(hits: int, of: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's 95 % interval of a share."""
    if not of:
        return 0.0, 1.0
    share, spread = hits / of, z * z / of
    middle = (share + spread / 2) / (1 + spread)
    half = z * math.sqrt(share * (1 - share) / of + spread / (4 * of)) / (1 + spread)
    return middle - half, middle + half


if __name__ == "__main__":
    report(map(Path, sys.argv[1:]))
