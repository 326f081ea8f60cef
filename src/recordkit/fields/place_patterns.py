"""The words around the name of a place (thana, Levies, district, division …) as patterns, made from the reference."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache, partial

from recordkit.fields import particulars
from recordkit.reference import Reference

POLICE = "police_station"  # the kind of a station that needs no word of a force


@dataclass(frozen=True, eq=False)
class PlacePatterns:
    """Patterns of a reference; those with groups say so."""

    station: str  # at either end of a station's name, a word that only says that it is one
    force: str  # at the start, the word of another force than the police, as a group
    of_a_force: str  # the same, and behind it a word that only says that it is a station
    serial: str  # the number that a list gives a station; with two groups, the letters beside it
    district: str  # at either end of a district's name, a word that only says that it is one
    district_behind: str  # the same before a district behind a station
    division: str
    between: str  # between two places in a cell


@lru_cache(maxsize=8)
def read_place_patterns(reference: Reference) -> PlacePatterns:
    """The patterns of a reference, made once."""
    unit = partial(particulars.alone, reference, "unit_word")
    station = particulars.alone(reference, "station_word", POLICE)
    behind_force = rf"(?:{station}|{unit('station')})"
    force = rf"(?i)^({forces(reference)})\s+"
    number = particulars.alone(reference, "fir_word", "number", before=False)
    # 29. Data Darbar, (4) City, No. 4 City, Saddar (16).
    serial = (
        r"(?i)^(?:[(\[]\s?[0-9]{1,3}\s?[)\]][\s.:\-]*|[0-9]{1,3}\s?[.):۔\-/][\s.):\-]*"
        rf"|(?:s\.?\s?)?(?:{number}\.?|#)\s*[0-9]{{1,3}}[\s.):\-]+)(\p{{L}})"
        r"|(\p{L}[\p{M}.]*)\s*[(\[]\s?[0-9]{1,3}\s?[)\]]$"
    )
    words = particulars.words(reference, "between", "unit_word").split("|")
    latin = [one for one in words if one.isascii()]
    between = rf"[,/;&،|+@]|{particulars.bordered(latin)}|\s(?:[-–—]|{'|'.join(words)})\s"
    return PlacePatterns(
        station=rf"(?i)^{station}[\s:.\-]*|[\s,\-]+{station}\.?$",
        force=force,
        of_a_force=rf"{force}{behind_force}[\s:.\-]*",
        serial=serial,
        district=rf"(?i)^{unit('district', behind=False)}[\s.:\-]+|[\s,]+{unit('district', before=False)}\.?$",
        district_behind=rf"(?i:{unit('district')}[\s.:]+)?",
        division=rf"(?i)[\s\-]*{unit('division')}\.?[\s\-]*",
        between=rf"(?i)\s*(?:{between})\s*",
    )


@lru_cache(maxsize=8)
def forces(reference: Reference) -> str:
    """A pattern, without its own group, of the words of the forces that have stations of their own: every kind of a
    listed station but that of the police, as far as `station_word` has words for it."""
    kinds = reference.stations["kind"].drop_nulls().unique().sort().to_list()
    return particulars.any_word(reference, "station_word", *(kind for kind in kinds if kind != POLICE))
