"""Statements about people and networks: right figures, the links that they hang on, grades, and no name unless asked."""

import csv
import io
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field

import polars as pl
import pytest

from recordkit import declarations
from recordkit import intelligence as products
from recordkit.intelligence.products import files
from recordkit.intelligence.statements import find

RULES = products.load([declarations.PACKAGED])
SECRET = "Ghulam Rasool Secret"


@dataclass(frozen=True)
class MadeEdition:
    tables: dict[str, pl.DataFrame] = field(default_factory=dict)
    id: str = "2026-10-r1-0123abcd"

    def scan(self, table: str) -> pl.LazyFrame:
        return self.tables[table].lazy()


def edition(cases: dict[str, tuple[str, str, str | None]], people: list[tuple[str, str, str, str]], links: list[tuple[str, str, float | None]]):
    """cases: id -> province, agency, tier; people: mention, case, person, role; links: two mentions and a probability."""
    made = {
        "cases": pl.DataFrame(
            [(case, *of) for case, of in cases.items()],
            schema=dict.fromkeys(["case_id", "province", "agency", "tip_tier"], pl.String), orient="row",
        ),
        "persons": pl.DataFrame(
            [(*one, [one[0]]) for one in people],
            schema={**dict.fromkeys(["mention_id", "case_id", "person_id", "role"], pl.String), "mention_refs": pl.List(pl.String)},
            orient="row",
        ),
        "links": pl.DataFrame(
            [(f"L{at}", "person", *one) for at, one in enumerate(links)],
            schema={**dict.fromkeys(["link_id", "kind", "left_id", "right_id"], pl.String), "probability": pl.Float64}, orient="row",
        ),
        "identities": pl.DataFrame(
            [(person, SECRET, SECRET, "male", None, "35202-1234567-1", 1, 1, [""], [""], [""])
             for person in sorted({one[2] for one in people})],
            schema={**dict.fromkeys(["person_id", "name", "relative_name", "sex"], pl.String), "date_of_birth": pl.Date,
                    "cnic": pl.String, "mentions": pl.Int32, "cases": pl.Int32,
                    **dict.fromkeys(["agencies", "provinces", "roles"], pl.List(pl.String))},
            orient="row",
        ),
    }  # fmt: skip
    return MadeEdition(made)


TIP = "A_statutory_tip"


@pytest.fixture(scope="module")
def made():
    """R recruits in three cases of two provinces; the record of the third hangs on a weak link. K holds a network together."""
    cases = {
        "C1": ("Punjab", "punjab", TIP), "C2": ("Sindh", "fia", TIP), "C3": ("Sindh", "fia", TIP),
        "C4": ("Punjab", "punjab", None), "C5": ("Punjab", "punjab", None), "C6": ("Punjab", "punjab", "C_indicator"),
    }  # fmt: skip
    people = [
        ("r1", "C1", "R", "accused"), ("r2", "C2", "R", "accused"), ("r3", "C3", "R", "accused"),
        ("v1", "C1", "V1", "victim"), ("v2", "C1", "V2", "victim"), ("v3", "C2", "V3", "victim"),
        ("v4", "C3", "V4", "victim"), ("v1b", "C2", "V1", "victim"),
        ("k4", "C4", "K", "accused"), ("k5", "C5", "K", "accused"), ("x", "C4", "X", "accused"), ("y", "C5", "Y", "accused"),
        ("z", "C6", "Z", "accused"), ("w1", "C6", "W1", "victim"), ("w2", "C6", "W2", "victim"),
    ]  # fmt: skip
    links = [("r1", "r2", None), ("r2", "r3", 0.8), ("r1", "r3", 0.5), ("k4", "k5", 0.95), ("v1", "v1b", 1.0)]
    return edition(cases, people, links)


@pytest.fixture(scope="module")
def found(made):
    return find(made, RULES)


def of(found, kind):
    return [one for one in found.statements if one.kind == kind]


def test_somebody_in_two_provinces_hangs_on_the_link_between_them_and_on_no_other(found):
    (one,) = of(found, "provinces")
    assert (one.subject, one.figures["places"], one.cases) == ("R", "Punjab, Sindh", ("C1", "C2", "C3"))
    assert [link.id for link in one.links] == ["L0"]
    assert one.weakest == 1.0


def test_agencies_are_counted_as_provinces_are(found):
    (one,) = of(found, "agencies")
    assert (one.subject, one.figures["places"]) == ("R", "fia, punjab")


def test_a_recruiters_victims_are_people_and_count_by_how_sure_their_links_are(found):
    (one,) = of(found, "recruiter")
    assert (one.subject, one.figures["victims"], one.figures["weighted"]) == ("R", 4, 3.8)
    assert one.weakest == 0.8


def test_an_indicator_is_no_recruiting(found):
    assert all(one.subject != "Z" for one in of(found, "recruiter"))


def test_a_network_hangs_on_those_who_join_its_cases(found):
    (one,) = of(found, "network")
    assert (one.people, one.cases, one.weakest) == (("K", "X", "Y"), ("C4", "C5"), 0.95)


def test_the_broker_is_the_one_without_whom_the_network_falls_apart(found):
    (one,) = of(found, "broker")
    assert (one.subject, one.figures["parts"], one.figures["share"], one.weakest) == ("K", 2, 100, 0.95)


def test_grades_follow_the_weakest_link_and_weak_statements_are_counted(found):
    made = products.Product(found, RULES, "en", {})
    grades = {row["kind"]: row["grade"] for row in made.rows()}
    assert grades == {"provinces": "A", "agencies": "A", "recruiter": "D", "network": "C", "broker": "C"}
    assert made.weak == 3


def test_records_that_no_chain_joins_get_the_lowest_grade():
    cases = {"C1": ("Punjab", "punjab", None), "C2": ("Sindh", "sindh", None)}
    alone = find(edition(cases, [("a", "C1", "P", "accused"), ("b", "C2", "P", "accused")], []), RULES)
    row = products.Product(alone, RULES, "en", {}).rows()[0]
    assert (row["kind"], row["grade"], row["hangs_on_weak"]) == ("provinces", "E", True)


def test_a_single_record_hangs_on_no_link():
    cases = {"C1": ("Punjab", "punjab", TIP)}
    people = [("a", "C1", "P", "accused"), ("v", "C1", "V", "victim"), ("w", "C1", "W", "victim")]
    (one,) = find(edition(cases, people, []), RULES).statements
    assert (one.kind, one.weakest, RULES.grade(one.weakest)) == ("recruiter", None, "A")


def test_every_statement_names_its_cases_and_says_how_common_it_is(found):
    made = products.Product(found, RULES, "en", {})
    assert all(row["cases"] for row in made.rows())
    assert "1 of 5 accused are in two or more provinces." in made.bases()


def test_without_names_no_file_names_anybody_and_with_them_every_file_of_people_does(made, found):
    plain = files(made, products.Product(found, RULES, "en", {}))
    assert all(SECRET.encode() not in data and b"35202" not in data for data in plain.values())
    named = files(made, products.Product(found, RULES, "en", products.products.names(made)))
    assert all(SECRET.encode() in named[name] for name in ("statements.csv", "people.csv", "network.graphml"))


def test_the_graph_is_graphml_with_every_person_and_pair_once(made, found):
    data = files(made, products.Product(found, RULES, "en", {}))["network.graphml"]
    graph = ElementTree.fromstring(data)
    space = {"g": "http://graphml.graphdrawing.org/xmlns"}
    assert [node.get("id") for node in graph.findall(".//g:node", space)] == ["K", "X", "Y"]
    pairs = [(edge.get("source"), edge.get("target")) for edge in graph.findall(".//g:edge", space)]
    assert pairs == [("K", "X"), ("K", "Y")]
    keys = {key.get("id") for key in graph.findall("g:key", space)}
    assert {data.get("key") for data in graph.findall(".//g:data", space)} <= keys


def test_a_name_that_is_a_formula_or_markup_stays_text(made, found):
    hostile = dict.fromkeys(("R", "K"), "=cmd()</data><evil>\x1b")
    written = files(made, products.Product(found, RULES, "en", hostile))
    rows = list(csv.DictReader(io.StringIO(written["statements.csv"].decode("utf-8-sig"))))
    assert all(not row["says"].startswith("=") for row in rows)
    assert b"<evil>" not in written["network.graphml"]
    ElementTree.fromstring(written["network.graphml"])


def test_every_sentence_is_in_both_languages(found):
    for language in ("en", "ur"):
        made = products.Product(found, RULES, language, {})
        assert all("{" not in row["says"] for row in made.rows())
        assert len(made.bases()) == len(found.base) == 5
        assert len(made.grades()) == 5


def test_an_edition_without_anybody_has_no_statement_and_whole_files():
    empty = edition({}, [], [])
    made = products.Product(find(empty, RULES), RULES, "en", {})
    assert (made.found.statements, made.found.networks, made.weak) == ((), (), 0)
    written = files(empty, made)
    assert written["statements.csv"].decode("utf-8-sig").startswith("statement,kind,subject")
    ElementTree.fromstring(written["network.graphml"])
