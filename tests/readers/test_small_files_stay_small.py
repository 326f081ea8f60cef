"""A file of a few kilobytes takes no more memory or time than a few kilobytes of records do."""

from __future__ import annotations

import io
import os
import resource
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import books
import pytest
import xlsxwriter
import xlwt
from looking import cells, refusal

from recordkit import readers
from recordkit.errors import UnreadableInput
from recordkit.readers import machine_memory, opening, workbook
from recordkit.readers.model import Limits

MIB = 1 << 20
_OASIS = "urn:oasis:names:tc:opendocument:xmlns"
_SHARED = "xl/sharedStrings.xml"


def ods(rows: str) -> bytes:
    """An OpenDocument workbook whose one table has these rows."""
    content = (
        f'<office:document-content xmlns:office="{_OASIS}:office:1.0" xmlns:table="{_OASIS}:table:1.0" '
        f'xmlns:text="{_OASIS}:text:1.0"><office:body><office:spreadsheet><table:table table:name="S">{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", content)
        archive.writestr("META-INF/manifest.xml", "<manifest/>")
    return out.getvalue()


def row(text: str, times: int = 1, columns: int = 1) -> str:
    """A row of one cell, both repeated."""
    cell = f'<table:table-cell office:value-type="string" table:number-columns-repeated="{columns}">'
    filled = f"{cell}<text:p>{text}</text:p></table:table-cell>"
    return f'<table:table-row table:number-rows-repeated="{times}">{filled}</table:table-row>'


def shared(times: int, size: int) -> bytes:
    """An .xlsx in which `times` cells show one string of `size` letters."""
    book = books.xlsx([["a" * 10] for _ in range(times)])
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b"a" * 10, b"a" * size) if name == _SHARED else data)
    return out.getvalue()


def corners() -> bytes:
    """An .xlsx with a cell in the first row and one in the last."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "a")
        sheet.write(1_000_000, 50, "z")
    return out.getvalue()


def shared_in_biff() -> bytes:
    """An .xls of two megabytes whose cells show two gigabytes."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    for at in range(60_000):
        sheet.write(at, 0, "a" * 32_000)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def xml(index: int) -> bytes:
    """Excel's XML of 2003 with a row far below."""
    name = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0"?><Workbook xmlns="{name}" xmlns:ss="{name}"><Worksheet ss:Name="a"><Table>'
        f'<Row ss:Index="{index}"><Cell><Data ss:Type="String">x</Data></Cell></Row></Table></Worksheet></Workbook>'
    ).encode()


BOMBS = {
    "spaces.ods": lambda: ods(row('a<text:s text:c="2000000000"/>b')),
    "many spaces.ods": lambda: ods(row('a<text:s text:c="1000000"/>b') * 3_000),
    "rows.ods": lambda: ods(row("abc", 1_000_000, 60)),
    "columns.ods": lambda: ods(row("a" * 3_000, 9_000, 1_000)),
    "shared.xlsx": lambda: shared(6_000, 1_000_000),
    "many shared.xlsx": lambda: shared(100_000, 32_767),
    "shared.xls": shared_in_biff,
    "corners.xlsx": corners,
    "index.xml": lambda: xml(50_000_000),
    "span.xls": lambda: b"<table><tr><td rowspan=10000 colspan=5000>" + b"a" * 3_000 + b"</td></tr></table>",
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_small_file_that_would_take_gigabytes_is_refused_before_it_does(read, name: str) -> None:
    limits = Limits(workbook_memory=700 * MIB, workbook_seconds=30)  # by what is in it: with this memory it would die
    file = read(BOMBS[name](), name, limits=limits)
    assert refusal(file) == "RK123"
    assert not file.issues["detail"].str.contains("memory|died").any(), file.issues["detail"].to_list()


@pytest.mark.parametrize(
    "inside", [b"<!--" * 50_000, b"<!" * 100_000, b"<" * 200_000, b"<div>" * 100_000, b"<b><p>" * 20_000, b"&" * 200_000]
)
def test_markup_of_200_kb_takes_no_minute(read, inside: bytes) -> None:
    begun = time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2])
    read(b"<table><tr><td>" + inside, "x.xls", limits=Limits(workbook_seconds=10))
    assert time.process_time() + sum(resource.getrusage(resource.RUSAGE_CHILDREN)[:2]) - begun < 8


def test_repeated_cells_of_a_plain_sheet_are_read(read) -> None:
    file = read(ods(row("a", 3, 2) + row("b<text:s text:c='3'/>c")), "x.ods")
    assert cells(file) == [["a", "a"]] * 3 + [["b   c", None]]


def test_a_part_that_says_it_is_smaller_than_it_is_does_not_get_past(read) -> None:
    data = bytearray(shared(10, 3_000_000))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo(_SHARED)
    for at in (data.find(info.file_size.to_bytes(4, "little")), data.rfind(info.file_size.to_bytes(4, "little"))):
        data[at : at + 4] = (100).to_bytes(4, "little")
    assert refusal(read(bytes(data), "x.xlsx")) == "RK103"


def test_parts_that_expand_beyond_the_limit_are_refused(read) -> None:
    assert refusal(read(shared(10, 3_000_000), "x.xlsx", limits=Limits(workbook_expanded=MIB))) == "RK123"


def test_no_limit_is_larger_than_its_share_of_the_machine() -> None:
    small = machine_memory.within(Limits(), 1 << 30)
    assert small.workbook_memory == 512 * MIB
    assert small.workbook_expanded == 256 * MIB
    assert small.of_machine
    assert machine_memory.within(Limits(), 1 << 40) == Limits()
    assert machine_memory.within(Limits(workbook_memory=300 * MIB), 1 << 30).workbook_memory == 300 * MIB


@pytest.mark.parametrize(
    ("groups", "file", "path"),
    [
        ("0::/system.slice/cron.service\n", "memory.max", "system.slice"),
        ("5:cpu:/\n4:memory:/docker/ab\n", "memory/docker/ab/memory.limit_in_bytes", ""),
        ("0::/elsewhere/on/the/host\n", "memory.max", ""),
    ],
)
def test_what_a_container_grants_is_found(tmp_path: Path, groups: str, file: str, path: str) -> None:
    own = tmp_path / "cgroup"
    own.write_text(groups)
    place = tmp_path / path / file
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("123456789\n")
    assert list(machine_memory._granted(tmp_path, own)) == [123456789]


def test_a_group_without_a_limit_grants_everything(tmp_path: Path) -> None:
    (tmp_path / "cgroup").write_text("0::/a\n")
    (tmp_path / "memory.max").write_text("max\n")
    assert not list(machine_memory._granted(tmp_path, tmp_path / "cgroup"))
    assert not list(machine_memory._granted(tmp_path, tmp_path / "none"))


def test_a_reader_that_dies_for_want_of_memory_on_a_small_machine_says_nothing_about_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine_memory, "available", lambda: 1 << 30)
    monkeypatch.setattr(workbook.subprocess, "run", lambda *_a, **_k: subprocess.CompletedProcess([], -6, b""))
    path = tmp_path / "x.xlsx"
    path.write_bytes(books.xlsx([["a"]]))
    with pytest.raises(UnreadableInput, match="half of this machine's memory"):
        readers.open_all(path)


def test_the_members_of_an_archive_have_one_share_of_time(read_all, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter(range(0, 1_000, 40))
    monkeypatch.setattr(opening, "_cpu_seconds", lambda: float(next(clock)))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for at in range(4):
            archive.writestr(f"{at}.csv", "a,b\n1,2\n")
    files = read_all(out.getvalue(), "x.zip", limits=Limits(archive_seconds=100))
    assert [file.readable for file in files] == [True, True, True, False]
    assert files[3].issues["code"].to_list() == ["RK105"]


def test_the_members_of_an_archive_have_one_share_of_bytes(read_all) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "a,b\n" + "1,2\n" * 10_000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for at in range(4):
            archive.writestr(f"{at}.zip", inner.getvalue())
    assert [file.readable for file in read_all(out.getvalue(), "x.zip")] == [True] * 4
    files = read_all(out.getvalue(), "x.zip", limits=Limits(expanded_bytes=100_000))
    assert [file.readable for file in files] == [True, True, True, False]


_ORPHAN = """
import os, subprocess, sys, time
from recordkit.readers.worker import Share
share = Share(10, 10, 10, 10, 1 << 33, 100, os.getpid())
command = [sys.executable, "-m", "recordkit.readers.worker", "xlsx", *map(str, share)]
child = subprocess.Popen(command, stdin=int(sys.argv[1]))
time.sleep(1.5)
print(child.pid, flush=True)
os.kill(os.getpid(), 9)
"""


@pytest.mark.skipif(not Path("/proc").exists(), reason="processes are looked up in /proc")
def test_a_reader_ends_with_the_process_that_started_it() -> None:
    reading, writing = os.pipe()  # the reader waits for a workbook that never comes
    command = [sys.executable, "-c", _ORPHAN, str(reading)]
    done = subprocess.run(command, capture_output=True, pass_fds=(reading,), check=False)
    child = int(done.stdout)
    assert done.returncode == -9
    deadline = time.monotonic() + 10
    os.close(reading)
    while Path(f"/proc/{child}").exists() and time.monotonic() < deadline:
        if Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
            break
        time.sleep(0.05)
    os.close(writing)
    assert time.monotonic() < deadline
