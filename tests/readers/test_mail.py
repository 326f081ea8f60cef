"""Letters with files in them, and files that are called by their name."""

from __future__ import annotations

import io
import zipfile
from email.message import EmailMessage

import books
import pytest
from compound import compound
from looking import cells, names, refusal

from recordkit.readers import Limits, file_kinds, mail

TABLE = [["FIR", "Name"], ["1/26", "Aslam"]]


def letter(*files: tuple[str, bytes]) -> bytes:
    """An .eml with these attachments, and the picture of a signature."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.org", "b@example.org", "Statement"
    made.set_content("Please find attached.")
    for name, content in files:
        made.add_attachment(content, maintype="application", subtype="octet-stream", filename=name)
    made.add_attachment(b"GIF89a", maintype="image", subtype="gif", filename="logo.gif")
    return bytes(made)


def test_the_files_attached_to_a_letter_are_read(read_all):
    files = read_all(letter(("july.xlsx", books.xlsx(TABLE)), ("june.csv", b"FIR,Name\n1/26,Aslam\n")), "mail.eml")
    assert [(file.member, file.container, cells(file)) for file in files] == [
        ("july.xlsx", "eml", TABLE), ("june.csv", "eml", TABLE),
    ]  # fmt: skip


def test_a_letter_in_an_archive_is_opened_within_the_depth(read_all):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("mail.eml", letter(("june.csv", b"FIR,Name\n1/26,Aslam\n")))
    assert [file.member for file in read_all(out.getvalue(), "x.zip")] == ["mail.eml/june.csv"]
    assert read_all(out.getvalue(), "x.zip", limits=Limits(depth=1))[0].issues["code"].to_list() == ["RK105"]


def test_names_of_attachments_lead_nowhere_and_differ(read_all):
    text = b"FIR,Name\n1/26,Aslam\n"
    files = read_all(letter(("../../etc/x.csv", text), ("C:\\\\x.csv", text)), "mail.eml")
    assert [file.member for file in files] == ["x.csv", "2 x.csv"]


def test_a_letter_without_a_file_says_so(read):
    assert refusal(read(letter(), "mail.eml")) == "RK130"


def test_too_many_attachments_are_refused(read):
    many = [(f"{at}.csv", b"a,b\n1,2\n") for at in range(5)]
    assert refusal(read(letter(*many), "mail.eml", limits=Limits(members=3))) == "RK105"


def test_a_damaged_letter_of_outlook_is_refused(read):
    data = file_kinds.OLE + b"\0" * 5_000
    assert not read(data, "mail.msg").readable


MARKUP = "<html><body><p>Sir,</p><table><tr><td>FIR</td><td>Name</td></tr><tr><td>1/26</td><td>{}</td></tr></table>"
FIRST, SECOND = "__attach_version1.0_#00000000", "__attach_version1.0_#00000001"
INNER = "__substg1.0_3701000D"


def written(html: str, *files: tuple[str, bytes]) -> bytes:
    """An .eml with these words as HTML, and these attachments."""
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.org", "b@example.org", "Statement"
    made.set_content("See below.")
    made.add_alternative(html, subtype="html", charset="cp1256" if "اسلم" in html else "utf-8")
    for name, content in files:
        made.add_attachment(content, maintype="text", subtype="csv", filename=name)
    return bytes(made)


@pytest.mark.parametrize("name", ["Aslam", "اسلم"])
def test_a_table_in_the_letter_itself_is_read(read_all, name: str):
    (file,) = read_all(written(MARKUP.format(name)), "mail.eml")
    assert (file.member, cells(file)) == ("letter.html", [["FIR", "Name"], ["1/26", name]])


def test_a_table_in_the_letter_and_an_attached_file_are_both_read(read_all):
    files = read_all(written(MARKUP.format("Aslam"), ("june.csv", b"FIR,Name\n1/26,Aslam\n")), "mail.eml")
    assert [file.member for file in files] == ["letter.html", "june.csv"]


def test_the_frame_of_a_letter_is_no_table(read):
    frame = "<html><body><table><tr><td>Sir,</td></tr><tr><td>see you</td></tr></table></body></html>"
    assert refusal(read(written(frame), "mail.eml")) == "RK130"


def test_an_attachment_without_a_name_is_read(read_all):
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@example.org", "b@example.org", "Statement"
    made.set_content("Please find attached.")
    made.add_attachment(b"FIR,Name\n1/26,Aslam\n", maintype="text", subtype="csv")
    (file,) = read_all(bytes(made), "mail.eml")
    assert (file.member, cells(file)) == ("attachment 1", TABLE)


def test_a_web_page_saved_as_one_file_is_read(read_all):
    page = b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="B"\r\n\r\n--B\r\nContent-Type: text/html\r\n\r\n'
    (file,) = read_all(page + MARKUP.format("Aslam").encode() + b"\r\n--B--\r\n", "july.mht")
    assert cells(file) == TABLE
    assert not names(file) - {"RK104"}


def test_what_outlook_attached_is_read(read_all):
    letter = compound({
        ("__properties_version1.0",): b"\0" * 32, ("__substg1.0_0037001F",): "Statement".encode("utf-16-le"),
        (FIRST, mail.DATA): b"FIR,Name\n1/26,Aslam\n", (FIRST, "__substg1.0_3707001F"): "june.csv".encode("utf-16-le"),
        (SECOND, mail.DATA): books.xlsx(TABLE), (SECOND, "__substg1.0_3704001E"): b"JULY~1.XLS",
    })  # fmt: skip
    files = read_all(letter, "mail.msg")
    assert [(file.member, file.container, cells(file)) for file in files] == [
        ("june.csv", "msg", TABLE), ("JULY~1.XLS", "msg", TABLE),
    ]  # fmt: skip


def test_a_letter_in_a_letter_of_outlook_and_the_table_in_its_words_are_read(read_all):
    letter = compound({
        ("__properties_version1.0",): b"\0" * 32, ("__substg1.0_10130102",): MARKUP.format("Aslam").encode(),
        (FIRST, INNER, SECOND, mail.DATA): b"FIR,Name\n1/26,Aslam\n",
    })  # fmt: skip
    assert [(file.member, cells(file)) for file in read_all(letter, "mail.msg")] == [
        ("attachment 1", TABLE), ("letter.html", TABLE),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("streams", "kind"),
    [
        (["WordDocument", "1Table"], "other:a Word document"), (["WordDocu"], "other:a Word document"),
        (["__nameid_version1.0", "__properties_version1.0"], "msg"), (["Workbook", "WordDocument"], "ole"),
        (["EncryptedPackage"], "ole"), ([], "ole"), (["Contents"], "ole"),
    ],
)  # fmt: skip
def test_what_an_ole_file_is_stands_in_the_names_of_its_streams(streams: list[str], kind: str):
    assert file_kinds.of_ole(streams) == kind


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"\x78\x9f\x3e\x22" + b"x" * 100, "winmail.dat", "winmail.dat"), (b"%PDF-1.7", "x.pdf", "has to be typed"),
        (b"{\\rtf1 hello}", "x.doc", "copy its table"), (b"Rar!\x1a\x07", "x.rar", "as .zip"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_called_by_its_name_with_what_to_do(read, data: bytes, name: str, said: str):
    file = read(data, name)
    assert refusal(file) == "RK130"
    assert said in file.issues["detail"][0]


def test_a_numbers_document_is_called_so(read):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("Index/Document.iwa", b"x")
    file = read(out.getvalue(), "july.numbers")
    assert "Export To" in file.issues["detail"][0]


def test_a_workbook_of_another_name_is_read(read):
    file = read(books.xls(TABLE), "letter.doc")
    assert cells(file) == TABLE
    assert not names(file) - {"RK104"}


def test_a_csv_that_begins_like_a_letter_is_none(read):
    assert read(b"Date: ,To\n1,2\n3,4\n", "x.csv").readable
