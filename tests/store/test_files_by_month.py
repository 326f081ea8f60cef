"""Tables in files by month: what did not change is one file of two editions, and each edition is whole by itself."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from store_frames import source

from recordkit import store
from recordkit.store import disk, files_by_month, spooling

JUNE, JULY, AUGUST = "2026-06", "2026-07", "2026-08"
KEY, NEXT = "k" * 32, "n" * 32


@pytest.fixture(autouse=True)
def two_are_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    """A month of two rows gets files of its own."""
    monkeypatch.setattr(files_by_month, "LEAST", 2)


def people(rows: dict[str | None, str], wide: int = 1) -> pl.DataFrame:
    """One person for each letter of each month, by their ids."""
    made = [(f"M{name}", name * wide, [name], month) for month, names in rows.items() for name in names]
    schema = {"mention_id": pl.String, "name": pl.String, "aliases": pl.List(pl.String), store.MONTH: pl.String}
    return pl.DataFrame(made, schema=schema, orient="row").sort("mention_id")


def publish(root: Path, rows: dict[str | None, str], *names: str) -> store.Edition:
    inputs = [source(name, rows=0) for name in names]
    made = store.publish(root, {"persons": people(rows)}, inputs=inputs, schemas_sha256="s", quarantine=people({}))
    assert made is not None
    return made


def names(edition: store.Edition) -> list[str]:
    return [path.name for path in edition.files("persons")]


def inode(edition: store.Edition, month: str) -> int:
    return (edition.path / "persons" / f"part-{month}-00000.parquet").stat().st_ino


def flip(path: Path) -> None:
    """Change one bit of the file in place, in all editions that hold it."""
    data = bytearray(path.read_bytes())
    data[40] ^= 4
    path.write_bytes(data)


@pytest.fixture
def two(tmp_path: Path) -> tuple[Path, store.Edition, store.Edition]:
    """A store with an edition of two months, and one that brought a third and changed the second."""
    root = tmp_path / "store"
    one = publish(root, {JUNE: "abc", JULY: "de", None: "x"}, "a.csv")
    return root, one, publish(root, {JUNE: "abc", JULY: "dez", AUGUST: "fg", None: "x"}, "a.csv", "b.csv")


def test_a_table_has_a_file_for_each_month_and_one_for_the_rest_and_plain_readers_read_all(
    two: tuple[Path, store.Edition, store.Edition],
) -> None:
    import duckdb

    _, _, second = two
    assert names(second) == ["part-00000.parquet", *(f"part-{month}-00000.parquet" for month in (JUNE, JULY, AUGUST))]
    assert [file.month for file in second.manifest.tables["persons"].files] == [None, JUNE, JULY, AUGUST]
    assert second.scan("persons").collect().columns == ["mention_id", "name", "aliases"]
    with duckdb.connect() as c:
        read = c.sql(f"select mention_id from '{second.path}/persons/*.parquet' order by 1").fetchall()
    assert [name for (name,) in read] == [f"M{letter}" for letter in "abcdefgxz"]
    assert second.manifest.tables["persons"].rows == 9


def test_what_did_not_change_is_one_file_and_what_did_is_another(
    two: tuple[Path, store.Edition, store.Edition],
) -> None:
    root, first, second = two
    assert inode(first, JUNE) == inode(second, JUNE)
    assert inode(first, JULY) != inode(second, JULY)
    rest = [edition.path / "persons" / "part-00000.parquet" for edition in (first, second)]
    assert os.path.samefile(*rest)
    aside = [edition.quarantine_path / "rows" / "part-00000.parquet" for edition in (first, second)]
    assert os.path.samefile(*aside)
    assert store.verify(root).damage == []
    assert not list(root.rglob("*.shared"))


def test_every_edition_that_holds_a_changed_byte_says_so_and_the_next_run_gives_both_the_right_one(
    two: tuple[Path, store.Edition, store.Edition],
) -> None:
    root, first, second = two
    flip(second.path / "persons" / f"part-{JUNE}-00000.parquet")
    told = {(damage.edition, damage.path) for damage in store.verify(root).damage}
    assert told == {(edition.id, f"persons/part-{JUNE}-00000.parquet") for edition in (first, second)}
    said: list[str] = []
    inputs = [source(name, rows=0) for name in ("a.csv", "b.csv")]
    frame = people({JUNE: "abc", JULY: "dez", AUGUST: "fg", None: "x"})
    again = store.publish(
        root, {"persons": frame}, inputs=inputs, schemas_sha256="s", quarantine=people({}), tell=said.append
    )
    assert again is not None
    assert again.id == second.id
    assert store.verify(root).damage == []
    assert inode(first, JUNE) == inode(again, JUNE)
    assert [words for words in said if first.id in words]


def test_a_damaged_file_is_not_given_to_the_edition_that_follows(
    two: tuple[Path, store.Edition, store.Edition],
) -> None:
    root, first, second = two
    flip(second.path / "persons" / f"part-{JUNE}-00000.parquet")
    third = publish(root, {JUNE: "abc", JULY: "dez", AUGUST: "fgh", None: "x"}, "a.csv", "b.csv", "c.csv")
    assert third.scan("persons").collect().height == 10
    assert store.verify(root).damage == []  # and those of before got theirs again
    assert inode(first, JUNE) == inode(second, JUNE) == inode(third, JUNE)


def test_an_older_edition_that_cannot_be_mended_stops_nothing(two: tuple[Path, store.Edition, store.Edition]) -> None:
    root, first, second = two
    flip(second.path / "persons" / f"part-{JUNE}-00000.parquet")
    shutil.rmtree(first.path / "persons")
    publish(root, {JUNE: "abc", JULY: "dez", AUGUST: "fg", None: "x"}, "a.csv", "b.csv", "c.csv")
    assert {damage.edition for damage in store.verify(root).damage} == {first.id}


def test_letting_an_edition_go_leaves_the_files_to_those_that_hold_them(
    two: tuple[Path, store.Edition, store.Edition],
) -> None:
    root, first, second = two
    assert store.retain(root, keep=1) == [first.id]
    assert store.verify(root).damage == []
    assert (second.path / "persons" / f"part-{JUNE}-00000.parquet").stat().st_nlink == 1
    assert store.open_edition(root).scan("persons").collect().height == 9


def test_where_a_file_can_have_no_second_name_the_new_edition_has_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_args: object, **_named: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    root = tmp_path / "store"
    first = publish(root, {JUNE: "abc"}, "a.csv")
    monkeypatch.setattr("recordkit.store.disk.os.link", refused)
    second = publish(root, {JUNE: "abc", JULY: "de"}, "a.csv", "b.csv")
    assert inode(first, JUNE) != inode(second, JUNE)
    assert first.files("persons")[0].read_bytes() == (second.path / "persons" / names(first)[0]).read_bytes()
    flip(second.path / "persons" / f"part-{JUNE}-00000.parquet")
    publish(root, {JUNE: "abc", JULY: "de"}, "a.csv", "b.csv")
    assert store.verify(root).damage == []


@pytest.mark.parametrize("private", [False, True], ids=["in the store", "on a volume"])
def test_encrypted_files_are_shared_under_one_key_and_after_a_change_of_keys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, private: bool
) -> None:
    root = tmp_path / "store"
    monkeypatch.setenv("RECORDKIT_STORE_KEY", KEY)
    if private:
        (root / "private").mkdir(parents=True, mode=0o700)
    first = publish(root, {JUNE: "abc", JULY: "de"}, "a.csv")
    second = publish(root, {JUNE: "abc", JULY: "dez"}, "a.csv", "b.csv")
    assert inode(first, JUNE) == inode(second, JUNE)
    monkeypatch.setenv("RECORDKIT_STORE_KEY", f"{NEXT}\n{KEY}")
    third = publish(root, {JUNE: "abc", JULY: "dezy"}, "a.csv", "b.csv", "c.csv")
    assert inode(second, JUNE) != inode(third, JUNE)  # never under an older key than the edition's own
    assert all(one.damaged == () for one in store.rekey(root))
    monkeypatch.setenv("RECORDKIT_STORE_KEY", NEXT)
    assert store.verify(root).damage == []
    assert inode(first, JUNE) == inode(second, JUNE)
    found = [store.open_edition(root, one.id).scan("persons").collect().height for one in (first, second, third)]
    assert found == [5, 6, 7]
    flip(third.path / "persons" / f"part-{JULY}-00000.parquet")
    flip(first.path / "persons" / f"part-{JUNE}-00000.parquet")
    publish(root, {JUNE: "abc", JULY: "dezy"}, "a.csv", "b.csv", "c.csv")
    assert store.verify(root).damage == []  # the list of an older edition names the file that it was given
    assert store.open_edition(root, first.id).scan("persons").collect().height == 5


@pytest.mark.parametrize("at", range(1, 9))
def test_a_run_that_dies_while_it_mends_is_made_good_by_the_next(
    two: tuple[Path, store.Edition, store.Edition], monkeypatch: pytest.MonkeyPatch, at: int
) -> None:
    root, _, second = two
    for month in (JUNE, JULY):
        flip(second.path / "persons" / f"part-{month}-00000.parquet")
    calls = []

    def dies(real: Callable[..., object], *args: object, **named: object) -> object:
        calls.append(real)
        if len(calls) >= at:
            raise KeyboardInterrupt
        return real(*args, **named)

    rows = {JUNE: "abc", JULY: "dez", AUGUST: "fg", None: "x"}
    for name in ("link", "replace", "rename"):
        monkeypatch.setattr(f"recordkit.store.disk.os.{name}", partial(dies, getattr(os, name)))
    with pytest.raises(KeyboardInterrupt):
        publish(root, rows, "a.csv", "b.csv")
    monkeypatch.undo()
    monkeypatch.setattr(files_by_month, "LEAST", 2)
    with store.writing(root):
        pass
    if not store.verify(root).sound:
        publish(root, rows, "a.csv", "b.csv")
    assert store.verify(root).damage == []
    assert not list(root.glob("**/.tmp/*"))


@settings(max_examples=15, deadline=None)
@given(counts=st.lists(st.integers(0, 5), min_size=6, max_size=6))
def test_no_row_is_lost_and_no_cell_names_a_file_however_large_the_table_is(
    counts: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    months = [None, JUNE, JULY, "../x", "2026-13", "06/2026"]
    held = pl.DataFrame({
        "n": range(sum(counts)),
        store.MONTH: pl.Series(
            [month for month, many in zip(months, counts, strict=True) for _ in range(many)], dtype=pl.String
        ),
    }).sample(fraction=1, shuffle=True, seed=sum(counts))  # fmt: skip
    made = []
    for most in (10**6, 3):
        folder = tmp_path_factory.mktemp("table")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(files_by_month, "HELD", most)
            disk.make_folders(folder / "store")
            table = files_by_month.write(folder, "t", held, None, partial(spooling.spool, folder / "store"))
        assert {file.month for file in table.files} <= {None, JUNE, JULY}
        for file in table.files:
            rows = pl.read_parquet(folder / file.path)["n"].to_list()
            mine = held.filter(pl.col(store.MONTH) == file.month) if file.month else held
            assert rows == [n for n in mine["n"] if n in rows]  # in the order of the table
        assert sorted(pl.read_parquet(folder / "t" / "*.parquet")["n"]) == list(range(sum(counts)))
        made.append([(file.path, file.sha256) for file in table.files])
    assert made[0] == made[1]


def test_month_by_month_and_all_at_once_give_the_same_files(
    two: tuple[Path, store.Edition, store.Edition], tmp_path: Path
) -> None:
    _, _, second = two
    once = publish(tmp_path / "once", {JUNE: "abc", JULY: "dez", AUGUST: "fg", None: "x"}, "a.csv", "b.csv")
    assert once.manifest.tables == second.manifest.tables
    assert once.manifest.quarantine == second.manifest.quarantine
    for mine, its in zip(once.files("persons"), second.files("persons"), strict=True):
        assert mine.read_bytes() == its.read_bytes()
