"""recordkit: national compilation of police and FIA case records.

    import recordkit as rk

    result = rk.validate("inbox/2026-10")   # what is wrong with some files; publishes nothing
    store = rk.open("store")                # editions, their tables, figures and links
    done = rk.compile("inbox", to="store")  # one new edition, or nothing new
    same = rk.dedupe(people)                # which rows of a frame are one person

The names of `__all__` are promises to notebooks and programs; everything else may move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recordkit.errors import BrokenLaw, DeclarationError, RecordkitError, StoreLocked, UnreadableInput
from recordkit.version import __version__

if TYPE_CHECKING:
    from recordkit.api import (
        Compiled,
        Deduped,
        Edition,
        Model,
        Store,
        Validation,
        compile,
        dedupe,
        open,
        schema,
        validate,
    )
    from recordkit.store.errors import StoreDamaged, StoreError, StoreNotFound

__all__ = [
    "BrokenLaw", "Compiled", "DeclarationError", "Deduped", "Edition", "Model", "RecordkitError", "Store",
    "StoreDamaged", "StoreError", "StoreLocked", "StoreNotFound", "UnreadableInput", "Validation", "__version__",
    "compile", "dedupe", "open", "schema", "validate",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """The public names, loaded when they are first used: `recordkit --version` must not wait for polars."""
    if name not in __all__:
        raise AttributeError(f"module 'recordkit' has no attribute {name!r}")
    if name.startswith("Store") and name != "Store":
        from recordkit.store import errors

        return getattr(errors, name)
    from recordkit import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
