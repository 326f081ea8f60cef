"""`recordkit agency`: the declared senders, a draft for a new one, and whether declarations still fit."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from recordkit import agencies, readers
from recordkit.cli import output as out
from recordkit.cli.options import Formatted

if TYPE_CHECKING:
    import polars as pl

    from recordkit.cli.file_commands import Check, Draft


def listing(asked: Formatted) -> int:
    """Every agency, a row for each of its formats."""
    form, declared = asked.form, asked.declared()
    records = [
        {
            "agency": agency.id,
            "name": agency.name,
            "kind": agency.kind,
            "province": agency.province,
            "format": one.id,
            "unit": one.unit,
            "files": " ".join(one.file.kinds),
        }
        for agency in declared.agencies.values()
        for one in agency.formats
    ]
    if form == "text":
        columns = ["agency", "name", "province", "format", "unit", "files"]
        out.write(out.table("", columns, [[record[name] for name in columns] for record in records]), asked.output)
    else:
        out.write(out.rows(records, form), asked.output)
    return 0


def drafting(asked: Draft) -> int:
    """TOML on standard output, or in the file asked for; exit 3 when a file could not be read."""
    declared = asked.declared()
    sources = [source for file in asked.files for source in readers.open_all(file)]
    for source in sources:
        for row in declared.rules.rate(source.issues).to_dicts() if not source.readable else ():
            out.say(f"{source.name}: {row['code']} {declared.rules[row['code']].name}: {row['detail'] or ''}")
    readable = [source for source in sources if source.readable]
    if readable:
        out.write(agencies.draft(readable, declared.agencies, declared.intake), asked.output)
    return 0 if len(readable) == len(sources) and readable else 3


def checking(asked: Check) -> int:
    """Declarations were parsed already (exit 2 when they do not hold); says how the files differ from them."""
    form, declared = asked.form, asked.declared()
    sources = [source for file in asked.files or () for source in readers.open_all(file)]
    remarks = agencies.check(sources, declared.agencies, declared.intake, asked.agency_id)
    if form == "text":
        lines = [*_remarks(remarks), _together(len(declared.agencies), remarks.height)]
        out.write("\n".join(lines), asked.output)
    else:
        out.write(out.rows(remarks.to_dicts(), form), asked.output)
    return 1 if remarks.height and "differs" in remarks.columns and remarks["differs"].any() else 0


def _together(agencies: int, remarks: int) -> str:
    holds = "agency holds" if agencies == 1 else "agencies hold"
    return f"{agencies} {holds} together; {out.counted(remarks, 'remark')}."


def _remarks(remarks: pl.DataFrame) -> Iterator[str]:
    """A paragraph for every sheet (and for every format, about its own words), a line for every remark."""
    place = ["file", "sheet", "agency", "format"]
    for (file, sheet, agency, form), rows in remarks.group_by(place, maintain_order=True):
        where = ", ".join(str(part) for part in (file, f"sheet {sheet}" if sheet else "") if part)
        named = f"{agency}/{form}" if agency else ""
        yield f"{where} as {named}" if where and named else where or f"declaration {named}"
        for what, subject, detail in rows.select("what", "subject", "detail").rows():
            said = f"{what}: {subject}" if subject else what
            yield f"  {said} ({detail})" if detail else f"  {said}"
        yield ""
