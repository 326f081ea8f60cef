"""The cache: right or a miss, never wrong."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from recordkit import store
from recordkit.store import encryption

FRAME = pl.DataFrame({"a": [1, 2, 3]})
KEY = store.cache_key("stage", "sum", 1)


def test_what_is_put_comes_back(tmp_path: Path) -> None:
    cache = store.open_cache(tmp_path)
    assert cache.get(KEY) is None
    cache.put(KEY, {"rows": FRAME}, note={"read": 3})
    found = cache.get(KEY)
    assert found is not None
    assert found.frames["rows"].collect().equals(FRAME)
    assert found.note == {"read": 3}


def test_keys_differ_with_every_part() -> None:
    keys = [store.cache_key(*parts) for parts in (("a", "b"), ("ab",), ("b", "a"), ("a", "b", None))]
    assert len(set(keys)) == 4


@pytest.mark.parametrize("how", ["flip", "cut", "frame gone", "sums gone", "sums noise", "note flipped", "all gone"])
def test_a_damaged_entry_is_a_miss_and_is_replaced(tmp_path: Path, how: str) -> None:
    cache = store.open_cache(tmp_path)
    cache.put(KEY, {"rows": FRAME}, {"read": 3})
    folder = tmp_path / "cache" / KEY[:2] / KEY
    sums = (folder / "sums.json").read_bytes()
    data = (folder / "rows.parquet").read_bytes()
    damage = {
        "flip": lambda: (folder / "rows.parquet").write_bytes(data[:20] + bytes([data[20] ^ 1]) + data[21:]),
        "cut": lambda: (folder / "rows.parquet").write_bytes(data[:-9]),
        "frame gone": lambda: (folder / "rows.parquet").unlink(),
        "sums gone": lambda: (folder / "sums.json").unlink(),
        "sums noise": lambda: (folder / "sums.json").write_bytes(b"\xff{"),
        "note flipped": lambda: (folder / "sums.json").write_bytes(sums.replace(b'"read":3', b'"read":7')),
        "all gone": lambda: shutil.rmtree(tmp_path / "cache"),
    }
    damage[how]()
    assert cache.get(KEY) is None
    cache.put(KEY, {"rows": FRAME})
    found = cache.get(KEY)
    assert found is not None
    assert found.frames["rows"].collect().equals(FRAME)


def test_a_cache_that_cannot_be_written_gives_the_frames_back(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    kept = store.open_cache(tmp_path).put(KEY, {"rows": FRAME}, {"read": 3})
    assert kept.note == {"read": 3}
    assert kept.frames["rows"].collect().equals(FRAME)


def test_once_there_is_a_key_nothing_in_plain_stays_and_an_older_key_still_opens(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (store.cache_key(name) for name in ("first", "second", "third"))
    store.open_cache(tmp_path).put(first, {"rows": FRAME})
    assert store.open_cache(tmp_path).get(first) is not None
    monkeypatch.setenv("RECORDKIT_STORE_KEY", "a" * 32)
    cache = store.open_cache(tmp_path)
    assert not list((tmp_path / "cache").glob("??/*"))
    cache.put(second, {"rows": FRAME})
    monkeypatch.setenv("RECORDKIT_STORE_KEY", "b" * 32 + "\n" + "a" * 32)
    cache = store.open_cache(tmp_path)
    found = cache.get(second)
    assert found is not None
    assert found.frames["rows"].collect().equals(FRAME)
    cache.put(third, {"rows": FRAME})
    monkeypatch.setenv("RECORDKIT_STORE_KEY", "b" * 32)
    assert store.open_cache(tmp_path).get(second) is None
    assert store.open_cache(tmp_path).get(third) is not None


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "x" * 63, "/" * 64])
def test_a_key_cannot_lead_elsewhere(tmp_path: Path, key: str) -> None:
    with pytest.raises(ValueError, match="key"):
        store.open_cache(tmp_path).get(key)


def test_pruning_says_how_many_entries_went_and_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = store.open_cache(tmp_path)
    for name in ("first", "second", "third"):
        cache.put(store.cache_key(name), {"rows": FRAME})
    assert cache.prune() == 0
    monkeypatch.setenv("RECORDKIT_STORE_KEY", "a" * 32)
    closed = store.Cache(cache.root, encryption.find_key(encryption.STORE))
    closed.put(store.cache_key("fourth"), {"rows": FRAME})
    assert closed.prune() == 3
    assert [closed.has(store.cache_key(name)) for name in ("first", "third", "fourth")] == [False, False, True]
    assert closed.prune(only="another key") == 1
