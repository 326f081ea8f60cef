"""Why two records were joined: the weights of a link as data, and as a waterfall for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_REASON = re.compile(r"^(?P<what>.*?)(?:: (?P<level>.*?))? (?P<bits>[+-]\d+(?:\.\d+)?)$")
# Characters of the drawing of weights on a terminal.
_WIDTH, _BAR = 40, 34
KINDS = {"person": "one person", "case": "one case", "related": "related cases, still two"}


def waterfall(link: Mapping[str, Any], model: Iterable[Mapping[str, Any]] = ()) -> list[dict[str, Any]]:
    """One row per reason in order: what, level, bits (None where a rule or a person decided) and running total.

    With the rows of the edition's `models` also m and u of the level, and `rarity`: the bits that are not the
    level's, because the value on which the two agree is rarer or commoner than most.
    """
    levels = {(row["name"], row["level"]): row for row in model if row["model"] == link["kind"]}
    rows = []
    total = 0.0
    for reason in link["reasons"] or []:
        found = _REASON.match(reason)
        row: dict[str, Any] = {"what": reason, "level": "", "bits": None, "total": None}
        if found is not None:
            bits = float(found["bits"])
            total += bits
            row = {"what": found["what"], "level": found["level"] or "", "bits": bits, "total": round(total, 2)}
            known = levels.get((row["what"], row["level"]))
            row |= {"m": known["m_probability"], "u": known["u_probability"]} if known else {"m": None, "u": None}
            row["rarity"] = round(bits - known["match_weight"], 2) if known else None
        rows.append(row)
    return rows


def explain(link: Mapping[str, Any], model: Iterable[Mapping[str, Any]] = ()) -> str:
    """A link (a row of `links` or `review`) as text: every comparison with its weight, and their sum."""
    lines = [verdict(link), ""]
    lines += [f"  {line}" for line in weight_bars(link, model)]
    if link["match_weight"] is not None:
        lines += ["", f"  {meaning(link)}"]
    return "\n".join(lines)


def verdict(link: Mapping[str, Any]) -> str:
    """What was judged, and by whom."""
    judged = KINDS.get(link["kind"], link["kind"])
    if link.get("grey"):
        judged = f"may be {judged}: nobody has judged it yet"
    return f"{link['link_id']}: {judged} ({decided(link)})"


def decided(link: Mapping[str, Any]) -> str:
    """Who decided."""
    if link["decision"] == "human":
        return "decided by a person"
    if link["match_weight"] is None:
        return "decided by rule"
    return f"match weight {link['match_weight']:+.2f} bits"


def meaning(link: Mapping[str, Any]) -> str:
    """What the sum says."""
    return (
        f"Probability {link['probability']:.4f}. One bit doubles the odds that the two are one; the prior is the odds "
        "before anything was compared."
    )  # fmt: skip


def weight_bars(link: Mapping[str, Any], model: Iterable[Mapping[str, Any]] = ()) -> list[str]:
    """One line per reason: rules first, then every comparison with a bar from the total before to the total after."""
    rows = waterfall(link, model)
    weighed = [row for row in rows if row["bits"] is not None]
    lines = [f"rule: {row['what']}" for row in rows if row["bits"] is None]
    before = 0.0
    low, span = scale(weighed)
    for row in weighed:
        said = f"{row['what']}: {row['level']}" if row["level"] else row["what"]
        start, end = (round((value - low) / span * _BAR) for value in sorted((before, row["total"])))
        bar = " " * start + ("█" if row["bits"] > 0 else "░") * max(end - start, 1 if row["bits"] else 0)
        lines.append(f"{said[:_WIDTH]:<{_WIDTH}} {row['bits']:>+7.2f} {row['total']:>+7.2f}  {bar}".rstrip())
        before = row["total"]
    if weighed:
        lines.append(f"{'together, in bits':<{_WIDTH}} {weighed[-1]['total']:>+7.2f}")
    return lines


def scale(weighed: Iterable[Mapping[str, Any]]) -> tuple[float, float]:
    """The lowest total, and from there to the highest; 0 is always in it."""
    totals = [0.0, *(row["total"] for row in weighed)]
    return min(totals), (max(totals) - min(totals)) or 1.0
