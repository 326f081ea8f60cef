"""Why two records were joined: the weights of a link as data, and as a waterfall for a terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from recordkit import words
from recordkit.linkage.engine.model_spec import MISSING, ModelSpec
from recordkit.words import Texts

_REASON = re.compile(r"^(?P<what>.*?)(?:: (?P<level>.*?))? (?P<bits>[+-]\d+(?:\.\d+)?)$")
# Characters of the drawing of weights on a terminal.
_WIDTH, _BAR = 40, 34
KINDS = {"person": "one_person", "case": "one_case", "related": "related_cases"}  # names of their texts


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


def explain(
    link: Mapping[str, Any], model: Iterable[Mapping[str, Any]] = (), texts: Texts | None = None
) -> str:
    """A link (a row of `links` or `review`) as text: every comparison with its weight, and their sum."""
    lines = [verdict(link, texts), ""]
    lines += [f"  {line}" for line in weight_bars(link, model, texts)]
    if link["match_weight"] is not None:
        lines += ["", f"  {meaning(link, texts)}"]
    return "\n".join(lines)


def why_two(link: Mapping[str, Any], spec: ModelSpec, texts: Texts | None = None) -> str:
    """Why a pair that was compared is not one person or case: the rule that holds it down, the threshold that it does
    not reach, or else the other pairs of its two groups. link: a row of `review` or `links`."""
    texts = texts or words.english()
    weight = link["match_weight"]
    levels = {row["what"]: row["level"] for row in waterfall(link)}
    bounds = {"bits": f"{weight:+.2f}", "threshold": f"{spec.threshold:+.2f}"}
    for veto in spec.vetoes:
        limits = veto.most is not None and bool(veto.when) and not veto.where and weight <= veto.most < spec.threshold
        if limits and all(levels.get(name, MISSING) in allowed for name, allowed in veto.when.items()):
            return texts.message("two_by_rule", rule=texts.value(veto.name), most=f"{veto.most:+.2f}", **bounds)
    if weight < spec.threshold:
        return texts.message("two_below_threshold", **bounds)
    return texts.message("two_by_cluster", least=f"{spec.cluster_threshold:+.2f}", **bounds)


def verdict(link: Mapping[str, Any], texts: Texts | None = None) -> str:
    """What was judged, and by whom."""
    texts = texts or words.english()
    judged = texts.message(KINDS[link["kind"]]) if link["kind"] in KINDS else link["kind"]
    if link.get("grey"):
        judged = texts.message("may_be_judged", judged=judged)
    return f"{link['link_id']}: {judged} ({decided(link, texts)})"


def decided(link: Mapping[str, Any], texts: Texts | None = None) -> str:
    """Who decided."""
    texts = texts or words.english()
    if link["decision"] == "human":
        return texts.message("decided_by_person")
    if link["match_weight"] is None:
        return texts.message("decided_by_rule")
    return texts.message("match_weight", bits=f"{link['match_weight']:+.2f}")


def meaning(link: Mapping[str, Any], texts: Texts | None = None) -> str:
    """What the sum says."""
    return (texts or words.english()).message("probability_means", probability=f"{link['probability']:.4f}")


def weight_bars(
    link: Mapping[str, Any], model: Iterable[Mapping[str, Any]] = (), texts: Texts | None = None
) -> list[str]:
    """One line per reason: rules first, then every comparison with a bar from the total before to the total after."""
    texts = texts or words.english()
    rows = waterfall(link, model)
    weighed = [row for row in rows if row["bits"] is not None]
    lines = [texts.message("by_rule", rule=texts.value(row["what"])) for row in rows if row["bits"] is None]
    before = 0.0
    low, span = scale(weighed)
    for row in weighed:
        label = ": ".join(texts.value(row[part]) for part in ("what", "level") if row[part])
        start, end = (round((value - low) / span * _BAR) for value in sorted((before, row["total"])))
        bar = " " * start + ("█" if row["bits"] > 0 else "░") * max(end - start, 1 if row["bits"] else 0)
        lines.append(f"{label[:_WIDTH]:<{_WIDTH}} {row['bits']:>+7.2f} {row['total']:>+7.2f}  {bar}".rstrip())
        before = row["total"]
    if weighed:
        lines.append(f"{texts.message('bits_together'):<{_WIDTH}} {weighed[-1]['total']:>+7.2f}")
    return lines


def scale(weighed: Iterable[Mapping[str, Any]]) -> tuple[float, float]:
    """The lowest total, and from there to the highest; 0 is always in it."""
    totals = [0.0, *(row["total"] for row in weighed)]
    return min(totals), (max(totals) - min(totals)) or 1.0
