"""`recordkit validate`: run files through the row stages, print the findings, publish nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import polars as pl

from recordkit import findings, inbox, ingest, issues
from recordkit.cli import output as out
from recordkit.cli import storing, terminal
from recordkit.ingest import Declarations, Received, Tally
from recordkit.ingest.file_rows import file_row
from recordkit.words import Texts

if TYPE_CHECKING:
    from recordkit.cli.file_commands import Validate


def run(asked: Validate) -> int:
    """Exit 3 when a file could not be read, 1 when something at or above `fail_on` was found, else 0."""
    form, output, declared, files = asked.form, asked.output, asked.declared(), asked.files
    shows = asked.show_values and output is None and sys.stdout.isatty()
    total = len(inbox.find_files(files, dirs=declared.dirs)[0])
    if shows:
        storing.unmasked("validate", total)
    most, texts = max(1, asked.limit), asked.texts(declared.words)
    if asked.annotate is not None:
        from recordkit import annotate as annotating

        most = max(most, annotating.most(declared))
    masks = findings.masks(declared.tables, declared.intake, declared.agencies)
    listed = form in findings.LISTS
    with (
        findings.Spill(findings.private_place(output), findings.shown(declared.rules, masks, shows)) as spill,
        out.progress(total, "checking", asked.bars) as advance,
    ):
        sinks = spill.of if listed else lambda _path: None
        done, skipped = ingest.receive_files(files, declared, asked.agency, advance, most=most, sinks=sinks)
        for one in skipped:
            out.say(str(one), asked.quiet and not one.lost)
        found, names = issues.concat([one.issues for one in done]), {one.sha256: one.name for one in done}
        if listed:
            out.write_pieces(findings.listed(spill, names, declared.rules, form, _totals(done)), output)
        else:
            text = _grouped(done, found, declared, asked, masks)
            out.write(text, output, texts.language if form == "text" else "en")
    if asked.annotate is not None:
        paths = [one.path for one in inbox.find_files(files, dirs=declared.dirs)[0]]
        senders = {one.sha256: one.agency for one in done}
        for path in annotating.write_all(paths, found, declared, asked.annotate, senders=senders, counts=_counts(done)):
            out.say(texts(texts.words.commands.written, path=path), asked.quiet)
    out.say(_sums(done, texts), asked.quiet)
    fail_on = "never" if asked.exit_zero else asked.fail_on
    return _code(done, found, fail_on) if not any(one.lost for one in skipped) else 3


def _totals(done: list[Received]) -> list[dict[str, Any]]:
    """Every file, where its rows went, and how many findings of each severity it has."""
    sums = _counts(done).group_by("file_sha256", "severity").agg(pl.col("count").sum())
    by_file: dict[str, dict[str, int]] = {}
    for sha256, severity, count in sums.iter_rows():
        by_file.setdefault(sha256, {})[severity] = count
    kinds = ("reject", "flag", "note")
    return [
        file_row(one) | {"findings": {kind: by_file.get(one.sha256, {}).get(kind, 0) for kind in kinds}}
        for one in done
    ]


def _counts(done: list[Received]) -> pl.DataFrame:
    """How often every kind of finding was made: `issues` may hold only the first of each."""
    return pl.concat([one.counts for one in done if one.counts is not None] or [ingest.COUNTS.to_frame()])


def _grouped(
    done: list[Received], found: pl.DataFrame, declared: Declarations, asked: Validate, masks: findings.Masks
) -> str:
    on_terminal = asked.output is None and sys.stdout.isatty()
    return findings.render(
        found, {one.sha256: one.name for one in done}, declared.rules, asked.form, masks=masks,
        rows={one.sha256: one.tally.read for one in done}, show_values=asked.show_values and on_terminal,
        limit=asked.limit, counts=_counts(done), width=terminal.width(),
        colour=asked.form == "text" and on_terminal, texts=asked.texts(declared.words),
    )  # fmt: skip


def _sums(done: list[Received], texts: Texts) -> str:
    tally, words = sum((one.tally for one in done), Tally()), texts.words
    return texts(
        words.commands.rows,
        files=texts.counted(words.findings.files, len(done)), read=texts.counted(words.commands.read, tally.read),
        accepted=tally.accepted, quarantined=tally.quarantined, skipped=tally.skipped,
    )  # fmt: skip


def _code(done: list[Received], found: pl.DataFrame, fail_on: str) -> int:
    if any(not one.readable for one in done):
        return 3
    counted = {"reject": ["reject"], "flag": ["reject", "flag"], "never": []}[fail_on]
    return int(found["severity"].is_in(counted).any())
