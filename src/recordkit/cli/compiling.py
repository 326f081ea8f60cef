"""`recordkit compile`: run the pipeline, say what came of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from recordkit import pipeline, store
from recordkit.cli import output as out
from recordkit.errors import RecordkitError
from recordkit.inbox import EmptyInbox, PassedOver
from recordkit.pipeline import Outcome
from recordkit.receive import Declarations


def run(
    inboxes: list[Path], root: Path, through: str | None, declared: Declarations, fmt: str | None,
    output: Path | None, quiet: bool, bars: bool, textfile: Path | None = None, incremental: bool = False,
) -> int:  # fmt: skip
    """Exit 0: published, or nothing new; 3: the same, and some file could not be read or has not arrived; or none has.

    Without a terminal (cron), a failure is told in words that can be mailed as they are.
    """
    form = out.chosen(fmt, output)
    if textfile is not None and textfile.is_symlink():
        raise RecordkitError(f"{textfile} cannot be written: it is a link", "choose another place for --textfile")
    if textfile is not None and not textfile.absolute().parent.is_dir():
        raise RecordkitError(f"the folder of {textfile} is missing", "make it, readable by what reads the metrics")
    try:
        with store.status.recorded(root, "compile", textfile) as told:
            code = _run(inboxes, root, through, declared, form, output, quiet, bars, told, incremental)
    except RecordkitError as error:
        if not sys.stderr.isatty():
            out.say(store.status.letter(root, "compile", error))
        raise
    return code


def _run(
    inboxes: list[Path], root: Path, through: str | None, declared: Declarations, form: str,
    output: Path | None, quiet: bool, bars: bool, told: dict[str, Any], incremental: bool,
) -> int:  # fmt: skip
    with ExitStack() as stack:

        def starting(total: int) -> Callable[[str], None]:
            advance: Callable[[str], None] = stack.enter_context(out.progress(total, "reading", bars))
            return advance

        try:
            done = pipeline.compile(inboxes, root, declared, through, starting, incremental)
        except EmptyInbox as error:
            for passed in error.passed:
                out.say(str(passed), quiet and not passed.lost)
            missing = sum(passed.missing for passed in error.passed)
            told.update(inputs=0, new_inputs=0, not_arrived=missing, not_read=_lost(error.passed))
            raise
    for mended in dict.fromkeys(done.mended):
        out.say(f"put right: {mended}", quiet)
    for passed in done.passed_over:  # what may hold records is said even if talk is not wanted: cron mails it
        out.say(str(passed), quiet and not passed.lost)
    for name in done.unreadable:
        known = f"; known before: `recordkit withdraw {root} {name!r} --why …` ends this" if name in done.known else ""
        out.say(f"could not be read: {name} (see the issues table; recordkit validate tells more{known})")
    facts = {**summary(done), "ledger": _heads(root)}
    out.write(_text(done, root) if form == "text" else out.rows([facts], form), output)
    code = 3 if _lost(done.passed_over) or (done.edition is not None and done.unreadable) else 0
    told.update(facts, exit=code)
    return code


def _lost(passed: Sequence[PassedOver]) -> list[str]:
    """Names behind which there may be records that were not read."""
    return sorted(one.name for one in passed if one.lost)


def _heads(root: Path) -> dict[str, str]:
    """Book of the ledger -> number and SHA-256 of its last line: kept elsewhere, they show any later change."""
    heads = {book: store.ledger.head_of(root, book) for book in store.ledger.BOOKS}
    return {book: f"{head[0]} {head[1]}" for book, head in heads.items() if head is not None}


def summary(done: Outcome) -> dict[str, Any]:
    """The outcome as one flat record: what a cron job logs."""
    return {
        "published": done.edition.id if done.edition else None,
        "current": done.current,
        "inputs": done.inputs,
        "new_inputs": done.fresh,
        "rows_read": done.tally.read,
        "rows_accepted": done.tally.accepted,
        "rows_quarantined": done.tally.quarantined,
        "rows_skipped": done.tally.skipped,
        "rows_corrected": done.corrected,
        "unreadable": len(done.unreadable),
        "unreadable_before": len(done.known),
        "passed_over": len(done.passed_over),
        "not_arrived": sum(passed.missing for passed in done.passed_over),
        "not_read": sorted([*done.unreadable, *_lost(done.passed_over)]),
        "tables": dict(_rows(done.edition)) if done.edition else {},
        "laws": [{"law": law.law, "left": law.left, "right": law.right} for law in done.laws],
    }


def _rows(edition: store.Edition) -> list[tuple[str, int]]:
    return [(name, table.rows) for name, table in sorted(edition.manifest.tables.items())]


def _text(done: Outcome, root: Path) -> str:
    if done.edition is None:
        return f"Nothing new: {done.inputs} files, edition {done.current} stands."
    t = done.tally
    lines = [
        f"Edition {done.edition.id} published in {root}",
        f"  files      {done.inputs:>10,}   {done.fresh:,} new, {len(done.unreadable)} could not be read",
        f"  rows read  {t.read:>10,} = {t.accepted:,} accepted + {t.quarantined:,} quarantined + {t.skipped:,} skipped",
    ]
    if done.corrected:
        lines.append(f"  corrected  {done.corrected:>10,}   of the quarantined: a later file brings them corrected")
    lines += [f"  {name:<10} {rows:>10,}" for name, rows in _rows(done.edition)]
    lines += [f"  law kept   {law.what or law.law}: {law.left:,} = {law.right:,}" for law in done.laws]
    lines.append(f"  report     {done.edition.path / 'reports' / 'summary.html'}")
    return "\n".join(lines)
