"""The report in Urdu: every word of it, from right to left; the figures are the same ones."""

import ast
import io
import re
from collections.abc import Iterator
from pathlib import Path

import made
import openpyxl
import pytest
from rich.console import Console

from recordkit import agencies, declarations, report, text_safety
from recordkit.report import words
from recordkit.words import Both

ENGLISH, URDU = words.load(), words.load(language="ur")


@pytest.fixture(scope="module")
def urdu():
    return report.figures(made.edition(), known=made.knowledge(language="ur"))


@pytest.fixture(scope="module")
def english():
    return report.figures(made.edition(), known=made.knowledge())


def pairs() -> Iterator[tuple[str, str]]:
    """Every text of report.toml in both languages."""
    yield from ((one.en, one.ur) for one in ENGLISH.word.values())
    for part in (ENGLISH, *ENGLISH.section.values(), *ENGLISH.table.values(), *ENGLISH.tier.values()):
        yield part.title, part.urdu or ""
        for name in type(part).model_fields:
            if f"{name}_ur" in type(part).model_fields and getattr(part, name):
                yield getattr(part, name), getattr(part, f"{name}_ur")


def test_every_text_has_urdu_but_the_names_of_tables():
    silent = [english for english, urdu in pairs() if not urdu]
    assert all(re.fullmatch(r"[a-z, ]+", english) for english in silent), silent


def test_urdu_is_in_urdus_letters_and_fills_in_the_same():
    for english, urdu in pairs():
        assert not re.search("[\u064a\u0643\u0647\u0649\u0629\u0660-\u0669\u06f0-\u06f9]", urdu), urdu
        Both(en=english, ur=urdu)  # refuses other blanks


def test_the_page_is_urdu_from_right_to_left(urdu):
    page = report.html(urdu)
    assert '<html lang="ur" dir="rtl">' in page
    text = re.sub(r"<style>.*?</style>|<[^>]+>", "\n", page, flags=re.S)
    shown = {line.strip() for line in text.splitlines()}
    left = [one for one, other in pairs() if one in shown and one != other and " " in one]
    assert left == []
    assert URDU("counts") in text
    assert "جولائی 2026" in text


def test_the_figures_are_the_same_in_both_languages(urdu, english):
    assert [one.value.split()[0] for one in urdu.headlines if one.value[0].isdigit()][:3] == [
        one.value.split()[0] for one in english.headlines if one.value[0].isdigit()
    ][:3]
    for one, other in zip(urdu.tables, english.tables, strict=True):
        assert one.key == other.key
        counts = [column.name for column in one.columns if column.kind == "count"]
        assert sorted(map(str, one.frame.select(counts).rows())) == sorted(map(str, other.frame.select(counts).rows()))


def test_the_workbook_runs_from_right_to_left(urdu):
    file = io.BytesIO()
    report.workbook(urdu, file)
    book = openpyxl.load_workbook(file)
    assert book.sheetnames[0] == URDU("contents")
    assert all(sheet.sheet_view.rightToLeft for sheet in book.worksheets)


def test_the_terminal_shows_urdu(urdu):
    console = Console(file=io.StringIO(), width=120)
    console.print(report.terminal(urdu))
    text = console.file.getvalue()
    assert URDU.title in text
    assert "Quarantined" not in text
    lines = text_safety.right_to_left(text_safety.plain(text)).splitlines()
    assert all(line.startswith("\u2067") for line in lines if line.strip())


def _refuses(node: ast.AST) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name.startswith("_refuse")


def test_no_word_of_the_report_is_in_python():
    folder = Path(report.__file__).parent
    found = []
    for path in sorted(set(folder.glob("*.py")) - {folder / "__init__.py"}):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        errors = [node for node in ast.walk(tree) if isinstance(node, ast.Raise) or _refuses(node)]
        quiet = {id(text) for node in errors for text in ast.walk(node)}
        quiet |= {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and isinstance(node.body[0], ast.Expr)
        }
        found += [
            f"{path.name}:{node.lineno} {node.value}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in quiet
            if re.fullmatch(r"[A-Z][a-z]+[ :,.a-z]*|.*[a-z] [a-z]+ [a-z].*", node.value)
        ]
    assert found == []


def test_every_code_that_a_report_shows_has_a_name_in_urdu():
    codes = declarations.read_csv([declarations.PACKAGED], "reference/codes.csv", ["vocabulary", "code"])
    wanted = ("head", "status", "sex", "service", "outcome", "victim_status", "exploitation")
    listed = set(codes.filter(codes["vocabulary"].is_in(wanted)).select("vocabulary", "code").rows())
    assert listed - {(kind, code) for kind in wanted for code in ENGLISH.label[kind]} == set()
    assert set(agencies.load([declarations.PACKAGED])) <= set(ENGLISH.label["agency"])


def test_ids_and_names_of_files_keep_their_order_on_the_page(urdu):
    assert f"\u2068{urdu.edition}\u2069" in report.html(urdu)


def test_provinces_and_agencies_have_their_urdu_names(urdu):
    text = str(urdu)
    assert "پنجاب پولیس" in text
    assert "Punjab Police" not in text
