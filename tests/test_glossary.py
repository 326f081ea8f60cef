"""The names of the program are the words of the glossary."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from sources import forgotten, tree  # noqa: F401  the trees are forgotten behind the last test

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "recordkit"


def _retired() -> set[str]:
    text = (ROOT / "docs" / "reference" / "glossary.md").read_text("utf-8")
    return set(re.findall(r"[a-z_]+", text.split("a module:", 1)[1]))


def test_no_module_has_the_name_of_a_retired_word() -> None:
    assert "alike" in _retired()
    assert not {path.stem for path in SOURCE.rglob("*.py")} & _retired()


# Private words that a reader could not guess the meaning of; the glossary has the field's.
RETIRED_IN_NAMES = {
    "told", "said", "beside", "several", "kept", "apart", "heard", "lacking", "mended", "alike", "worn", "wholenames",
    "company", "standing", "unseen", "strays", "stray", "books", "working", "kin",
}  # fmt: skip


def _public_names(path: Path) -> set[str]:
    """Functions, methods and classes of a module that others may call."""
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    return {node.name for node in ast.walk(tree(path)) if isinstance(node, kinds) and not node.name.startswith("_")}


def test_no_public_name_has_a_retired_word_in_it() -> None:
    named = {
        f"{path.relative_to(SOURCE)}: {name}"
        for path in sorted(SOURCE.rglob("*.py"))
        for name in _public_names(path)
        if RETIRED_IN_NAMES & set(re.findall("[a-z]+", re.sub("(?<=[a-z])(?=[A-Z])", "_", name).lower()))
    }
    assert named == set()


# The same for names inside functions, where a plain name says what the value is.
RETIRED_IN_FUNCTIONS = {"told", "said", "beside", "several", "kept", "apart", "heard", "lacking", "standing", "worn", "passed"}


def _local_names(path: Path) -> set[str]:
    """Parameters and local names of the functions of a module."""
    functions = [
        node
        for node in ast.walk(tree(path))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
    ]
    inside = [node for function in functions for node in ast.walk(function)]
    names = {node.id for node in inside if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    return names | {node.arg for node in inside if isinstance(node, ast.arg)}


def test_no_name_inside_a_function_is_a_retired_word() -> None:
    named = {
        f"{path.relative_to(SOURCE)}: {name}"
        for path in sorted(SOURCE.rglob("*.py"))
        for name in _local_names(path) & RETIRED_IN_FUNCTIONS
    }
    assert named == set()


QUESTIONS = [
    [cell.strip() for cell in line.strip("| ").split(" | ")]
    for line in (ROOT / "CONTRIBUTING.md").read_text("utf-8").split("Where is …?", 1)[1].split("\n## ")[0].splitlines()
    if line.startswith("| ") and "`" in line
]
TREE = {
    path.relative_to(ROOT).as_posix(): path.read_text("utf-8").splitlines()
    for top in (SOURCE, ROOT / "schemas")
    for path in sorted(top.rglob("*"))
    if path.suffix in (".py", ".toml", ".csv")
}


def _grep(pattern: str) -> list[tuple[str, str]]:
    """File and line of every line that `grep -rni` would show."""
    wanted = re.compile(pattern, re.IGNORECASE)
    return [(name, line) for name, lines in TREE.items() for line in lines if wanted.search(line)]


@pytest.mark.parametrize("asked", QUESTIONS, ids=[one[0] for one in QUESTIONS])
def test_one_grep_leads_a_newcomer_to_the_place(asked: list[str]) -> None:
    _, words, answer = asked
    places = re.findall(r"`((?:src|schemas)/[^`]*)`", answer)
    assert places
    assert not [place for place in places if not (ROOT / place).exists()]
    shown = _grep(words.strip("`"))
    assert len(shown) <= 5  # what is read at a glance
    assert set(places) & {name for name, _ in shown}


def test_one_grep_shows_all_that_can_be_added() -> None:
    begin = " ".join(line.lower() for _, line in _grep("to add a"))
    for what in (
        "input format",
        "table column",
        "report figure",
        "export",
        "urdu message",
        "rule",
        "agency",
        "kind of value",
    ):
        assert ("to add an " if what[0] in "aeiu" else "to add a ") + what in begin
    assert len(_grep("to add a")) <= 15


def test_rules_of_the_cnic_are_found_by_their_name() -> None:
    assert {name for name, _ in _grep('name = "cnic-')} == {"schemas/rules.toml"}
