"""What a file is, told by its bytes: the name is never believed, only compared."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable

from recordkit.readers.byte_source import Blob
from recordkit.readers.encodings import utf16_without_bom

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
GZIP = b"\x1f\x8b"
# Kinds that are known and not read: how they begin, and what to call them.
OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "a PDF document"), (b"{\\rtf", "an RTF document"),
    (b"\x78\x9f\x3e\x22", "a winmail.dat of Outlook"), (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"), (b"BZh", "a bzip2 file"), (b"\xfd7zXZ\x00", "an xz file"),
    (b"\x28\xb5\x2f\xfd", "a zstd file"), (b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"), (b"PAR1", "a Parquet file"), (b"SQLite format 3\x00", "an SQLite database"),
    (b"\x09\x00\x04\x00", "an Excel 2 workbook"), (b"\x09\x02\x06\x00", "an Excel 3 workbook"),
    (b"\x09\x04\x06\x00", "an Excel 4 workbook"), (b"\x00\x01\x00\x00Standard", "an Access database"),
    (b"ID;P", "a SYLK file"), (b"TABLE\r\n0,1", "a DIF file"), (b"TABLE\n0,1", "a DIF file"),
    (b"ARROW1\x00", "an Arrow file"), (b"\x7fELF", "a program"), (b"MZ\x90", "a program"),
)  # fmt: skip
_HTML = re.compile(rb"<(!doctype\s+html|html|head|body|table|meta|style|div|title)(?=[\s>/])", re.IGNORECASE)
_WEB_ARCHIVE = re.compile(rb"^MIME-Version:.*^Content-Type:\s*multipart/", re.IGNORECASE | re.MULTILINE | re.DOTALL)
_LETTER = re.compile(rb"^(?:From|To|Subject|Received|Return-Path|Date|Message-ID):[ \t]", re.IGNORECASE | re.MULTILINE)
LETTER_HEADERS = 3  # so many of them make a letter
_HEADERS = re.compile(rb"\A(?:[A-Za-z][A-Za-z0-9-]*:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n)*)+\r?\n")
_JSON = re.compile(rb'\s*(?:\[\s*)?\{\s*"[^"\r\n]*"\s*:')
_SPREADSHEET_ML = b"urn:schemas-microsoft-com:office:spreadsheet"
EXTENSIONS: dict[str, frozenset[str]] = {
    **dict.fromkeys(("csv", "tsv", "tab", "txt", "dat", "prn", "asc"), frozenset({"delimited"})),
    "xlsx": frozenset({"xlsx"}), "xlsm": frozenset({"xlsx"}), "xltx": frozenset({"xlsx"}),
    "xlsb": frozenset({"xlsb"}), "xls": frozenset({"xls"}), "ods": frozenset({"ods"}),
    "htm": frozenset({"html"}), "html": frozenset({"html"}), "xml": frozenset({"xml"}),
    "eml": frozenset({"eml"}),
    "mht": frozenset({"eml"}), "mhtml": frozenset({"eml"}),
    "msg": frozenset({"msg"}), "gz": frozenset({"gzip"}), "zip": frozenset({"zip"}),
}  # fmt: skip


def kind(start: bytes) -> str:
    """gzip zip ole html xml empty text binary, or "other:<what>", from the first bytes."""
    if not start:
        return "empty"
    if start.startswith(GZIP):
        return "gzip"
    if start.startswith(ZIP):
        return "zip"
    if start.startswith(OLE):
        return "ole"
    if start[257:262] == b"ustar":
        return "other:a tar archive"
    for magic, name in OTHERS:
        if start.startswith(magic):
            return f"other:{name}"
    return _markup(start) or _other_text(start) or ("binary" if _binary(start) else "text")


def _other_text(start: bytes) -> str | None:
    """Text that is known and is no table."""
    text = start.removeprefix(b"\xef\xbb\xbf")
    headers = _HEADERS.match(text)
    said = headers.group(0) if headers else b""
    if b"mime-version" in said.lower() and len(set(_LETTER.findall(said))) >= LETTER_HEADERS:
        return "eml"
    if _JSON.match(text):
        return "other:a JSON document"
    return "eml" if _WEB_ARCHIVE.search(text[:4096]) else None


def _markup(start: bytes) -> str | None:
    text = start.removeprefix(b"\xef\xbb\xbf")
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = start[2:].replace(b"\0", b"")
    text = text.lstrip()
    if not text.startswith(b"<"):
        return None
    if _SPREADSHEET_ML in text[:4096] and text.startswith(b"<?xml"):
        return "xml"
    if _HTML.search(text[:4096]):
        return "html"
    return "other:an XML document that is no workbook" if text.startswith(b"<?xml") else None


def _binary(start: bytes) -> bool:
    """Control characters that no text has; NULs alone may be UTF-16 or a few bad bytes."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00\x00\xfe\xff")) or utf16_without_bom(start):
        return False
    controls = len(start) - len(start.translate(None, bytes(set(range(32)) - {0, 9, 10, 12, 13, 26})))
    nothing_ascii = len(start) >= 512 and not start.translate(None, bytes(range(128, 256)))
    if controls > 0.02 * len(start) or nothing_ascii:
        return True
    text = re.sub(rb"\x00{16,}", b"", start)  # blocks that were reserved and never written
    if not text:
        return True
    nul = text.count(0)
    if nul <= 0.1 * len(text):
        return False
    even, odd = text[0::2].count(0), text[1::2].count(0)
    return min(even, odd) > 0.02 * max(even, odd)


def of_zip(archive: zipfile.ZipFile) -> str:
    """xlsx xlsb ods, "other:…" for other documents in a zip, or "zip" for an archive of files."""
    names = set(archive.namelist())
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "xl/workbook.xml" in names or ("[Content_Types].xml" in names and any(name.startswith("xl/") for name in names)):
        return "xlsx"
    if "mimetype" in names:
        with archive.open("mimetype") as stream:
            media = stream.read(80)
        if b"opendocument.spreadsheet" in media:
            return "ods"
        if b"opendocument" in media:
            return "other:an OpenDocument text or drawing"
    if any((name.startswith("Index/") and name.endswith(".iwa")) or name == "Index.zip" for name in names):
        return "other:a document of Apple Numbers or Pages"
    if "[Content_Types].xml" in names:
        return "other:an Office document that is no workbook"
    return "zip"


# Known by the names of their streams: how one of them begins, and what the file is.
OLE_STREAMS: tuple[tuple[str, str], ...] = (
    ("__properties_version", "msg"), ("__nameid", "msg"), ("__substg1.0", "msg"), ("__attach_version", "msg"),
    ("WordDocu", "other:a Word document"), ("PowerPoint Docu", "other:a PowerPoint presentation"),
    ("VisioDocu", "other:a Visio drawing"), ("EncryptedPackage", "ole"), ("Workbook", "ole"), ("Book", "ole"),
)  # fmt: skip


def of_ole(streams: Iterable[str]) -> str:
    """msg, "other:…" for documents without tables, or "ole": what may be a workbook. By the streams at its root."""
    names = list(streams)
    found = {kind for begin, kind in OLE_STREAMS for name in names if name.startswith(begin)}
    return "ole" if "ole" in found or not found else sorted(found)[0]


# What the sender of a file that holds no table can do.
ADVICE: tuple[tuple[str, str], ...] = (
    ("Word", "copy its table into a workbook, and send that"),
    ("PDF", "send the table that it was made from; a scanned page has to be typed"),
    ("RTF", "copy its table into a workbook, and send that"),
    ("winmail.dat", "send the letter again as plain text or HTML, with the file attached"),
    ("Numbers", "File, Export To, Excel or CSV, and send that"),
    ("picture", "send the table itself; a photographed page has to be typed"),
    ("archive", "pack it as .zip, or send the file itself"),
)


def advice(what: str) -> str:
    """What to do about a kind of file that is not read, or nothing."""
    return next((f": {said}" for word, said in ADVICE if word in what), "")


def misnamed(blob: Blob, found: str) -> str | None:
    """A sentence when the extension promises another kind, else None. Unknown extensions promise nothing."""
    extension = blob.name.rsplit(".", 1)[-1].lower() if "." in blob.name else ""
    promised = EXTENSIONS.get(extension)
    if promised is None or found in promised:
        return None
    return f"named .{extension}, but its content is {found}"
