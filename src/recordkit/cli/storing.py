"""`recordkit diff` and `recordkit verify`: what changed, and whether every byte is as it was published."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from recordkit import declarations, protection, store
from recordkit.cli import output as out
from recordkit.ingest import Declarations

if TYPE_CHECKING:
    from recordkit.cli.store_commands import Diff, Verify


SHOWN = 40  # figures that diff shows on a terminal


def verify(asked: Verify) -> int:
    """Exit 0 when everything is whole, 1 when anything is damaged."""
    form = asked.form
    found = store.verify(asked.store)
    damage = [{"edition": d.edition, "path": d.path, "what": d.what} for d in found.damage]
    if form == "text":
        out.write(_told(found, damage), asked.output)
    elif form == "json":
        record = {
            "sound": found.sound, "editions": found.editions, "files": found.files, "bytes": found.bytes,
            "damage": damage, "rebuild": found.rebuild, "notes": list(found.notes),
        }  # fmt: skip
        out.write(out.as_json(record), asked.output)
    else:
        out.write(out.rows(damage, form), asked.output)
    return 0 if found.sound else 1


def _told(found: store.Verified, damage: list[dict[str, Any]]) -> str:
    if found.sound:
        sizes = ((len(found.editions), "edition"), (found.files, "file"), (found.bytes, "byte"))
        head = f"Sound: {', '.join(out.counted(*size) for size in sizes)}, as published."
        return "\n".join([head, *found.notes])
    shown = out.table("Damaged", ["edition", "file", "what"], [list(d.values()) for d in damage])
    rebuild = [
        f"{edition} is made again from: "
        + ", ".join(i["name"] for i in inputs[:8])
        + (" ..." if len(inputs) > 8 else "")
        for edition, inputs in found.rebuild.items()
    ]
    return "\n".join([shown.rstrip(), *found.notes, *rebuild])


def diff(asked: Diff) -> int:
    """Exit 0, whether or not anything changed."""
    form = asked.form
    found = store.diff(asked.store, asked.a, asked.b)
    noted(asked.store, "diff", found.b, found.a or "")
    if form == "json":
        record = {
            "a": found.a,
            "b": found.b,
            "inputs": found.inputs.to_dicts(),
            "causes": found.causes,
            "tables": found.tables.to_dicts(),
            "moves": found.moves.to_dicts(),
            "counts": found.counts.to_dicts(),
        }
        out.write(out.as_json(record), asked.output)
        return 0
    if form != "text":
        out.write(out.rows(found.counts.to_dicts(), form), asked.output)
        return 0
    out.write(_changes(found), asked.output)
    return 0


def _changes(found: store.Diff) -> str:
    """The tables, files and largest figures that changed."""
    tables = out.table("", list(found.tables.columns), [list(row) for row in found.tables.rows()])
    files = out.table(
        "Files", ["change", "name", "agency", "period"],
        [list(row) for row in found.inputs.select("change", "name", "agency", "period").rows()],
    )  # fmt: skip
    also = f"Also changed: {', '.join(found.causes)}\n" if found.causes else ""
    moved = _moved(found) if found.moves.height else ""
    rows = [_figure(row) for row in found.counts.sort(pl.col("change").abs(), descending=True, maintain_order=True)
            .head(SHOWN).iter_rows(named=True)]  # fmt: skip
    names = ["period", "agency", "place", "unit", "code", "before", "after", "change", "districts", "why"]
    counts = out.table("Counts that changed, largest first", names, rows)
    more = found.counts.height - SHOWN
    rest = f"... and {more:,} more: --format csv\n" if more > 0 else ""
    return f"{found.a or 'nothing'} -> {found.b}\n\n{tables}\n{files}{also}\n{moved}{counts}{rest}"


def _moved(found: store.Diff) -> str:
    """How many cases and people were joined, split or moved for which reasons, and the first of them."""
    why = found.moves.with_columns(why=pl.col("reasons").list.join(", "))
    counted = why.group_by("kind", "change", "why").len().sort("kind", "change", "why")
    summary = [[kind, change, count, said] for kind, change, said, count in counted.rows()]
    shown = [list(row) for row in why.select("kind", "change", "id", "into", "submissions", "why").head(SHOWN).rows()]
    more = why.height - SHOWN
    return (
        out.table("Cases and people joined, split or moved", ["kind", "change", "number", "why"], summary)
        + "\n" + out.table("", ["kind", "change", "id", "into", "submissions", "why"], shown)
        + (f"... and {more:,} more: --format json\n" if more > 0 else "") + "\n"
    )  # fmt: skip


def _figure(row: dict[str, Any]) -> list[Any]:
    """One changed count in a line that fits a terminal."""
    heard = [row["districts_reporting_before"] or 0, row["districts_reporting"] or 0]
    districts = "" if heard[0] == heard[1] else f"{heard[0]} to {heard[1]}"
    return [
        row["period"], row["agency"], row["district"] or row["province"], row["unit"],
        row["code"] or f"no {row['classification']}", row["before"], row["after"], f"{row['change']:+}",
        districts, ", ".join(row["reasons"] or []),
    ]  # fmt: skip


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


def overlaid(root: Path, command: str, declared: Declarations) -> None:
    """Which overlays decide about a copy to be written, and what they made looser, as a person allowed."""
    if len(declared.dirs) > 1:
        store.ledger.append(root, "runs", declarations.entry(command, declared.dirs))
    if declared.loosened:
        store.ledger.append(root, "runs", protection.entry(command, declared.loosened))
