"""`recordkit diff` and `recordkit verify`: what changed, and whether every byte is as it was published."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from recordkit import declarations, details, protection, store, words
from recordkit.cli import output as out
from recordkit.ingest import Declarations
from recordkit.words import Texts

if TYPE_CHECKING:
    from recordkit.cli.options import OfStore
    from recordkit.cli.store_commands import Diff


SHOWN = 40  # figures that diff shows on a terminal


def verify(asked: OfStore) -> int:
    """Exit 0 when everything is whole, 1 when anything is damaged."""
    form = asked.form
    found = store.verify(asked.store)
    damage = [{"edition": d.edition, "path": d.path, "what": d.what} for d in found.damage]
    if form == "text":
        out.tell(_texts(found), asked.output)
    elif form == "json":
        record = {
            "sound": found.sound, "editions": found.editions, "files": found.files, "bytes": found.bytes,
            "damage": damage, "rebuild": found.rebuild, "notes": list(found.notes),
        }  # fmt: skip
        out.write(out.as_json(record), asked.output)
    else:
        out.write(out.rows(damage, form), asked.output)
    return 0 if found.sound else 1


def _texts(found: store.Verified) -> list[str]:
    """The result in words, line by line."""
    if found.sound:
        sizes = ((len(found.editions), "edition"), (found.files, "file"), (found.bytes, "byte"))
        parts = details.listed([details.counted(*size) for size in sizes], "comma")
        return [details.text("sound", parts=parts), *found.notes]
    texts = out.texts()
    heads = out.heads(["edition", "file", "what"])
    cells: list[list[Any]] = [[one.edition, one.path, texts.translated(one.what)] for one in found.damage]
    shown = out.table(texts.message("damaged"), heads, cells)
    rebuild = [
        details.text(
            "made_again_from",
            edition=edition,
            names=", ".join(i["name"] for i in inputs[:8]) + (" ..." if len(inputs) > 8 else ""),
        )
        for edition, inputs in found.rebuild.items()
    ]
    return [shown.rstrip(), *found.notes, *rebuild]


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
    texts = asked.texts(words.load(declarations.folders(asked.schemas or ())))
    out.write(_changes(found, texts), asked.output, texts.language)
    return 0


def _table(texts: Texts, title: str, names: list[str], rows: list[list[Any]]) -> str:
    """A table with its heads, and the words of its cells that recordkit gives, in the language asked for."""
    cells = [[texts.value(cell) if isinstance(cell, str) else cell for cell in row] for row in rows]
    return out.table(texts.message(title) if title else "", [texts.field(name) for name in names], cells)


def _changes(found: store.Diff, texts: Texts) -> str:
    """The tables, files and largest figures that changed."""
    tables = _table(texts, "", list(found.tables.columns), [list(row) for row in found.tables.rows()])
    heads = ["change", "name", "agency", "period"]
    files = _table(texts, "files_heading", heads, [list(row) for row in found.inputs.select(heads).rows()])
    causes = ", ".join(map(texts.value, found.causes))
    also = texts.message("also_changed", causes=causes) + "\n" if causes else ""
    moved = _moved(found, texts) if found.moves.height else ""
    largest = found.counts.sort(pl.col("change").abs(), descending=True, maintain_order=True).head(SHOWN)
    rows = [_figure(row, texts) for row in largest.iter_rows(named=True)]
    names = ["period", "agency", "place", "unit", "code", "before", "after", "change", "districts", "why"]
    counts = _table(texts, "counts_changed", names, rows)
    more = found.counts.height - SHOWN
    rest = texts.message("more_csv", count=more) + "\n" if more > 0 else ""
    before = found.a or texts.message("nothing_before")
    return f"{before} -> {found.b}\n\n{tables}\n{files}{also}\n{moved}{counts}{rest}"


def _moved(found: store.Diff, texts: Texts) -> str:
    """How many cases and people were joined, split or moved for which reasons, and the first of them."""
    counted = found.moves.group_by("kind", "change", "reasons").len().sort("kind", "change", "reasons")
    summary = [[kind, change, count, _why(reasons, texts)] for kind, change, reasons, count in counted.rows()]
    columns = ["kind", "change", "id", "into", "submissions", "reasons"]
    shown = [[*row[:-1], _why(row[-1], texts)] for row in found.moves.select(columns).head(SHOWN).rows()]
    more = found.moves.height - SHOWN
    return (
        _table(texts, "cases_moved", ["kind", "change", "number", "why"], summary)
        + "\n" + _table(texts, "", [*columns[:-1], "why"], shown)
        + (texts.message("more_json", count=more) + "\n" if more > 0 else "") + "\n"
    )  # fmt: skip


def _why(reasons: list[str] | None, texts: Texts) -> str:
    return ", ".join(map(texts.value, reasons or []))


def _figure(row: dict[str, Any], texts: Texts) -> list[Any]:
    """One changed count in a line that fits a terminal."""
    reporting = [row["districts_reporting_before"] or 0, row["districts_reporting"] or 0]
    districts = "" if reporting[0] == reporting[1] else texts.message("from_to", one=reporting[0], other=reporting[1])
    return [
        row["period"], row["agency"], row["district"] or row["province"], row["unit"],
        row["code"] or texts.message("no_code", classification=row["classification"]),
        row["before"], row["after"], f"{row['change']:+}", districts, _why(row["reasons"], texts),
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
        out.say(details.text("not_in_ledger", what=missing))


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
