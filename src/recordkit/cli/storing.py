"""`recordkit diff` and `recordkit verify`: what changed, and whether every byte is as it was published."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from recordkit import store
from recordkit.cli import auditing
from recordkit.cli import output as out


def verify(root: Path, fmt: str | None, output: Path | None) -> int:
    """Exit 0 when everything is whole, 1 when anything is damaged."""
    form = out.chosen(fmt, output)
    found = store.verify(root)
    damage = [{"edition": d.edition, "path": d.path, "what": d.what} for d in found.damage]
    if form == "text":
        out.write(_told(found, damage), output)
    elif form == "json":
        record = {
            "sound": found.sound, "editions": found.editions, "files": found.files, "bytes": found.bytes,
            "damage": damage, "rebuild": found.rebuild, "notes": list(found.notes),
        }  # fmt: skip
        out.write(out.as_json(record), output)
    else:
        out.write(out.rows(damage, form), output)
    return 0 if found.sound else 1


def _told(found: store.Verified, damage: list[dict[str, Any]]) -> str:
    if found.sound:
        head = f"Sound: {len(found.editions)} editions, {found.files} files, {found.bytes:,} bytes are as published."
        return "\n".join([head, *found.notes])
    shown = out.table("Damaged", ["edition", "file", "what"], [list(d.values()) for d in damage])
    rebuild = [
        f"{edition} is made again from: "
        + ", ".join(i["name"] for i in inputs[:8])
        + (" ..." if len(inputs) > 8 else "")
        for edition, inputs in found.rebuild.items()
    ]
    return "\n".join([shown.rstrip(), *found.notes, *rebuild])


def diff(root: Path, a: str | None, b: str | None, fmt: str | None, output: Path | None) -> int:
    """Exit 0, whether or not anything changed."""
    form = out.chosen(fmt, output)
    found = store.diff(root, a, b)
    auditing.noted(root, "diff", found.b, found.a or "")
    if form == "json":
        record = {
            "a": found.a,
            "b": found.b,
            "inputs": found.inputs.to_dicts(),
            "causes": found.causes,
            "tables": found.tables.to_dicts(),
            "counts": found.counts.to_dicts(),
        }
        out.write(out.as_json(record), output)
        return 0
    if form != "text":
        out.write(out.rows(found.counts.to_dicts(), form), output)
        return 0
    tables = out.table(
        f"{found.a or 'nothing'} -> {found.b}",
        list(found.tables.columns),
        [list(r) for r in found.tables.rows()],
    )
    files = out.table(
        "Files", ["change", "name", "agency", "period"],
        [list(row) for row in found.inputs.select("change", "name", "agency", "period").rows()],
    )  # fmt: skip
    also = f"Also changed: {', '.join(found.causes)}\n" if found.causes else ""
    counts = out.table(
        "Counts that changed", list(found.counts.columns), [list(r) for r in found.counts.rows()[:60]]
    )
    more = found.counts.height - 60
    rest = f"... and {more:,} more: --format csv" if more > 0 else ""
    out.write(f"{tables}\n{files}{also}\n{counts}{rest}", output)
    return 0
