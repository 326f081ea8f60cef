"""`recordkit explain`: a rule in plain words, or why two records were joined."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path

from recordkit import findings, linkage, store
from recordkit.cli import auditing, options
from recordkit.cli import output as out
from recordkit.errors import RecordkitError
from recordkit.issues import Rule
from recordkit.linkage import explaining
from recordkit.receive import Declarations
from recordkit.review import explained
from recordkit.words import Texts

_LINK = re.compile(r"L[0-9a-f]{16}")
_MADE = re.compile(r"[CPM][0-9a-f]{16}")
_MARK = {None: "", True: "=", False: "≠"}


@dataclass(frozen=True)
class Asked:
    """What is to be explained, whether with personal values, and the page to write."""

    what: str
    show: bool = False
    html: Path | None = None


def run(asked: Asked, root: Path | None, declared: Declarations, fmt: str | None, output: Path | None) -> int:
    """Exit 2 for a rule or a link that there is not."""
    form = out.chosen(fmt, output)
    if _LINK.fullmatch(asked.what) or _MADE.fullmatch(asked.what):
        return _link(asked, root, declared, form, output)
    if asked.html is not None:
        raise RecordkitError("only a link has a page", "give the id of a link: L and 16 digits")
    rule = declared.rules[asked.what]
    if form != "text":
        out.write(out.as_json(rule.model_dump(mode="json")), output)
        return 0
    texts = options.texts(declared)
    out.write("\n".join(_rule(rule, texts)), output, texts.language)
    return 0


def _rule(rule: Rule, texts: Texts) -> list[str]:
    """A rule as a person reads it; in English with the Urdu below."""
    words, language = texts.words, texts.language
    severity = texts(getattr(words.findings.severity, rule.severity))
    lines = [
        f"{rule.code} {rule.name}: {severity}" + (f", {rule.level}" if language == "en" else ""),
        "",
        texts(words.findings.why, why=rule.reason(language)),
        texts(words.findings.fix, fix=rule.advice(language)),
    ]
    lines += [f"     {rule.fix_ur}"] if rule.fix_ur and language == "en" else []
    lines += ["", texts(words.commands.condition, condition=rule.condition), ""]
    for label, examples in ((words.commands.good, rule.good), (words.commands.bad, rule.bad)):
        lines += [f"  {texts(label):<5} {example}" for example in examples]
    return lines


def _link(asked: Asked, root: Path | None, declared: Declarations, form: str, output: Path | None) -> int:
    """One link, or all links that hold a case, a person or a mention together. Values are masked unless shown."""
    if root is None:
        raise RecordkitError(f"{asked.what} lives in a store", "add --store STORE")
    edition = auditing.opened(root, "explain", asked=asked.what)
    if not _LINK.fullmatch(asked.what):
        return _cluster(edition, asked.what, form, output)
    shown = asked.show and (asked.html is not None or (output is None and sys.stdout.isatty()))
    masks = findings.masks(declared.tables, declared.intake, declared.agencies)
    told = explained.link(edition, asked.what, None if shown else masks)
    if asked.html is not None:
        out.write(explained.page(told), asked.html)
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


def _cluster(edition: store.Edition, made: str, form: str, output: Path | None) -> int:
    found = explained.around(edition, made)
    if form != "text":
        out.write(out.rows(found.to_dicts(), form), output)
        return 0
    cells = [
        [row["link_id"], row["left_id"], row["right_id"], explaining.decided(row), "; ".join(row["reasons"])]
        for row in found.to_dicts()
    ]
    title = f"{made} in edition {edition.id}: {found.height} links hold it together"
    out.write(out.table(title, ["link", "older", "younger", "decided", "why"], cells), output)
    return 0
