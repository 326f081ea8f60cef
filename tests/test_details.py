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
from sources import forgotten, tree  # noqa: F401  the trees are forgotten behind the last test

SOURCE = Path(words.__file__).parent
WORDS = words.load([declarations.PACKAGED])
PROSE = re.compile(r"[A-Za-z]+,? [a-z]+,? [a-z]+")  # three words in a row

# Names that declarations give, of degrees of agreement and of kinds of words: they are no text of the program.
NAMES = {
    *re.findall(r'\b(?:name|otherwise) = "([^"]+)"', (declarations.PACKAGED / "linkage.toml").read_text("utf-8")),
    *pl.read_csv(declarations.PACKAGED / "reference" / "name_variants.csv")["kind"],
}
# Pages of documentation are English, and so are help texts: `--help`, `--man` and docs/ are one text.
DOCUMENTATION = {"reference_docs.py", "declaration_docs.py", "api_docs.py", "cli/manual.py"}
HELP = {"typer.Option", "typer.Argument", "typer.Typer", "app.command", "command"}  # calls: what they hold is help
HELPING = {name.rpartition(".")[2] for name in HELP}
# English that stays in Python, and why; anywhere else there is none.
EXCEPTED = {
    "__init__.py": (1, "Python's own words for a name that a module does not have"),
    "readers/__init__.py": (1, "Python's own words for a name that a module does not have"),
    "agencies/__init__.py": (1, "Python's own words for a name that a module does not have"),
    "accounts.py": (1, "an account as the ledger keeps it"),
    "analysts/copying.py": (1, "a value of the copy's manifest, for programs"),
    "api/compiling.py": (2, "what an interactive session of Python shows of an object"),
    "api/validation.py": (1, "what an interactive session of Python shows of an object"),
    "cli/commands.py": (5, "headings of --help"),
    "cli/keeping.py": (1, "a line of the ledger"),
    "cli/storing.py": (1, "a line of the ledger"),
    "deduping.py": (1, "the name of a column"),
    "fused_backend.py": (7, "errors of Pandera's kinds, which Python programs read"),
    "intelligence/products.py": (1, "a value of the product's manifest, for programs"),
    "intelligence/victims.py": (1, "a value of the product's manifest, for programs"),
    "linkage/engine/splink_export.py": (3, "functions of DuckDB"),
    "linkage/explanation.py": (1, "the line of a drawing"),
    "protection.py": (4, "the order of a setting's values, as the page on privacy has it"),
    "store/cache.py": (3, "errors that are caught: the entry is made again"),
    "store/disk.py": (1, "what cannot happen"),
    "store/errors.py": (3, "how libraries say that a disk is full"),
    "store/ledger.py": (1, "a slip of a programmer"),
    "store/run_status.py": (7, "descriptions of metrics, for monitoring"),
    "table_schema.py": (1, "what an interactive session of Python shows of an object"),
    "tables.py": (1, "the description of a column, as the declared ones are in English"),
}


def parsed(package: str = "") -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((SOURCE / package).rglob("*.py")):
        yield path, tree(path)


FILLING = {"text", "column", "message", "Refused", "EncodingFinding", "detailed"}


def last_name(called: ast.expr) -> str:
    """`column` of `details.column(...)`: cheap to ask of every call."""
    return getattr(called, "attr", getattr(called, "id", ""))


def calls() -> Iterator[tuple[str, str, set[str] | None]]:
    """Where, name of the text, and what is filled in (None: not to be seen from the call) of every use of a text."""
    for path, module in parsed():
        for node in ast.walk(module):
            if not isinstance(node, ast.Call) or last_name(node.func) not in FILLING:
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
    asked = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and last_name(node.func) in HELPING]
    helping = [node for node in asked if ast.unparse(node.func) in HELP]
    inside |= {id(part) for one in helping for part in ast.walk(one)}
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
    assert sum(1 for _ in calls()) > 120


def test_every_text_is_used() -> None:
    strings = {
        node.value
        for _, tree in parsed()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    strings |= {text.removeprefix("other:") for text in strings}  # kinds of files that are not read
    assert sorted(name for name in set(WORDS.texts) - strings if not name.startswith("usage_")) == []  # typer's: by English


@pytest.mark.parametrize("name", sorted(WORDS.texts))
def test_a_text_is_in_both_languages_and_found_again_by_its_english(name: str) -> None:
    one = WORDS.texts[name]
    assert one.en
    assert one.ur
    values = {blank: f"7{blank}7" for blank in BLANK.findall(one.en)}
    told = details.text(name, **values)
    assert WORDS.detail(told if name in WORDS.by_name else str(told), "ur") == one.ur.format(**values)


def test_no_english_that_people_are_shown_stands_in_python() -> None:
    found = {path.relative_to(SOURCE).as_posix(): len(prose(tree)) for path, tree in parsed()}
    counted = {name: count for name, count in found.items() if count and name not in DOCUMENTATION}
    assert counted == {name: count for name, (count, _) in EXCEPTED.items()}


ERRORS = re.compile(r"(Error|Damaged|NotFound|Failed|Locked|Linked|Newer|Older|InTheWay|Input|BrokenLaw|BadParameter|out\.say)$")
ENDS = re.compile(ERRORS.pattern.replace(r"out\.say", "say"))  # of the last name of a call, cheap to ask of every one
WORD = re.compile(r"[A-Za-z]{3,}")


def test_no_error_has_words_of_its_own_in_python() -> None:
    """Short ones neither: every argument of an error is a text by its name, or a value."""
    spoken = []
    for path, module in parsed():
        name = path.relative_to(SOURCE).as_posix()
        for node in ast.walk(module):
            if name in EXCEPTED or not isinstance(node, ast.Call) or not ENDS.search(last_name(node.func)):
                continue
            if not ERRORS.search(ast.unparse(node.func)):
                continue
            for one in node.args:
                parts = one.values if isinstance(one, ast.JoinedStr) else [one]
                texts = [part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)]
                if any(WORD.search(text) for text in texts):
                    spoken.append(f"{name}:{node.lineno}: {' '.join(texts)}")
    assert spoken == []


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
