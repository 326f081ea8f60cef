"""From month to month through the command line: ids stay, people's words hold, and diff says what was joined and why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from recordkit import store
from recordkit.cli.app import run

OVERLAY = str(Path(__file__).parents[1] / "rules" / "schemas")
HEADER = "FIR No,Date,District,Police Station,Sections,Status,Accused,Accused CNIC\n"
TWO = "1) Muhammad Aslam S/O Ghulam Rasool 2) Imran Khan S/O Bashir Ahmad,\"1) 35202-1234567-1 2) 35202-7654321-3\"\n"


def row(fir: str, day: str = "03-07-2026") -> str:
    return f"{fir}/2026,{day},Lahore,Raiwind,302 PPC,Under investigation,{TWO}"


def sent(inbox: Path, month: str, *rows: str, name: str = "") -> None:
    folder = inbox / month
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"example{name}_{month}.csv").write_text(HEADER + "".join(rows))


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    sent(tmp_path / "inbox", "2026-07", row("123"), row("132"))
    return tmp_path / "inbox"


def compiled(inbox: Path, *options: str) -> tuple[Path, pl.DataFrame]:
    """The store and its cases after one more compile."""
    root = inbox.parent / "store"
    assert run(["compile", str(inbox), "--to", str(root), "--schemas", OVERLAY, "-q", "-o", str(root) + ".json", *options]) == 0
    return root, store.open_edition(root).scan("cases").collect()


def changed(root: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert run(["diff", str(root), "--format", "json"]) == 0
    moves: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["moves"]
    return moves


def test_a_persons_word_splits_a_case_and_diff_says_so_and_taking_it_back_joins_it_again(
    inbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, first = compiled(inbox)
    assert first.height == 1
    left, right = first["records"][0].to_list()
    run(["review", str(root), "--decide", left, right, "different", "--why", "two houses"])
    _, apart = compiled(inbox)
    assert apart.height == 2
    assert first["case_id"][0] in apart["case_id"].to_list()
    case = [move for move in changed(root, capsys) if move["kind"] == "case"]
    assert [(move["change"], move["id"], move["reasons"]) for move in case] == [
        ("split", first["case_id"][0], ["human decision"])
    ]
    store.ledger.append(root, "decisions", {"what": "undo", "undoes": 1})
    _, again = compiled(inbox)
    assert again["case_id"].to_list() == first["case_id"].to_list()
    case = [move for move in changed(root, capsys) if move["kind"] == "case"]
    assert [(move["change"], move["into"], move["reasons"]) for move in case] == [
        ("merged", first["case_id"][0], ["human decision"])
    ]


def test_an_older_report_that_comes_late_keeps_the_published_ids_and_a_new_store_finds_the_same_cases(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, first = compiled(inbox)
    sent(inbox, "2026-06", row("123"), name="_late")
    _, later = compiled(inbox)
    assert later["case_id"].to_list() == first["case_id"].to_list()
    assert changed(root, capsys) == []
    fresh = tmp_path / "fresh"
    run(["compile", str(inbox), "--to", str(fresh), "--schemas", OVERLAY, "-q", "-o", str(tmp_path / "out.json")])
    alone = store.open_edition(fresh).scan("cases").collect()
    assert alone["records"].to_list() == later["records"].to_list()


def test_a_changed_declaration_is_named_as_the_reason_of_a_split(
    inbox: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, first = compiled(inbox)
    text = (Path(__file__).parents[2] / "schemas" / "linkage.toml").read_text()
    (tmp_path / "stricter").mkdir()
    (tmp_path / "stricter" / "linkage.toml").write_text(text.replace("threshold = 6.0 ", "threshold = 60.0 "))
    _, apart = compiled(inbox, "--schemas", str(tmp_path / "stricter"))
    assert apart.height == 2
    case = [move for move in changed(root, capsys) if move["kind"] == "case"]
    assert [(move["change"], move["reasons"]) for move in case] == [("split", ["rule change"])]
    assert case[0]["id"] == first["case_id"][0]


def test_a_damaged_edition_that_kept_ids_is_made_again_byte_for_byte(inbox: Path) -> None:
    root, _ = compiled(inbox)
    sent(inbox, "2026-06", row("123"), name="_late")
    compiled(inbox)
    edition = store.open_edition(root)
    part = next((edition.path / "cases").glob("*.parquet"))
    whole = part.read_bytes()
    part.chmod(0o600)
    part.write_bytes(whole[:-40])
    again, _ = compiled(inbox)
    assert store.open_edition(again).id == edition.id
    assert part.read_bytes() == whole


def test_an_incremental_month_uses_the_standing_model_and_a_plain_compile_links_everything_anew(
    inbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, first = compiled(inbox)
    sent(inbox, "2026-08", row("700", "05-08-2026"))
    _, added = compiled(inbox, "--incremental")
    edition = store.open_edition(root)
    assert edition.manifest.options == {"linking": "incremental"}
    assert added.height == 2
    assert first["case_id"][0] in added["case_id"].to_list()
    people = edition.scan("identities").collect()
    assert people["cases"].to_list() == [2, 2]  # both men are found again in August
    compiled(inbox, "--incremental")
    assert store.open_edition(root).id == edition.id  # nothing new
    _, whole = compiled(inbox)
    assert store.open_edition(root).manifest.options == {}
    assert whole.equals(added)
    assert changed(root, capsys) == []


def test_after_a_changed_declaration_an_incremental_compile_links_everything(inbox: Path, tmp_path: Path) -> None:
    compiled(inbox)
    sent(inbox, "2026-08", row("700", "05-08-2026"))
    (tmp_path / "other").mkdir()
    text = (Path(__file__).parents[2] / "schemas" / "linkage.toml").read_text()
    (tmp_path / "other" / "linkage.toml").write_text(text.replace("threshold = 6.0 ", "threshold = 7.0 "))
    root, _ = compiled(inbox, "--incremental", "--schemas", str(tmp_path / "other"))
    assert store.open_edition(root).manifest.options == {}
