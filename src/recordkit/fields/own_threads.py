"""Threads in which the patterns of kernels stay compiled, since polars keeps only 32 of them for each thread."""

from __future__ import annotations

import contextvars
import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")

_THREADS: dict[object, ThreadPoolExecutor] = {}
_IN_USE = threading.Lock()
_WITHIN: contextvars.ContextVar[frozenset[object]] = contextvars.ContextVar("within", default=frozenset())


def keeps_patterns(function: Callable[P, R]) -> Callable[P, R]:
    """The same function, run in a thread that belongs to it, where its patterns stay compiled from call to call.

    Compiling a pattern of names takes some milliseconds, asking a few hundred cells a tenth of one. A function has no
    more than 32 patterns of its own; what it calls may have a thread too. The caller waits, so nothing is shared that
    was not. Another thread of the program that comes meanwhile, or the function within itself, does without.
    """

    @wraps(function)
    def in_own_thread(*given: P.args, **named: P.kwargs) -> R:
        within = _WITHIN.get()
        if in_own_thread in within or not (within or _IN_USE.acquire(blocking=False)):
            return function(*given, **named)
        try:
            context = contextvars.copy_context()
            context.run(_WITHIN.set, within | {in_own_thread})
            return _thread(in_own_thread).submit(lambda: context.run(function, *given, **named)).result()
        finally:
            if not within:
                _IN_USE.release()

    return in_own_thread


def _thread(owner: object) -> ThreadPoolExecutor:
    if owner not in _THREADS:
        _THREADS[owner] = ThreadPoolExecutor(1)
    return _THREADS[owner]


def _none_yet() -> None:
    """In a forked child no thread of its parent runs."""
    global _IN_USE
    _THREADS.clear()
    _IN_USE = threading.Lock()


os.register_at_fork(after_in_child=_none_yet)
