"""Editions: immutable, summed, chained; published all or nothing."""

from __future__ import annotations

from recordkit.store import encryption, ledger, run_status, tracing
from recordkit.store.cache import Cache, Cached, cache_key, open_cache
from recordkit.store.edition_diff import Diff, compare, diff
from recordkit.store.errors import (
    StoreDamaged,
    StoreError,
    StoreFailed,
    StoreNewer,
    StoreNotFound,
    StoreOlder,
    reads_from,
)
from recordkit.store.files_by_month import MONTH
from recordkit.store.lineage import Asked, current_inputs, damaged_but_rebuildable, followed
from recordkit.store.manifest import Code, Decisions, Input, Law, Manifest, Rows, Table, code_version
from recordkit.store.parquet import Frame
from recordkit.store.publishing import nothing_new, publish
from recordkit.store.reading import Edition, current_id, editions, open_edition, understood
from recordkit.store.recovery import writing
from recordkit.store.rekeying import Rekeyed, rekey
from recordkit.store.retention import droppable, retain, rollback, withdrawal
from recordkit.store.spooling import Spool, spool
from recordkit.store.verification import Damage, Verified, is_sound, verify

__all__ = [
    "MONTH",
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
    "current_inputs",
    "damaged_but_rebuildable",
    "diff",
    "droppable",
    "editions",
    "encryption",
    "followed",
    "is_sound",
    "ledger",
    "nothing_new",
    "open_cache",
    "open_edition",
    "publish",
    "reads_from",
    "rekey",
    "retain",
    "rollback",
    "run_status",
    "spool",
    "tracing",
    "understood",
    "verify",
    "withdrawal",
    "writing",
]
