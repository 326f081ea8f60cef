"""A problem profile: exact figures of a small edition, what is not known beside each, no name anywhere, two languages."""

import csv
import io
import json
import re
from datetime import date

import made
import openpyxl
import polars as pl
import pytest

from recordkit import declarations, ingest, report
from recordkit.errors import DeclarationError, RecordkitError
from recordkit.report.profile.declaration import Duration
from recordkit.report.profile.durations import spans
from recordkit.words import Both

S, D, L = pl.String, pl.Date, pl.List(pl.String)
ROWS = pl.List(pl.Struct({"file_sha256": S, "sheet": S, "row": pl.Int64}))
CASES = {**made.CASES, "occurred_from": D, "occurred_to": D, "last_changed": S, "principal_section": S, "source_rows": ROWS}
PERSONS = {**made.PERSONS, "person_id": S, "nationality": S, "origin": S, "transit": S, "destination": S, "means": S,
           "referral": S, "person_status": S}  # fmt: skip
SERVICES = {**made.SERVICES, "mention_id": S, "started_on": D}
A, C = "A_statutory_tip", "C_indicator"


def frame(schema, rows):
    return pl.DataFrame([{**dict.fromkeys(schema), **row} for row in rows], schema=schema)


def case(at, tier=A, *, status="under_investigation", changed="2026-07", seen="2026-07", day=10, happened=5, **more):
    registered = date(2026, 7, day)
    return {
        "case_id": f"C{at}", "agency": "punjab", "agencies": ["punjab"], "stage": "case", "province": "Punjab",
        "district": "Lahore", "registered_on": registered, "period": "2026-07", "status": status, "tip_tier": tier,
        "npb_head": "Others", "fir_no": str(at), "last_changed": changed,
        "occurred_from": date(2026, 7, happened) if happened else None,
        "source_rows": [{"file_sha256": f"punjab{seen}", "sheet": "", "row": at}], **more,
    }  # fmt: skip


def person(at, number, role="victim", who="", **more):
    return {"mention_id": f"M{at}.{number}", "case_id": f"C{at}", "person_id": who or f"P{at}.{number}", "role": role,
            "name": made.SECRET_NAME, "cnic": made.SECRET_CNIC, **more}  # fmt: skip


@pytest.fixture(scope="module")
def edition():
    cases = [
        case(1, status="convicted", changed="2026-09", seen="2026-09"),
        case(2, status="challan_complete", changed="2026-08", seen="2026-10", district="Gujrat"),
        case(3, seen="2026-10"),
        case(4, status=None, happened=None, district=None),
        case(5, happened=20),  # the offence after the report: a slip, so the day is not known
        case(6, C), case(7, C), case(8, "Z_new_tier"),
        case(9, None, npb_head="Kidnapping/Abduction", principal_section="365-A"),
        case(10, None, npb_head="Kidnapping/Abduction"),
        case(11, stage="enquiry"),
    ]  # fmt: skip
    people = [
        person(1, 0, sex="female", age=15, exploitation="sexual", victim_status="confirmed", means="deception",
               nationality="PAK", origin="Multan", destination="Lahore", referral="shelter", who="PA"),
        person(1, 1, "accused", sex="male", who="PB"),
        person(2, 0, sex="male", age=30, exploitation="labour", nationality="AFG", origin="AFG", destination="ARE",
               transit="IRN", referral="none", who="PC"),
        person(2, 1, "accused", who="PC"),  # booked in the same case
        person(3, 0, sex="female", who="PD", origin="PAK", destination="Lahore"),
        person(4, 0, name=None, who="PE"),
        person(6, 0, "accused", who="PD"),  # a victim of case 3, booked in another case
        person(7, 0, sex="female", age=19, who="PA"),
    ]  # fmt: skip
    services = [
        {"service_id": "S1", "service": "shelter", "outcome": "ongoing", "mention_id": "M1.0", "period": "2026-07",
         "started_on": date(2026, 7, 12)},
        {"service_id": "S2", "service": "legal", "outcome": "absconded", "mention_id": "M1.0", "period": "2026-08",
         "started_on": date(2026, 8, 12)},
        {"service_id": "S3", "service": "shelter", "outcome": "reunified", "period": "2026-08"},
    ]  # fmt: skip
    base = made.edition(0)
    tables = {**base.tables, "cases": frame(CASES, cases), "persons": frame(PERSONS, people),
              "services": frame(SERVICES, services)}  # fmt: skip
    return made.MadeEdition(tables={**tables, "counts": made.compiled(tables)})


@pytest.fixture(scope="module")
def declared():
    return ingest.declare([declarations.PACKAGED])


@pytest.fixture(scope="module")
def profiles(declared):
    return report.profiles(declared.dirs, declared.tables)


@pytest.fixture(scope="module")
def figures(edition, profiles, declared):
    return report.profile(edition, "trafficking", profiles, report.knowledge(declared))


def lines(figures, key):
    """The rows of a table by their first cell."""
    return {row[0]: row[1:] for row in figures.table(key).shown.rows()}


def test_a_case_is_in_the_group_of_its_code_and_in_no_other(figures):
    found = lines(figures, "profile_groups")
    assert found["A. Trafficking in persons"] == (5, 4, 2, 1)
    assert found["C. Indicators only"] == (2, 1, 1, 1)
    assert sum(row[0] for row in found.values()) == 7  # a tier that the profile does not list is in none


def test_groups_are_never_added_up(figures):
    for key in ("profile_groups", "profile_months"):
        table = figures.table(key)
        assert not table.total_row
        assert "total" not in table.frame.columns


def test_victims_are_counted_by_age_sex_and_what_is_not_known(figures):
    table = figures.table("A-victims_by_age")
    assert table.unknown == (2, 4)
    assert lines(figures, "A-victims_by_age")["9–17"][0] == 1
    assert lines(figures, "A-victims_by_age")["Not known"][-1] == 2


def test_a_route_says_whether_it_crosses_a_border(figures):
    table = figures.table("A-profile_routes")
    assert set(table.shown.rows()) == {
        ("Multan", "Not known", "Lahore", "inside the country", 1),
        ("Afghanistan", "Iran", "United Arab Emirates", "across a border", 1),
        ("Pakistan", "Not known", "Lahore", "inside the country", 1),
    }
    assert table.unknown == (1, 4)


def test_districts_are_counted_and_a_case_without_one_is_last(figures):
    table = figures.table("A-profile_districts")
    assert table.shown.rows() == [
        ("Lahore", "Punjab", 3, 2), ("Gujrat", "Punjab", 1, 1), ("Not known", "Punjab", 1, 1),
    ]  # fmt: skip
    assert table.unknown == (1, 5)


def test_times_count_those_who_wait_and_those_whose_day_is_not_known(figures):
    found = lines(figures, "A-profile_durations")
    assert found["From the offence to the report"][:5] == (5, 3, 0, 2, 5)
    # Case 1 changed in September and case 2 in August: 82 and 52 days at most; the other three were last seen
    # on 31 October (113 days) and on 31 July (21 days), still without a challan.
    cases, reached, waiting, no_day, *_ = found["From the report to the challan"]
    assert (cases, reached, waiting, no_day) == (5, 2, 3, 0)
    assert found["From the report to the verdict"][:4] == (5, 1, 4, 0)


def test_a_day_of_the_second_event_is_used_where_there_is_one():
    one = Duration(key="k", title=Both(en="x", ur=""), start="registered_on", end="challan_on", reached=("challan_complete",))
    cases = frame({**CASES, "challan_on": D, "reported": S}, [
        {**case(1, status="challan_complete", changed="2026-09"), "challan_on": date(2026, 7, 17), "reported": "2026-09"},
        {**case(2, status="challan_complete", changed="2026-09"), "reported": "2026-09"},
        {**case(3), "reported": "2026-08"},
    ])  # fmt: skip
    assert spans(cases, one).rows() == [(7, True), (82, True), (52, False)]


def test_the_funnel_counts_what_cases_have_come_to(figures):
    found = lines(figures, "A-profile_outcomes")
    assert found["Registered"] == (5, 100.0)
    assert found["Challan submitted, or later"] == (2, 40.0)
    assert found["Convicted"] == (1, 20.0)
    assert figures.table("A-profile_outcomes").unknown == (1, 5)


def test_the_newest_service_says_where_a_victim_stands(figures):
    found = lines(figures, "A-profile_path")
    assert found["Identified"][0] == 4
    assert found["Referred"][0] == 1  # "not referred" is no referral
    assert found["Sheltered"][0] == 1
    assert found["Newest service goes on"][0] == 0
    assert found["Left, absconded or lost to follow-up"][0] == 1
    assert figures.table("A-profile_path").unknown == (2, 4)
    assert "1 of 3 services" in figures.table("A-profile_path").note


def test_a_service_of_the_same_person_in_another_case_counts(figures):
    assert lines(figures, "C-profile_path")["Sheltered"][0] == 1


def test_victims_who_are_an_accused_are_found_in_the_same_and_in_other_cases(figures):
    found = lines(figures, "A-profile_booked")
    assert [row[0] for row in found.values()] == [1, 1, 2]
    assert figures.table("A-profile_booked").unknown == (1, 4)


def test_a_column_that_no_sender_has_is_shown_as_not_known(figures):
    table = figures.table("A-victims_by_recruiter")
    assert table.unknown == (4, 4)
    assert [row[0] for row in table.shown.rows()] == ["Not known", "Total"]


def test_every_table_of_people_says_what_is_not_known_in_every_output(figures):
    page = report.html(figures)
    assert page.count('class="unknown"') == sum(bool(t.unknown and t.unknown[1]) for t in figures.tables)
    told = json.loads(report.data(figures, "json"))
    by_key = {table["key"]: table for section in told["sections"] for table in section["tables"]}
    assert (by_key["A-victims_by_age"]["not_known"], by_key["A-victims_by_age"]["not_known_of"]) == (2, 4)
    rows = list(csv.DictReader(io.StringIO(report.data(figures, "csv"))))
    silent = [row for row in rows if row["table"] == "A-victims_by_age" and row["column"] == "Records that do not say"]
    assert [row["value"] for row in silent] == ["2"]


def test_no_output_names_anybody(figures):
    book = io.BytesIO()
    report.workbook(figures, book)
    cells = [cell for sheet in openpyxl.load_workbook(book) for row in sheet.values for cell in row]
    texts = [report.html(figures), *(report.data(figures, form) for form in ("json", "jsonl", "csv")), str(cells)]
    for secret in (made.SECRET_NAME, made.SECRET_CNIC, "P1.0", "M1.0"):
        assert all(secret not in text for text in texts)


def test_every_page_says_that_it_is_internal_on_screen_in_print_and_in_the_workbook(figures):
    page = report.html(figures)
    banner = figures.words.banner
    assert re.search(r'<p class="banner"[^>]*><bdi>' + re.escape(banner), page)
    printed = re.findall(r"@(top|bottom)-center \{ content: \"([^\"]+)\"", page)
    assert [side for side, _ in printed] == ["top", "bottom"]
    assert all("".join(chr(int(one, 16)) for one in re.findall(r"\\([0-9a-f]{6})", text)) == banner for _, text in printed)
    book = io.BytesIO()
    report.workbook(figures, book)
    sheets = openpyxl.load_workbook(book).worksheets
    assert all(banner in (sheet.oddHeader.center.text or "") for sheet in sheets)


def test_a_banner_cannot_end_the_style_of_the_page(edition, profiles, declared):
    known = report.knowledge(declared)
    hostile = known.words.model_copy(update={"banner": '"; } </style><script>alert(1)</script>'})
    page = report.html(report.profile(edition, "trafficking", profiles, type(known)(hostile, known.labels, known.agencies, known.rules)))
    assert "<script" not in page
    assert page.count("</style>") == 1


def test_kidnapping_is_another_file_and_its_rest_is_a_group(edition, profiles, declared):
    found = report.profile(edition, "kidnapping", profiles, report.knowledge(declared))
    assert [row[0] for row in lines(found, "profile_groups").values()] == [1, 0, 0, 1]
    assert not any("profile_routes" in table.key for table in found.tables)


def test_an_overlay_adds_a_profile_of_its_own(tmp_path, edition, declared):
    folder = tmp_path / "schemas"
    (folder / "profiles").mkdir(parents=True)
    (folder / "profiles" / "murder.toml").write_text(
        'title = { en = "Murder", ur = "قتل" }\nintro = { en = "All of it.", ur = "سب۔" }\ncolumn = "npb_head"\n'
        '[[group]]\nkey = "others"\ncodes = ["Others"]\ntitle = { en = "Others", ur = "دیگر" }\nnote = { en = "x", ur = "ی" }\n'
    )
    found = report.profiles([declarations.PACKAGED, folder], declared.tables)
    assert set(found.by_name) == {"kidnapping", "murder", "trafficking"}
    made_of = report.profile(edition, "murder", found, report.knowledge(declared))
    assert lines(made_of, "profile_groups")["Others"][0] == 8


def test_an_unknown_profile_names_the_nearest_one(edition, profiles, declared):
    with pytest.raises(RecordkitError) as caught:
        report.profile(edition, "trafiking", profiles, report.knowledge(declared))
    assert "trafiking" in caught.value.what
    assert "trafficking" in caught.value.fix


def test_a_month_of_which_nothing_is_there_is_refused(edition, profiles, declared):
    with pytest.raises(RecordkitError, match="2031-01"):
        report.profile(edition, "trafficking", profiles, report.knowledge(declared), "2031-01")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('column = "tip_tyer"', "tip_tyer"),
        ('only = { column = "head", codes = ["x"] }\ncolumn = "tip_tier"', "head"),
        ('column = "tip_tier"\n[[people]]\nkey = "a"\ndown = "exploitaton"\ntitle = { en = "x", ur = "" }', "exploitaton"),
        ('column = "tip_tier"\n[[path]]\nkey = "a"\ntable = "services"\ncolumn = "outcom"\ntitle = { en = "x", ur = "" }', "outcom"),
        ('column = "tip_tier"\n[[people]]\nkey = "profile_path"\ndown = "sex"\ntitle = { en = "x", ur = "" }', "twice"),
        ('column = "tip_tier"\n[[people]]\nkey = "a b<"\ndown = "sex"\ntitle = { en = "x", ur = "" }', "key"),
        ('column = "tip_tier"\nroute = true', "route"),
        ('column = "tip_tier"\n[[duration]]\nkey = "a"\nstart = "status"\ntitle = { en = "x", ur = "" }', "holds no days"),
        ('column = "tip_tier"\n' + '[[outcome]]\nkey = "a"\ntitle = { en = "x", ur = "" }\n' * 2, "twice"),
    ],
)  # fmt: skip
def test_a_slip_in_a_profile_is_an_error_that_names_it(tmp_path, declared, line, said):
    folder = tmp_path / "schemas"
    (folder / "profiles").mkdir(parents=True)
    group = '[[group]]\nkey = "g"\ntitle = { en = "x", ur = "" }\nnote = { en = "x", ur = "" }\n'
    head = 'title = { en = "x", ur = "" }\nintro = { en = "x", ur = "" }\n'
    (folder / "profiles" / "slip.toml").write_text(head + line + "\n" + group)
    with pytest.raises(DeclarationError, match=said):
        report.profiles([declarations.PACKAGED, folder], declared.tables)


@pytest.mark.parametrize(("table", "column"), [
    ("persons", "name"), ("persons", "cnic"), ("persons", "phones"), ("persons", "address"), ("persons", "caste"),
    ("persons", "sex_raw"), ("persons", "person_id"), ("cases", "fir_no"), ("cases", "police_station"),
    ("cases", "status_raw"), ("services", "victim_ref"), ("services", "reference_raw"),
])  # fmt: skip
def test_no_profile_counts_a_column_that_can_name_somebody(tmp_path, declared, table, column):
    folder = tmp_path / "schemas"
    (folder / "profiles").mkdir(parents=True)
    two = '{ en = "x", ur = "" }'
    lines = [f"title = {two}", f"intro = {two}", f'column = "{column if table == "cases" else "tip_tier"}"']
    lines += ["[[group]]", 'key = "g"', f"title = {two}", f"note = {two}"]
    lines += ["[[people]]", 'key = "p"', f'down = "{column}"', f"title = {two}"] if table == "persons" else []
    lines += ["[[path]]", 'key = "p"', 'table = "services"', f'column = "{column}"', f"title = {two}"] if table == "services" else []
    (folder / "profiles" / "list.toml").write_text("\n".join(lines))
    with pytest.raises(DeclarationError, match="can name somebody"):
        report.profiles([declarations.PACKAGED, folder], declared.tables)


def test_an_urdu_profile_has_no_english_text_of_its_own(edition, profiles, declared):
    page = report.html(report.profile(edition, "trafficking", profiles, report.knowledge(declared, "ur")))
    assert '<html lang="ur" dir="rtl">' in page
    shown = {line.strip() for line in re.sub(r"<style>.*?</style>|<[^>]+>", "\n", page, flags=re.S).splitlines()}
    english = {one.en for one in profiles.words.word.values()} | set(_texts(profiles.by_name["trafficking"]))
    assert {text for text in english & shown if " " in text} == set()


def test_every_text_of_every_profile_is_in_both_languages(profiles):
    texts = list(profiles.words.word.values())
    texts += [text for profile in profiles.by_name.values() for text in _both(profile)]
    for text in texts:
        assert text.en
        assert re.search("[\u0600-\u06ff]", text.ur), text.en
        assert not re.search("[\u064a\u0643\u0647\u0649\u0629\u0660-\u0669\u06f0-\u06f9]", text.ur), text.ur
    for words in (*profiles.words.table.values(), *profiles.words.section.values()):
        assert words.urdu


def _both(value):
    if isinstance(value, Both):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _both(one)
    elif hasattr(type(value), "model_fields"):
        for name in type(value).model_fields:
            yield from _both(getattr(value, name))


def _texts(profile):
    return (one.en for one in _both(profile))


def test_what_a_sender_wrote_is_text_in_every_output(edition, profiles, declared):
    evil = ["<script>alert(1)</script>", '=HYPERLINK("http://evil.example")', "{{ 7*7 }}", "\u202egnp.exe"]
    cases = frame(CASES, [case(at, district=name, province=name, status=name) for at, name in enumerate(evil)])
    people = frame(PERSONS, [
        person(at, 0, sex=name, nationality=name, origin=name, transit=name, destination=name, means=name, referral=name)
        for at, name in enumerate(evil)
    ])  # fmt: skip
    tables = {**edition.tables, "cases": cases, "persons": people}
    hostile = made.MadeEdition(tables={**tables, "counts": made.compiled(tables)})
    found = report.profile(hostile, "trafficking", profiles, report.knowledge(declared))
    page = report.html(found)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "\u202e" not in page
    rows = list(csv.reader(io.StringIO(report.data(found, "csv"))))
    assert not [cell for row in rows for cell in row if cell.startswith("=")]


def test_every_table_has_words_and_every_word_a_table(figures, profiles):
    kinds = {table.key.partition("-")[2] or table.key for table in figures.tables}
    own = {one.key for one in profiles.by_name["trafficking"].people}
    assert kinds - own == set(profiles.words.table) - {"profile_people"}
    assert own <= kinds


def test_an_edition_without_a_case_has_a_whole_profile(edition, profiles, declared):
    empty = made.MadeEdition(tables={name: table.clear() for name, table in edition.tables.items()})
    found = report.profile(empty, "trafficking", profiles, report.knowledge(declared))
    assert all(one.value == "0" for one in found.headlines)
    assert "A. Trafficking in persons" in report.html(found)
    assert json.loads(report.data(found, "json"))["sections"]


def with_lists(edition, cells, alone=0):
    """The edition with people in every combination of police, FIA and a shelter; alone: services that lead to no case."""
    cases, people, services = [], [], []
    for cell, count in cells.items():
        for _ in range(count):
            at = 100 + len(cases)
            agencies = [name for name, there in zip(("punjab", "fia"), cell[:2], strict=True) if there] or ["cro"]
            cases.append({**case(at), "agencies": agencies})
            people.append(person(at, 0, who=f"H{at}"))
            if cell[2]:
                services.append({"service_id": f"H{at}", "service": "shelter", "mention_id": f"M{at}.0", "period": "2026-07"})
    services += [{"service_id": f"U{at}", "service": "shelter", "period": "2026-07"} for at in range(alone)]
    tables = {**edition.tables, "cases": frame(CASES, cases), "persons": frame(PERSONS, people), "services": frame(SERVICES, services)}
    return made.MadeEdition(tables={**tables, "counts": made.compiled(tables)})


MANY = {(1, 1, 1): 12, (1, 1, 0): 20, (1, 0, 1): 15, (1, 0, 0): 60, (0, 1, 1): 14, (0, 1, 0): 50}


@pytest.fixture(scope="module")
def estimated(edition, profiles, declared):
    return report.profile(with_lists(edition, MANY, 40), "trafficking", profiles, report.knowledge(declared))


def test_victims_are_in_the_lists_that_hold_them_and_unlinked_services_in_that_of_services_alone(estimated):
    found = lines(estimated, "profile_hidden_lists")
    assert found["Police and FIA and Shelters and services"] == (12,)
    assert found["Police and FIA"] == (20,)
    assert found["Police"] == (60,)
    assert found["Shelters and services"] == (40,)
    assert estimated.table("profile_hidden_lists").frame["victims"].sum() == sum(MANY.values()) + 40


def test_the_chosen_model_its_interval_and_the_assumptions_stand_in_every_output(estimated):
    table = estimated.table("profile_hidden_models")
    good = table.frame.filter(pl.col("chosen") != "")
    assert good["chosen"].to_list().count("chosen") == 1
    assert (good["aic"] - good["aic"].min() <= 2).all()
    (best,) = good.filter(pl.col("chosen") == "chosen")["estimate"]
    low, high = good["low"].min(), good["high"].max()
    assert 211 < low < best < high
    text = f"Estimate: {best:,} victims in all, 95 % interval {low:,} to {high:,}; 211 are in at least one list"
    assert text in table.note
    for output in (report.html(estimated), report.terminal(estimated)):
        flat = re.sub(r"\s+", " ", output if isinstance(output, str) else made_text(output))
        assert f"{best:,}" in flat
    assert "too high, a false one too low" in next(one.intro for one in estimated.sections if one.key == "profile_hidden")


def made_text(rendered):
    from recordkit.cli import output

    return output.rendered(rendered)


def test_lists_that_share_too_few_people_are_refused_with_the_reason(edition, figures, profiles, declared):
    assert "people are in a list, and at least 50 are needed" in figures.table("profile_hidden_models").empty
    thin = with_lists(edition, {(1, 1, 0): 2, (1, 0, 1): 20, (1, 0, 0): 30, (0, 1, 1): 9, (0, 1, 0): 20})
    table = report.profile(thin, "trafficking", profiles, report.knowledge(declared)).table("profile_hidden_models")
    assert table.frame.is_empty()
    assert "Police and FIA share 2 people, and at least 5 are needed" in table.empty
    assert "at least 50 are needed" in re.sub(r"\s+", " ", made_text(report.terminal(figures)))
