"""What stands beside a date: words that say when on the day are used, all others are findings."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

import tried
from recordkit.fields import dates
from recordkit.reference import Reference

DAY = date(2026, 7, 14)  # a Tuesday
NOTHING_LEFT = [
    "14-07-2026", "dated 14.7.2026", "14-07-2026 at 1430 hrs", "14-07-2026 1430 hours", "Tuesday 14-07-2026", "14-07-2026 (Tue)",
    "14-07-2026 رات 10 بجے", "بوقت 10 بجے رات مورخہ 14-07-2026", "14-07-2026 raat 9 bajay", "subah 7 baje 14-07-2026",
    "14 جولائی 2026 بروز منگل", "14 جولائی سن ۲۰۲۶", "14th of July, 2026", "14-07-2026 about noon", "14-07-2026 at about 10:30 pm",
    "14-07-2026 between 1400 and 1600 hrs", "14-07-2026 22:30 to 23:00", "around 11 PM on 14-07-2026", "14-07-2026 after Isha",
    "14-07-2026 4:30 p.m.", "14-07-2026 morning", "14 July 2026 din 11 bajay", "2026-07-14T14:30:05.123+05:00", "14/07/2026 02:30:15 PM PKT",
    "14-07-2026 9 o'clock", "14-07-2026 بوقت 2230", "14Jul2026", "14-07-2026 AD", "14-07-2026ء",
]  # fmt: skip
LEFT = [
    "14-07-2026 PS City", "14-07-2026 (Accident)", "14-07-2026 March", "14-07-2026*", "14-07-2026 ¹", "14-07-2026 14:30 FIR 12",
    "14-07-2026 14:30 12", "arrested on 14-07-2026", "PS14-07-2026", "14-07-2026 ملتان", "14 July 2026, March", "2026 July 14 / 5",
    "14-07-2026 20:30 UTC", "14-07-2026 and", "14-07-2026 before",
]  # fmt: skip
IN_DOUBT = [
    "14-07-2026 cancelled", "14.07.2026 tentative", "14-07-2026 (not known)", "14-07-2026 expected", "14-07-2026 منسوخ",
    "14-07-2026 (postponed)", "14 July 2026 to be confirmed", "14-07-2026 shayad", "14-07-2026 nahi", "not 14-07-2026",
]  # fmt: skip
FORMS = ["14-07-2026", "14.7.26", "14/07/2026 14:30", "2026-07-14", "14 July 2026", "July 14, 2026", "14 جولائی 2026", "3/4-5-2024",
         "03-07-2026 to 05-07-2026", "01-03 to 05-03-2026", "3 July 2026 to 5 July 2026", "29 Ramzan 1447", "15-01-1447"]  # fmt: skip


def _codes(cells: list[str], tables: Reference) -> list[tuple[date | None, list[str]]]:
    read = dates.clean(pl.Series(cells), "dmy", tables)
    return list(zip(read["date_from"], read["codes"].to_list(), strict=True))


def test_words_that_say_when_on_the_day_leave_nothing(tables: Reference) -> None:
    for cell, (day, codes) in zip(NOTHING_LEFT, _codes(NOTHING_LEFT, tables), strict=True):
        assert (day, codes) == (DAY, []), cell


@pytest.mark.parametrize(("cells", "code"), [(LEFT, "RK379"), (IN_DOUBT, "RK339")], ids=["left", "in doubt"])
def test_all_other_words_are_findings_and_the_day_stays(cells: list[str], code: str, tables: Reference) -> None:
    for cell, (day, codes) in zip(cells, _codes(cells, tables), strict=True):
        assert (day, codes) == (DAY, [code]), cell


def test_words_for_about_are_told_behind_a_date_too(tables: Reference) -> None:
    for day, codes in _codes(["14-07-2026 (approx)", "14-07-2026 approx.", "14 July 2026 تقریباً", "about 14-07-2026"], tables):
        assert (day, codes) == (DAY, ["RK361"])


@pytest.mark.parametrize(
    ("cell", "codes"),
    [("14-07-2026 Monday", ["RK340"]), ("پیر 14-07-2026", ["RK340"]), ("14-07-2026 itwar", ["RK340"]), ("14-07-2026 منگل", []),
     ("Monday 13-07-2026 to 14-07-2026", ["RK333"]), ("13-07-2026 to Tuesday 14-07-2026", ["RK333"]), ("Sun 2026-07-12", []),
     ("12 July sun 2026", []), ("Mon/Tue 14-07-2026", [])],
)  # fmt: skip
def test_the_day_of_the_week_is_that_of_the_date_or_a_finding(cell: str, codes: list[str], tables: Reference) -> None:
    assert _codes([cell], tables)[0][1] == codes


@given(
    form=st.sampled_from(FORMS),
    junk=st.sampled_from(["Qzwv", "سیڈجق", "86429", "FIR 12", "Bashir", "c/o", "ps", "77"]),
    joint=st.sampled_from([" ", ", ", "; ", " (", " / "]),
    ahead=st.booleans(),
)
@tried.examples(150)
def test_what_is_used_and_what_is_left_is_the_cell(form: str, junk: str, joint: str, ahead: bool, tables: Reference) -> None:
    cell = f"{junk}{joint}{form}" if ahead else f"{form}{joint}{junk}"
    plain, (day, codes) = _codes([form], tables)[0], _codes([cell], tables)[0]
    assert day is None or set(codes) - set(plain[1]), cell
