"""Every block of code in docs/ runs as it stands, or says why it cannot; what it shows is what comes out.

A block of `bash` or `python` runs in the order of its page, in a folder that holds the sample's store (`store`) and its
files (`sample_data`). A block of `text` right behind one is its output, where `…` stands for anything. In comments before
a block, which readers do not see:

    <!-- not run: why -->        it is only shown
    <!-- tested by: file -->     another test runs it
    <!-- exit: 1 -->             its last failing command ends with this
    <!-- first: command -->      what has to be there before it
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

import shared

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
# Written from declarations or known inputs; their tests hold them fresh.
GENERATED = re.compile(r"\A<!-- (Written|Made) by")
PAGES = [p for p in sorted(DOCS.rglob("*.md")) if not GENERATED.match(p.read_text(encoding="utf-8"))]
RUN = ("bash", "python")
SHOWN = ("text", "csv", "json", "diff", "r", "stata", "powerquery", "toml")
# By night only: each of these costs some seconds of a processor.
DEAR = {f"how-to/{name}.md" for name in (
    "add-an-agency", "dedupe-a-list", "keep-people-apart", "operations", "review-doubtful-pairs",
    "send-findings-back",
)}  # fmt: skip
MOST_NOT_RUN = 32  # blocks of bash or python that say why they cannot run here; 24 when this was written
pytestmark = pytest.mark.xdist_group("samples")  # the process that compiles the sample


@dataclass
class Block:
    """One fenced block of a page."""

    page: Path
    line: int
    language: str
    text: str
    notes: dict[str, str] = field(default_factory=dict)
    shows: str | None = None

    @property
    def runs(self) -> bool:
        """Is it run here?"""
        return self.language in RUN and not self.notes.keys() & {"not run", "tested by"}


def blocks(page: Path) -> list[Block]:
    """The fenced blocks of a page, each with the comments before it and the output behind it."""
    fence = re.compile(r"^( *)```([^\n]*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
    text, found, end = page.read_text(encoding="utf-8"), [], 0
    for match in fence.finditer(text):
        between = text[end : match.start()]
        body = re.sub(f"^{match[1]}", "", match[3], flags=re.MULTILINE)
        comments = re.search(r"(?:^ *<!-- .* -->\n)+\Z", between, re.MULTILINE)
        language = match[2].partition(" ")[0]  # a file's name may stand behind it
        notes = dict(re.findall(r"<!-- ([a-z ]+): (.*?) -->", comments[0])) if comments else {}
        if language == "text" and found and not between.strip():
            found[-1].shows = body
        else:
            found.append(Block(page, text.count("\n", 0, match.start()) + 1, language, body, notes))
        end = match.end()
    return found


BLOCKS = {page: blocks(page) for page in PAGES}
RUNNING = [page for page in PAGES if any(block.runs for block in BLOCKS[page])]
END = "\x1e"


@pytest.fixture
def place(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder in which a reader works: a clone in which the demo has run."""
    shutil.copytree(shared.sample_store(tmp_path_factory), tmp_path / "store")
    for name in ("sample_data", "examples", "schemas"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


def _script(page: list[Block], place: Path) -> str:
    """All blocks of a page as one script, which says after each what failed."""
    lines = ["trap 'failed=$?' ERR"]
    for number, block in enumerate(page):
        lines += [block.notes.get("first", ":"), "failed=0"]
        if block.language == "python":
            (place / f".block{number}.py").write_text(block.text, encoding="utf-8")
            lines += [f"python .block{number}.py"]
        else:
            lines += [block.text]
        lines += [f"printf '{END}%s{END}' $failed"]
    return "\n".join(lines)


def _pattern(shown: str) -> re.Pattern[str]:
    """What the output must look like: `…` is anything, also over lines where it stands alone; blanks at line ends go."""
    parts = []
    for line in shown.rstrip().splitlines():
        if line.strip() == "…":
            parts.append(r"(?:.*\n)*?")
        else:
            parts.append("[^\n]*?".join(re.escape(part) for part in line.rstrip().split("…")) + r" *\n")
    return re.compile("".join(parts))


def _marked(page: Path) -> object:
    name = page.relative_to(DOCS).as_posix()
    return pytest.param(page, id=name, marks=[pytest.mark.slow] if name in DEAR else [])


@pytest.mark.parametrize("page", [_marked(page) for page in RUNNING])
def test_the_blocks_of_a_page_run_and_give_what_it_shows(page: Path, place: Path) -> None:
    running = [block for block in BLOCKS[page] if block.runs]
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "HOME": str(place), "COLUMNS": "110",
        "LC_ALL": "C.UTF-8", "PYTHONPYCACHEPREFIX": os.environ.get("PYTHONPYCACHEPREFIX", ""),
    }  # fmt: skip
    done = subprocess.run(
        ["bash", "-c", _script(running, place)], cwd=place, env=environment, text=True, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    pieces = done.stdout.split(END)
    assert len(pieces) == 2 * len(running) + 1, done.stdout[-2000:]
    for block, came, failed in zip(running, pieces[::2], pieces[1::2], strict=False):
        where = f"{page.name}, line {block.line}"
        assert failed == block.notes.get("exit", "0"), f"{where} ended with {failed}:\n{came}"
        if block.shows is not None:
            assert _pattern(block.shows).search(came + "\n"), f"{where} shows\n{block.shows}\nbut gives\n{came}"


def test_blocks_that_are_not_run_say_why_and_are_counted(record_property: Callable[[str, object], None]) -> None:
    several = [block for page in PAGES for block in BLOCKS[page]]
    unknown = [(one.page.name, one.line, one.language) for one in several if one.language not in (*RUN, *SHOWN)]
    assert not unknown
    elsewhere = [one.notes["tested by"] for one in several if "tested by" in one.notes]
    assert not [name for name in elsewhere if not (ROOT / name).is_file()]
    assert {page.relative_to(DOCS).as_posix() for page in RUNNING} >= DEAR
    skipped = [(one.page.name, one.line) for one in several if one.language in RUN and "not run" in one.notes]
    record_property("blocks that are not run", len(skipped))
    assert len(skipped) <= MOST_NOT_RUN, f"{len(skipped)} blocks are not run: {skipped}"
    for one in several:
        if one.language == "toml" and not one.notes:
            assert tomllib.loads(one.text), (one.page.name, one.line)
        if one.language in ("r", "stata", "powerquery"):
            assert "not run" in one.notes, (one.page.name, one.line)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_code_is_fenced_and_says_its_language(page: Path) -> None:
    tokens = MarkdownIt().parse(page.read_text(encoding="utf-8"))
    assert not [(one.map, one.content) for one in tokens if one.type == "code_block"]
    assert len([one for one in tokens if one.type == "fence"]) == len(re.findall(r"^ *```.+$", page.read_text(), re.MULTILINE))


@pytest.mark.parametrize(
    ("shown", "came", "fits"),
    [("a\n…\nd\n", "a\nb\nc\nd\n", True), ("a…z\n", "a to z   \n", True), ("a\nd\n", "a\nb\nd\n", False),
     ("a…z\n", "a\nz\n", False), ("x.y\n", "xzy\n", False)],
)  # fmt: skip
def test_an_output_that_differs_is_noticed(shown: str, came: str, fits: bool) -> None:
    assert bool(_pattern(shown).search(came)) is fits
