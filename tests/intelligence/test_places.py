"""Places: what is new, what stands out, what follows; and what only looks like it: missing returns, a month of the country."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl
import pytest

from recordkit import declarations
from recordkit import intelligence as products
from recordkit.intelligence import places
from recordkit.intelligence.whole_months import whole_months

RULES = products.load([declarations.PACKAGED]).places
MONTHS = ["2026-05", "2026-06", "2026-07", "2026-08", "2026-09"]
STATIONS = [("Punjab", f"D{d}", f"D{d} S{s}") for d in range(3) for s in range(4)]
DISTRICTS = pl.DataFrame([("Punjab", f"D{d}") for d in range(3)], schema=["province", "district"], orient="row")


@dataclass(frozen=True)
class Agency:
    province: str | None = "Punjab"
    expected_districts: int | None = None
    registers_cases: bool = True


AGENCIES = {"punjab": Agency()}


@dataclass(frozen=True)
class MadeEdition:
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    id: str = "e"

    def scan(self, table: str) -> pl.LazyFrame:
        return self.tables[table].lazy()


def edition(count, without=frozenset(), months=MONTHS):
    """count(station, month, head): cases, spread over the month; without: district and month that no file tells of."""
    rows = []
    for station in STATIONS:
        for month in months:
            for head in ("Burglary", "Others"):
                if (station[1], month) in without:
                    continue
                for at in range(count(station, month, head)):
                    # the days of stations differ, and follow each other no more at one than at another
                    step = (at * 9 + 5 * STATIONS.index(station) + 3 * MONTHS.index(month)) % 28
                    rows.append((f"C{len(rows)}", *station, date.fromisoformat(f"{month}-01") + timedelta(days=step), head))
    cases = pl.DataFrame(
        rows, schema={**dict.fromkeys(["case_id", "province", "district", "police_station"], pl.String), "registered_on": pl.Date, "npb_head": pl.String},
        orient="row",
    ).with_columns(
        agency=pl.lit("punjab"), agencies=pl.lit(["punjab"]), stage=pl.lit("case"), tip_tier=pl.lit(None, pl.String),
        occurred_from=pl.lit(None, pl.Date), occurred_to=pl.lit(None, pl.Date), period=pl.lit(None, pl.String),
    )  # fmt: skip
    sources = pl.DataFrame([("punjab", month, "list", 1, 0, None) for month in months], orient="row", schema={
        "agency": pl.String, "period": pl.String, "format": pl.String, "rows_accepted": pl.Int64, "rows_quarantined": pl.Int64,
        "duplicate_of": pl.String})  # fmt: skip
    charges = pl.DataFrame(schema={"case_id": pl.String, "is_modifier": pl.Boolean, "is_crime": pl.Boolean})
    return MadeEdition({"cases": cases, "sources": sources, "charges": charges})


def find(made):
    return places.find(made, RULES, AGENCIES, DISTRICTS)


def subjects(found, kind):
    return [one.subject for one in found.statements if one.kind == kind]


def calm(station, month, head):
    return 2 if head == "Burglary" else 6


def test_where_every_place_and_month_is_the_same_nothing_is_stated():
    assert find(edition(calm)).statements == ()


def test_a_place_that_rises_in_the_newest_month_is_new_with_its_cases():
    def count(station, month, head):
        return 16 if (station[2], month, head) == ("D1 S2", MONTHS[-1], "Burglary") else calm(station, month, head)

    found = find(edition(count))
    assert "D1 S2, D1, Punjab" in subjects(found, "emerging")
    one = next(one for one in found.statements if one.kind == "emerging" and one.subject.startswith("D1 S2"))
    assert (one.figures["count"], one.figures["before"], one.figures["months"], len(one.cases)) == (16, 8, 4, 16)
    assert one.chance is not None
    assert one.chance <= RULES.false_share
    assert found.month == MONTHS[-1]


def test_a_rise_of_the_whole_country_is_no_new_place():
    def count(station, month, head):
        return 3 * calm(station, month, head) if month == MONTHS[-1] else calm(station, month, head)

    assert subjects(find(edition(count)), "emerging") == []


def test_a_district_that_did_not_report_its_months_before_has_not_risen():
    """Two months of six cases each are missing: with zeros in their place the newest would look like a rise."""
    gone = {("D1", "2026-05"), ("D1", "2026-06")}
    found = find(edition(calm, gone))
    assert subjects(found, "emerging") == []
    tested = found.tested.filter(pl.col("kind") == "emerging")
    assert "D1" not in tested["district"].to_list()  # two whole months before the newest are too few to compare with
    assert set(tested["months"]) == {4}


def test_of_a_newest_month_that_is_not_whole_nothing_is_called_new_and_it_is_said():
    found = find(edition(calm, {("D2", MONTHS[-1])}))
    assert found.not_whole == 1
    assert find(edition(calm, {("D2", month) for month in MONTHS[1:]})).not_whole == 1
    only_federal = edition(calm)
    never = only_federal.tables["cases"].with_columns(agency=pl.lit("fia"), agencies=pl.lit(["fia"]))
    mixed = MadeEdition({**only_federal.tables, "cases": pl.concat([only_federal.tables["cases"], never.filter(pl.col("district") == "D1")])})
    assert places.find(mixed, RULES, {**AGENCIES, "fia": Agency(None)}, DISTRICTS).not_whole == 1  # of which no month is whole
    assert "D2" not in found.tested.filter(pl.col("kind") == "emerging")["district"].to_list()


def test_a_hot_spot_has_a_larger_share_month_after_month():
    def count(station, month, head):
        return 9 if (station[2], head) == ("D0 S3", "Burglary") else calm(station, month, head)

    found = find(edition(count))
    assert subjects(found, "hot_spot") == ["D0 S3, D0, Punjab"]
    assert subjects(found, "emerging") == []


def test_a_station_that_has_more_of_everything_is_no_hot_spot():
    assert subjects(find(edition(lambda *of: calm(*of) * (6 if of[0][2] == "D0 S3" else 1))), "hot_spot") == []


def test_a_month_is_whole_when_every_agency_of_the_district_sent_it():
    made = edition(calm, {("D0", "2026-06")})
    cases, sources = made.tables["cases"], made.tables["sources"]
    whole = whole_months(cases, sources, AGENCIES, DISTRICTS)
    assert set(MONTHS) - set(whole.filter(pl.col("district") == "D0")["period"]) == {"2026-06"}
    federal = cases.head(1).with_columns(agency=pl.lit("fia"), agencies=pl.lit(["fia"]))
    with_federal = whole_months(pl.concat([cases, federal]), sources, {**AGENCIES, "fia": Agency(None)}, DISTRICTS)
    assert federal["district"][0] not in with_federal["district"].to_list()  # it sent no month at all


@pytest.mark.parametrize("empty", [edition(lambda *_: 0), edition(calm, months=[])])
def test_an_edition_without_cases_or_months_states_nothing(empty):
    found = find(empty)
    assert (found.statements, found.tested.height) == ((), 0)
    assert found.base == {"hot_spot": (0, 0), "emerging": (0, 0), "near_repeat": (0, 0)}
