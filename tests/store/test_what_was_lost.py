"""A store that was moved, restored in part, or lost an edition: nothing begins anew in silence."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from store_frames import case, publish, source, tables

from recordkit import store
from recordkit.store import ledger

ONE = [case("C1", [("a.csv", 2)])]


def two_editions(root: Path) -> tuple[store.Edition, store.Edition]:
    first = publish(root, ONE, [source("a.csv")])
    return first, publish(root, ONE, [source("a.csv"), source("b.csv")])


def test_a_store_that_is_moved_while_a_run_holds_it_is_not_begun_anew_in_its_old_place(tmp_path: Path) -> None:
    root = tmp_path / "store"
    publish(root, ONE, [source("a.csv")])
    with store.writing(root):
        root.rename(tmp_path / "elsewhere")
        with pytest.raises(store.StoreFailed, match="was moved, deleted or replaced while this run held it"):
            publish(root, ONE, [source("a.csv"), source("b.csv")])
    assert not root.exists()
    assert store.verify(tmp_path / "elsewhere").sound


def test_a_store_that_is_moved_while_the_reports_are_made_is_not_begun_anew(tmp_path: Path) -> None:
    root = tmp_path / "store"
    publish(root, ONE, [source("a.csv")])

    def moving(_: store.Edition) -> dict[str, bytes]:
        root.rename(tmp_path / "elsewhere")
        return {}

    with pytest.raises(store.StoreFailed):
        store.publish(root, tables(ONE), inputs=[source("b.csv")], schemas_sha256="s1", reports=moving)
    assert not root.exists()
    with store.writing(tmp_path / "elsewhere"):
        pass
    assert store.verify(tmp_path / "elsewhere").sound


def test_a_run_that_failed_writes_no_ledger_where_no_store_is(tmp_path: Path) -> None:
    with pytest.raises(store.StoreFailed):
        ledger.append(tmp_path / "gone", "runs", {"what": "failed"})
    assert not (tmp_path / "gone").exists()


def test_an_older_copy_of_the_pointer_is_found_and_mended(tmp_path: Path) -> None:
    first, second = two_editions(tmp_path)
    (tmp_path / "current").write_text(f"{first.id}\n")
    assert [(d.path, second.id in d.what) for d in store.verify(tmp_path).damage] == [("current", True)]
    with store.writing(tmp_path) as mended:
        assert store.current_id(tmp_path) == second.id
    assert [second.id in told for told in mended] == [True]
    assert store.verify(tmp_path).sound


def test_a_rollback_that_died_before_its_last_line_stays_where_it_was_or_is_done(tmp_path: Path) -> None:
    first, _ = two_editions(tmp_path)
    ledger.append(tmp_path, "runs", {"what": "rolling back", "edition": first.id})
    assert store.verify(tmp_path).sound
    (tmp_path / "current").write_text(f"{first.id}\n")
    assert store.verify(tmp_path).sound
    with store.writing(tmp_path):
        assert store.current_id(tmp_path) == first.id


def test_the_files_of_a_lost_edition_still_have_to_be_in_the_next(tmp_path: Path) -> None:
    first, second = two_editions(tmp_path)
    shutil.rmtree(second.path)
    with store.writing(tmp_path):
        assert store.current_id(tmp_path) == first.id
        assert [one.name for one in store.current_inputs(tmp_path)] == ["a.csv", "b.csv"]
    assert publish(tmp_path, ONE, [source("a.csv"), source("b.csv")]).id == second.id


@pytest.mark.parametrize("lost", ["", "manifest.json"])
def test_a_file_of_a_lost_or_damaged_edition_can_be_withdrawn(tmp_path: Path, lost: str) -> None:
    _, second = two_editions(tmp_path)
    (second.path / "manifest.json").write_bytes(b"")
    if not lost:
        shutil.rmtree(second.path)
    assert store.withdrawal(tmp_path, "b.csv", "sent twice").sha256 == source("b.csv").sha256


@pytest.mark.parametrize("pointer", [True, False])
def test_a_store_that_lost_all_its_editions_is_not_begun_anew(tmp_path: Path, pointer: bool) -> None:
    two_editions(tmp_path)
    shutil.rmtree(tmp_path / "editions")
    (tmp_path / "editions").mkdir(mode=0o700)
    if not pointer:
        (tmp_path / "current").unlink()
    with pytest.raises(store.StoreDamaged, match="None of the editions") as error:
        publish(tmp_path, ONE, [source("a.csv")])
    assert "volume" in error.value.fix


def test_the_ledger_knows_what_an_edition_was_made_of_when_its_manifest_does_not(tmp_path: Path) -> None:
    two_editions(tmp_path)
    ledger.decide(tmp_path, "R1", "R2", "same", "seen")
    made = publish(tmp_path, ONE, [source("a.csv"), source("c.csv")], options={"linking": "incremental"})
    ledger.decide(tmp_path, "R1", "R2", "different", "seen again")
    (made.path / "manifest.json").write_bytes(b"{}")
    worn = store.damaged_but_rebuildable(tmp_path, "s1")
    assert worn is not None
    assert ([one.name for one in worn.inputs], worn.decisions, worn.options) == (
        ["a.csv", "c.csv"], made.manifest.decisions, made.manifest.options
    )  # fmt: skip


def test_only_a_damaged_edition_of_the_same_code_and_declarations_can_be_made_again(tmp_path: Path) -> None:
    _, made = two_editions(tmp_path)
    assert store.damaged_but_rebuildable(tmp_path, "s1") is None
    (made.path / "cases" / "part-00000.parquet").write_bytes(b"")
    assert store.damaged_but_rebuildable(tmp_path, "s1") is not None
    assert store.damaged_but_rebuildable(tmp_path, "s2") is None


def test_an_edition_that_the_ledger_knows_and_that_is_gone_is_missing(tmp_path: Path) -> None:
    first, _ = two_editions(tmp_path)
    shutil.rmtree(first.path)
    found = store.verify(tmp_path)
    assert [(one.edition, one.path) for one in found.damage if one.path == "."] == [(first.id, ".")]
    assert not found.sound


@pytest.mark.parametrize("how", ["changed", "gone"])
def test_a_report_that_changed_or_is_gone_is_named(tmp_path: Path, how: str) -> None:
    made = publish(tmp_path, ONE, [source("a.csv")], reports=lambda _: {"a.html": b"figures", "b.html": b"more"})
    assert store.verify(tmp_path).sound
    report = made.path / "reports" / "b.html"
    report.chmod(0o600)
    report.parent.chmod(0o700)
    report.write_bytes(b"MORE") if how == "changed" else report.unlink()
    assert [(one.edition, one.path) for one in store.verify(tmp_path).damage] == [(made.id, "reports/b.html")]
