"""`recordkit validate`: run files through the row stages, print the findings, publish nothing."""

from __future__ import annotations

from pathlib import Path

from recordkit import annotate as annotating
from recordkit import findings, inbox, issues, pipeline, tables
from recordkit.cli import output as out
from recordkit.receive import Declarations, Received, Tally


def run(
    files: list[Path], declared: Declarations, *, agency: str | None, annotate: Path | None, fail_on: str,
    limit: int, fmt: str, output: Path | None, show_values: bool, quiet: bool, bars: bool,
) -> int:  # fmt: skip
    """Exit 3 when a file could not be read, 1 when something at or above `fail_on` was found, else 0."""
    with out.progress(len(inbox.find(files)[0]), "checking", bars) as advance:
        done, passed = pipeline.validate(files, declared, agency, advance)
    for one in passed:
        out.say(f"passed over: {one.path.name}: {one.reason}", quiet)
    found = issues.concat([one.issues for one in done])
    names = {one.sha256: one.name for one in done}
    text = findings.render(
        found,
        names,
        declared.rules,
        fmt,
        masks=tables.masks(declared.tables),
        show_values=show_values,
        limit=limit,
    )
    out.write(text, output)
    if annotate is not None:
        for path in annotating.write_all(files, found, declared, annotate):
            out.say(f"written for the sender: {path}", quiet)
    out.say(_sums(done), quiet)
    return _code(done, found, fail_on)


def _sums(done: list[Received]) -> str:
    tally = sum((one.tally for one in done), Tally())
    return (
        f"{len(done)} files, {tally.read:,} rows read = {tally.accepted:,} accepted"
        f" + {tally.quarantined:,} quarantined + {tally.skipped:,} skipped"
    )


def _code(done: list[Received], found: object, fail_on: str) -> int:
    import polars as pl

    assert isinstance(found, pl.DataFrame)
    if any(not one.readable for one in done):
        return 3
    counted = {"reject": ["reject"], "flag": ["reject", "flag"], "never": []}[fail_on]
    return int(found["severity"].is_in(counted).any())
