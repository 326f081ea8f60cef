"""The documentation site: it builds without a warning, every page is in its contents, and reading it needs no network."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT / "docs"
PAGES = sorted(DOCS.rglob("*.md"))
CONTENTS = tomllib.loads((ROOT / "zensical.toml").read_text(encoding="utf-8"))["project"]["nav"]
# What a browser fetches by itself; a link that a reader may follow is no fetch.
FETCHED = re.compile(r"<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc=[\"']?(?:https?:)?//|<link\b[^>]*href=[\"']?(?:https?:)?//")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built as `python3 dev.py docs` builds it, in a folder of the tests."""
    home = tmp_path_factory.mktemp("site")
    shutil.copytree(DOCS, home / "docs")
    shutil.copy(ROOT / "zensical.toml", home)
    command = [sys.executable, "-m", "zensical", "build", "--strict"]
    built = subprocess.run(command, cwd=home, capture_output=True, text=True)
    assert built.returncode == 0, built.stdout + built.stderr
    return home / "site"


def _listed(entry: Any) -> Iterator[str]:
    """The pages below an entry of the contents."""
    if isinstance(entry, str):
        yield entry
    else:
        for one in entry.values() if isinstance(entry, dict) else entry:
            yield from _listed(one)


def test_every_page_is_in_the_contents_once(site: Path) -> None:
    listed = list(_listed(CONTENTS))
    assert sorted(listed) == sorted(path.relative_to(DOCS).as_posix() for path in PAGES)
    for name in listed:
        page = name.removesuffix("README.md") + "index.html" if name.endswith("README.md") else name[:-3] + ".html"
        assert (site / page).is_file(), page


def test_no_page_fetches_anything_from_a_network(site: Path) -> None:
    pages = list(site.rglob("*.html"))
    assert len(pages) > len(PAGES)
    assert not [(page.name, found[0]) for page in pages if (found := FETCHED.search(page.read_text(encoding="utf-8")))]
    assert not [path.name for path in site.rglob("*.css") if re.search(r"(url\(|@import)\s*['\"]?(https?:)?//", path.read_text())]


def test_urdu_is_written_from_right_to_left(site: Path) -> None:
    for path in site.rglob("*.html"):
        for tag in re.findall(r"<[^>]*\blang=\"ur\"[^>]*>", path.read_text(encoding="utf-8")):
            assert 'dir="rtl"' in tag, (path.name, tag)


def _anchors(page: Path) -> set[str]:
    """The anchors of a Markdown page, as GitHub and the site name them."""
    prose = re.sub(r"^```.*?^```", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    titles = re.findall(r"^#+ (.+)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.replace("`", "").lower()).strip().replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", [*PAGES, ROOT / "README.md", ROOT / "CONTRIBUTING.md"], ids=lambda path: path.name)
def test_every_link_leads_to_a_file_and_a_heading(page: Path) -> None:
    prose = re.sub(r"^```.*?^```|`[^`\n]+`", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    for target, anchor in re.findall(r"\]\(([^)#\s]*)#?([^)\s]*)\)", prose):
        if "://" in target:
            continue
        to = (page.parent / target).resolve() if target else page
        assert to.exists(), target
        if page.is_relative_to(DOCS):  # the site holds nothing else
            assert to.is_relative_to(DOCS), target
            assert to.is_file(), target
        if anchor:
            assert anchor in _anchors(to), f"{target}#{anchor}"


SEARCH = """
(() => {
  const below = root => [...root.querySelectorAll('*')].flatMap(e => [e, ...(e.shadowRoot ? below(e.shadowRoot) : [])]);
  return WHAT;
})()
"""
BOX = "below(document).find(e => e.getAttribute('role') === 'combobox')"


def test_the_search_works_from_the_disk(site: Path, tmp_path: Path) -> None:
    browser = pytest.importorskip("report.browser")
    program = browser.find()
    if program is None:
        pytest.skip("no Chromium here")
    opened = browser.Browser(program, tmp_path)
    try:
        opened.open((site / "index.html").as_uri())
        opened.evaluate("document.querySelector('.md-search__button').click()")
        _until(lambda: opened.evaluate(SEARCH.replace("WHAT", f"{BOX} && ({BOX}.focus(), true)")))
        opened.send("Input.insertText", text="quarantine")
        links = SEARCH.replace("WHAT", f"[...({BOX}).getRootNode().querySelectorAll('a')].map(e => e.href)")
        _until(lambda: any("reference/quarantine.html" in link for link in opened.evaluate(links) or []))
        asked = [event["request"]["url"] for event in opened.events("Network.requestWillBeSent")]
    finally:
        opened.close()
    assert asked
    assert not [url for url in asked if not url.startswith(("file:", "data:"))]


def _until(true: Any, seconds: float = 20) -> None:
    """Wait for a page that works by itself."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.1)
