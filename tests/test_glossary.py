"""The names of the program are the words of the glossary."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "recordkit"


def _retired() -> set[str]:
    text = (ROOT / "docs" / "reference" / "glossary.md").read_text("utf-8")
    return set(re.findall(r"[a-z_]+", text.split("a module:", 1)[1]))


def test_no_module_has_the_name_of_a_retired_word() -> None:
    assert "alike" in _retired()
    assert not {path.stem for path in SOURCE.rglob("*.py")} & _retired()


def test_what_the_guide_for_newcomers_names_is_there() -> None:
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
    table = text.split("Where is …?", 1)[1].split("\n\n", 2)[1]
    places = re.findall(r"`((?:src|schemas)/[^`]*)`", table)
    assert len(places) > 10
    assert not [place for place in places if not (ROOT / place).exists()]
