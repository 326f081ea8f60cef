"""An edition's copy for analysts: keyed pseudonyms for people and records, nothing that names anybody."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import declarations, store
from recordkit.declarations import Declared
from recordkit.errors import DeclarationError, RecordkitError
from recordkit.store import disk, keys, parquet, working
from recordkit.store.keys import Key
from recordkit.tables import Table

FORMAT = 1
_HOW = "Make one with: (umask 077; openssl rand -base64 24 > analysts.key), and set RECORDKIT_PSEUDONYM_KEY_FILE to it."


class Policy(Declared):
    """The whole of schemas/analysts.toml; the keys are explained there."""

    pseudonyms: dict[str, tuple[str, ...]]
    drop: dict[str, str]

    def kinds(self) -> dict[str, str]:
        """Column -> kind of value."""
        return {column: kind for kind, columns in self.pseudonyms.items() for column in columns}


@dataclass(frozen=True)
class Plan:
    """One table: which columns are kept, in order, and the kind of those that become pseudonyms."""

    kept: tuple[str, ...]
    kinds: Mapping[str, str]
    dropped: tuple[str, ...]


def load(dirs: Sequence[Path], tables: Mapping[str, Table]) -> Policy:
    """The policy in force; an unknown column, or one named twice, is an error."""
    path = declarations.files(dirs, "analysts.toml")["analysts.toml"]
    policy = declarations.read_toml(path, Policy)
    types = {column.name: column.type for table in tables.values() for column in table.at("compile")}
    named = [*(name for columns in policy.pseudonyms.values() for name in columns), *policy.drop]
    for name in named:
        if name not in types:
            guess = declarations.nearest(name, types)
            raise DeclarationError(f"{path}: no table has a column '{name}'", f"did you mean {guess}?" if guess else "")
        if named.count(name) > 1:
            raise DeclarationError(f"{path}: '{name}' is named twice")
        if name in policy.kinds() and types[name] not in ("string", "list<string>"):
            raise DeclarationError(f"{path}: '{name}' is no text: it can be dropped, but not be a pseudonym")
    return policy


def plan(table: Table, policy: Policy) -> Plan:
    """What becomes of every column of a table."""
    columns = table.at("compile")
    kinds = {name: kind for name, kind in policy.kinds().items() if name in {column.name for column in columns}}
    raw = {one.raw if isinstance(one.raw, str) else f"{one.name}_raw" for one in table.columns if one.raw}
    kept = [
        column.name
        for column in columns
        if column.name in kinds
        or (column.personal != "direct" and column.name not in policy.drop and column.name not in raw)
    ]
    dropped = tuple(column.name for column in columns if column.name not in kept)
    return Plan(tuple(kept), kinds, dropped)


def the_key() -> Key:
    """The pseudonym key of the environment; it must not be the key that encrypts the store."""
    key = keys.find(keys.PSEUDONYM)
    if key is None:
        raise RecordkitError("There is no key for pseudonyms.", _HOW)
    if key.id in {one.id for one in keys.every(keys.STORE)}:
        raise RecordkitError("The key for pseudonyms is the key of the store.", f"Use another one. {_HOW}")
    return key


def write(edition: store.Edition, to: Path, tables: Mapping[str, Table], policy: Policy, key: Key) -> dict[str, Any]:
    """Write the copy into a new folder, all or nothing; returns its manifest. Same edition and key, same bytes."""
    if to.exists() and (not to.is_dir() or any(to.iterdir())):
        raise RecordkitError(f"{to} is there already.", "Choose a new folder: a copy is never mixed with another.")
    unknown = sorted(set(edition.tables) - set(tables))
    if unknown:
        raise RecordkitError(f"No declaration tells what is personal in {unknown[0]}.", "Give its --schemas as well.")
    plans = {name: plan(tables[name], policy) for name in edition.tables}
    with disk.private_umask(), _new_folder(to) as work:
        made = {name: parquet.write_table(work, name, _copy(edition, name, plans[name], key)) for name in plans}
        manifest = {
            "format": FORMAT,
            "kind": "analysts",
            "edition": edition.id,
            "manifest_sha256": edition.manifest.sha256,
            "key": key.id,
            "pseudonyms": {name: dict(one.kinds) for name, one in plans.items()},
            "dropped": {name: list(one.dropped) for name, one in plans.items()},
            "tables": {name: table.model_dump(mode="json", exclude={"key"}) for name, table in made.items()},
        }
        disk.write_file(work / "manifest.json", disk.canonical_json(manifest, indent=1))
    return manifest


@contextmanager
def _new_folder(to: Path) -> Iterator[Path]:
    """A folder beside `to` that gets its name at the end, flushed, or goes; one of a killed run goes as well."""
    try:
        with working.beside(disk.make_folders(to.absolute().parent)) as place:
            work = disk.make_folder(place / "copy")
            yield work
            disk.seal(work)
            disk.move_folder(work, to.absolute())
    except OSError as error:
        raise RecordkitError(f"{to} cannot be written: {error.strerror}.", "Choose another place.") from None


def _copy(edition: store.Edition, name: str, one: Plan, key: Key) -> pl.LazyFrame:
    """A table with its pseudonyms, sorted by them: the order of the names must not show through."""
    frame = edition.scan(name)
    there = [column for column in one.kept if column in frame.collect_schema()]
    frame = frame.select(
        _pseudonym(column, one.kinds[column], key) if column in one.kinds else column for column in there
    )
    plain = [column for column, kind in frame.collect_schema().items() if not kind.is_nested()]
    return frame.sort(plain, nulls_last=True, maintain_order=True)


def _pseudonym(column: str, kind: str, key: Key) -> pl.Expr:
    """Batch by batch over distinct values; a list keeps its places."""

    def replaced(values: pl.Series) -> pl.Series:
        if values.dtype != pl.List(pl.String):
            return keys.pseudonyms(values, key, kind)
        flat = values.explode().drop_nulls().unique()
        made = keys.pseudonyms(flat, key, kind)
        swap = pl.element().replace_strict(flat, made, default=None, return_dtype=pl.String)
        return values.to_frame().select(pl.col(values.name).list.eval(swap).list.sort()).to_series()

    return pl.col(column).map_batches(replaced, return_dtype=pl.self_dtype(), is_elementwise=True)
