"""Writes the copy: pseudonyms, coarser steps, its own order, and a manifest that says how many records stand alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa

from recordkit import details, store
from recordkit.analysts.coarsening import coarse
from recordkit.analysts.policy import Policy, Treatment
from recordkit.errors import RecordkitError
from recordkit.store import disk, encryption, parquet, workspace
from recordkit.store.encryption import Key
from recordkit.tables import Table

FORMAT = 2
KIND = "restricted microdata for named analysts; not a release"
MEASURED = ("cases", "persons")  # how many of their rows stand alone is told


def the_key() -> Key:
    """The pseudonym key of the environment; it must not be the key that encrypts the store."""
    key = encryption.find_key(encryption.PSEUDONYM)
    if key is None:
        raise RecordkitError(details.text("no_pseudonym_key"), details.text("make_pseudonym_key"))
    if key.id in {one.id for one in encryption.find_keys(encryption.STORE)}:
        raise RecordkitError(
            details.text("pseudonym_key_is_of_store"),
            details.text("use_another_key", how=details.text("make_pseudonym_key")),
        )
    return key


def write(edition: store.Edition, to: Path, tables: Mapping[str, Table], policy: Policy, key: Key) -> dict[str, Any]:
    """Write the copy into a new folder, all or nothing; returns its manifest. The same of all give the same bytes."""
    unknown = sorted(set(edition.tables) - set(tables))
    if unknown:
        raise RecordkitError(details.text("nothing_says_personal", table=unknown[0]), details.text("give_its_schemas"))
    shown = {name: _shown(policy.tables[name]) for name in edition.tables}
    shown = {name: columns for name, columns in shown.items() if columns}
    with workspace.new_folder(to) as work:
        made, alone = {}, {}
        for name, columns in shown.items():
            frame = _copy(edition, name, columns, key, policy.precision)
            made[name] = parquet.write_table(work, name, frame, described=_described(tables[name], columns))
            if name in MEASURED:
                alone[name] = unique_rows(parquet.as_lazy(work / name), _plain(columns))
        manifest = {
            "format": FORMAT,
            "kind": KIND,
            "edition": edition.id,
            "manifest_sha256": edition.manifest.sha256,
            "key": key.id,
            "precision": policy.precision,
            "columns": {name: {one: _told(how) for one, how in policy.tables[name].items()} for name in edition.tables},
            "alone": alone,
            "tables": {name: table.model_dump(mode="json", exclude={"key"}) for name, table in made.items()},
        }
        disk.write_file(work / "manifest.json", disk.canonical_json(manifest, indent=1))
    return manifest


def copied_frames(
    edition: store.Edition, names: Iterable[str], policy: Policy, key: Key
) -> dict[str, pl.DataFrame]:
    """Tables as the copy has them, and nothing else of the edition: for files in the standards of others."""
    return {name: _copy(edition, name, _shown(policy.tables[name]), key, policy.precision).collect() for name in names}


def unique_rows(frame: pl.LazyFrame, plain: list[str]) -> dict[str, int]:
    """How many rows have values in their plain columns that no other row has; `k`: how many share theirs at least.

    Two copies under different keys can be joined row by row on these columns for all rows that stand alone.
    """
    schema = frame.collect_schema()
    there = [name for name in plain if name in schema]
    texts = [pl.col(name).list.join("\n") if schema[name].is_nested() else pl.col(name) for name in there]
    sizes = frame.select(texts).group_by(there).len("rows").collect()["rows"] if there else pl.Series("rows", [0])
    smallest = sizes.min() if sizes.len() else 0
    return {"rows": int(sizes.sum()), "alone": int((sizes == 1).sum()), "k": int(str(smallest))}


def _described(table: Table, columns: Mapping[str, Treatment]) -> pa.Schema:
    """The table's own metadata, and at each column how it was treated: a pseudonym is not what the column says."""
    schema = table.arrow()
    copied = [one for one in schema if one.name in columns]
    fields = [one.with_metadata({**one.metadata, "treatment": columns[one.name].how}) for one in copied]
    return pa.schema(fields, metadata=schema.metadata)


def _told(one: Treatment) -> dict[str, Any]:
    """A treatment as the manifest tells it."""
    described: dict[str, Any] = {"how": one.how}
    described |= {"kind": one.kind} if one.kind else {}
    described |= {"within": list(one.within)} if one.within else {}
    return described | ({"why": one.why} if one.why else {})


def _shown(table: Mapping[str, Treatment]) -> dict[str, Treatment]:
    return {name: one for name, one in table.items() if one.how != "drop"}


def _plain(columns: Mapping[str, Treatment]) -> list[str]:
    return [name for name, one in columns.items() if one.how != "pseudonym"]


def _copy(
    edition: store.Edition, name: str, columns: Mapping[str, Treatment], key: Key, precision: str
) -> pl.LazyFrame:
    """A table as the copy has it, sorted by its pseudonyms: the order of the edition must not show through."""
    frame = edition.scan(name)
    schema = frame.collect_schema()
    there = {column: one for column, one in columns.items() if column in schema}
    made = []
    for column, one in there.items():
        if one.how == "pseudonym":
            within = [name for name in one.within if name in schema]
            made.append(_pseudonym(column, schema[column], one.kind, within, key))
        else:
            made.append(coarse(column, schema[column], precision) if one.how == "coarsen" else pl.col(column))
    frame = frame.select(made)
    return frame.sort(_order(frame.collect_schema(), there), nulls_last=True, maintain_order=True)


def _order(schema: pl.Schema, columns: Mapping[str, Treatment]) -> list[pl.Expr]:
    """Pseudonyms first, then all the rest: rows that are equal in everything may stand in any order."""
    lists = [name for name, kind in schema.items() if kind == pl.List(pl.String)]
    flat = [name for name, kind in schema.items() if not kind.is_nested()]
    first = [name for name in flat if columns[name].how == "pseudonym"]
    ordered = [pl.col(name) for name in (*first, *(name for name in flat if name not in first))]
    return [*ordered, *(pl.col(name).list.join("\n") for name in lists)]


def _pseudonym(column: str, dtype: pl.DataType, kind: str, within: list[str], key: Key) -> pl.Expr:
    """The pseudonym of each value, or of each value of a list."""

    def replaced(rows: pl.Series) -> pl.Series:
        frame = rows.struct.unnest()
        scope = pl.struct(within).struct.json_encode() if within else pl.lit(None, pl.String)
        values = frame.select(scope=scope, value=pl.col(column)).with_row_index("at")
        if dtype == pl.String:
            return _made(values, key, kind).rename(column)
        flat = values.explode("value")
        lists = flat.with_columns(made=_made(flat, key, kind)).group_by("at").agg(pl.col("made").drop_nulls().sort())
        joined = values.join(lists, on="at", how="left", maintain_order="left")
        filled = pl.col("made").fill_null(pl.lit([], pl.List(pl.String)))  # an empty list has no row of its own
        return joined.select(pl.when(pl.col("value").is_not_null()).then(filled).alias(column)).to_series()

    taken = pl.struct([*dict.fromkeys([column, *within])])
    return taken.map_batches(replaced, return_dtype=dtype, is_elementwise=True).alias(column)


def _made(values: pl.DataFrame, key: Key, kind: str) -> pl.Series:
    """Pseudonyms of `value`, of another kind in every `scope`."""
    scoped = pl.when(pl.col("scope").is_null()).then("value").otherwise(pl.col("scope") + "\0" + pl.col("value"))
    return encryption.pseudonyms(values.select(scoped).to_series(), key, kind)
