"""Laws of reading: what was written is read back or named; no row is lost; the size of batches does not matter."""

from __future__ import annotations

import csv
import io
import tempfile
from pathlib import Path

import books
import polars as pl
from hypothesis import HealthCheck, example, given
from hypothesis import strategies as st
from looking import cells, table

from recordkit import readers
from recordkit.readers import SourceFile
from tried import examples

SLOW = examples(60, suppress_health_check=[HealthCheck.too_slow])
LETTERS = st.characters(exclude_categories=("Cs", "Cc"), max_codepoint=0x10FEFF)
CELL = st.one_of(
    st.text(LETTERS, max_size=12),
    st.sampled_from(
        ["", "a", "1", "-", "#", "x,y", "p;q", "t\tu", "v|w", 'say "hi"', '"', '""', "line\nend", "علی", "é", " x "]
    ),
    st.integers(0, 10**13).map(str),
)


def tables() -> st.SearchStrategy[list[list[str]]]:
    """Rectangular tables with a header of words."""
    return st.integers(2, 6).flatmap(
        lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), max_size=12).map(
            lambda body: [[f"head{i}" for i in range(n)], *body]
        )
    )


def opened(data: bytes, name: str = "x.csv") -> SourceFile:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        file = readers.open_file(path)
        for sheet in file.sheets:  # read while the file is there
            object.__setattr__(sheet, "source", _kept(list(sheet.batches())))
        return file


def _kept(frames):
    return lambda rows: iter(frames)


def lines_of(text: str) -> int:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.count("\n") + (not text.endswith("\n") and text != "")


def conserved(file: SourceFile, lines: int) -> None:
    """Every line is in exactly one record: of a batch, or quarantined."""
    (sheet,) = file.sheets
    inside = table(file)
    assert inside.height == sheet.height
    starts = [*inside.get_column("row"), *sheet.ragged().get_column("row")]
    assert len(set(starts)) == len(starts)
    assert not lines or (min(starts) == 1 and max(starts) <= lines)
    breaks = sum(int(inside.select((pl.col(c).str.count_matches("\n")).sum()).item()) for c in inside.columns[1:])
    apart = int(sheet.ragged().select(pl.col("raw").str.count_matches("\n").sum()).item())
    assert len(starts) + breaks + apart == lines
    named = set(
        file.issues.filter(pl.col("code").is_in(["RK110", "RK111", "RK112", "RK113", "RK114"])).get_column("row")
    )
    assert set(sheet.ragged().get_column("row")) <= named


def written(rows: list[list[str]], delimiter: str, quoting: int, end: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, quoting=quoting, lineterminator=end).writerows(rows)
    return out.getvalue()


@SLOW
@given(
    tables(),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_written_is_read_back_or_named(rows, delimiter, quoting, end, encoding):
    quoting = csv.QUOTE_ALL if end == "\r" else quoting  # the csv module does not quote a line feed there
    text = written(rows, delimiter, quoting, end)
    file = opened(text.encode(encoding))
    assert file.sheets
    conserved(file, lines_of(text))
    if file.delimiter != delimiter:  # too few delimiters to tell: then nothing may be cut at all
        assert file.sheets[0].width == 1 or len(rows) < 4
        return
    if not file.sheets[0].ragged().height:
        assert cells(file) == [[cell.replace("\r", "\n") or None for cell in row] for row in rows]


@SLOW
@given(st.lists(st.text(st.sampled_from('ab1 ,;"\n\t'), max_size=30), max_size=15).map("\n".join))
@example('a,b\n"')
@example('"\n"')
@example(',"\n\n",')
def test_no_line_is_lost_whatever_the_text(text):
    file = opened(text.encode())
    if text.strip(' ,;"\n\t'):
        conserved(file, lines_of(text))
    else:
        assert not file.sheets
        assert file.issues.get_column("code").to_list() == ["RK126"]


@SLOW
@given(st.binary(max_size=300))
@example(b"\xff\xfe\x00")
@example(b"a,b\n\x81,\xe9\n")
def test_any_bytes_are_read_or_refused_by_name(data):
    file = opened(data)
    assert file.sheets or "reject" in set(file.issues.get_column("severity"))
    for sheet in file.sheets:
        assert table(file).height == sheet.height


@SLOW
@given(
    st.lists(st.sampled_from(["1,2,3", "4,5", "6,7,8,9", '"x', 'y"', "", ",,", "z"]), min_size=1, max_size=25),
    st.integers(1, 7),
)
def test_batches_and_whole_agree(lines, size):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.csv"
        path.write_text("a,b,c\n" + "\n".join(lines) + "\n")
        sheet = readers.open_file(path).sheets[0]
        whole = pl.concat([pl.DataFrame(schema=sheet.schema()), *sheet.batches()])
        parts = pl.concat([pl.DataFrame(schema=sheet.schema()), *sheet.batches(size)])
        assert whole.equals(parts)
        assert sheet.head(3).equals(whole.head(3))
        assert sheet.tail(3).equals(whole.tail(3))


# Excel's own limits: no control characters; a cell that looks like _x0041_ is an escape.
BOOK_CELL = st.one_of(
    st.none(),
    st.integers(-(10**14), 10**14),
    st.booleans(),
    st.text(
        st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff_\u200b"), min_size=1, max_size=8
    ).filter(str.strip),
)


@examples(12, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.sampled_from(["xlsx", "xls", "ods"]),
    st.lists(st.lists(BOOK_CELL, min_size=3, max_size=3), min_size=1, max_size=8),
)
def test_what_was_written_to_a_workbook_is_read_back(kind, values):
    values = [["a", "b", "c"], *values, ["end", "end", "end"]]
    file = opened(books.WRITERS[kind](values), f"x.{kind}")

    def shown(value):
        return None if value is None else str(value).upper() if isinstance(value, bool) else str(value)

    assert cells(file) == [[shown(value) for value in row] for row in values]
