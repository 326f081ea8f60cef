"""The merged truth: what an edition must hold, worked out from the submissions in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from . import facts
from .facts import Charge
from .truth import Submission

PLACE = ("province", "division", "district", "district_pcode", "place_level", "police_station")
BLOCK = (*PLACE, "fir_no", "fir_year", "registered_on", "occurred_from", "occurred_to", "area", "class")
FACTS = (
    (("district", "police_station"), PLACE),
    (("fir_no", "fir_year"), ("fir_no", "fir_year")),
    (("registered_on",), ("registered_on",)),
    (("occurred_from", "occurred_to"), ("occurred_from", "occurred_to")),
)
SHARED = ("status", "enquiry_no", "e_tag", "accused_unknown")
CLASSES = ("npb_head", "iccs_code", "tip_tier")
PERSON = (
    "name",
    "relation",
    "relative_name",
    "aliases",
    "sex",
    "age",
    "date_of_birth",
    "cnic",
    "passport",
    "phones",
    "nationality",
    "address",
    "caste",
    "person_status",
    "origin",
    "transit",
    "destination",
    "means",
    "exploitation",
    "victim_status",
    "referral",
)


@dataclass
class Known:
    """One case as its submissions make it."""

    case_id: str
    true_id: str
    members: list[Submission]
    values: dict[str, str] = field(default_factory=dict)
    agency: str = ""
    agencies: list[str] = field(default_factory=list)
    charges: list[dict[str, str]] = field(default_factory=list)
    people: list[dict[str, str]] = field(default_factory=list)

    @property
    def month(self) -> str:
        """The month it counts in."""
        return self.values.get("registered_on", "")[:7] or min(self.members, key=lambda m: m.age).period


def newest(members: Iterable[Submission], columns: Iterable[str]) -> dict[str, str]:
    """The last value that is not empty, column by column."""
    found: dict[str, str] = {}
    for member in sorted(members, key=lambda m: m.age):
        said = member.row.values()
        found |= {name: said[name] for name in columns if said.get(name)}
    return found


def settled(members: Iterable[Submission]) -> dict[str, str]:
    """The registration: the newest place; of number and days what most reports from there say, of equals the newest."""
    rows = [dict(member.row.values()) for member in sorted(members, key=lambda m: m.age)]
    elsewhere = [False] * len(rows)
    for key, columns in FACTS:
        said = [tuple(row.get(name) or "" for name in key) for row in rows]
        if all(len({one[at] for one in said if one[at]}) < 2 for at in range(len(key))):
            continue
        newest = {one: at for at, one in enumerate(said) if any(one)}
        here = {one for one, away in zip(said, elsewhere, strict=True) if not away}
        ripe = {one for one, row in zip(said, rows, strict=True) if row.get("stage") != "enquiry"}
        times = Counter(said) if columns is not PLACE else Counter(newest)
        best = max(newest, key=lambda one: (one in here, one in ripe, sum(map(bool, one)), times[one], newest[one]))
        lost = [any(one) and one != best for one in said]
        elsewhere = lost if columns is PLACE else elsewhere
        for row, out in zip(rows, lost, strict=True):
            row.update(dict.fromkeys(columns, "") if out else {})
    return {name: row[name] for row in rows for name in BLOCK if row.get(name)}


def early(member: Submission) -> bool:
    """Whether it is of an enquiry."""
    return member.row.values().get("stage") == "enquiry"


def keyed(member: Submission) -> bool:
    """Whether a submission says which case it is."""
    values = member.row.values()
    return any(values.get(name) for name in ("fir_no", "enquiry_no", "e_tag"))


def cases(submissions: Iterable[Submission]) -> list[Known]:
    """Every case that exact linking can find, merged."""
    groups: dict[str, list[Submission]] = {}
    for one in submissions:
        if one.row.unit in {"case", "person"} and one.found:
            groups.setdefault(one.found, []).append(one)
    return [_merge(found, members) for found, members in sorted(groups.items())]


def _merge(found: str, members: list[Submission]) -> Known:
    known = Known(found, members[0].row.case.cid if members[0].row.case else "", members)
    told = {m.age: (not keyed(m), early(m), m.period, m.file.received, m.row.unit == "person") for m in members}
    first = min(members, key=lambda m: (told[m.age], m.age))
    known.agency = first.file.agency
    known.agencies = sorted({m.file.agency for m in members})
    own = [m for m in members if m.file.agency == known.agency]
    known.values = settled(own) | newest(members, SHARED)
    stages = {m.row.values().get("stage", "case") for m in members}
    known.values["stage"] = "case" if "case" in stages else "enquiry"
    known.charges = _charges(known)
    principal = next((c for c in known.charges if c["is_principal"] == "true"), None)
    for name in CLASSES:
        known.values[name] = principal[name] if principal else ""
    tiers = sorted({c["tip_tier"] for c in known.charges if c["tip_tier"]})
    known.values["tip_tier"] = tiers[0] if tiers else ""  # a trafficking charge beside a murder must not vanish
    heads = newest(members, ("crime_head",))
    known.values["npb_head"] = known.values["npb_head"] or heads.get("crime_head", "")
    known.values["principal_act"] = principal["act"] if principal else ""
    known.values["principal_section"] = principal["section"] if principal else ""
    known.people = _people(known)
    return known


# --- charges ---
def classify(charge: Charge, day: str) -> dict[str, str]:
    """What a section is on a day."""
    table = facts.offences().get(charge, [])
    row = next((row for row in table if not day or facts.in_force(row, day)), None)
    tier = facts.tiers().get(charge, "") if row else ""  # a section that is no longer law is no statutory offence
    row = row or next(iter(table), None)
    act, section = charge
    excluded = bool(row) and row["npb_head"] == "EXCLUDE"
    return {
        "act": act,
        "section": section,
        "offence": row["offence"] if row else "",
        "npb_head": row["npb_head"] if row and not excluded else "",
        "iccs_code": row["iccs_code"] if row else "",
        "tip_tier": tier,
        "is_modifier": str(bool(row) and row["provincial_head"] == "modifier").lower(),
        "is_crime": str(not excluded).lower(),
    }


def split_charges(text: str) -> list[Charge]:
    """`PPC 1860 302;PPC 1860 34` as pairs; the section is the last word."""
    pairs = [part.rsplit(" ", 1) for part in text.split(";") if part]
    return [(act, section) for act, section in pairs]


def _charges(known: Known) -> list[dict[str, str]]:
    seen: dict[Charge, dict[str, str]] = {}
    for member in sorted(known.members, key=lambda m: m.age):
        values = member.row.values()
        day = values.get("occurred_from") or values.get("registered_on") or ""
        for charge in split_charges(values.get("charges", "")):
            entry = seen.setdefault(charge, {"first_seen": member.period, "members": ""})
            entry.update(classify(charge, day))
            entry["members"] = ";".join(filter(None, (entry["members"], member.ref)))
    charges = [seen[charge] for charge in sorted(seen)]
    best = principal(charges)
    for charge in charges:
        charge["is_principal"] = str(charge is best).lower()
    return charges


def principal(charges: list[dict[str, str]]) -> dict[str, str] | None:
    """The gravest offence by the order of schemas/ranking.toml. What is no crime counts only when alone."""
    ranked = [(rank(charge), charge["act"], charge["section"], charge) for charge in charges]
    real = [entry for entry in ranked if entry[0] is not None]
    return min(real, key=lambda entry: entry[:3])[3] if real else None


def rank(charge: dict[str, str]) -> tuple[int, int] | None:
    """Place in the ranking and inside its rank; smaller is graver. Modifiers have none."""
    if charge["is_modifier"] == "true":
        return None
    ranks: list[dict[str, object]] = facts.ranking()["rank"]  # type: ignore[assignment]
    wanted = "non_crimes" if charge["is_crime"] == "false" else "unclassified" if not charge["offence"] else ""
    if wanted:
        return next((place, 0) for place, one in enumerate(ranks) if one.get(wanted))
    for section in dict.fromkeys((charge["section"], charge["section"].split("(")[0])):
        for place, one in enumerate(ranks):
            named: dict[str, list[str]] = one.get("sections", {})  # type: ignore[assignment]
            if section in named.get(charge["act"], []):
                return (place, named[charge["act"]].index(section))
    return next((place, 999) for place, one in enumerate(ranks) if _belongs(charge, one))


def _belongs(charge: dict[str, str], one: dict[str, object]) -> bool:
    """Whether a rank holds a charge by its tier, head, ICCS code or act."""
    prefixes: list[str] = one.get("iccs", [])  # type: ignore[assignment]
    return bool(
        charge["tip_tier"] in one.get("tip_tiers", [])  # type: ignore[operator]
        or charge["npb_head"] in one.get("npb_heads", [])  # type: ignore[operator]
        or (charge["iccs_code"] and any(charge["iccs_code"].startswith(prefix) for prefix in prefixes))
        or charge["act"] in one.get("acts", [])  # type: ignore[operator]
    )


# --- people ---
def _people(known: Known) -> list[dict[str, str]]:
    mentions: dict[tuple[str, str], dict[str, str]] = {}
    for member in sorted(known.members, key=lambda m: m.age):
        for one in member.row.people():
            entry = mentions.setdefault((one.role, one.person.pid), {"members": ""})
            entry.update({name: value for name, value in one.out.items() if value})
            entry["members"] = ";".join(filter(None, (entry["members"], member.ref)))
    return [{"role": role, "person": pid, **values} for (role, pid), values in sorted(mentions.items())]


# --- counts ---
COUNTED = ("victim", "accused")


def counts(known: Iterable[Known]) -> list[dict[str, object]]:
    """Atoms by month, agency, place, unit and class, with coverage."""
    cases_ = list(known)
    atoms: Counter[tuple[str, ...]] = Counter()
    for case in cases_:
        if case.values["stage"] == "enquiry" or no_crime(case):
            continue
        place = (case.month, case.agency, case.values.get("province", ""), case.values.get("district", ""))
        _count(atoms, place, "case", case.values)
        for charge in case.charges:
            if charge["is_modifier"] == "false" and charge["is_crime"] == "true":
                _count(atoms, place, "charge", charge)
        for person in case.people:
            if person["role"] in COUNTED:
                _count(atoms, place, person["role"], case.values)
    covered = coverage(cases_)
    names = ("period", "agency", "province", "district", "unit", "classification", "code")
    found = []
    for key, number in sorted(atoms.items()):
        row: dict[str, object] = dict(zip(names, key, strict=True))
        row["count"] = number
        row["districts_reporting"], row["districts_expected"] = covered[key[0], key[1]]
        found.append(row)
    return found


def no_crime(case: Known) -> bool:
    """Preventive arrests and inquests are registered like FIRs and are never counted."""
    named = [c for c in case.charges if c["is_modifier"] == "false"]
    return bool(named) and all(c["is_crime"] == "false" for c in named)


def _count(atoms: Counter[tuple[str, ...]], place: tuple[str, ...], unit: str, classes: dict[str, str]) -> None:
    for column, name in (("npb_head", "npb_head"), ("iccs_code", "iccs"), ("tip_tier", "tip_tier")):
        code = classes.get(column, "")
        if code or column != "tip_tier":
            atoms[(*place, unit, name, code)] += 1


def coverage(known: Iterable[Known]) -> dict[tuple[str, str], tuple[int, int | str]]:
    """(period, agency) -> districts heard, districts expected (blank: not a territory)."""
    heard: dict[tuple[str, str], set[str]] = {}
    for case in known:
        for agency in case.agencies:
            heard.setdefault((case.month, agency), set()).add(case.values.get("district", ""))
    made: dict[tuple[str, str], tuple[int, int | str]] = {}
    for (period, agency), names in heard.items():
        wanted = expected(agency, period)
        named = names - {""}
        if isinstance(wanted, set):
            made[period, agency] = (len(named & wanted), len(wanted))
        else:
            made[period, agency] = (len(named), wanted)
    return made


def expected(agency: str, period: str) -> set[str] | int | str:
    """The districts an agency should report in a month: declared names or a number, else those of its province."""
    declared = facts.agency(agency)
    wanted = declared.get("expected_districts")
    if isinstance(wanted, int):
        return wanted
    if wanted:
        return set(wanted)  # type: ignore[call-overload]
    province = declared.get("province")
    if not province:
        return ""
    last = (date(int(period[:4]), int(period[5:]), 28)).isoformat()[:8] + "28"
    return {
        row["district"] for (of, _), row in facts.districts().items() if of == province and facts.in_force(row, last)
    }
