"""Ids that survive better cleaning: hashes of what the source said, never of what we made of it.

The hash is 64 bits, written down here and free of any library's own (changeable) hash:

    mix(x)      the murmur3 finaliser
    text(s)     mix((bytes + 1) * P2 + sum of mix(w_j + (j + 1) * P1)) over its 8-byte little-endian words w
    row(cells)  mix(sum over the non-null cells of mix(text(cell) + mix(text(column name))))

All sums are modulo 2**64. A row's hash does not depend on the order of its columns, and a blank column
that appears adds nothing to it. Two of 42 million different rows share a hash with a chance of 5 in 100,000.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow as pa

U64 = npt.NDArray[np.uint64]

P1 = np.uint64(0x9E3779B97F4A7C15)
P2 = np.uint64(0xC2B2AE3D27D4EB4F)
_M1 = np.uint64(0xFF51AFD7ED558CCD)
_M2 = np.uint64(0xC4CEB9FE1A85EC53)
_M1_INVERSE = np.uint64(pow(0xFF51AFD7ED558CCD, -1, 2**64))
_M2_INVERSE = np.uint64(pow(0xC4CEB9FE1A85EC53, -1, 2**64))
_S33 = np.uint64(33)
_CHUNK = 250_000


def mix(x: U64) -> U64:
    """The murmur3 64-bit finaliser of every element."""
    x = x ^ (x >> _S33)
    x = x * _M1
    x ^= x >> _S33
    x *= _M2
    x ^= x >> _S33
    return x


def unmix(x: U64) -> U64:
    """The inverse of `mix`."""
    x = x ^ (x >> _S33)
    x = x * _M2_INVERSE
    x ^= x >> _S33
    x *= _M1_INVERSE
    x ^= x >> _S33
    return x


def hash_text(values: pl.Series) -> U64:
    """64-bit hashes of a String series; null gives 0. Same text, same hash, in every version."""
    text = values.cast(pl.String)
    if len(text) > _CHUNK // 100 and text.to_frame().select(pl.all().approx_n_unique()).item() < len(text) // 4:
        return _hash_distinct(text)
    parts = [_hash_chunk(text.slice(at, _CHUNK)) for at in range(0, len(text), _CHUNK)]
    return np.concatenate(parts) if parts else np.zeros(0, np.uint64)


def _hash_distinct(text: pl.Series) -> U64:
    """The same, each distinct text hashed once."""
    distinct = text.unique().alias("text").to_frame().with_row_index("at")
    place = text.alias("text").to_frame().join(distinct, on="text", how="left", nulls_equal=True, maintain_order="left")
    hashed: U64 = _hash_chunk(distinct["text"])[place["at"].to_numpy()]
    return hashed


def _hash_chunk(values: pl.Series) -> U64:
    array = values.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(pa.large_string())
    offsets = np.frombuffer(array.buffers()[1], np.int64, len(array) + 1, array.offset * 8)
    data = array.buffers()[2]
    raw = np.frombuffer(data, np.uint8) if data is not None else np.zeros(0, np.uint8)
    starts, lengths = offsets[:-1], np.diff(offsets)
    sums = _word_sums(raw, starts, lengths)
    hashed = mix(sums + (lengths + 1).astype(np.uint64) * P2)
    if array.null_count:
        hashed[array.is_null().to_numpy(zero_copy_only=False)] = 0
    return hashed


def _word_sums(raw: npt.NDArray[np.uint8], starts: npt.NDArray[Any], lengths: npt.NDArray[Any]) -> U64:
    """Sum of the mixed 8-byte words of every string in `raw`."""
    counts = (lengths + 7) >> 3
    total = int(counts.sum())
    sums = np.zeros(len(starts), np.uint64)
    if not total:
        return sums
    buffer = np.concatenate([raw, np.zeros(8, np.uint8)])
    words_at_every_byte = np.ndarray((len(raw) + 1,), "<u8", buffer.data, 0, (1,))
    first = np.concatenate([[0], np.cumsum(counts)[:-1]])
    ordinal = np.arange(total) - np.repeat(first, counts)
    words = words_at_every_byte[np.repeat(starts, counts) + 8 * ordinal].astype(np.uint64)
    unused = np.maximum(8 - (np.repeat(lengths, counts) - 8 * ordinal), 0).astype(np.uint64) * np.uint64(8)
    words = (words << unused) >> unused
    mixed = mix(words + (ordinal + 1).astype(np.uint64) * P1)
    filled = counts > 0
    sums[filled] = np.add.reduceat(mixed, first[filled])
    return sums


@lru_cache(maxsize=10_000)
def _hash_of(text: str) -> np.uint64:
    """`hash_text` of one word: the name of a column, the prefix of an id."""
    hashed: np.uint64 = hash_text(pl.Series([text]))[0]
    return hashed


def row_hashes(cells: pl.DataFrame) -> pl.Series:
    """UInt64 hash of every row's non-null cells, whatever the order of the columns."""
    total = np.zeros(cells.height, np.uint64)
    for name in cells.columns:
        column = cells.get_column(name)
        keyed = mix(hash_text(column) + mix(np.array([_hash_of(name)]))[0])
        if column.has_nulls():
            keyed[column.is_null().to_numpy()] = 0
        total += keyed
    return pl.Series("row_hash", mix(total), dtype=pl.UInt64)


def record_ids(hashes: pl.Series, *, agency: str, unit: str, period: str) -> pl.Series:
    """`record_id` of every row of one file, from the `row_hashes` of its raw cells in the order of the file.

    The ordinal among identical rows is part of it: identical rows without identifiers stay apart, and the
    same rows sent again for the same period are the same records.
    """
    return ids_of(hashes, ordinals(hashes), agency=agency, unit=unit, period=period)


def ordinals(hashes: pl.Series, repeated: pl.Series | None = None) -> pl.Series:
    """How many equal hashes stand before each one (UInt32). Nearly all are the only ones of their kind.

    repeated: what `duplicated` says of these hashes, when it is known.
    """
    repeated = duplicated(hashes) if repeated is None else repeated
    if not repeated.any():
        return pl.repeat(0, len(hashes), dtype=pl.UInt32, eager=True)
    few = pl.DataFrame({"h": hashes.filter(repeated)}).select(pl.int_range(pl.len(), dtype=pl.UInt32).over("h"))
    found = np.zeros(len(hashes), np.uint32)
    found[repeated.to_numpy()] = few.to_series().to_numpy()
    return pl.Series(found)


def duplicated(hashes: pl.Series) -> pl.Series:
    """Whether another hash of the series is equal. By sorting: a table of all of them takes five times the memory."""
    ordered = np.sort(hashes.to_numpy())
    again = np.unique(ordered[1:][ordered[1:] == ordered[:-1]])
    return hashes.is_in(pl.Series(again).implode()) if len(again) else pl.repeat(False, len(hashes), eager=True)


def ids_of(hashes: pl.Series, ordinal: pl.Series, *, agency: str, unit: str, period: str) -> pl.Series:
    """`record_id` from the hashes of some rows of a file and the `ordinals` that they have in the whole of it."""
    scope = _hash_of(f"{agency}\x1f{unit}\x1f{period}")
    keyed = mix(hashes.to_numpy() ^ mix(ordinal.to_numpy().astype(np.uint64) * P1 + scope))
    return _named("record_id", "R", keyed)


def contents(ids: pl.Series, *, agency: str, unit: str, period: str) -> pl.Series:
    """The `row_hashes` from which `record_ids` made these ids: what a row says, whatever the month it was sent for.

    Right for the first of identical rows; the ordinal of the others stays mixed in, so that they equal nothing.
    """
    scope = _hash_of(f"{agency}\x1f{unit}\x1f{period}")
    keyed = ids.str.slice(1).str.to_integer(base=16, dtype=pl.UInt64).to_numpy()
    return pl.Series("content", unmix(keyed) ^ mix(np.array([scope], np.uint64))[0], dtype=pl.UInt64)


def case_ids(oldest_record: pl.Series) -> pl.Series:
    """`case_id` from the `record_id` of each case's first record."""
    return derived("case_id", "C", oldest_record)


def person_ids(oldest_mention: pl.Series) -> pl.Series:
    """`person_id` from the `mention_ref` of each person's first mention."""
    return derived("person_id", "P", oldest_mention)


def mention_ids(oldest_mention: pl.Series) -> pl.Series:
    """`mention_id` from the `mention_ref` of each mention's first submission."""
    return derived("mention_id", "M", oldest_mention)


def link_ids(kind: pl.Series, left: pl.Series, right: pl.Series) -> pl.Series:
    """`link_id` from the kind of a link and the two records that it joins, in their order."""
    return derived("link_id", "L", pl.select(pl.concat_str(kind, left, right, separator="\x1f")).to_series())


def service_ids(record: pl.Series) -> pl.Series:
    """`service_id` from the `record_id` of the row that reported the service."""
    return derived("service_id", "S", record)


def derived(name: str, prefix: str, source: pl.Series) -> pl.Series:
    """Prefix and 16 hex digits of the hash of `source` (String) keyed by the prefix; null stays null."""
    keyed = mix(hash_text(source) + _hash_of(prefix))
    ids = _named(name, prefix, keyed)
    return (
        pl.select(pl.when(source.is_not_null()).then(ids)).to_series().alias(name)
        if source.has_nulls()
        else ids
    )


def _named(name: str, prefix: str, values: U64) -> pl.Series:
    """`prefix` and 16 hex digits for every number, through one byte table and no Python per row."""
    count = len(values)
    table = np.empty((count, 17), np.uint8)
    table[:, 0] = ord(prefix)
    digits = values.astype(">u8").tobytes().hex().encode("ascii")
    table[:, 1:] = np.frombuffer(digits, np.uint8).reshape(count, 16)
    offsets = pa.py_buffer(np.arange(0, 17 * (count + 1), 17, dtype=np.int64))
    array = pa.LargeStringArray.from_buffers(count, offsets, pa.py_buffer(table))
    series = pl.Series(name, array)
    return series.cast(pl.String)
