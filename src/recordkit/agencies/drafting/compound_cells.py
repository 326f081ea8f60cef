"""Cells that hold a field and something else: a number behind a prefix, a CNIC or a passport in one column."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import polars as pl

from recordkit.agencies.header_words import fold
from recordkit.source_fields import IntakeField

if TYPE_CHECKING:
    from recordkit.agencies.drafting.sheet_guess import ColumnGuess


NEARLY_ALL = 0.9
PLACES = {"police_station", "district"}
SIGNS = "/,|;"
NUMBER = r"[0-9]{1,6}\s*/\s*(?:(?:19|20)[0-9]{2}|[0-9]{2})"
BEFORE = r"^\s*[^0-9]{1,12}[-/ ]\s*"
AGE_AND_SEX = r"\s*(?P<age>[0-9]{1,3})\s*[/,-]\s*(?P<sex>[^\W\d_]+)\s*"
CNIC = r"[0-9]{5}-?[0-9]{7}-?[0-9]"


@dataclass(frozen=True)
class Cut:
    """A pattern with named groups, and the field of cells that it does not fit."""

    pattern: str
    otherwise: str | None
    why: str


def cut(
    one: ColumnGuess, shares: Mapping[str, float], below: pl.DataFrame, fields: Mapping[str, IntakeField],
    used: set[str], districts: frozenset[str],
) -> ColumnGuess:  # fmt: skip
    """The guess, with the pattern that its cells need."""
    told = fields.get(one.field or "")
    kind = told.type if told else None
    cells = below.get_column(one.column).drop_nulls()
    if kind == "fir" and shares.get("fir", 0.0) < 0.3:
        fits = _share(cells, rf"{BEFORE}{NUMBER}\s*$")
        if fits >= NEARLY_ALL:
            pattern = rf"{BEFORE}(?P<{one.field}>{NUMBER})\s*$"
            why = f"{one.why.split(';')[0]}; {fits:.0%} of its values are a number behind letters"
            return replace(
                one, confidence=0.80, why=why, cut=Cut(pattern, one.field, "the letters in front are no number")
            )
    if one.field in PLACES and not used >= PLACES and set(fields) >= PLACES:
        for sign in SIGNS:
            share = _two_places(cells, sign, districts)
            if share >= NEARLY_ALL:
                pattern = rf"^\s*(?P<police_station>[^{sign}]+?)\s*[{sign}]\s*(?P<district>[^{sign}]+?)\s*$"
                why = f"{share:.0%} of its cells are a station and a district"
                return replace(one, confidence=0.80, cut=Cut(pattern, "police_station", why))
    if one.field in ("age", "sex") and not {"age", "sex"} <= used and {"age", "sex"} <= set(fields):
        fits = _share(cells, rf"^{AGE_AND_SEX.replace('?P<age>', '').replace('?P<sex>', '')}$")
        if fits >= NEARLY_ALL:
            parts = Cut(rf"^{AGE_AND_SEX}$", None, f"{fits:.0%} of its cells are an age and a sex")
            return replace(one, confidence=max(one.confidence, 0.80), cut=parts)
    if one.field == "cnic" and "passport" in fields and "passport" not in used:
        cnics = _share(cells, rf"^\s*{CNIC}\s*$")
        codes = _share(cells, r"^\s*[A-Za-z]{1,2}[0-9]{6,8}\s*$")
        if codes >= 0.05 and cnics + codes >= NEARLY_ALL:
            parts = Cut(rf"^\s*(?P<cnic>{CNIC})\s*$", "passport", f"{cnics:.0%} are CNICs, {codes:.0%} passports")
            return replace(one, confidence=max(one.confidence, 0.80), cut=parts)
    return one


def _two_places(cells: pl.Series, sign: str, districts: frozenset[str]) -> float:
    """Share of the cells that are two parts with the sign between them, a district being the second."""
    parts = cells.unique().str.split(sign)
    two = parts.filter(parts.list.len() == 2)
    known = [fold(word) in districts for word in two.list.last().to_list()]
    return sum(known) / len(parts) if len(parts) else 0.0


def _share(cells: pl.Series, pattern: str) -> float:
    mean = cells.str.contains(pattern).cast(pl.Float64).mean()
    return float(mean) if isinstance(mean, float) else 0.0
