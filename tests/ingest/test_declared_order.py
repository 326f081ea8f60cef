"""A declared order of dates holds as long as the column does not contradict it."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit.fields import dates
from recordkit.ingest.sheet_profile import Evidence


@pytest.mark.parametrize(
    ("declared", "cells", "settled"),
    [
        ("dmy", ["10/05/2026", "10/13/2026", "10/14/2026"], dates.DateOrder()),
        ("mdy", ["10/05/2026", "13/10/2026", "14/10/2026"], dates.DateOrder()),
        ("dmy", ["10/05/2026", "13/10/2026", "10/14/2026", "14/10/2026"], "dmy"),
        ("dmy", ["10/05/2026", "11/05/2026"], "dmy"),
    ],
)
def test_nothing_is_known_of_a_column_that_contradicts_its_declaration(
    declared: str, cells: list[str], settled: dates.DateOrder | str
) -> None:
    seen = Evidence({}, {"registered_on": declared})
    seen.distinct["registered_on"] = pl.DataFrame({"value": cells, "n": [1] * len(cells)})
    seen.settle()
    assert seen.orders == {"registered_on": settled}


@pytest.mark.parametrize("declared", ["infer", "dmy", "ymd"])
@pytest.mark.parametrize(("cells", "middle"), [(["2026-05-07", "2026-06-07"], "day"), (["2026-05-07", "2026-05-25"], "doubt")])
def test_a_header_that_states_the_day_in_the_middle_is_followed_unless_a_date_contradicts_it(
    declared: str, cells: list[str], middle: str
) -> None:
    seen = Evidence({}, {"registered_on": declared}, headers={"registered_on": "Date (yyyy-dd-mm)"})
    seen.distinct["registered_on"] = pl.DataFrame({"value": cells, "n": [1] * len(cells)})
    seen.settle()
    order = seen.orders["registered_on"]
    assert isinstance(order, dates.DateOrder)
    assert order.middle == middle
