"""Encodings: proved where possible, guessed by name where not, and never mixed quietly."""

from __future__ import annotations

import codecs

import pytest
from looking import cells, codes, names, rows, table

URDU = "نام;ضلع;تاریخ\nمحمد اسلم;لاہور;۱۲\nعلی رضا;گوجرانوالہ;۱۳\n"
# What cp1256 can write: it has no ی and no ۱.
ARABIC = "نام;ضلع;تاريخ\nمحمد اسلم;لاھور;12\nعلي رضا;گوجرانوالہ;13\nغلام رسول;سرگودھا;14\nخدا بخش;ملتان;15\n"
PLAIN = ARABIC.replace("ھ", "ه").replace("گ", "ك").replace("ہ", "ه")  # ISO 8859-6 has no letter of Urdu only
MAC = ARABIC.replace("ھ", "ه").replace("ہ", "ه").replace("13", "۱۳".translate({0x6F1: "١", 0x6F3: "٣"}))
LATIN = "name;place\nJosé;Lahore\nRené – “x”;Multan\n"


@pytest.mark.parametrize(
    ("encoding", "bom"),
    [
        ("utf-8", b""), ("utf-8", codecs.BOM_UTF8), ("utf-16-le", b""), ("utf-16-be", b""),
        ("utf-16-le", codecs.BOM_UTF16_LE), ("utf-16-be", codecs.BOM_UTF16_BE),
        ("utf-32-le", codecs.BOM_UTF32_LE), ("utf-32-be", codecs.BOM_UTF32_BE),
    ],
)  # fmt: skip
@pytest.mark.parametrize("text", [URDU, LATIN, "a;b\n1;2\n"], ids=["urdu", "latin", "ascii"])
def test_every_unicode_form_is_proved_and_read(read, encoding, bom, text):
    file = read(bom + text.encode(encoding))
    assert cells(file) == [line.split(";") for line in text.splitlines()]
    assert file.encoding == encoding
    assert not file.issues.height


@pytest.mark.parametrize(
    ("encoding", "text"), [("cp1252", LATIN), ("cp1256", ARABIC), ("iso8859-6", PLAIN), ("mac_arabic", MAC)]
)
def test_a_code_page_is_guessed_by_name(read, encoding, text):
    file = read(text.encode(encoding))
    assert cells(file) == [line.split(";") for line in text.splitlines()]
    assert file.encoding == encoding
    assert names(file) == {"RK129"}
    where = text.encode(encoding).index(next(b for b in text.encode(encoding) if b > 127))
    assert f"byte {where} " in file.issues.get_column("detail").item()


@pytest.mark.parametrize(
    ("encoding", "text"), [("cp1252", LATIN), ("cp1256", ARABIC), ("iso8859-6", PLAIN), ("mac_arabic", MAC)]
)
def test_a_declared_code_page_is_no_guess(read, encoding, text):
    file = read(text.encode(encoding), encoding=encoding)
    assert cells(file) == [line.split(";") for line in text.splitlines()]
    assert not file.issues.height


def test_proof_beats_the_declaration_and_says_so(read):
    file = read(URDU.encode(), encoding="cp1256")
    assert cells(file)[1][0] == "محمد اسلم"
    assert names(file) == {"RK109"}


def test_a_wrong_declaration_of_utf8_is_named(read):
    file = read(ARABIC.encode("cp1256"), encoding="utf-8")
    assert cells(file)[1][0] == "محمد اسلم"
    assert names(file) == {"RK109", "RK129"}


@pytest.mark.parametrize("body", ["é", "x"], ids=["utf-8", "ascii"])
def test_one_bad_byte_deep_in_a_large_file_costs_its_row_only(read, body):
    lines = [f"{n},{body}{n},Lahore" for n in range(200_000)]
    data = "\n".join(["no,name,place", *lines, ""]).encode()
    at = data.index(b"150000,") + 7
    damaged = data[:at] + b"\x92" + data[at + 1 :]
    file = read(damaged)
    assert (150_002, "RK110") in codes(file)
    assert file.sheets[0].height == 200_000
    assert file.sheets[0].ragged().get_column("row").to_list() == [150_002]
    first = file.issues.filter(file.issues["row"].is_null()).get_column("detail").item()
    assert "line 150002" in first


def test_a_file_of_two_encodings_is_read_line_by_line_and_names_byte_and_line(read):
    good = "".join(f"{n},محمد {n}\n" for n in range(50)).encode()
    bad = "".join(f"{n},José {n}\n" for n in range(50)).encode("cp1252")
    file = read(b"no,name\n" + good + bad)
    assert cells(file) == [["no", "name"], *[[f"{n}", f"{name} {n}"] for name in ("محمد", "José") for n in range(50)]]
    assert codes(file) == [(None, "RK115"), *[(n, "RK115") for n in range(52, 102)]]
    detail = file.issues.get_column("detail").to_list()[0]
    assert "line 52" in detail
    assert f"byte {len(good) + 8 + 5}" in detail


def test_lines_of_two_encodings_may_alternate_over_blocks_and_chunks(read):
    count = 150_000
    lines = [f"{n},محمد عثمان علي {n}\n".encode("cp1256" if n % 3 == 0 else "utf-8") for n in range(count)]
    file = read(b"no,name\n" + b"".join(lines))
    assert table(file).get_column("c2").to_list() == ["name", *[f"محمد عثمان علي {n}" for n in range(count)]]
    named = file.issues.filter(file.issues["row"].is_not_null()).get_column("row").to_list()
    assert named == list(range(2, count + 2, 3))


def test_a_line_that_holds_both_encodings_is_set_apart(read):
    utf8 = "".join(f"{n},محمد,صدر\n" for n in range(9)).encode()
    old = "".join(f"{n},علي رضا,اسلم خان\n" for n in range(9)).encode("cp1256")
    file = read(b"no,name,place\n" + utf8 + old + "9,محمد,".encode() + "اسلم خان\n".encode("cp1256"))
    assert file.sheets[0].ragged().get_column("row").to_list() == [20]
    assert (20, "RK110") in codes(file)


def test_many_torn_lines_of_utf8_are_damage_and_no_second_encoding(read):
    torn = "گوجرانوالہ سرگودھا".encode()[:-1]
    lines = [b"%d," % n + (torn if n % 5 == 0 else torn[:-1]) + b"\n" for n in range(100)]
    file = read(b"no,name\n" + b"".join(lines))
    assert names(file) == {"RK110"}
    assert file.sheets[0].ragged().height == 20


def test_one_letter_that_is_utf8_by_chance_does_not_make_a_file_of_two_encodings(read):
    text = ARABIC + "عک;x;1\n" + ARABIC * 5  # ع and ک in cp1256 are also one letter in UTF-8
    file = read(text.encode("cp1256"))
    assert cells(file) == [line.split(";") for line in text.splitlines()]
    assert names(file) == {"RK129"}


def test_a_file_that_is_wholly_in_an_unknown_encoding_is_not_called_mixed(read):
    file = read("no;name\n1;محمد عثمان\n2;سلمان علي\n".encode("cp720"))
    assert names(file) == {"RK147", "RK110"}


def test_words_that_two_encodings_know_are_read_with_a_flag(read):
    file = read("no;name\n1;محمد\n".encode("cp1256"))
    assert cells(file)[1] == ["1", "محمد"]
    assert names(file) == {"RK129", "RK146"}


def test_joined_shapes_are_noted_once_with_their_first_line_and_kept_as_sent(read):
    file = read("no,name\n1,علی\n2,ﻣﺤﻤﺪ\n3,ﺻﺪﺭ\n".encode())
    assert cells(file)[2:] == [["2", "ﻣﺤﻤﺪ"], ["3", "ﺻﺪﺭ"]]
    assert file.issues.select("row", "code", "detail").rows() == [
        (None, "RK148", "first in line 3")
    ]


def test_joined_shapes_are_noted_once_per_sheet_of_a_workbook(read):
    file = read("<table><tr><td>no</td></tr><tr><td>ﻣﺤﻤﺪ</td></tr><tr><td>ﺻﺪﺭ</td></tr></table>".encode(), "x.html")
    assert [row for row in file.issues.select("code", "detail").rows() if row[0] == "RK148"] == [
        ("RK148", "first in row 2")
    ]


def test_a_bad_byte_is_shown_as_its_number(read):
    file = read("a,b\né,1\nü,2\nx".encode() + b"\xff,4\n")
    assert file.sheets[0].ragged().get_column("raw").to_list() == ["x\\xff,4"]


def test_half_a_character_at_the_end_of_utf16_is_named(read):
    file = read(("a;b\n1;2\n3;4").encode("utf-16")[:-1])
    assert (3, "RK110") in codes(file)
    assert [row[0] for row in rows(file)] == [1, 2]


def test_bytes_that_the_declared_code_page_does_not_have_are_set_apart(read):
    file = read("name;place\nJosé;x\n".encode("cp1252") + b"a\x81;b\n", encoding="cp1252")
    assert codes(file) == [(3, "RK110")]


def test_utf16_over_chunk_borders(read):
    text = "no,name\r\n" + "".join(f"{n},علی {n}\r\n" for n in range(400_000))
    file = read(text.encode("utf-16"))
    assert file.sheets[0].height == 400_001
    assert file.sheets[0].tail(1).row(0) == (400_001, "399999", "علی 399999")
