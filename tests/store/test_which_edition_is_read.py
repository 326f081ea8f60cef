"""Which edition is opened, in which order editions stand, and what is compared before a row is read."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest
from store_frames import case, publish, source

from recordkit import store
from recordkit.store import layout, reading
from recordkit.store.errors import StoreNewer
from recordkit.store.manifest import FORMAT, OLDEST_READ, Manifest

ONE = [case("C1", [("a.csv", 2)])]
INPUTS = [source("a.csv"), source("b.csv"), source("c.csv")]


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    root = tmp_path_factory.mktemp("published")
    return root, [publish(root, ONE, INPUTS[: at + 1]).id for at in range(3)]


@pytest.fixture
def three(published: tuple[Path, list[str]], tmp_path: Path) -> list[store.Edition]:
    """Three editions in a store of this test's own."""
    shutil.copytree(published[0], tmp_path, dirs_exist_ok=True)
    return [store.open_edition(tmp_path, one) for one in published[1]]


def test_editions_stand_in_the_order_of_their_chain_the_unreadable_first_and_the_newer_last(
    tmp_path: Path, three: list[store.Edition], monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [one.id for one in three]
    assert store.editions(tmp_path) == ids
    (tmp_path / "editions" / ids[1] / "manifest.json").write_bytes(b"{}")
    assert store.editions(tmp_path) == [ids[1], ids[0], ids[2]]
    real = Manifest.load

    def load(path: Path) -> Manifest:
        if path.parent.name == ids[0]:
            raise StoreNewer("made by a newer one")
        return real(path)

    monkeypatch.setattr(Manifest, "load", load)
    assert store.editions(tmp_path) == [ids[1], ids[2], ids[0]]
    (tmp_path / "editions" / "notes").mkdir()
    assert "notes" not in store.editions(tmp_path)


def test_equals_in_the_chain_stand_by_their_ids(tmp_path: Path, three: list[store.Edition]) -> None:
    ids = [one.id for one in three]
    for one in ids:
        (tmp_path / "editions" / one / "manifest.json").write_bytes(b"{}")
    assert store.editions(tmp_path) == sorted(ids)


def test_an_edition_is_named_by_all_of_its_id_or_the_start_that_only_it_has(tmp_path: Path, three: list[store.Edition]) -> None:
    first, second, third = three
    for whole in (first, second, third):
        assert store.open_edition(tmp_path, whole.id).id == whole.id
        assert store.open_edition(tmp_path, whole.id[:-1]).id == whole.id
    with pytest.raises(store.StoreNotFound, match="several") as several:
        store.open_edition(tmp_path, "2026")
    assert several.value.fix == f"They are: {', '.join(sorted([first.id, second.id, third.id]))}."
    with pytest.raises(store.StoreNotFound, match="no edition '2027'") as none:
        store.open_edition(tmp_path, "2027")
    assert none.value.fix == f"There are: {', '.join(sorted([first.id, second.id, third.id]))}."
    with pytest.raises(store.StoreNotFound, match="no edition"):
        store.open_edition(tmp_path, third.id[1:])
    shutil.rmtree(tmp_path / "editions" / second.id)
    with pytest.raises(store.StoreNotFound):
        store.open_edition(tmp_path, second.id)


def test_the_pointer_names_an_edition_that_is_there_or_it_is_damage(tmp_path: Path, three: list[store.Edition]) -> None:
    first, _, third = three
    pointer = layout.existing(tmp_path).current
    assert store.current_id(tmp_path) == store.open_edition(tmp_path).id == third.id
    for text, expected in ((f"{first.id}\n", first.id), (first.id, first.id), (f"{first.id}\n\n", None), ("", None),
                           ("2026-06-r9-00000000\n", None), (f" {first.id}\n", None), ("../editions\n", None)):  # fmt: skip
        pointer.write_text(text)
        if expected:
            assert store.current_id(tmp_path) == expected
        else:
            with pytest.raises(store.StoreDamaged, match="does not name an edition"):
                store.current_id(tmp_path)
    pointer.unlink()
    with pytest.raises(store.StoreDamaged, match="is missing"):
        store.current_id(tmp_path)


def test_where_nothing_was_published_nothing_is_current(tmp_path: Path, three: list[store.Edition]) -> None:
    pointer = layout.existing(tmp_path).current
    pointer.unlink()
    for one in three:
        shutil.rmtree(one.path)
    (layout.existing(tmp_path).editions / "half.tmp").mkdir()
    assert store.current_id(tmp_path) is None
    with pytest.raises(store.StoreNotFound, match="Nothing has been published"):
        store.open_edition(tmp_path)


def test_a_manifest_of_another_edition_is_not_believed(tmp_path: Path, three: list[store.Edition]) -> None:
    first, second, _ = three
    shutil.copy(second.path / "manifest.json", first.path / "manifest.json")
    with pytest.raises(store.StoreDamaged, match=f"belongs to {second.id}"):
        store.open_edition(tmp_path, first.id)


@pytest.mark.parametrize(("number", "older"), [(OLDEST_READ - 1, True), (OLDEST_READ, False), (FORMAT, False)])
def test_an_edition_of_an_older_format_is_taken_but_not_looked_into(tmp_path: Path, three: list[store.Edition], number: int, older: bool) -> None:
    made = three[0]
    told = made.manifest.model_copy(update={"format": number})
    edition = reading.Edition(made.id, made.path, made.quarantine_path, told)
    assert edition.is_older is older
    if older:
        with pytest.raises(store.StoreOlder, match=f"format {number}, .* reads format {FORMAT}"):
            reading.understood(edition)
    else:
        assert reading.understood(edition) is edition


def test_a_table_or_a_quarantine_that_an_edition_does_not_have_is_answered_with_what_it_has(tmp_path: Path, three: list[store.Edition]) -> None:
    made = three[0]
    assert made.tables == ["cases", "counts"]
    with pytest.raises(store.StoreNotFound, match="no table 'people'") as error:
        made.scan("people")
    assert error.value.fix == "It has: cases, counts."
    bare = reading.Edition(made.id, made.path, made.quarantine_path, made.manifest.model_copy(update={"quarantine": None}))
    with pytest.raises(store.StoreNotFound, match="keeps no quarantine"):
        bare.scan_quarantine()
    assert not made.is_encrypted("cases")
    assert made.made_with == {None}


def test_a_file_is_compared_once_with_its_sum_and_one_that_is_gone_is_named(
    tmp_path: Path, three: list[store.Edition], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = three[0]
    looked: list[str] = []
    real = reading.encryption.state

    def state(path: Path, *rest: object) -> object:
        looked.append(path.name)
        return real(path, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(reading.encryption, "state", state)
    edition = store.open_edition(tmp_path, made.id)
    assert edition.scan("cases").collect().height == edition.scan("cases").collect().height == 1
    assert edition.files("cases") == [made.path / "cases" / "part-00000.parquet"]
    assert len(looked) == 1
    unchecked = store.open_edition(tmp_path, made.id, verify=False)
    assert unchecked.scan("cases").collect().height == 1
    assert len(looked) == 1, "asked not to"
    (made.path / "cases" / "part-00000.parquet").unlink()
    with pytest.raises(store.StoreDamaged, match=r"cases/part-00000\.parquet of edition .* is missing"):
        store.open_edition(tmp_path, made.id).scan("cases")


@pytest.mark.parametrize("keys", [[None, None, None], ["a", None, None], [None, "a", "a"], ["a", "b", "a"], [None, "a", None]])
def test_files_of_several_keys_are_read_in_their_order_each_with_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keys: list[str | None]
) -> None:
    asked: list[str | None] = []
    monkeypatch.setattr(reading.encryption, "for_reading", lambda key: asked.append(key))
    files = [tmp_path / f"part-[{at}].parquet" for at in range(3)]  # brackets are part of the name
    for at, file in enumerate(files):
        pl.DataFrame({"at": [at]}).write_parquet(file)
    assert reading._scan(dict(zip(files, keys, strict=True))).collect()["at"].to_list() == [0, 1, 2]
    assert asked == [key for at, key in enumerate(keys) if at == 0 or keys[at - 1] != key]


@pytest.mark.parametrize("told", [{}, {"files": None}, {"files": []}, {"files": {"a": {}}}, {"files": {"a": None}}, ValueError(), OSError()])
def test_sums_beside_a_manifest_that_cannot_be_read_are_damage(
    tmp_path: Path, three: list[store.Edition], monkeypatch: pytest.MonkeyPatch, told: object
) -> None:
    made = three[0]

    def json_of(*_: object) -> object:
        if isinstance(told, Exception):
            raise told
        return told

    monkeypatch.setattr(reading.encryption, "json_of", json_of)
    with pytest.raises(store.StoreDamaged, match=r"sums\.json of edition"):
        reading.listing(made.path / "sums.json", made.manifest)
