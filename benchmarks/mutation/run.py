"""How many small faults in the code do the tests notice? A seeded sample of mutants, each against the tests that run its line.

    pip install cosmic-ray==8.7.0 coverage==7.17.5      # beside the locked tools, in an environment of their own
    python -m benchmarks.mutation.run store --sample 60 --seed 1 --out /tmp/mutants

The tree is copied first and only the copy is changed. One run of the nearest tests learns which test runs which line and what
it costs; then each mutant meets the tests of its line, the cheapest first, until one fails or the budget is spent.
"""

from __future__ import annotations

import argparse
import compileall
import dataclasses
import json
import os
import random
import resource
import shutil
import signal
import sys
import time
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ |= {"POLARS_MAX_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}

from benchmarks.mutation.operators import Mutant, mutants, mutated

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).parent
COPIED = ["src", "schemas", "tests", "sample_data", "examples", "docs", "pyproject.toml", "CHANGELOG.md", "README.md"]
PYTEST = ["-x", "-q", "-p", "no:cacheprovider", "-p", "no:xdist", "--hypothesis-profile=mutants", "--no-header"]
CONFIG: dict[str, Any] = tomllib.loads((HERE / "mutation.toml").read_text("utf-8"))


def main() -> None:
    """Copy, learn, sample, try, report."""
    asked = _asked()
    tree = Path(asked.out).resolve() / "tree"
    _copy(tree)
    _warm(tree)
    known = {"near": CONFIG["packages"][asked.package]["near"]} if asked.near else _learned(asked, tree)
    results = Path(asked.out) / f"{asked.package}-{asked.seed}.jsonl"
    done = (
        {} if not results.exists() else {r["key"]: r for r in map(json.loads, results.read_text("utf-8").splitlines())}
    )
    for mutant in _sample(tree, asked.package, asked.sample, asked.seed):
        result = done.get(_key(tree, mutant))
        if result is None or (asked.again and result["outcome"] == "survived"):
            result = _try(tree, mutant, known, asked.budget)
            with results.open("a", encoding="utf-8") as log:
                log.write(json.dumps(result, ensure_ascii=False) + "\n")
            print(f"{result['outcome']:9} {result['key']}  {result['by']}", flush=True)
    from benchmarks.mutation.score import report

    report([results])


def _learned(asked: argparse.Namespace, tree: Path) -> dict[str, Any]:
    """Which test runs which line, learned once and kept in the folder of the results."""
    learned = Path(asked.out) / f"lines-{asked.package}.json"
    if asked.learn or not learned.exists():
        _child(tree, lambda: _learn(asked.package, learned.resolve()), cpu=3600, wall=7200)
    return dict(json.loads(learned.read_text("utf-8")))


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("package", choices=sorted(CONFIG["packages"]))
    parser.add_argument("--sample", type=int, default=0, help="how many mutants; 0 is every one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--budget", type=float, default=6.0, help="CPU seconds of tests for one mutant")
    parser.add_argument(
        "--out", default="/tmp/mutants", help="the folder of the copy and the results; a second run goes on"
    )
    parser.add_argument("--again", action="store_true", help="try the survivors once more")
    parser.add_argument(
        "--near", action="store_true", help="learn nothing: the test files that mutation.toml names for a module"
    )
    parser.add_argument("--learn", action="store_true", help="learn anew which test runs which line")
    return parser.parse_args()


def _copy(tree: Path) -> None:
    shutil.rmtree(tree, ignore_errors=True)
    tree.mkdir(parents=True)
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, tree / name, symlinks=True)
        else:
            shutil.copy2(source, tree / name)
    compileall.compile_dir(tree / "src", quiet=2)  # else every child would compile all of it; a mutant has another time


def _warm(tree: Path) -> None:
    """Import once what every test needs, so that each child starts with it; nothing of recordkit."""
    os.environ["PYTHONPATH"] = str(tree / "src")
    sys.path.insert(0, str(tree / "src"))
    import hypothesis
    import lxml  # noqa: F401
    import pandera.polars  # noqa: F401
    import polars  # noqa: F401
    import pyarrow.parquet  # noqa: F401
    import pytest  # noqa: F401
    import rapidfuzz  # noqa: F401
    import typer  # noqa: F401

    hypothesis.settings.register_profile("mutants", deadline=None, max_examples=15, derandomize=True, database=None)


def _child(tree: Path, work: Callable[[], int], cpu: float, wall: float = 1200) -> int | None:
    """The exit code of `work` in a process of its own, or None if it ran out of time; its children end with it."""
    pid = os.fork()
    if pid == 0:
        os.setpgid(0, 0)  # a group to end, in the session of the caller: whatever share of the machine that has holds
        os.chdir(tree)
        resource.setrlimit(resource.RLIMIT_CPU, (int(cpu) + 1, int(cpu) + 5))
        out = os.open(tree.parent / "last.txt", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        code = 70
        try:
            code = int(work())
        finally:
            sys.stdout.flush()
            os._exit(code)
    until = time.monotonic() + wall
    while time.monotonic() < until:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            _end(pid)
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.02)
    _end(pid)
    os.waitpid(pid, 0)
    return None


def _end(group: int) -> None:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        return


class _Watch:
    """A pytest plugin: which lines each test runs, and its CPU seconds."""

    def __init__(self, package: str) -> None:
        import coverage

        self.coverage = coverage.Coverage(data_file=None, include=[f"*/recordkit/{package}/*"], messages=False)
        self.coverage.start()
        self.costs: dict[str, float] = {}
        self.failed: set[str] = set()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self.coverage.switch_context(nodeid)
        self.began = sum(os.times()[:4])

    def pytest_runtest_logreport(self, report: Any) -> None:
        if report.failed or report.skipped:
            self.failed.add(report.nodeid)

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self.coverage.switch_context("")
        self.costs[nodeid] = round(sum(os.times()[:4]) - self.began, 3)


def _learn(package: str, to: Path) -> int:
    import pytest

    watch, chosen = _Watch(package), CONFIG["packages"][package]
    options = [option for option in PYTEST if option != "-x"]
    leave = [f"--deselect={test}" for test in CONFIG["left_out"]]
    pytest.main([*options, *leave, *chosen["tests"]], plugins=[watch])
    watch.coverage.stop()
    data = watch.coverage.get_data()
    lines = {
        str(Path(file)).split("/src/")[-1]: {
            str(line): sorted({c for c in contexts if c and c not in watch.failed})
            for line, contexts in data.contexts_by_lineno(file).items()
        }
        for file in data.measured_files()
    }
    to.write_text(json.dumps({"costs": watch.costs, "lines": lines, "failed": sorted(watch.failed)}), "utf-8")
    return 0


def _sample(tree: Path, package: str, size: int, seed: int) -> list[Mutant]:
    found = []
    for path in sorted((tree / "src/recordkit" / package).rglob("*.py")):
        found += mutants(str(path.relative_to(tree / "src")), path.read_text("utf-8"))
    chosen = random.Random(seed).sample(found, min(size or len(found), len(found)))
    print(f"{package}: {len(chosen)} of {len(found)} mutants, seed {seed}", flush=True)
    return chosen


def _key(tree: Path, mutant: Mutant) -> str:
    """The mutant by its words, which other people's edits above it do not change."""
    lines = (tree / "src" / mutant.module).read_text("utf-8").splitlines()
    words, column = lines[mutant.start[0] - 1].strip(), mutant.start[1]
    return f"{mutant.module}:{mutant.start[0]}:{column} {mutant.operator}#{mutant.occurrence} | {words}"


def _nearest(known: dict[str, Any], mutant: Mutant, budget: float) -> list[str]:
    """The tests that run the line, the cheapest first, as many as the budget pays for; of a line of import, of the module."""
    if "near" in known:
        place = mutant.module.split("/", 2)[2]
        return list(next(files for start, files in known["near"].items() if place.startswith(start)))
    lines = known["lines"].get(mutant.module, {})
    touched = {t for n in range(mutant.start[0], mutant.end[0] + 1) for t in lines.get(str(n), [])}
    tests = touched or {t for names in lines.values() for t in names}
    spent, chosen = 0.0, []
    for test in sorted(tests, key=lambda t: (known["costs"][t], t)):
        spent += known["costs"][test]
        if chosen and spent > budget:
            break
        chosen.append(test)
    return chosen


def _try(tree: Path, mutant: Mutant, known: dict[str, Any], budget: float) -> dict[str, Any]:
    path = tree / "src" / mutant.module
    source, times = path.read_text("utf-8"), path.stat()
    tests = _nearest(known, mutant, budget)
    cost = sum(known["costs"][t] for t in tests) if "costs" in known else 6
    key = _key(tree, mutant)
    try:
        path.write_text(mutated(source, mutant), "utf-8")
        code = _child(tree, lambda: _pytest(tests), cpu=30 + 5 * cost) if tests else 0
    finally:
        path.write_text(source, "utf-8")
        os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
    outcome = {0: "survived", 1: "killed", None: "timeout"}.get(code, "killed" if code else "survived")
    said = (tree.parent / "last.txt").read_text("utf-8", errors="replace") if tests else "no test runs this line"
    by = next(
        (line[:200] for line in said.splitlines() if line.startswith(("FAILED", "ERROR", "E   "))), said[-80:].strip()
    )
    return {"key": key, "outcome": outcome, "code": code, "tests": len(tests), "by": by} | dataclasses.asdict(mutant)


def _killer(output: Path) -> str:
    """The line of pytest's output that says why the run failed."""
    lines = output.read_text("utf-8", errors="replace").splitlines()
    return next((line[:200] for line in lines if line.startswith(("FAILED", "ERROR", "E   "))), "")


def _pytest(tests: list[str]) -> int:
    import pytest

    return int(pytest.main([*PYTEST, "--tb=line", *tests]))


if __name__ == "__main__":
    main()
