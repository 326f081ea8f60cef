"""Routes: a case counts once, and what its two ends give by themselves is no route."""

from dataclasses import dataclass, field

import polars as pl

from recordkit import declarations
from recordkit import intelligence as products
from recordkit.intelligence import routes

ALL = products.load([declarations.PACKAGED])
TIP = "A_statutory_tip"


@dataclass(frozen=True)
class MadeEdition:
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    id: str = "e"

    def scan(self, table: str) -> pl.LazyFrame:
        return self.tables[table].lazy()


def edition(*ways: tuple[str, str | None, str, int, int], tier: str = TIP) -> MadeEdition:
    """ways: origin, transit, destination, cases, victims in each."""
    cases, people = [], []
    for origin, transit, destination, count, victims in ways:
        for _ in range(count):
            cases.append((f"C{len(cases)}", tier, f"2026-{1 + len(cases) % 9:02}"))
            people += [(f"P{len(cases)}-{at}", cases[-1][0], "victim", origin, transit, destination) for at in range(victims)]
    text = pl.String
    return MadeEdition({
        "cases": pl.DataFrame(cases, schema={"case_id": text, "tip_tier": text, "period": text}, orient="row")
        .with_columns(registered_on=pl.lit(None, pl.Date)),
        "persons": pl.DataFrame(people, orient="row", schema=dict.fromkeys(
            ["person_id", "case_id", "role", "origin", "transit", "destination"], text)),
    })  # fmt: skip


def find(made: MadeEdition):
    return routes.find(made, ALL.routes, ALL.trafficking)


def test_a_route_that_cases_take_again_and_again_is_stated_with_its_cases():
    found, base = find(edition(("Swat", "Karachi", "ARE", 8, 2), ("Multan", None, "IRN", 6, 2), ("Sukkur", None, "TUR", 6, 1)))
    one = next(one for one in found if one.subject == "Swat → Karachi → ARE")
    assert (one.figures["victims"], one.figures["cases"], len(one.cases)) == (16, 8, 8)
    assert one.figures["first"] < one.figures["last"]
    assert base == (3, 9)  # three origins by three ways


def test_one_case_with_many_victims_is_no_route():
    found, _ = find(edition(("Swat", None, "ARE", 1, 30), ("Multan", None, "IRN", 9, 1)))
    assert "Swat → ARE" not in [one.subject for one in found]


def test_ends_that_are_frequent_by_themselves_are_no_route():
    everywhere = [(origin, None, end, 5, 1) for origin in ("Swat", "Multan", "Sukkur") for end in ("ARE", "IRN")]
    assert find(edition(*everywhere))[0] == []


def test_other_crimes_and_ends_that_are_not_known_make_no_route():
    assert find(edition(("Swat", None, "ARE", 9, 2), ("Multan", None, "IRN", 9, 2), tier="C_indicator")) == ([], (0, 0))
