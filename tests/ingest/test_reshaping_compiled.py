"""docs/reference/reshaping.md is true: its declarations and files give the tables that it shows, through a compile."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
import pytest

from recordkit import declarations, pipeline
from recordkit.agencies.declaration import Reshape
from recordkit.ingest import declare

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "reshaping.md").read_text(encoding="utf-8")
HEAD = 'id = "example"\nname = "Example"\nkind = "police"\nprovince = "Sindh"\n'


@dataclass
class Example:
    """One section of the page."""

    word: str
    declaration: str = ""
    files: dict[str, str] = field(default_factory=dict)
    table: str = ""
    columns: list[str] = field(default_factory=list)
    gives: list[tuple[str | None, ...]] = field(default_factory=list)


def _example(section: str) -> Example:
    made = Example(section.split("\n", 1)[0].strip())
    for language, name, text in re.findall(r"```(\w+) ?([^\n]*)\n(.*?)```", section, flags=re.DOTALL):
        if language == "toml":
            made.declaration = HEAD + text
        else:
            made.files[name] = text
    made.table = re.findall(r"^`(\w+)`:$", section, flags=re.MULTILINE)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    cells = [[cell.strip() or None for cell in line.strip().strip("|").split("|")] for line in lines]
    made.columns = [str(cell) for cell in cells[0]]
    made.gives = [tuple(row) for row in cells[2:]]
    return made


EXAMPLES = [_example(section) for section in PAGE.split("\n## ")[1:]]


def _order(row: tuple[str | None, ...]) -> list[str]:
    return [cell or "" for cell in row]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda one: one.word)
def test_what_the_page_shows_is_what_an_edition_holds(example: Example, tmp_path: Path) -> None:
    home = tmp_path / "mine" / "agencies"
    home.mkdir(parents=True)
    (home / "example.toml").write_text(example.declaration, encoding="utf-8")
    inbox = tmp_path / "inbox" / "2026-10"
    inbox.mkdir(parents=True)
    for name, text in example.files.items():
        (inbox / name).write_text(text, encoding="utf-8")
    known = declare([declarations.PACKAGED, tmp_path / "mine"])
    done = pipeline.compile([tmp_path / "inbox"], tmp_path / "store", known, through=None, starting=lambda _: lambda _: None)
    assert done.edition is not None
    assert done.tally.quarantined == 0
    rows = done.edition.scan(example.table).collect()
    if example.table == "persons":
        rows = rows.join(done.edition.scan("cases").select("case_id", "fir_no").collect(), on="case_id")
    found = rows.select(pl.col(example.columns).cast(pl.String)).rows()
    assert sorted(found, key=_order) == sorted(example.gives, key=_order)


def test_every_word_of_the_vocabulary_is_on_the_page_in_the_order_in_which_it_is_done() -> None:
    words = [example.word for example in EXAMPLES if example.word in Reshape.model_fields]
    assert words == list(Reshape.model_fields)
