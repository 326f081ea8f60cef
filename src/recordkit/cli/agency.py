"""`recordkit agency`: a draft for a new sender, and whether declarations still fit."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from recordkit import agencies, details, readers
from recordkit.cli import output as out
from recordkit.ingest import Declarations

if TYPE_CHECKING:
    import polars as pl

    from recordkit.cli.file_commands import Check, Draft


def drafting(asked: Draft) -> int:
    """TOML on standard output, or in the file asked for; exit 3 when a file could not be read."""
    declared = asked.declared()
    sources = [source for file in asked.files for source in readers.open_all(file)]
    for source in sources:
        for row in declared.rules.rate(source.issues).to_dicts() if not source.readable else ():
            rule = f"{row['code']} {declared.rules[row['code']].name}"
            out.say(
                details.text(
                    "finding_of_file", file=source.name, rule=rule, detail=out.texts().translated(row["detail"] or "")
                )
            )
    readable = [source for source in sources if source.readable]
    if readable:
        out.write(_commented(declared, readable), asked.output)
    return 0 if len(readable) == len(sources) and readable else 3


_COMMENT = re.compile(r"(?P<before>\s*#\s+|.*?  #\s+)(?P<mark>(?:[0-9]\.[0-9]+ )?(?:\? )?)(?P<text>.*)")


def _commented(declared: Declarations, readable: list[readers.SourceFile]) -> str:
    """A draft with its comments in the language of the run; what the program reads of it stays as it is."""
    texts = out.texts()
    with details.remembered() as made:
        draft = agencies.draft(readable, declared.agencies, declared.intake)
    if texts.language == "en":
        return draft
    found = ((line, _COMMENT.fullmatch(line)) for line in draft.split("\n"))
    lines = [
        one["before"] + one["mark"] + texts.translated(made[one["text"]]) if one and one["text"] in made else line
        for line, one in found
    ]
    translated = "\n".join(lines)
    return translated if tomllib.loads(translated) == tomllib.loads(draft) else draft


def checking(asked: Check) -> int:
    """Declarations were parsed already (exit 2 when they do not hold); says how the files differ from them."""
    form, declared = asked.form, asked.declared()
    sources = [source for file in asked.files or () for source in readers.open_all(file)]
    remarks = agencies.check(sources, declared.agencies, declared.intake, asked.agency_id)
    if form == "text":
        out.tell([*_remarks(remarks), _together(len(declared.agencies), remarks.height)], asked.output)
    else:
        out.write(out.rows(remarks.to_dicts(), form), asked.output)
    return 1 if remarks.height and "differs" in remarks.columns and remarks["differs"].any() else 0


def _together(agencies: int, remarks: int) -> str:
    name = "agency_holds" if agencies == 1 else "agencies_hold"
    return details.text(name, count=agencies, remarks=details.counted(remarks, "remark"))


def _remarks(remarks: pl.DataFrame) -> Iterator[str]:
    """A paragraph for every sheet (and for every format, about its own words), a line for every remark."""
    place = ["file", "sheet", "agency", "format"]
    for (file, sheet, agency, form), rows in remarks.group_by(place, maintain_order=True):
        where = details.text("sheet_of", file=file, sheet=sheet) if sheet else str(file)
        named = f"{agency}/{form}" if agency else ""
        if file and named:
            yield details.text("read_as_format", place=where, format=named)
        else:
            yield where if file else details.text("the_declaration", format=named)
        for what, subject, detail in rows.select("what", "subject", "detail").rows():
            remark = details.text("of_book", book=what, what=subject) if subject else what
            yield (
                details.text("remark_because", what=remark, why=detail)
                if detail
                else details.text("remark", what=remark)
            )
        yield ""
