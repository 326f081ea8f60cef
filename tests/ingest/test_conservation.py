"""The law of conservation: every row that is read ends as accepted, quarantined or skipped, whatever it holds."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

from recordkit import declarations
from recordkit.errors import BrokenLaw
from recordkit.ingest import Declarations, Tally, declare, receive, sheet
from tried import examples

HEADER = ["S#", "DISTRICT", "P.S", "CRIME NO.", "U/S", "DATE OF REPORT", "D/O OCCURRENCE", "COMPLAINANT", "ACCUSED",
          "ACCUSED CNIC", "VICTIM", "CLASS", "STATUS"]  # fmt: skip


@cache
def declared() -> Declarations:
    return declare(declarations.folders())


cell = st.one_of(
    st.sampled_from(
        ["", "-", "EAST", "KARACHI", "123/2026", "0/0", "302/34 PPC", "9999 PPC", "03-Oct-26", "31/02/2026", "UNKNOWN",
         "ALI S/O AHMED; NA-MALOOM", "3.52021E+12", "35202-1234567-1", "TOTAL", "A-CLASS", "=1+1", "نامعلوم"]
    ),
    st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=20),
)  # fmt: skip
rows = st.lists(st.lists(cell, min_size=len(HEADER), max_size=len(HEADER)), max_size=12)


def write(path: Path, body: list[list[str]]) -> Path:
    """A register of Sindh's shape."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as handle:
        csv.writer(handle, quoting=csv.QUOTE_ALL).writerows([HEADER, *body])
    return path


@examples(15, suppress_health_check=list(HealthCheck))
@given(rows)
def test_every_row_of_any_register_is_accounted_for_once(
    tmp_path_factory: pytest.TempPathFactory, body: list[list[str]]
) -> None:
    path = write(tmp_path_factory.mktemp("inbox") / "2026-10" / "register.csv", body)
    kept: dict[str, list[pl.DataFrame]] = {}
    done = receive(path, declared(), agency="sindh", keep=lambda name, frame: kept.setdefault(name, []).append(frame))
    (one,) = done
    accepted = {row for frame in kept.get("cases", []) for row in frame["row"]}
    quarantined = [row for frame in kept.get("quarantine", []) for row in frame["row"]]
    assert len(accepted) == one.tally.accepted
    assert len(quarantined) == one.tally.quarantined == len(set(quarantined))
    assert not accepted & set(quarantined)
    if one.readable:
        assert one.tally.read == len(body) + 1
    assert set(one.issues["severity"]) <= {"reject", "flag", "note"}


@examples(6, suppress_health_check=list(HealthCheck))
@given(rows.filter(lambda body: len(body) > 2), st.integers(2, 5))
def test_the_size_of_a_batch_never_shows_in_the_result(
    tmp_path_factory: pytest.TempPathFactory, body: list[list[str]], size: int
) -> None:
    path = write(tmp_path_factory.mktemp("inbox") / "2026-10" / "register.csv", body)

    def frames(batch: int) -> tuple[dict[str, pl.DataFrame], pl.DataFrame]:
        kept: dict[str, list[pl.DataFrame]] = {}
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(sheet, "ROWS", batch)
            done = receive(path, declared(), agency="sindh", keep=lambda n, f: kept.setdefault(n, []).append(f))
        order = ["code", "row", "field", "column", "value", "detail"]
        return {name: _in_row_order(pl.concat(parts)) for name, parts in kept.items()}, done[0].issues.sort(order)

    whole, found = frames(250_000)
    cut, found_cut = frames(size)
    for name in whole:
        if name in cut or whole[name].height:
            assert cut[name].equals(whole[name]), name
    assert found_cut.equals(found)


def _in_row_order(frame: pl.DataFrame) -> pl.DataFrame:
    """Within a batch people come by role; which batch a row was in is what must not matter."""
    return frame.sort([name for name in ("row", "part", "role", "position") if name in frame.columns])


def test_a_tally_that_does_not_add_up_breaks_the_law() -> None:
    Tally(3, 1, 1, 1).check("fine.csv")
    with pytest.raises(BrokenLaw, match=r"lost\.csv: 3 rows were read"):
        Tally(3, 1, 1, 0).check("lost.csv")
