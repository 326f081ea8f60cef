"""`recordkit release`: what a release would risk, the release when it is approved, the check of an older one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from recordkit import releases, store
from recordkit.cli import output as out
from recordkit.cli import storing

if TYPE_CHECKING:
    from recordkit.cli.store_commands import Release
    from recordkit.ingest import Declarations
    from recordkit.words import Texts

COLUMNS = (
    "table", "about", "minimum", "cells", "not_zero", "below_minimum", "complementary", "suppressed", "width",
)  # fmt: skip
UTILITY = ("column", "shown", "distance", "bias_of_records_left_out")


def run(asked: Release) -> int:
    """Exit 0 when the release is written, or an older one is as it was; 1 when nobody approved it, or recipients of the
    older one should know something; 4 when a cell could be told: nothing was written."""
    declared = asked.declared()
    policy = releases.load(declared.dirs, declared.tables)
    texts = asked.texts(declared.words)
    if asked.check is not None:
        return _check(asked, asked.check, policy, texts)
    assert asked.to is not None
    return _release(asked, asked.to, policy, declared)


def _release(asked: Release, to: Path, policy: releases.Policy, declared: Declarations) -> int:
    form, root, texts = asked.form, asked.store, asked.texts(declared.words)
    edition = storing.opened(root, "release", asked.edition, asked.microdata or " ".join(asked.table or ()))
    if asked.microdata:
        made = releases.draft_microdata(
            root, edition, policy, asked.microdata, declared.dirs, forms=asked.also or ()
        )
    else:
        made = releases.draft(root, edition, policy, asked.table or (), declared.dirs, forms=asked.also or ())
    facts: dict[str, Any] = {
        "written": False,
        "edition": edition.id,
        "risk": made.risk,
        "held_against": list(made.earlier),
    }
    lines = _risk_of_microdata(made, texts) if made.product == releases.MICRODATA else [_risk(made, texts)]
    if asked.approve:
        storing.overlaid(root, "release", declared)
        manifest = releases.publish(root, to, made, asked.approve, asked.second)
        facts |= {"written": True, "to": str(to), "release": manifest["release"], "ledger": manifest["ledger"]}
        lines.append(
            texts.message("release_written", path=to, release=manifest["release"], number=manifest["ledger"]["entry"])
        )
    else:
        lines.append(texts.message("release_needs_two" if made.needs_second else "release_needs_one"))
    if form == "text":
        out.write("\n".join(lines), asked.output, texts.language)
    else:
        out.write(out.as_json(facts) if form == "json" else out.rows(made.risk, form), asked.output)
    return 0 if asked.approve else 1


def _risk(made: releases.Draft, texts: Texts) -> str:
    cells = [
        [texts.value(one[name]) if isinstance(one[name], str) else one[name] for name in COLUMNS] for one in made.risk
    ]
    title = texts.message("risk_of_release", edition=made.edition.id, count=len(made.earlier))
    return out.table(title, [texts.field(name) for name in COLUMNS], cells)


def _risk_of_microdata(made: releases.Draft, texts: Texts) -> list[str]:
    (risk,) = made.risk
    title = texts.message(
        "risk_of_microdata", edition=made.edition.id, count=len(made.earlier), k=risk["minimum"]
    )  # fmt: skip
    measures = [[texts.field(name), value] for name, value in _measures(risk)]
    left = [[texts.field(str(one["column"])), *(one[name] for name in UTILITY[1:])] for one in risk["utility"]]
    return [
        out.table(title, [texts.field(name) for name in ("measure", "value")], measures),
        out.table(texts.message("use_of_microdata"), [texts.field(name) for name in UTILITY], left),
    ]


def _measures(risk: dict[str, Any]) -> list[tuple[str, Any]]:
    """Every number of a risk by its name; of numbers by column each with its column."""
    found: list[tuple[str, Any]] = []
    for name, value in risk.items():
        if isinstance(value, dict):
            found += [(f"{name} {column}", one) for column, one in value.items()]
        elif isinstance(value, (int, float)):
            found.append((name, value))
    return found


def _check(asked: Release, folder: Path, policy: releases.Policy, texts: Texts) -> int:
    found = releases.check(asked.store, folder, policy)
    store.ledger.noted(asked.store, "release", found.edition, found.release)
    least = policy.minimum["victim"]
    withdrawn = found.withdrawn if not found.withdrawn or found.withdrawn >= least else f"<{least}"
    facts = {
        "release": found.release, "edition": found.edition, "sound": found.sound, "damaged": list(found.damaged),
        "in_ledger": found.in_ledger, "withdrawn": withdrawn, "later": list(found.later),
    }  # fmt: skip
    if asked.form == "text":
        lines = [texts.message("release_sound" if found.sound else "release_not_sound", release=found.release)]
        lines += [texts.message("release_file_changed", name=name) for name in found.damaged]
        lines += [] if found.in_ledger else [texts.message("release_not_in_ledger")]
        lines += [texts.message("release_withdrawn", count=withdrawn)] if withdrawn else []
        lines += [texts.message("release_edition_gone", edition=found.edition)] if _is_gone(found) else []
        out.write("\n".join(lines), asked.output, texts.language)
    else:
        out.write(out.as_json(facts) if asked.form == "json" else out.rows([facts], asked.form), asked.output)
    return 0 if found.sound else 1


def _is_gone(found: releases.Checked) -> bool:
    return found.in_ledger and found.withdrawn is None
