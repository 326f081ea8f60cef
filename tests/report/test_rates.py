"""Rates for each 100,000 people: from a dated count with its source, and a dash where nobody was counted."""

from dataclasses import replace

import made
import polars as pl
import pytest

from recordkit import declarations, report
from recordkit.errors import DeclarationError
from recordkit.report import population

PACKAGED = [declarations.PACKAGED]
PEOPLE = population.load(PACKAGED)


def of(province, district=None):
    place = pl.col("province").eq(province) & pl.col("district").eq_missing(pl.lit(district, pl.String))
    found = PEOPLE.filter(place)
    return found.row(0, named=True) if found.height else None


def test_the_districts_sum_to_their_province_and_the_provinces_to_the_published_country():
    counted = declarations.read_csv(PACKAGED, population.NAME, population.KEY).with_columns(pl.col("population").cast(pl.Int64))
    districts = counted.drop_nulls("district").group_by("province").agg(pl.col("population").sum())
    provinces = counted.filter(pl.col("district").is_null()).select("province", "population")
    assert sorted(districts.rows()) == sorted(provinces.rows())
    assert provinces["population"].sum() == 241_499_431
    assert counted.drop_nulls("district").height == 136


def test_every_counted_district_is_a_district_and_every_count_has_its_day_and_source():
    counted = declarations.read_csv(PACKAGED, population.NAME, population.KEY)
    known = declarations.read_csv(PACKAGED, "reference/districts.csv", ["province", "district"])
    assert counted.drop_nulls("district").join(known, on=["province", "district"], how="anti").height == 0
    assert counted.select("counted_on", "source").null_count().row(0) == (0, 0)


def test_a_district_that_was_split_since_is_counted_with_its_parent():
    assert of("Punjab", "Wazirabad")["counted_as"] == "Gujranwala"
    assert of("Punjab", "Wazirabad")["people"] == of("Punjab", "Gujranwala")["people"]
    assert of("Punjab", "Lahore")["counted_as"] == "Lahore"


def test_where_nobody_was_counted_there_is_no_figure():
    assert of("Azad Jammu and Kashmir") is None
    assert of("Gilgit-Baltistan", "Gilgit") is None


@pytest.mark.parametrize("number", ["", "many", "-5", "0", "1,000"])
def test_a_population_that_is_no_number_is_refused_by_its_place(tmp_path, number):
    (tmp_path / "reference").mkdir()
    line = f'Punjab,Lahore,2033-03-01,"{number}",x\n'
    (tmp_path / "reference" / "population.csv").write_text("province,district,counted_on,population,source\n" + line)
    with pytest.raises(DeclarationError, match="Punjab Lahore"):
        population.load([*PACKAGED, tmp_path])


def test_a_newer_count_of_an_overlay_is_used(tmp_path):
    (tmp_path / "reference").mkdir()
    (tmp_path / "reference" / "population.csv").write_text(
        "province,district,counted_on,population,source\nPunjab,Lahore,2033-03-01,15000000,x\n"
    )
    newer = population.load([*PACKAGED, tmp_path]).filter(pl.col("district") == "Lahore")
    assert newer.select("people", "counted_on").rows() == [(15_000_000, "2033-03-01")]


@pytest.fixture(scope="module")
def figures():
    cases = [
        {"case_id": f"X{at}", "agency": "punjab", "province": province, "district": district, "npb_head": head,
         "registered_on": made.date(2026, month, 3)}
        for at, (province, district, head, month) in enumerate([
            ("Punjab", "Gujranwala", "Murder", 7), ("Punjab", "Wazirabad", "Murder", 7), ("Punjab", "Lahore", "Others", 8),
            ("Gilgit-Baltistan", "Gilgit", "Murder", 7), ("Punjab", None, "Others", 7), (None, None, "Others", 7),
        ])
    ]  # fmt: skip
    known = replace(made.knowledge(), population=PEOPLE)
    return report.figures(made.edition(0, cases=cases), known=known)


def test_rates_of_provinces_are_cases_for_each_100000_people(figures):
    found = {row["label"]: row for row in figures.table("rates_by_province").frame.to_dicts()}
    assert (found["Punjab"]["cases"], found["Punjab"]["people"]) == (4, 127_688_922)
    assert found["Gilgit-Baltistan"]["rate"] is None
    assert found["No province given"]["rate"] is None


def test_districts_are_as_they_were_counted_and_the_note_says_which_are_together(figures):
    table = figures.table("rates_by_district")
    found = {row["label"]: row for row in table.frame.to_dicts()}
    assert found["Gujranwala"]["cases"] == 2
    assert "Wazirabad" not in found
    assert "Wazirabad with Gujranwala" in table.note
    assert found["Gilgit"]["rate"] is None
    assert found["Not known"]["rate"] is None


def test_a_rate_is_of_its_own_head(figures):
    table = figures.table("rates_by_district")
    murder = next(column.name for column in table.columns if column.label == "Murder")
    found = {row["label"]: row for row in table.frame.to_dicts()}
    people = of("Punjab", "Gujranwala")["people"]
    assert found["Gujranwala"][murder] == round(2 * 100_000 / people, 1)
    assert found["Lahore"][murder] == 0


def test_months_without_a_case_are_marked(figures):
    found = {row["label"]: row for row in figures.table("rates_by_district").frame.to_dicts()}
    assert (found["Lahore"]["seen"], found["Lahore"]["seen__state"]) == ("1/4", "warn")


def test_no_case_is_lost_between_the_rates_and_the_other_tables(figures):
    total = figures.table("cases_by_province").frame["total"][-1]
    for key in ("rates_by_province", "rates_by_district"):
        assert figures.table(key).frame["cases"].sum() == total == 6


def test_without_a_count_every_rate_is_a_dash():
    table = report.figures(made.edition(60), known=made.knowledge()).table("rates_by_district")
    assert table.frame["rate"].null_count() == table.frame.height > 0
