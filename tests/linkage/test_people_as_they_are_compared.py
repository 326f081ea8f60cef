"""What is compared of a person and which mentions are surely one, row by row and from both sides of every limit."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import polars as pl
import pytest
from linkage_frames import case, cases_frame, person, persons_frame

from recordkit import declarations, linkage
from recordkit.linkage import (
    deterministic,
    graph,
    human_decisions,
    incidents,
    mentions,
    models_table,
    person_linkage,
    quoted_numbers,
    string_similarity,
)
from recordkit.linkage.cases import CaseLinks, primary_codes
from recordkit.linkage.edges import HUMAN, LINKS, Edges
from recordkit.linkage.spec import Cases as CasesSpec
from recordkit.linkage.spec import Mentions, Pass, Persons

SPEC = linkage.load([declarations.PACKAGED])
NONE = human_decisions.empty()
TEXT = pl.String


def prepared(**columns: Any) -> dict[str, Any]:
    frame = pl.DataFrame(
        {name: [value] for name, value in columns.items()},
        schema={name: person_linkage.FIELDS[name] for name in columns},
    )
    return person_linkage.prepare(frame, ("mhmd",)).row(0, named=True)


# ------------------------------------------------------------------------------------------- names as keys


@pytest.mark.parametrize(
    ("key", "core", "sound", "known"),
    [
        ("mhmd aslm", "aslm", "aslm", None), ("mhmd", "mhmd", "mhmd", None), ("rasaid mhmd bat", "rasaid bat", "rsd bt", "rasaid bat"),
        ("mhmdi alai", "mhmdi alai", "mhmd al", "mhmdi alai"), ("ali", "ali", "al", "ali"), ("a b", "a b", "a b", None),
        ("aslm mhmd", "aslm", "aslm", None), (None, None, None, None), ("rxd aslmi", "rxd aslmi", "rxd aslm", "aslmi"),
    ],
)  # fmt: skip
def test_a_key_is_compared_without_its_weightless_words_and_without_the_vowels_inside_words(
    key: str | None, core: str | None, sound: str | None, known: str | None
) -> None:
    found = string_similarity.core_keys(pl.Series("k", [None, key, "zz", key], dtype=TEXT), ("mhmd", "syd"))
    assert found.select("core", "sound", "known").rows()[1::2] == [(core, sound, known)] * 2
    assert found.height == 4
    assert string_similarity.core_keys(pl.Series([key], dtype=TEXT), ())["core"].to_list() == [key]


def test_a_pair_of_names_is_compared_once_and_a_missing_one_is_like_none() -> None:
    left, right = pl.Series(["martha", "a", None, "martha", "b"]), pl.Series(["marhta", "b", "x", "marhta", None])
    found = string_similarity.jaro_winkler(left, right).tolist()
    assert found == pytest.approx([0.9611, 0, 0, 0.9611, 0], abs=1e-4)


def test_two_names_are_alike_where_the_better_of_writing_and_key_is_or_where_one_is_not_known() -> None:
    people = pl.DataFrame(
        {"name": ["martha", "marhta", "zzz", None, "qqq"], "name_key": ["k", "x", "martha", "marhta", "marhta"]}
    )
    left, right = np.array([0, 0, 2, 0, 2, 0]), np.array([1, 2, 4, 3, 3, 4])
    for least, expected in (
        (0.96, [True, False, True, True, True, False]),
        (0.962, [False, False, False, True, True, False]),
    ):
        assert string_similarity.names(people, left, right, least).tolist() == expected


def test_keys_are_alike_where_one_has_all_words_of_the_other_or_both_are_near_or_one_is_missing() -> None:
    people = pl.DataFrame({"name_key": ["mhmd aslm khn", "aslm", "khn mhmd", "aslmm khn", None, "mhmd", "zzz"]})
    left, right = np.array([0, 0, 1, 0, 0, 5, 0]), np.array([1, 2, 2, 3, 4, 0, 6])
    assert string_similarity.cores(people, left, right, ("mhmd",), 0.9).tolist() == [
        True,
        True,
        False,
        True,
        True,
        False,
        False,
    ]


# --------------------------------------------------------------------------------------- compared columns


def test_what_is_compared_of_a_man_is_his_father_and_of_a_wife_her_husband() -> None:
    man = {"name": "Muhammad Aslam", "name_key": "mhmd aslam", "relative_name": "Ghulam  Rasool", "relative_key": "glam rasul", "alias_key": "bali",
           "name_words": "aslam", "relative_words": "rasul", "cnic": "34101-1234567-1", "address": "Street 4, Kasur"}  # fmt: skip
    for relation in ("father", None, "husband"):
        found = prepared(**man, relation=relation)
        father = relation != "husband"
        expected = {
            "name_key": "aslam", "name_sound": "aslm", "name_words": "aslm", "name_known": "aslam", "name_text": "muhammadaslam",
            "alias_sound": "bl", "relative_sound": "glm rsl", "address_key": "street4kasur", "cnic": "3410112345671", "pair_sound": "aslm|glm rsl",
            "father_words": "rsl" if father else None, "father_key": "glam rasul" if father else None,
            "father_sound": "glm rsl" if father else None, "father_known": "glam rasul" if father else None,
            "father_text": "ghulamrasool" if father else None, "husband_key": None if father else "glam rasul",
            "husband_sound": None if father else "glm rsl",
        }  # fmt: skip
        assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize(
    ("name", "relative", "pair"),
    [("b", "a", "a|b"), ("a", "b", "a|b"), ("a", None, None), (None, "b", None), (None, None, None), ("a", "a", "a|a")],
)
def test_a_name_and_a_relative_are_one_pair_in_whichever_order(
    name: str | None, relative: str | None, pair: str | None
) -> None:
    assert prepared(name_key=name, relative_key=relative)["pair_sound"] == pair


@pytest.mark.parametrize(
    ("name", "key", "caste", "text"),
    [("Aslam Jutt", "aslm", "jt", "aslam"), ("Aslam Jutt", "aslm", None, "aslamjutt"), ("Aslam Jutt", "aslm jt", "jt", "aslamjutt"),
     ("Aslam Khan Jutt", "aslm khn", "jt", "aslamkhan"), ("Aslam", "aslm", "jt", "aslam")],
)  # fmt: skip
def test_the_caste_behind_a_name_is_compared_by_itself(name: str, key: str, caste: str | None, text: str) -> None:
    assert prepared(name=name, name_key=key, caste_key=caste)["name_text"] == text


@pytest.mark.parametrize(
    ("cells", "year"),
    [({"date_of_birth": date(1990, 5, 4), "age": 50}, 1990), ({"age": 30, "registered_on": date(2024, 1, 1), "fir_year": 2020, "period": "2019-05"}, 1994),
     ({"age": 30, "fir_year": 2020, "period": "2019-05"}, 1990), ({"age": 30, "period": "2019-05"}, 1989), ({"age": 30}, None), ({"period": "2019-05"}, None),
     ({"age": 30, "period": "no month"}, None)],
)  # fmt: skip
def test_a_year_of_birth_is_that_of_the_date_else_what_the_age_makes_of_the_day_it_was_said(
    cells: dict[str, Any], year: int | None
) -> None:
    assert prepared(**cells)["birth_year"] == year


def test_an_age_without_a_date_was_said_in_the_middle_of_the_others_days() -> None:
    frame = pl.DataFrame(
        {"age": [30, 30, 30, 30], "fir_year": [2018, 2020, 2026, None]}, schema={"age": pl.Int64, "fir_year": pl.Int32}
    )
    assert person_linkage.prepare(frame)["birth_year"].to_list() == [1988, 1990, 1996, 1990]


@pytest.mark.parametrize("day", [None, date(2026, 7, 1)])
def test_where_no_row_has_a_date_an_age_is_compared_as_an_age_and_makes_no_year_of_birth(day: date | None) -> None:
    frame = pl.DataFrame(
        {"age": [30, 31], "date_of_birth": [None, date(1990, 5, 4)], "registered_on": [None, day]},
        schema={"age": pl.Int64, "date_of_birth": pl.Date, "registered_on": pl.Date},
    )
    found = person_linkage.prepare(frame)
    assert found["birth_year"].to_list() == ([None, 1990] if day is None else [1996, 1990])
    assert found["undated_age"].to_list() == ([30, 31] if day is None else [None, None])


def test_a_mention_is_what_its_submissions_said_last_with_the_place_of_its_case() -> None:
    people = pl.DataFrame({
        "record_id": ["R1", "R2", "R3", "R4"], "name": ["a", None, "c", None], "sex": [None, "male", None, None], "district": ["wrong"] * 4,
        "phones": [["1"], None, ["3", "4"], []], "age": [1, 2, 3, 4],
    })  # fmt: skip
    reported = pl.DataFrame(
        {"record_id": ["R1", "R2", "R3", "R3"], "district": ["D1", "D2", None, None], "fir_year": [1, None, 3, 3]}
    )
    found = person_linkage.one_row_each(people, np.array([0, 0, 2, 0]), reported)
    assert found.select("mention", "name", "sex", "age", "phone", "district", "fir_year").rows() == [
        (0, "a", "male", 4, "1", "D2", 1), (2, "c", None, 3, "3", None, 3),
    ]  # fmt: skip


def test_of_mentions_without_name_and_number_nothing_is_compared() -> None:
    people = pl.DataFrame({
        "case_id": ["C1"] * 4, "role": ["accused"] * 4, "name": [None, None, "ali", None], "cnic": [None, None, None, "1"], "age": [20, 30, 40, 50],
        "record_id": list("abcd"), "phones": [None, [], None, ["5"]],
    })  # fmt: skip
    assert mentions.nameless(people).to_list() == [True, True, False, False]
    assert mentions.nameless(people.drop("phones", "cnic")).to_list() == [True, True, False, True]
    assert mentions.nameless(people.with_columns(cnic=None, phones=pl.Series([None, [], None, ["5"]])))[3] is False
    found = person_linkage._without_particulars(people, np.array([0, 1, 1, 3]))
    assert found["age"].to_list() == [None, 30, 40, 50], "a mention whose other report has a name keeps what is said"
    assert found["case_id"].to_list() == ["C1"] * 4
    assert found["role"].to_list() == ["accused"] * 4
    assert person_linkage._without_particulars(people[2:], np.array([0, 1])).equals(people[2:])


# ----------------------------------------------------------------------------------------------- mentions


def distinct(*rows: dict[str, Any], **more: Any) -> pl.DataFrame:
    frame = persons_frame(list(rows)).with_columns(**more)
    return mentions.distinct(frame, pl.DataFrame({"record_id": ["R1"], "case_id": ["C1"]}))


def mention(ref: str, record: str = "R1", **cells: Any) -> dict[str, Any]:
    base = {"record_id": record, "mention_ref": ref, "file_sha256": "f", "sheet": "", "row": 1, "agency": "a", "period": "2026-07",
            "received": "2026-07", "position": 0, "role": "accused", "name": "n"}  # fmt: skip
    return base | cells


def test_a_mention_sent_again_is_as_old_as_its_first_report_and_stands_in_its_case_or_its_own() -> None:
    rows = [
        mention("m1", received=None, period="2026-09", name="late"),
        mention("m1", received="2026-08", name="early"),
        mention("m2", "R2", received="2026-07"),
    ]
    found = distinct(*rows)
    assert found.select("mention_ref", "name", "received", "case_id").rows() == [
        ("m2", "n", "2026-07", "R2"),
        ("m1", "early", "2026-08", "C1"),
    ]


def test_a_file_in_which_any_record_names_two_people_is_a_file_of_records_else_one_of_people() -> None:
    rows = [
        mention("m1"),
        mention("m2", position=1),
        mention("m3", "R2"),
        mention("m4", "R3", file_sha256="g"),
        mention("m5", "R4", sheet="s"),
    ]
    found = dict(distinct(*rows).select("mention_ref", "submission").rows())
    assert found == {"m1": "R1", "m2": "R1", "m3": "R2", "m4": "g\x1f", "m5": "f\x1fs"}
    assert dict(distinct(*rows).select("mention_ref", "listed").rows()) == {
        "m1": True,
        "m2": True,
        "m3": True,
        "m4": False,
        "m5": False,
    }


def test_nobody_in_particular_is_nobody_unless_a_number_says_who_it_is() -> None:
    rows = [
        mention("m1"),
        mention("m2", cnic="1"),
        mention("m3", passport="2"),
        mention("m4", cnic="3", passport=None),
        mention("m5"),
    ]
    found = distinct(*rows, unknown=pl.Series([True, True, True, False, None]))
    assert sorted(found["mention_ref"]) == ["m2", "m3", "m4", "m5"]
    bare = persons_frame([mention("m1"), mention("m2")]).with_columns(unknown=pl.Series([True, False]))
    assert mentions.distinct(bare, pl.DataFrame({"record_id": ["R1"], "case_id": ["C1"]}))["mention_ref"].to_list() == [
        "m2"
    ]


def merged(
    rows: list[dict[str, Any]], *passes: Pass, similarity: float = 0.84
) -> tuple[list[int], set[tuple[int, int]], list[str]]:
    """Labels of the rows in the order of their refs m0, m1 ...; the joins; the refs in the order of `distinct`."""
    people = mentions.distinct(
        persons_frame(rows), pl.DataFrame({"record_id": [row["record_id"] for row in rows], "case_id": "C"}).unique()
    )
    label, joins = mentions.merge(
        people,
        Mentions.model_validate({"pass": [one.model_dump() for one in passes], "position_similarity": similarity}),
    )
    refs = people["mention_ref"].to_list()
    return label.tolist(), set(zip(joins.left.tolist(), joins.right.tolist(), strict=True)), refs


NAME = Pass(name="name", columns=("name_key",), compatible=("sex", "age"))
CARD = Pass(name="card", columns=("cnic",))


def sent(month: int, *cells: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        mention(
            f"m{month}{at}", f"R{month}", received=f"2026-0{month}", file_sha256=f"f{month}", position=at, name=None
        )
        | one
        for at, one in enumerate(cells)
    ]


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ([{"name_key": "a"}, {"name_key": "b"}], [{"name_key": "b"}, {"name_key": "a"}], [0, 1, 1, 0]),
        ([{"name_key": "a"}, {"name_key": "a"}], [{"name_key": "a"}, {"name_key": "a"}], [0, 1, 0, 1]),
        ([{"name_key": "a", "name": "zia"}] * 2, [{"name_key": "a", "name": "bilal"}] * 2, [0, 1, 0, 1]),
        ([{"name_key": "a", "sex": "male"}], [{"name_key": "a", "sex": "female"}], [0, 1]),
        ([{"name_key": "a", "sex": "male"}], [{"name_key": "a", "sex": None}], [0, 0]),
        ([{"name_key": "a", "age": 20}], [{"name_key": "a", "age": 21}], [0, 1]),
        ([{"name_key": "a", "role": "victim"}], [{"name_key": "a"}], [0, 1]),
        ([{"name_key": "a"}, {"name_key": "b", "name": "zia"}], [{"name_key": "a"}, {"name_key": "c", "name": "bilal"}], [0, 1, 0, 3]),
        ([{}, {"name_key": "b"}], [{}, {"name_key": "b"}], [0, 1, 0, 1]),
        ([{"age": 20}, {"age": 30}], [{"age": 30}, {"age": 20}], [0, 1, 1, 0]),
        ([{"age": 20, "sex": "male"}, {"age": 20}], [{"age": 20}, {"age": 20, "sex": "male"}], [0, 1, 1, 0]),
        ([{"sex": "male"}, {"sex": "female"}], [{"sex": "female", "age": 3}, {"sex": "male"}], [0, 1, 1, 0]),
    ],
)  # fmt: skip
def test_people_of_two_submissions_of_a_case_are_one_where_what_is_said_agrees(
    first: list[dict[str, Any]], second: list[dict[str, Any]], expected: list[int]
) -> None:
    label, joins, refs = merged([*sent(7, *first), *sent(8, *second)], NAME, similarity=0.99)
    assert refs == sorted(refs)
    assert label == expected
    held = graph.components(len(refs), *np.array(sorted(joins) or np.zeros((0, 2)), np.int64).T)
    assert held.tolist() == label, "every join has its reason"


def test_a_name_in_the_same_place_of_a_list_is_the_same_person_when_it_is_near_enough() -> None:
    rows = [
        *sent(7, {"name": "martha", "name_key": "k1"}, {"name": "zia", "name_key": "z"}),
        *sent(8, {"name": "marhta", "name_key": "k2"}, {"name": "zia", "name_key": "z"}),
    ]
    assert merged(rows, NAME, similarity=0.96)[0] == [0, 1, 0, 1]
    assert merged(rows, NAME, similarity=0.97)[0] == [0, 1, 2, 1]
    moved = [*rows[:2], rows[3] | {"position": 0}, rows[2] | {"position": 1}]
    assert merged(moved, NAME, similarity=0.96)[0] == [0, 1, 1, 3], "in another place"
    single = [sent(7, {"name": "martha", "name_key": "k1"})[0], sent(8, {"name": "marhta", "name_key": "k2"})[0]]
    assert merged(single, NAME, similarity=0.5)[0] == [0, 1], "a file of people is no list of a record"


def test_a_card_twice_in_a_file_of_people_is_one_person_twice() -> None:
    rows = [mention("m1", "R1", cnic="1", name_key="a"), mention("m2", "R2", cnic="1", name_key="b")]
    assert merged(rows, CARD)[0] == [0, 0]
    names = [mention("m1", "R1", name_key="a"), mention("m2", "R2", name_key="a")]
    assert merged(names, NAME)[0] == [0, 1]


# ----------------------------------------------------------------------------------------------- certainty


def people_of(*rows: dict[str, Any]) -> pl.DataFrame:
    blank = {
        "case_id": None,
        "role": "accused",
        "name_key": "k",
        "relative_key": None,
        "cnic": None,
        "phones": None,
        "date_of_birth": None,
    }
    types = dict.fromkeys(blank, TEXT) | {
        "phones": pl.List(TEXT),
        "date_of_birth": pl.Date,
        "mention_ref": TEXT,
        "record_id": TEXT,
    }
    return pl.DataFrame(
        [
            blank | {"case_id": f"C{at}", "mention_ref": f"m{at}", "record_id": f"R{at}"} | row
            for at, row in enumerate(rows)
        ],
        schema=types,
    )


def certain(
    people: pl.DataFrame,
    one: dict[str, Any],
    decisions: pl.DataFrame = NONE,
    mention_of: list[int] | None = None,
    **more: Any,
) -> list[int]:
    spec = Persons.model_validate({"pass": [{"name": "it"} | one]} | more)
    label, made, cut = deterministic.link(people, np.array(mention_of or range(people.height)), spec, decisions)
    assert all(label[a] == label[b] for a, b in zip(made.left, made.right, strict=True))
    assert all(label[a] != label[b] for a, b in zip(cut.left, cut.right, strict=True))
    return [int(one) for one in label]


def test_a_card_with_more_names_than_declared_is_nobodys() -> None:
    people = people_of(*({"cnic": "1", "name_key": f"k{at % 3}"} for at in range(4)))
    assert certain(people, {"columns": ["cnic"]}, cnic_people=3) == [0, 0, 0, 0]
    assert certain(people, {"columns": ["cnic"]}, cnic_people=2) == [0, 1, 2, 3]


def test_what_is_compatible_is_equal_or_missing_and_names_must_be_similar_where_that_is_declared() -> None:
    born = date(1990, 1, 2)
    people = people_of(
        {"date_of_birth": born},
        {"date_of_birth": None},
        {"date_of_birth": born},
        {"date_of_birth": date(1991, 1, 2)},
        {"name_key": "zz"},
    )
    people = people.with_columns(cnic=pl.lit("1"))
    assert certain(people, {"columns": ["cnic"], "compatible": ["date_of_birth"]}) == [0, 0, 0, 3, 0]
    assert certain(people, {"columns": ["cnic"], "similar_name": True}) == [0, 0, 0, 0, 4]


def test_any_telephone_of_two_people_joins_them() -> None:
    people = people_of(
        {"phones": ["1", "2"]}, {"phones": ["2", "3"]}, {"phones": ["4", "4"]}, {"phones": None}, {"phones": ["3"]}
    )
    assert certain(people, {"columns": ["phone"]}) == [0, 0, 2, 3, 0]


def test_two_mentions_of_one_case_and_role_are_two_people_whatever_joins_them() -> None:
    people = people_of({"cnic": "1", "case_id": "C"}, {"cnic": "1", "case_id": "C"}, {"cnic": "1"})
    assert len(set(certain(people, {"columns": ["cnic"]}))) == 2
    roles = people.with_columns(role=pl.Series(["accused", "victim", "accused"]))
    assert certain(roles, {"columns": ["cnic"]}) == [0, 0, 0]
    nobody = people.with_columns(role=pl.lit(None, TEXT))
    assert len(set(certain(nobody, {"columns": ["cnic"]}))) == 2
    assert certain(people, {"columns": ["cnic"]}, mention_of=[0, 0, 2]) == [0, 0, 0], "one mention, reported twice"
    word = pl.DataFrame(
        [("person", "m0", "m2", verdict, "x", "t") for verdict in ("different",)],
        schema=human_decisions.DECISIONS,
        orient="row",
    )
    assert certain(roles, {"columns": ["cnic"]}, word)[2] not in (certain(roles, {"columns": ["cnic"]}, word)[0],)
    same = word.with_columns(verdict=pl.lit("same"))
    assert certain(people_of({}, {}, {}), {"columns": ["cnic"]}, same) == [0, 1, 0]


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ([("1", "a", "f"), ("1", "b", "g")], "RK504"), ([("1", "a", "f"), ("1", "b", "f")], "RK505"), ([("1", "a", "f"), ("1", "b", "a")], "RK505"),
        ([("1", "a", None), ("1", "b", None)], "RK504"), ([("1", "a", None), ("2", "b", None)], None), ([("1", "a", None), ("1", None, None)], None),
        ([(None, "a", None), (None, "b", None)], None),
    ],
)  # fmt: skip
def test_one_card_of_several_people_is_a_family_where_a_relative_is_named_or_shared(
    rows: list[tuple[str | None, ...]], code: str | None
) -> None:
    people = pl.DataFrame(
        [(f"R{at}", *row) for at, row in enumerate(rows)],
        schema=dict.fromkeys(("record_id", "cnic", "name_key", "relative_key"), TEXT),
        orient="row",
    )
    found = deterministic.findings(people, np.arange(2))
    assert found.select("record_id", "code", "field").rows() == (
        [] if code is None else [("R0", code, "cnic"), ("R1", code, "cnic")]
    )
    assert deterministic.findings(people, np.zeros(2, np.int64)).height == 0, "one person"
    once = deterministic.findings(people.with_columns(record_id=pl.lit("R")), np.arange(2))
    assert once.height == (code is not None), "once for every record"


# ------------------------------------------------------------------------------------ certain and by weight


def test_people_are_joined_by_weight_where_the_declaration_has_a_model_and_there_are_two() -> None:
    who = {"name": "Muhammad Aslam", "name_key": "mhmd aslm", "relative_name": "Ghulam Rasool", "relative_key": "glm rsl", "cnic": "34101-1234567-1",
           "sex": "male", "address": "Street 4, Kasur", "date_of_birth": date(1990, 5, 4)}  # fmt: skip
    cases = [case(fir_no=str(at)) for at in range(3)]
    people = [
        person(cases[0], **who),
        person(cases[1], **who),
        person(cases[2], name="Zia", name_key="zy", relative_name="Noor", relative_key="nr"),
    ]
    done = linkage.link(cases_frame(cases), pl.DataFrame(), persons_frame(people), SPEC)
    weighed = done.links.filter(pl.col("kind") == "person")
    assert weighed.height == 1
    assert done.models.filter(part="prior", model="person").height == 1
    assert done.model["comparisons"]
    frame, refs = persons_frame(people), [one["mention_ref"] for one in people]
    sorted_refs = linkage.compared(cases_frame(cases), frame, SPEC)
    assert sorted(sorted_refs["mention_ref"]) == sorted(refs)
    assert {"name_sound", "father_key", "birth_year"} <= set(sorted_refs.columns)
    alone = linkage.link(cases_frame(cases[:1]), pl.DataFrame(), persons_frame(people[:1]), SPEC)
    assert (alone.model, alone.links.height, alone.mention_members.height) == ({}, 0, 1)
    silent = linkage.link(cases_frame(cases), pl.DataFrame(), frame, SPEC.model_copy(update={"people": None}))
    assert silent.model == {}
    assert silent.links.filter(pl.col("kind") == "person")["match_weight"].to_list() == [None], (
        "joined by its card alone"
    )


def test_a_short_list_of_people_is_judged_by_the_declared_shares_and_people_are_asked_about_the_doubtful_ones() -> None:
    assert SPEC.people is not None
    rows = [
        {"name": name, "name_key": key, "relative_name": relative, "relative_key": relative, "sex": "male", "address": address, "age": age,
         "cnic": None if address else f"34101-123456{len(relative or '')}-1"}
        for name, key in (("Aslam", "aslam"), ("Aslem", "aslem"), ("Zia", "zia")) for relative in ("rasul", "rasol", None)
        for address, age in (("Street 4, Kasur", 30), (None, 31))
    ]  # fmt: skip
    cases = [case(fir_no=str(at)) for at in range(len(rows))]
    people = mentions.distinct(
        persons_frame([person(one, **row) for one, row in zip(cases, rows, strict=True)]),
        pl.DataFrame(schema=dict.fromkeys(("record_id", "case_id"), TEXT)),
    )
    loose = {"review": -60.0, "threshold": -12.0}
    mention_of, refs = np.arange(len(rows)), people["mention_ref"].to_list()
    learned, found = (
        person_linkage.link(
            people,
            mention_of,
            cases_frame(cases),
            SPEC.model_copy(update={"people": SPEC.people.model_copy(update=loose | {"fit_from": count})}),
            NONE,
        )
        for count in (18, 19)
    )
    assert learned.match is not None
    assert found.match is not None
    assert learned.match.model.company != SPEC.people.company_weights
    for one, m in zip(SPEC.people.comparisons, found.match.model.m, strict=True):
        assert not one.m or m.tolist() == pytest.approx([share / sum(one.m) for share in one.m])
    assert found.match.model.company == SPEC.people.company_weights
    scored, bits = found.match.scored, found.match.scored.weight + found.match.extra
    lowest, highest = loose["threshold"] - 6, loose["threshold"] + 3
    asked = {
        (refs[a], refs[b]) for a, b, w in zip(scored.left.tolist(), scored.right.tolist(), bits.tolist(), strict=True)
        if lowest <= w < highest or (w >= highest and found.match.label[a] != found.match.label[b])
    }  # fmt: skip
    assert asked
    put = found.review.select("left_id", "right_id").rows()
    assert put
    assert set(put) <= asked
    label = found.match.label
    sides = [frozenset(int(label[refs.index(ref)]) for ref in pair) for pair in put]
    assert len([one for one in sides if len(one) == 2]) == len({one for one in sides if len(one) == 2}), "one a pair of groups"
    strange = next((a, b) for a in range(len(rows)) for b in range(a) if found.label[a] != found.label[b])
    word = [("person", refs[strange[0]], refs[strange[1]], "same", "x", "t")]
    said = person_linkage.link(
        people, mention_of, cases_frame(cases), SPEC, pl.DataFrame(word, schema=human_decisions.DECISIONS, orient="row")
    )
    assert said.label[strange[0]] == said.label[strange[1]]
    pair = next((a, b) for a in range(len(rows)) for b in range(a) if found.label[a] == found.label[b])
    word = [("person", refs[pair[0]], refs[pair[1]], "different", "x", "t")]
    said = person_linkage.link(
        people, mention_of, cases_frame(cases), SPEC, pl.DataFrame(word, schema=human_decisions.DECISIONS, orient="row")
    )
    assert said.label[pair[0]] != said.label[pair[1]]


# --------------------------------------------------------------------------------- cases and their incidents


def test_the_twelfth_day_may_be_a_month_and_the_thirteenth_not() -> None:
    spec = CasesSpec.model_validate(
        {"key": [{"name": "fir", "columns": ["fir_no"], "unique": True}], "contradiction_days": 10}
    )
    for day, groups in ((12, 1), (13, 2)):
        rows = [case(registered_on=date(2026, 3, day)), case(registered_on=date(2026, 12, 3))]
        code, _ = primary_codes(quoted_numbers.prepared(cases_frame(rows)), spec)
        assert len(set(code.tolist())) == groups


def test_a_record_that_quotes_nothing_dangles_not() -> None:
    spec = CasesSpec.model_validate(
        {
            "key": [{"name": "fir", "columns": ["fir_no"], "unique": True}],
            "reference": [{"name": "r", "columns": ["fir_no"]}],
        }
    )
    records = quoted_numbers.prepared(cases_frame([case(references=[]), case(references=None)]))
    found = quoted_numbers.edges(records, primary_codes(records, spec)[0], spec)
    assert found.dangling.tolist() == []
    assert quoted_numbers.explode(records).height == 0


def test_a_case_is_compared_by_all_that_its_reports_people_and_charges_say() -> None:
    rows = [
        case(record_id="R1", fir_no="12-A", registered_on=date(2026, 7, 3), occurred_from=date(2026, 7, 2), status="open"),
        case(record_id="R2", period="2026-08", received="2026-08", occurred_from=date(2026, 7, 1), status="gone"),
        case(record_id="R3", fir_no=None, fir_year=None, enquiry_no="9", enquiry_year=2025, police_station=None, district=None, office="Lahore"),
        case(record_id="R4", fir_no=None, fir_year=None), case(record_id="R5", fir_no="7", registered_on=None),
    ]  # fmt: skip
    members = pl.DataFrame({"record_id": ["R1", "R2", "R3", "R4", "R5"], "case_id": ["C1", "C1", "C3", "C4", "C5"]})
    charges = pl.DataFrame(
        [("R1", "PPC", "302"), ("R2", "PPC", "302"), ("R2", None, "34"), ("R2", "PPC", None)],
        schema=["record_id", "act", "section"],
        orient="row",
    )
    people = pl.DataFrame([
        ("C1", "accused", "k1", "f1", "1"), ("C1", "victim", "k2", None, None), ("C1", "victim", "k3", "f3", None), ("C3", "accused", None, "f", None),
        ("C1", "accused", "k1", "f1", "1"),
    ], schema=dict.fromkeys(("case_id", "role", "name_key", "relative_key", "cnic"), TEXT), orient="row")  # fmt: skip
    spec = SPEC.cases.model_copy(update={"transfer_statuses": ("gone",)})
    frame = cases_frame([{name: cell for name, cell in row.items() if name != "occurred_from"} for row in rows])
    frame = frame.with_columns(occurred_from=pl.Series([row.get("occurred_from") for row in rows], dtype=pl.Date))
    first, second = incidents.prepare(frame, charges, people, members, spec).to_dicts()
    wanted = {
        "record_id": "R1", "case_id": "C1", "number": "12-A", "serial": 12, "year": 2026, "station": "City\x1fGujrat", "occurred_from": date(2026, 7, 1),
        "moved": "yes", "sections": ["34", "PPC\x1f302"], "all_sections": "34\x1ePPC\x1f302", "named": "yes", "names": ["k1", "k2", "k3"], "cards": ["1"],
        "people": ["k1\x1ff1", "k3\x1ff3"], "accused": ["k1\x1ff1"], "others": ["k3\x1ff3"], "held": ["k1\x1ff1\x1e1"],
    }  # fmt: skip
    assert {name: first[name] for name in wanted} == wanted
    bare = {"case_id": "C3", "number": "enquiry 9", "serial": None, "year": 2025, "station": "Lahore\x1fpunjab", "moved": None, "occurred_from": None,
            "sections": None, "named": None, "names": None, "people": None, "held": None}  # fmt: skip
    assert {name: second[name] for name in bare} == bare


def test_of_cases_that_are_quoted_or_decided_something_is_said() -> None:
    known = pl.DataFrame({"case_id": ["C1", "C2", "C3", "C4"]})
    members = pl.DataFrame({"record_id": ["R1", "R2", "R3", "R4", "R9"], "case_id": ["C1", "C2", "C3", "C4", "C9"]})

    def link(kind: str, left: str, right: str, reason: str) -> dict[str, Any]:
        return {
            "link_id": "L",
            "kind": kind,
            "left_id": left,
            "right_id": right,
            "match_weight": None,
            "probability": 1.0,
            "decision": "auto",
            "reasons": [reason],
        }

    quoted = quoted_numbers.why_related()
    rows = [link("related", "R1", "R2", quoted), link("related", "R1", "R3", "rival"), link("case", "R1", "R4", quoted), link("related", "R3", "R4", HUMAN),
            link("related", "R1", "R9", quoted), link("related", "R1", "R1", quoted)]  # fmt: skip
    found = CaseLinks(members, pl.DataFrame(rows, schema=LINKS), pl.DataFrame())
    words = [
        ("case", "R2", "R4", "different", "x", "t"),
        ("case", "R2", "R3", "unsure", "x", "t"),
        ("person", "R1", "R4", "same", "x", "t"),
    ]
    packed = incidents._told(known, found, pl.DataFrame(words, schema=human_decisions.DECISIONS, orient="row"))
    assert [(int(one) >> 32, int(one) & 0xFFFFFFFF) for one in packed] == [(0, 1), (1, 3), (2, 3)]


# --------------------------------------------------------------------------------------- a month that arrives


def test_what_stood_before_is_carried_while_it_is_true() -> None:
    def links(*pairs: tuple[str, str]) -> pl.DataFrame:
        rows = [
            {
                "link_id": a + b,
                "kind": "person",
                "left_id": a,
                "right_id": b,
                "match_weight": 1.0,
                "probability": 0.5,
                "decision": "auto",
                "reasons": ["r"],
            }
            for a, b in pairs
        ]
        return pl.DataFrame(rows, schema=LINKS)

    members = pl.DataFrame({"mention_ref": list("abcde"), "person_id": ["P1", "P1", "P2", "P3", "P1"]})
    before = linkage.Increment(
        pl.DataFrame({"ref": list("abcde"), "person": ["P1", "P1", "P2", "P3", "P4"]}),
        links(("a", "b"), ("a", "c"), ("a", "z"), ("a", "e")),
        links(("c", "d"), ("a", "b"), ("b", "d"), ("a", "d"), ("a", "e")),
        pl.DataFrame(),
    )
    made, asked = (
        links(("a", "b")).with_columns(match_weight=9.0),
        links(("b", "d"), ("a", "b")).with_columns(match_weight=8.0),
    )
    held, open_ = before.carried(made, asked, members)
    assert held.select("link_id", "match_weight").sort("link_id").rows() == [("ab", 9.0), ("ae", 1.0)]
    assert open_.select("link_id", "match_weight").sort("link_id").rows() == [("ab", 8.0), ("ad", 1.0), ("bd", 8.0), ("cd", 1.0)]


def test_people_are_reopened_by_what_was_said_or_taken_back_since() -> None:
    persons = pl.DataFrame({"ref": list("abcdef"), "person": ["P1", "P2", "P3", "P4", "P5", "P6"]})
    entries: list[dict[str, Any]] = [
        {"seq": 1, "what": "link", "left_id": "a", "right_id": "z"}, {"seq": 2, "what": "link", "left_id": "b", "right_id": "b"},
        {"seq": 3, "what": "note"}, {"seq": 4, "what": "link", "left_id": "c", "right_id": "d"}, {"seq": 5, "what": "undo", "undoes": 1},
    ]  # fmt: skip
    assert linkage.reopened(persons, entries, 5) == frozenset()
    assert linkage.reopened(persons, entries, 4) == {"P1"}
    assert linkage.reopened(persons, entries, 3) == {"P1", "P3", "P4"}
    assert linkage.reopened(persons, entries, 0) == {"P1", "P2", "P3", "P4"}
    assert linkage.reopened(persons, [], 0) == frozenset()


def test_a_standing_person_is_named_by_its_first_mention_and_a_reopened_one_is_compared_again() -> None:
    known = pl.DataFrame({"ref": list("abcdef"), "person": ["P1", "P1", "P2", "P2", "P3", "P3"]})
    nothing = pl.DataFrame()
    increment = linkage.Increment(known, nothing, nothing, nothing, frozenset({"P3"}))
    new, standing = increment.rows(pl.Series(list("fedcbax")), np.array([0, 1, 2, 3, 4, 5, 6]))
    assert new.tolist() == [True, True, False, False, False, False, True]
    assert standing.tolist() == [0, 1, 2, 2, 4, 4, 6]
    assert [part.tolist() for part in increment.rows(pl.Series([], dtype=TEXT), np.zeros(0, np.int64))] == [[], []]


# --------------------------------------------------------------------------------------------------- models


def test_a_model_as_rows_is_the_model_again() -> None:
    level = {"level": "equal", "m_probability": 0.9, "u_probability": 0.1, "match_weight": 3.2}
    data = {
        "version": 1, "prior_match_weight": -5.0, "company": [0.0, -1.0, 2.0, 3.0], "scale": [1.0, 0.5], "together": [], "kin": [-2.0, 0.5], "nested": [],
        "comparisons": [{"comparison": one, "column": f"c{one}", "levels": [level, level | {"level": "else", "match_weight": -1.0}]} for one in "ab"],
    }  # fmt: skip
    blocks = [
        {"rule": "a", "pairs": 7, "blocks_capped": 1, "rows_capped": 9},
        {"rule": "b", "pairs": 8, "blocks_capped": 0, "rows_capped": 0},
    ]
    rows = models_table.table("person", data | {"blocks": blocks})
    assert rows.filter(part="block").select("name", "place", "pairs", "blocks_capped", "left_out").rows() == [
        ("a", 0, 7, 1, 9),
        ("b", 1, 8, 0, 0),
    ]
    assert rows.filter(part="level").select("name", "place", "column", "level").rows()[:2] == [
        ("a", 1, "ca", "equal"),
        ("a", 2, "ca", "else"),
    ]
    both = pl.concat(
        [rows, models_table.table("case", data | {"prior_match_weight": 1.0}), models_table.queue_row("person", 3, 4)]
    )
    assert models_table.data(both.reverse(), "person") == data
    assert models_table.data(both, "other") == {}
    assert models_table.table("person", {}).schema == pl.Schema(models_table.SCHEMA)
    assert both.filter(part="queue").select("model", "name", "place", "pairs", "left_out").rows() == [
        ("person", "review", 0, 3, 4)
    ]


def test_a_link_of_no_edge_is_no_row() -> None:
    assert Edges.none().table(pl.DataFrame({"record_id": ["R"]}), "case").height == 0
