"""Rows that were quarantined and come back corrected leave the quarantine; the report says so."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from recordkit import declarations, pipeline, store
from recordkit.ingest import declare

DECLARED = declare([declarations.PACKAGED])
HEAD = "Crime No.,Date of Report,District,PS,U/S,Accused\n"
ROWS = [f"{at}/2026,{at + 2:02d}-Jul-26,Sukkur,City,302 PPC,Karim {at} S/O Rahim\n" for at in range(1, 13)]
BAD = {3: "no number,05-Jul-26,Sukkur,City,302 PPC,Karim S/O Rahim\n", 7: "none given,09-Jul-26,Sukkur,City,379 PPC,Dad S/O Bux\n"}
GOOD = {3: ROWS[3], 7: "8/2026,09-Jul-26,Sukkur,City,379 PPC,Dad S/O Bux\n"}


def sent(folder: Path, month: str, name: str, rows: list[str]) -> None:
    home = folder / "inbox" / month
    home.mkdir(parents=True, exist_ok=True)
    (home / name).write_text(HEAD + "".join(rows), encoding="utf-8")


def rows(changed: dict[int, str]) -> list[str]:
    return [changed.get(at, row) for at, row in enumerate(ROWS)]


def compiled(folder: Path) -> pipeline.Outcome:
    return pipeline.compile([folder / "inbox"], folder / "store", DECLARED, through=None, starting=lambda _: lambda _: None)


def apart(done: pipeline.Outcome) -> list[tuple[str, int]]:
    assert done.edition is not None
    sources = done.edition.scan("sources").select("file_sha256", "name").collect()
    kept = done.edition.scan_quarantine().collect().join(sources, on="file_sha256")
    return sorted(kept.select("name", "row").rows())


def test_a_file_sent_again_takes_its_corrected_rows_out_of_the_quarantine(tmp_path: Path) -> None:
    sent(tmp_path, "2026-08", "sindh jul.csv", rows(BAD))
    first = compiled(tmp_path)
    assert apart(first) == [("sindh jul.csv", 5), ("sindh jul.csv", 9)]
    sent(tmp_path, "2026-09", "sindh jul corrected.csv", rows(GOOD))
    second = compiled(tmp_path)
    assert (apart(second), second.corrected) == ([], 2)
    assert second.edition is not None
    sources = second.edition.scan("sources").collect().sort("name")
    assert sources.select("rows_quarantined", "rows_corrected").rows() == [(0, 0), (2, 2)]
    told = second.edition.scan("issues").filter(pl.col("code") == "RK522").collect().sort("row")
    assert told.select("row", "detail").rows() == [
        (5, "now row 5 of sindh jul corrected.csv"), (9, "now row 9 of sindh jul corrected.csv"),
    ]  # fmt: skip
    assert "quarantine-kept" in {law.law for law in second.laws}


def test_rows_that_moved_are_found_between_their_neighbours(tmp_path: Path) -> None:
    sent(tmp_path, "2026-08", "sindh jul.csv", rows(BAD))
    new = ["90/2026,01-Jul-26,Sukkur,City,302 PPC,Noor S/O Din\n", "91/2026,02-Jul-26,Sukkur,City,302 PPC,Gul S/O Din\n"]
    sent(tmp_path, "2026-09", "again.csv", [*new, *rows({3: BAD[3], 7: GOOD[7]})])
    done = compiled(tmp_path)
    assert apart(done) == [("again.csv", 7), ("sindh jul.csv", 5)]  # row 5 came back as it was
    assert done.corrected == 1


@pytest.mark.parametrize("again", ["dropped", "next month", "earlier"])
def test_nothing_is_called_corrected_that_was_not(tmp_path: Path, again: str) -> None:
    sent(tmp_path, "2026-08", "sindh jul.csv", rows(BAD))
    if again == "dropped":
        sent(tmp_path, "2026-09", "again.csv", [row for at, row in enumerate(ROWS) if at not in BAD])
    elif again == "next month":
        sent(tmp_path, "2026-09", "sindh aug.csv", [row.replace("Jul", "Aug").replace("Karim", "Akbar") for row in ROWS])
    else:
        sent(tmp_path, "2026-07", "before.csv", rows(GOOD))
    done = compiled(tmp_path)
    assert (apart(done), done.corrected) == ([("sindh jul.csv", 5), ("sindh jul.csv", 9)], 0)


def test_a_file_of_which_every_row_was_bad_is_followed_by_its_name(tmp_path: Path) -> None:
    bad = ["no number,03-Jul-26,Sukkur,City,302 PPC,Karim S/O Rahim\n", "none given,04-Jul-26,Sukkur,City,302 PPC,Dad S/O Bux\n"]
    sent(tmp_path, "2026-08", "sindh jul.csv", bad)
    sent(tmp_path, "2026-09", "other.csv", ROWS[:2])
    assert compiled(tmp_path).corrected == 0
    sent(tmp_path, "2026-09", "sindh jul.csv", [row.replace("Karim", "Allah") for row in ROWS[:2]])
    assert compiled(tmp_path).corrected == 2


def test_a_later_edition_says_the_same(tmp_path: Path) -> None:
    sent(tmp_path, "2026-08", "sindh jul.csv", rows(BAD))
    sent(tmp_path, "2026-09", "again.csv", rows(GOOD))
    first = compiled(tmp_path)
    assert first.edition is not None
    assert store.verify(tmp_path / "store")
    sent(tmp_path, "2026-09", "worse.csv", [*rows(BAD), "99/2026,20-Jul-26,Sukkur,City,302 PPC,Zaid S/O Umar\n"])
    assert compiled(tmp_path).corrected == 4
