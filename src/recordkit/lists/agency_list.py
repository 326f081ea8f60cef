"""A list of people or cases in the shape of our own tables: by a declared sender, or by what its columns say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from recordkit import details, linkage, readers
from recordkit.agencies.declaration import Unit
from recordkit.agencies.format_match import SheetMatch
from recordkit.errors import UnreadableInput
from recordkit.inbox import Arrival
from recordkit.ingest import Declarations, Keep, Received, file_errors, receive
from recordkit.lists import guessed_list
from recordkit.lists.guessed_list import Guessed, Taken

TABLES = ("cases", "charges", "persons")


@dataclass(frozen=True)
class Listed:
    """frames: cases, charges and persons of every row. taken: what columns of unknown lists were taken for.
    written: the rows of those lists as they are, None when a declared sender wrote one of the files. received:
    one per file. refused: why files could not be used. matched: sheets that fit a declared sender."""

    frames: Mapping[str, pl.DataFrame]
    taken: tuple[Taken, ...]
    written: pl.DataFrame | None
    received: tuple[Received, ...]
    refused: tuple[str, ...]
    matched: tuple[SheetMatch, ...] = ()


def read(
    arrivals: Sequence[Arrival], declared: Declarations, agency: str | None, unit: Unit, advance: Callable[[str], None]
) -> Listed:
    """Read every file by its declared sender, else as a list of `unit`. No row is quarantined for what it lacks.

    Raises UnreadableInput when no row could be used.
    """
    frames: dict[str, list[pl.DataFrame]] = {name: [] for name in TABLES}
    unknown: list[Guessed] = []
    received: list[Received] = []
    refused: list[str] = []
    matched: list[SheetMatch] = []

    lenient = guessed_list.lenient(declared)
    for arrival in arrivals:
        try:
            with file_errors.during("choose"):
                using = _declarations(arrival, lenient, agency, unit)
            unknown += [using.guessed] if using.guessed else []
            matched += using.sheets
            done = _receive(arrival, using, lenient, _keeping(frames, using.as_written and len(arrivals) == 1))
            received += done
            refused += [f"{one.name}: {_why(one)}" for one in done if not one.readable]
        except UnreadableInput as error:
            refused.append(str(error))
        except file_errors.FAILURES as error:
            if (other := file_errors.error_to_raise(error, arrival.name)) is not None:
                raise other from error
            refused.append(f"{arrival.name}: {file_errors.CODE}, {file_errors.described(error)}")
        advance(arrival.path.name)
    if not frames["cases"]:
        what = details.listed(refused) or details.text("no_case_or_person")
        raise UnreadableInput(what, details.text("foreign_list"))
    whole = {
        name: pl.concat(parts, how="diagonal_relaxed").with_columns(received=pl.col("period"))
        for name, parts in frames.items()
    }
    taken = tuple(taken for one in unknown for taken in one.taken)
    alone = len(unknown) == len({one.sha256 for one in received})
    written = pl.concat([one.written for one in unknown], how="diagonal") if unknown and alone else None
    return Listed(whole, taken, written, tuple(received), tuple(refused), tuple(matched))


def _keeping(frames: Mapping[str, list[pl.DataFrame]], as_written: bool) -> Keep:
    """Puts every batch of cases, charges and persons into `frames`; only what linking reads of it, when the rows are
    given back as they were written."""

    def keep(name: str, frame: pl.DataFrame) -> None:
        if name in frames:
            needed = [column for column in frame.columns if column in (*linkage.NEEDED[name], "period")]
            frames[name].append(frame.select(needed) if as_written else frame)

    return keep


def _why(one: Received) -> str:
    """Why no row of a file could be used."""
    failed = one.issues.filter(pl.col("code") == file_errors.CODE).get_column("detail").to_list()
    return f"{file_errors.CODE}, {failed[0]}" if failed else details.text("no_declared_format")


@dataclass(frozen=True)
class _Using:
    """By what a file is read: a sender, with the sheets that fit it; or the list as it was understood. Neither when it
    is unreadable. as_written: the list is all of the file."""

    sender: str | None = None
    sheets: tuple[SheetMatch, ...] = ()
    guessed: Guessed | None = None
    as_written: bool = False


def _receive(arrival: Arrival, using: _Using, declared: Declarations, keep: Keep) -> list[Received]:
    sender = using.sender
    if using.guessed is not None:
        declared, sender = using.guessed.declared, guessed_list.SENDER
    # Of the findings only those of the file are looked at: one of a kind is enough to count them by.
    return receive(
        arrival.path, declared, agency=sender, received=arrival.received, keep=keep, most=1, wanted=TABLES
    )


def _declarations(arrival: Arrival, declared: Declarations, agency: str | None, unit: Unit) -> _Using:
    """The sender who is asked for, or who fits; else the list as it was understood."""
    if agency is not None and agency != guessed_list.SENDER:
        return _Using(agency)
    sources = [one for one in readers.open_all(arrival.path) if one.readable]
    is_list = agency == guessed_list.SENDER  # whatever sender it may resemble
    fitting = () if is_list else next((found for one in sources if (found := guessed_list.sender(one, declared))), ())
    if fitting:
        return _Using(fitting[0].agency.id, fitting)
    if not sources:
        return _Using()
    return _Using(guessed=guessed_list.declare(sources[0], unit, declared), as_written=len(sources) == 1)
