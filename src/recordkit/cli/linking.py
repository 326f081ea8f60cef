"""`recordkit explain` of a link or a record: why two records were joined, or what holds one together."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from recordkit import details, findings, linkage, store
from recordkit.cli import output as out
from recordkit.cli import storing
from recordkit.errors import RecordkitError
from recordkit.findings import Masks
from recordkit.linkage import explanation
from recordkit.linkage.engine import ModelSpec
from recordkit.review import pair_view, weighing
from recordkit.words import Texts

if TYPE_CHECKING:
    from recordkit.cli.store_commands import Explain

_LINK = re.compile(r"L[0-9a-f]{16}")
_PERSON = re.compile(r"[MP][0-9a-f]{16}")
_MARK = {None: "", True: "=", False: "≠"}


def run(asked: Explain) -> int:
    """One link, two people, or all links that hold a case, a person or a mention together. Values are masked unless
    shown."""
    if asked.store is None:
        raise RecordkitError(details.text("lives_in_store", what=asked.what), details.text("add_store"))
    if asked.other is not None:
        return _two_people(asked.store, asked, asked.other)
    edition = storing.opened(asked.store, "explain", asked=asked.what)
    if not _LINK.fullmatch(asked.what):
        return _cluster(edition, asked, asked.what)
    return _show(pair_view.link(edition, asked.what, _masks(asked)), edition, asked)


def _masks(asked: Explain) -> Masks | None:
    """How values are hidden; None where they may be shown: to a terminal, or in a page that was asked for."""
    shown = asked.show_values and (asked.html is not None or (asked.output is None and sys.stdout.isatty()))
    declared = asked.declared()
    return None if shown else findings.masks(declared.tables, declared.intake, declared.agencies)


def _show(explained: pair_view.Explained, edition: store.Edition, asked: Explain, *more: str) -> int:
    """One pair, in the form that was asked for; `more`: what else is to say of it."""
    if asked.html is not None:
        out.write(pair_view.page(explained), asked.html)
        return 0
    if asked.form != "text":
        out.write(out.as_json(explained.data()), asked.output)
        return 0
    model = edition.scan("models").collect().to_dicts() if "models" in edition.tables else []
    texts = asked.texts(asked.declared().words)
    text = linkage.explain(explained.link, model, texts)
    why = more or (_why_two(explained, asked, texts),)
    cells = [[texts.field(f["name"]), f["older"], _MARK[f["equal"]], f["younger"]] for f in explained.fields]
    sides = out.table("", ["", texts.field("older"), "", texts.field("younger")], cells) if cells else ""
    parts = (text, *why, sides, explained.note(texts))
    out.write("\n\n".join(part for part in parts if part), asked.output, texts.language)
    return 0


def _two_people(root: Path, asked: Explain, other: str) -> int:
    """Why two people or mentions are one person, or why not: by what the edition judged, or else weighed now."""
    if not _PERSON.fullmatch(asked.what) or not _PERSON.fullmatch(other):
        raise RecordkitError(
            details.text("only_people_are_weighed", what=f"{asked.what}, {other}"), details.text("name_two_people")
        )
    edition = storing.opened(root, "explain", asked=f"{asked.what} {other}")
    sides = [weighing.mentions(edition, made) for made in (asked.what, other)]
    known = weighing.judged(edition, sides)
    if known is not None:
        return _show(pair_view.link(edition, known, _masks(asked)), edition, asked)
    people = pl.concat(sides)["person_id"].unique()
    if len(people) == 1:
        return _cluster(edition, asked, people.item())
    declared = asked.declared()
    spec = linkage.load(declared.dirs)
    if spec.people is None:
        raise RecordkitError(details.text("no_model_of_people"), details.text("name_two_people"))
    found = weighing.weigh(edition, [side["mention_id"] for side in sides], spec, declared.reference)
    explained = pair_view.weighed(edition, found.link, _masks(asked))
    return _show(explained, edition, asked, *_why_not(found, spec.people, asked.texts(declared.words)))


def _why_not(found: weighing.Weighed, spec: ModelSpec, texts: Texts) -> Iterator[str]:
    """What kept two people from being compared, and what from being joined."""
    usable = [rule for rule in found.rules if rule not in found.crowded]
    if usable:
        yield texts.message("pair_not_shown", rules=", ".join(usable))
    elif found.crowded:
        yield texts.message("pair_too_crowded", rules=", ".join(found.crowded))
    else:
        yield texts.message("pair_never_compared", count=len(spec.blocks))
    for name in found.vetoes:
        yield texts.message("two_by_veto", rule=texts.value(name))
    if not found.vetoes:
        yield explanation.why_two(found.link, spec, texts)


def _why_two(explained: pair_view.Explained, asked: Explain, texts: Texts) -> str:
    """Why the pair is not one, by the declaration as it is now; nothing of one that is, or that a rule or person
    decided."""
    link = explained.link
    if not explained.two or link["kind"] == "related" or link["match_weight"] is None or link["decision"] == "human":
        return ""
    spec = linkage.load(asked.declared().dirs)
    model = spec.people if link["kind"] == "person" else spec.incidents
    return explanation.why_two(link, model, texts) if model is not None else ""


def _cluster(edition: store.Edition, asked: Explain, made: str) -> int:
    output = asked.output
    found = pair_view.around(edition, made)
    if asked.form != "text":
        out.write(out.rows(found.to_dicts(), asked.form), output)
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
