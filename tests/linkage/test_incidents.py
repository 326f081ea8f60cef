"""One incident under two numbers: joined when everything else agrees, asked when much does, never when roles turn."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from linkage_frames import case, cases_frame, person, persons_frame

from recordkit import declarations, linkage
from recordkit.errors import DeclarationError
from recordkit.linkage import engine, human_decisions
from recordkit.linkage.engine import fitted_model

SPEC = linkage.load([declarations.PACKAGED])
DAY = date(2026, 7, 3)
ASLAM = {"name": "Aslam", "name_key": "aslm", "relative_name": "Bashir", "relative_key": "basr"}
IMRAN = {"name": "Imran", "name_key": "imrn", "relative_name": "Sadiq", "relative_key": "sadq"}
NADEEM = {"name": "Nadeem", "name_key": "ndim", "relative_name": "Akram", "relative_key": "akrm"}
CARDS = ("34201-1234567-1", "34201-7654321-3")


def incident(fir_no: str, **cells: Any) -> dict[str, Any]:
    return case(fir_no=fir_no, occurred_from=DAY, status="under_investigation", **cells)


def linked(
    rows: list[dict[str, Any]], people: list[dict[str, Any]], sections: dict[str, list[str]] | None = None,
    decisions: pl.DataFrame | None = None, spec: linkage.LinkageSpec = SPEC,
) -> linkage.Linked:  # fmt: skip
    plain = [{name: value for name, value in row.items() if name != "occurred_from"} for row in rows]
    extra = pl.DataFrame({"record_id": [row["record_id"] for row in rows],
                          "occurred_from": [row.get("occurred_from") for row in rows]},
                         schema={"record_id": pl.String, "occurred_from": pl.Date})  # fmt: skip
    charged = [(row["record_id"], "PPC 1860", one) for row in rows for one in (sections or {}).get(row["fir_no"], ["302"])]
    charges = pl.DataFrame(charged, schema=dict.fromkeys(("record_id", "act", "section"), pl.String), orient="row")
    frame = cases_frame(plain).join(extra, on="record_id", how="left")
    return linkage.link(frame, charges, persons_frame(people), spec, decisions)


def ids(done: linkage.Linked, rows: list[dict[str, Any]]) -> list[str]:
    members = dict(done.case_members.iter_rows())
    return [members[row["record_id"]] for row in rows]


def named(record: dict[str, Any], *people: dict[str, Any]) -> list[dict[str, Any]]:
    """The first complains, the others are accused."""
    roles = ["complainant", *["accused"] * (len(people) - 1)]
    return [person(record, at, role=role, **one) for at, (role, one) in enumerate(zip(roles, people, strict=True))]


def codes(done: linkage.Linked) -> set[str]:
    return set(done.findings.get_column("code"))


def test_a_number_with_two_digits_turned_is_the_same_case_and_says_why() -> None:
    rows = [incident("123"), incident("132")]
    done = linked(rows, [*named(rows[0], ASLAM, IMRAN), *named(rows[1], ASLAM, IMRAN)])
    assert len(set(ids(done, rows))) == 1
    assert "RK521" in codes(done)
    link = done.links.filter(kind="case").row(0, named=True)
    assert "number: two digits turned +6.64" in link["reasons"]
    assert sum(float(reason.rsplit(" ", 1)[1]) for reason in link["reasons"]) == pytest.approx(link["match_weight"])
    members = done.mention_members
    assert members.get_column("mention_id").n_unique() == 2  # the two lists are one list


def test_the_id_is_that_of_the_older_case() -> None:
    old, new = incident("123"), incident("132", period="2026-08", received="2026-08")
    alone = linked([old], named(old, ASLAM, IMRAN))
    both = linked([new, old], [*named(new, ASLAM, IMRAN), *named(old, ASLAM, IMRAN)])
    assert ids(both, [old, new]) == ids(alone, [old]) * 2


def test_neighbours_in_the_register_are_two_cases_and_people_are_asked() -> None:
    rows = [incident("123"), incident("124")]
    done = linked(rows, [*named(rows[0], ASLAM, IMRAN), *named(rows[1], ASLAM, IMRAN)])
    assert len(set(ids(done, rows))) == 2
    assert done.review.get_column("kind").to_list().count("case") == 1
    assert "RK510" in codes(done)


def test_the_same_parties_in_the_register_on_another_day_are_asked_about_whatever_the_numbers() -> None:
    rows = [incident("123"), incident("132", registered_on=DAY + timedelta(days=9))]
    done = linked(rows, [*named(rows[0], ASLAM, IMRAN), *named(rows[1], ASLAM, IMRAN)])
    assert len(set(ids(done, rows))) == 2
    assert "RK510" in codes(done)


def test_other_people_or_other_sections_keep_even_a_turned_number_apart() -> None:
    rows = [incident("123"), incident("132")]
    other = linked(rows, [*named(rows[0], ASLAM, IMRAN), *named(rows[1], ASLAM, NADEEM)], {"132": ["379"]})
    assert len(set(ids(other, rows))) == 2


def test_two_agencies_numbers_are_one_case_when_people_cards_and_days_agree() -> None:
    police = incident("123")
    fia = incident("45", agency="fia", police_station=None, office="AHTC Gujrat", registered_on=DAY + timedelta(days=9))
    cards = [ASLAM | {"cnic": CARDS[0]}, IMRAN | {"cnic": CARDS[1]}]
    done = linked([police, fia], [*named(police, *cards), *named(fia, *cards)])
    assert len(set(ids(done, [police, fia]))) == 1
    weaker = linked([police, fia], [*named(police, ASLAM, IMRAN), *named(fia, ASLAM, IMRAN)], {"45": ["371-A"]})
    assert len(set(ids(weaker, [police, fia]))) == 2


def test_a_federal_enquiry_without_a_district_finds_the_police_case_of_the_same_parties_and_day() -> None:
    police = incident("123")
    federal = incident("9", agency="fia", stage="enquiry", police_station=None, district=None, office="AHTC Gujrat",
                       enquiry_no="45", enquiry_year=2026, registered_on=DAY + timedelta(days=9)) | {"fir_no": None}  # fmt: skip
    people = [ASLAM, IMRAN, NADEEM]
    done = linked([police, federal], [*named(police, *people), *named(federal, *people)])
    assert len(set(ids(done, [police, federal]))) == 1
    assert "parties: accuser and accused +4.17" in done.links.filter(kind="case").row(0, named=True)["reasons"]
    other = linked([police, federal], [*named(police, *people), *named(federal, NADEEM, IMRAN, ASLAM)])
    assert len(set(ids(other, [police, federal]))) == 2


def test_the_same_parties_at_another_agency_without_a_day_in_common_are_asked_about() -> None:
    police = incident("123") | {"occurred_from": None}
    fia = incident("45", agency="fia", police_station=None, office="AHTC Gujrat", registered_on=DAY + timedelta(days=9))
    cards = [ASLAM | {"cnic": CARDS[0]}, IMRAN | {"cnic": CARDS[1]}]
    done = linked([police, fia], [*named(police, *cards), *named(fia, *cards)])
    assert len(set(ids(done, [police, fia]))) == 2
    [asked] = done.review.filter(kind="case").to_dicts()
    assert any(reason.startswith("people and cards and parties together: at most 8.5") for reason in asked["reasons"])
    assert sum(float(said.rsplit(" ", 1)[1]) for said in asked["reasons"]) == pytest.approx(asked["match_weight"], abs=0.02)


def test_cases_that_name_nobody_are_asked_about_when_one_number_is_a_slip_of_the_other_and_never_joined() -> None:
    rows = [incident("1423"), incident("1432"), incident("1424"), incident("1999")]
    done = linked(rows, [])
    assert len(set(ids(done, rows))) == 4
    asked = {frozenset(pair) for pair in done.review.filter(kind="case").select("left_id", "right_id").iter_rows()}
    assert asked == {frozenset((rows[0]["record_id"], rows[1]["record_id"]))}
    elsewhere = linked([rows[0], incident("1432", police_station="Saddar")], [])
    assert elsewhere.review.height == 0
    other = linked(rows[:2], [], {"1432": ["379"]})
    assert other.review.height == 0


def test_one_name_with_two_cards_speaks_against_one_incident() -> None:
    rows = [incident("123"), incident("132")]
    one, other = IMRAN | {"cnic": CARDS[0]}, IMRAN | {"cnic": CARDS[1]}
    done = linked(rows, [*named(rows[0], ASLAM, one), *named(rows[1], ASLAM, other)])
    [asked] = [*done.links.filter(kind="case").to_dicts(), *done.review.filter(kind="case").to_dicts()]
    assert "cards: another card -3.54" in asked["reasons"]


def test_what_is_weighed_together_must_be_compared(tmp_path: Path) -> None:
    text = (declarations.PACKAGED / "linkage.toml").read_text().replace('"cards", "parties"]', '"card", "parties"]')
    (tmp_path / "linkage.toml").write_text(text)
    with pytest.raises(DeclarationError, match="together names an unknown comparison"):
        linkage.load([declarations.PACKAGED, tmp_path])


def test_a_case_sent_elsewhere_is_found_under_its_new_number_without_a_quotation() -> None:
    old = incident("123") | {"status": "transferred"}
    new = incident("700", police_station="Saddar", registered_on=DAY + timedelta(days=20))
    people = [ASLAM | {"cnic": CARDS[0]}, IMRAN | {"cnic": CARDS[1]}]
    done = linked([old, new], [*named(old, *people), *named(new, *people)])
    assert len(set(ids(done, [old, new]))) == 1
    still = incident("123")
    apart = linked([still, new], [*named(still, *people), *named(new, *people)])
    assert apart.links.filter(kind="case").height <= 1


def test_a_cross_version_that_nobody_quoted_is_related_and_never_merged() -> None:
    rows = [incident("123"), incident("132")]
    done = linked(rows, [*named(rows[0], ASLAM, IMRAN), *named(rows[1], IMRAN, ASLAM)])
    assert len(set(ids(done, rows))) == 2
    assert done.links.get_column("kind").to_list().count("related") == 1
    assert "RK512" in codes(done)
    assert done.review.filter(kind="case").height == 0


def test_turned_roles_in_two_events_a_month_apart_relate_nothing() -> None:
    late = DAY + timedelta(days=30)
    rows = [incident("123"), incident("500", registered_on=late) | {"occurred_from": late}]
    done = linked(rows, [*named(rows[0], ASLAM, IMRAN), *named(rows[1], IMRAN, ASLAM)])
    assert len(set(ids(done, rows))) == 2
    assert done.links.filter(kind="related").height == 0


@pytest.mark.parametrize("verdict", ["different", "same"])
def test_what_a_person_said_wins_over_the_weights(verdict: str) -> None:
    rows = [incident("123"), incident("132" if verdict == "different" else "900")]
    word = [("case", rows[1]["record_id"], rows[0]["record_id"], verdict, "amina", "2026-08-01")]
    decisions = pl.DataFrame(word, schema=human_decisions.DECISIONS, orient="row")
    done = linked(rows, [*named(rows[0], ASLAM, IMRAN), *named(rows[1], ASLAM, IMRAN)], decisions=decisions)
    assert len(set(ids(done, rows))) == (2 if verdict == "different" else 1)
    assert done.review.filter(kind="case").height == 0


def test_a_chain_is_judged_by_all_its_pairs() -> None:
    """123 and 132 are one, 132 and 123 of another day are not: the middle does not drag the third along."""
    rows = [incident("123"), incident("132"), incident("312")]
    crossed = [*named(rows[0], ASLAM, IMRAN), *named(rows[1], ASLAM, IMRAN), *named(rows[2], IMRAN, ASLAM)]
    done = linked(rows, crossed)
    assert len(set(ids(done, rows))) == 2


def test_a_complainant_by_office_brings_nobody_together() -> None:
    rows = [incident(str(100 + 7 * at), registered_on=DAY + timedelta(days=at % 9)) for at in range(40)]
    people = [one for row in rows for one in named(row, ASLAM)]
    done = linked(rows, people)
    assert len(set(ids(done, rows))) == 40
    assert done.review.filter(kind="case").height == 0


def test_without_the_declaration_a_case_is_what_its_numbers_say() -> None:
    rows = [incident("123"), incident("132")]
    plain = SPEC.model_copy(update={"incidents": None})
    done = linked(rows, [*named(rows[0], ASLAM, IMRAN), *named(rows[1], ASLAM, IMRAN)], spec=plain)
    assert len(set(ids(done, rows))) == 2


@pytest.mark.parametrize(
    ("was", "slip", "told"),
    [
        ('test = "swapped"', 'test = "swappd"', "swapped"),
        ('related = { when = ["both days"', 'related = { when = ["both day"', "both day"),
        ("prior = -8.0 ", "# ", "a prior, and u of every comparison"),
        ("u = [0.12, 0.06, 0.10, 0.72]", "u = [0.12, 0.06, 0.72]", "u takes 4 shares"),
        ("u = [0.12, 0.06, 0.10, 0.72]", "", "a prior, and u of every comparison"),
        ("m = [0.75, 0.12, 0.05, 0.08]", "", "declared with both"),
    ],
)
def test_a_slip_in_the_model_of_incidents_is_refused_by_name(tmp_path: Path, was: str, slip: str, told: str) -> None:
    text = (declarations.PACKAGED / "linkage.toml").read_text()
    assert was in text
    (tmp_path / "linkage.toml").write_text(text.replace(was, slip))
    with pytest.raises(DeclarationError, match=told):
        linkage.load([declarations.PACKAGED, tmp_path])


def test_every_block_comparison_and_veto_of_incidents_says_where_it_comes_from() -> None:
    assert SPEC.incidents is not None
    every = [*SPEC.incidents.blocks, *SPEC.incidents.comparisons, *SPEC.incidents.vetoes, *SPEC.incidents.together]
    assert all(one.source for one in every)


def test_the_words_of_a_degree_are_those_of_the_declaration(tmp_path: Path) -> None:
    """Degrees are words of the declaration; the program knows none of them."""
    text = (declarations.PACKAGED / "linkage.toml").read_text().replace('"two digits turned"', '"digits changed places"')
    (tmp_path / "linkage.toml").write_text(text)
    rows = [incident("123"), incident("132")]
    people = [*named(rows[0], ASLAM, IMRAN), *named(rows[1], ASLAM, IMRAN)]
    done = linked(rows, people, spec=linkage.load([declarations.PACKAGED, tmp_path]))
    assert "number: digits changed places +6.64" in done.links.filter(kind="case").row(0, named=True)["reasons"]


def test_a_pair_that_weighs_just_the_threshold_is_joined_and_one_just_at_review_is_asked_about() -> None:
    """Sums of weights to two places meet a limit exactly, whatever 32 bits make of them."""
    rows = [incident("123"), incident("124")]
    people = [*named(rows[0], ASLAM, IMRAN), *named(rows[1], ASLAM, IMRAN)]
    weight = linked(rows, people).review.filter(kind="case")["match_weight"].item()
    assert SPEC.incidents is not None
    for limit, joined, asked in (("threshold", 1, 0), ("review", 0, 1)):
        there = SPEC.incidents.model_copy(update={limit: round(weight, 2)})
        done = linked(rows, people, spec=SPEC.model_copy(update={"incidents": there}))
        assert (done.links.filter(kind="case").height, done.review.filter(kind="case").height) == (joined, asked)
        above = SPEC.incidents.model_copy(update={limit: round(weight, 2) + 0.01})
        done = linked(rows, people, spec=SPEC.model_copy(update={"incidents": above}))
        assert (done.links.filter(kind="case").height, done.review.filter(kind="case").height) == (0, joined)


def test_an_edition_tells_the_declared_weights_and_what_each_block_gave() -> None:
    rows = [incident("123"), incident("132")]
    told = linked(rows, [*named(rows[0], ASLAM, IMRAN), *named(rows[1], ASLAM, IMRAN)]).models.filter(model="case")
    turned = told.filter(name="number", level="two digits turned").row(0, named=True)
    assert (turned["m_probability"], turned["u_probability"]) == (0.4, 0.004)
    assert turned["match_weight"] == pytest.approx(6.64)
    assert told.filter(part="block").select("name", "pairs").row(0) == ("people+district", 2)


def test_no_case_at_all_is_no_incident() -> None:
    done = linked([], [])
    assert done.links.height == done.review.height == done.case_members.height == 0


def test_the_model_of_incidents_as_splink_settings_is_what_duckdb_reads() -> None:
    assert SPEC.incidents is not None
    lists = dict.fromkeys(("sections", "names", "cards", "held", "others", "accused", "people"), pl.List(pl.String))
    texts = dict.fromkeys(("agency", "province", "district", "station", "year", "number", "moved", "all_sections", "named"), pl.String)
    schema = pl.Schema({**lists, **texts, "serial": pl.Int64, "registered_on": pl.Date, "occurred_from": pl.Date})
    model = fitted_model.declared(SPEC.incidents)
    assert model is not None
    settings = engine.splink_settings(model, schema)
    one = pl.DataFrame([{"held": ["a\x1e1"], "names": ["a", "b"], "cards": ["1"]}], schema=schema)
    pair = pl.concat([one.rename(lambda name, side=side: f"{name}_{side}") for side in "lr"], how="horizontal")
    told = {"charges": "missing", "people": "everybody", "cards": "one", "place": "missing"}
    with duckdb.connect() as base:
        base.register("pair", pair.to_arrow())
        base.register("one", one.to_arrow())
        for comparison in settings["comparisons"]:
            levels = [each for each in comparison["comparison_levels"] if each["sql_condition"] != "ELSE"]
            held = [each["label_for_charts"] for each in levels if base.execute(f"SELECT {each['sql_condition']} FROM pair").fetchall() == [(True,)]]
            assert held[:1] == [told.get(comparison["output_column_name"], "missing")]
        for rule in settings["blocking_rules_to_generate_predictions"]:
            base.execute(f"SELECT 1 FROM one l JOIN one r ON {rule['blocking_rule']}").fetchall()
