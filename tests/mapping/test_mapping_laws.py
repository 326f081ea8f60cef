"""Laws: every row is a record or skipped, exactly once; and how rows are cut into batches changes nothing."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from paper_files import frame, mapped, only, planned, source

from tried import examples

REGISTER = """
[[format]]
id = "register"
unit = "case"
constants = { area = "B" }
rows = { trailer = "^END (?P<count>[0-9]+)" }
columns = [
  { field = "district", required = true },
  { field = "fir_no", required = true },
  { field = "registered_on" },
  { field = "accused" },
]
ignore = [{ headers = ["Dead"], reason = "a count" }, { headers = ["Hurt"], reason = "a count" }]
reshape = { fill_down = ["district"] }
"""
STATEMENT = """
[[format]]
id = "statement"
unit = "return"
columns = [{ field = "district", required = true }]
[format.reshape]
banner = [{ into = "period", pattern = "^20[0-9]{2}$" }]
unpivot = { into = ["head"], known = ["heads"] }
"""
PEOPLE = """
[[format]]
id = "people"
unit = "person"
columns = [
  { field = "fir_no", required = true },
  { field = "name", headers = ["Accused {n}"], synonyms = false },
  { field = "_many", headers = ["Many"] },
]
reshape = { records = ["name"], expand = "_many" }
"""
HEADERS = {
    "register": ["District", "FIR No", "Date", "Accused", "Dead", "Hurt", ""],
    "statement": ["District", "Murder", "Robbery", "Burglary", "Others", "Total", "Remark"],
    "people": ["FIR No", "Accused 1", "Accused 2", "Many", "", "", ""],
}
PLANS = {}
for _form in (REGISTER, STATEMENT, PEOPLE):
    _name = only(_form)["some"].formats[0].id
    PLANS[_name] = planned(source([["Letterhead"], HEADERS[_name], ["x"] * 7]), only(_form), "some")[1]

CELLS = st.sampled_from(
    [None, "Swat", "1/26", "3-7-26", "Aslam", "Total", "Sub Total Swat", "GRAND TOTAL", "0", "1", "2", "3", "7",
     "1,204", "673,75", "2018", "Prepared by X", "END 3", "District", "FIR No", "Murder", "x", "۱۲"]
)  # fmt: skip
BODY = st.lists(st.lists(CELLS, min_size=7, max_size=7), max_size=24)


def lines(name: str, body: list[list[str | None]]) -> pl.DataFrame:
    return frame([["Letterhead", *[None] * 6], HEADERS[name], *body])


@pytest.mark.parametrize("name", list(PLANS))
@examples(30)
@given(body=BODY)
def test_every_row_becomes_records_or_is_skipped_once(name: str, body: list[list[str | None]]) -> None:
    batch = lines(name, body)
    done = mapped(PLANS[name], batch)
    kept = done.rows.get_column("row").unique().to_list()
    assert sorted([*kept, *done.skipped.get_column("row").to_list()]) == batch.get_column("row").to_list()
    assert done.skipped.get_column("code").null_count() == 0
    assert done.rows.select("row", "part").is_duplicated().sum() == 0


@pytest.mark.parametrize("name", list(PLANS))
@examples(30)
@given(body=BODY, size=st.integers(1, 9))
def test_batches_of_any_size_give_the_same(name: str, body: list[list[str | None]], size: int) -> None:
    batch = lines(name, body)
    whole, cut = mapped(PLANS[name], batch), mapped(PLANS[name], batch, size)
    assert cut.rows.equals(whole.rows)
    assert cut.skipped.equals(whole.skipped)
    assert cut.issues.sort(pl.all()).equals(whole.issues.sort(pl.all()))
    assert cut.carry == whole.carry


@examples(30)
@given(body=BODY)
def test_the_same_rows_give_the_same_records_twice(body: list[list[str | None]]) -> None:
    batch = lines("statement", body)
    assert mapped(PLANS["statement"], batch).rows.equals(mapped(PLANS["statement"], batch).rows)
