"""The house: what stands where, and what must not stand in Python."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src" / "recordkit").rglob("*.py"))

# Facts about one country or one sender belong to schemas/. Comments and docstrings may give examples.
NATIONAL = re.compile(r"\b(punjab|sindh|balochistan|pakhtunkhwa|islamabad|lahore|karachi|ppc|ptpa|fia|nadra)\b", re.IGNORECASE)
PER_ROW = re.compile(r"\.(map_elements|map_rows|apply)\(")


def _strings(tree: ast.AST) -> list[tuple[int, str]]:
    """Every string of a module that is no docstring."""
    documented = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    docstrings = set()
    for node in ast.walk(tree):
        if isinstance(node, documented) and node.body and isinstance(node.body[0], ast.Expr):
            docstrings.add(id(node.body[0].value))
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return [(node.lineno, node.value) for node in found if id(node) not in docstrings]


def test_no_string_in_the_program_names_a_province_an_agency_or_a_law() -> None:
    named = [
        f"{path.relative_to(ROOT)}:{line} {text[:60]!r}"
        for path in SOURCES
        for line, text in _strings(ast.parse(path.read_text(encoding="utf-8")))
        if NATIONAL.search(text)
    ]
    assert not named


def test_every_module_says_in_one_sentence_what_it_is_for() -> None:
    silent = [str(path.relative_to(ROOT)) for path in SOURCES if not ast.get_docstring(ast.parse(path.read_text()))]
    assert not silent


def test_every_public_function_is_documented() -> None:
    silent = []
    for path in SOURCES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, (ast.FunctionDef, ast.ClassDef)) and not node.name.startswith("_") and not ast.get_docstring(node):
                silent.append(f"{path.relative_to(ROOT)}: {node.name}")
    assert not silent


def test_no_module_is_called_helpers_or_utils() -> None:
    assert not [path for path in SOURCES if path.stem in ("helpers", "utils", "util", "common", "misc")]


def test_nothing_in_the_program_walks_over_the_rows_of_records() -> None:
    walked = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in SOURCES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if PER_ROW.search(line)
    ]
    assert not walked


def test_the_readme_names_every_command_and_both_of_its_own() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in ("inspect", "validate", "compile", "report", "diff", "verify", "explain", "dedupe", "agency"):
        assert f"recordkit {command}" in text
    assert "python3 dev.py demo" in text
    assert "python3 dev.py test" in text


# What may stand at the root of the repository: anything else is a leftover, or belongs into a folder.
AT_THE_ROOT = {
    ".ci", ".gitignore", "CHANGELOG.md", "CONTRIBUTING.md", "LICENSE", "README.md", "benchmarks", "dev.py", "docs",
    "examples", "pyproject.toml", "requirements-dev.lock", "requirements.lock", "sample_data", "schemas", "src", "tests",
}  # fmt: skip


def test_nothing_stands_at_the_root_of_the_repository_but_what_belongs_there() -> None:
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("git cannot list the files")
    tracked = {name.partition("/")[0] for name in listed.stdout.split("\0") if name}
    assert tracked <= AT_THE_ROOT, tracked - AT_THE_ROOT
