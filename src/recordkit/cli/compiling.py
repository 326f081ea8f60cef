"""`recordkit compile`: run the pipeline, say what came of it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recordkit import api, details, intelligence, pipeline, store
from recordkit.cli import output as out
from recordkit.errors import RecordkitError
from recordkit.inbox import EmptyInbox, SkippedFile
from recordkit.ingest import Declarations
from recordkit.pipeline import Outcome
from recordkit.readers import machine_memory

if TYPE_CHECKING:
    from recordkit.cli.store_commands import Compile


def run(asked: Compile) -> int:
    """Exit 0: published, or nothing new; 3: the same, and some file could not be read or has not arrived; or none has.

    Without a terminal (cron), a failure is told in words that can be mailed as they are.
    """
    api.refuse_engine(asked.engine)
    form, textfile, declared = asked.form, asked.textfile, asked.declared()
    if asked.alerts:
        intelligence.alerts.load(declared.dirs)  # a slip in them is told before the work, not after it
    if textfile is not None and textfile.is_symlink():
        raise RecordkitError(details.text("textfile_is_link", path=textfile), details.text("other_textfile"))
    if textfile is not None and not textfile.absolute().parent.is_dir():
        raise RecordkitError(details.text("no_folder_of_textfile", path=textfile), details.text("make_readable_folder"))
    try:
        with machine_memory.limited(asked.memory), store.run_status.recorded(asked.to, "compile", textfile) as status:
            code = _run(asked, declared, form, status)
    except RecordkitError as error:
        if not sys.stderr.isatty():
            out.say(store.run_status.letter(asked.to, "compile", error))
        raise
    return code


def _run(asked: Compile, declared: Declarations, form: str, status: dict[str, Any]) -> int:
    root, quiet = asked.to, asked.quiet
    with ExitStack() as stack:

        def starting(total: int) -> Callable[[str], None]:
            advance: Callable[[str], None] = stack.enter_context(out.progress(total, "reading", asked.bars))
            return advance

        try:
            done = pipeline.compile(
                asked.inbox, root, declared, through=asked.through, starting=starting,
                incremental=asked.incremental, processes=asked.processes,
            )
        except EmptyInbox as error:
            for skipped in error.skipped:
                out.say(str(skipped), quiet and not skipped.lost)
            missing = sum(skipped.missing for skipped in error.skipped)
            status.update(inputs=0, new_inputs=0, not_arrived=missing, not_read=_lost(error.skipped))
            raise
    for repaired in dict.fromkeys(done.repaired):
        out.say(details.text("repaired_what", what=repaired), quiet)
    for skipped in done.skipped:  # what may hold records is said even if talk is not wanted: cron mails it
        out.say(str(skipped), quiet and not skipped.lost)
    for name in done.unreadable:
        known = "file_not_read_again" if name in done.known else "file_not_read_now"
        out.say(details.text(known, name=name, **({"store": root} if name in done.known else {})))
    fresh, lines = _alerts(asked, done, declared) if asked.alerts else ({}, [])
    facts = {**api.counts(done), **({"alerts": fresh} if asked.alerts else {}), "ledger": _heads(root)}
    if form == "text":
        out.tell([*_texts(done, root), *lines], asked.output)
    else:
        out.write(out.rows([facts], form), asked.output)
    code = 3 if _lost(done.skipped) or (done.edition is not None and done.unreadable) else 0
    status.update(facts, exit=code)
    return code


def _alerts(asked: Compile, done: Outcome, declared: Declarations) -> tuple[dict[str, list[str]], list[str]]:
    """The new alerts of a new edition; the edition stands, whatever comes of them."""
    from recordkit.cli import restricted

    if done.edition is None:
        return {}, []
    try:
        return restricted.raised(asked.to, done.edition, declared, asked.texts(declared.words).language)
    except RecordkitError as error:
        out.say(details.text("alerts_failed", what=error.what))
        return {}, []


def _lost(skipped: Sequence[SkippedFile]) -> list[str]:
    """Names behind which there may be records that were not read."""
    return sorted(one.name for one in skipped if one.lost)


def _heads(root: Path) -> dict[str, str]:
    """Book of the ledger -> number and SHA-256 of its last line: kept elsewhere, they show any later change."""
    heads = {book: store.ledger.head_of(root, book) for book in store.ledger.BOOKS}
    return {book: f"{head[0]} {head[1]}" for book, head in heads.items() if head is not None}


def _rows(edition: store.Edition) -> list[tuple[str, int]]:
    return [(name, table.rows) for name, table in sorted(edition.manifest.tables.items())]


def _texts(done: Outcome, root: Path) -> list[str]:
    """The result in words, line by line."""
    if done.edition is None:
        files = details.counted(done.inputs, "file")
        return [details.text("nothing_new", files=files, edition=done.current)]
    t = done.tally
    ends = {name: f"{count:,}" for name, count in vars(t).items() if name != "read"}
    lost = len(done.unreadable)
    lines = [
        details.text("edition_published", edition=done.edition.id, store=root),
        details.text("compiled_files", files=f"{done.inputs:>10,}", new=f"{done.fresh:,}", lost=lost),
        details.text("compiled_rows", read=f"{t.read:>10,}", **ends),
    ]
    if done.corrected:
        lines.append(details.text("compiled_corrected", rows=f"{done.corrected:>10,}"))
    lines += [f"  {name:<10} {rows:>10,}" for name, rows in _rows(done.edition)]
    lines += [
        details.text("check_passed", law=law.what or law.law, left=f"{law.left:,}", right=f"{law.right:,}")
        for law in done.laws
    ]
    return [*lines, details.text("compiled_report", path=done.edition.path / "reports" / "summary.html")]
