"""Folders of declarations: the packaged one, and those that people lay over it."""

from __future__ import annotations

import difflib
import fnmatch
import hashlib
import os
from collections.abc import Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from recordkit import details, packaged
from recordkit.errors import DeclarationError

PACKAGED: Path = packaged.SCHEMAS
FREE = ("agencies/*.toml", "tables/*.toml", "lists/*.toml", "lists/*.csv")  # where an overlay gives names of its own
SIMILAR = 0.85  # rulez.toml is; recordkit.toml and pyproject.toml are not


def folders(overlays: Iterable[Path] = ()) -> list[Path]:
    """The packaged folder, then every overlay in the order given. Raises when an overlay is not a folder, or when
    something in it cannot be listed or read, or is nearly called as one of ours: what it tightens must not be skipped
    in silence."""
    found = [PACKAGED, *overlays]
    for folder in found[1:]:
        for here, _, _ in os.walk(folder, onerror=_closed):
            place = Path(here)
            if place == folder or place.parent == folder:
                _refuse_skipped(folder, place)
    return found


def _refuse_skipped(overlay: Path, place: Path) -> None:
    """Whatever lies in `place` under a name of ours is a plain file, or a link to one; nothing is nearly called so."""
    ours = _packaged_names()
    for path in sorted(place.iterdir()):
        name = path.relative_to(overlay).as_posix()
        if name in ours or any(fnmatch.fnmatchcase(name, one) for one in FREE):
            if not path.is_file():
                raise DeclarationError(details.text("named_as_declarations", path=path), details.text("take_it_away"))
        elif path.suffix.lower() in (".toml", ".csv"):
            like = difflib.get_close_matches(name, ours, n=1, cutoff=SIMILAR)
            if like:
                raise DeclarationError(
                    details.text("no_such_declarations", name=name), details.text("mean_or_rename", guess=like[0])
                )


def overlaid(dirs: Sequence[Path]) -> list[dict[str, Any]]:
    """Every file of ours or of its own that an overlay brings, in the order of the overlays: its name and its sum, and
    whether one of ours of that name no longer decides alone. The sums tell an auditor which declarations decided."""
    return [
        {"file": name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "ours": name in _packaged_names()}
        for folder in dirs
        if folder != PACKAGED
        for name, path in sorted((path.relative_to(folder).as_posix(), path) for path in folder.rglob("*"))
        if (name in _packaged_names() or any(fnmatch.fnmatchcase(name, one) for one in FREE)) and path.is_file()
    ]


def entry(command: str, dirs: Sequence[Path]) -> dict[str, Any]:
    """The ledger's line about a run with overlays: which declarations decided what was read as what."""
    return {"what": "overlaid", "command": command, "files": overlaid(dirs)}


@lru_cache(maxsize=1)
def _packaged_names() -> tuple[str, ...]:
    found = sorted(path for path in PACKAGED.rglob("*") if path.suffix in (".toml", ".csv"))
    return tuple(path.relative_to(PACKAGED).as_posix() for path in found)


def _closed(error: OSError) -> None:
    if isinstance(error, (FileNotFoundError, NotADirectoryError)):
        text = details.text("no_folder_of_declarations", path=error.filename)
        raise DeclarationError(text, details.text("give_existing_folder")) from None
    text = details.text("declarations_not_listed", path=error.filename, reason=error.strerror)
    raise DeclarationError(text, details.text("check_permissions")) from None


def files(dirs: Sequence[Path], pattern: str) -> dict[str, Path]:
    """Relative name -> path, sorted by name; a later folder's file replaces an earlier one of that name."""
    found: dict[str, Path] = {}
    for folder in dirs:
        for path in folder.glob(pattern):
            if path.is_file():
                found[path.relative_to(folder).as_posix()] = path
    return dict(sorted(found.items()))


def layers(dirs: Sequence[Path], name: str) -> list[Path]:
    """Every folder's copy of one file, packaged first: for files that are merged and not replaced."""
    found = [folder / name for folder in dirs if (folder / name).is_file()]
    if not found:
        raise DeclarationError(
            details.text("in_no_folder", name=name, folders=", ".join(map(str, dirs))), details.text("reinstall")
        )
    return found


def unique(ids: Iterable[tuple[str, Path]], what: str) -> dict[str, Path]:
    """Id -> file; two files (or one file twice) with the same id raise an error that names both.

    what: name of the text that says what they are (`kind_table`).
    """
    seen: dict[str, Path] = {}
    for key, path in ids:
        if key in seen:
            raise DeclarationError(
                details.text("declared_twice", what=details.text(what), key=key, first=seen[key], second=path),
                details.text("rename_or_replace"),
            )
        seen[key] = path
    return seen


def nearest(word: str, known: Iterable[str]) -> str | None:
    """The known word that looks most like `word`, or None when nothing does."""
    known = sorted(known)
    folded = {name.casefold(): name for name in reversed(known)}
    found = difflib.get_close_matches(word.casefold(), list(folded), n=1, cutoff=0.6)
    return folded[found[0]] if found else None
