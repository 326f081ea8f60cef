"""A stranger's misfortunes over the real command line: some with every change, all of them many times by night."""

from __future__ import annotations

import random
import shutil
import time

import misfortunes
import pytest
from misfortunes import Place
from trials import PROJECT, frozen_code

import in_process
from recordkit import store

pytestmark = pytest.mark.xdist_group("misfortunes")

SAMPLE = PROJECT / "sample_data" / "inbox"
TRIES = 25  # of every kind, in the slow suite
# With every change: the process dies, the streams fail. A changing inbox and a rotten ledger are tried with every change on
# the small compile (test_faults.py) and in tests/store, and here by night.
DAILY = {misfortunes.killed_again_and_again, misfortunes.nobody_hears_it}


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Place:
    home = tmp_path_factory.mktemp("place")
    made = Place(home, frozen_code(tmp_path_factory), home / "inbox", home / "base")
    for name in ("tmp", "cwd"):
        (home / name).mkdir()
    for month, rows in (("2026-07", 30), ("2026-08", 20)):
        (made.inbox / month).mkdir(parents=True)
        name = f"CRMS_Persons_{month.replace('-', '')}.csv"
        lines = (SAMPLE / month / name).read_text(encoding="utf-8").splitlines(keepends=True)
        (made.inbox / month / name).write_text("".join(lines[:rows]), encoding="utf-8")
    first = ("compile", made.inbox, "--to", made.base, "--through", "2026-07", "-q")
    assert in_process.run(*first).returncode == 0  # the same bytes as those of a process
    store.ledger.decide(made.base, "C1", "C2", "different", "seen both")
    assert in_process.run(*first).returncode == 0
    shutil.copytree(made.base, home / "whole", symlinks=True)
    began = time.monotonic()
    made.run("compile", made.inbox, "--to", home / "whole", "-q")
    made.seconds = time.monotonic() - began
    made.whole = misfortunes.published(home / "whole")
    people = store.open_edition(home / "whole").scan("persons").select("name", "cnic").collect()
    made.names = tuple({value for column in people for value in column.drop_nulls() if len(value) > 9})
    assert len(made.names) > 10
    assert len(made.whole) > len(made.old)
    return made


@pytest.mark.parametrize(
    "befalls",
    [pytest.param(one, id=one.__name__, marks=() if one in DAILY else pytest.mark.slow) for one in misfortunes.ALL],
)
def test_no_row_and_no_entry_is_lost_when(place: Place, befalls: misfortunes.Misfortune) -> None:
    befalls(place, random.Random(1))


@pytest.mark.slow
@pytest.mark.parametrize("number", range(2, 2 + TRIES))
@pytest.mark.parametrize("befalls", misfortunes.ALL, ids=lambda one: one.__name__)
def test_no_row_and_no_entry_is_ever_lost_when(place: Place, befalls: misfortunes.Misfortune, number: int) -> None:
    befalls(place, random.Random(f"{befalls.__name__} {number}"))
