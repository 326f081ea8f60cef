"""`recordkit explain`: a rule in plain words, or why two records were joined."""

from __future__ import annotations

import re
from pathlib import Path

from recordkit import linkage
from recordkit.cli import auditing
from recordkit.cli import output as out
from recordkit.errors import RecordkitError
from recordkit.receive import Declarations

_LINK = re.compile(r"L[0-9a-f]{16}")


def run(what: str, root: Path | None, declared: Declarations, fmt: str | None, output: Path | None) -> int:
    """Exit 2 for a rule or a link that there is not."""
    form = out.chosen(fmt, output)
    if _LINK.fullmatch(what):
        return _link(what, root, form, output)
    rule = declared.rules[what]
    if form != "text":
        out.write(out.as_json(rule.model_dump(mode="json")), output)
        return 0
    lines = [
        f"{rule.code} {rule.name} ({rule.severity}, {rule.level})",
        "",
        f"Why: {rule.why}",
        f"Fix: {rule.fix}",
    ]
    lines += [f"     {rule.fix_ur}"] if rule.fix_ur else []
    lines += ["", f"Condition: {rule.condition}", ""]
    lines += [f"  good  {example}" for example in rule.good] + [f"  bad   {example}" for example in rule.bad]
    out.write("\n".join(lines), output)
    return 0


def _link(link_id: str, root: Path | None, form: str, output: Path | None) -> int:
    if root is None:
        raise RecordkitError("a link lives in a store", "add --store STORE")
    edition = auditing.opened(root, "explain", asked=link_id)
    found = edition.scan("links").filter(link_id=link_id).collect()
    if found.is_empty():
        raise RecordkitError(f"edition {edition.id} has no link {link_id}", "see its links table for the ids")
    row = found.to_dicts()[0]
    if form != "text":
        out.write(out.as_json(row), output)
        return 0
    out.write(linkage.explain(row), output)
    return 0
