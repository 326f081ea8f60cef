"""Urdu on a terminal runs from right to left, and what is Latin in it stays readable."""

from recordkit import text_safety

LTR, END = "\u2068", "\u2069"


def turned(text: str) -> str:
    """A line without its own frame; isolates as < and >."""
    line = text_safety.right_to_left(text)
    assert line[0] == "\u2067"
    assert line[-1] == END
    return line[1:-1].replace(LTR, "<").replace(END, ">")


def test_every_line_is_a_piece_of_its_own_and_empty_lines_stay_empty() -> None:
    assert text_safety.right_to_left("سطر\n\nخانہ\n") == f"\u2067سطر{END}\n\n\u2067خانہ{END}\n"


def test_what_is_latin_or_a_number_keeps_its_direction_in_one_piece() -> None:
    assert turned("مثلاً 35202-1234567-1۔") == "مثلاً <35202-1234567-1>۔"
    assert turned("'recordkit agency draft FILE' چلائیں") == "'<recordkit agency draft FILE>' چلائیں"
    assert turned("کالم «Date of FIR»: 1 سطر") == "کالم «<Date of FIR>»: <1> سطر"
    assert turned("سطر 3: 32-02-2026") == "سطر <3>: <32-02-2026>"
    assert turned("قسم .xlsx، دفعہ 9(c) CNSA") == "قسم <.xlsx>، دفعہ <9(c) CNSA>"
    assert turned("پڑھی = 2 + 0 اور") == "پڑھی = <2 + 0> اور"


def test_signs_of_the_sentence_stay_outside() -> None:
    assert turned("(مثلاً PDF)") == "(مثلاً <PDF>)"
    assert turned("خانہ - لکھیں.") == "خانہ - لکھیں."


def test_columns_of_a_table_stay_apart_and_colours_stay_whole() -> None:
    assert turned("RK304  flag  خانہ") == "<RK304>  <flag>  خانہ"
    assert turned("\x1b[1mRK304\x1b[0m خانہ") == "\x1b[1m<RK304>\x1b[0m خانہ"


def test_what_a_sender_wrote_cannot_close_the_piece_that_it_stands_in() -> None:
    safe = text_safety.plain("نام a\u2069\u202eb")
    line = text_safety.right_to_left(safe)
    assert line.count("\u2067") + line.count(LTR) == line.count(END)
    assert "\u202e" not in line
