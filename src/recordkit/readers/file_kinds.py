"""What a file is, told by its bytes: the name is never believed, only compared.

To add an input format: how it begins, in `kind` here (`of_zip` in a zip, `of_ole` in OLE), its endings in EXTENSIONS,
and what reads it: `_tables` of `worker.py` for sheets, `_files` of `opening.py` for what holds other files.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable

from recordkit import details
from recordkit.readers.byte_source import Blob
from recordkit.readers.encodings import utf16_without_bom
from recordkit.readers.errors import Refused

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
GZIP = b"\x1f\x8b"
# Kinds that are known and not read: how they begin, and what to call them.
OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "pdf_document"), (b"{\\rtf", "rtf_document"),
    (b"\x78\x9f\x3e\x22", "outlook_winmail"), (b"Rar!", "rar_archive"),
    (b"7z\xbc\xaf\x27\x1c", "seven_zip_archive"), (b"BZh", "bzip2_file"), (b"\xfd7zXZ\x00", "xz_file"),
    (b"\x28\xb5\x2f\xfd", "zstd_file"), (b"\x89PNG", "picture"), (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"), (b"PAR1", "parquet_file"), (b"SQLite format 3\x00", "sqlite_database"),
    (b"\x09\x00\x04\x00", "excel_2_workbook"), (b"\x09\x02\x06\x00", "excel_3_workbook"),
    (b"\x09\x04\x06\x00", "excel_4_workbook"), (b"\x00\x01\x00\x00Standard", "access_database"),
    (b"ID;P", "sylk_file"), (b"TABLE\r\n0,1", "dif_file"), (b"TABLE\n0,1", "dif_file"),
    (b"ARROW1\x00", "arrow_file"), (b"\x7fELF", "program"), (b"MZ\x90", "program"),
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


def other(name: str) -> str:
    """The kind of a file that is known and not read, from the name of its text under `details` in words.toml."""
    return f"other:{details.text(name)}"


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
        return other("tar_archive")
    for magic, name in OTHERS:
        if start.startswith(magic):
            return other(name)
    return _markup(start) or _other_text(start) or ("binary" if _binary(start) else "text")


def _other_text(start: bytes) -> str | None:
    """Text that is known and is no table."""
    text = start.removeprefix(b"\xef\xbb\xbf")
    headers = _HEADERS.match(text)
    content = headers.group(0) if headers else b""
    if b"mime-version" in content.lower() and len(set(_LETTER.findall(content))) >= LETTER_HEADERS:
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
    return other("xml_document") if text.startswith(b"<?xml") else None


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
            return other("opendocument_text")
    if any((name.startswith("Index/") and name.endswith(".iwa")) or name == "Index.zip" for name in names):
        return other("apple_document")
    if "[Content_Types].xml" in names:
        return other("office_document")
    return "zip"


# Known by the names of their streams: how one of them begins, and what the file is.
OLE_STREAMS: tuple[tuple[str, str], ...] = (
    ("__properties_version", "msg"), ("__nameid", "msg"), ("__substg1.0", "msg"), ("__attach_version", "msg"),
    ("WordDocu", "other:word_document"), ("PowerPoint Docu", "other:powerpoint_presentation"),
    ("VisioDocu", "other:visio_drawing"), ("EncryptedPackage", "ole"), ("Workbook", "ole"), ("Book", "ole"),
)  # fmt: skip


def of_ole(streams: Iterable[str]) -> str:
    """msg, "other:…" for documents without tables, or "ole": what may be a workbook. By the streams at its root."""
    names = list(streams)
    found = {kind for begin, kind in OLE_STREAMS for name in names if name.startswith(begin)}
    if "ole" in found or not found:
        return "ole"
    kind = min(found)
    return other(kind.removeprefix("other:")) if kind.startswith("other:") else kind


# What the sender of a file that holds no table can do, by names of texts.
ADVICE: dict[str, str] = {
    "word_document": "copy_its_table", "rtf_document": "copy_its_table", "pdf_document": "send_what_it_was_made_from",
    "outlook_winmail": "send_letter_again", "apple_document": "export_it", "picture": "send_the_table",
    "rar_archive": "pack_as_zip", "seven_zip_archive": "pack_as_zip", "tar_archive": "pack_as_zip",
}  # fmt: skip


def no_table(kind: str) -> Refused:
    """The refusal of a kind that `other` gave, with what to do about it."""
    what = kind.removeprefix("other:")
    advice = next((text for name, text in ADVICE.items() if details.text(name) == what), None)
    if advice is None:
        return Refused("RK130", "is_no_table", what=what)
    return Refused("RK130", "is_no_table_but", what=what, advice=details.text(advice))


def misnamed(blob: Blob, found: str) -> str | None:
    """A sentence when the extension promises another kind, else None. Unknown extensions promise nothing."""
    extension = blob.name.rsplit(".", 1)[-1].lower() if "." in blob.name else ""
    promised = EXTENSIONS.get(extension)
    if promised is None or found in promised:
        return None
    return details.text("misnamed", extension=f".{extension}", kind=found)
