"""Archives and files that are no tables: bombs, paths that lead out, damage; refused by name, unpacked never."""

from __future__ import annotations

import gzip
import io
import os
import zipfile

import books
import pytest
from looking import cells, names, refusal, rows

from recordkit import readers
from recordkit.errors import UnreadableInput
from recordkit.readers import Limits

CSV = b"a,b\n1,2\n"
SMALL = Limits(ratio_floor=1 << 20, expanded_bytes=64 << 20, members=20, workbook_bytes=8 << 20)


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_gzip_is_transparent(read):
    file = read(gzip.compress(CSV), "x.csv.gz")
    assert (file.kind, file.container) == ("delimited", "gzip")
    assert rows(file) == [(1, "a", "b"), (2, "1", "2")]
    assert not file.issues.height


def test_a_workbook_in_gzip(read):
    assert cells(read(gzip.compress(books.xls([["a"], ["b"]])), "x.xls.gz")) == [["a"], ["b"]]


def test_a_zip_gives_every_member_under_its_name(read_all):
    files = read_all(zipped({"in/a.csv": CSV, "b.xlsx": books.xlsx([["x"]]), "c.csv.gz": gzip.compress(CSV)}), "m.zip")
    assert [(file.member, file.kind, file.container) for file in files] == [
        ("in/a.csv", "delimited", "zip"), ("b.xlsx", "xlsx", "zip"), ("c.csv.gz", "delimited", "zip+gzip"),
    ]  # fmt: skip
    assert len({file.sha256 for file in files}) == 1
    assert files[0].sheet_label(files[0].sheets[0]) == "in/a.csv"
    assert files[1].sheet_label(files[1].sheets[0]) == "b.xlsx!Sheet"


def test_findings_of_a_member_name_the_member(read_all):
    (file,) = read_all(zipped({"a.csv": b"a,b\n1,2\n3,4\n5\n6,7\n"}), "m.zip")
    assert file.issues.select("sheet", "row", "code").rows() == [("a.csv", 4, "RK111")]


@pytest.mark.parametrize("name", ["../up.csv", "/etc/x.csv", "a/../../b.csv", "..\\up.csv", "C:\\x.csv"])
def test_a_path_that_leads_out_is_refused_and_the_rest_is_read(read_all, name):
    files = read_all(zipped({name: CSV, "ok.csv": CSV}), "m.zip")
    assert refusal(files[0]) == "RK106"
    assert cells(files[1]) == [["a", "b"], ["1", "2"]]


def test_every_member_that_is_refused_has_a_name_of_its_own(read_all):
    inner = zipped({"../a.csv": CSV, "../../a.csv": CSV, "/a.csv": CSV, "a.csv (unsafe path)": CSV, "ok.csv": CSV})
    files = read_all(zipped({"1.zip": inner, "2.zip": inner}), "m.zip")
    names = [file.member for file in files]
    assert len(set(names)) == len(names) == 10
    assert "1.zip/a.csv (unsafe path) (2)" in names


def test_a_member_without_a_name_is_refused(read_all):
    data = zipped({"a": CSV}).replace(b"\x01\x00\x00\x00a", b"\x00\x00\x00\x00a")
    assert {refusal(file) for file in read_all(data, "m.zip")} <= {"RK103", "RK106"}


def test_a_member_packed_by_another_method_is_refused(read_all):
    assert refusal(read_all(zipped({"a.csv": CSV}, zipfile.ZIP_LZMA), "m.zip")[0]) == "RK130"


def test_a_link_in_a_zip_is_refused(read_all):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        info = zipfile.ZipInfo("link.csv")
        info.external_attr = 0o120777 << 16
        archive.writestr(info, "/etc/passwd")
    assert refusal(read_all(out.getvalue(), "m.zip")[0]) == "RK106"


def test_a_gzip_bomb_is_refused(read):
    assert refusal(read(gzip.compress(b"1,2\n" * (4 << 20)), "x.gz", limits=SMALL)) == "RK105"


def test_a_zip_bomb_is_refused(read):
    assert refusal(read(zipped({"a.csv": b"1,2\n" * (4 << 20)}), "x.zip", limits=SMALL)) == "RK105"


def test_a_zip_bomb_that_lies_about_its_size_is_refused(read_all):
    data = bytearray(zipped({"a.csv": b"1,2\n" * (4 << 20)}))
    size = (16 << 20).to_bytes(4, "little")
    while size in data:
        at = data.index(size)
        data[at : at + 4] = (1000).to_bytes(4, "little")
    (file,) = read_all(bytes(data), "x.zip", limits=SMALL)
    assert refusal(file) in {"RK103", "RK105"}


def test_a_bomb_in_a_workbook_is_refused(read):
    data = zipped({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>", "xl/big.xml": b" " * (16 << 20)})
    assert refusal(read(data, "x.xlsx", limits=SMALL)) in {"RK105", "RK123"}


def test_too_many_members_are_refused(read):
    assert refusal(read(zipped({f"{n}.csv": CSV for n in range(30)}), "x.zip", limits=SMALL)) == "RK105"


def test_archives_in_archives_in_archives_are_refused(read_all):
    data = CSV
    for n in range(5):
        data = zipped({f"{n}.zip": data})
    (file,) = read_all(data, "x.zip")
    assert refusal(file) == "RK105"


def test_an_encrypted_member_says_so(read_all):
    data = bytearray(zipped({"a.csv": CSV}))
    for magic, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        data[data.index(magic) + offset] |= 1
    assert refusal(read_all(bytes(data), "x.zip")[0]) == "RK102"


@pytest.mark.parametrize("cut", [1, 9, 20])
def test_an_archive_that_was_cut_off_is_refused(read, cut):
    assert refusal(read(gzip.compress(CSV * 100)[:-cut], "x.csv.gz")) == "RK103"
    assert refusal(read(zipped({"a.csv": CSV * 100})[:-cut], "x.zip")) == "RK103"


def test_a_damaged_member_is_refused(read_all):
    data = bytearray(zipped({"a.csv": CSV * 100}, zipfile.ZIP_STORED))
    data[60] ^= 1
    assert refusal(read_all(bytes(data), "x.zip")[0]) == "RK103"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "RK126"), (b"%PDF-1.7\n...", "RK130"), (os.urandom(4000), "RK128"), (b"\x89PNG\r\n\x1a\n", "RK130"),
        (b"Rar!\x1a\x07\x00", "RK130"), (zipped({}), "RK126"),
    ],
    ids=["empty", "pdf", "noise", "picture", "rar", "empty zip"],
)  # fmt: skip
def test_what_is_no_table_is_refused_by_name(read, data, code):
    assert refusal(read(data, "x.csv")) == code


def test_a_missing_file_is_an_error(tmp_path):
    with pytest.raises(UnreadableInput, match="No such file"):
        readers.open_file(tmp_path / "none.csv")


def test_a_folder_or_a_pipe_is_an_error(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe"):
        with pytest.raises(UnreadableInput, match="not a plain file"):
            readers.open_file(path)


def test_a_file_that_changes_while_it_is_read_is_an_error(tmp_path):
    path = tmp_path / "x.csv"
    path.write_bytes(CSV)
    file = readers.open_file(path)
    path.write_bytes(CSV * 2)
    with pytest.raises(UnreadableInput, match="changed"):
        list(file.sheets[0].batches())


def test_a_zip_of_several_needs_open_all(read):
    assert refusal(read(zipped({"a.csv": CSV, "b.csv": CSV}), "x.zip")) == "RK130"


def test_a_misnamed_text_is_noted(read):
    file = read(CSV, "x.xlsx")
    assert cells(file) == [["a", "b"], ["1", "2"]]
    assert names(file) == {"RK104"}
