"""What findings add to their rule stands in words.toml in both languages; the program has the names and the values."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from recordkit import declarations, details, words
from recordkit.details import BLANK
from recordkit.words import Both

SOURCE = Path(words.__file__).parent
WORDS = words.load([declarations.PACKAGED])
PROSE = re.compile(r"[A-Za-z]+,? [a-z]+,? [a-z]+")  # three words in a row

# Names that declarations give, of degrees of agreement and of kinds of words: they are no text of the program.
NAMES = {
    *re.findall(r'\b(?:name|otherwise) = "([^"]+)"', (declarations.PACKAGED / "linkage.toml").read_text("utf-8")),
    *pl.read_csv(declarations.PACKAGED / "reference" / "name_variants.csv")["kind"],
}
# English in Python, texts that are shown among them, by package: what is still to be moved. May only shrink.
NOT_YET = {
    "readers": 1,  # the error of a wrong import
    "mapping": 0,
    "ingest": 0,
    "agencies": 116,  # comments of drafted declarations, evidence of formats, errors
    "fields": 0,
    "standardise": 0,
    "counts": 0,
    "edition": 0,
    "linkage": 4,  # the line of a drawing, functions of DuckDB
    "lists": 0,
    "review": 25,  # errors of stores and of workbooks of answers
}


def parsed(package: str = "") -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((SOURCE / package).rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def calls() -> Iterator[tuple[str, str, set[str] | None]]:
    """Where, name of the text, and what is filled in (None: not to be seen from the call) of every use of a text."""
    for path, tree in parsed():
        for node in ast.walk(tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            called = "message" if called.endswith(".message") else called
            at = {"details.text": 0, "details.column": 0, "Refused": 1, "EncodingFinding": 1, "detailed": 0, "message": 0}.get(called)
            if at is None or len(node.args) <= at or not isinstance(node.args[at], ast.Constant):
                continue
            open_ended = called == "EncodingFinding" or any(one.arg is None for one in node.keywords)
            named = None if open_ended else {str(one.arg) for one in node.keywords}
            yield f"{path.name}:{node.lineno}", node.args[at].value, named


def prose(tree: ast.Module) -> list[str]:
    """Strings with three English words in a row that document nothing."""
    documents = {
        id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    joined = [node for node in ast.walk(tree) if isinstance(node, ast.JoinedStr)]
    inside = {id(part) for one in joined for part in ast.walk(one) if part is not one}
    texts = [
        "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in one.values)
        for one in joined
        if id(one) not in inside
    ]
    texts += [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside | documents
    ]
    return [text for text in texts if PROSE.search(text) and text not in NAMES]


def test_every_text_that_is_used_is_there_and_gets_what_it_fills_in() -> None:
    wrong = [
        (where, name)
        for where, name, named in calls()
        if name not in WORDS.texts or named not in (None, set(BLANK.findall(WORDS.texts[name].en)))
    ]
    assert wrong == []
    assert len(list(calls())) > 120


def test_every_text_is_used() -> None:
    strings = {
        node.value
        for _, tree in parsed()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    strings |= {text.removeprefix("other:") for text in strings}  # kinds of files that are not read
    assert sorted(set(WORDS.texts) - strings) == []


@pytest.mark.parametrize("name", sorted(WORDS.texts))
def test_a_text_is_in_both_languages_and_found_again_by_its_english(name: str) -> None:
    one = WORDS.texts[name]
    assert one.en
    assert one.ur
    values = {blank: f"7{blank}7" for blank in BLANK.findall(one.en)}
    assert WORDS.detail(str(details.text(name, **values)), "ur") == one.ur.format(**values)


@pytest.mark.parametrize("package", sorted(NOT_YET))
def test_english_in_python_only_shrinks(package: str) -> None:
    assert sum(len(prose(tree)) for _, tree in parsed(package)) == NOT_YET[package]


def test_a_text_is_filled_in_for_every_row() -> None:
    frame = pl.DataFrame({"fields": [6, 7]})
    told = frame.select(details.column("header_has", count="fields", width=pl.lit(5))).to_series().to_list()
    assert told == ["6 cells, the header has 5", "7 cells, the header has 5"]


def test_a_value_that_is_a_text_itself_is_shown_in_the_same_language() -> None:
    told = details.text("is_no_table_but", what=details.text("picture"), advice=details.text("send_the_table"))
    urdu = WORDS.texts
    expected = urdu["is_no_table_but"].ur.format(what=urdu["picture"].ur, advice=urdu["send_the_table"].ur)
    assert WORDS.detail(told, "ur") == expected


def test_people_see_the_words_of_an_overlay_and_programs_the_packaged_ones() -> None:
    own = Both(en="{width} columns are in the header, {count} in the row", ur="")
    overlay = WORDS.model_copy(update={"details": {**WORDS.details, "header_has": own}})
    assert overlay.detail(details.text("header_has", count=6, width=5), "en") == (
        "5 columns are in the header, 6 in the row"
    )
