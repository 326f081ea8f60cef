"""The edges of a row that stands for several records."""

from __future__ import annotations

import polars as pl

from recordkit.fields import numbers
from recordkit.mapping import reshape
from recordkit.mapping.model import MOST_COPIES


def test_a_row_that_is_not_believed_to_be_several_says_why() -> None:
    told = {
        "1": None, "3": None, str(MOST_COPIES): None, str(MOST_COPIES + 1): f"more than {MOST_COPIES}", "0": "it is zero",
        None: "it is blank", "many": "it is no whole number",
    }  # fmt: skip
    rows = pl.DataFrame({"row": range(len(told)), "_many": list(told)})
    listed, found = reshape._expanded(rows, "_many", numbers.NO_WORDS)
    assert dict(found.select("row", "detail").iter_rows()) == {at: why for at, why in enumerate(told.values()) if why}
    assert set(found["code"]) == {"RK231"}
    assert [listed.filter(row=at).height for at in range(len(told))] == [1, 3, MOST_COPIES, 1, 1, 1, 1]
