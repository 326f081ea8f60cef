"""A list to be linked, as integer codes: every equality test is one comparison of two small integers."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from recordkit import details, stable_ids
from recordkit.errors import DeclarationError
from recordkit.stable_ids import U64

I32 = npt.NDArray[np.int32]
F32 = npt.NDArray[np.float32]
# By judgement: a value seen once among 33,000.
RARITY = 15.0  # bits: no value is rarer, or commoner, than this says
_PART = re.compile(r"^(?P<column>\w+)(?:\[(?P<from>\d*):(?P<to>\d*)\]|\.(?P<part>year|month_day|first|last|rarest))?$")


@dataclass(frozen=True)
class Column:
    """Codes of the rows (-1: null) into the distinct values, and how often each occurs."""

    codes: I32
    values: pl.Series
    counts: I32

    @cached_property
    def frequency(self) -> F32:
        """Share of the rows with a value that have this value."""
        return (self.counts / max(int(self.counts.sum()), 1)).astype(np.float32)

    @cached_property
    def rarity(self) -> F32:
        """Bits by which agreement on each value says more (or less) than agreement on any value."""
        share = self.frequency.astype(np.float64)
        usual = float((share**2).sum())
        return np.clip(np.log2(usual / np.maximum(share, 1e-12)), -RARITY, RARITY).astype(np.float32)

    @cached_property
    def numbers(self) -> npt.NDArray[np.float64]:
        """The values as numbers (dates as days), for `within` and `near`."""
        return self.values.to_physical().cast(pl.Float64, strict=False).fill_null(float("nan")).to_numpy()

    @cached_property
    def turned(self) -> I32:
        """Code of the date with day and month changed, where that is another date of the list; else -2."""
        day, month = pl.col("v").dt.day(), pl.col("v").dt.month()
        frame = pl.DataFrame({"v": self.values}).with_row_index("code")
        turned = frame.with_columns(
            pl.when((day <= 12) & (day != month)).then(pl.date(pl.col("v").dt.year(), day, month)).alias("turned")
        )
        found = turned.join(
            frame.rename({"code": "to"}), left_on="turned", right_on="v", how="left", maintain_order="left"
        )
        return found.get_column("to").cast(pl.Int32).fill_null(-2).to_numpy()

    @cached_property
    def parts(self) -> tuple[I32, I32, I32]:
        """Year, month and day of the distinct dates."""
        date = self.values.dt
        return tuple(part.cast(pl.Int32).to_numpy() for part in (date.year(), date.month(), date.day()))  # type: ignore[return-value]


@dataclass
class Table:
    """A frame with its columns encoded when they are first asked for."""

    frame: pl.DataFrame
    _columns: dict[str, Column] = field(default_factory=dict)
    _hashes: dict[str, U64] = field(default_factory=dict)

    @property
    def height(self) -> int:
        """Number of rows."""
        return self.frame.height

    def column(self, name: str) -> Column:
        """The encoded column; raises DeclarationError when the list does not have it."""
        if name not in self._columns:
            if name not in self.frame.columns:
                raise DeclarationError(details.text("list_lacks_column", name=name), details.text("name_known_column"))
            self._columns[name] = encode(self.frame.get_column(name))
        return self._columns[name]

    def hashes(self, expression: str) -> U64:
        """64-bit hash of a column or of a part of it, 0 where it is null or empty. Kept: rules share columns."""
        if expression not in self._hashes:
            if expression.endswith(".rarest"):
                text = rarest(self.column(expression.removesuffix(".rarest")))
            else:
                text = self.frame.select(part_of(expression, self.frame.schema)).to_series()
            hashed = stable_ids.hash_text(text)
            blank = text.to_frame("text").select((pl.col("text").is_null() | (pl.col("text") == "")).alias("blank"))
            hashed[blank.to_series().to_numpy()] = 0
            self._hashes[expression] = hashed
        return self._hashes[expression]


def part_of(expression: str, schema: pl.Schema) -> pl.Expr:
    """`column`, `column[a:b]`, `column.year`, `column.month_day`, `column.first` or `.last` (word), as text.

    `column.rarest` is of the whole list: see `rarest`. Raises DeclarationError for anything else.
    """
    found = _PART.match(expression)
    if found is None or found["column"] not in schema:
        raise DeclarationError(details.text("no_part_of_column", name=expression))
    column = pl.col(found["column"])
    if found["part"] in ("year", "month_day"):
        return column.dt.strftime("%Y" if found["part"] == "year" else "%m%d")
    text = column.cast(pl.String)
    if found["part"]:
        return text.str.extract(r"^(\S+)" if found["part"] == "first" else r"(\S+)$")
    if found["from"] is None:
        return text
    start = int(found["from"] or 0)
    return text.str.slice(start, int(found["to"]) - start if found["to"] else None)


def rarest(column: Column) -> pl.Series:
    """Of every row's text the word that the fewest rows have, as titles and common second names say least."""
    values = pl.DataFrame({"code": np.arange(len(column.counts)), "rows": column.counts, "text": column.values})
    words = values.with_columns(word=pl.col("text").cast(pl.String).str.split(" ")).explode("word")
    words = words.with_columns(seen=pl.col("rows").sum().over("word"))
    chosen = words.sort("code", "seen", "word").group_by("code", maintain_order=True).agg(pl.col("word").first())
    at = pl.Series(column.codes)
    return chosen.get_column("word").gather(at.set(at < 0, None))


def encode(values: pl.Series) -> Column:
    """Distinct values (without null) and the code of every row."""
    text = values if values.dtype == pl.String else _as_text(values)
    hashed = stable_ids.hash_text(text)
    present = text.is_not_null().to_numpy() if text.has_nulls() else np.ones(len(text), np.bool_)
    distinct, first, codes, counts = np.unique(
        hashed[present], return_index=True, return_inverse=True, return_counts=True
    )
    rows = np.flatnonzero(present)[first] if len(distinct) else np.zeros(0, np.int64)
    every: Any = np.full(len(values), -1, np.int32)
    every[present] = codes
    return Column(every, values[rows], counts.astype(np.int32))


def _as_text(values: pl.Series) -> pl.Series:
    if isinstance(values.dtype, pl.List):
        joined = values.list.eval(pl.element().cast(pl.String).sort()).list.join("\x1f")
        return pl.select(pl.when(joined != "").then(joined)).to_series()
    return values.cast(pl.String)
