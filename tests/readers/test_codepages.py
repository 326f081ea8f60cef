"""Laws of guessing an encoding: a text comes back as it was written, or the reading says that it may not be."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given
from hypothesis import strategies as st
from looking import cells, names
from test_properties import opened

from recordkit.readers import encodings
from tried import examples

WORDS = ["محمد", "علی", "خان", "احمد", "اسلم", "رضا", "غلام", "رسول", "خدا", "بخش", "عثمان", "اکرم", "بشیر", "فاطمہ", "زینب", "پرویز", "چوہدری", "ڈاکٹر", "ملک", "گل", "شیر", "نمبر", "نام", "ضلع", "تھانہ", "تاریخ", "وقوعہ", "مقدمہ", "دفعات", "ملزم", "مدعی", "ولدیت", "پتہ", "گاڑی", "موبائل", "چوری", "ڈکیتی", "قتل", "اغوا", "منشیات", "برآمد", "گرفتار", "لاہور", "ملتان", "گوجرانوالہ", "سرگودھا", "کراچی", "پشاور", "کوئٹہ", "راولپنڈی", "فیصل", "آباد", "حیدرآباد", "سیالکوٹ", "ژوب", "صدر", "شہر", "کینٹ", "چک", "گلی", "سڑک", "میں", "سے", "نے", "کے", "کی", "کا", "کو", "پر", "ہے", "تھا", "ایک", "نامعلوم", "مسلح", "افراد", "موٹر", "سائیکل", "نقدی", "زیور", "پولیس", "رپورٹ", "درج", "تفتیش", "افسر"]
UNLIKE = str.maketrans({"ی": "ي", "ک": "ك", "ہ": "ه", "ھ": "ه", "گ": "ك", "ٹ": "ت", "ڈ": "د", "ڑ": "ر", "پ": "ب",
                        "چ": "ج", "ژ": "ز", "ں": "ن", "ے": "ى"})  # fmt: skip
PAGES = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1256", "iso8859-6", "mac_arabic")
TOLD = {"RK110", "RK115", "RK146", "RK147"}
LATIN_WORDS = ["José", "René", "Zoë", "Müller", "naïve", "Lahore", "café", "Multan", "£5", "Ali"]
SOME = examples(25, suppress_health_check=[HealthCheck.too_slow])


def writable(text: str, page: str) -> str:
    """The text with the letters that an old program writes where the page lacks one."""

    def one(letter: str) -> str:
        try:
            letter.encode(page)
        except UnicodeEncodeError:
            return letter.translate(UNLIKE)
        return letter

    return "".join(map(one, text))


def lines(words: list[str], width: int = 3) -> list[list[str]]:
    whole = [words[at : at + width] for at in range(0, len(words) - width + 1, width)]
    return [["a", "b", "c"], *[[" ".join(row[:2]), row[2], str(n)] for n, row in enumerate(whole)]]


@SOME
@given(words=st.lists(st.sampled_from(WORDS), min_size=30, max_size=250), page=st.sampled_from(PAGES))
def test_a_page_of_urdu_comes_back_as_written_or_is_flagged(words, page):
    table = [[writable(cell, page) for cell in row] for row in lines(words)]
    file = opened("".join(";".join(row) + "\n" for row in table).encode(page))
    assert cells(file) == table or names(file) & TOLD


@SOME
@given(words=st.lists(st.sampled_from(WORDS), min_size=90, max_size=250), page=st.sampled_from(PAGES))
def test_a_page_of_two_hundred_letters_or_more_needs_no_flag(words, page):
    table = [[writable(cell, page) for cell in row] for row in lines(words)]
    file = opened("".join(";".join(row) + "\n" for row in table).encode(page))
    assert cells(file) == table
    assert not names(file) & TOLD


@SOME
@given(words=st.lists(st.sampled_from(LATIN_WORDS), min_size=30, max_size=90))
def test_latin_letters_come_back_as_written_or_are_flagged(words):
    table = lines([*words, "José", "Zoë", "x"])
    file = opened("".join(";".join(row) + "\n" for row in table).encode("cp1252"))
    assert cells(file) == table or names(file) & TOLD


@SOME
@given(
    words=st.lists(st.sampled_from(WORDS), min_size=30, max_size=90),
    page=st.sampled_from(["cp1256", "iso8859-6", "mac_arabic"]),
    which=st.lists(st.booleans(), min_size=30, max_size=30),
)
def test_lines_of_two_encodings_come_back_as_written_or_are_flagged(words, page, which):
    table = [[writable(cell, page) for cell in row] for row in lines(words)]
    old = [False, *which]
    data = b"".join(
        (";".join(row) + "\n").encode(page if old[at % len(old)] else "utf-8") for at, row in enumerate(table)
    )
    file = opened(data)
    apart = {row for row in file.issues.get_column("row").to_list() if row}
    came = cells(file)
    assert came == table or names(file) & TOLD
    kept = [row for at, row in enumerate(table, 1) if at not in apart]
    assert all(row in came for row in kept) or "RK146" in names(file)


@pytest.mark.parametrize("page", ["cp1256", "iso8859-6", "mac_arabic"])
def test_a_page_is_told_by_the_letters_it_gives(page):
    text = writable("محمد علی ولد غلام رسول سکنہ گوجرانوالہ", page)
    found = encodings.guess_codepage(text.encode(page))
    assert found is not None
    assert text.encode(page).decode(found.encoding) == text


@pytest.mark.parametrize("page", ["cp437", "cp850", "mac-roman"])
def test_letters_of_dos_are_in_no_known_page(page):
    assert encodings.guess_codepage("José Müller naïve".encode(page)) is None


def test_a_text_that_two_pages_explain_has_a_rival():
    assert encodings.guess_codepage("محمد".encode("cp1256")) == encodings.Guess("cp1256", "iso8859-6")
