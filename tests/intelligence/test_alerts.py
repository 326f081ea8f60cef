"""Alerts: each thing once until it has grown, networks known again by their people, and no name outside the restricted folder."""

from pathlib import Path

import polars as pl
import pytest

from recordkit import declarations
from recordkit import intelligence as products
from recordkit.errors import DeclarationError
from recordkit.intelligence import alerts
from recordkit.intelligence.statements import Found, Statement
from recordkit.words import Both

RULES = products.load([declarations.PACKAGED])
PACKAGED = alerts.load([declarations.PACKAGED])
TITLE = 'title = { en = "x", ur = "ایکس" }'


def statement(kind, subject, *, people=(), chance=None, **figures):
    return Statement(kind, subject, people, ("C1",), (), figures, chance=chance)


def product(*statements):
    return products.Product(Found(statements, (), {}, pl.DataFrame()), RULES, "en", {})


def given(*found):
    """Entries of the ledger of runs of alerts, one after the other; each is given what stood there before."""
    entries = []
    for one in found:
        entries.append(alerts.entry("e", alerts.raised(one, PACKAGED, entries)))
    return entries


def fresh(made, entries=()):
    return {key: len(ids) for key, ids in alerts.fresh_ids(alerts.raised(made, PACKAGED, entries)).items() if ids}


def recruiter(victims, subject="P1"):
    return product(statement("recruiter", subject, people=(subject,), victims=victims, weighted=victims, cases=2))


def test_a_thing_is_an_alert_once_and_again_when_it_has_grown_by_what_is_declared():
    assert fresh(recruiter(5)) == {"recruiter_of_many": 1}
    assert fresh(recruiter(7), given(recruiter(5))) == {}
    assert fresh(recruiter(8), given(recruiter(5))) == {"recruiter_of_many": 1}


def test_growth_by_small_steps_is_measured_from_the_last_alert_and_not_from_the_last_edition():
    assert fresh(recruiter(8), given(recruiter(5), recruiter(6), recruiter(7))) == {"recruiter_of_many": 1}


def test_what_shrank_and_came_back_is_no_new_alert():
    assert fresh(recruiter(5), given(recruiter(5), recruiter(1))) == {}


def test_somebody_else_is_another_alert_with_another_id():
    assert fresh(recruiter(5, "P2"), given(recruiter(5))) == {"recruiter_of_many": 1}


def test_what_is_too_small_or_not_sure_enough_is_none():
    assert fresh(recruiter(4)) == {}
    unsure = Statement("recruiter", "P1", ("P1",), ("C1",), (), {"victims": 9}, complete=False)  # grade E
    assert fresh(product(unsure)) == {}
    assert fresh(product(statement("emerging", "X", chance=0.2, count=9, offence=Both(en="theft", ur="چوری")))) == {}


def test_a_network_is_known_again_by_its_people_whatever_its_number_is():
    old = product(network("N1", "abcdef"))
    assert fresh(old) == {"large_network": 1}
    assert fresh(product(network("N7", "abcdefg")), given(old)) == {}
    assert fresh(product(network("N7", "abcdefghi")), given(old)) == {"large_network": 1}  # 9 are 1.5 times 6
    assert fresh(product(network("N1", "uvwxyz")), given(old)) == {"large_network": 1}


def network(subject, people):
    return Statement("network", subject, tuple(people), ("C1",), (), {"people": len(people), "cases": 3})


def test_two_offences_of_one_place_are_two_things():
    words = [Both(en="theft", ur="چوری"), Both(en="murder", ur="قتل")]
    places = [statement("emerging", "X, Y", chance=0.01, count=6, offence=one) for one in words]
    found = alerts.raised(product(*places), PACKAGED, [])
    assert len({one.id for one in found}) == 2


def test_the_ledger_gets_ids_and_figures_and_no_place_or_name():
    place = statement("emerging", "Secret Station", chance=0.01, count=6, offence=Both(en="theft", ur="چوری"))
    entry = alerts.entry("e", alerts.raised(product(place), PACKAGED, []))
    assert "Secret" not in str(entry)
    assert set(entry["given"][0]) == {"alert", "id", "figure", "people"}


def test_an_overlay_adds_alerts_and_replaces_those_of_the_same_key(tmp_path: Path):
    own = 'version = 1\n[[alert]]\nkey = "{}"\nkind = "hot_spot"\nfigure = "count"\nleast = 3\ngrow = 2.0\ngrades = ["P1"]\n' + TITLE
    (tmp_path / "alerts.toml").write_text(own.replace("{}", "new_place", 1), "utf-8")
    found = {one.key: one for one in alerts.load([declarations.PACKAGED, tmp_path])}
    assert found["new_place"].kind == "hot_spot"
    assert set(found) == {one.key for one in PACKAGED}
    (tmp_path / "alerts.toml").write_text(own.replace("{}", "mine", 1), "utf-8")
    assert {one.key for one in alerts.load([declarations.PACKAGED, tmp_path])} == {*(one.key for one in PACKAGED), "mine"}


def test_a_figure_that_a_kind_has_not_is_refused_with_the_nearest(tmp_path: Path):
    text = f'version = 1\n[[alert]]\nkey = "a"\nkind = "recruiter"\nfigure = "victim"\nleast = 3\ngrow = 2.0\ngrades = ["A"]\n{TITLE}'
    (tmp_path / "alerts.toml").write_text(text, "utf-8")
    with pytest.raises(DeclarationError, match="no figure victim") as error:
        alerts.load([tmp_path])
    assert "victims" in error.value.fix


def test_every_grade_that_packaged_alerts_name_is_declared():
    known = {one.grade for one in (*RULES.grades, *RULES.chance)}
    assert all(set(one.grades) <= known for one in PACKAGED)
