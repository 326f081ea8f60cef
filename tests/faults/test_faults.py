"""After any fault: the old edition is whole, the next run completes, no row and no ledger entry is lost."""

from __future__ import annotations

import pytest
from trials import World

from faults import FAULTS, Fault, Tools


def _try(fault: Fault, world: World, tools: Tools, full: bool) -> None:
    if why := fault.missing(tools):
        pytest.skip(why)
    tries = fault.tries(tools, full)
    for number in range(tries):
        fault.run(world, tools, number, tries)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_nothing_is_lost_by_a_sample_of(fault: Fault, world: World, tools: Tools) -> None:
    _try(fault, world, tools, full=False)


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_nothing_is_lost_by_all_of(fault: Fault, world: World, tools: Tools) -> None:
    _try(fault, world, tools, full=True)
