"""The follow-up of victims: the newest service says where each stands; due, overdue, silent, lost; victims again."""

from dataclasses import dataclass, field
from datetime import date

import polars as pl
import pytest

from recordkit import declarations
from recordkit import intelligence as products
from recordkit.intelligence.victims import files, follow_up

RULES = products.load([declarations.PACKAGED]).victims
S, D = pl.String, pl.Date
SERVICE = {
    "service_id": S, "case_id": S, "mention_id": S, "victim_ref": S, "service": S, "provider": S, "started_on": D,
    "ended_on": D, "outcome": S, "follow_up_on": D, "period": S,
}  # fmt: skip


@dataclass(frozen=True)
class MadeEdition:
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    id: str = "e"

    def scan(self, table: str) -> pl.LazyFrame:
        return self.tables[table].lazy()


def service(number, mention, outcome="ongoing", *, start=(7, 10), follow=None, ended=None, period="2026-07"):
    return {**dict.fromkeys(SERVICE), "service_id": f"S{number}", "mention_id": mention, "service": "shelter",
            "started_on": date(2026, *start), "follow_up_on": follow and date(2026, *follow), "outcome": outcome,
            "ended_on": ended and date(2026, *ended), "period": period, "case_id": "C1"}  # fmt: skip


@pytest.fixture(scope="module")
def edition():
    people = [("m1", "P1", "C1", "victim"), ("m1b", "P1", "C2", "victim"), ("m1c", "P1", "C3", "accused"),
              ("m2", "P2", "C1", "victim"), ("m3", "P3", "C1", "victim"), ("m4", "P4", "C1", "victim"),
              ("m5", "P5", "C1", "victim"), ("m6", "P6", "C1", "victim"), ("z", "Z", "C1", "accused")]  # fmt: skip
    services = [
        service(1, "m1", follow=(8, 1)), service(2, "m1", "absconded", start=(8, 10), ended=(9, 1), period="2026-08"),
        service(3, "m2", follow=(9, 1)), service(4, "m3", follow=(11, 15)), service(5, "m4"),
        service(6, "m5", "reunified", follow=(9, 1)), service(7, "m6", start=(10, 5), period="2026-10"),
        service(8, None),
    ]  # fmt: skip
    cases = [("C1", date(2026, 7, 5)), ("C2", date(2026, 9, 5)), ("C3", date(2026, 9, 20))]
    return MadeEdition({
        "persons": pl.DataFrame(people, schema=["mention_id", "person_id", "case_id", "role"], orient="row"),
        "cases": pl.DataFrame(cases, schema=["case_id", "registered_on"], orient="row"),
        "services": pl.DataFrame(services, schema=SERVICE),
        "sources": pl.DataFrame({"period": ["2026-07", "2026-10", None]}),
    })  # fmt: skip


@pytest.fixture(scope="module")
def found(edition):
    return follow_up(edition, RULES)


def test_the_day_is_the_end_of_the_newest_month_unless_another_is_asked(edition, found):
    assert found.on == date(2026, 10, 31)
    assert follow_up(edition, RULES, date(2026, 8, 15)).on == date(2026, 8, 15)


def test_the_newest_service_says_where_a_victim_stands(found):
    stands = {row["person_id"]: (row["what"], row["days"]) for row in found.follow_up.to_dicts()}
    assert stands == {
        "P1": ("lost", 60),  # left the second service on 1 September; the overdue follow-up of the first is past
        "P2": ("overdue", 60),
        "P3": ("due", -15),
        "P4": ("silent", 92),  # goes on, and the last word of it is of July
    }


def test_a_service_that_began_later_is_not_known_on_an_earlier_day(edition):
    stands = {row["person_id"]: row["what"] for row in follow_up(edition, RULES, date(2026, 8, 5)).follow_up.to_dicts()}
    assert stands["P1"] == "overdue"
    assert "P6" not in stands


def test_who_is_a_victim_in_two_cases_is_one_again(found):
    assert found.repeat.rows() == [("P1", 2, date(2026, 7, 5), date(2026, 9, 5))]


def test_a_timeline_holds_cases_in_every_role_and_services_by_day(found):
    own = found.timeline.filter(pl.col("person_id") == "P1")
    assert own["what"].to_list() == ["case", "started", "follow_up", "started", "ended", "case", "accused"]
    assert own["day"].is_sorted()


def test_nobody_who_is_no_victim_is_in_it(found):
    assert "Z" not in found.timeline["person_id"].to_list()
    assert found.victims == 6


def test_services_that_lead_to_nobody_are_counted(found):
    assert found.unlinked == 1


def test_what_happened_is_said_in_either_language(found):
    assert b"follow-up overdue" in files(found, RULES, "en")["follow_up.csv"]
    assert RULES.what["overdue"].ur.encode() in files(found, RULES, "ur")["follow_up.csv"]
    kinds = {*found.timeline["what"], *found.follow_up["what"]}
    assert kinds <= set(RULES.what)


def test_an_edition_without_anybody_has_an_empty_follow_up(edition):
    empty = MadeEdition({name: table.clear() for name, table in edition.tables.items()})
    found = follow_up(empty, RULES)
    assert (found.on, found.victims, found.unlinked) == (date(1970, 1, 1), 0, 0)
    assert all(data.count(b"\n") == 1 for data in files(found, RULES, "en").values())
