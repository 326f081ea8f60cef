"""Headlines beside the month before and the year before; anchors, files and commands of every figure; marked months."""

import base64
import csv
import io
import re

import made
import openpyxl
import polars as pl
import pytest

from recordkit import report
from recordkit.report import model
from recordkit.report.comparison import trace
from recordkit.report.machine_readable import table_csv


@pytest.fixture(scope="module")
def figures():
    return report.figures(made.edition(), known=made.knowledge())


@pytest.fixture(scope="module")
def page(figures):
    return report.html(figures)


def month(figures, period):
    rows = figures.table("cases_by_month").frame
    return rows.filter(pl.col("label") == period)["total"][0]


def test_a_headline_shows_its_newest_month_the_month_before_and_the_year_before(figures):
    cases = figures.headlines[0]
    now, before = month(figures, "Oct 2026"), month(figures, "Sep 2026")
    change = f"{now - before:+}, {100 * (now - before) / before:+.0f} %".replace("-", "−")
    assert cases.changes == (
        f"Oct 2026: {now}", f"Sep 2026 (incomplete): {before} ({change})", "Oct 2025: not known",
    )  # fmt: skip


def test_late_cases_of_a_month_of_which_no_file_came_are_no_count_of_it():
    late = [{"case_id": "L", "agency": "punjab", "province": "Punjab", "npb_head": "Murder", "registered_on": made.date(2025, 10, 3)}]
    found = report.figures(made.edition(cases=late), known=made.knowledge())
    assert found.headlines[0].changes[2] == "Oct 2025: not known"


def test_a_month_of_the_year_before_is_compared_when_files_of_it_came():
    late = [{"case_id": "L", "agency": "punjab", "province": "Punjab", "npb_head": "Murder", "registered_on": made.date(2025, 10, 3)}]
    file = [{"file_sha256": "old", "name": "old", "agency": "punjab", "format": "f", "period": "2025-10", "rows_accepted": 1}]
    found = report.figures(made.edition(cases=late, sources=file), known=made.knowledge())
    assert re.fullmatch(r"Oct 2025 \(incomplete\): 1 \(\+[0-9,]+, \+[0-9,]+ %\)", found.headlines[0].changes[2])


def test_every_headline_and_table_has_a_permanent_anchor_that_leads_to_itself(figures, page):
    for one in figures.headlines:
        assert f'id="figure-{one.key}"' in page
        assert f'href="#figure-{one.key}"' in page
    keys = re.findall(r'<figure class="block[^"]*" id="([^"]+)"', page)
    assert len(keys) > 15
    assert all(f'<a class="anchor" href="#{key}"' in page for key in keys)
    again = report.html(report.figures(made.edition(40, seed=3), known=made.knowledge()))
    assert set(re.findall(r'id="(figure-[^"]+)"', page)) == set(re.findall(r'id="(figure-[^"]+)"', again))


def test_every_table_of_the_page_can_be_downloaded_as_it_is_shown(figures, page):
    links = dict(re.findall(r'<a download="([^"]+)\.csv" href="data:text/csv;charset=utf-8;base64,([^"]+)"', page))
    shown = [table for table in figures.tables if table.filled and not table.data_only]
    assert set(links) == {table.key for table in shown}
    for table in shown:
        data = base64.b64decode(links[table.key])
        assert data.startswith(b"\xef\xbb\xbf")
        rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"))))
        assert rows[0] == [column.label for column in table.columns]
        assert len(rows) == table.frame.height + 1
        numbers = [at for at, column in enumerate(table.columns) if column.kind == "count"]
        for row, values in zip(rows[1:], table.shown.rows(), strict=True):
            assert [row[at] for at in numbers] == ["" if values[at] is None else str(values[at]) for at in numbers]


def test_a_downloaded_table_runs_nothing():
    frame = pl.DataFrame({"label": ["=1+1", "@SUM(1)", "-2+3"], "n": [1, 2, 3]})
    columns = (model.Column("label", "=cmd", "text"), model.Column("n", "N"))
    table = model.Table("k", "t", "u", "p", "s", columns, frame)
    lines = list(csv.reader(io.StringIO(table_csv(table))))
    assert lines == [["'=cmd", "N"], ["'=1+1", "1"], ["'@SUM(1)", "2"], ["'-2+3", "3"]]


def test_what_a_sender_wrote_is_quoted_in_a_command():
    assert trace(code="x; rm -rf /") == "recordkit trace STORE 'code=x; rm -rf /'"
    assert trace(province=None) == "recordkit trace STORE province="


def test_every_chart_over_months_marks_the_incomplete_ones(figures, page):
    for table in figures.tables:
        if table.chart and table.chart.kind in ("columns", "multiples"):
            assert table.chart.marked == "partial", table.key
            assert table.frame["partial"].to_list()[:4] == [False, False, True, False]  # Sindh sent nothing for September
    charts = re.findall(r'<svg class="chart".*?</svg>', page, re.S)
    assert all(re.search(r"Sep 2026: [0-9,]+ \(incomplete\)", chart) for chart in charts)
    assert all('class="part"' in chart or "Sep 2026: 0 " in chart for chart in charts)


def test_charts_of_the_workbook_hatch_the_same_months(figures):
    book = io.BytesIO()
    report.workbook(figures, book)
    charts = [chart for sheet in openpyxl.load_workbook(book).worksheets for chart in sheet._charts]
    patterned = [chart for chart in charts if any(point.spPr and point.spPr.pattFill for point in chart.series[0].dPt)]
    assert len(patterned) == sum(bool(table.chart and table.chart.marked) for table in figures.tables)
