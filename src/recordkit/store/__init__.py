"""Editions: immutable, summed, chained; published all or nothing."""

from __future__ import annotations

from recordkit.store import keys, ledger, status, tracing
from recordkit.store.cache import Cache, Cached, cache_key, open_cache
from recordkit.store.chain import Asked, followed, standing_inputs, worn
from recordkit.store.differences import Diff, compare, diff
from recordkit.store.errors import (
    StoreDamaged,
    StoreError,
    StoreFailed,
    StoreNewer,
    StoreNotFound,
    StoreOlder,
    reads_from,
)
from recordkit.store.keep import droppable, retain, rollback, withdrawal
from recordkit.store.manifest import Code, Decisions, Input, Law, Manifest, Rows, Table, code_version
from recordkit.store.parquet import Frame
from recordkit.store.publishing import nothing_new, publish
from recordkit.store.reading import Edition, current_id, editions, open_edition, understood
from recordkit.store.recover import writing
from recordkit.store.rekeying import Rekeyed, rekey
from recordkit.store.spooling import Spool, spool
from recordkit.store.verifying import Damage, Verified, is_sound, verify

__all__ = [
    "Asked",
    "Cache",
    "Cached",
    "Code",
    "Damage",
    "Decisions",
    "Diff",
    "Edition",
    "Frame",
    "Input",
    "Law",
    "Manifest",
    "Rekeyed",
    "Rows",
    "Spool",
    "StoreDamaged",
    "StoreError",
    "StoreFailed",
    "StoreNewer",
    "StoreNotFound",
    "StoreOlder",
    "Table",
    "Verified",
    "cache_key",
    "code_version",
    "compare",
    "current_id",
    "diff",
    "droppable",
    "editions",
    "followed",
    "is_sound",
    "keys",
    "ledger",
    "nothing_new",
    "open_cache",
    "open_edition",
    "publish",
    "reads_from",
    "rekey",
    "retain",
    "rollback",
    "spool",
    "standing_inputs",
    "status",
    "tracing",
    "understood",
    "verify",
    "withdrawal",
    "worn",
    "writing",
]
