"""`recordkit agency list`: the declared senders, read without the libraries that compute."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from recordkit import declarations, words
from recordkit.agencies import declaration
from recordkit.cli import output as out

if TYPE_CHECKING:
    from recordkit.cli.options import Formatted


def listing(asked: Formatted) -> int:
    """Every agency, a row for each of its formats."""
    form, found = asked.form, _agencies(asked)
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
        for agency in found.values()
        for one in agency.formats
    ]
    if form == "text":
        columns = ["agency", "name", "province", "format", "unit", "files"]
        cells = [[record[name] for name in columns] for record in records]
        out.write(out.table("", out.heads(columns), cells), asked.output, out.language())
    else:
        out.write(out.rows(records, form), asked.output)
    return 0


def _agencies(asked: Formatted) -> Mapping[str, declaration.Agency]:
    """The declared agencies. Declarations of one's own are checked as a whole, as every other command does: what is
    wrong with them is said before any file is read."""
    dirs = declarations.folders(asked.schemas or ())
    if len(dirs) > 1:
        return asked.declared().agencies
    out.speak(asked.lang, words.load(dirs))
    return declaration.load_agencies(dirs)[0]
