"""A list that no declared sender wrote: its columns are taken for what their words and values say, and told."""

from __future__ import annotations

import glob
from collections.abc import Iterator
from dataclasses import dataclass, replace

import polars as pl

from recordkit import agencies, details
from recordkit.agencies.catalogue import assemble
from recordkit.agencies.declaration import Agency, Column, File, Format, Header, Ignored, Unit
from recordkit.agencies.drafting import sheet_guess
from recordkit.agencies.format_match import SheetMatch
from recordkit.agencies.header_words import Synonyms, fold
from recordkit.errors import UnreadableInput
from recordkit.ingest import Declarations
from recordkit.issues import Rule
from recordkit.lists import declared_list
from recordkit.readers import SourceFile

SENDER = "list"
_OURS = ("record_id", "entity_id", "file_sha256", "sheet", "row")


@dataclass(frozen=True)
class Taken:
    """What every column of a sheet was taken for; `field` is None for a column that is left out."""

    sheet: str
    header: str
    field: str | None
    why: str


@dataclass(frozen=True)
class Guessed:
    """declared: declarations that know only this list. written: its rows as they are, by file_sha256, sheet, row."""

    declared: Declarations
    taken: tuple[Taken, ...]
    written: pl.DataFrame


def declare(source: SourceFile, unit: Unit, given: Declarations) -> Guessed:
    """Declarations in which `source` is a list of `unit` (person or case) by one sender, and what was guessed.

    Raises UnreadableInput when no column can be taken for a name (of persons) or a number (of cases).
    """
    guesses = [
        sheet_guess.guess(sheet, given.agencies, given.intake, (unit,), singly=True)
        for sheet in source.sheets
        if sheet.visible and sheet.head(2).height
    ]
    usable = [one for one in guesses if _tells(one, unit)]
    if not usable:
        what = "no_column_for_name" if unit == "person" else "no_column_for_number"
        raise UnreadableInput(details.text(what, file=source.name), details.text("declare_the_list"))
    formats = tuple(_format(one, unit, place) for place, one in enumerate(usable))
    agency = Agency(id=SENDER, name=source.name, kind="other", format=formats)
    one = assemble({SENDER: agency}, {}, given.agencies.reference, given.agencies.layout)
    return Guessed(replace(given, agencies=one), tuple(_taken(usable)), _written(source, usable))


def _written(source: SourceFile, guesses: list[sheet_guess.Guess]) -> pl.DataFrame:
    """file_sha256, sheet, row, then every column of the source under its header word."""
    parts = []
    for one in guesses:
        sheet = next(sheet for sheet in source.sheets if sheet.name == one.sheet)
        columns = [column.column for column in one.columns]
        titles = declared_list.unique([column.header or column.column for column in one.columns], _OURS)
        rows = pl.concat([batch.select("row", *columns) for batch in sheet.batches()])
        place = {"file_sha256": pl.lit(source.sha256), "sheet": pl.lit(source.sheet_label(sheet))}
        named = rows.rename(dict(zip(columns, titles, strict=True))).with_columns(**place)
        parts.append(named.select("file_sha256", "sheet", "row", *titles))
    return pl.concat(parts, how="diagonal")


def _tells(one: sheet_guess.Guess, unit: Unit) -> bool:
    wanted = {"name"} if unit == "person" else {"fir_no", "enquiry_no", "e_tag"}
    return bool(wanted & {column.field for column in one.columns})


def _format(one: sheet_guess.Guess, unit: Unit, place: int) -> Format:
    known = [column for column in one.columns if column.field]
    left = tuple({column.header for column in one.columns if not column.field})
    return Format(
        id=f"{SENDER}_{place + 1}",
        unit=unit,
        columns=tuple(Column(field=str(c.field), headers=(c.header,), synonyms=False, optional=True) for c in known),
        ignore=(Ignored(headers=left, reason=details.text("says_nothing_known")),) if left else (),
        file=File(sheets=(glob.escape(one.sheet),)),
        header=Header(search_rows=min(max(one.header_rows, default=0) + 10, 60)),
    )


def _taken(guesses: list[sheet_guess.Guess]) -> Iterator[Taken]:
    for one in guesses:
        for column in one.columns:
            if column.header or column.field:
                yield Taken(one.sheet, column.header, column.field, column.why)


def lenient(declared: Declarations) -> Declarations:
    """The same, without a reason to quarantine a row: nothing is published, and every row gets its entity."""
    rules = declared.rules
    soft = {
        code: rule.model_copy(update={"severity": "flag"}) if _of_values(rule) else rule
        for code, rule in rules.by_code.items()
    }
    return replace(declared, rules=replace(rules, by_code=soft))


def _of_values(rule: Rule) -> bool:
    return rule.severity == "reject" and rule.level in ("value", "cross-field", "table")


def sender(source: SourceFile, declared: Declarations) -> tuple[SheetMatch, ...]:
    """The sheets of cases or people that a declared sender's formats fit with all that they require; none when the
    file is nobody's, or when any of them has a column that means something and would be lost."""
    choice = agencies.choose(source, declared.agencies)
    known = declared.agencies.synonyms
    whole = [one for one in choice.matches if one.format.unit in ("person", "case", "enquiry") and _whole(one)]
    return () if any(lost(one, known) for one in whole) else tuple(whole)


def lost(match: SheetMatch, known: Synonyms) -> list[str]:
    """Headers with a general meaning that the format has no column for."""
    return [one.header for one in match.located.of("unknown") if known.fields.get(fold(one.header))]


def _whole(match: SheetMatch) -> bool:
    required = {column.field for column in match.format.columns if column.required}
    return match.format.fixed or required <= set(match.located.fields)
