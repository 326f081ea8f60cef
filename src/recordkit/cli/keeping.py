"""`recordkit rollback`, `retain` and `trace`: go back, let go, and walk a figure to its rows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from recordkit import analysts, store
from recordkit.cli import output as out
from recordkit.cli import storing
from recordkit.errors import RecordkitError
from recordkit.store.figure_records import CELL

if TYPE_CHECKING:
    from recordkit.cli.store_commands import Pseudonymise, Retain, Rollback, Trace, Withdraw

_ID = re.compile(r"[CMP][0-9a-f]{1,16}")


def rollback(asked: Rollback) -> int:
    """Exit 0 when `current` names the edition; 4 when that edition is damaged."""
    form = asked.form
    name = store.rollback(asked.store, asked.edition)
    text = f"Edition {name} is the current one. Later editions are kept; the next compile follows {name}."
    out.write(text if form == "text" else out.rows([{"current": name}], form), asked.output)
    return 0


def pseudonymise(asked: Pseudonymise) -> int:
    """Exit 0 when the copy is whole; 2 without a key, or when there is something at `to`."""
    form, root, declared = asked.form, asked.store, asked.declared()
    key = analysts.the_key()
    usual = analysts.load(declared.dirs, declared.tables)
    policy = usual.by(asked.precision)
    edition = storing.opened(root, "pseudonymise", asked.edition, f"key {key.id}, precision {policy.precision}")
    storing.overlaid(root, "pseudonymise", declared)
    made = analysts.write(edition, asked.to, declared.tables, policy, key)
    facts = {"edition": edition.id, "key": key.id, "precision": policy.precision, "to": str(asked.to)}
    facts |= {name: table["rows"] for name, table in made["tables"].items()}
    out.say(_restricted(made, policy.precision, usual.precision))
    tables = out.counted(len(made["tables"]), "table")
    text = f"{asked.to}: edition {edition.id} under key {key.id}, {tables}. What became of every"
    text += " column is in its manifest.json. Keep the key apart from it."
    out.write(text if form == "text" else out.rows([facts], form), asked.output)
    return 0


def _restricted(made: dict[str, Any], precision: str, default: str) -> str:
    """What the copy is, with the figures that say so."""
    figures = ", ".join(f"{one['alone']:,} of {one['rows']:,} {name}" for name, one in made["alone"].items())
    asked = "" if precision == default else f" Dates are by the {precision}, as asked (by default by the {default})."
    return (
        f"This copy is {made['kind']}.{asked} Rows that stand alone with their plain columns, by which copies under"
        f" different keys can be joined: {figures}."
    )


def withdraw(asked: Withdraw) -> int:
    """Exit 0 when the ledger says so; 2 for a file that no edition here was made of."""
    form, back = asked.form, asked.back
    source = store.withdrawal(asked.store, asked.file, asked.why, back=back)
    facts = {"name": source.name, "sha256": source.sha256, "withdrawn": not back}
    verb = "counts again" if back else "is withdrawn"
    text = f"{source.name} ({source.sha256[:12]}) {verb}; `recordkit compile` makes the revision without it."
    text = text.replace("without it", "with it") if back else text
    out.write(text if form == "text" else out.rows([facts], form), asked.output)
    return 0


def retain(asked: Retain) -> int:
    """Exit 0; names what was dropped and encrypted anew, or would be with `dry_run`; 4: damaged files were left."""
    form, root = asked.form, asked.store
    rows, lines = [], []
    if asked.keep is not None:
        names = store.droppable(root, asked.keep) if asked.dry_run else store.retain(root, asked.keep, out.say)
        rows += [{"edition": name, "dropped": not asked.dry_run} for name in names]
        verb = "would be dropped" if asked.dry_run else "dropped; every manifest is kept in the ledger folder"
        lines += [*names, f"{out.counted(len(names), 'edition')} {verb}." if names else "Nothing to drop."]
    done = store.rekey(root, dry_run=asked.dry_run) if asked.rekey else []
    rows += [{"edition": one.edition, "files": one.files, "rekeyed": not asked.dry_run} for one in done if one.files]
    if asked.rekey:
        verb = "would be encrypted anew" if asked.dry_run else "encrypted anew"
        lines += [f"{one.edition}: {out.counted(one.files, 'file')}" for one in done if one.files]
        lines += [f"{out.counted(sum(one.files for one in done), 'file')} {verb}."]
    out.write("\n".join(lines) if form == "text" else out.rows(rows, form), asked.output)
    damaged = [f"{one.edition}: {name}" for one in done for name in one.damaged]
    if damaged:
        raise store.StoreDamaged(
            f"{len(damaged)} damaged files were left as they are ({damaged[0]}).",
            "`recordkit verify` lists them. Make them again or restore them, and run the same command again; keep the"
            " older keys until then.",
        )
    return 0


def trace(asked: Trace) -> int:
    """Exit 0; `what` is the id of a record, or the parts of a figure as name=value."""
    form, what = asked.form, asked.what
    edition = storing.opened(asked.store, "trace", asked.edition, _asked(what))
    if len(what) == 1 and "=" not in what[0]:
        count, rows = None, store.tracing.record(edition, what[0])
    else:
        count, rows = store.tracing.figure(edition, _cell(what))
    if form != "text":
        out.write(out.rows(rows.to_dicts(), form), asked.output)
        return 0
    subject = what[0] if count is None else f"{count:,}"
    head = f"{subject} in edition {edition.id}, from"
    columns = ["case_id", "mention_id", "name", "sheet", "row"]
    cells: list[list[Any]] = [list(row) for row in rows.select(columns).rows()]
    out.write(out.table(f"{head} {out.counted(rows.height, 'row')} of files", columns, cells), asked.output)
    return 0


def _asked(what: list[str]) -> str:
    """What the ledger may remember of the question: ids and parts of a figure, nothing else that was typed."""
    known = all(part.partition("=")[0] in CELL or _ID.fullmatch(part) for part in what)
    return " ".join(what) if known else "something else"


def _cell(parts: list[str]) -> dict[str, str | None]:
    cell: dict[str, str | None] = {}
    for part in parts:
        name, is_pair, value = part.partition("=")
        if not is_pair:
            raise RecordkitError(
                f"'{part}' is not name=value",
                "for example: period=2026-07 district=Kasur unit=case classification=npb_head code=Murder",
            )
        cell[name] = value or None
    return cell
