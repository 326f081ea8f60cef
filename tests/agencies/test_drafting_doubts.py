"""What a draft may say by itself, and what it has to ask."""

from __future__ import annotations

from pathlib import Path

from agencies.test_drafting_strangers import drafted

STATIONS = [("Millat Town", "Faisalabad"), ("City Jhang", "Jhang"), ("Gojra", "Toba Tek Singh"), ("Lalian", "Chiniot")]


def written(folder: Path, name: str, rows: list[list[str]]) -> list[Path]:
    path = folder / name
    path.write_text("".join(",".join(row) + "\n" for row in rows), encoding="utf-8")
    return [path]


def register(header: list[str], *cells: str) -> list[list[str]]:
    """Twenty rows with a number, a date, and {0} (station), {1} (district) in the cells."""
    rows = [
        [f"{n + 1}/2026", f"{n + 8:02}/08/2026", *(cell.format(*STATIONS[n % 4]) for cell in cells)] for n in range(20)
    ]
    return [header, *rows]


def test_a_word_that_is_only_like_a_status_is_no_alias(tmp_path: Path) -> None:
    header = ["FIR No", "Date", "Police Station", "District", "Status"]
    text, agency, _ = drafted(written(tmp_path, "a_2026-08.csv", register(header, "{0}", "{1}", "Converted")), tmp_path)
    status = next(one for one in agency.formats[0].columns if one.field == "status")
    assert status.values == {}
    assert '? like a known status, but not sure; take over what is right: "Converted" = "convicted"' in text


def test_a_draft_quotes_no_value_that_may_be_a_name(tmp_path: Path) -> None:
    """A code of the sender's stands in many rows; a name in the wrong column stands in one, or is a known name."""
    header = ["FIR No", "Date", "Police Station", "District", "Status"]
    rows = register(header, "{0}", "{1}", "Pending")
    for at, status in enumerate(["Zqlost", "PENDING Zqlost", "35202-1234567-1", "35202-1234567-1", "Naveed", "Naveed"], 1):
        rows[at][-1] = status
    rows[-1][-1] = rows[-2][-1] = "Zqcode"
    text, _, _ = drafted(written(tmp_path, "a_2026-08.csv", rows), tmp_path)
    assert '? values that are no known status: "Zqcode"' in text
    assert "more that is no known status and may name somebody: see rows 2, 3, 4, 5, 6, 7 of a_2026-08.csv" in text
    assert not [word for word in ("Zqlost", "1234567", "Naveed") if word in text]


def test_a_draft_quotes_a_head_that_may_be_a_name_by_its_row(tmp_path: Path) -> None:
    """Heads of a statement stand once each: those of known words are quoted, and those that are one slip from them."""
    odd = ["Atempt to Murder", "Motor Robbery", "Murder Zqlost", "Zqlost", "Attempt to\nMurder Zqlost", "Murder Naveed", "Murder 35202-1234567-1"]
    rows = [[head, "3", "4"] for head in ("Murder", "Robbery", "Dacoity", "Theft", "Rape", *odd)]
    quoted = [[f'"{row[0]}"', *row[1:]] for row in rows]
    text, _, _ = drafted(written(tmp_path, "a_2026-08.csv", [["Crime Head", "Jhang", "Chiniot"], *quoted]), tmp_path)
    assert all(word in text for word in ("Atempt to Murder", "Motor Robbery"))
    assert "more that is no known head and may name somebody: see rows 9, 10, 11, 13, 14 of a_2026-08.csv" in text
    assert not [word for word in ("Zqlost", "1234567", "Naveed") if word in text]


def test_a_draft_quotes_no_letterhead_and_nothing_beside_a_total(tmp_path: Path) -> None:
    rows = [["District Jhang by Zqlost", "", ""], ["Crime Head", "Jan", "Feb"], ["Murder", "3", "4"], ["Robbery", "7", "1"]]
    text, _, _ = drafted(written(tmp_path, "a_2026.csv", [*rows, ["Theft", "1", "1"], ["Total of Zqlost", "11", "6"]]), tmp_path)
    assert "row 1 says so" in text
    assert '# rows or columns with a total were seen ("total")' in text.lower()
    assert "Zqlost" not in text


def test_a_slip_in_a_status_is_an_alias(tmp_path: Path) -> None:
    header = ["FIR No", "Date", "Police Station", "District", "Status"]
    rows = register(header, "{0}", "{1}", "Under Investigatoin")
    _, agency, _ = drafted(written(tmp_path, "a_2026-08.csv", rows), tmp_path)
    status = next(one for one in agency.formats[0].columns if one.field == "status")
    assert status.values == {"Under Investigatoin": "under_investigation"}


def test_names_do_not_say_whose_they_are(tmp_path: Path) -> None:
    header = ["FIR No", "Date", "Police Station", "District", "Title"]
    rows = register(header, "{0}", "{1}", "Naveed Gul S/O Nazir Hussain")
    text, agency, _ = drafted(written(tmp_path, "a_2026-08.csv", rows), tmp_path)
    assert not {"complainant", "accused", "victim", "witness"} & {one.field for one in agency.formats[0].columns}
    assert '# { headers = ["Title"], reason = "..." }' in text
    assert "could be complainant, accused, victim, witness" in text


def test_a_station_and_a_district_in_one_cell_are_split(tmp_path: Path) -> None:
    header = ["FIR No", "Date", "Station / District", "U/S"]
    rows = register(header, "{0} / {1}", "379 PPC")
    _, agency, _ = drafted(written(tmp_path, "a_2026-08.csv", rows), tmp_path)
    assert {"police_station", "district"} <= set(agency.formats[0].fields)
    (split,) = agency.formats[0].reshape.split
    assert (split.field, split.otherwise) == ("_district", "police_station")


def test_the_words_of_a_service_say_which_date_is_which(tmp_path: Path) -> None:
    header = ["Case Code", "Intake Date", "Service", "Service Start", "Service End"]
    rows = [[f"SH-{n}", "01 Jul 2026", "Shelter", "02 Jul 2026", f"{n + 3:02} Jul 2026"] for n in range(1, 21)]
    _, agency, _ = drafted(written(tmp_path, "home_2026-07.csv", [header, *rows]), tmp_path)
    headers = {one.field: one.headers for one in agency.formats[0].columns}
    assert (headers["started_on"], headers["ended_on"]) == (("Service Start",), ("Service End",))
    assert "follow_up_on" not in headers


def test_a_list_without_a_role_needs_one_line(tmp_path: Path) -> None:
    header = ["Person", "Father", "CNIC", "FIR", "Year", "Thana", "Zila"]
    rows = [["Naveed Gul", "Nazir", f"33100-123456{n % 10}-1", str(n), "2026", *STATIONS[n % 4]] for n in range(1, 21)]
    text, _, _ = drafted(written(tmp_path, "people_2026-08.csv", [header, *rows]), tmp_path)
    line = '# constants = { role = "accused" }'
    assert line in text.splitlines()


def test_letterhead_and_file_name_say_what_no_column_says(tmp_path: Path) -> None:
    months = [["Crime Head", "Jan", "Feb", "Mar"], ["Murder", "3", "4", "5"], ["Robbery", "7", "1", "2"], ["Dacoity", "0", "1", "1"]]
    (tmp_path / "one").mkdir()
    letterhead = [["District Jhang: statement of 2026", "", "", ""], *months]
    _, agency, _ = drafted(written(tmp_path / "one", "heads_2026.csv", letterhead), tmp_path / "one")
    assert agency.formats[0].constants == {"district": "Jhang"}
    (tmp_path / "two").mkdir()
    rows = [["Month", "Faisalabad", "Jhang", "Chiniot"], *[[f"{m} 2026", "3", "1", "2"] for m in ("January", "February", "March")]]
    _, agency, _ = drafted(written(tmp_path / "two", "kidnapping_by_district.csv", rows), tmp_path / "two")
    assert agency.formats[0].constants == {"head": "Kidnapping"}


def test_heads_with_their_sections_are_heads(tmp_path: Path) -> None:
    rows = [["District", "Murder (302)", "Robbery (392)"], ["Faisalabad", "3", "4"], ["Jhang", "5", "6"], ["Chiniot", "1", "1"]]
    _, agency, _ = drafted(written(tmp_path, "statement_2026-08.csv", rows), tmp_path)
    assert agency.formats[0].reshape.unpivot is not None
    assert agency.formats[0].reshape.unpivot.known == ("heads",)
