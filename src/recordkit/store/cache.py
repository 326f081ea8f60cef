"""Content-addressed intermediate results. Every entry is checked when it is used; damage means a miss.

The cache may be deleted at any time and is never flushed: what a power cut leaves half written does not
fit its sums and is computed again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from recordkit.store import disk, encryption, handles
from recordkit.store.encryption import Key
from recordkit.store.layout import TABLE_NAME

_START = re.compile("[0-9a-f]{2}")
_KEY = re.compile("[0-9a-f]{64}")


def cache_key(*parts: Any) -> str:
    """The key of a result: the sum of all that decides it (file sums, sum of schemas, code, stage)."""
    return disk.sha256_bytes(disk.canonical_json(list(parts)))


@dataclass(frozen=True)
class Cached:
    """What is kept under a key: frames, and the small facts kept with them."""

    frames: dict[str, pl.LazyFrame]
    note: Mapping[str, Any]


@dataclass(frozen=True)
class Cache:
    """Entries under one folder, each a folder of Parquet files named by its key; encrypted with `secret`."""

    root: Path
    secret: Key | None = None

    def get(self, key: str) -> Cached | None:
        """An entry, or None; a damaged entry is dropped."""
        folder = self._folder(key)
        try:
            sums = disk.read_json(folder / "sums.json")
            if sums.pop("sum") != _sum(sums):
                raise ValueError("sums.json")
            note = dict(sums["note"])
            if not self._opens(sums["key"]):
                raise ValueError("made with another key, or without")
            for name, expected in sums["files"].items():
                if not TABLE_NAME.fullmatch(name) or disk.sha256_file(folder / f"{name}.parquet") != expected:
                    raise ValueError(name)
        except FileNotFoundError:
            if folder.exists():
                self.drop(key)
            return None
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            self.drop(key)
            return None
        return Cached({name: self._scan(key, name, sums["key"]) for name in sums["files"]}, note)

    def has(self, key: str) -> bool:
        """Is there an entry, sound or damaged?"""
        return self._folder(key).is_dir()

    def put(
        self,
        key: str,
        frames: Mapping[str, pl.DataFrame | pl.LazyFrame],
        note: Mapping[str, Any] | None = None,
    ) -> Cached:
        """Keep frames under a key and return them as they will be read; an entry that is there stays.

        Never fails for want of disk: then the frames are given back as they came.
        """
        facts = note or {}
        try:
            with disk.private_umask():
                self._write(key, frames, facts)
        except (OSError, pl.exceptions.ComputeError):  # no cache is no harm: the frames are used as they are
            return Cached({name: frame.lazy() for name, frame in frames.items()}, facts)
        return Cached({name: self._scan(key, name, self._key_id()) for name in frames}, facts)

    def _write(self, key: str, frames: Mapping[str, pl.DataFrame | pl.LazyFrame], note: Mapping[str, Any]) -> None:
        temp = disk.temp_folder(disk.make_folder(self.root))
        try:
            sums = {}
            for name, frame in frames.items():
                path = temp / f"{name}.parquet"
                frame.lazy().sink_parquet(
                    path, compression="zstd", compression_level=1, encryption=encryption.for_writing(self.secret)
                )
                sums[name] = disk.sha256_file(path)
            listing = {"files": sums, "note": dict(note), "key": self._key_id()}
            data = disk.canonical_json({**listing, "sum": _sum(listing)})
            disk.write_file(temp / "sums.json", data, durable=False)
            self._place(temp, key)
        finally:
            disk.discard(temp)

    def drop(self, key: str) -> None:
        """Forget an entry."""
        disk.discard(self._folder(key))

    def prune(self, only: str | None = None) -> int:
        """Forget all entries that cannot be used, above all those in plain once there is a key; how many went.

        only: the id of a key; what was made with others goes as well.
        """
        gone = 0
        for key in self._keys():
            try:
                made_with = disk.read_json(self._folder(key) / "sums.json")["key"]
                useful = self._opens(made_with) and only in (None, made_with)
            except (OSError, ValueError, KeyError):
                useful = False
            if not useful:
                self.drop(key)
                gone += 1
        return gone

    def _keys(self) -> list[str]:
        """The keys of all entries, by their names: what else lies in the folder is not ours."""
        found = []
        for start in filter(_START.fullmatch, handles.names_in(self.root)):
            with suppress(OSError):  # a link leads to nothing of ours
                keys = handles.names_in(self.root / start)
                found += [key for key in keys if _KEY.fullmatch(key) and key[:2] == start]
        return found

    def _opens(self, key_id: Any) -> bool:
        """Whether an entry made with this key is of use: with ours, or one that opens only; never in plain beside a
        key."""
        return (
            key_id is None
            if self.secret is None
            else key_id in {one.id for one in encryption.find_keys(encryption.STORE)}
        )

    def _place(self, temp: Path, key: str) -> None:
        target = self._folder(key)
        disk.make_folder(target.parent)
        with suppress(OSError):  # another run may have put the same entry at the same time: same content
            disk.move_folder(temp, target, durable=False)
        if not target.exists():
            raise OSError(5, "the cache entry could not be placed")

    def _scan(self, key: str, name: str, made_with: str | None) -> pl.LazyFrame:
        path = self._folder(key) / f"{name}.parquet"
        return pl.scan_parquet(path, glob=False, decryption=encryption.for_reading(made_with))

    def _key_id(self) -> str | None:
        return self.secret.id if self.secret else None

    def _folder(self, key: str) -> Path:
        if len(key) != 64 or not key.isalnum():
            raise ValueError("not a cache key")
        return self.root / key[:2] / key


def _sum(listing: Mapping[str, Any]) -> str:
    """The listing's own sum: it holds facts that nothing else would notice a flipped bit in."""
    return disk.sha256_bytes(disk.canonical_json(listing))


def open_cache(root: Path) -> Cache:
    """The cache of a store, without what cannot be used."""
    cache = Cache(root / "cache", encryption.find_key(encryption.STORE))
    cache.prune()
    return cache
