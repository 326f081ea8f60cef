"""Which cases are compared: those that may be one incident under two numbers, because they share people or a slip."""

from __future__ import annotations

import numpy as np
import polars as pl

from recordkit.linkage import incident_comparisons, row_keys
from recordkit.linkage.engine import blocking
from recordkit.linkage.graph import Ints
from recordkit.linkage.spec import Incidents
from recordkit.stable_ids import U64


def cases_sharing_people(known: pl.DataFrame, people: pl.DataFrame, spec: Incidents) -> tuple[Ints, Ints]:
    """Places in `known` of every two cases that name one person, registered within `days`, the older first.

    A person is a name with a relative's in one district (or in any, where a case has none), or a card. Whoever is
    named in more than `most` cases in that time (a complainant by office) brings nobody together.
    """
    placed = people.select("case_id", "name_key", "relative_key", "cnic").join(
        known.select("case_id", "case", "district", "registered_on"), on="case_id"
    )
    found = [_near(placed, columns, spec) for columns in (("name_key", "relative_key", "district"), ("cnic",))]
    found.append(_anywhere(placed, spec))
    return blocking.unpack(np.unique(np.concatenate(found)))


def _anywhere(placed: pl.DataFrame, spec: Incidents) -> U64:
    """Packed pairs of cases of which one has no district, such as those of a federal office."""
    name = ["name_key", "relative_key"]
    nowhere = placed.filter(pl.col("district").is_null()).select(*name).drop_nulls().unique()
    pairs = _near(placed.join(nowhere, on=name, how="semi"), tuple(name), spec)
    bare = placed.filter(pl.col("district").is_null())["case"].unique().to_numpy()
    left, right = blocking.unpack(pairs)
    return pairs[np.isin(left, bare) | np.isin(right, bare)]


def nameless(
    known: pl.DataFrame, charges: pl.DataFrame, people: pl.DataFrame, members: pl.DataFrame
) -> tuple[Ints, Ints]:
    """Places in `known` of every two cases of which one names nobody: of one station, day and sections, under numbers
    that a slip of the pen makes of each other. The older first."""
    named = people.filter(pl.any_horizontal(pl.col("name_key", "cnic").is_not_null())).select("case_id").unique()
    sections = incident_comparisons.sections(charges, members).select("case_id", pl.col("sections").list.join("\x1e"))
    placed = known.join(sections, on="case_id").with_columns(home=pl.coalesce("district", "agency"))
    key = ["home", "police_station", "year", "registered_on", "sections"]
    asking = placed.join(named, on="case_id", how="anti").select(*key, "case", "number")
    both = asking.join(placed.select(*key, "case", "number"), on=key).filter(pl.col("case") != pl.col("case_right"))
    if both.is_empty():
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    degree = incident_comparisons.degree(both["number"], both["number_right"])
    near = both.filter(degree.is_in(["two digits turned", "one slip"]).fill_null(False))
    left, right = (near[name].to_numpy().astype(np.int64) for name in ("case", "case_right"))
    return blocking.unpack(np.unique(blocking.pack(np.minimum(left, right), np.maximum(left, right))))


def _near(placed: pl.DataFrame, columns: tuple[str, ...], spec: Incidents) -> U64:
    """Packed pairs of cases with one key within `days`: each row looks ahead in the order of key and date."""
    code = row_keys.codes(placed, columns, folded=False)
    frame = placed.select("case", day=pl.col("registered_on").cast(pl.Int32)).with_columns(pl.Series("code", code))
    frame = frame.filter(pl.col("code") != 0).unique().sort("code", "day", "case")
    key, day = frame["code"].to_numpy(), frame["day"].to_numpy()
    case = frame["case"].to_numpy().astype(np.int64)
    at = np.arange(len(key))
    made: list[U64] = []
    owner: list[Ints] = []
    crowded = np.zeros(0, np.uint64)
    for ahead in range(1, spec.most + 1):
        at = at[at + ahead < len(key)]
        at = at[(key[at] == key[at + ahead]) & (day[at + ahead] - day[at] <= spec.days)]
        if not len(at):
            break
        made.append(blocking.pack(case[at], case[at + ahead]))
        owner.append(at)
        crowded = key[at] if ahead == spec.most else crowded
    if not made:
        return np.zeros(0, np.uint64)
    kept = ~np.isin(key[np.concatenate(owner)], np.unique(crowded))
    pairs: U64 = np.concatenate(made)[kept]
    return pairs
