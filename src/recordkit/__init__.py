"""recordkit: national compilation of police and FIA case records.

    import recordkit as rk

    result = rk.validate("inbox/2026-10")   # what is wrong with some files; publishes nothing
    store = rk.open("store")                # editions, their tables, figures and links

The names of `__all__` are promises to notebooks and programs; everything else may move.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from recordkit.errors import RecordkitError
from recordkit.version import __version__

if TYPE_CHECKING:
    from recordkit.api import Edition, Store, Validation, compile, open, schema, validate

__all__ = [
    "Edition", "RecordkitError", "Store", "Validation", "__version__", "compile", "open", "schema", "validate",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """The public names, loaded when they are first used: `recordkit --version` must not wait for polars."""
    if name not in __all__:
        raise AttributeError(f"module 'recordkit' has no attribute {name!r}")
    from recordkit import api

    return getattr(api, name)


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
