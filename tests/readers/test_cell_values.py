"""Formatting that means something: struck through, raised, hidden, the year from which days are counted."""

from __future__ import annotations

import io
from collections.abc import Callable

import books
import openpyxl
import polars as pl
import pytest
import xlwt
from looking import cells, codes, names
from odf.opendocument import OpenDocumentSpreadsheet
from odf.style import Style, TextProperties
from odf.table import CalculationSettings, NullDate, Table, TableCell, TableColumn, TableRow
from odf.text import P, Span
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.utils.datetime import CALENDAR_MAC_1904

PLAIN = [["FIR", "Name"], ["1", "Aslam"], ["2", "Imran"]]


def xlsx(change: Callable[[openpyxl.Workbook], None]) -> bytes:
    """PLAIN, changed."""
    return books.openpyxl_book(PLAIN, change)


def _xlsx_partly(book: openpyxl.Workbook) -> None:
    book.active["B2"] = CellRichText(TextBlock(InlineFont(strike=True), "Bilal "), "Aslam")
    book.active["A3"] = CellRichText("12", TextBlock(InlineFont(vertAlign="superscript"), "1"))


def _xls_partly(book: xlwt.Workbook) -> None:
    struck, raised = xlwt.Font(), xlwt.Font()
    struck.struck_out = True
    raised.escapement = xlwt.Font.ESCAPEMENT_SUPERSCRIPT
    sheet = book.get_sheet(0)
    sheet.write_rich_text(1, 1, [("Bilal ", struck), "Aslam"])
    sheet.write_rich_text(2, 0, ["12", ("1", raised)])


def ods(change: Callable[[Table, dict[str, Style]], None]) -> bytes:
    """PLAIN with the styles struck and raised, changed."""
    document = OpenDocumentSpreadsheet()
    styles = {}
    for name, family, look in (
        ("struck", "text", {"textlinethroughstyle": "solid"}),
        ("raised", "text", {"textposition": "super 58%"}),
        ("gone", "table-cell", {"textlinethroughstyle": "solid"}),
    ):
        styles[name] = Style(name=name, family=family)
        styles[name].addElement(TextProperties(**look))
        document.automaticstyles.addElement(styles[name])
    table = Table(name="Sheet")
    change(table, styles)
    document.spreadsheet.addElement(table)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def ods_row(*values: object, **style: object) -> TableRow:
    """A row of texts and paragraphs."""
    row = TableRow()
    for value in values:
        cell = TableCell(valuetype="string", **style)
        cell.addElement(value if not isinstance(value, str) else P(text=value))
        row.addElement(cell)
    return row


def paragraph(*parts: tuple[str, Style | None]) -> P:
    """Text by how it looks."""
    made = P()
    for text, style in parts:
        made.addElement(Span(stylename=style, text=text)) if style else made.addText(text)
    return made


def _ods_partly(table: Table, styles: dict[str, Style]) -> None:
    table.addElement(ods_row("FIR", "Name"))
    table.addElement(ods_row("1", paragraph(("Bilal ", styles["struck"]), ("Aslam", None))))
    table.addElement(ods_row(paragraph(("12", None), ("1", styles["raised"])), "Imran"))


HTML = (
    "<html><style>.x1 {color: red} td.gone, .out {text-decoration: line-through}</style><table>"
    "<tr><td>FIR</td><td>Name</td></tr><tr><td>1</td><td>%s Aslam</td></tr>"
    "<tr><td>12<sup>1</sup></td><td>Imran</td></tr></table></html>"
)
_SS = "urn:schemas-microsoft-com:office:spreadsheet"
XML = f"""<?xml version="1.0"?><Workbook xmlns="{_SS}" xmlns:ss="{_SS}" xmlns:x="urn:schemas-microsoft-com:office:excel"
 xmlns:html="http://www.w3.org/TR/REC-html40"><x:ExcelWorkbook>%s</x:ExcelWorkbook><Styles>
<Style ss:ID="gone"><Font ss:StrikeThrough="1"/></Style></Styles><Worksheet ss:Name="S"><Table>%s
<Row><Cell><Data ss:Type="String">FIR</Data></Cell><Cell><Data ss:Type="String">Name</Data></Cell></Row>
<Row ss:StyleID="%s"><Cell><Data ss:Type="String">1</Data></Cell><Cell><ss:Data ss:Type="String"
 xmlns="http://www.w3.org/TR/REC-html40"><S>Bilal </S>Aslam</ss:Data></Cell></Row><Row><Cell><ss:Data ss:Type="String"
 xmlns="http://www.w3.org/TR/REC-html40">12<Sup>1</Sup></ss:Data></Cell><Cell><Data ss:Type="String">Imran</Data></Cell>
</Row></Table></Worksheet></Workbook>"""
PARTLY = {
    "x.xlsx": lambda: xlsx(_xlsx_partly),
    "x.xls": lambda: books.xls(PLAIN, _xls_partly),
    "x.ods": lambda: ods(_ods_partly),
    "s.html": lambda: (HTML % "<s>Bilal</s>").encode(),
    "strike.html": lambda: (HTML % "<strike>Bilal</strike>").encode(),
    "del.html": lambda: (HTML % "<del>Bilal</del>").encode(),
    "style.html": lambda: (HTML % '<span style="text-decoration:underline line-through">Bilal</span>').encode(),
    "class.html": lambda: (HTML % '<font class="x1 out">Bilal</font>').encode(),
    "x.xml": lambda: (XML % ("", "", "")).encode(),
}


@pytest.mark.parametrize("name", PARTLY)
def test_struck_text_and_footnote_marks_are_left_out_of_the_value_and_told_with_what_stood_there(read, name):
    file = read(PARTLY[name](), name)
    assert cells(file) == [["FIR", "Name"], ["1", "Aslam"], ["12", "Imran"]]
    told = file.issues.filter(pl.col("code").is_in(["RK139", "RK140"])).select("row", "code", "value").rows()
    assert told == [(2, "RK139", "Bilal Aslam"), (3, "RK140", "121")]
    assert file.sheets[0].struck == ((2, "c2", "Bilal Aslam"),)
    assert not file.sheets[0].struck_rows


@pytest.mark.parametrize("name", PARTLY)
def test_struck_text_can_be_put_back(read, name):
    sheet = read(PARTLY[name](), name).sheets[0].with_struck_text()
    assert sheet.head(5)["c2"].to_list() == ["Name", "Bilal Aslam", "Imran"]


def _xlsx_struck(book: openpyxl.Workbook) -> None:
    for cell in book.active[2]:
        cell.font = Font(strike=True)
    book.active["A3"].font = Font(strike=True)


def _xls_struck(book: xlwt.Workbook) -> None:
    struck = xlwt.easyxf("font: struck_out on")
    for column, value in enumerate(PLAIN[1]):
        book.get_sheet(0).write(1, column, value, struck)
    book.get_sheet(0).write(2, 0, 2, struck)


def _ods_struck(table: Table, styles: dict[str, Style]) -> None:
    table.addElement(ods_row(*PLAIN[0]))
    table.addElement(ods_row(*PLAIN[1], stylename=styles["gone"]))
    row = ods_row("2", stylename=styles["gone"])
    row.addElement(ods_row("Imran").childNodes[0])
    table.addElement(row)


STRUCK = {
    "x.xlsx": lambda: xlsx(_xlsx_struck),
    "x.xls": lambda: books.xls(PLAIN, _xls_struck),
    "x.ods": lambda: ods(_ods_struck),
    "x.html": lambda: (
        b"<table><tr><td>FIR</td><td>Name</td></tr><tr style='text-decoration:line-through'><td>1</td><td>Aslam</td></tr>"
        b"<tr><td><s>2</s></td><td>Imran</td></tr></table>"
    ),
}


@pytest.mark.parametrize("name", STRUCK)
def test_a_row_that_is_struck_through_keeps_its_cells_and_says_so(read, name):
    file = read(STRUCK[name](), name)
    assert file.sheets[0].struck_rows == (2,)
    assert cells(file) == [["FIR", "Name"], ["1", "Aslam"], [None, "Imran"]]
    assert [one for one in codes(file) if one[1] == "RK139"] == [(3, "RK139")]


def test_a_run_without_properties_looks_like_its_cell(read):
    def change(book):
        book.active["B2"] = CellRichText("Bilal ", TextBlock(InlineFont(b=True), "Aslam"))
        book.active["B2"].font = Font(strike=True)

    assert cells(read(xlsx(change), "x.xlsx"))[1] == ["1", "Aslam"]


@pytest.mark.parametrize(
    ("parts", "wanted"),
    [
        (("21", "st"), "21st"), (("5 m", "2"), "5 m2"), (("", "12"), "12"), (("Okara", "2"), "Okara"),
        (("12", "*"), "12"), (("12", "1,2"), "12"), (("Kasur", "(a)"), "Kasur"),
    ],
)  # fmt: skip
def test_only_the_mark_of_a_footnote_is_left_out(read, parts, wanted):
    html = f"<table><tr><td>Head</td></tr><tr><td>{parts[0]}<sup>{parts[1]}</sup></td></tr></table>"
    assert cells(read(html.encode(), "x.html"))[1] == [wanted]


def _hidden_xlsx(book: openpyxl.Workbook) -> None:
    book.active.column_dimensions["A"].hidden = True


def _hidden_xls(book: xlwt.Workbook) -> None:
    book.get_sheet(0).col(0).hidden = True


def _hidden_ods(table: Table, _styles: dict[str, Style]) -> None:
    table.addElement(TableColumn(visibility="collapse"))
    table.addElement(TableColumn())
    for values in PLAIN:
        table.addElement(ods_row(*values))


HIDDEN = {
    "x.xlsx": lambda: xlsx(_hidden_xlsx),
    "x.xls": lambda: books.xls(PLAIN, _hidden_xls),
    "x.ods": lambda: ods(_hidden_ods),
    "x.html": lambda: b"<table><col style='display:none'><col><tr><td>FIR</td><td>Name</td></tr></table>",
    "x.xml": lambda: (XML % ("", '<Column ss:Hidden="1"/><Column/>', "")).encode(),
}


@pytest.mark.parametrize("name", HIDDEN)
def test_hidden_columns_are_read_and_told(read, name):
    file = read(HIDDEN[name](), name)
    assert file.sheets[0].hidden_columns == ("c1",)
    assert cells(file)[0] == ["FIR", "Name"]
    assert "RK141" in names(file)


def _epoch_ods() -> bytes:
    document = OpenDocumentSpreadsheet()
    settings = CalculationSettings()
    settings.addElement(NullDate(datevalue="1904-01-01"))
    document.spreadsheet.addElement(settings)
    table = Table(name="Sheet")
    table.addElement(ods_row("1"))
    document.spreadsheet.addElement(table)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


EPOCHS = {
    "x.xlsx": lambda: xlsx(lambda book: setattr(book, "epoch", CALENDAR_MAC_1904)),
    "x.xls": lambda: books.xls(PLAIN, lambda book: setattr(book, "dates_1904", True)),
    "x.ods": _epoch_ods,
    "x.xml": lambda: (XML % ("<x:Date1904/>", "", "")).encode(),
    "x.html": lambda: b"<html><!--[if gte mso 9]><x:Date1904/><![endif]--><table><tr><td>1</td></tr></table></html>",
}


@pytest.mark.parametrize("name", EPOCHS)
def test_the_workbooks_own_epoch_is_told(read, name):
    file = read(EPOCHS[name](), name)
    assert file.sheets[0].epoch == 1904
    assert "RK142" in names(file)


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_plain_workbook_says_nothing_of_its_looks(read, kind):
    file = read(books.WRITERS[kind](PLAIN), f"x.{kind}")
    assert not names(file)
    assert (file.sheets[0].epoch, file.sheets[0].hidden_columns, file.sheets[0].struck_rows) == (1900, (), ())


def test_strings_that_fill_several_records_of_an_xls_keep_their_runs(read):
    struck = xlwt.Font()
    struck.struck_out = True

    def change(book):
        for row in range(1, 400):
            book.get_sheet(0).write_rich_text(row, 1, [("Bilal " * 9 + "ک", struck), f"Aslam {row} " + "x" * 50])

    found = cells(read(books.xls([["FIR", "Name"]], change), "x.xls"))
    assert [row[1] for row in found[1:]] == [f"Aslam {row} " + "x" * 50 for row in range(1, 400)]


def test_the_question_mark_of_a_web_address_is_no_lost_letter() -> None:
    from recordkit.fields import text as texts
    from recordkit.readers import mojibake

    rows = pl.DataFrame({"row": [1, 2, 3], "text": ["a,http://x.pk/p.aspx?newsID=1&I=2,b", "a,Mu?ammad,b", "www.x.pk/?q,????"]})
    assert mojibake.findings(rows).filter(pl.col("code") == "RK145").get_column("row").to_list() == [2, 3]
    cleaned = texts.clean(pl.Series(["http://x.pk/p?newsID=1", "Mu?ammad"]))
    assert cleaned["value"].to_list()[0] == "http://x.pk/p?newsID=1"
    assert cleaned["codes"].to_list() == [[], ["RK301"]]
