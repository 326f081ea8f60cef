"""recordkit explain LINK_ID: the waterfall on a terminal, as data, and as a page in a real browser."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from recordkit import agencies, declarations, findings, source_fields, tables
from recordkit.cli.app import run
from recordkit.review import pair_view
from report import browser
from review.conftest import A, B, C, D, link

JOINED = link("person", f"{A}:accused:1", f"{B}:accused:1", 0.9, [])["link_id"]
MERGED = link("case", C, D, 0.99, [])["link_id"]
GREY = link("person", f"{A}:accused:0", f"{B}:accused:0", 0.4, [])["link_id"]


def explained(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    assert run(["explain", *arguments, "--format", "json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_link_tells_its_weights_and_its_two_sides_masked(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    told = explained(capsys, JOINED, "--store", str(root))
    assert [row["total"] for row in told["waterfall"]] == [-8.0, 3.0]
    name = next(field for field in told["sides"] if field["name"] == "name")
    assert name == {"name": "name", "older": "I.", "younger": "I.", "equal": True}
    assert "Imran" not in json.dumps(told)


def test_the_name_of_a_place_stays_whole_and_of_other_words_their_initials() -> None:
    dirs = [declarations.PACKAGED]
    masks = findings.masks(tables.load(dirs), source_fields.load_source_fields(dirs), agencies.load(dirs))
    told = dict.fromkeys(pair_view.CASE, "Imran Haider") | {
        "ref": "r", "district": "Dera Ismail Khan", "police_station": "Ismail Khan Haider"
    }  # fmt: skip
    shown = pair_view.masked(pl.DataFrame([told]), pair_view.CASE, masks).row(0, named=True)
    assert shown["district"] == "Dera Ismail Khan"
    assert shown["police_station"].startswith("I.")
    assert not any("Imran" in cell or "Haider" in cell for cell in shown.values())
    mention = dict.fromkeys(pair_view.PERSON, "Imran") | {"ref": "r", "case": "FIR 12/2026, Imran, Dera Ismail Khan"}
    shown = pair_view.masked(pl.DataFrame([mention]), pair_view.PERSON, masks).row(0, named=True)
    assert shown["case"] == "FIR 12/2026, I., Dera Ismail Khan"


def test_a_grey_pair_of_the_queue_is_explained_too(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", GREY, "--store", str(root), "--format", "text"]) == 0
    text = capsys.readouterr().out
    assert "nobody has judged it yet" in text
    assert "name: similar" in text
    assert "Not joined: it weighs" in text


def test_two_reports_of_one_case_are_told_to_show_what_became_of_both(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = f"C{3:016x}"
    assert explained(capsys, MERGED, "--store", str(root))["merged"] == made
    assert explained(capsys, JOINED, "--store", str(root))["merged"] is None  # two mentions of one person
    assert run(["explain", MERGED, "--store", str(root), "--format", "text"]) == 0
    assert f"recordkit trace STORE {made}" in capsys.readouterr().out
    assert run(["explain", MERGED, "--store", str(root), "--html", str(tmp_path / "why.html")]) == 0
    assert f"recordkit trace STORE {made}" in (tmp_path / "why.html").read_text()


def test_a_link_that_there_is_not_is_a_usage_error(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "L" + "0" * 16, "--store", str(root)]) == 2
    assert "no link" in capsys.readouterr().err
    assert run(["explain", GREY]) == 2
    assert "--store" in capsys.readouterr().err


def test_a_case_without_links_is_held_together_by_none(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert explained(capsys, f"C{1:016x}", "--store", str(root)) == []


def test_the_page_names_nobody_unless_asked_and_is_private(root: Path, tmp_path: Path) -> None:
    page = tmp_path / "why.html"
    assert run(["explain", GREY, "--store", str(root), "--html", str(page)]) == 0
    assert "Aslam" not in page.read_text()
    assert stat.S_IMODE(page.stat().st_mode) == 0o600
    assert run(["explain", GREY, "--store", str(root), "--html", str(page), "--show-values"]) == 0
    assert "=Aslam+1" in page.read_text()


@pytest.mark.skipif(browser.find() is None, reason="no Chromium here")
def test_a_browser_shows_a_bar_for_every_weight_and_loads_nothing(root: Path, tmp_path: Path) -> None:
    page = tmp_path / "why.html"
    run(["explain", GREY, "--store", str(root), "--html", str(page)])
    window = browser.Browser(browser.find() or "", tmp_path / "home")
    try:
        window.open(page.as_uri(), 390)
        wide = "[...document.querySelectorAll('td.bar span')].map(e => e.getBoundingClientRect().width)"
        widths = window.evaluate(wide)
        fits = window.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    finally:
        window.close()
    assert len(widths) == 2
    assert widths[0] > widths[1] > 1
    assert fits


def test_the_page_allows_nothing_that_markup_in_it_could_use(root: Path, tmp_path: Path) -> None:
    page = tmp_path / "why.html"
    run(["explain", GREY, "--store", str(root), "--html", str(page)])
    allowed = page.read_text().partition('Content-Security-Policy" content="')[2].partition('"')[0]
    assert {part.strip() for part in allowed.split(";")} == {
        "default-src 'none'", "style-src 'unsafe-inline'", "base-uri 'none'", "form-action 'none'",
    }  # fmt: skip


def test_a_joined_pair_is_not_said_to_be_two(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", MERGED, "--store", str(root), "--format", "text"]) == 0
    assert "Not joined" not in capsys.readouterr().out


def people_of(root: Path, *refs: str) -> list[str]:
    """The person_id of every mention_ref."""
    persons = pl.scan_parquet(root / "editions/*/persons/*.parquet").explode("mention_refs")
    known = dict(persons.select("mention_refs", "person_id").collect().iter_rows())
    return [known[ref] for ref in refs]


def test_two_people_whom_a_pair_speaks_of_are_explained_by_it(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = people_of(root, f"{A}:accused:0", f"{B}:accused:0")
    assert explained(capsys, one, "--with", other, "--store", str(root))["link_id"] == GREY
    assert explained(capsys, other, "--with", one, "--store", str(root))["link_id"] == GREY


def test_two_people_who_were_never_compared_are_weighed_now(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = people_of(root, f"{B}:accused:0", f"{C}:accused:0")
    found = explained(capsys, one, "--with", other, "--store", str(root))
    assert found["two"] is True
    assert found["match_weight"] == pytest.approx(sum(row["bits"] for row in found["waterfall"]), abs=0.05)
    assert any(row["what"] == "name" for row in found["waterfall"])
    assert 0 < found["probability"] < 0.5
    assert run(["explain", one, "--with", other, "--store", str(root), "--format", "text"]) == 0
    text = capsys.readouterr().out
    assert "none of the 21 blocks" in text
    assert "Not joined" in text
    assert "Aslam" not in text
    one, other = people_of(root, f"{A}:accused:0", f"{B}:accused:1")  # of one card and father
    assert run(["explain", one, "--with", other, "--store", str(root), "--format", "text"]) == 0
    assert "Linking compared the two (blocks: cnic" in capsys.readouterr().out


@pytest.mark.parametrize("pair", [("C" + "0" * 16, "P" + "0" * 16), ("RK304", "P" + "0" * 16)], ids=["case", "rule"])
def test_only_people_are_weighed(root: Path, pair: tuple[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", pair[0], "--with", pair[1], "--store", str(root)]) == 2
    assert "only two people" in capsys.readouterr().err


def test_somebody_whom_the_edition_does_not_know_is_a_usage_error(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = people_of(root, f"{A}:accused:0")[0]
    assert run(["explain", one, "--with", "P" + "0" * 16, "--store", str(root)]) == 2
    assert "There is no P" in capsys.readouterr().err
