"""Of a store with a key no byte holds a cell of a sender's file, and the page on privacy lists all that stays plain."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from canaries.planting import bytes_of
from canaries.test_canaries import BOOKS, TEXTS, Office, place, planted
from recordkit import store
from recordkit.store import disk

__all__ = ["place"]  # the fixture
OTHER = "abcdefghijklmnopqrstuvwxyz012346"
PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "privacy.md"
FILES = ("CRMS_Persons_202607.csv", "Crime_Statement_KP_2026-07.csv", "shelter_panahgah_2026-07.csv")


def found_in(office: Office, *folders: Path) -> dict[str, set[str]]:
    """Where each canary that is below some folders was planted, by the file that holds it."""
    held = {path: set().union(*map(office.canaries.among, bytes_of(path))) for path in files(*folders)}
    return {str(path): {office.canaries.where[one] for one in told} for path, told in held.items() if told}


def files(*folders: Path) -> list[Path]:
    return sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())


def sort_of(path: Path, root: Path) -> str:
    """What a file of a store is, as the page calls it."""
    parts = path.relative_to(root).parts
    if parts[0] in ("editions", "private"):
        return f"{parts[2]}" + ("/" if len(parts) > 3 else "")
    return f"{parts[0]}/" + (parts[-1] if parts[0] == "cache" else "") if len(parts) > 1 else parts[0]


def test_no_byte_of_a_store_with_a_key_holds_a_cell_and_what_is_plain_is_listed(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = planted(place, {name: TEXTS[name] for name in FILES}, BOOKS[:1], damage=1)
    monkeypatch.setenv("RECORDKIT_STORE_KEY", OTHER)
    spooled: list[Path] = []

    discard = disk.discard

    def swept(folder: Path) -> None:
        """What lies between two stages of a run, before it goes."""
        if folder.is_relative_to(office.root / "cache" / ".tmp"):
            spooled.extend(files(folder))
            assert not found_in(office, folder)
        discard(folder)

    monkeypatch.setattr(disk, "discard", swept)
    assert office.run("compile", office.home / "inbox", "--to", office.root, "--format", "json") == 3
    assert len(spooled) > 20
    assert not (found := found_in(office, office.root)), found
    edition = store.open_edition(office.root)
    there = "".join(edition.scan(name).collect().write_json() for name in edition.tables)
    there += edition.scan_quarantine().collect().write_json()
    assert len(office.canaries.among(there.encode())) > 0.3 * len(office.canaries.where)  # else nothing above could fail
    section = PAGE.read_text(encoding="utf-8").partition("## What stays plain")[2].partition("\n## ")[0]
    told = set(re.findall(r"^\| `([^`]+)` \|", section, re.M))
    plain = {sort_of(path, office.root) for path in files(office.root) if path.read_bytes()[:4] != b"PARE"}
    assert plain == told
