"""`recordkit explain` of a link or a record: why two records were joined, or what holds one together."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from recordkit import findings, linkage, store
from recordkit.cli import output as out
from recordkit.cli import storing
from recordkit.errors import RecordkitError
from recordkit.linkage import explanation
from recordkit.review import pair_view

if TYPE_CHECKING:
    from recordkit.cli.store_commands import Explain

_LINK = re.compile(r"L[0-9a-f]{16}")
_MARK = {None: "", True: "=", False: "≠"}


def run(asked: Explain) -> int:
    """One link, or all links that hold a case, a person or a mention together. Values are masked unless shown."""
    form, root, output = asked.form, asked.store, asked.output
    if root is None:
        raise RecordkitError(f"{asked.what} lives in a store", "add --store STORE")
    edition = storing.opened(root, "explain", asked=asked.what)
    if not _LINK.fullmatch(asked.what):
        return _cluster(edition, asked, form)
    declared = asked.declared()
    shown = asked.show_values and (asked.html is not None or (output is None and sys.stdout.isatty()))
    masks = findings.masks(declared.tables, declared.intake, declared.agencies)
    told = pair_view.link(edition, asked.what, None if shown else masks)
    if asked.html is not None:
        out.write(pair_view.page(told), asked.html)
        return 0
    if form != "text":
        out.write(out.as_json(told.data()), output)
        return 0
    model = edition.scan("models").collect().to_dicts() if "models" in edition.tables else []
    text = linkage.explain(told.link, model)
    cells = [[f["name"].replace("_", " "), f["older"], _MARK[f["equal"]], f["younger"]] for f in told.fields]
    parts = [text, out.table("", ["", "older", "", "younger"], cells) if cells else "", told.note()]
    out.write("\n\n".join(part for part in parts if part), output)
    return 0


def _cluster(edition: store.Edition, asked: Explain, form: str) -> int:
    made, output = asked.what, asked.output
    found = pair_view.around(edition, made)
    if form != "text":
        out.write(out.rows(found.to_dicts(), form), output)
        return 0
    cells = [
        [row["link_id"], row["left_id"], row["right_id"], explanation.decided(row), "; ".join(row["reasons"])]
        for row in found.to_dicts()
    ]
    links = "1 link holds" if found.height == 1 else f"{found.height:,} links hold"
    title = f"{made} in edition {edition.id}: {links} it together"
    out.write(out.table(title, ["link", "older", "younger", "decided", "why"], cells), output)
    return 0
