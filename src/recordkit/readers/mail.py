"""Letters with files or tables in them: what is attached to .eml and .msg, and a table in the letter itself, are read
like the members of an archive; a web page that was saved as one file (.mht) too."""

from __future__ import annotations

import email
import email.policy
import io
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import PurePosixPath

import olefile  # type: ignore[import-untyped,unused-ignore]

from recordkit.readers.byte_source import Blob
from recordkit.readers.errors import Refused
from recordkit.readers.model import Limits

ATTACHMENT = "__attach_version1.0"
DATA = "__substg1.0_37010102"
# The long name, the short one, what is shown; in UTF-16 or in the code page of the letter.
NAMES = tuple(f"__substg1.0_{name}001{form}" for name in ("3707", "3704", "3001") for form in "FE")
MARKUP = ("__substg1.0_10130102", "__substg1.0_1013001F", "__substg1.0_1013001E")  # the letter itself, as HTML
INLINE = ("text/plain", "text/html", "application/pgp-signature", "text/calendar")
ROWS, CELLS = 2, 4  # a table has so many: less is the frame of a letter
BODY = "letter.html"
DRAWINGS = ("image/", "application/pkcs7", "application/x-pkcs7")  # of a signature at the foot of a letter


def members(blob: Blob, kind: str, limits: Limits) -> Iterator[Blob]:
    """Every attachment. Refused when there is none, there are too many, or the letter cannot be taken apart."""
    data = blob.everything(limits.workbook_bytes)
    found = list(_of_mime(data) if kind == "eml" else _of_outlook(data))
    if not found:
        raise Refused("RK130", "letter_without_table")
    if len(found) > limits.members:
        raise Refused("RK105", "too_many_attachments", count=len(found), most=limits.members)
    taken: set[str] = set()
    for at, (name, content) in enumerate(found, start=1):
        shown = _harmless(name) or f"attachment {at}"
        shown = shown if shown not in taken else f"{at} {shown}"
        taken.add(shown)
        yield _member(blob, shown, content, kind)


def _member(blob: Blob, name: str, content: bytes, kind: str) -> Blob:
    container = "+".join(part for part in (blob.container, kind) if part)
    inside = "/".join(part for part in (blob.member, name) if part)
    return Blob(name, lambda: io.BytesIO(content), len(content), container, inside)


def _harmless(name: str) -> str:
    """The last part of a name, of characters that can be shown."""
    last = PurePosixPath(re.sub(r"[\\:]", "/", name)).name
    return "".join(char for char in last if char.isprintable())


def _of_mime(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of every attached file, of letters in the letter too, and letters with a table in them."""
    try:
        letter = email.message_from_bytes(data, policy=email.policy.default)
        for part in letter.walk():
            if part.is_multipart() or not isinstance(part, EmailMessage):
                continue
            kind, name = part.get_content_type(), part.get_filename()
            if kind.startswith(DRAWINGS):
                continue
            content = part.get_payload(decode=True)
            content = content if isinstance(content, bytes) else b""
            if name or part.is_attachment() or not kind.startswith((*INLINE, "text/css", "text/xml")):
                yield name or "", content
            elif kind == "text/html" and has_table(content):
                yield BODY, _in_utf8(content, part.get_content_charset())
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError, IndexError) as error:
        raise Refused("RK103", "damaged_letter", error=type(error).__name__) from error


def has_table(markup: bytes) -> bool:
    """Whether HTML has a table with more rows and cells than the frame of a letter has."""
    rows, cells = (len(re.findall(tag, markup, re.IGNORECASE)) for tag in (rb"<tr[\s>]", rb"<t[dh][\s>]"))
    return rows >= ROWS and cells >= CELLS and cells >= 2 * rows


def _in_utf8(markup: bytes, charset: str | None) -> bytes:
    """HTML in the encoding that the letter says, with nothing in it that says another; as it is when it says none."""
    if charset is None:
        return markup
    text = markup.decode(charset, "replace").encode("utf-8")
    text = re.sub(rb"<meta[^>]*charset[^>]*>", b"", text, flags=re.IGNORECASE)
    return b'<html><meta charset="utf-8">' + text


def _of_outlook(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of every attached file of a letter of Outlook, of letters in the letter too; and the letter
    where it has a table."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            paths = sorted(ole.listdir())
            for path in paths:
                if path[-1] == DATA and len(path) > 1 and path[-2].startswith(ATTACHMENT):
                    yield _outlook_name(ole, path[:-1]), _stream(ole, path, len(data))
                elif path[-1] in MARKUP:
                    markup = _stream(ole, path, len(data))
                    markup = _in_utf8(markup, "utf-16-le") if path[-1].endswith("F") else markup
                    if has_table(markup):
                        yield BODY, markup
    except (OSError, ValueError, IndexError, KeyError, TypeError) as error:
        raise Refused("RK103", "damaged_letter", error=type(error).__name__) from error


def _stream(ole: olefile.OleFileIO, path: list[str], most: int) -> bytes:
    if ole.get_size(path) > most:  # a chain of sectors that bites its tail
        raise Refused("RK103", "letter_larger_than_file")
    found = ole.openstream(path).read()
    return found if isinstance(found, bytes) else b""


def _outlook_name(ole: olefile.OleFileIO, folder: list[str]) -> str:
    named = next((one for one in NAMES if ole.exists([*folder, one])), None)
    if named is None:
        return ""
    encoding = "utf-16-le" if named.endswith("F") else "cp1252"
    text: str = ole.openstream([*folder, named]).read().decode(encoding, "replace")
    return text.rstrip("\0")
