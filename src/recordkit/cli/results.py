"""Where results may go: never in the place of what the same command reads, and never into a store.

Every command passes here before it starts: for a result that is refused nothing is read, and nothing is written.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

RESULTS = frozenset({"output", "result", "annotate", "splink", "html", "xlsx", "export", "textfile"})
READ = frozenset({"files", "inbox", "folder", "schemas", "linkage", "import_", "check"})
STORES = frozenset({"store", "to"})  # of these recordkit itself knows what it may write
KEYS = ("RECORDKIT_STORE_KEY_FILE", "RECORDKIT_PSEUDONYM_KEY_FILE")


@contextmanager
def guard(given: Mapping[str, Any], settings: Iterable[Path]) -> Iterator[None]:
    """Refuse a result over one of a command's inputs, its settings files or a file of keys; then the command runs."""
    results = list(_paths(given, RESULTS))
    if not results:
        yield
        return
    from recordkit.store import workspace  # here: --help must not wait for polars

    keys = [Path(os.environ[name]) for name in KEYS if os.environ.get(name)]
    with workspace.reading([*_paths(given, READ), *settings, *keys]):
        for path in results:
            workspace.refuse(path)
        yield


def _paths(given: Mapping[str, Any], names: frozenset[str]) -> Iterator[Path]:
    for name in sorted(names & set(given)):
        value = given[name]
        yield from map(Path, value if isinstance(value, (list, tuple)) else [value] if value else [])
