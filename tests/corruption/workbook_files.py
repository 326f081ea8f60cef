"""Workbooks old, new and open; honest ones with awkward cells, damaged ones, and what only pretends to be one."""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import books
import openpyxl
import xlsxwriter
import xlwt
from odf.table import CoveredTableCell, Table, TableCell, TableRow
from odf.text import LineBreak, P, S, Tab
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from suite import LOUD, Case, case, table

KINDS = {"xlsx": "new", "xls": "old", "ods": "open"}
VALUES = [
    ["CNIC", "date", "count", "text"], [3520212345671, date(2026, 7, 3), 0, "علی"],
    [3520212345672.0, datetime(2026, 7, 3, 14, 5), -7, "3.52021E+12"], [3520210000000, date(1947, 8, 14), 0.125, "0012"],
    [923001234567, None, 1000000, "#N/A in words"],
]  # fmt: skip
SHOWN = [
    ["CNIC", "date", "count", "text"], ["3520212345671", "2026-07-03", "0", "علی"],
    ["3520212345672", "2026-07-03 14:05:00", "-7", "3.52021E+12"], ["3520210000000", "1947-08-14", "0.125", "0012"],
    ["923001234567", "", "1000000", "#N/A in words"],
]  # fmt: skip
Change = Callable[[openpyxl.Workbook], None]


def new(
    name: str,
    cells: books.Cells,
    truth: list[list[str]],
    found: str = "",
    want: str = "right",
    change: Change | None = None,
) -> Case:
    """A workbook by openpyxl."""
    return case(name, "x.xlsx", lambda: books.openpyxl_book(cells, change), {"Sheet": table(truth)}, found, want)


def _values() -> list[Case]:
    found: list[Case] = []
    for kind, age in KINDS.items():
        make = books.WRITERS[kind]
        found += [
            case(f"values of every type, {age}", f"x.{kind}", lambda make=make: make(VALUES), {"Sheet": table(SHOWN)}),
            case(f"a table that starts at C5, {age}", f"x.{kind}",
                 lambda make=make: make([[]] * 4 + [[None, None, "a", "b"], [None, None, "1", "2"]]),
                 {"Sheet": table([["", "", "a", "b"], ["", "", "1", "2"]], 5)}),
            case(f"blank rows inside, {age}", f"x.{kind}", lambda make=make: make([["a"], ["1"], [], [], ["2"]]),
                 {"Sheet": {1: ["a"], 2: ["1"], 5: ["2"]}}),
            case(f"text late in a numeric column, {age}", f"x.{kind}",
                 lambda make=make: make([["n"], *[[n] for n in range(2000)], ["not known"]]),
                 {"Sheet": table([["n"], *[[str(n)] for n in range(2000)], ["not known"]])}),
            case(f"line breaks and spaces in cells, {age}", f"x.{kind}", lambda make=make: make([["a"], [" x "], ["1) Ali\n2) Zain"]]),
                 {"Sheet": table([["a"], [" x "], ["1) Ali\n2) Zain"]])}) if kind != "ods" else
            case(f"a letterhead above, {age}", f"x.{kind}", lambda make=make: make([["POLICE"], [], ["a", "b"], ["1", "2"]]),
                 {"Sheet": {1: ["POLICE"], 3: ["a", "b"], 4: ["1", "2"]}}),
        ]  # fmt: skip
    return found


def _types() -> list[Case]:
    def times(book: openpyxl.Workbook) -> None:
        book.active.append([time(14, 5), timedelta(hours=36), datetime(2026, 7, 3, 23, 59, 59)])
        for place, form in {"A2": "[$-420]dd/mm/yyyy", "B2": "mmm-yy", "C2": 'dd"-"mm"-"yyyy hh:mm'}.items():
            book.active[place] = datetime(2026, 7, 3, 14, 5)
            book.active[place].number_format = form
        book.active["A3"], book.active["B3"], book.active["C3"] = 46206, 0.5, "03/07/2026"
        book.active["C3"].number_format = "@"

    def epoch(book: openpyxl.Workbook) -> None:
        book.epoch = CALENDAR_MAC_1904
        book.active.append([date(2026, 7, 3), datetime(2026, 7, 3, 14, 5)])

    def old_epoch(book: xlwt.Workbook) -> None:
        book.dates_1904 = True
        book.get_sheet(0).write(0, 0, date(2026, 7, 3), xlwt.easyxf(num_format_str="DD/MM/YYYY"))

    def forms(book: openpyxl.Workbook) -> None:
        for at, (value, form) in enumerate(
            [(0.25, "0%"), (1234.5, "#,##0.00"), (3520212345671, "00000-0000000-0"), (12, "0000"), (1e15, "0.00E+00")],
            1,
        ):
            book.active.cell(1, at, value).number_format = form

    rich = CellRichText("Muhammad ", TextBlock(InlineFont(b=True), "Aslam"))
    stamp = "2026-07-03 14:05:00"
    return [
        new("times, durations and serials", [], [["14:05:00", "36:00:00", "2026-07-03 23:59:59"], [stamp] * 3, ["46206", "0.5", "03/07/2026"]], change=times),
        new("dates of 1904, new", [], [["2026-07-03", stamp]], "RK142", change=epoch),
        case("dates of 1904, old", "x.xls", lambda: books.xls([], old_epoch), {"Sheet": table([["2026-07-03"]])}, "RK142"),
        new("number formats hide nothing", [], [["0.25", "1234.5", "3520212345671", "12", "1000000000000000"]], "RK132@1", change=forms),
        new("text in two fonts", [[rich]], [["Muhammad Aslam"]]),
        new("true and false", [[True, False]], [["TRUE", "FALSE"]]),
        new("escaped control characters", [["a_x000D_b", "_x0041_"]], [["a\rb", "A"]]),
        case("text that looks like an escape", "x.xlsx", lambda: books.xlsx([["_x0041_"]]), {"Sheet": table([["_x0041_"]])}),
    ]  # fmt: skip


def _formulas() -> list[Case]:
    def zero(computed: object) -> bytes:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out) as book:
            sheet = book.add_worksheet("Sheet")
            sheet.write_row(0, 0, ["a", "b"])
            sheet.write_formula(1, 0, "=1+1", None, computed)
            sheet.write(1, 1, 5)
        return out.getvalue()

    def old(book: xlwt.Workbook) -> None:
        book.get_sheet(0).write(1, 0, xlwt.Formula("1+1"))

    def open_formula(table_: Table) -> None:
        row = TableRow()
        row.addElement(TableCell(formula="of:=1+1"))
        row.addElement(books.ods_cell(2.0, formula="of:=1+1"))
        row.addElement(books.ods_cell("#DIV/0!", formula="of:=1/0"))
        table_.addElement(row)

    def empty_text() -> bytes:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out) as book:
            book.add_worksheet("Sheet").write_formula(0, 0, '=IF(1,"","x")', None, "")
            book.get_worksheet_by_name("Sheet").write(0, 1, "x")
        return out.getvalue()

    return [
        new("formulas never computed", [["a", "b"], ["=1+1", 5]], [["a", "b"], ["2", "5"]], "RK120@2", LOUD),
        case("formulas with the zero of a program", "x.xlsx", lambda: zero(0), {"Sheet": table([["a", "b"], ["2", "5"]])}, "RK120@2", LOUD),
        case("formulas with their values", "x.xlsx", lambda: zero(2), {"Sheet": table([["a", "b"], ["2", "5"]])}),
        case("formulas with text", "x.xlsx", lambda: zero("two"), {"Sheet": table([["a", "b"], ["two", "5"]])}),
        case("formulas that give nothing", "x.xlsx", empty_text, {"Sheet": table([["", "x"]])}, "RK120@1"),
        case("formulas never computed, old", "x.xls", lambda: books.xls([["a"]], old), {"Sheet": table([["a"], ["2"]])}, "RK120@2", LOUD),
        case("formulas, open", "x.ods", lambda: books.ods([["a", "b", "c"]], open_formula),
             {"Sheet": table([["a", "b", "c"], ["2", "2", "0"]])}, "RK119@2 RK120@2", LOUD),
        new("error cells", [["a", "b"], ["#N/A", 1], [2, "#DIV/0!"]], [["a", "b"], ["?", "1"], ["2", "?"]], "RK119@2 RK119@3", LOUD),
        case("error cells, old", "x.xls", lambda: books.xls([["a"]], lambda book: book.get_sheet(0).row(1).set_cell_error(0, 0x17)),
             {"Sheet": table([["a"], ["?"]])}, "RK119@2", LOUD),
    ]  # fmt: skip


def _layout() -> list[Case]:
    def merged(book: openpyxl.Workbook) -> None:
        for cells in ("A1:C1", "A3:A5", "B3:C3"):
            book.active.merge_cells(cells)

    def hidden_sheets(book: openpyxl.Workbook) -> None:
        book.create_sheet("draft").append(["not", "data"])
        book["draft"].sheet_state = "hidden"
        book.create_sheet("list").append(["not", "data"])
        book["list"].sheet_state = "veryHidden"

    def old_hidden(book: xlwt.Workbook) -> None:
        book.add_sheet("draft").write(0, 0, "not data")
        book.get_sheet(1).visibility = 2
        book.get_sheet(0).row(1).hidden = True

    def hidden_rows(book: openpyxl.Workbook) -> None:
        book.active.row_dimensions[2].hidden = True
        book.active.column_dimensions["B"].hidden = True

    def chart(book: openpyxl.Workbook) -> None:
        book.create_chartsheet("Chart")
        book.create_sheet("empty")

    def covered(table_: Table) -> None:
        for first, second in [(books.ods_cell("Lahore", numberrowsspanned=2), "1"), (CoveredTableCell(), "2")]:
            row = TableRow()
            row.addElement(first)
            row.addElement(books.ods_cell(second))
            table_.addElement(row)

    def repeated(table_: Table) -> None:
        row = TableRow(numberrowsrepeated=3)
        row.addElement(books.ods_cell("x", numbercolumnsrepeated=2))
        table_.addElement(row)
        tail = TableRow(numberrowsrepeated=1_000_000)
        tail.addElement(TableCell(numbercolumnsrepeated=16_000))
        table_.addElement(tail)

    cells = [
        ["Crime statement", None, None],
        ["Region", "Murder", "Theft"],
        ["Lahore", 5, None],
        [None, 6, 7],
        [None, 8, 9],
    ]
    filled = [
        ["Crime statement"] * 3,
        ["Region", "Murder", "Theft"],
        ["Lahore", "5", "5"],
        ["Lahore", "6", "7"],
        ["Lahore", "8", "9"],
    ]
    beside = [["a", "b", None, "x", "y"], *[[n, n, None, n, n] for n in range(1, 6)]]
    return [
        new("merged cells", cells, filled, change=merged),
        case("merged cells, old", "x.xls", lambda: books.xls([["a", "b"], [None, 1], [None, 2]], lambda b: b.get_sheet(0).write_merge(1, 2, 0, 0, "x")),
             {"Sheet": table([["a", "b"], ["x", "1"], ["x", "2"]])}),
        case("merged cells, open", "x.ods", lambda: books.ods([["a", "b"]], covered), {"Sheet": table([["a", "b"], ["Lahore", "1"], ["Lahore", "2"]])}),
        case("repeated rows and cells, open", "x.ods", lambda: books.ods([["a", "b"]], repeated), {"Sheet": table([["a", "b"], *[["x", "x"]] * 3])}),
        new("hidden sheets", [["a"], ["1"]], [["a"], ["1"]], "RK117", change=hidden_sheets),
        case("hidden sheets and rows, old", "x.xls", lambda: books.xls([["a"], ["1"], ["2"]], old_hidden), {"Sheet": table([["a"], ["1"], ["2"]])}, "RK117 RK118"),
        new("hidden rows and columns", [["a", "b"], ["1", "2"], ["3", "4"]], [["a", "b"], ["1", "2"], ["3", "4"]], "RK118 RK141", change=hidden_rows),
        new("a chart and an empty sheet", [["a"], ["1"]], [["a"], ["1"]], change=chart),
        new("tables side by side", beside, [["" if c is None else str(c) for c in line] for line in beside], "RK125"),
        case("three sheets", "x.xlsx", _three, {name: table([["a"], [name]]) for name in ("Jul", "Aug", "Sep")}),
    ]  # fmt: skip


def _three() -> bytes:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for name in ("Jul", "Aug", "Sep"):
            book.add_worksheet(name).write_column(0, 0, ["a", name])
    return out.getvalue()


def _rewritten(change: Callable[[str, bytes], bytes]) -> bytes:
    """A workbook whose parts went through `change`."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(books.openpyxl_book([["a", "b"], [1, "#N/A"], ["x", 2]]))) as old,
        zipfile.ZipFile(out, "w") as archive,
    ):
        for name in old.namelist():
            archive.writestr(name, change(name, old.read(name)))
    return out.getvalue()


def _prefixed(name: str, data: bytes) -> bytes:
    """As the OpenXML SDK writes: every element with a prefix."""
    if "worksheets/" not in name:
        return data
    data = re.sub(rb"<(/?)([a-zA-Z])", rb"<\1x:\2", data)
    return data.replace(b"<x:worksheet xmlns=", b"<x:worksheet xmlns:x=")


def _strange_parts() -> list[Case]:
    meant = {"Sheet": table([["a", "b"], ["1", "?"], ["x", "2"]])}

    def no_references(name: str, data: bytes) -> bytes:
        return re.sub(rb' r="[A-Z]*[0-9]+"', b"", data) if "worksheets/" in name else data

    def wrong_dimension(name: str, data: bytes) -> bytes:
        return data.replace(b'ref="A1:B3"', b'ref="A1"') if "worksheets/" in name else data

    def far(places: dict[tuple[int, int], str]) -> bytes:
        out = io.BytesIO()
        with xlsxwriter.Workbook(out) as book:
            sheet = book.add_worksheet("Sheet")
            for place, value in places.items():
                sheet.write(*place, value)
        return out.getvalue()

    corner = (1_048_575, 16_383)
    return [
        case("elements with a prefix", "x.xlsx", lambda: _rewritten(_prefixed), meant, "RK119@2", LOUD),
        case("cells without references", "x.xlsx", lambda: _rewritten(no_references), meant, "RK119@2", LOUD),
        case("a dimension that lies", "x.xlsx", lambda: _rewritten(wrong_dimension), meant, "RK119@2", LOUD),
        case("a cell in the last corner", "x.xlsx", lambda: far({(0, 0): "a", corner: "z"}), {"Sheet": {1: ["a"]}}, "RK123", LOUD),
        case("only a cell in the last corner", "x.xlsx", lambda: far({corner: "z"}), {"Sheet": {1: ["a"]}}, "RK123", LOUD),
    ]  # fmt: skip


def _sheet_xml(cells: str, after: str = "") -> bytes:
    """A workbook whose sheet is this XML."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    xml = f'<?xml version="1.0"?><worksheet xmlns="{main}"><sheetData>{cells}</sheetData>{after}</worksheet>'
    return _rewritten(lambda name, data: xml.encode() if "worksheets/" in name else data)


def _odd_writers() -> list[Case]:
    """What no well-known program writes, and some report generator does."""
    meant = {"Sheet": table([["a", "b"], ["1", "?"], ["x", "2"]])}
    cell = '<row r="1"><c r="A1" t="str"><v>{}</v></c></row>'
    one = {"Sheet": table([["a"]])}

    def named(change: Callable[[str], str]) -> bytes:
        out = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(_rewritten(lambda _, data: data))) as old, zipfile.ZipFile(out, "w") as archive:
            for name in old.namelist():
                archive.writestr(change(name), old.read(name))
        return out.getvalue()

    def again() -> bytes:
        out = io.BytesIO(_rewritten(lambda _, data: data))
        with zipfile.ZipFile(out, "a") as archive, warnings.catch_warnings(action="ignore"):
            archive.writestr("xl/worksheets/sheet1.xml", b"<worksheet/>")
        return out.getvalue()

    def quotes(name: str, data: bytes) -> bytes:
        return data.replace(b'"', b"'") if "worksheets/" in name else data

    def wide(name: str, data: bytes) -> bytes:
        return data.decode().encode("utf-16") if "worksheets/" in name else data

    def strict(name: str, data: bytes) -> bytes:
        for loose, kept in {
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main": b"http://purl.oclc.org/ooxml/spreadsheetml/main",
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships": b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        }.items():
            data = data.replace(loose, kept)
        return data

    def third(book: xlwt.Workbook) -> None:
        book.add_sheet("draft").write(0, 0, "not data")
        book.get_sheet(1).visibility = 1
        book.add_sheet("Third").write(0, 0, "x")
        book.get_sheet(2).row(1).set_cell_error(0, 0x2A)

    def without(part: str) -> bytes:
        return named(lambda name: name + ".old" if name == part else name)

    return [
        case("strict OOXML", "x.xlsx", lambda: _rewritten(strict), meant, "RK119@2", LOUD),
        case("an error below a hidden sheet, old", "x.xls", lambda: books.xls([["a"]], third),
             {"Sheet": table([["a"]]), "Third": table([["x"], ["?"]])}, "RK117 RK119@2", LOUD),
        case("attributes in single quotes", "x.xlsx", lambda: _rewritten(quotes), meant, "RK119@2", LOUD),
        case("parts named in capital letters", "x.xlsx", lambda: named(lambda name: name.replace("sheet1", "Sheet1")), meant, "RK119@2", LOUD),
        case("no list of types", "x.xlsx", lambda: without("[Content_Types].xml"), meant, "RK119@2", LOUD),
        case("a sheet stored twice", "x.xlsx", again, meant, "RK103", LOUD),
        case("a sheet in UTF-16", "x.xlsx", lambda: _rewritten(wide), meant, "RK101", LOUD),
        case("values as CDATA", "x.xlsx", lambda: _sheet_xml(cell.format("<![CDATA[a]]>")), one, "RK101", LOUD),
        case("two lists of cells", "x.xlsx", lambda: _sheet_xml(cell.format("a"), "<sheetData/>"), one, "RK103", LOUD),
        case("a row and a cell twice", "x.xlsx", lambda: _sheet_xml(cell.format("a") * 2), one, "RK103", LOUD),
        case("a row in two parts", "x.xlsx", lambda: _sheet_xml(cell.format("a") + '<row r="1"><c r="B1"><v>1</v></c></row>'), {"Sheet": table([["a", "1"]])}),
        case("a column that no sheet has", "x.xlsx", lambda: _sheet_xml('<row r="1"><c r="ZZZZZ1"><v>1</v></c></row>'), one, "RK123", LOUD),
        case("a row that no sheet has", "x.xlsx", lambda: _sheet_xml('<row r="4000000000"><c r="A4000000000"><v>1</v></c></row>'), one, "RK123", LOUD),
        case("thousands of columns", "x.xlsx", lambda: books.xlsx([[f"c{n}" for n in range(3000)]]), {"Sheet": table([["c"]])}, "RK101", LOUD),
        case("text where a number should be", "x.xlsx", lambda: _sheet_xml('<row r="1"><c r="A1"><v>a</v></c></row>'), one),
        case("a date in ISO form", "x.xlsx", lambda: _sheet_xml('<row r="1"><c r="A1" t="d"><v>2026-07-03T00:00:00</v></c></row>'),
             {"Sheet": table([["2026-07-03"]])}),
        new("numbers of more than fifteen digits", [["a"], [35202123456712345], [123456789012345]],
            [["a"], ["35202123456712345"], ["123456789012345"]], "RK132@2", LOUD),
    ]  # fmt: skip


def _open_text(table_: Table) -> None:
    """Tabs, line breaks and long durations as LibreOffice writes them."""
    row = TableRow()
    cell = TableCell(valuetype="string", numbercolumnsrepeated=2)
    paragraph = P(text="a")
    for part in (S(c=3), "b", Tab(), "c", LineBreak(), "d"):
        paragraph.addText(part) if isinstance(part, str) else paragraph.addElement(part)
    cell.addElement(paragraph)
    row.addElement(cell)
    row.addElement(TableCell(valuetype="time", timevalue="PT36H00M00S"))
    table_.addElement(row)


def _old_xml(rows: str, options: str = "") -> str:
    name = "urn:schemas-microsoft-com:office:"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{name}spreadsheet" xmlns:ss="{name}spreadsheet">'
        f'<Worksheet ss:Name="S"><Table>{rows}</Table>{options}</Worksheet></Workbook>'
    )


def _markup() -> list[Case]:
    text = '<Cell><Data ss:Type="String">{}</Data></Cell>'
    hidden = '<WorksheetOptions xmlns="urn:schemas-microsoft-com:office:excel"><Visible>SheetHidden</Visible></WorksheetOptions>'
    rows = (
        f'<Row ss:Span="2"/><Row>{text.format("a")}<Cell><Data ss:Type="Error">#N/A</Data></Cell></Row>'
        f'<Row ss:Hidden="1">{text.format("b")}<Cell ss:Formula="=1+1"/></Row>'
    )
    return [
        case("tabs, breaks and durations, open", "x.ods", lambda: books.ods([["h"]], _open_text),
             {"Sheet": table([["h"], ["a   b\tc\nd", "a   b\tc\nd", "36:00:00"]])}),
        case("XML of 2003 with errors, formulas, hidden and skipped rows", "x.xls", _old_xml(rows), {"S": {4: ["a", "?"], 5: ["b", "?"]}},
             "RK104 RK118 RK119@4 RK120@5", LOUD),
        case("XML of 2003 with a hidden sheet", "x.xls", _old_xml(f"<Row>{text.format('a')}</Row>", hidden), {}, "RK104 RK117"),
        case("HTML that shows fewer digits than it knows", "x.xls",
             '<table><tr><td x:num="3520212345671">3.52E+12</td><td sdval="3001234567">3E+09</td><td x:num="12">0012</td></tr></table>',
             table([["3520212345671", "3001234567", "0012"]]), "RK107"),
        case("HTML with a list in a cell", "x.html", "<table><tr><td><ul><li>Ali</li><li>Zain</li></ul></td></tr></table>", table([["Ali\nZain"]])),
        case("HTML with a note on a cell", "x.html", "<table><tr><td><comment>see file</comment>Ali</td></tr></table>", table([["Ali"]])),
        case("HTML with a table in a cell", "x.html", "<table><tr><td><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>",
             table([["ab"]]), "RK125"),
    ]  # fmt: skip


def _broken() -> list[Case]:
    many = [["a", "b"], *[[n, f"x{n * n}"] for n in range(2000)]]
    meant = {"Sheet": table([[str(cell) for cell in line] for line in many])}
    found: list[Case] = []
    for kind, age in KINDS.items():
        data = books.WRITERS[kind](many)
        for share in (3, 50, 97):
            cut = data[: max(600, len(data) * share // 100)]
            found.append(case(f"cut off at {share} %, {age}", f"x.{kind}", cut, meant, "RK103", LOUD))
        found.append(case(f"named .csv, {age}", "x.csv", data, meant, "RK104"))
    flipped = bytearray(books.xlsx(many))
    flipped[len(flipped) // 2] ^= 0x55
    plain = [["a", "b"], ["1", "é"]]
    html = (
        '<html><head><meta charset="{}"></head><body><table border=1><tr><th>a<th>b<tr><td>1<td>é</table></body></html>'
    )
    xml = (
        '<?xml version="1.0" encoding="UTF-8"?><?mso-application progid="Excel.Sheet"?>'
        '<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">'
        '<Worksheet ss:Name="S"><Table><Row><Cell><Data ss:Type="String">a</Data></Cell><Cell><Data ss:Type="String">b</Data></Cell></Row>'
        '<Row><Cell><Data ss:Type="Number">1</Data></Cell><Cell><Data ss:Type="String">é</Data></Cell></Row></Table></Worksheet></Workbook>'
    )
    spans = "<table><tr><td colspan=2>T</td></tr><tr><td rowspan=2>x</td><td>1</td></tr><tr><td>2</td></tr></table>"
    return [
        *found,
        case("a flipped byte", "x.xlsx", bytes(flipped), meant, "RK103", LOUD),
        case("HTML named .xls", "x.xls", html.format("utf-8"), table(plain), "RK107"),
        case("HTML named .xls in cp1252", "x.xls", html.format("windows-1252"), table(plain), "RK107", encoding="cp1252"),
        case("HTML named .xls in UTF-16", "x.xls", html.format("utf-16"), table(plain), "RK107", encoding="utf-16"),
        case("HTML with spans", "x.html", spans, table([["T", "T"], ["x", "1"], ["x", "2"]])),
        case("HTML with two tables", "x.html", spans + "<p>and</p>" + spans.replace("T", "U"),
             {"table 1": table([["T", "T"], ["x", "1"], ["x", "2"]]), "table 2": table([["U", "U"], ["x", "1"], ["x", "2"]])}),
        case("HTML that was cut off", "x.xls", html.format("utf-8")[:-30], table(plain), "RK103", LOUD),
        case("XML of 2003 named .xls", "x.xls", xml, {"S": table(plain)}, "RK104"),
        case("XML of 2003 that was cut off", "x.xls", xml[:-60], {"S": table(plain)}, "RK103", LOUD),
        case("a password, new", "x.xlsx", lambda: _locked("secret"), {"Sheet": table(plain)}, "RK102", LOUD),
        case("protected without a password, new", "x.xlsx", lambda: _locked("VelvetSweatshop"), {"Sheet": table(plain)}),
        case("a password, open", "x.ods", _locked_open, {"Sheet": table(plain)}, "RK102", LOUD),
        case("a password, old", "x.xls", _locked_old, {"Sheet": table(plain)}, "RK102", LOUD),
        case("a document that is no workbook", "x.xlsx", _document, {"": table(plain)}, "RK130", LOUD),
    ]  # fmt: skip


def _locked(password: str) -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    out = io.BytesIO()
    OOXMLFile(io.BytesIO(books.xlsx([["a", "b"], ["1", "é"]]))).encrypt(password, out)
    return out.getvalue()


def _locked_open() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr(
            "META-INF/manifest.xml", "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
        )
        archive.writestr("content.xml", bytes(range(256)))
    return out.getvalue()


def _locked_old() -> bytes:
    """FILEPASS (RC4) written over a record that the workbook can do without."""
    data = bytearray(books.xls([["a", "b"], ["1", "é"]]))
    at = data.index(b"\xe1\x00\x02\x00")  # INTERFACEHDR, the second record of the globals
    data[at : at + 6] = b"\x2f\x00\x02\x00\x01\x00"
    return bytes(data)


def _document() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<x/>")
    return out.getvalue()


CASES = [*_values(), *_types(), *_formulas(), *_layout(), *_strange_parts(), *_odd_writers(), *_markup(), *_broken()]
