"""Opens an edition for a reading command, after the ledger was told who reads what."""

from __future__ import annotations

import os
from pathlib import Path

from recordkit import protection, store
from recordkit.cli import output as out
from recordkit.ingest import Declarations


def opened(root: Path, command: str, edition_id: str | None = None, asked: str = "") -> store.Edition:
    """The edition; `asked` is an id or the parts of a figure, never a value.

    The line is written before anything is shown. A store that cannot be written to (a read-only copy, somebody
    else's) is read all the same, and standard error says that nobody will know.
    """
    edition = store.understood(store.open_edition(root, edition_id))
    noted(root, command, edition.id, asked)
    return edition


def noted(root: Path, command: str, edition_id: str | None, asked: str = "") -> None:
    """The ledger's line alone, for commands that open their editions themselves."""
    missing = store.ledger.noted(root, command, edition_id, asked)
    if missing:
        out.say(f"not written into the ledger: {missing}")


def unmasked(command: str, files: int) -> None:
    """Personal values are about to be shown from files; the store that RECORDKIT_STORE names, if any, remembers it."""
    root = os.environ.get("RECORDKIT_STORE")
    if root and (Path(root) / "editions").is_dir():
        noted(Path(root), command, None, f"--show-values, {files} files")


def loosened(root: Path, command: str, declared: Declarations) -> None:
    """What overlays made looser, as a person allowed, for a copy that is about to be written; nothing else is noted."""
    if declared.loosened:
        store.ledger.append(root, "runs", protection.entry(command, declared.loosened))
