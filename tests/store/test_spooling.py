"""A table on the disk between two stages: the same rows in the same order, in however many parts."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from recordkit import stable_ids, store
from recordkit.store import encryption
from tried import examples

IDS = stable_ids.case_ids(pl.Series([f"R{n}" for n in range(500)]))
ROWS = pl.DataFrame({"case_id": IDS, "said": [[n] * (n % 3) for n in range(500)]})


def spool(folder: Path, most: int = 10, secret: encryption.Key | None = None) -> store.Spool:
    folder.mkdir(exist_ok=True)
    return store.Spool(folder, secret, most)


@examples(20)
@given(most=st.integers(1, 600), batch=st.integers(1, 600))
def test_sorted_parts_one_after_another_are_the_sorted_table(
    tmp_path_factory: pytest.TempPathFactory, most: int, batch: int
) -> None:
    made = spool(tmp_path_factory.mktemp("spool"), most)
    parts = made.parts_for(ROWS.height)
    for at in range(0, ROWS.height, batch):
        made.deal("cases", ROWS.slice(at, batch), "case_id", parts)
    for part in range(parts):
        made.add("sorted", part, made.part("cases", part).sort("case_id"))
    assert made.scan("sorted").collect().equals(ROWS.sort("case_id"))


def test_a_table_is_cut_without_losing_a_row_and_rows_without_an_id_come_last(tmp_path: Path) -> None:
    made = spool(tmp_path / "spool")
    frame = pl.concat([ROWS.clear(), pl.DataFrame({"case_id": [None], "said": [[7]]}, schema=ROWS.schema), ROWS])
    assert made.cut("cases", frame.lazy(), "case_id", 8) == 501
    assert made.scan("cases").collect().height == 501
    assert made.part("cases", 7)["case_id"].null_count() == 1


def test_a_table_of_no_rows_has_its_columns(tmp_path: Path) -> None:
    made = spool(tmp_path / "spool")
    made.cut("cases", ROWS.clear().lazy(), "case_id", 4)
    assert made.scan("cases").collect().schema == ROWS.schema
    assert made.part("cases", 3).schema == ROWS.schema


def test_about_equal_parts_hold_no_more_rows_than_asked(tmp_path: Path) -> None:
    made = spool(tmp_path / "spool", most=100)
    parts = made.parts_for(ROWS.height)
    made.deal("cases", ROWS, "case_id", parts)
    assert parts == 8
    assert max(made.part("cases", part).height for part in range(parts)) <= 100


def test_nothing_is_left_and_nobody_else_may_read(tmp_path: Path) -> None:
    (tmp_path / "store").mkdir(mode=0o700)
    with store.spool(tmp_path / "store") as made:
        made.deal("cases", ROWS, "case_id", 2)
        modes = {path.stat().st_mode & 0o077 for path in (tmp_path / "store").rglob("*")}
        folder = made.folder
    assert modes == {0}
    assert not folder.exists()


def test_with_a_key_the_disk_shows_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RECORDKIT_STORE_KEY", "k" * 32)
    made = spool(tmp_path / "spool", secret=encryption.find_key(encryption.STORE))
    made.deal("cases", ROWS, "case_id", 1)
    written = b"".join(path.read_bytes() for path in made.folder.rglob("*.parquet"))
    assert IDS[0].encode() not in written
    assert made.scan("cases").collect().equals(ROWS)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
def test_a_full_disk_is_told_as_a_write_that_failed(tmp_path: Path) -> None:
    def fill() -> None:
        with store.spool(tmp_path / "store") as made:
            (made.folder / "cases").mkdir()
            (made.folder / "cases" / "000-00001.parquet").symlink_to("/dev/full")
            made.add("cases", 0, ROWS)

    with pytest.raises(store.StoreFailed, match="full"):
        fill()


def test_a_file_that_changed_on_the_disk_meanwhile_is_not_read_as_data(tmp_path: Path) -> None:
    made = spool(tmp_path / "spool", most=10)
    made.cut("cases", ROWS.lazy(), "case_id", 2)
    file = tmp_path / "spool" / "cases" / "000-00000.parquet"
    whole = file.read_bytes()
    for at in range(4, len(whole), 97):
        file.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        with pytest.raises(OSError, match="changed on the disk"):
            made.scan("cases")
        with pytest.raises(OSError, match="changed on the disk"):
            made.part("cases", 0)
    file.write_bytes(whole)
    assert made.scan("cases").collect().height == ROWS.height


def test_a_file_that_is_gone_is_missed(tmp_path: Path) -> None:
    made = spool(tmp_path / "spool", most=10)
    made.cut("cases", ROWS.lazy(), "case_id", 2)
    (tmp_path / "spool" / "cases" / "001-00000.parquet").unlink()
    with pytest.raises(OSError, match="changed on the disk"):
        made.part("cases", 1)
