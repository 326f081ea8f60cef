"""Places, years, lists of numbers and strayed names, each beside a plain rule that walks over the rows one by one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import polars as pl
import pytest

from recordkit.fields import fir, fir_quotes, gazetteer, name_keys, numbers, offences, pii_scan, places, statutes, text
from recordkit.fields.place_patterns import read_place_patterns
from recordkit.reference import Reference

TEXT = pl.String
NOW = date(9999, 12, 31)


# ------------------------------------------------------------------------------------------------ places


def day_of(value: str | None, rest: str, otherwise: date) -> date:
    if value is None:
        return otherwise
    return date.fromisoformat(value + rest if len(value) == 4 else value)


class Atlas:
    """The districts of the reference and what their words mean, as plain rows."""

    def __init__(self, tables: Reference) -> None:
        homes = {
            row["jurisdiction"]: row["parent"] or row["jurisdiction"]
            for row in tables.jurisdictions.iter_rows(named=True)
        }
        self.rows = list(tables.districts.iter_rows(named=True))
        for row in self.rows:
            row["home"] = homes[row["province"]]
            known = (
                None if row["first_seen"] else row["valid_from"]
            )  # nobody knows when a district began that was only seen listed
            row["begins"], row["ends"] = day_of(known, "-01-01", date(1, 1, 1)), day_of(row["valid_to"], "-12-31", NOW)
        self.means: dict[str, dict[int, tuple[bool, bool]]] = {}
        self.words: list[tuple[str, int]] = []
        spelt = []
        for columns, local, former in (
            (("district", "aliases", "urdu_name"), False, False),
            (("local_aliases",), True, False),
            (("former_names",), False, True),
        ):
            for place, row in enumerate(self.rows):
                for column in columns:
                    spelt += [
                        (word.strip(), place, local, former) for word in (row[column] or "").split(";") if word.strip()
                    ]
        keys = text.fold(pl.Series([word for word, *_ in spelt])).to_list()
        for key, (word, place, local, former) in zip(keys, spelt, strict=True):
            self.means.setdefault(key, {}).setdefault(place, (local, former))
            self.words.append((word, place))
        self.parents = {(row["parent"], row["home"]) for row in self.rows if row["parent"]}

    def parent(self, place: int) -> int | None:
        row = self.rows[place]
        named = [
            at for at, one in enumerate(self.rows) if one["district"] == row["parent"] and one["home"] == row["home"]
        ]
        return max(named, key=lambda at: self.rows[at]["ends"], default=None)

    def split(self, place: int) -> bool:
        row = self.rows[place]
        return row["ends"] < NOW and (row["district"], row["home"]) in self.parents

    def lives(self, place: int, day: date) -> bool:
        return bool(self.rows[place]["begins"] <= day <= self.rows[place]["ends"])

    def resolved(self, key: str, territory: str | None, day: date) -> tuple[int | None, set[str]]:
        """The place that a word means, and the codes that it raises."""
        found = self.means[key]
        here = {place: said for place, said in found.items() if self.rows[place]["home"] == territory}
        some = here or found
        valid = [place for place in some if self.lives(place, day)]
        unclear = any(local for local, _ in some.values()) and not here
        differ = max(len({self.rows[place][name] for place in valid}) for name in ("district", "home"))
        if differ > 1 or unclear:
            return None, {"RK319"}
        against = {"RK319"} if territory and not here else set()
        if valid:
            return valid[0], against | ({"RK335"} if some[valid[0]][1] else set())
        past: int | None = [place for place in some if not self.lives(place, day)][-1]
        was_split = False
        for _ in range(2):
            if past is None:
                break
            early, late = day < self.rows[past]["begins"], day > self.rows[past]["ends"]
            was_split |= late and self.split(past)
            up = self.parent(past) if early or (late and not self.split(past)) else None
            if up is not None and self.lives(up, day):
                return up, against | {"RK335"}
            past = up
        return None, {"RK319", "RK320", "RK335"} if was_split else {"RK318"}


def test_a_district_is_the_one_that_its_word_its_province_and_the_day_leave(tables: Reference) -> None:
    atlas = Atlas(tables)
    asked: list[tuple[str, str | None, date | None]] = []
    for at, (word, place) in enumerate(atlas.words):
        row = atlas.rows[place]
        borders = [one for one in (row["begins"], row["ends"]) if date(1, 1, 1) < one < NOW]
        days = [None, [date(2004, 6, 1), date(2014, 5, 1), date(2019, 1, 1)][at % 3]]
        days += [one + timedelta(days=more) for one in borders for more in (-1, 0, 1)]
        other = "Punjab" if row["home"] != "Punjab" else "Sindh"
        asked += [(word, province, day) for province in (None, row["home"], other) for day in days]
    frame = pl.DataFrame(asked, schema={"district": TEXT, "province": TEXT, "on_date": pl.Date}, orient="row")
    frame = frame.with_columns(division=pl.lit(None, TEXT), police_station=pl.lit(None, TEXT))
    found = places.resolve(frame, tables)
    keys = text.fold(
        frame["district"].str.replace_all(read_place_patterns(tables).district, "")
    ).to_list()  # of "Khyber District" the name
    seen: set[str] = set()
    for (word, province, day), key, one in zip(asked, keys, found.iter_rows(named=True), strict=True):
        place, codes = atlas.resolved(key, province, day or NOW)
        told = set(one["district_codes"]) & {"RK318", "RK319", "RK335"}
        if place is None:
            coarse = one["place_level"] in ("division",) or "RK320" in one["district_codes"]
            assert one["district"] is None, (word, province, day)
            assert told == codes & {"RK318", "RK319", "RK335"} or coarse, (word, province, day, told, codes)
        else:
            row = atlas.rows[place]
            wanted = (row["district"], row["division"], row["province"], row["pcode"], "district")
            assert (
                tuple(one[name] for name in ("district", "division", "province", "district_pcode", "place_level"))
                == wanted
            ), (word, province, day)
            assert told == codes, (word, province, day)
        seen |= told
    assert seen == {"RK318", "RK319", "RK335"}


def test_a_division_of_a_row_narrows_a_name_of_two_districts(tables: Reference) -> None:
    frame = pl.DataFrame(
        {"district": ["Mirpur", "Mirpur", "East"], "division": ["Mirpur Khas", None, "Karachi"]},
        schema={"district": TEXT, "division": TEXT},
    )
    frame = frame.with_columns(
        province=pl.lit(None, TEXT), police_station=pl.lit(None, TEXT), on_date=pl.lit(None, pl.Date)
    )
    found = places.resolve(frame, tables)
    assert found["district"].to_list() == ["Mirpur Khas", None, "Karachi East"]
    assert found["province"].to_list() == ["Sindh", None, "Sindh"]


def test_every_word_of_a_station_is_the_station_of_its_district_and_of_no_other(tables: Reference) -> None:
    rows = [row for row in tables.stations.iter_rows(named=True) if row["district"]]
    spelt = [
        (word.strip(), row)
        for row in rows
        for name in ("station", "aliases", "urdu")
        for word in (row[name] or "").split(";")
        if word.strip()
    ]
    keys = text.fold(pl.Series([word for word, _ in spelt])).to_list()
    at_home: dict[tuple[str, str, str], set[str]] = {}
    for key, (_, row) in zip(keys, spelt, strict=True):
        at_home.setdefault((row["province"], row["district"], key), set()).add(row["station"])
    asked = [(row["province"], None, row["district"], word, None) for word, row in spelt]
    schema = {"province": TEXT, "division": TEXT, "district": TEXT, "police_station": TEXT, "on_date": pl.Date}
    found = places.resolve(pl.DataFrame(asked, schema=schema, orient="row"), tables)
    for key, (word, row), one in zip(keys, spelt, found.iter_rows(named=True), strict=True):
        stations = at_home[row["province"], row["district"], key]
        if len(stations) == 1:
            assert (one["police_station"], one["place_level"], one["police_station_codes"]) == (
                row["station"],
                "station",
                [],
            ), word
        else:
            assert one["police_station_codes"] == ["RK319"], word
    elsewhere = [one for one in asked if one[2] != "Quetta"][:40]
    moved = places.resolve(
        pl.DataFrame(
            [("Balochistan", None, "Quetta", word, None) for *_, word, _ in elsewhere], schema=schema, orient="row"
        ),
        tables,
    )
    for (*_, word, _), one, key in zip(
        elsewhere,
        moved.iter_rows(named=True),
        text.fold(pl.Series([one[3] for one in elsewhere])).to_list(),
        strict=True,
    ):
        assert one["district"] == "Quetta"
        if ("Balochistan", "Quetta", key) not in at_home and one["place_level"] == "district":
            assert one["police_station_codes"] == ["RK321"], word


@pytest.mark.parametrize(
    ("written", "bare"),
    [("PS City", "City"), ("P.S. City", "City"), ("Police Station City", "City"), ("City PS", "City"), ("City Thana", "City"), ("Thana", "Thana"),
     ("Levies Thana Khuzdar", "Levies Khuzdar"), ("لیویز تھانہ قلات", "لیویز قلات"), ("Levies Station: Nal", "Levies Nal"), ("PS PS City", "City"), ("تھانہ سٹی", "سٹی"), ("Psalm Town", "Psalm Town"), (None, None), ("City,", "City")],
)  # fmt: skip
def test_a_station_is_named_without_the_words_that_say_that_it_is_one(
    written: str | None, bare: str | None, tables: Reference
) -> None:
    assert gazetteer.bare_station(pl.Series([written, "PS X1"], dtype=TEXT), read_place_patterns(tables)).to_list() == [
        bare,
        "X1",
    ]


def test_a_station_of_another_force_is_known_by_its_bare_name_to_that_force_alone(tables: Reference) -> None:
    """A police station Khuzdar and a station Khuzdar of the Levies are two: a case must not go to the other force."""
    rows = tables.stations.filter(kind="levies")
    assert rows.height > 10
    bare = rows["station"].str.replace("Levies ", "")
    known = rows.select("province", "district", division=pl.lit(None, TEXT), on_date=pl.lit(None, pl.Date))

    def found(words: pl.Series, sender: str | None) -> list[str]:
        asked = known.with_columns(words.alias("police_station"))
        return places.resolve(asked, tables, sender)["police_station"].to_list()

    for written in ("Levies Thana " + bare, "Levies Station " + bare, "levies " + bare):
        for sender in (None, "police", "levies"):
            assert found(written, sender) == rows["station"].to_list(), (written[0], sender)
    police = {
        (row["district"], row["station"]) for row in tables.stations.filter(kind="police_station").iter_rows(named=True)
    }
    for form in ("", "PS ", "Thana "):
        assert found(form + bare, "levies") == rows["station"].to_list()
        for sender in (None, "police"):
            for name, district, station in zip(bare, rows["district"], found(form + bare, sender), strict=True):
                assert station == name or (district, station) in police, (form, name, sender)


@pytest.mark.parametrize(
    ("cell", "key", "left", "several"),
    [("Kasur", "kasur", False, False), ("kasur*", "kasur", True, False), ("Kasur (Punjab)", "kasur", True, False), ("Kasur²", "kasur", True, False),
     ("Kasur, Xyz", "kasur", True, False), ("Kasur, Okara", None, False, True), ("Kasur, Kasur", "kasur", True, False), ("Xyz", "xyz", False, False),
     ("a, b, c, Kasur", "kasur", True, False), ("a, b, c, d, Kasur", "abcdkasur", False, False), (None, None, False, False), ("Xyz, Abc", "xyzabc", False, False)],
)  # fmt: skip
def test_a_cell_states_the_one_name_that_it_has(
    cell: str | None, key: str | None, left: bool, several: bool, tables: Reference
) -> None:
    found = gazetteer.stated(
        pl.Series([cell, "okara"], dtype=TEXT), pl.Series(["kasur", "okara"]), read_place_patterns(tables)
    )
    assert found.select("key", "left", "several").rows() == [(key, left, several), ("okara", False, False)]


@pytest.mark.parametrize(
    ("name", "seen"),
    [("GRP LAHORE", "Grp Lahore"), ("Lahore", "Lahore"), ("PS", "PS"), ("GRP Lahore", "GRP Lahore"), (None, None)],
)
def test_capitals_are_shown_in_title_case(name: str | None, seen: str | None) -> None:
    assert pl.DataFrame({"n": [name]}, schema={"n": TEXT}).select(gazetteer.shown(pl.col("n"))).item() == seen


@pytest.mark.parametrize(
    ("cell", "period", "other"),
    [("Kasur 2025", "2026-07", True), ("Kasur 2026", "2026-07", False), ("Kasur", "2026-07", False), ("Kasur 2026", None, True), ("Kasur 2026-27", "2026-07", True),
     ("Kasur 2025-2026", "2026-07", True), ("Kasur 12026", "2026-07", False), (None, "2026-07", False), ("1999 Kasur", "2026-07", True)],
)  # fmt: skip
def test_a_year_beside_a_place_is_another_one_unless_it_is_that_of_the_row(
    cell: str | None, period: str | None, other: bool
) -> None:
    assert gazetteer.of_other_year(pl.Series([cell], dtype=TEXT), pl.Series([period], dtype=TEXT)).to_list() == [other]


# ------------------------------------------------------------------------------------- numbers and years


def likely(one: int, other: int | None, dated: int | None, sent: int | None) -> tuple[bool, bool]:
    """Whether the number is turned round, and whether it stays in doubt."""
    if other is None:
        return False, False
    believed = sent if sent is not None else dated

    def may(year: int) -> bool:
        return believed is None or believed - 5 <= year <= believed

    if dated is not None and dated in (one, other):
        return other == dated != one, False
    turned = (may(other) and not may(one)) or (sent is not None and other == sent != one)
    return turned, may(one) and may(other) and one != other


def test_of_two_readings_the_one_is_taken_that_date_and_file_leave() -> None:
    years = [None, 2019, 2020, 2021, 2025, 2026, 2027]
    asked = [
        (one or 2010, other, dated, sent)
        for one, other, dated, sent in product(years, years, [None, 2020, 2026], [None, 2025, 2026])
    ]
    frame = pl.DataFrame(
        asked, schema=dict.fromkeys(("fir_year", "other_year", "dated", "sent"), pl.Int32), orient="row"
    )
    cleaned = frame.select(fir_no=pl.lit("one"), fir_year="fir_year", other_no=pl.when(pl.col("other_year").is_not_null()).then(pl.lit("other")),
                           other_year="other_year", codes=pl.lit(["RK311", "RK366"]), suggestion=pl.lit("old"))  # fmt: skip
    found = fir.with_likely_year(cleaned, frame["dated"], frame["sent"])
    assert found.columns == cleaned.columns
    for (one, other, dated, sent), row in zip(asked, found.iter_rows(named=True), strict=True):
        turned, doubtful = likely(one, other, dated, sent)
        no, year = ("other", other) if turned else ("one", one)
        assert (row["fir_no"], row["fir_year"]) == (no, year), (one, other, dated, sent)
        assert row["codes"] == [*([] if turned else ["RK311"]), "RK366", *(["RK360"] if doubtful else [])]
        assert row["suggestion"] == (f"{no}/{year}" if doubtful else "old")
    plain = cleaned.with_columns(other_year=pl.lit(None, pl.Int32))
    assert fir.with_likely_year(plain, frame["dated"], frame["sent"]).equals(plain)


@pytest.mark.parametrize("stated", [None, 2025, 2026])
@pytest.mark.parametrize("year", [None, 2025, 2026])
def test_a_stated_year_answers_for_a_missing_one_and_differs_or_not(stated: int | None, year: int | None) -> None:
    cleaned = pl.DataFrame(
        {"fir_year": [year], "codes": [["RK311", "RK366"]]}, schema={"fir_year": pl.Int32, "codes": pl.List(TEXT)}
    )
    codes = fir.with_stated_year(cleaned, pl.Series([stated], dtype=pl.Int32))["codes"].to_list()[0]
    differ = stated is not None and year is not None and stated != year
    assert codes == [*(["RK311"] if stated is None else []), "RK366", *(["RK368"] if differ else [])]


@pytest.mark.parametrize(("last", "count"), [(101, 2), (102, 3), (120, 21), (121, 2), (99, 2), (100, 1)])
def test_a_range_of_numbers_has_those_between_when_it_is_no_longer_than_anybody_quotes(
    last: int, count: int, tables: Reference
) -> None:
    refs = fir_quotes.references(pl.Series([f"FIR 100 to {last}/24 PS City Gujrat"]), tables)["refs"].to_list()[0]
    expected = [str(at) for at in range(100, last + 1)] if count == last - 99 else ["100", str(last)]
    assert [ref["fir_no"] for ref in refs] == expected
    assert {(ref["fir_year"], ref["police_station"], ref["district"]) for ref in refs} == {(2024, "City", "Gujrat")}


def test_texts_without_numbers_stand_where_they_stood(tables: Reference) -> None:
    cells = pl.Series(
        [None, "FIR 12/26 PS City Gujrat", "traced", "FIR 13 PS Saddar", "FIR 7/25 PS Cantt and FIR 8/25 PS City"]
    )
    found = fir_quotes.references(cells, tables)
    assert [[ref["fir_no"] for ref in refs] for refs in found["refs"].to_list()] == [[], ["12"], [], ["13"], ["7", "8"]]
    assert found["codes"].to_list() == [[], [], ["RK336"], ["RK311"], []]
    quoted = fir_quotes.quoted(cells, tables)["refs"].to_list()
    assert [[ref["police_station"] for ref in refs] for refs in quoted] == [[], ["City"], [], [], ["Cantt", "City"]]


@pytest.mark.parametrize(
    ("cell", "counted"),
    [
        ("1) Aslam 2) Imran", [(1, "Aslam"), (2, "Imran")]), ("1. Aslam 2. Imran", [(1, "Aslam"), (2, "Imran")]), ("(1) Aslam (2) Imran", [(1, "Aslam"), (2, "Imran")]),
        ("1- Aslam; 2- Imran", [(1, "Aslam"), (2, "Imran")]), ("#1 Aslam #2 Imran", [(1, "Aslam"), (2, "Imran")]), ("A-1 Aslam A-2 Imran", [(1, "Aslam"), (2, "Imran")]),
        ("i) Aslam ii) Imran iii) Zia", [(1, "Aslam"), (2, "Imran"), (3, "Zia")]), ("a) Aslam b) Imran", [(1, "Aslam"), (2, "Imran")]), ("1:20 2:21", [(1, "20"), (2, "21")]),
        ("A. Aslam; B. Imran", [(1, "Aslam"), (2, "Imran")]), ("1) Aslam", None), ("Aslam", None), (None, None), ("2) Imran 3) Zia", None), ("a. Aslam b. Imran", [(1, "Aslam"), (2, "Imran")]),
        ("01) Aslam 02) Imran", [(1, "Aslam"), (2, "Imran")]), ("2) Imran 1) Aslam", [(2, "Imran"), (1, "Aslam")]),
    ],
)  # fmt: skip
def test_a_cell_that_counts_is_read_as_its_numbers_and_their_values(
    cell: str | None, counted: list[tuple[int, str]] | None
) -> None:
    found = numbers.read(pl.Series([None, cell, "x", "1) a 2) b"], dtype=TEXT))
    one = found.row(1, named=True)
    assert (None if one["numbers"] is None else list(zip(one["numbers"], one["values"], strict=True))) == counted
    assert found.rows()[0] == (None, None)
    assert found.rows()[3] == ([1, 2], ["a", "b"])


@pytest.mark.parametrize(
    ("cell", "name", "count"),
    [("Kasur*", "Kasur", "Kasur"), ("Kasur (1)", "Kasur", "Kasur (1)"), ("* Kasur", "Kasur", "Kasur"), ("Kasur (a)", "Kasur", "Kasur"), ("Kasur", "Kasur", "Kasur"),
     ("12*", "12", "12"), ("12 (3)", "12", "12 (3)"), ("12²", "12", "12"), ("*", "*", "*"), (None, None, None)],
)  # fmt: skip
def test_the_mark_of_a_footnote_is_taken_off_a_name_and_a_count(
    cell: str | None, name: str | None, count: str | None
) -> None:
    cells = pl.Series([cell, "x"], dtype=TEXT)
    for read, expected in ((numbers.names, name), (numbers.counts, count)):
        values, marked = read(cells)
        assert values.to_list() == [expected, "x"]
        assert marked.to_list() == [expected != cell, False]
    assert cell is None or numbers.without_marks(cell) == name


# ------------------------------------------------------------------------------------------------ sections


@pytest.mark.parametrize(
    ("token", "key", "form"),
    [("302", "302", "302"), ("365-B", "365B", "365-B"), ("365 B", "365B", "365-B"), ("3(1)", "3.1", "3(1)"), ("31", "31", "31"), ("337-A(I)", "337AI", "337-A(i)"),
     ("9(1)(3)(C)", "9.1.3C", "9(1)(3)(c)"), ("365-B(1)(A)", "365B1A", "365-B(1)(a)"), ("23 (I)(A)", "23IA", "23(i)(a)"), ("1(2)(3)(4)(5)", "1.2.3.4.5", "1(2)(3)(4)(5)")],
)  # fmt: skip
def test_a_section_has_one_key_however_it_is_spaced_and_is_written_as_the_reference_writes(
    token: str, key: str, form: str
) -> None:
    frame = pl.DataFrame({"t": [token]})
    assert frame.select(statutes._key(pl.col("t")), form=statutes._form(pl.col("t"))).row(0) == (key, form)


def test_sections_that_the_reference_knows_as_one_are_one_and_a_figure_behind_is_a_clause(tables: Reference) -> None:
    def read(*tokens: tuple[int, str, str]) -> list[tuple[int, str]]:
        rows = [(row, at, act, token) for at, (row, act, token) in enumerate(tokens)]
        frame = pl.DataFrame(rows, schema={"row": pl.Int64, "at": pl.Int64, "act": TEXT, "token": TEXT}, orient="row")
        return statutes.canonical(frame, tables).select("row", "section").rows()

    assert read((0, "CrPC", "107"), (0, "CrPC", "151")) == [(0, "107/151")]
    assert read((0, "CrPC", "107"), (1, "CrPC", "151")) == [(0, "107"), (1, "151")]
    assert read((0, "CrPC", "107"), (0, "PPC 1860", "151")) == [(0, "107"), (0, "151")]
    assert read((0, "PPC 1860", "506"), (0, "PPC 1860", "2"), (0, "PPC 1860", "34")) == [(0, "506(ii)"), (0, "34")]
    assert read((0, "PPC 1860", "506"), (1, "PPC 1860", "2")) == [(0, "506"), (1, "2")]
    assert read((0, "PPC 1860", "302"), (0, "PPC 1860", "2")) == [(0, "302"), (0, "2")]
    assert read((3, "PPC 1860", "506B"), (3, "PPC 1860", "302")) == [(3, "506(ii)"), (3, "302")]


# ------------------------------------------------------------------------------------- what strayed into a text


def shown(how: pl.Expr, *cells: str | None) -> list[Any]:
    return pl.DataFrame({"v": list(cells)}, schema={"v": TEXT}).select(how).to_series().to_list()


def test_of_words_that_nobody_knows_their_initials_stay_and_no_long_number() -> None:
    value, known = pl.col("v"), pl.Series(["report", "of"])
    assert shown(pii_scan.initials(value), "Ali Khan 5", "D'Souza", "علی", None) == ["A. K. 5", "D.", "ع.", None]
    assert shown(pii_scan.unnamed(value, known), "Report of Ali 12345678", "x y", "REPORT", None) == [
        "Report of A. *******",
        "x y",
        "REPORT",
        None,
    ]
    strayed = pii_scan.unstrayed(value, known, pl.Series(["ali town"]))
    assert shown(strayed, "Ali Town", "Ali Town 2", "of Ali") == ["Ali Town", "A. T. 2", "of A."]


@pytest.mark.parametrize(
    ("cell", "seen"),
    [("35202-1234567-1", "*****-*******-1"), ("1234567", "*******"), ("123456", "123456"), ("03-04-2026 12.30", "03-04-2026 12.30"), ("2026-04-03", "2026-04-03"),
     ("0300 123 45 67", "*******"), ("12 34 56 78 90", "12 34 56 78 90"), ("12 34 56 78 90 1", "*******"), ("no 12", "no 12"), (None, None)],
)  # fmt: skip
def test_a_number_as_long_as_a_card_or_a_telephone_is_hidden_and_a_date_is_not(
    cell: str | None, seen: str | None
) -> None:
    assert shown(pii_scan.unnumbered(pl.col("v")), cell) == [seen]


@pytest.mark.parametrize(
    ("cell", "seen"),
    [
        ("3.4.1990", "*.*.****"),
        ("born 3/4/90 x", "xxxx */*/** x"),
        ("3 March 1990", "* xxxxx ****"),
        ("March 3, 1990", "xxxxx *, ****"),
        ("12/26", "12/26"),
        ("Kasur 3", "Kasur 3"),
        (None, None),
    ],
)
def test_a_day_is_shown_by_its_shape_alone(cell: str | None, seen: str | None) -> None:
    assert shown(pii_scan.undated(pl.col("v")), cell) == [seen]


def test_a_code_of_a_sender_stands_often_or_is_a_slip_and_names_nobody(tables: Reference) -> None:
    called, plain = pii_scan.names(tables), pii_scan.words(tables)
    assert "aslam" in called.to_list()
    assert not set(called) & set(plain)
    assert {"police", "lahore"} & set(plain.to_list())
    assert "lahore" in pii_scan.places(tables).to_list()
    rows = [
        ("qqx", True, None, True), ("qqx", False, None, False), ("police", False, None, True), ("Aslam", True, None, False), ("qqx 1234567", True, None, False),
        ("qq\nxx", True, None, False), ("Challn", False, "Challan", True), ("Challn qqx", False, "Challan", False), ("qqx", None, None, False),
    ]  # fmt: skip
    frame = pl.DataFrame(
        [row[:3] for row in rows], schema={"value": TEXT, "often": pl.Boolean, "suggestion": TEXT}, orient="row"
    )
    assert [bool(one) for one in pii_scan.codes(frame, tables)] == [row[3] for row in rows]
    slip = pl.DataFrame({"v": ["a b", "a", "a b", None], "s": ["c d", "c d", None, "c"]}).select(
        pii_scan.slip(pl.col("v"), pl.col("s"))
    )
    assert slip.to_series().to_list() == [True, False, False, False]


# ------------------------------------------------------------------------------------------------ name keys


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Zaffar", "Zafar", True), ("Phool", "Fool", True), ("Ghani", "Gani", True), ("Abdul Ghani", "Abdulghani", True), ("Abdur Rahman", "Abd ur Rahman", True),
        ("Qasim Xx", "Kasim Xx", True), ("Emran", "Imran", True), ("Omar", "Umar", True), ("Aslam", "Islam", False), ("Noor ul Haq", "Noor Haq", True),
        ("Sharif", "Zarif", False), ("Bilal", "Bilall", True), ("Wzz", "Vzz", True), ("Chqq", "Shqq", False),
    ],
)  # fmt: skip
def test_spellings_of_one_sound_have_one_skeleton_and_others_have_not(one: str, other: str, same: bool) -> None:
    first, second = name_keys.skeleton(pl.Series([one, other])).to_list()
    assert (first == second) is same
    assert name_keys.skeleton(pl.Series([None, "12", "aeiou"], dtype=TEXT)).to_list()[:2] == [None, None]


# ------------------------------------------------------------------------ what one cell or row says of another


def test_the_order_of_the_reference_says_nothing_of_a_place(tables: Reference) -> None:
    turned = replace(tables, districts=tables.districts.reverse())
    words = tables.districts.filter(
        pl.col("parent").is_not_null() | pl.col("valid_to").is_not_null() | pl.col("valid_from").is_not_null()
    )
    asked = [(province, None, district, None, day) for province, district in words.select("province", "district").rows()
             for day in (None, date(2009, 6, 1), date(2016, 6, 1), date(2020, 6, 1))]  # fmt: skip
    schema = {"province": TEXT, "division": TEXT, "district": TEXT, "police_station": TEXT, "on_date": pl.Date}
    frame = pl.DataFrame(asked, schema=schema, orient="row")
    columns = ["province", "division", "district", "place_level", "codes"]
    assert places.resolve(frame, turned).select(columns).equals(places.resolve(frame, tables).select(columns))


def test_without_a_district_a_station_is_the_only_one_of_its_name_in_the_province(tables: Reference) -> None:
    rows = [row for row in tables.stations.iter_rows(named=True) if row["district"]]
    keys = text.fold(pl.Series([row["station"] for row in rows])).to_list()
    words: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for row in rows:
        spelt = [
            word.strip()
            for name in ("station", "aliases", "urdu")
            for word in (row[name] or "").split(";")
            if word.strip()
        ]
        for key in text.fold(pl.Series(spelt)).to_list():
            words.setdefault((row["province"], key), set()).add((row["district"], row["station"]))
    schema = {"province": TEXT, "division": TEXT, "district": TEXT, "police_station": TEXT, "on_date": pl.Date}
    asked = [(row["province"], None, None, row["station"], None) for row in rows]
    found = places.resolve(pl.DataFrame(asked, schema=schema, orient="row"), tables)
    alone = 0
    for row, key, one in zip(rows, keys, found.iter_rows(named=True), strict=True):
        if len(words[row["province"], key]) == 1:
            assert (one["district"], one["police_station"], one["place_level"]) == (
                row["district"],
                row["station"],
                "station",
            )
            alone += sum(province != row["province"] for province, name in words if name == key)
        else:
            assert (one["district"], one["police_station_codes"]) == (None, ["RK319"])
    assert alone, "names that other provinces have as well"


def test_a_word_that_is_a_districts_own_name_and_a_local_alias_of_it_is_clear(tables: Reference) -> None:
    own = pl.when(pl.col("district") == "Kasur").then(pl.lit("Kasur")).otherwise("local_aliases").alias("local_aliases")
    ours = replace(tables, districts=tables.districts.with_columns(own))
    frame = pl.DataFrame({"district": ["Kasur"]}).with_columns(
        province=pl.lit(None, TEXT),
        division=pl.lit(None, TEXT),
        police_station=pl.lit(None, TEXT),
        on_date=pl.lit(None, pl.Date),
    )
    assert places.resolve(frame, ours)["district"].to_list() == ["Kasur"]


def test_the_act_of_one_cell_says_nothing_of_the_sections_of_another(tables: Reference) -> None:
    cells = ["302", "7 ATA", "324", "PPC 34, 109", "11", "ATA 9", None, "148"]
    found = offences.parse(pl.Series(cells), tables)
    acts = [[one["act"] for one in charges] for charges in found["charges"].to_list()]
    alone = [
        [one["act"] for one in offences.parse(pl.Series([cell], dtype=TEXT), tables)["charges"].to_list()[0]]
        for cell in cells
    ]
    assert acts == alone
    assert acts == [
        ["PPC 1860"],
        ["ATA 1997"],
        ["PPC 1860"],
        ["PPC 1860"] * 2,
        ["PPC 1860"],
        ["ATA 1997"],
        [],
        ["PPC 1860"],
    ]
    assert ["RK316" in codes for codes in found["codes"].to_list()] == [
        True,
        False,
        True,
        False,
        True,
        False,
        False,
        True,
    ]


def test_a_name_of_one_consonant_has_a_skeleton() -> None:
    assert name_keys.skeleton(pl.Series(["Bo", "Zoe", "A"])).to_list() == ["b", "z", "a"]


@pytest.mark.parametrize(
    ("district", "written", "station", "codes"),
    [("Zhob", "Levies Zhob (Police Post Adda)", "Levies Zhob", ["RK375"]), ("Zhob", "Levies Thana Zhob [Post Adda]", "Levies Zhob", ["RK375"]),
     ("Zhob", "Levies Nowhere (Post Adda)", "Levies Nowhere (Post Adda)", ["RK321"]), ("Zhob", "Levies Zhob (Zhob)", "Levies Zhob", [])],
)  # fmt: skip
def test_what_stands_in_brackets_behind_a_listed_station_is_told(
    district: str, written: str, station: str, codes: list[str], tables: Reference
) -> None:
    none = pl.lit(None, TEXT)
    asked = pl.DataFrame({"district": [district], "police_station": [written]})
    found = places.resolve(asked.with_columns(province=none, division=none, on_date=pl.lit(None, pl.Date)), tables)
    assert found.select("police_station", "codes").row(0) == (station, codes)
