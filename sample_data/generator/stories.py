"""What happens to cases: slips, transfers, cross versions, quoted FIRs, children among the accused, odd sections."""

from __future__ import annotations

import random
from dataclasses import replace

from .cells import shift
from .facts import MONTHS
from .sources.common import Context
from .world import Case, World, days_of, sections


def tell(context: Context) -> None:
    """All stories, in an order that never changes. To be called when every force has its cases."""
    world = context.world
    _odd_sections(world, context.rng("odd sections"))
    _children(world, context.rng("children"))
    _families(world, context.rng("families"))
    _late(world, context.rng("late"))
    _plants(world, context.rng("plants"))
    _transfers(world, context.rng("transfers"))
    _cross_versions(world, context.rng("cross versions"))
    _quoted(world, context.rng("quoted"))
    _victims_charged(world)
    _tags(world, context.rng("tags"))
    _slips(world, context.rng("slips"))


def _plain(world: World, agency: str, month: str = "") -> list[Case]:
    return [c for c in world.cases[agency] if not c.extra and (not month or c.month == month)]


def _odd_sections(world: World, rng: random.Random) -> None:
    """A section that is no longer law, a section that never was, preventive arrests."""
    odd = ("PPC 1860:369-A", "PPC 1860:3694", "CrPC:107/151", "PPC 1860:369-A", "PPC 1860:549")
    for agency in ("punjab", "sindh", "islamabad"):
        for case, text in zip(rng.sample(_plain(world, agency), len(odd)), odd, strict=True):
            case.charges, case.victims = sections(text), []
            case.extra["odd"] = text


def _children(world: World, rng: random.Random) -> None:
    for case in rng.sample([c for c in _plain(world, "punjab", "2026-07") if c.accused], 6):
        child = world.person(rng, "Punjab", child=True)
        if all(p.name != child.name for p in case.accused):
            case.accused.append(child)


def _families(world: World, rng: random.Random) -> None:
    """A woman under the CNIC of the man of the house."""
    for case in [c for c in _plain(world, "punjab") if c.victims and c.victims[0].sex == "female"]:
        if rng.random() < 0.3 and case.complainant and case.complainant.sex == "male":
            case.victims[0].cnic = case.complainant.cnic


def _late(world: World, rng: random.Random) -> None:
    """Occurrences that a slip of the clerk puts after the report."""
    for agency in ("punjab", "sindh", "kp", "balochistan_police"):
        for case in rng.sample(_plain(world, agency, "2026-10"), 2):
            case.occurred, case.occurred_to = shift(case.registered, 2), None
            case.extra["late"] = "1"


PLANTS = {
    "punjab": (
        "illegible",
        "cattle",
        "strange_status",
        "cattle",
        "no_year",
        "future",
        "reversed",
        "year_slip",
        "unknown_station",
        "unknown_station",
    ),
    "sindh": ("bad_date", "strange_status", "bad_cnic", "reversed"),
    "kp": ("bad_date", "strange_status"),
    "balochistan_police": ("illegible",),
    "balochistan_levies": ("keyless", "keyless"),
    "islamabad": ("bad_cnic",),
}


def _plants(world: World, rng: random.Random) -> None:
    """Single cells that cannot be read; the sources look for the word in `extra`."""
    for agency, words in PLANTS.items():
        pool = [
            c
            for c in _plain(world, agency, "2026-09" if agency == "balochistan_levies" else "2026-10")
            or _plain(world, agency, "2026-09")
            if len(c.accused) == 1 and not c.unknown
        ]
        for case, word in zip(rng.sample(pool, len(words)), words, strict=True):
            case.extra["plant"] = word
    karachi = [c for c in _plain(world, "sindh", "2026-10") if c.station.division == "Karachi"]
    for case in rng.sample(karachi, 2):
        case.extra["plant"] = "somewhere_in_karachi"
    for case in [c for c in _plain(world, "punjab", "2026-10") if c.station.name in ("Eminabad", "Kamoke City")][:2]:
        case.extra["plant"] = "lost_district"


def _transfers(world: World, rng: random.Random) -> None:
    """Re-registered at another station of the force; the old number says transferred from then on."""
    old = rng.sample([c for c in _plain(world, "punjab") if c.month in ("2026-07", "2026-08")], 8)
    places = [c.station for c in world.cases["punjab"]]
    for case in old:
        station = rng.choice([s for s in places if (s.district, s.name) != (case.station.district, case.station.name)])
        on = shift(days_of("2026-09")[0], rng.randrange(25))
        number = world.number(rng, station, 2026, (60, 900))
        quoted = f"FIR No. {case.number}/{case.year} PS {case.station.name} {case.station.district}"
        case.statuses = [(case.month, "under_investigation"), ("2026-09", "transferred")]
        case.extra["moved"] = "1"
        made = replace(
            case,
            station=station,
            number=number,
            registered=on,
            reference=quoted,
            statuses=[("2026-09", "under_investigation")],
            extra={"transfer": "1"},
        )
        world.add("punjab", [made])


def _cross_versions(world: World, rng: random.Random) -> None:
    """Two FIRs of one fight, each side accusing the other: two cases."""
    for month in ("2026-09", "2026-10"):
        for case in rng.sample([c for c in _plain(world, "punjab", month) if c.accused and c.complainant], 3):
            made = world.case(rng, "punjab", case.station, case.registered, sections("PPC 1860:337-A(i),337-F(v),34"))
            made.accused, made.complainant, made.victims = [case.complainant], case.accused[0], []
            made.unknown = False
            made.occurred, made.occurred_to = case.occurred, None
            made.statuses = [(month, "under_investigation")]
            made.related = (
                f"Cross version of FIR No. {case.number}/{case.year} PS {case.station.name} {case.station.district}"
            )
            made.extra["cross"] = case.cid
            case.extra["cross"] = made.cid
            world.add("punjab", [made])


def _quoted(world: World, rng: random.Random) -> None:
    """The FIA registers what a police station has already: one case, two numbers."""
    from .facts import stations_of

    circles = {s.name.removeprefix("AHTC "): s for s in stations_of("", "circle")}
    for month in MONTHS[1:]:
        before = MONTHS[MONTHS.index(month) - 1]
        pool = [c for c in _plain(world, "punjab", before) if c.station.district in circles and c.accused]
        pool.sort(key=lambda c: (c.charges[0][1] not in {"371-A", "3(2)", "366-A", "374"}, c.number))
        for case in pool[:4]:
            circle = circles[case.station.district]
            on = shift(days_of(month)[0], rng.randrange(20))
            number = world.number(rng, circle, 2026, (20, 90))
            case.extra["quoted"] = "1"
            quoted = f"FIR {case.number}/{str(case.year)[2:]} PS {case.station.name} {case.station.district}"
            made = replace(
                case,
                agency="fia",
                station=circle,
                office=circle.name,
                number=number,
                registered=on,
                charges=sections("PTPA 2018:3(2)"),
                reference=quoted,
                unknown=False,
                statuses=[(month, "under_investigation")],
                extra={"quotes": "1"},
            )
            if not made.victims:
                made.victims = [world.person(rng, "Punjab", "female")]
            world.add("fia", [made])


def _victims_charged(world: World) -> None:
    """A trafficking victim booked as an accused as well."""
    for case in [c for c in world.cases["fia"] if c.stage == "case" and c.victims and not c.extra][:3]:
        if case.victims[0] not in case.accused:
            case.extra["victim_charged"] = "1"


def _tags(world: World, rng: random.Random) -> None:
    """Tags of Islamabad that become FIRs a month later, and some that never do."""
    for month in MONTHS[:3]:
        later = MONTHS[MONTHS.index(month) + 1]
        known = _plain(world, "islamabad", later)
        for case in rng.sample(known, 4):
            case.extra |= {"tag": month, "fir": later}
    for case in rng.sample(_plain(world, "islamabad"), 6):
        case.extra |= {"tag": case.month, "tag_only": "1"}


def _slips(world: World, rng: random.Random) -> None:
    """The same FIR typed twice, two digits of its number changed round."""
    for agency, count in (("punjab", 8), ("sindh", 5), ("kp", 4), ("balochistan_police", 3), ("islamabad", 2)):
        taken = {(c.station.district, c.station.name, c.number) for c in world.cases[agency]}
        pool = [
            c
            for c in _plain(world, agency)
            if len(c.number) > 1 and c.number[-1] != c.number[-2] and c.number[-1] != "0"
        ]
        rng.shuffle(pool)
        done = 0
        for case in pool:
            number = case.number[:-2] + case.number[-1] + case.number[-2]
            key = (case.station.district, case.station.name, number)
            if key in taken or number.startswith("0") or done == count:
                continue
            done += 1
            taken.add(key)
            world.add(agency, [replace(case, number=number, extra={"typo": "1"})])
