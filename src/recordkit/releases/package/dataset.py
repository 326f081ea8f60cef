"""A release as its metadata describe it, in every standard: what it is, its files, their columns and values."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal

import polars as pl

from recordkit import declarations, details, store
from recordkit.releases.package.declaration import File, Kind, Licence, Product, Publisher
from recordkit.store import disk
from recordkit.words import Both

MOST_VALUES = 300  # a column of more different texts than this has no list of them
Type = Literal["string", "integer", "number", "boolean"]
# A name of ours among UUIDs: ids of releases are the same wherever and whenever they are made.
NAMESPACE = uuid.UUID("6f1d0c5e-3a54-5f6e-9f3f-2d1d3a7b9c10")


@dataclass(frozen=True)
class Value:
    """A value of a column, what it means, and how many rows have it."""

    value: str
    label: str
    rows: int
    urdu: str = ""  # its word


@dataclass(frozen=True)
class Column:
    """A column of a file. `values`: all of its values, where it is coded; `nulls`: may a cell be empty?"""

    name: str
    type: Type
    label: Both
    doc: Both
    values: tuple[Value, ...]
    nulls: bool
    nothing: int  # rows without a value


@dataclass(frozen=True)
class Table:
    """A table of a release: NAME.csv, and NAME.parquet when it is one that researchers load."""

    name: str
    title: Both
    columns: tuple[Column, ...]
    rows: int
    key: tuple[str, ...]
    joins: str  # the table whose `key` the first column of this one names
    csv: bytes
    parquet: bytes
    others: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)  # name of a file -> media type and content

    @property
    def files(self) -> list[tuple[str, str, bytes]]:
        """Name, media type and content of each of its files."""
        return [*self.plain, *((name, media, data) for name, (media, data) in self.others.items())]

    @property
    def plain(self) -> list[tuple[str, str, bytes]]:
        """Those whose bytes are the same whenever they are written."""
        own = (f"{self.name}.parquet", "application/vnd.apache.parquet", self.parquet)
        return [(f"{self.name}.csv", "text/csv", self.csv), *([own] if self.parquet else [])]


@dataclass(frozen=True)
class Dataset:
    """All that is known of a release before it has its number."""

    kind: Kind
    name: str  # of the product, for file names and ids
    title: Both
    edition: str
    months: tuple[str, str]  # the first and the last that it counts
    published: str  # day of the release
    spatial: str  # ISO 3166-1 alpha-3 of the country
    product: Product
    licence: Licence
    publisher: Publisher
    words: Mapping[str, Both]
    tables: tuple[Table, ...]

    @cached_property
    def id(self) -> str:
        """An identifier that is the same for the same edition and tables."""
        sums = [disk.sha256_bytes(data) for table in self.tables for _, _, data in table.plain]
        return uuid.uuid5(NAMESPACE, " ".join([self.edition, self.name, *sums])).urn

    @property
    def citation(self) -> str:
        """How to cite it, in English."""
        return f"{self.publisher.name.en} ({self.published[:4]}). {self.title.en}. {self.edition}. {self.id}"

    @property
    def missing(self) -> tuple[str, str]:
        """The texts that stand for no value: what the sender did not say, and what is withheld."""
        return details.text("not_stated"), details.text("withheld")


def table_of(
    package: File, labels: Mapping[str, Mapping[str, Both]], frame: pl.DataFrame, name: str, title: Both,
    *, parquet: bytes = b"", key: Sequence[str] = (), joins: str = "",
) -> Table:  # fmt: skip
    """A frame as a table; `labels`: column -> value -> what it means."""
    columns = tuple(_columns(package, labels, frame))
    return Table(name, title, columns, frame.height, tuple(key), joins, frame.write_csv().encode(), parquet)


def _columns(package: File, labels: Mapping[str, Mapping[str, Both]], frame: pl.DataFrame) -> Iterator[Column]:
    for name in frame.columns:
        series = frame[name]
        known = package.columns.get(name)
        plain = Both(en=name.replace("_", " "), ur="")
        label, doc = (known.label, known.doc) if known else (plain, plain)
        values: tuple[Value, ...] = ()
        if series.dtype == pl.String and series.n_unique() <= MOST_VALUES:
            counted = series.drop_nulls().value_counts().sort(name)
            meant = {value: Both(en=value, ur="") for value in counted[name]} | dict(labels.get(name, {}))
            values = tuple(Value(value, meant[value].en, rows, meant[value].ur) for value, rows in counted.iter_rows())
        yield Column(name, _type(series.dtype), label, doc, values, series.null_count() > 0, series.null_count())


def _type(dtype: pl.DataType) -> Type:
    if dtype == pl.Boolean:
        return "boolean"
    return "integer" if dtype.is_integer() else "number" if dtype.is_numeric() else "string"


def labels_of(package: File, dirs: Sequence[Path]) -> dict[str, dict[str, Both]]:
    """Column -> value -> what it means, by the reference tables; in Urdu its first spelling there, where it has one."""
    codes = declarations.read_csv(dirs, "reference/codes.csv", ["vocabulary", "code"])
    found = {}
    for name, column in package.columns.items():
        if column.codes == "iccs":
            iccs = declarations.read_csv(dirs, "reference/iccs.csv", ["code"])
            frame = iccs.select("code", pl.col("title").alias("label"), pl.lit("").alias("ur"))
        else:
            frame = codes.filter(pl.col("vocabulary") == column.codes).select("code", "label", _first_urdu())
        if column.codes:
            rows = frame.drop_nulls(["code", "label"]).with_columns(pl.col("ur").fill_null(""))
            found[name] = {code: Both(en=label, ur=urdu) for code, label, urdu in rows.iter_rows()}
    return found


def _first_urdu() -> pl.Expr:
    spelt = pl.col("variants").str.split(";").list.eval(pl.element().filter(pl.element().str.contains(r"\p{Arabic}")))
    return spelt.list.first().alias("ur")


def months_of(edition: store.Edition) -> tuple[str, str]:
    """The first and the last month that an edition counts."""
    both = edition.scan("counts").select(pl.min("period").alias("first"), pl.max("period").alias("last"))
    first, last = both.collect().row(0)
    end = edition.manifest.period
    return str(first or end), str(last or end)
