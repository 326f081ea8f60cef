"""Takes one file from bytes to typed, validated records, and accounts for every row."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from recordkit import agencies, details, issues, mapping, readers
from recordkit.ingest import cross_file, file_errors, quarantine
from recordkit.ingest.collector import Collected, Sink
from recordkit.ingest.config import Declarations
from recordkit.ingest.quarantine import Tally
from recordkit.ingest.sheet import ROWS, Earlier, Keep, SheetContext, process_sheet
from recordkit.readers import SourceFile


@dataclass(frozen=True)
class Received:
    """One file after all row-local stages: what it is, where its rows went, what was found (ISSUE_SCHEMA).

    `counts` (collected.COUNTS) are exact where `issues` holds only the first findings of each kind, else None.
    """

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
    awaits: tuple[str, ...] = ()  # "agency/format" that a sheet of it joins and that is not in the file itself
    corrects: str | None = None  # SHA-256 of the file that was sent back marked, and is now corrected in this one
    counts: pl.DataFrame | None = None


def keep_nothing(_table: str, _frame: pl.DataFrame) -> None:
    """Keeps no frame: for validation, which only reports."""


def receive(
    path: Path,
    declared: Declarations,
    *,
    agency: str | None = None,
    received: str | None = None,
    keep: Keep = keep_nothing,
    sides: Sequence[cross_file.Side] = (),
    most: int | None = None,
    sink: Sink | None = None,
    wanted: Collection[str] | None = None,
) -> list[Received]:
    """Run one file, or each member of an archive, through the row stages.

    keep(table, frame) is called with every batch of every table (cases, charges, persons, services, returns,
    quarantine) at submission level, and with `given` rows that other files may join, when a file is done. wanted: the
    tables that `keep` has use for; None: all. sides: such rows of other files; a file whose `awaits` is not empty is
    worth running again once they are there. most: so many findings of one rule in one column are kept, and all are
    counted; None keeps every one. sink: is given every finding (rated), whatever is kept.

    A file of which the processing fails is not readable and has RK524; all its rows are quarantined. Raises BrokenLaw
    when rows are not accounted for, UnreadableInput when the machine fails.
    """
    asked = _Asked(path, declared, agency, received, sides, most, sink)
    try:
        with file_errors.during("open"):
            opened = readers.open_all(path)
    except file_errors.FAILURES as error:
        if (other := file_errors.error_to_raise(error, path.name)) is not None:
            raise other from error
        nothing_of_it = SourceFile(path.name, file_errors.sha256_of(path), 0, "unknown", issues.empty())
        return [_failed(nothing_of_it, asked, error, Collected(declared.rules, most, sink), keep)]
    return [_guarded(whole, asked, keep, () if keep is keep_nothing else wanted) for whole in opened]


@dataclass(frozen=True)
class _Asked:
    """What `receive` was asked for."""

    path: Path
    declared: Declarations
    agency: str | None
    received: str | None
    sides: Sequence[cross_file.Side]
    most: int | None
    sink: Sink | None


def _guarded(whole: SourceFile, asked: _Asked, keep: Keep, wanted: Collection[str] | None) -> Received:
    """One file with what belongs to it: its frames are handed out when all of it is done, or none of them."""
    held: list[tuple[str, pl.DataFrame]] = []

    def hold(name: str, frame: pl.DataFrame) -> None:
        if wanted is None or name in wanted:
            held.append((name, frame))

    found = Collected(asked.declared.rules, asked.most, asked.sink)
    try:
        done = _receive(whole, asked, hold, found)
    except file_errors.FAILURES as error:
        if (other := file_errors.error_to_raise(error, whole.name)) is not None:
            raise other from error
        held.clear()
        return _failed(whole, asked, error, found, keep)
    for name, frame in held:
        keep(name, frame)
    return done


def _failed(source: SourceFile, asked: _Asked, error: BaseException, found: Collected, keep: Keep) -> Received:
    """A file that could not be processed: all its rows quarantined, as far as they can be read again."""
    finding = file_errors.finding(error, source.sha256)
    try:
        found.add(finding)
        earlier = found.found()
    except file_errors.FAILURES:
        found = Collected(asked.declared.rules, asked.most)
        found.add(finding)
        earlier = found.found()
    rows: list[pl.DataFrame] = []
    try:
        tally = _unmapped(source, [file_errors.CODE], lambda _, frame: rows.append(frame))
    except file_errors.FAILURES:
        rows, tally = [], Tally()
    for frame in rows:
        keep("quarantine", frame)
    return _told(source, None, tally, earlier, found.counts())


def _known(back: Returned | None, declared: Declarations) -> str | None:
    """The sender that a returned workbook names, when it is declared here."""
    return back.agency if back and back.agency in declared.agencies else None


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


def _receive(whole: SourceFile, asked: _Asked, keep: Keep, found: Collected) -> Received:
    declared, received = asked.declared, asked.received
    with file_errors.during("open"):
        source, back = opened(whole)
    sender = asked.agency or _known(back, declared)
    with file_errors.during("choose"):
        source, choice = _chosen(asked.path, source, declared, sender)
    source = _with_what_is_kept(source, choice)
    found.add(issues.concat([source.issues, choice.issues]))
    tally = Tally()
    periods: list[str] = []
    earlier: Earlier = {}
    own: dict[str, pl.DataFrame] = {}
    awaits: set[str] = set()
    for match in _in_order(choice.matches):
        sheet = next(one for one in source.sheets if one.name == match.sheet)
        with file_errors.during("map"):
            plan, noted = mapping.plan(sheet, match, declared.agencies, declared.intake, received)
        others = (
            cross_file.rows_to_join(match.agency, own, asked.sides, received) if plan.reshape.join else mapping.NO_SIDES
        )
        awaits |= {
            f"{match.agency.id}/{join.format}"
            for join in plan.reshape.join
            if join.format not in own and join.within != "file"
        }
        found.add(noted)
        done = process_sheet(SheetContext(source, sheet, plan, declared, received, keep, found, others), earlier)
        if plan.gives:
            keep("given", cross_file.provided_rows(match.agency.id, match.format.id, done.given))
            before = [own[match.format.id]] if match.format.id in own else []
            own[match.format.id] = pl.concat([*before, done.given], how="diagonal")
        tally += done.tally
        periods += [done.period] if done.period else []
    if not choice.matches:
        tally += _unmapped(source, choice.issues["code"].unique().sort().to_list() or ["RK201"], keep)
    tally.check(source.name)
    if choice.matches and not tally.accepted and not tally.quarantined:
        found.add(issues.make("RK121", file_sha256=source.sha256, detail=details.text("nil_return")))
    result = _told(source, choice, tally, found.found(), found.counts())
    corrects = back.corrects if back else None
    return replace(result, period=max(periods, default=None), awaits=tuple(sorted(awaits)), corrects=corrects)


def _told(
    source: SourceFile, choice: agencies.Choice | None, tally: Tally, found: pl.DataFrame, counts: pl.DataFrame | None
) -> Received:
    """What is said of a file; without a choice nothing of it could be used."""
    matches = choice.matches if choice else ()
    return Received(
        name=source.name,
        member=source.member,
        sha256=source.sha256,
        kind=source.kind,
        encoding=source.encoding,
        agency=matches[0].agency.id if matches else None,
        formats=tuple(dict.fromkeys(match.format.id for match in matches)),
        period=None,
        sheets=tuple(match.sheet for match in matches),
        tally=tally,
        issues=found,
        readable=bool(matches),
        counts=counts,
    )


def _with_what_is_kept(source: SourceFile, choice: agencies.Choice) -> SourceFile:
    """Text that is struck through is put back where the declaration keeps it, and nothing is told of it."""
    struck = {match.sheet for match in choice.matches if match.format.rows.struck == "keep"}
    if not struck:
        return source
    sheets = tuple(one.with_struck_text() if one.name in struck else one for one in source.sheets)
    labels = [source.sheet_label(one) for one in source.sheets if one.name in struck]
    left_out = (pl.col("code") == "RK139") & pl.col("sheet").is_in(labels)
    return replace(source, sheets=sheets, issues=source.issues.filter(~left_out.fill_null(False)))


def _in_order(matches: Sequence[agencies.SheetMatch]) -> list[agencies.SheetMatch]:
    """Sheets that others join come first; otherwise as they stand in the file."""
    if not matches:
        return []
    order = matches[0].agency.in_order()
    joins = any(form.reshape.join for form in matches[0].agency.formats)
    return sorted(matches, key=lambda match: order.index(match.format.id)) if joins else list(matches)


def _unmapped(source: SourceFile, codes: Sequence[str], keep: Keep) -> Tally:
    """Rows of a file that no declaration fits, or two alike: all quarantined, so that nothing of it is lost."""
    tally = Tally()
    for sheet in source.sheets:
        if not sheet.visible:
            continue
        origin = {"file_sha256": source.sha256, "sheet": source.sheet_label(sheet)}
        for rows in sheet.batches(ROWS):
            reasons = rows.select("row", codes=pl.lit(codes))
            keep("quarantine", quarantine.rows(rows, reasons, {}, origin))
            tally += Tally(read=rows.height, quarantined=rows.height)
        ragged = sheet.ragged()
        keep("quarantine", quarantine.ragged(ragged, origin))
        tally += Tally(read=ragged.height, quarantined=ragged.height)
    return tally


LINE = "recordkit-marked {sha256} {agency}"  # one cell of the first sheet
_LINE = re.compile(r"^recordkit-marked ([0-9a-f]{64}) ([a-z][a-z0-9_]*|-)\s*$")
LOOK = 6  # rows of the first sheet in which the line may stand


@dataclass(frozen=True)
class Returned:
    """What the line says: SHA-256 of the file that was marked, and the agency that sent it (None: unknown)."""

    corrects: str
    agency: str | None


def opened(source: SourceFile) -> tuple[SourceFile, Returned | None]:
    """The file without the sheet that was added for the sender, and what that sheet says; any other file as it is."""
    if source.kind not in ("xlsx", "xls", "ods") or len(source.sheets) < 2:
        return source, None
    for guide in source.sheets[:3]:
        match = next((found for cell in _cells(guide.head(LOOK)) if (found := _LINE.match(cell))), None)
        if match:
            rest = tuple(sheet for sheet in source.sheets if sheet is not guide)
            agency = None if match.group(2) == "-" else match.group(2)
            return replace(source, sheets=rest), Returned(match.group(1), agency)
    return source, None


def _cells(head: pl.DataFrame) -> list[str]:
    return [cell for name in head.columns if name != "row" for cell in head[name].drop_nulls().to_list()]
