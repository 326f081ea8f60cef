"""`recordkit validate`: run files through the row stages, print the findings, publish nothing."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

import polars as pl

from recordkit import findings, inbox, issues, receive
from recordkit.cli import auditing, options, terminal
from recordkit.cli import output as out
from recordkit.receive import Declarations, Received, Tally
from recordkit.words import Texts


def run(
    files: list[Path], declared: Declarations, *, agency: str | None, annotate: Path | None, fail_on: str,
    limit: int, fmt: str, output: Path | None, show_values: bool, quiet: bool, bars: bool,
) -> int:  # fmt: skip
    """Exit 3 when a file could not be read, 1 when something at or above `fail_on` was found, else 0."""
    if show_values:
        auditing.unmasked("validate", len(inbox.find(files, dirs=declared.dirs)[0]))
    most, texts = max(1, limit), options.texts(declared)
    if annotate is not None:
        from recordkit import annotate as annotating

        most = max(most, annotating.most(declared))
    masks = findings.masks(declared.tables, declared.intake, declared.agencies)
    listed = fmt in findings.LISTS
    with (
        findings.Kept(findings.private_place(output), findings.shown(declared.rules, masks, show_values)) as kept,
        out.progress(len(inbox.find(files, dirs=declared.dirs)[0]), "checking", bars) as advance,
    ):
        sinks = kept.of if listed else lambda _path: None
        done, passed = receive.several(files, declared, agency, advance, most, sinks)
        for one in passed:
            out.say(str(one), quiet and not one.lost)
        found, names = issues.concat([one.issues for one in done]), {one.sha256: one.name for one in done}
        counts = pl.concat([one.counts for one in done if one.counts is not None] or [receive.COUNTS.to_frame()])
        if listed:
            out.write_pieces(findings.listed(kept, names, declared.rules, fmt), output)
        else:
            text = _grouped(done, found, counts, names, declared, fmt, masks, show_values, limit, output, texts)
            out.write(text, output, texts.language if fmt == "text" else "en")
    if annotate is not None:
        paths = [one.path for one in inbox.find(files, dirs=declared.dirs)[0]]
        senders = {one.sha256: one.agency for one in done}
        for path in annotating.write_all(paths, found, declared, annotate, senders, counts):
            out.say(texts(texts.words.commands.written, path=path), quiet, texts.language)
    out.say(_sums(done, texts), quiet, texts.language)
    return _code(done, found, fail_on) if not any(one.lost for one in passed) else 3


def _grouped(
    done: list[Received], found: pl.DataFrame, counts: pl.DataFrame, names: Mapping[str, str], declared: Declarations,
    fmt: str, masks: findings.Masks, show_values: bool, limit: int, output: Path | None,
    texts: Texts,
) -> str:  # fmt: skip
    coloured = fmt == "text" and output is None and sys.stdout.isatty()
    return findings.render(
        found, names, declared.rules, fmt, masks=masks, rows={one.sha256: one.tally.read for one in done},
        show_values=show_values, limit=limit, counts=counts,
        width=terminal.width(), colour=coloured,
        texts=texts,
    )  # fmt: skip


def _sums(done: list[Received], texts: Texts) -> str:
    tally = sum((one.tally for one in done), Tally())
    return texts(
        texts.words.commands.rows,
        files=len(done), read=tally.read, accepted=tally.accepted, quarantined=tally.quarantined, skipped=tally.skipped,
    )  # fmt: skip


def _code(done: list[Received], found: pl.DataFrame, fail_on: str) -> int:
    if any(not one.readable for one in done):
        return 3
    counted = {"reject": ["reject"], "flag": ["reject", "flag"], "never": []}[fail_on]
    return int(found["severity"].is_in(counted).any())
