"""`recordkit agency`: the declared senders, a draft for a new one, and whether declarations still fit."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from recordkit import agencies, readers
from recordkit.cli import output as out
from recordkit.receive import Declarations

if TYPE_CHECKING:
    import polars as pl


def listing(declared: Declarations, fmt: str | None, output: Path | None) -> int:
    """Every agency, a row for each of its formats."""
    form = out.chosen(fmt, output)
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
        out.write(out.table("", columns, [[record[name] for name in columns] for record in records]), output)
    else:
        out.write(out.rows(records, form), output)
    return 0


def drafting(files: list[Path], declared: Declarations, output: Path | None) -> int:
    """TOML on standard output, or in the file asked for; exit 3 when a file could not be read."""
    sources = [source for file in files for source in readers.open_all(file)]
    for source in sources:
        for row in declared.rules.rate(source.issues).to_dicts() if not source.readable else ():
            out.say(f"{source.name}: {row['code']} {declared.rules[row['code']].name}: {row['detail'] or ''}")
    readable = [source for source in sources if source.readable]
    if readable:
        out.write(agencies.draft(readable, declared.agencies, declared.intake), output)
    return 0 if len(readable) == len(sources) and readable else 3


def checking(
    files: list[Path], agency_id: str | None, declared: Declarations, fmt: str | None, output: Path | None
) -> int:
    """Declarations were parsed already (exit 2 when they do not hold); says how the files differ from them."""
    form = out.chosen(fmt, output)
    sources = [source for file in files for source in readers.open_all(file)]
    told = agencies.check(sources, declared.agencies, declared.intake, agency_id)
    if form == "text":
        lines = [*_remarks(told), f"{len(declared.agencies)} agencies hold together; {told.height} remarks."]
        out.write("\n".join(lines), output)
    else:
        out.write(out.rows(told.to_dicts(), form), output)
    return 1 if told.height and "differs" in told.columns and told["differs"].any() else 0


def _remarks(told: pl.DataFrame) -> Iterator[str]:
    """A paragraph for every sheet (and for every format, about its own words), a line for every remark."""
    place = ["file", "sheet", "agency", "format"]
    for (file, sheet, agency, form), rows in told.group_by(place, maintain_order=True):
        where = ", ".join(str(part) for part in (file, f"sheet {sheet}" if sheet else "") if part)
        named = f"{agency}/{form}" if agency else ""
        yield f"{where} as {named}" if where and named else where or f"declaration {named}"
        for what, subject, detail in rows.select("what", "subject", "detail").rows():
            said = f"{what}: {subject}" if subject else what
            yield f"  {said} ({detail})" if detail else f"  {said}"
        yield ""
