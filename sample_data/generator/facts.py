"""National facts, read from schemas/: districts, stations, sections of law, ranking, coverage."""

from __future__ import annotations

import csv
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "schemas"
MONTHS = ("2026-07", "2026-08", "2026-09", "2026-10")

Charge = tuple[str, str]  # act, section


def rows(name: str) -> list[dict[str, str]]:
    """A reference table as a list of rows."""
    with (SCHEMAS / "reference" / name).open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


@dataclass(frozen=True)
class Station:
    """A police station with the place it belongs to."""

    province: str
    division: str
    district: str
    pcode: str
    name: str
    aliases: tuple[str, ...]
    urdu: str
    kind: str


@cache
def districts() -> dict[tuple[str, str], dict[str, str]]:
    """(province, district) -> row of districts.csv."""
    return {(row["province"], row["district"]): row for row in rows("districts.csv")}


@cache
def stations() -> tuple[Station, ...]:
    """Every station with the division and P-code of its district."""
    made = []
    for row in rows("stations.csv"):
        place = districts().get((row["province"], row["district"]), {})
        aliases = tuple(part for part in row["aliases"].split(";") if part)
        made.append(
            Station(
                row["province"],
                place.get("division", ""),
                row["district"],
                place.get("pcode", ""),
                row["station"],
                aliases,
                row["urdu"],
                row["kind"],
            )
        )
    return tuple(made)


def stations_of(province: str, kind: str = "police_station") -> list[Station]:
    """Stations of one province and kind, in the order of the table."""
    return [s for s in stations() if s.province == province and s.kind == kind]


@cache
def offences() -> dict[Charge, list[dict[str, str]]]:
    """(act, section) -> its rows; the same section may have had two meanings in time."""
    table: dict[Charge, list[dict[str, str]]] = {}
    for row in rows("offences.csv"):
        table.setdefault((row["act"], row["section"]), []).append(row)
    return table


@cache
def tiers() -> dict[Charge, str]:
    """(act, section) -> trafficking tier."""
    return {(row["act"], row["section"]): row["tier"] for row in rows("tip_tiers.csv")}


def in_force(row: dict[str, str], day: str) -> bool:
    """Whether a row's dates (ISO or a year alone) hold on `day`."""
    start, end = row["valid_from"], row["valid_to"]
    return (not start or start <= day) and (not end or day <= (f"{end}-12-31" if len(end) == 4 else end))


@cache
def ranking() -> dict[str, object]:
    """schemas/ranking.toml."""
    with (SCHEMAS / "ranking.toml").open("rb") as handle:
        return tomllib.load(handle)


@cache
def agency(name: str) -> dict[str, object]:
    """schemas/agencies/<name>.toml, for expected districts only."""
    with (SCHEMAS / "agencies" / f"{name}.toml").open("rb") as handle:
        return tomllib.load(handle)
