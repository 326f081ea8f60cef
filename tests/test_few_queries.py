"""Small work takes few queries: each costs as much for ten rows as for ten thousand."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "queries" / "run.py"
VALIDATED, COMPILED, REGISTER = 1_180, 3_150, 1_330  # queries; lower them with whatever saves some


@pytest.fixture(scope="module")
def benchmark() -> ModuleType:
    """The script that counts queries."""
    spec = importlib.util.spec_from_file_location("queries", BENCHMARK)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["queries"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def inbox(benchmark: ModuleType, tmp_path: Path) -> Path:
    """An inbox with the first twenty rows of a register of the sample."""
    benchmark.tiny(tmp_path / "inbox" / "2026-07", "KP_FIR_2026_07.csv", benchmark.REGISTER, 20)
    return tmp_path / "inbox"


def test_a_tiny_file_is_validated_with_few_queries(benchmark: ModuleType, inbox: Path) -> None:
    benchmark.validated([inbox])  # what is read once in a process is not counted
    with benchmark.counting() as counted:
        benchmark.validated([inbox])
    assert 0 < counted.total <= VALIDATED, counted.sites.most_common(10)


def test_a_tiny_file_is_compiled_with_few_queries(benchmark: ModuleType, inbox: Path) -> None:
    benchmark.compiled([inbox])
    with benchmark.counting() as counted:
        benchmark.compiled([inbox])
    assert 0 < counted.total <= COMPILED, counted.sites.most_common(10)


def test_a_longer_register_in_urdu_takes_no_more_queries_for_more_rows(benchmark: ModuleType, tmp_path: Path) -> None:
    """Its people stand in cells. Nothing is asked once for every row or for every person."""
    top, *rows = benchmark.REGISTER.read_text(encoding="utf-8").splitlines(keepends=True)[1:100]
    counted = []
    for times in (4, 16):
        path = tmp_path / str(times) / "2026-07" / "KP_FIR_2026_07.csv"
        path.parent.mkdir(parents=True)
        several = [row.replace(";", f"{at};", 1) for at in range(times) for row in rows]
        path.write_text("".join([top, *several]), encoding="utf-8")
        benchmark.validated([path])
        with benchmark.counting() as once:
            benchmark.validated([path])
        counted.append(once.total)
    assert counted[1] <= counted[0] * 1.15
    assert counted[0] <= REGISTER, counted


def test_every_query_is_counted(benchmark: ModuleType) -> None:
    frame = benchmark.pl.DataFrame({"a": [2, 1]})
    with benchmark.counting() as counted:
        frame.select("a")
        frame["a"].is_null()
        frame.lazy().collect()
        benchmark.pl.collect_all([frame.lazy()])
    assert counted.total == 4
