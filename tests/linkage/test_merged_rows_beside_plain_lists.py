"""What the rows of an edition take from several reports, beside a plain walk over the reports in their order."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date
from typing import Any

import polars as pl
import pytest
from linkage_frames import TABLES, case, cases_frame, persons_frame

from recordkit import declarations, linkage
from recordkit.linkage import quoted_numbers
from recordkit.linkage.merging import people, survivorship
from recordkit.linkage.merging.cases import _last_changed
from recordkit.linkage.merging.charges import charges
from recordkit.linkage.merging.services import _follow, _victim, placed_services

TEXT = pl.String
SPEC = linkage.load([declarations.PACKAGED])
MONTHS = ["2026-05", "2026-06", "2026-07"]


def reports(seed: int, **columns: list[Any]) -> list[dict[str, Any]]:
    """Twenty reports of five things, in no order."""
    rng = random.Random(seed)
    rows = []
    for at in range(20):
        month = rng.choice(MONTHS)
        row: dict[str, Any] = {"id": f"t{rng.randrange(5)}", "period": month, "received": rng.choice([month, None]), "agency": "a",
                               "file_sha256": f"f{rng.randrange(3)}", "sheet": "", "row": at, "record_id": f"R{at:02}"}  # fmt: skip
        rows.append(row | {name: rng.choice(values) for name, values in columns.items()})
    return rows


def in_order(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: (row["received"] or row["period"], row["period"], row["file_sha256"], row["row"]))


@pytest.mark.parametrize("seed", range(4))
def test_the_newest_value_that_is_none_of_nothing_stands(seed: int) -> None:
    rows = reports(seed, said=["x", "y", None], several=[["a"], [], None, ["b", "c"]])
    frame = survivorship.oldest_first(pl.DataFrame(rows, schema_overrides={"received": TEXT}), "id")
    found = survivorship.newest(frame, ["id"], ["said", "several"])
    for thing, said, several in found.rows():
        mine = [row for row in in_order(rows) if row["id"] == thing]
        assert said == next((row["said"] for row in reversed(mine) if row["said"]), None)
        assert (several or None) == next((row["several"] for row in reversed(mine) if row["several"]), None)
    assert found.get_column("id").to_list() == sorted({row["id"] for row in rows})
    origin = survivorship.origin(frame, ["id"])
    for thing, places in origin.rows():
        assert places == sorted(
            ({name: row[name] for name in ("file_sha256", "sheet", "row")} for row in rows if row["id"] == thing),
            key=lambda one: (one["file_sha256"], one["sheet"], one["row"]),
        )


def test_what_is_said_is_told_from_where_it_was_said() -> None:
    frame = pl.DataFrame(schema=dict.fromkeys(("file_sha256", "superseded", "format", "fir_no", "note", "record_id"), TEXT))
    assert survivorship.values_of(frame, TABLES["cases"], "note") == ["fir_no"]


@pytest.mark.parametrize("seed", range(4))
def test_a_person_is_called_what_is_written_most_often_and_of_equals_the_longer(seed: int) -> None:
    rng = random.Random(seed)
    births = [date(1990, 1, 1), date(1990, 3, 7), date(1991, 3, 7), date(1990, 1, 2), date(1990, 2, 1), None]
    rows = [
        {"person_id": f"p{rng.randrange(4)}", "mention_id": f"m{at}", "case_id": f"c{rng.randrange(3)}", "first_seen": rng.choice(MONTHS),
         "last_seen": rng.choice(MONTHS), "name": rng.choice(["ali", "ali khan", "zia", None]), "cnic": rng.choice(["1", "2", None]),
         "role": rng.choice(["accused", "victim", None]), "province": rng.choice(["Punjab", "Sindh", None]),
         "date_of_birth": rng.choice(births), "relative_name": rng.choice(["gul", "noor", None]), "relation": "father",
         "names": [rng.choice("abc")], "agencies": [rng.choice("xy")], "phone": rng.choice(["1", "2", None])}
        for at in range(30)
    ]  # fmt: skip
    found = people.identities(pl.DataFrame(rows, schema_overrides={"phone": TEXT}), TABLES["identities"])
    for one in found.iter_rows(named=True):
        mine = [row for row in rows if row["person_id"] == one["person_id"]]

        def most(name: str, mine: list[dict[str, Any]] = mine) -> str | None:
            counts = Counter(row[name] for row in mine if row[name] is not None)
            return min(counts, key=lambda value: (-counts[value], -len(value), value), default=None)

        assert (one["mentions"], one["cases"]) == (len(mine), len({row["case_id"] for row in mine}))
        assert (one["name"], one["cnic"], one["relative_name"]) == (most("name"), most("cnic"), most("relative_name"))
        assert one["phone"] == most("phone")
        assert (one["first_seen"], one["last_seen"]) == (min(r["first_seen"] for r in mine), max(r["last_seen"] for r in mine))
        for plural, single in (("roles", "role"), ("provinces", "province"), ("cnics", "cnic")):
            assert one[plural] == sorted({row[single] for row in mine} - {None})
        assert one["names"] == sorted({name for row in mine for name in row["names"]})
        assert one["agencies"] == sorted({name for row in mine for name in row["agencies"]})
        born = Counter(row["date_of_birth"] for row in mine if row["date_of_birth"])
        rough = lambda day: (day.month, day.day) == (1, 1)  # noqa: E731
        assert one["date_of_birth"] == min(born, key=lambda day: (rough(day), -born[day], day), default=None)


def test_a_person_of_whom_nothing_is_written_has_empty_lists() -> None:
    row = {"person_id": "p", "mention_id": "m", "case_id": "c", "first_seen": "2026-05", "last_seen": "2026-05", "name": None}
    found = people.identities(pl.DataFrame([row], schema_overrides={"name": TEXT}), TABLES["identities"]).row(0, named=True)
    assert (found["names"], found["agencies"], found["roles"], found["name"], found["phone"]) == ([], [], [], None, None)


def test_a_mention_tells_when_and_by_whom_it_was_seen_and_every_name_of_it() -> None:
    rows = [
        {"mention_id": "m1", "case_id": "c1", "person_id": "p1", "mention_ref": ref, "period": month, "received": month, "agency": agency,
         "file_sha256": "f", "sheet": "", "row": at, "record_id": f"R{at}", "name": name, "aliases": aliases, "position": 0, "role": "accused"}
        for at, (ref, month, agency, name, aliases) in enumerate([
            ("r2", "2026-06", "b", "ali", ["zia"]), ("r1", "2026-05", "a", "ali khan", None), ("r1", "2026-07", None, None, ["ali", "bao"])])
    ]  # fmt: skip
    one = people.persons(pl.DataFrame(rows, schema_overrides={"aliases": pl.List(TEXT)}), TABLES["persons"]).row(0, named=True)
    assert (one["first_seen"], one["last_seen"], one["agencies"], one["mention_refs"]) == ("2026-05", "2026-07", ["a", "b"], ["r1", "r2"])
    assert (one["names"], one["name"]) == (["ali", "ali khan", "bao", "zia"], "ali")
    assert [place["row"] for place in one["source_rows"]] == [0, 1, 2]


@pytest.mark.parametrize("seed", range(4))
def test_a_case_changed_last_when_a_report_last_said_something_new(seed: int) -> None:
    rows = reports(seed, status=["open", "closed", None], note=["n", None], status_raw=["1", "2"])
    for row in rows:
        row["case_id"] = row["id"]
    frame = survivorship.oldest_first(pl.DataFrame(rows, schema_overrides={"received": TEXT}), "case_id")
    found = dict(_last_changed(frame, ["status", "note", "status_raw"]).rows())
    for thing in found:
        mine = [row for row in in_order(rows) if row["id"] == thing]
        known: dict[str, str | None] = {"status": None, "note": None}
        changed = [min(row["period"] for row in mine)] if len(mine) == 1 else []
        for row in mine if len(mine) > 1 else []:
            new = any(row[name] is not None and row[name] != known[name] for name in known)
            changed += [row["period"]] if new else []
            known |= {name: row[name] for name in known if row[name] is not None}
        assert found[thing] == max(changed, default=min(row["period"] for row in mine)), thing


def test_a_section_stands_once_with_the_month_in_which_it_was_first_named() -> None:
    rows = [
        {"case_id": "c", "act": "PPC", "section": section, "section_written": written, "period": month, "received": month, "agency": "a",
         "file_sha256": "f", "sheet": "", "row": at, "record_id": f"R{at}", "is_principal": principal}
        for at, (section, written, month, principal) in enumerate([
            ("302", "302", "2026-06", True), ("302", "u/s 302", "2026-05", False), (None, "3o2", "2026-06", False), (None, "3x2", "2026-06", False),
            (None, "3o2", "2026-07", False)])
    ]  # fmt: skip
    frame = pl.DataFrame(rows)
    found = charges(frame, TABLES["charges"])
    assert found.height == 3
    by = {(row["section"], len(row["source_rows"])): row for row in found.iter_rows(named=True)}
    assert set(by) == {("302", 2), (None, 2), (None, 1)}
    assert (by["302", 2]["first_seen"], by["302", 2]["is_principal"], by[None, 2]["first_seen"]) == ("2026-05", True, "2026-06")
    assert "unread" not in found.columns
    assert charges(frame.drop("section_written"), TABLES["charges"]).height == 2


# ------------------------------------------------------------------------------------------- services to victims


def victim_of(service: dict[str, Any], *victims: dict[str, Any]) -> str | None:
    blank = {"name_key": None, "sex": None}
    schema = {"case_id": TEXT, "mention_id": TEXT, "role": TEXT, "name_key": TEXT, "sex": TEXT}
    known = [{"case_id": "c", "mention_id": f"m{at}", "role": "victim"} | blank | one for at, one in enumerate(victims)]
    placed = pl.DataFrame([{"record_id": "s", "case_id": "c"} | blank | service], schema={"record_id": TEXT, "case_id": TEXT, "name_key": TEXT, "sex": TEXT})
    found = _victim(placed, pl.DataFrame(known, schema=schema))
    return found.get_column("mention_id").to_list()[0] if found.height else None


ALI, ZIA, SHE, HE = {"name_key": "ali"}, {"name_key": "zia"}, {"sex": "female"}, {"sex": "male"}


@pytest.mark.parametrize(
    ("service", "victims", "found"),
    [
        (ALI, [ZIA, ALI], "m1"), (ALI, [ALI, ALI], None), ({}, [ZIA], "m0"), ({}, [ZIA, ALI], None), (ALI, [ZIA], None), (ALI, [{}], "m0"),
        (ALI | SHE, [ALI | HE], None), (ALI | SHE, [ALI | SHE], "m0"), (SHE, [HE], None), (SHE, [SHE], "m0"), (SHE, [{}], "m0"),
        (SHE, [SHE, HE], None), (ALI, [ALI | {"role": "accused"}], None), (ALI, [ALI, {}], "m0"), (ALI | SHE, [ALI | HE, ALI | SHE], "m1"),
        (ALI | {"case_id": "other"}, [ALI], None),
    ],
)  # fmt: skip
def test_a_service_is_for_the_victim_of_its_name_or_for_the_only_one(
    service: dict[str, Any], victims: list[dict[str, Any]], found: str | None
) -> None:
    assert victim_of(service, *victims) == found


def test_rows_of_one_shelters_code_take_the_answer_of_the_others_when_they_agree() -> None:
    rows = [("a", "1", "c1"), ("a", "1", None), ("b", "1", None), ("a", "2", "c1"), ("a", "2", "c2"), ("a", "2", None), ("a", None, None)]
    placed = pl.DataFrame(rows, schema=["agency", "victim_ref", "case_id"], orient="row")
    assert _follow(placed, "case_id").get_column("case_id").to_list() == ["c1", "c1", None, "c1", "c2", None, None]


def test_a_service_that_was_sent_again_stands_once_as_it_was_said_last() -> None:
    first = case(record_id="R1")
    linked = linkage.link(cases_frame([first]), pl.DataFrame(), persons_frame([]), SPEC)
    quote = [{"fir_no": "12", "fir_year": 2026, "police_station": "City", "district": "Gujrat"}]
    rows = [
        {"record_id": "S1", "agency": "shelter", "period": month, "received": month, "file_sha256": month, "sheet": "", "row": 1, "service": said, "references": quote}
        for month, said in (("2026-08", "food"), ("2026-07", "shelter"))
    ]  # fmt: skip
    types = {"references": quoted_numbers.TYPE}
    placed = placed_services(pl.DataFrame(rows, schema_overrides=types), cases_frame([first]), linked, SPEC)
    assert placed.select("record_id", "service", "case_id").rows() == [("S1", "food", linked.case_members["case_id"][0])]
    assert [one["file_sha256"] for one in placed["source_rows"][0]] == ["2026-07", "2026-08"]
