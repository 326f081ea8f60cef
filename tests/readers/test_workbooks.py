"""Workbooks old, new and open: exact values, real row numbers, and nothing that can kill the reader."""

from __future__ import annotations

import io
import struct
import zipfile
from datetime import date, datetime, time, timedelta

import books
import pytest
import xlsxwriter
import xlwt
from hypothesis import given
from hypothesis import strategies as st
from looking import cells, codes, names, refusal, rows
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from recordkit.readers import Limits, workbook, worker
from recordkit.readers.cell_values import moment
from tried import examples

KINDS = ["xlsx", "xls", "ods"]
PLAIN = [
    ["CNIC", "date", "count", "remark"],
    [3520212345671, date(2026, 7, 3), 0, "text"],
    [3520212345672.0, datetime(2026, 7, 3, 14, 5), -7, "N/A"],
    ["3.52021E+12", None, 0.125, "012"],
]
WANTED = [
    ["CNIC", "date", "count", "remark"],
    ["3520212345671", "2026-07-03", "0", "text"],
    ["3520212345672", "2026-07-03 14:05:00", "-7", "N/A"],
    ["3.52021E+12", None, "0.125", "012"],
]

CELL = st.none() | st.text(alphabet="aع😀\n\0 ", max_size=5)


@pytest.mark.parametrize("kind", KINDS)
def test_values_come_out_exactly(read, kind):
    file = read(books.WRITERS[kind](PLAIN), f"x.{kind}")
    assert file.kind == kind
    assert cells(file) == WANTED
    assert not file.issues.height


@given(st.integers(0, 20).flatmap(lambda rows: st.lists(st.lists(CELL, min_size=rows, max_size=rows), max_size=4)))
@examples(60)
def test_columns_arrive_from_the_process_that_reads_as_they_left_it(columns):
    sent = io.BytesIO()
    worker._send(sent, worker.Table("sheet", columns=columns), "xlsx", most=10_000)
    [(head, body)] = workbook._parts(sent.getvalue() + struct.pack("<I", 0))
    received = workbook._sheet(head, body).last
    assert received is not None
    assert received.columns == ["row", *(f"c{at}" for at in range(1, len(columns) + 1))]
    assert [received.get_column(f"c{at}").to_list() for at in range(1, len(columns) + 1)] == columns
    assert received.get_column("row").to_list() == list(range(1, len(columns[0]) + 1 if columns else 1))


@pytest.mark.parametrize("kind", KINDS)
def test_the_kind_is_told_by_the_bytes(read, kind):
    file = read(books.WRITERS[kind](PLAIN), "x.csv")
    assert file.kind == kind
    assert cells(file) == WANTED
    assert names(file) == {"RK104"}


@pytest.mark.parametrize("kind", KINDS)
def test_rows_and_columns_keep_the_numbers_that_the_spreadsheet_shows(read, kind):
    shifted = [[], [], [None, None, "a", "b"], [], [None, None, "1", "2"]]
    file = read(books.WRITERS[kind](shifted), f"x.{kind}")
    assert rows(file)[2] == (3, None, None, "a", "b")
    assert rows(file)[4] == (5, None, None, "1", "2")


@pytest.mark.parametrize("kind", KINDS)
def test_text_late_in_a_column_of_numbers_stays(read, kind):
    file = read(books.WRITERS[kind]([[n] for n in range(3_000)] + [["late"]]), f"x.{kind}")
    assert cells(file)[-1] == ["late"]
    assert cells(file)[2_999] == ["2999"]


def test_numbers_never_have_an_exponent(read):
    file = read(books.xls([[1e22, 1e-7, 1 / 3, 0.1 + 0.2, True]]), "x.xls")
    wanted = ["10000000000000000000000", "0.0000001", "0.3333333333333333", "0.30000000000000004", "TRUE"]
    assert cells(file) == [wanted]


def test_times_and_durations(read):
    def change(book):
        book.active["A1"], book.active["B1"] = time(14, 5), timedelta(hours=36)

    assert cells(read(books.openpyxl_book([], change), "x.xlsx")) == [["14:05:00", "36:00:00"]]


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_dates_of_1904_workbooks(read, kind):
    def change(book):
        if kind == "xlsx":
            book.epoch = CALENDAR_MAC_1904
            book.active.append([date(2026, 7, 3)])
        else:
            book.dates_1904 = True
            book.get_sheet(0).write(0, 0, date(2026, 7, 3), xlwt.easyxf(num_format_str="DD/MM/YYYY"))

    data = books.openpyxl_book([], change) if kind == "xlsx" else books.xls([], change)
    assert cells(read(data, f"x.{kind}")) == [["2026-07-03"]]


def test_error_cells_are_named_with_their_place(read):
    file = read(books.openpyxl_book([["a", "b"], [1, "#N/A"], ["#DIV/0!", 2]]), "x.xlsx")
    assert cells(file) == [["a", "b"], ["1", None], [None, "2"]]
    assert codes(file) == [(2, "RK119"), (3, "RK119")]
    assert file.issues.get_column("detail").to_list() == ["B2 holds #N/A", "A3 holds #DIV/0!"]


def test_error_cells_of_old_workbooks(read):
    file = read(books.xls([["a"]], lambda book: book.get_sheet(0).row(1).set_cell_error(0, 0x2A)), "x.xls")
    assert cells(file) == [["a"], [None]]
    assert codes(file) == [(2, "RK119")]


def test_formulas_without_a_value_are_named(read):
    file = read(books.openpyxl_book([["a", "b"], [1, "=A2*2"]]), "x.xlsx")
    assert cells(file)[1] == ["1", None]
    assert codes(file) == [(2, "RK120")]


def test_the_zero_of_a_program_that_does_not_compute_is_no_value(read):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["a", "b"])
    sheet.write_formula(1, 0, "=1+1")
    sheet.write_formula(1, 1, "=1+1", None, 2)
    book.close()
    file = read(out.getvalue(), "x.xlsx")
    assert cells(file)[1] == [None, "2"]
    assert codes(file) == [(2, "RK120")]


def test_formulas_of_old_workbooks_that_nobody_computed(read):
    file = read(books.xls([["a"]], lambda book: book.get_sheet(0).write(1, 0, xlwt.Formula("1+1"))), "x.xls")
    assert codes(file) == [(2, "RK120")]


def test_merged_cells_are_filled_in_both_directions(read):
    def change(book):
        book.active.merge_cells("A2:A4")
        book.active.merge_cells("B1:C1")

    file = read(
        books.openpyxl_book([["r", "head", None], ["Lahore", 1, 2], [None, 3, 4], [None, 5, 6]], change), "x.xlsx"
    )
    assert cells(file) == [["r", "head", "head"], ["Lahore", "1", "2"], ["Lahore", "3", "4"], ["Lahore", "5", "6"]]
    assert set(file.sheets[0].filled) == {((2, 4), (1, 1)), ((1, 1), (2, 3))}


def test_merged_cells_of_old_workbooks(read):
    file = read(
        books.xls([["a", "b"], [None, 1], [None, 2]], lambda b: b.get_sheet(0).write_merge(1, 2, 0, 0, "x")), "x.xls"
    )
    assert cells(file) == [["a", "b"], ["x", "1"], ["x", "2"]]


def test_merged_cells_of_open_documents(read):
    from odf.table import CoveredTableCell, TableRow

    def change(table):
        row = TableRow()
        row.addElement(books.ods_cell("x", numberrowsspanned=2))
        row.addElement(books.ods_cell("1"))
        table.addElement(row)
        row = TableRow()
        row.addElement(CoveredTableCell())
        row.addElement(books.ods_cell("2"))
        table.addElement(row)

    assert cells(read(books.ods([["a", "b"]], change), "x.ods")) == [["a", "b"], ["x", "1"], ["x", "2"]]


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_hidden_sheets_are_named_and_not_read(read, kind):
    def change(book):
        if kind == "xlsx":
            book.create_sheet("old").append(["x"])
            book["old"].sheet_state = "veryHidden"
        else:
            book.add_sheet("old").write(0, 0, "x")
            book.get_sheet(1).visibility = 1

    data = books.openpyxl_book([["a"]], change) if kind == "xlsx" else books.xls([["a"]], change)
    file = read(data, f"x.{kind}")
    assert [(sheet.name, sheet.visible, sheet.height) for sheet in file.sheets][1] == ("old", False, 0)
    assert file.issues.select("sheet", "code").rows() == [("old", "RK117")]


@pytest.mark.parametrize("kind", ["xlsx", "xls"])
def test_hidden_rows_are_read_and_noted(read, kind):
    def change(book):
        if kind == "xlsx":
            book.active.row_dimensions[2].hidden = True
        else:
            book.get_sheet(0).row(1).hidden = True

    data = [["a"], ["1"], ["2"]]
    file = read(books.openpyxl_book(data, change) if kind == "xlsx" else books.xls(data, change), f"x.{kind}")
    assert cells(file) == data
    assert codes(file) == [(None, "RK118")]


def test_tables_side_by_side_are_flagged(read):
    data = [["a", "b", None, "x", "y"]] + [[n, n, None, n, n] for n in range(5)]
    assert names(read(books.xlsx(data), "x.xlsx")) == {"RK125"}


def test_an_unused_column_is_no_second_table(read):
    data = [["a", "b", "remark", "x"]] + [[n, n, None, n] for n in range(5)]
    assert not read(books.xlsx(data), "x.xlsx").issues.height


@pytest.mark.parametrize("values", [{(0, 0): "a", (1048575, 16383): "z"}, {(1048575, 16383): "z"}])
def test_a_cell_in_the_last_corner_kills_nobody(read, values):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out)
    sheet = book.add_worksheet()
    for place, value in values.items():
        sheet.write(*place, value)
    book.close()
    assert refusal(read(out.getvalue(), "x.xlsx")) == "RK123"


@pytest.fixture(scope="module")
def big():
    return books.big(20_000, 60)


def test_a_big_workbook_is_read(read):
    assert cells(read(books.big(2_000, 60), "x.xlsx"))[-1][-1] == "2000 BH"


def test_a_workbook_that_takes_too_long_is_refused(read, big):
    assert refusal(read(big, "x.xlsx", limits=Limits(workbook_seconds=1))) == "RK123"


def test_a_workbook_that_needs_too_much_memory_is_refused(read, big):
    assert refusal(read(big, "x.xlsx", limits=Limits(workbook_memory=200 << 20))) == "RK123"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
def test_a_workbook_that_was_cut_off_is_refused(read, kind, share):
    data = books.WRITERS[kind](PLAIN + [[n, None, n, f"x{n}"] for n in range(3_000)])
    assert refusal(read(data[: int(len(data) * share)], f"x.{kind}")) == "RK103"


def test_a_flipped_byte_in_a_sheet_is_refused(read):
    data = bytearray(books.xlsx([[f"cell {n} {n * n}"] for n in range(3_000)]))
    data[len(data) // 2] ^= 0xFF
    assert refusal(read(bytes(data), "x.xlsx")) in {"RK103", "RK101"}


def test_a_workbook_with_a_password_says_so(read):
    from msoffcrypto.format.ooxml import OOXMLFile

    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(books.xlsx(PLAIN))).encrypt("secret", locked)
    assert refusal(read(locked.getvalue(), "x.xlsx")) == "RK102"
    opened = io.BytesIO()
    OOXMLFile(io.BytesIO(books.xlsx(PLAIN))).encrypt("VelvetSweatshop", opened)
    assert cells(read(opened.getvalue(), "x.xlsx")) == WANTED


def test_an_html_table_named_xls_is_read_and_flagged(read):
    data = b"""<html><head><meta charset="utf-8"><style>td {color: red}</style></head><body><table>
    <tr><th colspan="2">Statement</th><th>x</th></tr><tr><td rowspan=2>La<b>hore</b></td><td>1</td><td>a<br>b</td></tr>
    <tr><td>&eacute;&#8217;</td><td></td></tr></table></body></html>"""
    file = read(data, "x.xls")
    wanted = [["Statement", "Statement", "x"], ["Lahore", "1", "a\nb"], ["Lahore", "é’", None]]
    assert cells(file) == wanted
    assert names(file) == {"RK107"}


def test_an_html_table_that_was_cut_off_is_refused(read):
    assert refusal(read(b"<table><tr><td>a</td></tr><tr><td>b", "x.xls")) == "RK103"


def test_the_xml_workbook_of_2003_is_read(read):
    data = b"""<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
    <Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
    xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
    <Worksheet ss:Name="S"><Table><Row><Cell><Data ss:Type="String">a</Data></Cell></Row>
    <Row ss:Index="3"><Cell ss:Index="2"><Data ss:Type="Number">3520212345671</Data></Cell>
    <Cell><Data ss:Type="DateTime">2026-07-03T00:00:00.000</Data></Cell></Row></Table></Worksheet></Workbook>"""
    file = read(data, "x.xls")
    assert rows(file) == [(1, "a", None, None), (2, None, None, None), (3, None, "3520212345671", "2026-07-03")]
    assert names(file) == {"RK104"}


@pytest.mark.parametrize("row", ['<Row ss:Index="0"/>', '<Row/><Row/><Row ss:Index="2"/>'])
def test_rows_of_an_xml_workbook_that_go_back_are_refused(read, row):
    data = f"""<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"
    xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table>{row}</Table></Worksheet>
    </Workbook>"""
    assert refusal(read(data.encode(), "x.xls")) == "RK103"


def test_other_office_documents_are_no_tables(read):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<x/>")
    assert refusal(read(out.getvalue(), "x.docx")) == "RK130"


def test_the_last_moment_of_a_day_is_not_the_next_day() -> None:
    last = datetime(2026, 7, 3, 23, 59, 59, 999_500)
    assert moment(last) == "2026-07-03 23:59:59.999500"
    assert moment(datetime(2026, 7, 3, 14, 4, 59, 999_900)) == "2026-07-03 14:05:00"
