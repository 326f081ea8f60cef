"""A register with roman Urdu headers and words is read as one with English or Urdu ones."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import recordkit as rk

REGISTER = """\
Muqadma No,Tareekh Indraj,Thana,Zila,Jurm Daf'at,Mudai,Mulzaman,Halat Muqadma
123/26,12-03-2026,City,{district},302/34 PPC,Muhammad Akram s/o Ghulam Nabi,1. Asif s/o Bashir 2. Imran s/o Bashir,Zer tafteesh
124/26,13-03-2026,Saddar,{district},379 PPC,Abdul Rehman s/o Karim,Namaloom,Chalan mukammal
"""


def test_a_register_with_roman_urdu_headers_is_accepted_whole(tmp_path: Path) -> None:
    (tmp_path / "register.csv").write_text(REGISTER.format(district="Kasur"), encoding="utf-8")
    result = rk.validate(tmp_path / "register.csv", show_values=True)
    cases = result.tables["cases"].sort("fir_no")
    assert cases["fir_no"].to_list() == ["123", "124"]
    assert cases["registered_on"].to_list() == [date(2026, 3, 12), date(2026, 3, 13)]
    assert cases["status"].to_list() == ["under_investigation", "challan_complete"]
    persons = result.tables["persons"].filter(role="accused").drop_nulls("name")
    assert sorted(persons["name"].to_list()) == ["Asif", "Imran"]
    assert result.quarantined.is_empty()


def test_a_province_is_taken_from_the_districts_and_not_from_the_headers(tmp_path: Path) -> None:
    (tmp_path / "register.csv").write_text(REGISTER.format(district="Charsadda"), encoding="utf-8")
    result = rk.validate(tmp_path / "register.csv", show_values=True)
    assert set(result.tables["cases"]["province"].to_list()) <= {"Khyber Pakhtunkhwa"}
