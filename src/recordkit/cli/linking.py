"""`recordkit explain` of a link or a record: why two records were joined, or what holds one together."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, Any

from recordkit import details, findings, linkage, store
from recordkit.cli import output as out
from recordkit.cli import storing
from recordkit.errors import RecordkitError
from recordkit.linkage import explanation
from recordkit.review import pair_view
from recordkit.words import Texts

if TYPE_CHECKING:
    from recordkit.cli.store_commands import Explain

_LINK = re.compile(r"L[0-9a-f]{16}")
_MARK = {None: "", True: "=", False: "≠"}


def run(asked: Explain) -> int:
    """One link, or all links that hold a case, a person or a mention together. Values are masked unless shown."""
    form, root, output = asked.form, asked.store, asked.output
    if root is None:
        raise RecordkitError(details.text("lives_in_store", what=asked.what), details.text("add_store"))
    edition = storing.opened(root, "explain", asked=asked.what)
    if not _LINK.fullmatch(asked.what):
        return _cluster(edition, asked, form)
    declared = asked.declared()
    shown = asked.show_values and (asked.html is not None or (output is None and sys.stdout.isatty()))
    masks = findings.masks(declared.tables, declared.intake, declared.agencies)
    explained = pair_view.link(edition, asked.what, None if shown else masks)
    if asked.html is not None:
        out.write(pair_view.page(explained), asked.html)
        return 0
    if form != "text":
        out.write(out.as_json(explained.data()), output)
        return 0
    model = edition.scan("models").collect().to_dicts() if "models" in edition.tables else []
    texts = asked.texts(declared.words)
    text = linkage.explain(explained.link, model, texts)
    why = _why_two(explained, asked, texts)
    cells = [[texts.field(f["name"]), f["older"], _MARK[f["equal"]], f["younger"]] for f in explained.fields]
    sides = out.table("", ["", texts.field("older"), "", texts.field("younger")], cells) if cells else ""
    out.write("\n\n".join(part for part in (text, why, sides, explained.note(texts)) if part), output, texts.language)
    return 0


def _why_two(explained: pair_view.Explained, asked: Explain, texts: Texts) -> str:
    """Why the pair is not one, by the declaration as it is now; nothing of one that is, or that a rule or person
    decided."""
    link = explained.link
    if not explained.two or link["kind"] == "related" or link["match_weight"] is None or link["decision"] == "human":
        return ""
    spec = linkage.load(asked.declared().dirs)
    model = spec.people if link["kind"] == "person" else spec.incidents
    return explanation.why_two(link, model, texts) if model is not None else ""


def _cluster(edition: store.Edition, asked: Explain, form: str) -> int:
    made, output = asked.what, asked.output
    found = pair_view.around(edition, made)
    if form != "text":
        out.write(out.rows(found.to_dicts(), form), output)
        return 0
    texts = asked.texts(asked.declared().words)
    cells = [
        [row["link_id"], row["left_id"], row["right_id"], explanation.decided(row, texts), _why(row, texts)]
        for row in found.to_dicts()
    ]
    many = {} if found.height == 1 else {"count": found.height}
    title = texts.message("links_hold_many" if many else "links_hold_one", made=made, edition=edition.id, **many)
    heads = [texts.field(name) for name in ("link", "older", "younger", "decided", "why")]
    out.write(out.table(title, heads, cells), output, texts.language)
    return 0


def _why(row: dict[str, Any], texts: Texts) -> str:
    """The reasons of a link, each with its bits."""
    if texts.language == "en":
        return "; ".join(row["reasons"])
    reasons = []
    for one in explanation.waterfall(row):
        words = ": ".join(texts.value(one[part]) for part in ("what", "level") if one[part])
        reasons.append(words if one["bits"] is None else f"{words} {one['bits']:+.2f}")
    return "; ".join(reasons)
