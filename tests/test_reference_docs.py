"""docs/reference/ says what the declarations say."""

import re
from pathlib import Path, PurePath

import pytest

import recordkit
from recordkit import declaration_docs, declarations, issues, reference_docs, tables

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
        page = PAGES.get(target or name) or (FOLDER / target).read_text(encoding="utf-8")
        titles = (line.lstrip("# ").lower() for line in page.splitlines() if line.startswith("#"))
        headings = {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}
        assert not anchor or anchor in headings
    widths = [len(re.findall(r"(?<!\\)\|", line)) for line in PAGES[name].splitlines() if line.startswith("|")]
    starts = [at for at, line in enumerate(PAGES[name].splitlines()) if line.startswith("|---")]
    assert len(widths) >= 2 * len(starts)
    for block in re.findall(r"(?:^\|.*\n)+", PAGES[name], re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}) == 1


@pytest.mark.parametrize("file", declaration_docs.FILES)
def test_every_key_of_a_declaration_has_its_meaning(file: str) -> None:
    packaged = declaration_docs._packaged(DIRS, file)
    for path, model in declaration_docs.parts(declaration_docs.FILES[file]):
        assert declaration_docs.sentence(model), model
        for key, kind, _, meaning in declaration_docs.keys(model, declaration_docs._at(packaged, path)):
            assert kind, (path, key)
            assert meaning, f"{file}: a comment behind {model.__name__}.{key} says what it means"


def test_every_declaration_that_is_packaged_has_its_keys_on_the_page() -> None:
    packaged = {path.relative_to(declarations.PACKAGED).as_posix() for path in declarations.PACKAGED.rglob("*.toml")}
    covered = {name for name in packaged for file in declaration_docs.FILES if PurePath(name).match(file)}
    assert packaged - covered == {"origin.toml"}  # columns, with the keys of tables/*.toml


def test_the_page_of_python_has_every_public_name() -> None:
    page = PAGES["python.md"]
    for name in recordkit.__all__:
        assert name.startswith("__") or f"### {name}\n" in page or f"- `{name}`: " in page, name
    assert "engine: str = 'local'" in page
