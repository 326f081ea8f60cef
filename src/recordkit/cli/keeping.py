"""`recordkit rollback`, `retain` and `trace`: go back, let go, and walk a figure to its rows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recordkit import analysts, details, store
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
    _write([details.text("is_current_one", edition=name)], [{"current": name}], form, asked.output)
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
    tables = details.counted(len(made["tables"]), "table")
    text = details.text("copy_written", path=asked.to, edition=edition.id, key=key.id, tables=tables)
    _write([text], [facts], form, asked.output)
    return 0


def _restricted(made: dict[str, Any], precision: str, default: str) -> str:
    """What the copy is, with the figures that say so."""
    alone = [
        details.text("alone_of", count=f"{one['alone']:,}", all=f"{one['rows']:,}", table=name)
        for name, one in made["alone"].items()
    ]
    figures = details.listed(alone, "comma")
    if precision == default:
        return details.text("copy_is_restricted", figures=figures)
    return details.text("copy_is_restricted_by", figures=figures, precision=precision, default=default)


def withdraw(asked: Withdraw) -> int:
    """Exit 0 when the ledger says so; 2 for a file that no edition here was made of."""
    form, back = asked.form, asked.back
    source = store.withdrawal(asked.store, asked.file, asked.why, back=back)
    facts = {"name": source.name, "sha256": source.sha256, "withdrawn": not back}
    done = "counts_again" if back else "is_withdrawn"
    _write([details.text(done, name=source.name, sum=source.sha256[:12])], [facts], form, asked.output)
    return 0


def retain(asked: Retain) -> int:
    """Exit 0; names what was dropped and encrypted anew, or would be with `dry_run`; 4: damaged files were left."""
    form, root = asked.form, asked.store
    rows, lines = [], []
    if asked.keep is not None:
        names = store.droppable(root, asked.keep) if asked.dry_run else store.retain(root, asked.keep, out.say)
        rows += [{"edition": name, "dropped": not asked.dry_run} for name in names]
        dropped = "would_be_dropped" if asked.dry_run else "were_dropped"
        count = details.counted(len(names), "edition")
        lines += [*names, details.text(dropped, editions=count) if names else details.text("nothing_to_drop")]
    done = store.rekey(root, dry_run=asked.dry_run) if asked.rekey else []
    rows += [{"edition": one.edition, "files": one.files, "rekeyed": not asked.dry_run} for one in done if one.files]
    if asked.rekey:
        lines += [
            details.text("of_book", book=one.edition, what=details.counted(one.files, "file"))
            for one in done
            if one.files
        ]
        count = details.counted(sum(one.files for one in done), "file")
        lines += [details.text("would_be_encrypted" if asked.dry_run else "encrypted_anew", files=count)]
    _write(lines, rows, form, asked.output)
    damaged = [f"{one.edition}: {name}" for one in done for name in one.damaged]
    if damaged:
        raise store.StoreDamaged(
            details.text("damaged_were_left", count=len(damaged), first=damaged[0]),
            details.text("restore_and_keep_keys"),
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
    texts = out.texts()
    columns = ["case_id", "mention_id", "name", "sheet", "row"]
    cells: list[list[Any]] = [list(row) for row in rows.select(columns).rows()]
    head = details.text(
        "from_rows_of_files",
        what=what[0] if count is None else f"{count:,}",
        edition=edition.id,
        rows=details.counted(rows.height, "row"),
    )
    out.write(out.table(texts.translated(head), out.heads(columns), cells), asked.output, texts.language)
    return 0


def _write(lines: list[str], rows: list[dict[str, Any]], form: str, output: Path | None) -> None:
    """A result: in words, or as data."""
    if form == "text":
        out.tell(lines, output)
    else:
        out.write(out.rows(rows, form), output)


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
                details.text("no_name_and_value", part=part),
                details.text("example_of_cell"),
            )
        cell[name] = value or None
    return cell
