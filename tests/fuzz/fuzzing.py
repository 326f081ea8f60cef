"""What holds for every input of every reader, and seeds to start from."""

from __future__ import annotations

import gzip
import io
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path

import polars as pl

sys.path.insert(0, str(Path(__file__).parents[1] / "readers"))

import books

from recordkit import details, readers
from recordkit.readers import Limits, SourceFile

SECONDS = 60  # on a busy machine; alone an input takes well under one
LIMITS = Limits(
    expanded_bytes=32 << 20, ratio_floor=1 << 20, members=50, workbook_expanded=64 << 20, workbook_cells=500_000,
    workbook_seconds=20, workbook_memory=2 << 30, text_cells=50_000_000,
)  # fmt: skip
APART = {"RK110", "RK111", "RK112", "RK113", "RK114"}


def check(
    data: bytes, name: str = "x.csv", delimiter: str | None = None, also: Callable[[SourceFile], None] | None = None
) -> list[SourceFile]:
    """Read bytes; AssertionError when a law of reading does not hold for them. delimiter "": fixed width.

    `also` looks further at every file while it is there.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(data)
        begun = time.monotonic()
        files = readers.open_all(path, LIMITS, delimiter=delimiter)
        for file in files:
            _look(file)
            if also:
                also(file)
        assert time.monotonic() - begun < SECONDS
        assert files
        return files


def _look(file: SourceFile) -> None:
    found = file.issues
    assert not found.get_column("detail").str.contains(details.text("reading_failed", error="").removesuffix(" ()")).any(), "a library's error came through"
    rejects = found.filter((pl.col("severity") == "reject") & pl.col("row").is_null())
    assert file.sheets or rejects.height, "neither read nor refused"
    for sheet in file.sheets:
        frames = list(sheet.batches(1_000))
        inside = pl.concat([pl.DataFrame(schema=sheet.schema()), *frames])
        apart = sheet.ragged()
        assert inside.height == sheet.height
        assert all(frame.height <= 1_000 for frame in frames)
        rows = [*inside.get_column("row"), *apart.get_column("row")]
        assert len(set(rows)) == len(rows), "a row came twice"
        named = set(found.filter(pl.col("code").is_in(APART)).get_column("row"))
        assert set(apart.get_column("row")) <= named, "a row was quarantined without a finding"
        if file.kind == "delimited":
            _every_line(inside, apart)


def _every_line(inside: pl.DataFrame, apart: pl.DataFrame) -> None:
    """Records follow each other without a gap: each begins where the one before it ended."""
    breaks = [pl.col(name).fill_null("").str.count_matches("\n").cast(pl.Int64) for name in inside.columns[1:]]
    records = [
        inside.select("row", lines=1 + pl.sum_horizontal(breaks)),
        apart.select("row", lines=1 + pl.col("raw").str.count_matches("\n").cast(pl.Int64)),
    ]
    placed = pl.concat(records).sort("row")
    ends = placed.get_column("row") + placed.get_column("lines")
    begins = placed.get_column("row")
    assert begins.to_list() == [1, *ends.to_list()[:-1]][: placed.height], "a line is in no record, or in two"


@cache
def seeds() -> dict[str, bytes]:
    """A small honest file of every kind."""
    text = 'no,name,place\r\n1,"Ali, M.",Lahore\r\n2,"Zain\r\nKhan",Okara\r\n3,محمد,Quetta\r\n'
    cells = [["no", "name", "count"], [1, "Ali", 2.5], [2, "علی", None]]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", text)
        archive.writestr("in/b.tsv", "a\tb\n1\t2\n")
    html = "<html><table><tr><th colspan=2>a</th></tr><tr><td rowspan='2'>1</td><td>x<br>y</td></tr><tr><td>2</table>"
    xml = (
        '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
        'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet"><Worksheet ss:Name="S"><Table><Row ss:Index="2">'
        '<Cell ss:Index="2" ss:MergeDown="1"><Data ss:Type="Number">1</Data></Cell></Row></Table></Worksheet></Workbook>'
    )
    return {
        "text": text.encode(), "bom": b"\xef\xbb\xbf" + text.encode(), "utf-16": text.encode("utf-16"),
        "cp1256": "نام;ضلع\nاسلم;لاھور\n".encode("cp1256"), "fixed": b"001ALI  LAHORE\n002ZAIN OKARA\n",
        "gzip": gzip.compress(text.encode(), mtime=0), "zip": packed.getvalue(), "html": html.encode(), "xml": xml.encode(),
        "xlsx": books.xlsx(cells), "xls": books.xls(cells), "ods": books.ods(cells),
    }  # fmt: skip
