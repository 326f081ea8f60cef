"""docs/reference/ says what the declarations say."""

import re
from pathlib import Path

import pytest

from recordkit import declarations, issues, reference_docs, tables

FOLDER = Path(__file__).parents[1] / "docs" / "reference"
DIRS = [declarations.PACKAGED]
PAGES = reference_docs.pages(DIRS)


@pytest.mark.parametrize("name", PAGES)
def test_every_page_is_fresh(name: str) -> None:
    kept = (FOLDER / name).read_text(encoding="utf-8") if (FOLDER / name).exists() else ""
    assert kept == PAGES[name], "run: python -m recordkit.reference_docs docs/reference"


def test_no_page_of_something_that_is_no_more_is_kept() -> None:
    made = {path.name for path in FOLDER.glob("*.md") if path.read_text(encoding="utf-8").startswith(reference_docs.MADE)}
    assert made == set(PAGES)


def test_every_column_and_every_rule_has_its_line() -> None:
    for table in tables.load(DIRS).values():
        for column in table.columns:
            assert f"| `{column.name}` |" in PAGES[f"{table.name}.md"]
    for code in issues.catalogue(DIRS).by_code:
        assert f"### {code}\n" in PAGES["rules.md"]


@pytest.mark.parametrize("name", PAGES)
def test_every_link_leads_somewhere_and_every_table_is_straight(name: str) -> None:
    for target, anchor in re.findall(r"\]\(([\w-]+\.md)?(?:#([\w-]+))?\)", PAGES[name]):
        page = PAGES[target or name]
        headings = {line.lstrip("# ").lower() for line in page.splitlines() if line.startswith("#")}
        assert not anchor or anchor in headings
    widths = [len(re.findall(r"(?<!\\)\|", line)) for line in PAGES[name].splitlines() if line.startswith("|")]
    starts = [at for at, line in enumerate(PAGES[name].splitlines()) if line.startswith("|---")]
    assert len(widths) >= 2 * len(starts)
    for block in re.findall(r"(?:^\|.*\n)+", PAGES[name], re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1
