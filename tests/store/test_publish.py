"""Publishing: layout, determinism, laws, nothing new."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import polars as pl
import pytest
from store_frames import case, publish, sha, source, tables

from recordkit import store
from recordkit.errors import BrokenLaw, RecordkitError
from recordkit.store import parquet

ONE = [case("C1", [("a.csv", 2)])]


def files(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_an_edition_is_laid_out_as_promised(tmp_path: Path) -> None:
    root = tmp_path / "store"
    made = publish(
        root, ONE, [source("a.csv", rows=1)],
        quarantine=pl.DataFrame(schema={"raw": pl.String}), reports=lambda _: {"summary.html": b"<p>"},
    )  # fmt: skip
    assert made.id.startswith("2026-06-r1-")
    assert (root / "current").read_text() == f"{made.id}\n"
    assert set(files(root / "editions" / made.id)) == {
        "manifest.json", "cases/part-00000.parquet", "counts/part-00000.parquet",
        "reports/summary.html", "reports/sums.json",
    }  # fmt: skip
    assert set(files(root / "quarantine" / made.id)) == {"rows/part-00000.parquet"}


def test_plain_readers_read_an_edition(tmp_path: Path) -> None:
    import duckdb
    import pyarrow.parquet as pq

    made = publish(tmp_path / "store", ONE, [source("a.csv")])
    assert pq.read_table(made.path / "cases").num_rows == 1
    found = duckdb.sql(f"select case_id from '{made.path}/cases/*.parquet'").fetchall()
    assert found == [("C1",)]


def test_the_same_inputs_give_the_same_bytes_in_another_store_another_order_and_another_year(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = [source("a.csv"), source("b.csv")]
    one = publish(tmp_path / "one", ONE, inputs)
    monkeypatch.setattr("time.time", lambda: 0.0)
    two = publish(tmp_path / "two", ONE, inputs[::-1])
    assert one.id == two.id
    assert files(one.path) == files(two.path)


@pytest.mark.parametrize("pieces", [1, 7, 100])
def test_bytes_of_a_table_do_not_depend_on_how_the_engine_cut_it(tmp_path: Path, pieces: int) -> None:
    rows = 3000
    whole = pl.DataFrame({"k": range(rows)}).with_columns(
        text=pl.col("k").cast(pl.String), many=pl.concat_list(pl.col("k") % 5, pl.col("k") % 3),
        maybe=pl.when(pl.col("k") % 7 > 0).then(pl.col("k")),
        origin=pl.concat_list(pl.struct(row=pl.col("k"), sheet=pl.lit("x"))),
    )  # fmt: skip
    cut = pl.concat([whole.slice(at, pieces) for at in range(0, rows, pieces)], rechunk=False)
    whole.write_parquet(tmp_path / "in.parquet", row_group_size=99 + pieces)
    given = {"frame": whole, "cut": cut, "lazy": cut.lazy().filter(pl.col("k") >= 0), "path": tmp_path / "in.parquet"}
    for name in given:
        (tmp_path / name).mkdir()
    written = {
        name: parquet.write_table(tmp_path / name, "t", frame, rows_per_file=1000) for name, frame in given.items()
    }
    assert [file.rows for file in written["frame"].files] == [1000, 1000, 1000]
    assert len({tuple(file.sha256 for file in told.files) for told in written.values()}) == 1


def test_a_table_without_rows_keeps_its_columns(tmp_path: Path) -> None:
    made = publish(tmp_path / "store", [], [source("a.csv", rows=0)])
    assert made.scan("cases").collect_schema().names()[0] == "case_id"
    assert made.manifest.tables["cases"].rows == 0


def test_publishing_the_same_again_publishes_nothing(tmp_path: Path) -> None:
    root = tmp_path / "store"
    publish(root, ONE, [source("a.csv")])
    before = files(root / "editions")
    again = store.publish(root, tables(ONE), inputs=[source("a.csv")], schemas_sha256="s1")
    assert again is None
    assert files(root / "editions") == before


@pytest.mark.parametrize(
    "change",
    [{"schemas_sha256": "s2"}, {"options": {"through": "2026-06"}},
     {"decisions": store.Decisions(entries=1, head="x")}, {"inputs": [source("b.csv")]}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_anything_that_decides_the_content_makes_a_new_revision(tmp_path: Path, change: dict[str, object]) -> None:
    root = tmp_path / "store"
    first = publish(root, ONE, [source("a.csv")])
    given: dict[str, object] = {"inputs": [source("a.csv")], **change}
    second = publish(root, ONE, given.pop("inputs"), **given)  # type: ignore[arg-type]
    assert second.id.startswith("2026-06-r2-")
    assert second.manifest.previous is not None
    assert second.manifest.previous.manifest_sha256 == first.manifest.sha256


def test_revisions_are_counted_by_month_along_the_chain(tmp_path: Path) -> None:
    root, june = tmp_path / "store", source("a.csv")
    ids = [publish(root, ONE, [june]).id, publish(root, ONE, [june, source("b.csv", "2026-07")]).id]
    ids.append(publish(root, ONE, [june, source("b.csv", "2026-07"), source("late.csv")]).id)
    assert [name[:10] for name in ids] == ["2026-06-r1", "2026-07-r1", "2026-07-r2"]
    assert store.editions(root) == ids


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o277])
def test_folders_are_0700_and_files_0600_whatever_the_umask(tmp_path: Path, mask: int) -> None:
    root, before = tmp_path / "store", os.umask(mask)
    try:
        publish(root, ONE, [source("a.csv")], reports=lambda _: {"summary.html": b"<p>"})
    finally:
        os.umask(before)
    for path in [root, *root.rglob("*")]:
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path


@pytest.mark.parametrize(
    ("rows", "law"),
    [(store.Rows(read=3, accepted=1, quarantined=1), "Conservation"),
     (store.Rows(read=2, accepted=1, quarantined=1), "quarantine")],
)  # fmt: skip
def test_a_broken_law_publishes_nothing(tmp_path: Path, rows: store.Rows, law: str) -> None:
    root = tmp_path / "store"
    bad = source("a.csv").model_copy(update={"rows": rows})
    with pytest.raises(BrokenLaw, match=law) as error:
        publish(root, ONE, [bad], quarantine=pl.DataFrame({"raw": []}))
    assert error.value.exit_code == 4
    assert store.current_id(root) is None
    assert files(root / "editions") == {}


def test_a_law_of_the_caller_is_checked_too(tmp_path: Path) -> None:
    with pytest.raises(BrokenLaw, match="linked-once"):
        publish(tmp_path / "store", ONE, [source("a.csv")], laws=[store.Law(law="linked-once", left=1, right=2)])


def test_a_report_that_fails_publishes_nothing(tmp_path: Path) -> None:
    def fail(_: store.Edition) -> dict[str, bytes]:
        raise RecordkitError("no")

    root = tmp_path / "store"
    with pytest.raises(RecordkitError, match="no"):
        publish(root, ONE, [source("a.csv")], reports=fail)
    assert store.current_id(root) is None
    assert not list(root.glob("**/.tmp/*"))


def test_a_folder_with_other_things_is_not_taken_for_a_store(tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").write_text("x")
    with pytest.raises(RecordkitError, match="not a store"):
        publish(tmp_path, ONE, [source("a.csv")])
    assert [p.name for p in tmp_path.iterdir()] == ["thesis.docx"]


def test_people_are_kept_on_another_volume_when_there_is_one(tmp_path: Path) -> None:
    root, volume = tmp_path / "store", tmp_path / "volume"
    for folder in (root / "editions", volume):
        folder.mkdir(parents=True)
    (root / "private").symlink_to(volume)
    people = pl.DataFrame({"mention_id": ["M1"], "name": ["Aslam"]})
    seen: list[int] = []
    made = store.publish(
        root, {**tables(ONE), "persons": people}, inputs=[source("a.csv")], schemas_sha256="s",
        reports=lambda e: {"n.txt": str(seen.append(e.scan("persons").collect().height)).encode()},
    )  # fmt: skip
    assert made is not None
    assert seen == [1]
    assert made.scan("persons").collect().equals(people)
    assert (volume / made.id / "persons" / "part-00000.parquet").is_file()
    assert (made.path / "persons").is_symlink()
    assert store.verify(root).sound
    (volume / made.id / "persons" / "part-00000.parquet").unlink()
    assert [damage.what for damage in store.verify(root).damage] == ["missing"]


@pytest.mark.parametrize("name", ["../x", "reports", "A", "a/b", ""])
def test_a_table_cannot_leave_its_edition_by_its_name(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecordkitError, match="not a name"):
        store.publish(tmp_path / "s", {name: pl.DataFrame()}, inputs=[source("a.csv")], schemas_sha256="s")


def test_the_manifest_holds_no_path_and_no_clock(tmp_path: Path) -> None:
    made = publish(tmp_path / "store", ONE, [source("a.csv")])
    text = (made.path / "manifest.json").read_text()
    assert str(tmp_path) not in text
    assert sha("a.csv") in text


def test_folders_of_an_edition_that_is_out_of_sight_are_not_deleted(tmp_path: Path) -> None:
    """The editions may be on a volume that is not mounted: what belongs to them must wait for them."""
    root = tmp_path / "store"
    aside = pl.DataFrame({"raw": ["x"]})
    one = source("a.csv").model_copy(update={"rows": store.Rows(read=2, accepted=1, quarantined=1)})
    made = publish(root, ONE, [one], quarantine=aside)
    (root / "editions").rename(tmp_path / "unmounted")
    (root / "editions").mkdir()
    with pytest.raises(RecordkitError), store.writing(root):
        store.open_edition(root)
    (root / "editions").rmdir()
    (tmp_path / "unmounted").rename(root / "editions")
    assert store.open_edition(root, made.id).scan_quarantine().collect().equals(aside)
    assert store.verify(root).sound


def test_a_rename_that_fails_half_way_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "store"
    first = publish(root, ONE, [source("a.csv")])
    real, calls = os.rename, []

    def fail_second(a: object, b: object, **handles: int) -> None:
        calls.append(b)
        if len(calls) == 2:
            raise OSError(5, "Input/output error")
        real(a, b, **handles)  # type: ignore[arg-type]

    monkeypatch.setattr("recordkit.store.disk.os.rename", fail_second)
    with pytest.raises(store.StoreFailed, match="disk reports an error"):
        publish(root, ONE, [source("b.csv")], quarantine=pl.DataFrame({"raw": []}))
    monkeypatch.undo()
    assert len(calls) >= 2  # what was moved before is moved out of sight again
    assert {path.name for path in (root / "quarantine").iterdir()} == {first.id, ".tmp"}
    assert not list(root.glob("**/.tmp/*"))
    assert store.verify(root).notes == []
    assert store.current_id(root) == first.id


def test_inputs_of_no_month_are_inputs_that_cannot_be_used(tmp_path: Path) -> None:
    from recordkit.store.manifest import newest_period

    with pytest.raises(RecordkitError, match="month") as error:
        newest_period([source("a.csv").model_copy(update={"period": None, "received": None})])
    assert error.value.exit_code == 3
