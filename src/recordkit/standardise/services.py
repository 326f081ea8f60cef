"""Services to victims: one typed service per source row of a shelter file."""

from __future__ import annotations

from functools import partial

import polars as pl

from recordkit.fields import dispatch, fir, name_patterns, text
from recordkit.reference import Reference
from recordkit.standardise.cases import code_column, date_column
from recordkit.standardise.clean_columns import KEYS, Uses, clean, declared_strings, findings, raw


def services(rows: pl.DataFrame, uses: Uses, reference: Reference) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """One row per source row: KEYS, victim_ref, references, service, provider, dates, outcome and `_raw` strings."""
    found: list[pl.DataFrame] = []
    quoted = clean(rows, "reference", uses, lambda s: fir.references(s, reference))
    found.append(findings(rows, "reference", uses, quoted))
    victim = clean(rows, "victim_ref", uses, partial(victim_code, reference=reference))
    found.append(findings(rows, "victim_ref", uses, victim))
    columns: dict[str, pl.Series] = {
        "victim_ref": victim["value"],
        "references": quoted["refs"],
        "reference_raw": raw(rows, "reference"),
        "provider": text.clean(declared_strings(rows, "provider"), reference)["value"],
    }
    for name, vocabulary in (("service", "service"), ("outcome", "outcome")):
        columns[name] = code_column(rows, name, vocabulary, uses, reference, found)
    for name in ("started_on", "ended_on", "follow_up_on"):
        columns[name] = date_column(rows, name, uses, reference, found)["date_from"]
    for name in ("service", "outcome", "started_on", "ended_on"):
        columns[f"{name}_raw"] = raw(rows, name)
    return rows.select(KEYS).with_columns(series.alias(name) for name, series in columns.items()), found


def victim_code(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`value`, the sender's code of one victim; RK389 where the cell names several or says their number."""
    words = name_patterns.read_name_patterns(reference)
    value = text.clean(values, reference)["value"]
    several = rf"(?i)[0-9]\s*(?:[,;&+،؛|\n]|\s(?:{words.lists}|{words.until})\s)\s*[\p{{L}}\-]{{0,8}}\s?[0-9]"
    counted = rf"(?i)(?:^|\()\s*[0-9]{{1,3}}\s+(?:{words.people})\b"
    told = (values.str.contains(several) | values.str.contains(counted)).fill_null(False)
    return pl.DataFrame({"value": value, "codes": dispatch.codes({"RK389": told})})
