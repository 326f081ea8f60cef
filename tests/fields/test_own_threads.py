"""A function that keeps its patterns compiled gives what it would give anyhow, whoever calls it and from where."""

from __future__ import annotations

import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar

import polars as pl
import pytest

from recordkit.fields.own_threads import keeps_patterns

ASKED: ContextVar[str] = ContextVar("asked", default="nothing")


@keeps_patterns
def where(_value: int = 0) -> str:
    return f"{threading.current_thread().name} {ASKED.get()}"


@keeps_patterns
def count_down(value: int) -> int:
    return value and 1 + count_down(value - 1)


@keeps_patterns
def through_another(value: int) -> tuple[str, int]:
    return where(), count_down(value)


@keeps_patterns
def failing() -> None:
    raise ValueError("no")


def test_it_runs_each_time_in_the_same_thread_with_what_the_caller_has_set() -> None:
    token = ASKED.set("this")
    try:
        assert len({where() for _ in range(200)}) == 1
    finally:
        ASKED.reset(token)
    assert not where().startswith(threading.current_thread().name)
    assert where().endswith("nothing")


def test_functions_may_call_each_other_and_themselves() -> None:
    assert count_down(5) == 5
    assert through_another(3) == (where(), 3)


def test_an_error_is_that_of_the_function_and_leaves_it_usable() -> None:
    for _ in range(2):
        with pytest.raises(ValueError, match="no"):
            failing()
    assert count_down(1) == 1


def test_threads_of_a_program_that_call_at_once_do_not_wait_for_each_other() -> None:
    """Two functions that call each other from two threads would else wait for ever."""
    met = threading.Barrier(2, timeout=20)

    @keeps_patterns
    def first(deep: bool) -> str:
        met.wait()
        return second(deep=False) if deep else "first"

    @keeps_patterns
    def second(deep: bool) -> str:
        if deep:
            met.wait()
        return first_again() if deep else "second"

    @keeps_patterns
    def first_again() -> str:
        return "again"

    with ThreadPoolExecutor(2) as both:
        made = [both.submit(first, deep=True), both.submit(second, deep=True)]
        assert [one.result(timeout=20) for one in made] == ["second", "again"]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_has_threads_of_its_own() -> None:
    assert count_down(2) == 2
    child = os.fork()
    if child == 0:
        os._exit(7 if count_down(2) == 2 else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7


def test_a_pattern_stays_compiled_whatever_is_searched_for_elsewhere() -> None:
    long = r"(?i)(?:" + "|".join(rf"word{at}[\s\-]{{1,2}}of\b" for at in range(400)) + r")\p{L}{2,20}"

    def asked() -> float:
        began = time.thread_time()
        assert not pl.Series(["Aslam"]).str.contains(long).any()
        return time.thread_time() - began

    kept = keeps_patterns(asked)
    first, later = kept(), []
    for _ in range(3):
        for at in range(40):  # more than polars keeps for this thread
            pl.Series(["Aslam"]).str.contains(f"a{at}.z")
        later.append(kept())
    assert min(later) < first / 3
