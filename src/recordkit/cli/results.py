"""Where results may go: never in the place of what the same command reads, and never into a store.

Every command passes here before it starts: for a result that is refused nothing is read, and nothing is written.
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

RESULTS = frozenset({"output", "result", "annotate", "splink", "html", "xlsx", "export", "textfile"})
READ = frozenset({"files", "inbox", "folder", "schemas", "linkage", "import_"})
STORES = frozenset({"store", "to"})  # of these recordkit itself knows what it may write
KEYS = ("RECORDKIT_STORE_KEY_FILE", "RECORDKIT_PSEUDONYM_KEY_FILE")


def guarded(callback: Callable[..., Any], settings: Iterable[Path]) -> Callable[..., Any]:
    """The same command, that refuses a result over one of its inputs, its settings files or a file of keys."""

    @functools.wraps(callback)
    def run(**given: Any) -> Any:
        results = list(_paths(given, RESULTS))
        if not results:
            return callback(**given)
        from recordkit.store import workspace  # here: --help must not wait for polars

        keys = [Path(os.environ[name]) for name in KEYS if os.environ.get(name)]
        with workspace.reading([*_paths(given, READ), *settings, *keys]):
            for path in results:
                workspace.refuse(path)
            return callback(**given)

    return run


def _paths(given: Mapping[str, Any], names: frozenset[str]) -> Iterator[Path]:
    for name in sorted(names & set(given)):
        value = given[name]
        yield from map(Path, value if isinstance(value, (list, tuple)) else [value] if value else [])
