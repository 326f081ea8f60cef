"""Why two records were joined: the weights of a link as data, for a terminal, and as HTML."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from typing import Any

_REASON = re.compile(r"^(?P<what>.*?)(?:: (?P<level>.*?))? (?P<bits>[+-]\d+(?:\.\d+)?)$")
_WIDTH = 40


def waterfall(link: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One row per reason in order: what, level, bits (None where a rule or a person decided) and running total."""
    rows = []
    total = 0.0
    for reason in link["reasons"] or []:
        found = _REASON.match(reason)
        if found is None:
            rows.append({"what": reason, "level": "", "bits": None, "total": None})
            continue
        bits = float(found["bits"])
        total += bits
        rows.append({"what": found["what"], "level": found["level"] or "", "bits": bits, "total": round(total, 2)})
    return rows


def explain(link: Mapping[str, Any]) -> str:
    """A link (a row of `links`) as text: every comparison with a bar of its weight, and their sum."""
    kind = {"person": "one person", "case": "one case", "related": "related cases"}.get(link["kind"], link["kind"])
    lines = [f"{link['link_id']}: judged {kind} ({_decided(link)})", ""]
    lines += [f"  {line}" for line in bars(link)]
    if link["match_weight"] is not None:
        lines += ["", f"  Probability {link['probability']:.4f}. One bit doubles the odds; the prior is that of two"]
        lines.append("  records taken at random.")
    return "\n".join(lines)


def bars(link: Mapping[str, Any]) -> list[str]:
    """One line per reason: rules first, then every comparison with a bar of its weight, then their sum."""
    rows = waterfall(link)
    weighed = [row for row in rows if row["bits"] is not None]
    lines = [f"rule: {row['what']}" for row in rows if row["bits"] is None]
    scale = max((abs(row["bits"]) for row in weighed), default=1.0) or 1.0
    for row in weighed:
        said = f"{row['what']}: {row['level']}" if row["level"] else row["what"]
        bar = ("█" if row["bits"] > 0 else "░") * max(round(abs(row["bits"]) / scale * 20), 1 if row["bits"] else 0)
        lines.append(f"{said:<{_WIDTH}} {row['bits']:>+8.2f}  {bar}")
    if weighed:
        lines.append(f"{'together, in bits':<{_WIDTH}} {weighed[-1]['total']:>+8.2f}")
    return lines


def as_html(link: Mapping[str, Any]) -> str:
    """The same waterfall as one HTML table; bars run from the total before to the total after."""
    rows = [row for row in waterfall(link) if row["bits"] is not None]
    totals = [0.0, *(row["total"] for row in rows)]
    low, high = min(totals), max(totals)
    span = (high - low) or 1.0
    cells = []
    for row, before in zip(rows, totals, strict=False):
        start, end = sorted((before, row["total"]))
        left, width = (start - low) / span * 100, max((end - start) / span * 100, 0.5)
        side = "for" if row["bits"] > 0 else "against"
        cells.append(
            f"<tr><th scope='row'>{html.escape(row['what'])}</th><td>{html.escape(row['level'])}</td>"
            f"<td class='bits'>{row['bits']:+.2f}</td><td class='bar'><span class='{side}' "
            f"style='margin-left:{left:.1f}%;width:{width:.1f}%'></span></td></tr>"
        )
    rules = "".join(f"<li>{html.escape(row['what'])}</li>" for row in waterfall(link) if row["bits"] is None)
    return (
        f"<section class='link'><h3>{html.escape(link['link_id'])}</h3><p>{html.escape(_decided(link))}</p>"
        f"<ul>{rules}</ul><table>{''.join(cells)}</table></section>"
    )


def _decided(link: Mapping[str, Any]) -> str:
    if link["decision"] == "human":
        return "decided by a person"
    if link["match_weight"] is None:
        return "decided by rule"
    return f"match weight {link['match_weight']:+.2f} bits"
