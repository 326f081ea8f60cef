"""Delimited text: right cells, right rows, and everything that does not fit named with its place."""

from __future__ import annotations

import hashlib

import pytest
from looking import cells, codes, names, rows, table

from recordkit.readers import text as reading_text

DAMAGED = "a;b;c\n1;Ali;x\n{}\n9;Zain;z\n"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_delimiter_is_recognised(read, delimiter):
    file = read(f"a{delimiter}b{delimiter}c\n1{delimiter}x y{delimiter}3\n".encode())
    assert file.delimiter == delimiter
    assert rows(file) == [(1, "a", "b", "c"), (2, "1", "x y", "3")]
    assert not file.issues.height


def test_the_delimiter_named_by_excel_wins(read):
    file = read(b"sep=;\na;b,c\n1;2,5\n")
    assert file.delimiter == ";"
    assert cells(file)[1:] == [["a", "b,c"], ["1", "2,5"]]


def test_decimal_commas_do_not_make_a_comma_file(read):
    assert read(b"a;b\n1,5;2,5\n3,5;4,5\n").delimiter == ";"


def test_row_numbers_are_lines_also_after_line_ends_inside_cells_and_blank_lines(read):
    file = read(b'a,b\r\n1,"x\r\ny\r\nz"\r\n\r\n2,w\r\n')
    assert rows(file) == [(1, "a", "b"), (2, "1", "x\ny\nz"), (5, None, None), (6, "2", "w")]
    assert not file.issues.height


def test_doubled_quotes_and_delimiters_inside_quotes_are_cell_content(read):
    assert cells(read(b'a,b\n"say ""hi"", now",2\n'))[1] == ['say "hi", now', "2"]


def test_a_quote_inside_an_unquoted_cell_is_a_letter(read):
    file = read(b'a,b\n5" pipe,6" rod\n')
    assert cells(file)[1] == ['5" pipe', '6" rod']
    assert not file.issues.height


def test_short_and_long_rows_are_set_apart_with_their_place(read):
    file = read(b"a,b,c\n1,2,3\n4,5\n6,7,8,9\n10,11,12\n")
    assert [row[0] for row in rows(file)] == [1, 2, 5]
    assert file.sheets[0].ragged().rows() == [
        (3, "4,5", 2, 3, "RK111"),
        (4, "6,7,8,9", 4, 3, "RK112"),
    ]
    assert codes(file) == [(3, "RK111"), (4, "RK112")]


def test_a_blank_row_of_any_width_stays_a_blank_row(read):
    file = read(b"a,b,c\n1,2,3\n,\n,,,,\n4,5,6\n")
    assert rows(file)[2:4] == [(3, None, None, None), (4, None, None, None)]
    assert not file.issues.height


def test_a_quote_that_closes_rows_later_is_named_and_its_lines_set_apart(read):
    lines = [f"{n};Person {n};Lahore;2026" for n in range(1, 20)]
    lines[4] = '5;"Person 5;Lahore;2026'
    lines[14] = '15;Person 15";Lahore;2026'
    file = read("\n".join(["no;name;place;year", *lines, ""]).encode())
    apart = file.sheets[0].ragged()
    assert apart.get_column("row").to_list() == list(range(6, 17))
    assert set(apart.get_column("code")) == {"RK114"}
    assert len(rows(file)) == 20 - 11


def test_a_long_address_over_several_lines_is_one_cell(read):
    text = 'no,name,address,place,date,status\n1,Ali,"House 5, Street 3,\nModel Town,\nLahore",x,y,z\n2,B,C,D,E,F\n'
    file = read(text.encode())
    assert rows(file)[1][3] == "House 5, Street 3,\nModel Town,\nLahore"
    assert not file.issues.height


@pytest.mark.parametrize(
    "line",
    ['2;"Aslam;Lahore', '2;"Aslam" Khan;Lahore', '2;Aslam;"Lahore'],
    ids=["opened", "text after the quote", "opened at the end"],
)
def test_an_impossible_quote_costs_its_own_row_only(read, line):
    file = read(DAMAGED.format(line).encode())
    assert codes(file) == [(3, "RK113")]
    assert [row[0] for row in rows(file)] == [1, 2, 4]


def test_an_unterminated_quote_at_the_end_is_named(read):
    file = read(b'a,b\n1,2\n3,"four\n')
    assert codes(file) == [(3, "RK113")]


def test_a_lost_closing_quote_in_a_file_of_quotes_costs_its_own_row_only(read):
    lines = [f'"{n}","Person {n}","Lahore"' for n in range(1, 50)]
    lines[9] = '"10","Person 10","Lahore'
    file = read("\n".join(['"no","name","place"', *lines, ""]).encode())
    assert codes(file) == [(11, "RK113")]
    assert len(rows(file)) == 49


@pytest.mark.parametrize(("end", "code"), [("\r", {"RK116"}), ("\r\n", set()), ("\n", set())])
def test_every_line_end_is_read(read, end, code):
    file = read(end.join(["a,b", "1,2", "3,4", ""]).encode())
    assert rows(file) == [(1, "a", "b"), (2, "1", "2"), (3, "3", "4")]
    assert names(file) == code


def test_mixed_line_ends_are_noted_and_read(read):
    file = read(b"a,b\r\n1,2\n3,4\r5,6\r\n")
    assert [row[0] for row in rows(file)] == [1, 2, 3, 4]
    assert names(file) == {"RK124"}


def test_line_feeds_inside_cells_are_no_mixed_line_ends(read):
    assert not read(b'a,b\r\n1,"x\ny"\r\n').issues.height


def test_nul_bytes_are_flagged_where_they_stand(read):
    file = read(b"a,b\n1,x\x00y\n3,4\n")
    assert codes(file) == [(2, "RK108")]
    assert cells(file)[1] == ["1", "x\x00y"]


def test_spaces_before_opening_quotes_are_no_content(read):
    file = read(b'no, "name", "place"\n1, "Ali, M.", "Lahore"\n2, "say ""x""", ""\n3, "a\n b", "c"\n')
    assert rows(file) == [
        (1, "no", "name", "place"), (2, "1", "Ali, M.", "Lahore"), (3, "2", 'say "x"', None), (4, "3", "a\n b", "c"),
    ]  # fmt: skip
    assert not file.issues.height


def test_a_declared_delimiter_may_be_any_character(read):
    assert cells(read(b"a^b^c\n1,2^3^4\n", delimiter="^")) == [["a", "b", "c"], ["1,2", "3", "4"]]


def test_a_wide_header_over_a_million_blank_lines_takes_bounded_memory(read):
    file = read(b"," * 2_000 + b"x\n" + b"\n" * 50_000)
    assert file.sheets[0].height == 50_001
    assert sum(batch.height for batch in file.sheets[0].batches(10_000)) == 50_001


def test_letterhead_and_footer_stay_and_are_filled_up(read):
    file = read(b"POLICE DEPARTMENT\nMonth: July 2026\n\nno,name,place\n1,A,B\n2,C,D\nTotal records: 2\n")
    assert rows(file)[0] == (1, "POLICE DEPARTMENT", None, None)
    assert rows(file)[-1] == (7, "Total records: 2", None, None)
    assert not file.issues.height


def test_a_header_without_the_delimiter_at_the_end_of_rows_stays(read):
    file = read(b"a,b\n1,2,\n3,4,\n")
    assert cells(file) == [["a", "b", None], ["1", "2", None], ["3", "4", None]]


def test_a_row_cut_off_at_the_end_of_the_file_is_named(read):
    file = read(b"a,b,c\n1,2,3\n4,5,6\n7,8")
    assert codes(file) == [(4, "RK111"), (4, "RK103")]


def test_comment_like_cells_are_cells(read):
    assert cells(read(b"#a,b\n# 1,2\n//3,4\n"))[1:] == [["# 1", "2"], ["//3", "4"]]


def test_fixed_width_lines_are_one_cell_as_they_are(read):
    file = read(b'001ASLAM, M.   LAHORE\n002IMRAN       OKARA \n003"ALI"       MULTAN\n', "cro.txt")
    assert file.kind == "delimited"
    assert file.delimiter is None
    assert cells(file)[2] == ['003"ALI"       MULTAN']


def test_declared_fixed_width_is_never_cut_at_delimiters(read):
    assert read(b"1,2\n3,4\n", delimiter="").sheets[0].width == 1


def test_batches_are_the_file_whatever_their_size(read):
    text = "a,b\n" + "".join(f'{n},"x{n}\ny"\n' if n % 7 == 0 else f"{n},z\n" for n in range(5_000))
    file = read(text.encode())
    whole = table(file)
    assert whole.height == file.sheets[0].height == 5_001
    for size in (1, 999, 5_001):
        parts = list(file.sheets[0].batches(size))
        assert max(part.height for part in parts) <= size
        assert whole.equals(table(file, rows=size))
    assert file.sheets[0].head(7).equals(whole.head(7))
    assert file.sheets[0].tail(7).equals(whole.tail(7))
    assert file.sheets[0].tail(700).equals(whole.tail(700))


def test_a_record_over_the_border_of_two_chunks_is_whole(read):
    filler = "".join(f"{n},{'x' * 90}\n" for n in range(45_000))
    text = "a,b\n" + filler + '1,"' + "\n".join(["y" * 1000] * 400) + '"\n' + filler
    file = read(text.encode())
    assert file.sheets[0].height == 90_002
    assert table(file).filter(table(file)["c2"].str.contains("\n")).get_column("row").to_list() == [45_002]
    assert table(file).get_column("row").to_list()[-1] == 1 + 45_000 + 400 + 45_000


def test_a_file_of_one_endless_line_is_refused(read):
    from looking import refusal

    assert refusal(read(b"x" * (20 << 20))) == "RK101"


def test_a_header_alone_is_a_table_of_one_row(read):
    assert rows(read(b"a,b,c\n")) == [(1, "a", "b", "c")]


def test_the_source_knows_its_hash_and_size(read):
    file = read(b"a,b\n")
    assert file.sha256 == hashlib.sha256(b"a,b\n").hexdigest()
    assert file.size == 4


@pytest.mark.parametrize(
    "text",
    ["FIR,Name\n=========\n1/26,Aslam\n---------\n", "+-----+-------+\nFIR,Name\n+=====+=======+\n1/26,Aslam\n+-----+-------+\n",
     "FIR,Name\n-----+------\n1/26,Aslam\n"],
)  # fmt: skip
def test_a_line_drawn_across_a_table_is_a_row_of_it_and_no_broken_record(read, text: str) -> None:
    file = read(text.encode(), "printed.txt")
    assert file.sheets[0].ragged().height == 0
    assert "RK111" not in file.issues["code"].to_list()
    assert file.sheets[0].height == text.count("\n")


def test_a_line_of_dashes_draws_the_columns_of_a_printed_table(read) -> None:
    lines = [
        "CRIME REGISTER, MAY", "No    Name          Place", "----  ------------  -------", "1/26  Aslam, Imran  Kasur",
        "2/26                Okara", "3/26  A name that is too long", "5 records listed.",
    ]  # fmt: skip
    file = read("\n".join(lines).encode() + b"\n", "printed.txt")
    assert cells(file) == [
        ["CRIME REGISTER, MAY", None, None], ["No", "Name", "Place"], ["----", "------------", "-------"],
        ["1/26", "Aslam, Imran", "Kasur"], ["2/26", None, "Okara"], ["3/26  A name that is too long", None, None],
        ["5 records listed.", None, None],
    ]  # fmt: skip
    assert not file.sheets[0].ragged().height


def test_a_chunk_of_many_short_lines_is_cut_and_its_rows_keep_their_numbers(read, monkeypatch):
    monkeypatch.setattr(reading_text, "MOST_LINES", 3)
    file = read(b"a,b\n1,x\n" + b"\n" * 40 + b'2,"y\n\n\n\n\nz"\n3,w\n')
    said = [row for row in rows(file) if row[1] is not None]
    assert said == [(1, "a", "b"), (2, "1", "x"), (43, "2", "y\n\n\n\n\nz"), (49, "3", "w")]
    assert len(rows(file)) == 44
    whole = b"x" * 50 + b"\n" * 9 + b"y\n"
    for text in (whole, b"\n" * 9, b"\n\n\n\n" + b"z" * 90 + b"\n"):
        pieces = list(reading_text._of_few_lines(text))
        assert b"".join(pieces) == text
        assert all(piece.count(b"\n") <= 3 and piece.endswith(b"\n") for piece in pieces)
