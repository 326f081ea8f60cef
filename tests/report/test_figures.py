"""The figures of a report: what is counted, what is unknown, what stands apart."""

import re
from dataclasses import replace

import made
import polars as pl
import pytest

from recordkit import report, store
from recordkit.errors import RecordkitError
from recordkit.report.crosstab import Side, cross


@pytest.fixture(scope="module")
def edition():
    return made.edition()


@pytest.fixture(scope="module")
def figures(edition):
    return report.figures(edition, known=made.knowledge())


def shown(table):
    """Rows as dicts by the labels of their columns."""
    labels = {column.name: column.label for column in table.columns}
    return [{labels[name]: value for name, value in row.items()} for row in table.shown.to_dicts()]


def test_every_table_says_its_unit_period_edition_and_source(figures):
    for table in figures.tables:
        assert table.unit, table.key
        assert table.period, table.key
        assert figures.edition in table.source, table.key
        assert table.empty, table.key


def test_keys_of_tables_are_unique(figures):
    keys = [table.key for table in figures.tables]
    assert len(keys) == len(set(keys))


def test_no_table_holds_personal_data(figures):
    everything = report.data(figures, "json")
    assert made.SECRET_NAME not in everything
    assert made.SECRET_CNIC not in everything


def test_months_and_heads_add_up_to_the_counted_cases(edition, figures):
    counted = edition.tables["cases"].filter(pl.col("stage") == "case").height
    table = shown(figures.table("cases_by_month"))
    assert [row["Month"] for row in table] == ["Jul 2026", "Aug 2026", "Sep 2026", "Oct 2026", "Total"]
    assert table[-1]["Total"] == counted
    assert sum(row["Total"] for row in table[:-1]) == counted
    assert figures.headlines[0].value == f"{counted:,}"


def test_heads_stand_in_the_order_of_their_list_with_the_unclassified_last(figures):
    heads = [row["Head"] for row in shown(figures.table("cases_by_head"))]
    assert heads == [*made.HEADS, "Not classified", "Total"]


def test_a_month_in_which_a_district_is_missing_is_marked(figures):
    marks = figures.table("cases_by_month").frame["partial"].to_list()
    assert marks == [False, False, True, False, False]


def test_each_tier_is_a_group_of_its_own_and_no_table_holds_two(edition, figures):
    tiers = next(section for section in figures.sections if section.key == "tiers")
    assert len(tiers.groups) >= 6
    cases = edition.tables["cases"].filter(pl.col("stage") == "case")
    for tier in made.TIERS:
        [group] = [group for group in tiers.groups if group.tables[0].key == f"{tier}_by_month"]
        total = shown(group.tables[0])[-1]
        assert total["Cases"] == cases.filter(pl.col("tip_tier") == tier).height
        assert "Total" not in total
    every = cases.filter(pl.col("tip_tier").is_not_null()).height
    sums = [row[-1] for table in tiers.tables if table.filled for row in table.shown.rows()]
    assert every not in sums


def test_a_tier_without_cases_says_so(figures):
    table = figures.table("A_statutory_tip_legacy_by_month")
    assert not table.filled
    assert "No case" in table.empty


def test_enquiries_are_in_a_table_of_their_own(edition, figures):
    enquiries = edition.tables["cases"].filter(pl.col("stage") == "enquiry").height
    assert shown(figures.table("enquiries"))[-1]["Total"] == enquiries
    cases = edition.tables["cases"].filter(pl.col("stage") == "case").height
    assert shown(figures.table("status"))[-1]["Total"] == cases


def test_every_victim_is_in_one_age_band(edition, figures):
    real = edition.tables["cases"].filter(pl.col("stage") == "case").select("case_id")
    victims = edition.tables["persons"].filter(pl.col("role") == "victim").join(real, on="case_id")
    table = shown(figures.table("victims_by_age"))
    assert table[-1]["Total"] == victims.height
    by_age = {row["Age"]: row["Total"] for row in table}
    assert by_age["18–20"] == victims.filter(pl.col("age") == 19).height
    assert by_age["Not known"] == victims.filter(pl.col("age").is_null()).height


def test_an_age_comes_from_the_date_of_birth_when_no_age_was_written():
    person = {"mention_id": "x", "case_id": "C0", "role": "victim", "date_of_birth": made.date(2009, 8, 1)}
    case = made.rows("cases", [{"case_id": "C0", "agency": "punjab", "period": "2026-07",
                                "registered_on": made.date(2026, 7, 31)}])  # fmt: skip
    tables = {**made.edition(0).tables, "cases": case, "persons": made.rows("persons", [person])}
    table = report.figures(made.MadeEdition(tables=tables), known=made.knowledge()).table("victims_by_age")
    assert {row["Age"]: row["Total"] for row in shown(table)}["9–17"] == 1  # 16: the birthday is tomorrow


def test_coverage_tells_missing_from_nil_and_from_complete(figures):
    by_agency = {row["Agency"]: row for row in shown(figures.table("coverage"))}
    assert by_agency["Punjab Police"]["Jul 2026"] == "4/4"
    assert by_agency["Sindh Police"]["Sep 2026"] == "missing"
    assert by_agency["Balochistan Levies"]["Oct 2026"] in ("2/2", "nil return")
    assert "Gilgit-Baltistan Police" not in by_agency


def test_a_nil_return_is_shown_as_zero_and_a_missing_one_as_unknown():
    edition = made.edition(400)
    quiet = edition.tables["cases"].filter(~((pl.col("agency") == "levies") & (pl.col("period") == "2026-10")))
    tables = {**edition.tables, "cases": quiet}
    tables["counts"] = made.compiled(tables)
    figures = report.figures(made.MadeEdition(tables=tables), known=made.knowledge())
    rows = {row["Month"]: row for row in shown(figures.table("cases_by_province"))}
    assert rows["Oct 2026"]["Balochistan"] == 0
    grid = {row["Agency"]: row for row in shown(figures.table("coverage"))}
    assert grid["Balochistan Levies"]["Oct 2026"] == "nil return"


def test_what_nobody_sent_is_named_first(figures):
    said = [notice.text for notice in figures.attention]
    assert "Sindh Police: nothing came for Sep 2026." in said
    assert "Never heard from: Gilgit-Baltistan Police." in said
    assert any("no row could be used: 1" in text for text in said)
    assert {notice.section for notice in figures.attention} <= {section.key for section in figures.sections}


def test_rows_of_files_are_conserved(figures):
    for row in shown(figures.table("files")):
        assert row["Rows read"] == row["Accepted"] + row["Quarantined"] + row["Skipped"]


def test_a_file_that_could_not_be_used_is_named_with_what_to_do(figures):
    rows = shown(figures.table("trouble"))
    assert [(row["File"], row["What is wrong"]) for row in rows] == [
        ("Sindh Sept (final) FINAL.xlsx", "password"),
        ("copy of punjab_2026-07.xlsx", "sent again"),
    ]
    assert rows[0]["What to do"] == made.RULES["RK102"].fix


def test_the_commonest_findings_come_first_in_words_without_notes(figures):
    rows = shown(figures.table("findings"))
    assert [row["Rule"] for row in rows] == ["RK304", "RK302", "RK318", "RK310", "RK102"]
    assert rows[0]["Finding"] == "cnic malformed"
    assert rows[0]["How to fix"] == made.RULES["RK304"].fix
    assert rows[0]["Times"] == 160


def test_a_missing_return_and_a_blank_one_are_not_figures(figures):
    grid = {row["Place"]: row for row in shown(figures.table("returns_by_month"))}
    assert grid["Sindh"]["Sep 2026"] == "no return / –"
    assert grid["Gilgit-Baltistan"]["Jul 2026"] == "0 / –"
    long = figures.table("returns_long").frame
    assert set(long.filter(pl.col("status") == "blank")["returned"]) == {None}


def test_one_month_limits_every_break_down_and_keeps_the_months_before_it(edition):
    figures = report.figures(edition, month="2026-08", known=made.knowledge())
    counted = edition.tables["cases"].filter(pl.col("stage") == "case", pl.col("period") == "2026-08").height
    assert figures.headlines[0].value == f"{counted:,}"
    assert shown(figures.table("cases_by_head"))[-1]["Total"] == counted
    assert shown(figures.table("status"))[-1]["Total"] == counted
    months = [row["Month"] for row in shown(figures.table("cases_by_month"))]
    assert months == ["Jul 2026", "Aug 2026", "Total"]
    assert figures.period == "Aug 2026"
    assert figures.table("files").frame["files"][-1] == 6


@pytest.mark.parametrize("month", ["2026", "2026-13", "Aug 2026", "2026-08-01", ""])
def test_something_that_is_no_month_is_refused_in_words(edition, month):
    with pytest.raises(RecordkitError, match="not a month"):
        report.figures(edition, month=month, known=made.knowledge())


@pytest.mark.parametrize("month", ["2062-08", "2025-08", "2026-12"])
def test_a_month_of_which_the_edition_holds_nothing_is_refused_with_the_nearest(edition, month):
    with pytest.raises(RecordkitError, match=f"holds nothing of {month}") as refused:
        report.figures(edition, month=month, known=made.knowledge())
    assert refused.value.exit_code == 2
    assert "did you mean 20" in refused.value.fix


def test_cases_outside_the_months_of_the_files_are_named_and_not_lost():
    old = {"case_id": "old", "agency": "punjab", "registered_on": made.date(2019, 3, 1), "npb_head": "Murder"}
    late = {"case_id": "late", "agency": "punjab", "registered_on": made.date(2031, 3, 1), "npb_head": "Murder"}
    figures = report.figures(made.edition(50, cases=[old, late]), known=made.knowledge())
    note = figures.table("cases_by_month").note
    assert "Registered earlier: 1" in note
    assert "Dated later than any file: 1" in note


def test_a_list_of_old_cases_received_once_is_shown_in_its_own_months():
    edition = made.edition(60)
    moved = edition.tables["cases"].with_columns(pl.col("registered_on").dt.offset_by("-20y"))
    tables = {**edition.tables, "cases": moved}
    tables["counts"] = made.compiled(tables)
    figures = report.figures(made.MadeEdition(tables=tables), known=made.knowledge())
    assert figures.period == "Jul 2006 to Oct 2006"
    assert figures.headlines[0].value == str(moved.filter(pl.col("stage") == "case").height)


def test_an_edition_of_nothing_has_a_report_of_nothing():
    empty = {name: made.rows(name, []) for name in made.SCHEMAS}
    empty["counts"] = made.compiled(empty)
    figures = report.figures(made.MadeEdition(tables=empty), known=made.knowledge({}))
    assert all(not table.filled for table in figures.tables)
    assert "No case was compiled." in report.html(figures)
    assert report.data(figures, "csv").count("\n") == 1


def test_the_order_of_the_rows_of_an_edition_does_not_matter(edition):
    turned = {name: frame.reverse() for name, frame in edition.tables.items()}
    one, two = (report.figures(each, known=made.knowledge()) for each in (edition, replace(edition, tables=turned)))
    assert report.data(one, "json") == report.data(two, "json")
    assert report.html(one) == report.html(two)


def test_the_packaged_declarations_serve_a_report(edition):
    figures = report.figures(edition)
    assert figures.table("cases_by_head").filled


def test_what_changed_names_files_figures_and_reasons(edition):
    class Compared:
        a = "2026-09-r1-aaaaaaaa"
        causes = ("schemas",)
        tables = pl.DataFrame({"table": ["cases", "links"], "added": [3, 0], "removed": [0, 0], "changed": [1, 0]})
        inputs = pl.DataFrame(
            {"sha256": ["x"], "name": ["late.xlsx"], "agency": ["sindh"], "period": ["2026-08"], "change": ["late"]}
        )
        counts = pl.DataFrame(
            [
                ("2026-08", "sindh", "Sindh", None, "case", "npb_head", "Murder", 2, 5, 3, ["late"]),
                ("2026-08", "sindh", "Sindh", None, "victim", "npb_head", "Murder", 0, 1, 1, ["late"]),
            ],
            schema={**dict.fromkeys(["period", "agency", "province", "district", "unit", "classification", "code"],
                                    pl.String), "before": pl.Int64, "after": pl.Int64, "change": pl.Int64,
                    "reasons": pl.List(pl.String)},
            orient="row",
        )  # fmt: skip

        steps = pl.DataFrame(
            [
                ("2026-08", "sindh", "Sindh", "Sukkur", "Murder", 1, "late", 2),
                ("2026-08", "sindh", "Sindh", "Sukkur", "Murder", 1, "split", 1),
                ("2026-08", "other", "Sindh", "Sukkur", "Murder", 1, "late", 1),
                ("2026-08", "sindh", "Sindh", None, "Murder", -1, "moved", 1),
                ("2026-07", "sindh", "Sindh", "Sukkur", None, 1, "follow-up", 2),
                ("2026-07", "sindh", "Sindh", "Sukkur", None, -1, "rule change", 2),
            ],
            schema={**dict.fromkeys(["period", "agency", "province", "district", "code"], pl.String), "step": pl.Int64,
                    "reason": pl.String, "cases": pl.Int64},
            orient="row",
        )  # fmt: skip

    figures = report.figures(edition, changes=Compared(), known=made.knowledge())
    assert [row["Since edition 2026-09-r1-aaaaaaaa"] for row in shown(figures.table("changes_told"))] == [
        "Murder, Sukkur, Aug 2026: +4: 3 late FIRs, 1 merged case parted",
        "Murder, Sindh, Aug 2026: −1: −1 case to another month, place or head",
        "Not classified, Sukkur, Jul 2026: ±0: 2 cases by later reports, −2 cases by changed rules",
    ]
    assert shown(figures.table("changes_cases")) == [
        {"Month": "Aug 2026", "Agency": "Sindh Police", "Before": 2, "After": 5, "Change": 3, "Why": "late"}
    ]
    assert shown(figures.table("changes_files"))[0]["File"] == "late.xlsx"
    assert [row["Table"] for row in shown(figures.table("changes_rows"))] == ["cases"]
    section = figures.sections[-1]
    assert "2026-09-r1-aaaaaaaa" in section.intro
    assert "reference tables changed" in section.intro
    assert figures.table("changes_long").frame.height == 2


def test_every_reason_of_a_step_has_its_words_in_both_languages():
    words = made.knowledge().words
    for reason in store.edition_diff.STRONGEST:
        for side in ("came", "left"):
            key = f"{side}_{reason.replace(' ', '_').replace('-', '_')}"
            for one in (key, f"{key}_one"):
                assert words.word[one].en
                assert re.search("[\u0600-\u06ff]", words.word[one].ur)


# --- laying out


def test_an_empty_cell_is_zero_only_where_something_is_known():
    long = pl.DataFrame({"r": ["a", "b"], "c": ["x", "y"], "count": [1, 2]})
    down, across = Side("r", {"a": "A", "b": "B", "z": "Z"}), Side("c", {"x": "X", "y": "Y", "w": "W"})
    rows = {way: cross(long, down, across, "All", way).frame.rows() for way in ("row", "column", "no")}
    assert rows["row"] == [("A", 1, 0, 0, 1), ("B", 0, 2, 0, 2), ("Z", None, None, None, None), ("All", 1, 2, 0, 3)]
    assert rows["column"][2:] == [("Z", 0, 0, None, 0), ("All", 1, 2, None, 3)]
    assert rows["no"] == [
        ("A", 1, None, None, 1), ("B", None, 2, None, 2), ("Z", None, None, None, None), ("All", 1, 2, None, 3),
    ]  # fmt: skip


@pytest.mark.parametrize("month", [None, "2026-08"])
def test_the_rows_of_the_table_of_cases_lead_step_by_step_to_the_cases_counted(edition, month):
    figures = report.figures(edition, known=made.knowledge(), month=month)
    first, *taken_away, counted = figures.table("counted").frame["cases"].to_list()
    assert first == edition.tables["cases"].height
    assert first - sum(taken_away) == counted
    assert figures.headlines[0].value == f"{counted:,}"


def test_months_behind_the_chosen_one_are_not_called_later_than_any_file(edition):
    figures = report.figures(edition, known=made.knowledge(), month="2026-08")
    labels = figures.table("counted").frame["label"].to_list()
    assert "− Registered later" in labels
    assert "Registered later" in figures.table("cases_by_month").note
