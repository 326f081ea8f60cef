"""A machine that is short of something says nothing about a file: no finding, to be read again."""

from __future__ import annotations

import errno
import io
import os
import signal
import struct
import subprocess
import sys
import threading
import zipfile
from pathlib import Path

import pytest
from books import xlsx

from recordkit import readers
from recordkit.errors import UnreadableInput
from recordkit.readers import workbook
from recordkit.readers.byte_source import on_disk


def dies_of(number: int) -> object:
    return lambda *_a, **_k: subprocess.CompletedProcess([], -number, b"")


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_workbook_whose_reader_was_ended_by_somebody_is_to_be_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(xlsx([["fir", "name"], ["1/26", "Aslam"]]))
    monkeypatch.setattr(workbook.subprocess, "run", dies_of(number))
    with pytest.raises(UnreadableInput, match=r"register\.xlsx could not be read just now"):
        readers.open_all(path)


@pytest.mark.parametrize("number", [signal.SIGSEGV, signal.SIGKILL], ids=["crash", "out of memory"])
def test_a_crash_that_comes_once_is_not_the_workbooks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(xlsx([["fir", "name"], ["1/26", "Aslam"]]))
    real, ended = subprocess.run, [dies_of(number)]
    monkeypatch.setattr(workbook.subprocess, "run", lambda *a, **k: (ended.pop() if ended else real)(*a, **k))
    assert len(workbook.read(on_disk(path), "xlsx", readers.model.Limits(), "sum")[0]) == 1
    monkeypatch.setattr(workbook.subprocess, "run", dies_of(number))
    with pytest.raises(workbook.Refused, match="RK123"):
        workbook.read(on_disk(path), "xlsx", readers.model.Limits(), "sum")


UNDER = """
import resource, sys
from pathlib import Path
from recordkit.errors import UnreadableInput
from recordkit.readers import model, workbook
from recordkit.readers.byte_source import on_disk
real, which, most = workbook.subprocess.run, getattr(resource, sys.argv[2]), int(sys.argv[3])
def limited(*given, **more):
    return real(*given, preexec_fn=lambda: resource.setrlimit(which, (most, most)), **more)
workbook.subprocess.run = limited
resource.getrlimit = lambda _: (most, most)  # this process is told the same, and has what it needs to say so
try:
    print(len(workbook.read(on_disk(Path(sys.argv[1])), "xlsx", model.Limits(), "sum")[0]))
except UnreadableInput as error:
    print(error.what)
"""


NOT_NOW = "could not be read just now"


@pytest.mark.parametrize(
    ("limit", "most", "answers"),
    [("RLIMIT_CPU", 10, ["1", NOT_NOW]), ("RLIMIT_AS", 300_000_000, ["1", NOT_NOW]), ("RLIMIT_AS", 5_000_000, [NOT_NOW])],
)
def test_a_workbook_is_not_refused_for_good_where_the_machine_gives_less_than_its_share(
    tmp_path: Path, limit: str, most: int, answers: list[str]
) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(xlsx([["fir", "name"], ["1/26", "Aslam"]]))
    command = [sys.executable, "-c", UNDER, str(path), limit, str(most)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert any(answer in done.stdout for answer in answers), done.stderr


def test_a_reader_that_could_not_start_says_nothing_about_the_workbook(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(xlsx([["fir", "name"], ["1/26", "Aslam"]]))
    monkeypatch.setattr(workbook.subprocess, "run", dies_of(-1))
    with pytest.raises(UnreadableInput, match="could not be started"):
        readers.open_all(path)


def test_a_workbook_that_uses_up_its_share_is_refused_for_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(xlsx([["fir", "name"], ["1/26", "Aslam"]]))
    monkeypatch.setattr(workbook.subprocess, "run", dies_of(signal.SIGXCPU))
    assert readers.open_all(path)[0].issues["code"].to_list() == ["RK123"]


@pytest.mark.parametrize("error", [OSError(errno.EIO, os.strerror(errno.EIO)), MemoryError()], ids=type)
def test_a_failing_disk_or_a_full_memory_is_not_a_damaged_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    path = tmp_path / "register.csv"
    path.write_text("fir,name\n1/26,Aslam\n")

    def fails(*_a: object, **_k: object) -> None:
        raise error

    monkeypatch.setattr("recordkit.readers.encodings.survey", fails)
    with pytest.raises(UnreadableInput, match="could not be read just now"):
        readers.open_all(path)


def test_a_pipe_that_takes_a_files_place_is_not_waited_for(tmp_path: Path) -> None:
    """Between two openings of one file; and what is there then is not read."""
    path = tmp_path / "register.csv"
    path.write_text("FIR No.,District\n1/2026,Lahore\n")
    blob = on_disk(path)
    assert blob.start().startswith(b"FIR")
    path.unlink()
    os.mkfifo(path)
    told: list[object] = []

    def reading() -> None:
        try:
            told.append(blob.start())
        except UnreadableInput as error:
            told.append(error.what)

    reader = threading.Thread(target=reading, daemon=True)
    reader.start()
    reader.join(20)
    assert told == [f"{path} changed while it was being read"]


def _book(shift: int) -> bytes:
    """An OpenDocument workbook whose directory is said to begin `shift` bytes later than it does."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", "<x/>")
    whole = bytearray(data.getvalue())
    at = whole.rindex(b"PK\x05\x06") + 16
    struct.pack_into("<I", whole, at, struct.unpack_from("<I", whole, at)[0] + shift)
    return bytes(whole)


@pytest.mark.parametrize("shift", [1, 40, 5000])
def test_an_archive_that_leads_before_its_own_beginning_is_damaged(tmp_path: Path, shift: int) -> None:
    """The library seeks there and the system calls the place invalid: that is about the file, not about the machine."""
    path = tmp_path / "book.ods"
    path.write_bytes(_book(shift))
    one = readers.open_file(path)
    assert one.issues.get_column("code").to_list() == ["RK103"]


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOMEM])
def test_an_archive_that_the_disk_does_not_give_is_to_be_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    path = tmp_path / "book.ods"
    path.write_bytes(_book(0))

    def fails(*_: object, **__: object) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(zipfile, "ZipFile", fails)
    with pytest.raises(UnreadableInput, match="just now"):
        readers.open_file(path)


NOT_INSTALLED = """
import sys

class Finder:
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in ("python_calamine", "openpyxl"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Finder)
"""


def test_a_library_that_is_not_installed_is_called_by_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A finder of its own: where recordkit is installed as a wheel, the real libraries stand first on the path.
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib" / "sitecustomize.py").write_text(NOT_INSTALLED, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "lib"))
    path = tmp_path / "register.xlsx"
    path.write_bytes(xlsx([["fir", "name"], ["1/26", "Aslam"]]))
    with pytest.raises(UnreadableInput, match=r"the library \w+ is not installed"):
        readers.open_all(path)
