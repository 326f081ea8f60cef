"""Compiled counts, their coverage, and returned figures beside them."""

from dataclasses import dataclass
from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from recordkit import counts
from tried import examples

CASE = {
    "case_id": pl.String,
    "agency": pl.String,
    "agencies": pl.List(pl.String),
    "stage": pl.String,
    "province": pl.String,
    "district": pl.String,
    "registered_on": pl.Date,
    "period": pl.String,
    "npb_head": pl.String,
    "iccs_code": pl.String,
    "tip_tier": pl.String,
}
CHARGE = {
    "case_id": pl.String,
    "npb_head": pl.String,
    "iccs_code": pl.String,
    "tip_tier": pl.String,
    "is_modifier": pl.Boolean,
    "is_crime": pl.Boolean,
}
PERSON = {"mention_id": pl.String, "case_id": pl.String, "role": pl.String}
SOURCE = {
    "agency": pl.String,
    "format": pl.String,
    "period": pl.String,
    "rows_accepted": pl.Int64,
    "rows_quarantined": pl.Int64,
    "duplicate_of": pl.String,
}
RETURN = {
    "agency": pl.String,
    "source": pl.String,
    "file_sha256": pl.String,
    "period": pl.String,
    "province": pl.String,
    "district": pl.String,
    "unit": pl.String,
    "head": pl.String,
    "count": pl.Int64,
    "is_total": pl.Boolean,
    "place_level": pl.String,
}
DISTRICTS = pl.DataFrame(
    {
        "province": ["North", "North", "North", "South"],
        "district": ["Hill", "Lake", "New Town", "Port"],
        "valid_from": [None, None, "2026-09-15", None],
        "valid_to": [None, "2026-09-14", None, None],
    }
)


@dataclass(frozen=True)
class Agency:
    province: str | None = None
    expected_districts: int | list[str] | None = None
    registers_cases: bool = True


AGENCIES = {
    "north": Agency("North"),
    "south": Agency("South", ["Port", "Bay"]),
    "rail": Agency(),
    "border": Agency(None, 7),
}


def frame(rows, schema, **defaults):
    return pl.DataFrame([{**dict.fromkeys(schema), **defaults, **row} for row in rows], schema=schema)


def cases(*rows):
    return frame(rows, CASE, agency="north", stage="case", province="North", district="Hill", period="2026-07")


def compiled(case_rows, charge_rows=(), person_rows=(), source_rows=()):
    return counts.compile(
        cases(*case_rows),
        frame(charge_rows, CHARGE),
        frame(person_rows, PERSON),
        frame(source_rows, SOURCE, format="f", rows_accepted=0, rows_quarantined=0),
        agencies=AGENCIES,
        districts=DISTRICTS,
    )


def total(table, unit, classification="npb_head"):
    return table.filter(unit=unit, classification=classification)["count"].sum()


# --- compiling


def test_a_case_counts_once_under_its_principal_offence_in_the_month_it_was_registered():
    table = compiled([{"case_id": "a", "registered_on": date(2026, 6, 30), "npb_head": "Murder"}])
    row = table.filter(unit="case", classification="npb_head").row(0, named=True)
    assert row == {
        "period": "2026-06",
        "agency": "north",
        "province": "North",
        "district": "Hill",
        "unit": "case",
        "classification": "npb_head",
        "code": "Murder",
        "count": 1,
        "districts_reporting": 1,
        "districts_expected": 2,
    }


def test_a_case_without_a_registration_date_counts_in_the_period_of_its_file():
    assert compiled([{"case_id": "a", "period": "2026-08"}])["period"].unique().to_list() == ["2026-08"]


def test_an_enquiry_and_everything_in_it_is_not_counted():
    table = compiled(
        [{"case_id": "a", "stage": "enquiry"}],
        [{"case_id": "a", "npb_head": "Others"}],
        [{"mention_id": "m", "case_id": "a", "role": "accused"}],
    )
    assert table.is_empty()


def test_every_charge_counts_except_modifiers():
    table = compiled(
        [{"case_id": "a", "npb_head": "Murder"}],
        [
            {"case_id": "a", "npb_head": "Murder", "is_modifier": False},
            {"case_id": "a", "npb_head": "Robbery", "is_modifier": False},
            {"case_id": "a", "npb_head": "Others", "is_modifier": True},
        ],
    )
    charges = table.filter(unit="charge", classification="npb_head").select("code", "count")
    assert charges.rows() == [("Murder", 1), ("Robbery", 1)]
    assert total(table, "case") == 1


def test_a_preventive_arrest_or_inquest_is_no_crime_and_is_not_counted():
    no_crime = {"case_id": "a", "is_modifier": False, "is_crime": False}
    table = compiled(
        [{"case_id": "a"}, {"case_id": "b", "npb_head": "Murder"}],
        [no_crime, {**no_crime, "case_id": "b"}, {"case_id": "b", "npb_head": "Murder", "is_crime": True}],
        [{"mention_id": "m", "case_id": "a", "role": "accused"}],
    )
    heads = table.filter(classification="npb_head").select("unit", "code", "count")
    assert heads.rows() == [("case", "Murder", 1), ("charge", "Murder", 1)]


def test_a_case_with_nothing_but_a_modifier_stays_a_case():
    table = compiled([{"case_id": "a"}], [{"case_id": "a", "is_modifier": True, "is_crime": True}])
    assert table.filter(classification="npb_head").select("unit", "code").rows() == [("case", None)]


def test_only_victims_and_accused_are_counted_as_people_under_the_principal_offence():
    table = compiled(
        [{"case_id": "a", "npb_head": "Robbery"}],
        [{"case_id": "a", "npb_head": "Others"}],
        [
            {"mention_id": "1", "case_id": "a", "role": "victim"},
            {"mention_id": "2", "case_id": "a", "role": "accused"},
            {"mention_id": "3", "case_id": "a", "role": "accused"},
            {"mention_id": "4", "case_id": "a", "role": "complainant"},
            {"mention_id": "5", "case_id": "a", "role": "witness"},
        ],
    )
    people = table.filter(pl.col("unit").is_in(["victim", "accused"]), classification="npb_head")
    assert people.select("unit", "code", "count").rows() == [
        ("accused", "Robbery", 2),
        ("victim", "Robbery", 1),
    ]


def test_a_case_that_could_not_be_classified_keeps_its_place_in_the_sum():
    table = compiled([{"case_id": "a"}, {"case_id": "b", "npb_head": "Murder", "iccs_code": "0101"}])
    assert table.filter(unit="case", classification="npb_head")["code"].to_list() == ["Murder", None]
    assert total(table, "case", "iccs") == 2


def test_only_offences_in_a_tier_have_tier_rows_and_tiers_stay_apart():
    table = compiled(
        [
            {"case_id": "a", "tip_tier": "A"},
            {"case_id": "b", "tip_tier": "C"},
            {"case_id": "c", "tip_tier": None},
        ]
    )
    assert table.filter(classification="tip_tier", unit="case").select("code", "count").rows() == [
        ("A", 1),
        ("C", 1),
    ]


def test_a_case_resolved_only_to_its_province_is_an_atom_with_no_district():
    table = compiled([{"case_id": "a", "district": None, "npb_head": "Murder"}])
    row = table.filter(unit="case", classification="npb_head").row(0, named=True)
    assert (row["district"], row["province"], row["districts_reporting"]) == (None, "North", 0)


def test_lazy_tables_give_the_same_counts():
    made = cases({"case_id": "a", "npb_head": "Murder"})
    charges, people, sources = frame([], CHARGE), frame([], PERSON), frame([], SOURCE)
    eager = counts.compile(made, charges, people, sources, agencies=AGENCIES, districts=DISTRICTS)
    lazy = counts.compile(made.lazy(), charges.lazy(), people.lazy(), sources.lazy(), agencies=AGENCIES, districts=DISTRICTS)
    assert_frame_equal(eager, lazy)


# --- properties

heads = st.sampled_from(["Murder", "Robbery", "Others", None])
drawn_case = st.fixed_dictionaries(
    {
        "agency": st.sampled_from(["north", "south", "rail", "border"]),
        "stage": st.sampled_from(["case", "enquiry", None]),
        "province": st.sampled_from(["North", "South", None]),
        "district": st.sampled_from(["Hill", "Lake", "Port", "Elsewhere", None]),
        "registered_on": st.none() | st.dates(date(2026, 6, 1), date(2026, 10, 31)),
        "period": st.sampled_from(["2026-07", "2026-08"]),
        "npb_head": heads,
        "iccs_code": st.sampled_from(["0101", "0204", None]),
        "tip_tier": st.sampled_from(["A", "C", None]),
    }
)


@st.composite
def editions(draw):
    rows = [{**row, "case_id": f"C{i}"} for i, row in enumerate(draw(st.lists(drawn_case, max_size=25)))]
    own = [{"case_id": row["case_id"], "npb_head": row["npb_head"], "is_modifier": False} for row in rows]
    extra = draw(st.lists(st.tuples(st.integers(0, 30), heads, st.booleans()), max_size=20))
    more = [{"case_id": f"C{i}", "npb_head": h, "is_modifier": m} for i, h, m in extra if i < len(rows)]
    who = draw(st.lists(st.tuples(st.integers(0, 30), st.sampled_from(["victim", "accused", "witness"])), max_size=20))
    people = [{"mention_id": str(n), "case_id": f"C{i}", "role": r} for n, (i, r) in enumerate(who) if i < len(rows)]
    return rows, own + more, people


@examples(60)
@given(editions())
def test_the_codes_of_a_unit_add_up_to_the_unit(edition):
    rows, charges, people = edition
    table = compiled(rows, charges, people)
    real = {row["case_id"] for row in rows if row["stage"] != "enquiry"}
    assert total(table, "case") == total(table, "case", "iccs") == len(real)
    assert total(table, "charge") == sum(c["case_id"] in real and not c["is_modifier"] for c in charges)
    assert total(table, "charge") >= total(table, "case")
    for role in ("victim", "accused"):
        assert total(table, role) == sum(p["case_id"] in real and p["role"] == role for p in people)
    assert table.filter(pl.col("count") < 1).is_empty()
    assert not table.select(c for c in table.columns if c not in ("count",)).is_duplicated().any()


@examples(40)
@given(editions(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_does_not_matter(edition, random):
    rows, charges, people = edition
    before = compiled(rows, charges, people)
    for part in edition:
        random.shuffle(part)
    assert_frame_equal(before, compiled(rows, charges, people))


@examples(40)
@given(editions(), drawn_case)
def test_adding_a_case_adds_one_and_nothing_else(edition, row):
    rows, charges, people = edition
    added = {**row, "case_id": "new", "stage": "case"}
    before, after = compiled(rows, charges, people), compiled([*rows, added], charges, people)
    keys = [c for c in before.columns if c not in ("count", "districts_reporting", "districts_expected")]
    joined = after.join(before, on=keys, how="left", nulls_equal=True)
    grown = joined.with_columns(more=pl.col("count") - pl.col("count_right").fill_null(0)).filter(pl.col("more") != 0)
    assert grown["more"].to_list() == [1] * (3 if added["tip_tier"] else 2)
    assert grown["unit"].unique().to_list() == ["case"]
    assert after.height - before.height == joined["count_right"].null_count()


# --- coverage


def covered(case_rows, source_rows=()):
    sources = frame(source_rows, SOURCE, format="f", rows_accepted=0, rows_quarantined=0)
    table = counts.coverage(cases(*case_rows), sources, AGENCIES, DISTRICTS)
    keys = ("period", "agency")
    return {
        tuple(row[k] for k in keys): (row["districts_reporting"], row["districts_expected"])
        for row in table.iter_rows(named=True)
    }


def test_a_district_is_expected_only_in_the_months_in_which_it_exists():
    found = covered(
        [
            {"case_id": "a", "district": "Lake", "registered_on": date(2026, 8, 2)},
            {"case_id": "b", "district": "New Town", "registered_on": date(2026, 9, 20)},
        ]
    )
    assert found == {("2026-08", "north"): (1, 2), ("2026-09", "north"): (1, 2)}


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "expected"),
    [("2026", None, 1), ("2027", None, 0), (None, "2026", 1), (None, "2025", 0), ("2026-07-31", None, 1)],
)
def test_a_bare_year_of_validity_means_the_whole_year(valid_from, valid_to, expected):
    reference = pl.DataFrame(
        {"province": ["North"], "district": ["Hill"], "valid_from": [valid_from], "valid_to": [valid_to]},
        schema_overrides={"valid_from": pl.String, "valid_to": pl.String},
    )
    table = counts.coverage(cases({"case_id": "a"}), frame([], SOURCE), {"north": Agency("North")}, reference)
    assert (table["districts_expected"][0] or 0) == expected


def test_a_stray_district_of_another_province_fills_no_gap():
    found = covered([{"case_id": "a", "district": "Hill"}, {"case_id": "b", "district": "Port"}])
    assert found == {("2026-07", "north"): (1, 2)}


def test_an_agency_that_is_not_a_territory_expects_nothing_unless_it_declares_a_number():
    found = covered(
        [
            {"case_id": "a", "agency": "rail", "district": None},
            {"case_id": "b", "agency": "border", "district": "Hill"},
        ]
    )
    assert found == {("2026-07", "rail"): (0, None), ("2026-07", "border"): (1, 7)}


def test_a_file_of_no_rows_speaks_for_every_expected_district():
    nil = {"agency": "south", "period": "2026-07"}
    assert covered([], [nil]) == {("2026-07", "south"): (2, 2)}


@pytest.mark.parametrize("change", [{"format": None}, {"duplicate_of": "x"}, {"rows_quarantined": 3}, {"period": None}])
def test_an_unreadable_repeated_or_quarantined_file_is_not_a_return_of_nothing(change):
    assert covered([], [{"agency": "south", "period": "2026-07", **change}]) == {}


def test_every_agency_that_reported_a_case_is_heard():
    found = covered([{"case_id": "a", "agency": "border", "agencies": ["border", "north"], "district": "Hill"}])
    assert found == {("2026-07", "border"): (1, 7), ("2026-07", "north"): (1, 2)}


# --- returns beside counts


def told(*rows):
    return frame(
        rows,
        RETURN,
        agency="stat",
        source="stat.xlsx",
        file_sha256="f1",
        province="North",
        period="2026-07",
        head="Murder",
        is_total=False,
    )


def murders(number, period="2026-07", district="Hill", agency="north", start=0):
    return [
        {
            "case_id": f"{agency}{period}{district}{i}",
            "npb_head": "Murder",
            "period": period,
            "district": district,
            "agency": agency,
        }
        for i in range(start, start + number)
    ]


def judged(returns, table, **where):
    found = counts.reconcile(returns, table, AGENCIES).filter(**where)
    return found.select("returned", "compiled", "difference", "status").rows()


def test_a_returned_figure_stands_beside_the_compiled_one_with_the_difference():
    table = compiled(murders(3))
    returns = told({"count": 5})
    assert judged(returns, table, level="province") == [(5, 3, -2, "differ")]
    assert judged(told({"count": 3}), table, level="province") == [(3, 3, 0, "agree")]


def test_a_blank_is_not_zero_and_a_zero_is_a_figure():
    table = compiled([{"case_id": "a", "npb_head": "Robbery"}])
    returns = told({"count": None}, {"count": 0, "head": "Dacoity"}, {"count": 1, "head": "Robbery"})
    assert judged(returns, table, level="province", head="Murder") == [(None, 0, None, "blank")]
    assert judged(returns, table, level="province", head="Dacoity") == [(0, 0, 0, "agree")]


def test_no_return_is_held_against_entries_that_nobody_registered():
    table, known = compiled(murders(3)), {**AGENCIES, "north": Agency("North", registers_cases=False)}
    found = counts.reconcile(told({"count": 5}), table, known).filter(level="province")
    assert found.select("returned", "compiled", "status").rows() == [(5, None, "not compiled")]


def test_a_place_of_which_nothing_was_compiled_is_not_taken_for_zero():
    returns = told({"count": 4, "province": "Islands"})
    assert judged(returns, compiled(murders(1)), province="Islands") == [(4, None, None, "not compiled")]


def test_two_sources_of_one_figure_are_two_rows_and_are_never_averaged():
    returns = told({"count": 4}, {"count": 6, "source": "late.csv", "file_sha256": "f2"})
    rows = counts.reconcile(returns, compiled(murders(3)), AGENCIES).filter(level="province")
    assert rows.select("source", "returned").rows() == [("late.csv", 6), ("stat.xlsx", 4)]


def test_a_file_sent_twice_says_the_same_thing_once():
    returns = told({"count": 4}, {"count": 4, "file_sha256": "f2"})
    assert judged(returns, compiled(murders(4)), level="province") == [(4, 4, 0, "agree")]


def test_district_returns_are_compared_and_their_sum_stands_for_the_province_with_its_blanks_counted():
    returns = told({"count": 2, "district": "Hill"}, {"count": None, "district": "Lake"})
    table = compiled(murders(2) + murders(1, district="Lake"))
    assert judged(returns, table, level="district") == [(2, 2, 0, "agree"), (None, 1, None, "blank")]
    row = counts.reconcile(returns, table, AGENCIES).filter(level="province").row(0, named=True)
    assert (row["basis"], row["returned"], row["blanks"], row["compiled"]) == ("sum of districts", 2, 1, 3)


def test_a_sum_of_blanks_only_is_blank():
    returns = told({"count": None, "district": "Hill"}, {"count": None, "district": "Lake"})
    assert judged(returns, compiled(murders(1)), level="province") == [(None, 1, None, "blank")]


def test_a_national_total_is_compared_with_every_agency():
    returns = told({"count": 5, "province": None, "is_total": True, "head": "TOTAL"})
    table = compiled(murders(3) + murders(2, agency="rail", district=None))
    assert judged(returns, table, level="national") == [(5, 5, 0, "agree")]


def test_the_total_head_is_compared_with_every_case_also_the_unclassified():
    table = compiled([*murders(2), {"case_id": "x", "npb_head": None}])
    assert judged(told({"count": 3, "head": "TOTAL"}), table, level="province", head="TOTAL") == [(3, 3, 0, "agree")]


def test_a_railway_case_is_not_held_against_the_province_in_which_it_happened():
    table = compiled(murders(3) + murders(2, agency="rail"))
    assert judged(told({"count": 3}), table, level="province", head="Murder") == [(3, 3, 0, "agree")]
    rows = counts.reconcile(told({"count": 3}), table).filter(level="province", head="Murder")
    assert rows["compiled"].to_list() == [5]
    assert rows["compiled_by"].to_list() == [["north", "rail"]]


def test_a_month_between_two_returned_ones_is_shown_as_missing():
    returns = told({"count": 1}, {"count": 1, "period": "2026-09"})
    table = compiled(murders(1) + murders(2, "2026-08") + murders(1, "2026-09"))
    assert judged(returns, table, period="2026-08", head="Murder") == [(None, 2, None, "no return")]


def test_a_province_that_returns_nothing_is_shown_with_what_was_compiled():
    south = [{"case_id": "s", "agency": "south", "province": "South", "district": "Port", "npb_head": "Murder"}]
    found = counts.reconcile(told({"count": 1}), compiled(murders(1) + south), AGENCIES).filter(province="South")
    assert found.select("head", "returned_by", "compiled", "status").rows() == [
        ("Murder", None, 1, "no return"),
        ("TOTAL", None, 1, "no return"),
    ]


def test_a_yearly_return_is_compared_with_the_months_of_its_year():
    table = compiled(murders(1, "2026-07") + murders(2, "2026-08") + murders(4, "2025-01"))
    assert judged(told({"count": 3, "period": "2026"}), table, period="2026") == [(3, 3, 0, "agree")]


def test_no_returns_and_no_counts_give_an_empty_table():
    assert counts.reconcile(frame([], RETURN), compiled([]), AGENCIES).is_empty()


def test_a_part_of_a_province_that_is_no_district_is_not_taken_for_the_province():
    returns = told({"count": 2, "district": "Hill"}, {"count": 3, "district": None}, {"count": 5, "is_total": True})
    rows = counts.reconcile(returns, compiled(murders(5)), AGENCIES).select("level", "basis", "returned").rows()
    assert rows == [
        ("district", "given", 2),
        ("other", "given", 3),
        ("province", "given", 5),
        ("province", "sum of districts", 5),
    ]


def test_the_total_of_a_division_over_its_heads_is_not_the_total_of_the_province():
    division = {"count": 7, "head": "TOTAL", "is_total": True, "place_level": "division"}
    returns = told({"count": 2, "district": "Hill"}, division)
    levels = counts.reconcile(returns, compiled(murders(2)), AGENCIES).filter(head="TOTAL", basis="given")
    assert levels["level"].to_list() == ["other"]


# --- what somebody should look at


@dataclass(frozen=True)
class Volume:
    least: int
    most: int


@dataclass(frozen=True)
class Declared(Agency):
    expected_volume: Volume | None = None


def found(case_rows=(), source_rows=(), return_rows=(), agencies=AGENCIES):
    known = {key: Declared(one.province, one.expected_districts, expected_volume=getattr(one, "expected_volume", None))
             for key, one in agencies.items()}  # fmt: skip
    sources = frame(source_rows, {**SOURCE, "file_sha256": pl.String}, format="f", rows_accepted=9, rows_quarantined=0)
    returns = frame(return_rows, {**RETURN, "sheet": pl.String, "row": pl.Int64}, agency="stat", source="s.csv",
                    file_sha256="s", period="2026-07", province="North", head="Murder", is_total=False)  # fmt: skip
    table = compiled(case_rows)
    told_of = counts.findings(cases(*case_rows), sources, returns, table, agencies=known, districts=DISTRICTS)
    return told_of.select("code", "file_sha256", "row", "detail").rows()


def test_a_district_that_was_not_heard_in_a_month_of_its_agency_is_named():
    rows = found([{"case_id": "a", "district": "Hill"}], [{"agency": "north", "period": "2026-07", "file_sha256": "f"}])
    assert rows == [("RK508", None, None, "north, 2026-07: nothing from Lake")]


def test_a_nil_return_and_a_month_without_any_file_name_no_silent_district():
    nil = {"agency": "north", "period": "2026-07", "rows_accepted": 0}
    assert found([], [nil]) == []
    assert found([{"case_id": "a"}], []) == []


def test_a_month_with_fewer_rows_than_usual_is_found():
    agencies = {"rail": Declared(expected_volume=Volume(10, 20))}
    one = {"agency": "rail", "period": "2026-07", "file_sha256": "f"}
    assert found([], [one], agencies=agencies) == [("RK507", "f", None, "rail, 2026-07: 9 rows; 10 to 20 are usual")]
    assert found([], [one, {**one, "file_sha256": "g"}], agencies=agencies) == []


def test_a_month_of_nothing_is_told_by_its_nil_return_and_not_called_unusual():
    agencies = {"rail": Declared(expected_volume=Volume(10, 20))}
    nil = {"agency": "rail", "period": "2026-07", "file_sha256": "f", "rows_accepted": 0}
    assert found([], [nil], agencies=agencies) == []
    assert [row[0] for row in found([], [{**nil, "rows_quarantined": 2}], agencies=agencies)] == ["RK507"]


def test_a_return_that_differs_from_the_compiled_count_names_its_own_row():
    rows = [{"count": 2, "row": 7, "district": "Hill"}, {"count": 1, "row": 8, "district": "Lake"}]
    told_of = found(murders(3) + murders(1, district="Lake"), [], rows)
    assert told_of == [("RK511", "s", 7, "2026-07, Hill, Murder: returned 2, compiled 3")]
