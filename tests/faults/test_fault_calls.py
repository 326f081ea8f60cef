"""Every N-th call on the store fails, or the process dies there: nothing is lost.

In CI a sample of the calls; all of them with `pytest -m slow tests/faults`.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from trials import World, shimmed

KINDS = {"kill": False, "eio": False, "enospc": True, "erofs": True, "eacces": False, "short": False}


def _break_at(world: World, shim: Path, at: int, how: str) -> None:
    root = world.fresh(f"{how}-{at}")
    done = world.run(root, **shimmed(shim, root, at, how, sticky=KINDS[how]))
    assert done.returncode == -9 if how == "kill" else done.returncode in (0, 3, 4), (at, done.stderr)
    assert "Traceback" not in done.stderr, (at, done.stderr)
    world.survives(root)


def _sample(calls: int, how: str, tries: int) -> list[int]:
    start = list(KINDS).index(how)
    return sorted({1 + (start * 7 + number * calls // tries) % calls for number in range(tries)})


@pytest.mark.parametrize("how", list(KINDS))
def test_a_compile_that_fails_at_some_call_on_the_store_loses_nothing(
    world: World, shim: Path, calls: int, how: str
) -> None:
    for at in _sample(calls, how, 6):
        _break_at(world, shim, at, how)


@pytest.mark.slow
@pytest.mark.parametrize("how", list(KINDS))
def test_a_compile_that_fails_at_any_call_on_the_store_loses_nothing(
    world: World, shim: Path, calls: int, how: str
) -> None:
    assert calls > 50
    for at in range(1, calls + 1):
        _break_at(world, shim, at, how)
