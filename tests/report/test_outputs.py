"""The outputs of a report: they show the same figures, hold nothing alive, and are the same bytes every time."""

import csv
import io
import json
import re
from html.parser import HTMLParser

import made
import openpyxl
import polars as pl
import pytest
from rich.console import Console

from recordkit import report

EVIL = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    '=HYPERLINK("http://evil.example","click")',
    "+1+cmd|' /C calc'!A0",
    "@SUM(1)",
    "-2+3",
    "[bold red]red[/]",
    "\x1b[31mred\x1b[0m\x07",
    "{{ 7*7 }}{% raw %}",
    "\u202egnp.exe",
    "]]><!--",
    "javascript:alert(1)",
]


@pytest.fixture(scope="module")
def figures():
    return report.figures(made.edition(), known=made.knowledge())


@pytest.fixture(scope="module")
def evil():
    """Every text that a sender controls is hostile: file, agency, district, province, head, status, rule."""
    agencies = {**made.AGENCIES, **{f"evil{at}": made.Agency(name) for at, name in enumerate(EVIL)}}
    cases = [
        {"case_id": f"E{at}", "agency": f"evil{at}", "province": name, "district": name, "npb_head": name,
         "status": name, "tip_tier": name, "registered_on": made.date(2026, 7, 3)}
        for at, name in enumerate(EVIL)
    ]  # fmt: skip
    people = [
        {"mention_id": f"E{at}", "case_id": f"E{at}", "role": "victim", "sex": name, "exploitation": name,
         "victim_status": name}
        for at, name in enumerate(EVIL)
    ]  # fmt: skip
    sources = [
        {"file_sha256": f"e{at}", "name": name, "agency": f"evil{at}", "period": "2026-07", "rows_read": 1,
         "rows_accepted": 0, "rows_quarantined": 1, "rows_skipped": 0}
        for at, name in enumerate(EVIL)
    ]  # fmt: skip
    issues = [{"file_sha256": f"e{at}", "code": "RK102", "severity": "reject"} for at in range(len(EVIL))]
    services = [{"service": name, "outcome": name, "period": "2026-07"} for name in EVIL]
    returns = [
        {"agency": "statement", "source": name, "file_sha256": name, "period": "2026-07", "province": name,
         "head": name, "count": 99, "is_total": True}
        for name in EVIL
    ]  # fmt: skip
    edition = made.edition(
        60, agencies=agencies, cases=cases, persons=people, sources=sources, issues=issues, services=services,
        returns=returns,
    )  # fmt: skip
    return report.figures(edition, known=made.knowledge(agencies))


class Tags(HTMLParser):
    """Every tag with its attributes."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))

    handle_startendtag = handle_starttag


# --- the page


def test_the_page_is_one_file_that_asks_for_nothing(figures):
    page = report.html(figures)
    for tag, attributes in Tags(page).found:
        assert tag not in ("script", "iframe", "object", "embed", "form", "base")
        for name, value in attributes.items():
            assert not name.startswith("on")
            if name in ("src", "href", "action", "data", "poster", "xlink:href"):
                inside = "download" in attributes and value.startswith("data:text/csv;")
                assert inside or value.startswith("#") or value == "data:,"
    assert "url(#hatch)" in page
    assert not re.search(r"@import|url\((?!#)|https?://", page)


def test_the_page_forbids_scripts_to_itself(figures):
    assert "default-src 'none'" in report.html(figures)


def test_hostile_names_are_text_on_the_page(evil):
    page = report.html(evil)
    found = Tags(page).found
    assert not any(tag in ("script", "img") for tag, _ in found)
    assert not any(name.startswith("on") for _, attributes in found for name in attributes)
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "{{ 7*7 }}" in page
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert not re.search(r'(href|id)="[^"]*javascript', page)


def test_every_chart_is_named_described_and_stands_beside_a_table(figures):
    page = report.html(figures)
    charts = re.findall(r'<svg class="chart".*?</svg>', page, re.S)
    assert len(charts) > 10
    for chart in charts:
        assert re.search(r"<title[^>]*>[^<]+</title><desc[^>]*>[^<]+</desc>", chart)
    for figure in re.findall(r"<figure.*?</figure>", page, re.S):
        assert "<table" in figure or 'class="empty"' in figure


def test_the_ids_of_the_page_are_unique_and_its_links_lead_somewhere(evil):
    tags = Tags(report.html(evil)).found
    ids = [attributes["id"] for _, attributes in tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    links = {attributes["href"][1:] for tag, attributes in tags if tag == "a" and "download" not in attributes}
    assert links <= set(ids)


def test_headers_of_tables_say_what_they_head(figures):
    tags = Tags(report.html(figures)).found
    assert all("scope" in attributes for tag, attributes in tags if tag == "th")
    assert sum(tag == "caption" for tag, _ in tags) == sum(tag == "table" for tag, _ in tags)


def test_a_chart_tells_an_unknown_month_from_a_zero():
    from recordkit.report.html import columns

    drawn = columns("k", "t", ["Jul", "Aug", "Sep"], [3, 0, None], [False, True, False], words=made.load())
    assert "Jul: 3; Aug: 0 (incomplete); Sep: not known" in drawn


# --- the workbook


@pytest.fixture(scope="module")
def book(figures, tmp_path_factory):
    path = tmp_path_factory.mktemp("book") / "report.xlsx"
    report.workbook(figures, path)
    return openpyxl.load_workbook(path)


def test_the_workbook_opens_and_has_a_sheet_for_every_section(book, figures):
    assert book.sheetnames[0] == "Contents"
    assert len(book.sheetnames) >= len(figures.sections) + 1


def test_the_workbook_holds_the_figures_as_numbers(book, figures):
    sheet = book["Cases"]
    [row] = [row for row in sheet.iter_rows(max_row=12, values_only=True) if row[0] == "Total"]
    table = figures.table("cases_by_month")
    assert row[1 : len(table.columns)] == table.shown.rows()[-1][1:]


def test_no_cell_of_the_workbook_is_a_formula_or_a_link_to_outside(evil, tmp_path):
    path = tmp_path / "evil.xlsx"
    report.workbook(evil, path)
    book = openpyxl.load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate)
                if isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@")):
                    assert cell.quotePrefix, (sheet.title, cell.coordinate)
                assert cell.hyperlink is None or cell.hyperlink.target is None
    texts = {cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row}
    assert EVIL[2] in texts


def test_a_long_hostile_section_name_still_makes_a_sheet(figures, tmp_path):
    from dataclasses import replace

    names = ["a/b:c*?[d]" * 9, "a/b:c*?[d]" * 9, "'", "History"]
    sections = [replace(s, title=t) for s, t in zip(figures.sections, names, strict=False)]
    path = tmp_path / "names.xlsx"
    report.workbook(replace(figures, sections=tuple(sections)), path)
    assert len(openpyxl.load_workbook(path).sheetnames) >= 5


# --- the terminal


def printed(figures, width):
    console = Console(file=io.StringIO(), width=width, highlight=False)
    console.print(report.terminal(figures))
    return console.file.getvalue()


@pytest.mark.parametrize("width", [60, 80, 110, 200])
def test_the_terminal_shows_the_report_in_its_width(figures, width):
    text = printed(figures, width)
    assert max(len(line) for line in text.splitlines()) <= width
    assert "Cases by month and national head" in text
    assert figures.edition in text


def test_hostile_names_do_nothing_to_a_terminal(evil):
    text = printed(evil, 200)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert "[bold red]red[/]" in text


def test_the_terminal_says_when_columns_are_left_out(figures):
    assert "columns hidden" in printed(figures, 80)


# --- for programs


def test_json_holds_every_table_and_null_for_the_unknown(figures):
    told = json.loads(report.data(figures, "json"))
    tables = {table["key"]: table for section in told["sections"] for table in section["tables"]}
    assert set(tables) == {table.key for table in figures.tables}
    assert tables["cases_by_month"]["rows"] == figures.table("cases_by_month").shown.to_dicts()
    assert told["edition"] == figures.edition


def test_csv_is_long_and_holds_every_figure(figures):
    rows = list(csv.DictReader(io.StringIO(report.data(figures, "csv"))))
    table = figures.table("cases_by_month")
    told = {(r["row"], r["column"]): r["value"] for r in rows if r["table"] == "cases_by_month"}
    for row in table.frame.iter_rows(named=True):
        for column in table.columns[1:]:
            assert told[row["label"], column.label] == str(row[column.name])


def test_jsonl_is_one_figure_a_line(figures):
    lines = report.data(figures, "jsonl").splitlines()
    assert len(lines) == len(report.data(figures, "csv").splitlines()) - 1
    assert set(json.loads(lines[0])) == {"section", "table", "unit", "period", "row", "column", "value"}


def test_no_field_of_the_csv_starts_like_a_formula(evil):
    number = re.compile(r"-?[0-9.]+")
    for row in csv.reader(io.StringIO(report.data(evil, "csv"))):
        for cell in row:
            assert not cell or cell[0] not in "=+-@\t\r" or number.fullmatch(cell), cell


# --- all of them


def test_the_same_edition_gives_the_same_bytes(tmp_path):
    outputs = []
    for name in ("one.xlsx", "two.xlsx"):
        figures = report.figures(made.edition(200), known=made.knowledge())
        report.workbook(figures, tmp_path / name)
        texts = [report.html(figures), report.data(figures, "json"), report.data(figures, "csv"), printed(figures, 99)]
        outputs.append((texts, (tmp_path / name).read_bytes()))
    assert outputs[0] == outputs[1]


@pytest.mark.parametrize("what", [made.SECRET_NAME, made.SECRET_CNIC])
def test_no_output_holds_personal_data(figures, what, tmp_path):
    path = tmp_path / "book.xlsx"
    report.workbook(figures, path)
    cells = [c for s in openpyxl.load_workbook(path) for r in s.iter_rows(values_only=True) for c in r]
    texts = [report.html(figures), report.data(figures, "csv"), printed(figures, 200), str(cells)]
    assert not any(what in text for text in texts)


def test_the_kept_reports_are_a_page_and_a_workbook(monkeypatch):
    class Declared:
        dirs = ()

    import recordkit.report.publish as publish

    monkeypatch.setattr(publish, "knowledge", lambda dirs: made.knowledge())
    kept = publish.files(made.edition(30), Declared(), None)
    assert sorted(kept) == ["summary.html", "summary.xlsx"]
    assert kept["summary.xlsx"][:2] == b"PK"
    assert kept == publish.files(made.edition(30), Declared(), None)


def test_long_labels_and_urdu_go_through_every_output(tmp_path):
    long = "ڈائریکٹوریٹ جنرل برائے تحفظِ متاثرین " * 6
    agencies = {**made.AGENCIES, "punjab": made.Agency(long, "Punjab")}
    figures = report.figures(made.edition(60), known=made.knowledge(agencies))
    report.workbook(figures, tmp_path / "b.xlsx")
    assert long.strip() in report.html(figures)
    assert long[:20] in printed(figures, 80)
    assert isinstance(figures.table("coverage").frame, pl.DataFrame)
