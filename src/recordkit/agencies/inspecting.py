"""What a file is, in plain facts: for people who have not decided anything about it yet."""

from __future__ import annotations

from typing import Any

from recordkit import details
from recordkit.agencies import periods
from recordkit.agencies.catalogue import Catalogue
from recordkit.agencies.drafting.sheet_guess import guess
from recordkit.agencies.format_match import Fit, rank
from recordkit.agencies.header_index import suggest
from recordkit.agencies.source import Sheet, SourceFile
from recordkit.source_fields import Intake


def inspect(
    source: SourceFile, catalogue: Catalogue, intake: Intake, received: str | None = None
) -> dict[str, Any]:
    """Plain data about a file: kind, sheets, header rows, likely sender, columns. No cell values. `received`: the month
    in which it came, by its folder: with it a name such as `register_07-26` says a month."""
    return {
        "file": source.name,
        "kind": source.kind,
        "encoding": source.encoding,
        "delimiter": source.delimiter,
        "sha256": source.sha256,
        "period": periods.of_name(source.name, catalogue.months, received=received).period,
        "sheets": [_sheet(source, sheet, catalogue, intake) for sheet in source.sheets],
    }


def _sheet(source: SourceFile, sheet: Sheet, catalogue: Catalogue, intake: Intake) -> dict[str, Any]:
    head = sheet.head(60)
    facts: dict[str, Any] = {
        "name": sheet.name,
        "visible": sheet.visible,
        "columns": head.width - 1,
        "rows": sheet.height,
    }
    if not sheet.visible or not head.height:
        return facts
    ranked = [one for one in rank(source, sheet, catalogue.values(), catalogue) if one.located is not None]
    fits = [one for one in ranked if one.score >= catalogue.layout.choose.accept]
    facts["likely"] = [_candidate(one) for one in (fits or ranked)[:3]]
    return facts | (_known(fits[0], catalogue) if fits else _unknown(sheet, catalogue, intake))


def _candidate(one: Fit) -> dict[str, Any]:
    return {
        "agency": one.agency.id,
        "format": one.form.id,
        "score": round(one.score, 2),
        "evidence": list(one.evidence),
    }


def _known(best: Fit, catalogue: Catalogue) -> dict[str, Any]:
    """Columns by what the best format makes of them."""
    words = catalogue.indexes[best.agency.id, best.form.id]
    columns = best.located.columns if best.located else ()
    has = {one.field for one in columns}
    return {
        "header_row": list(best.located.rows) if best.located else [],
        "mapped": {one.header: one.field for one in columns if one.kind == "field"},
        "ignored": {one.header: one.detail for one in columns if one.kind == "ignored"},
        "spread": [one.header for one in columns if one.kind in ("spread", "spread_total")],
        "unknown": {
            one.header: suggest(one.header, words) or details.text("resembles_nothing")
            for one in columns
            if one.kind in ("unknown", "ambiguous", "duplicate")
        },
        "missing": [c.field for c in best.form.columns if c.field not in has and not c.optional],
    }


def _unknown(sheet: Sheet, catalogue: Catalogue, intake: Intake) -> dict[str, Any]:
    """Columns by what their headers and values look like."""
    made = guess(sheet, catalogue, intake)
    return {
        "header_row": list(made.header_rows),
        "unit": made.unit,
        "resembles": {
            one.header: details.text("field_because", field=one.field, confidence=f"{one.confidence:.2f}", why=one.why)
            for one in made.columns
            if one.field
        },
        "unknown": {
            one.header: ", ".join(one.others) or details.text("resembles_nothing_known")
            for one in made.columns
            if one.header and not one.field and not one.spread
        },
    }
