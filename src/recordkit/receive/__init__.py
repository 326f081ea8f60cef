"""Takes one file from bytes to typed, validated records, and accounts for every row."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from recordkit import agencies, issues, mapping, readers
from recordkit.readers import SourceFile
from recordkit.receive import quarantine
from recordkit.receive.declared import Declarations, declare
from recordkit.receive.sheet import ROWS, Earlier, Keep
from recordkit.receive.sheet import run as run_sheet
from recordkit.receive.tally import Tally

__all__ = ["Declarations", "Keep", "Received", "Tally", "declare", "nothing", "receive"]


@dataclass(frozen=True)
class Received:
    """One file after all row-local stages: what it is, where its rows went, what was found (ISSUE_SCHEMA)."""

    name: str
    member: str | None
    sha256: str
    kind: str
    encoding: str | None
    agency: str | None
    formats: tuple[str, ...]
    period: str | None
    sheets: tuple[str, ...]
    tally: Tally
    issues: pl.DataFrame
    readable: bool


def nothing(_table: str, _frame: pl.DataFrame) -> None:
    """Keeps no frame: for validation, which only reports."""


def receive(
    path: Path,
    declared: Declarations,
    *,
    agency: str | None = None,
    received: str | None = None,
    keep: Keep = nothing,
) -> list[Received]:
    """Run one file, or each member of an archive, through the row stages.

    keep(table, frame) is called with every batch of every table (cases, charges, persons, services, returns,
    quarantine) at submission level. Raises BrokenLaw when rows are not accounted for.
    """
    return [
        _receive(*_chosen(path, source, declared, agency), declared, received, keep)
        for source in readers.open_all(path)
    ]


def _chosen(
    path: Path, source: SourceFile, declared: Declarations, agency: str | None
) -> tuple[SourceFile, agencies.Choice]:
    """The source and its format. Where the encoding was only guessed, what the declaration says wins."""
    choice = agencies.choose(source, declared.agencies, agency)
    encoding = agencies.declared_encoding(source, choice)
    if encoding is None:
        return source, choice
    again = next(one for one in readers.open_all(path, encoding=encoding) if one.member == source.member)
    return (again, agencies.choose(again, declared.agencies, agency)) if again.readable else (source, choice)


def _receive(
    source: SourceFile, choice: agencies.Choice, declared: Declarations, received: str | None, keep: Keep
) -> Received:
    found = [source.issues, choice.issues]
    tally = Tally()
    periods: list[str] = []
    earlier: Earlier = {}
    for match in choice.matches:
        sheet = next(one for one in source.sheets if one.name == match.sheet)
        plan, noted = mapping.plan(sheet, match, declared.agencies, declared.intake, received)
        done = run_sheet(source, sheet, plan, declared, received, keep, earlier)
        tally += done.tally
        found += [noted, *done.found]
        periods += [done.period] if done.period else []
    if not choice.matches:
        tally += _unmapped(source, choice, keep)
    tally.check(source.name)
    if choice.matches and not tally.accepted and not tally.quarantined:
        found.append(issues.make("RK121", file_sha256=source.sha256, detail="a return of nothing"))
    return Received(
        name=source.name,
        member=source.member,
        sha256=source.sha256,
        kind=source.kind,
        encoding=source.encoding,
        agency=choice.matches[0].agency.id if choice.matches else None,
        formats=tuple(dict.fromkeys(match.format.id for match in choice.matches)),
        period=max(periods, default=None),
        sheets=tuple(match.sheet for match in choice.matches),
        tally=tally,
        issues=declared.rules.rate(issues.concat(found)),
        readable=bool(choice.matches),
    )


def _unmapped(source: SourceFile, choice: agencies.Choice, keep: Keep) -> Tally:
    """Rows of a file that no declaration fits, or two alike: all quarantined, so that nothing of it is lost."""
    tally = Tally()
    codes = choice.issues["code"].unique().sort().to_list() or ["RK201"]
    for sheet in source.sheets:
        if not sheet.visible:
            continue
        origin = {"file_sha256": source.sha256, "sheet": source.sheet_label(sheet)}
        for batch in sheet.batches(ROWS):
            reasons = batch.select("row", codes=pl.lit(codes))
            keep("quarantine", quarantine.rows(batch, reasons, {}, origin))
            tally += Tally(read=batch.height, quarantined=batch.height)
        ragged = sheet.ragged()
        keep("quarantine", quarantine.ragged(ragged, origin))
        tally += Tally(read=ragged.height, quarantined=ragged.height)
    return tally
