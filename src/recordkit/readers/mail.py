"""Letters with files in them: attachments of .eml and .msg are read like the members of an archive."""

from __future__ import annotations

import email
import email.policy
import io
import re
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import PurePosixPath

import olefile  # type: ignore[import-untyped,unused-ignore]

from recordkit.readers.blob import Blob
from recordkit.readers.model import Limits
from recordkit.readers.refused import Refused

ATTACHMENT = "__attach_version1.0"
DATA, LONG_NAME, SHORT_NAME = "__substg1.0_37010102", "__substg1.0_3707001F", "__substg1.0_3704001F"
DRAWINGS = ("image/", "application/pkcs7", "application/x-pkcs7")  # of a signature at the foot of a letter


def members(blob: Blob, kind: str, limits: Limits) -> Iterator[Blob]:
    """Every attachment. Refused when there is none, there are too many, or the letter cannot be taken apart."""
    data = blob.everything(limits.workbook_bytes)
    found = list(_of_mime(data) if kind == "eml" else _of_outlook(data))
    if not found:
        raise Refused("RK130", "a letter without a file attached: send the table itself")
    if len(found) > limits.members:
        raise Refused("RK105", f"{len(found)} attachments, at most {limits.members} are read")
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
    """Name and content of every attached file, of letters in the letter too."""
    try:
        letter = email.message_from_bytes(data, policy=email.policy.default)
        parts = [part for part in letter.walk() if not part.is_multipart()]
        for part in parts:
            name = part.get_filename()
            if name and isinstance(part, EmailMessage) and not part.get_content_type().startswith(DRAWINGS):
                content = part.get_payload(decode=True)
                yield name, content if isinstance(content, bytes) else b""
    except (ValueError, LookupError, AttributeError, TypeError, RecursionError, IndexError) as error:
        raise Refused("RK103", f"the letter is cut off or damaged ({type(error).__name__})") from error


def _of_outlook(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Name and content of every attached file of a letter of Outlook."""
    try:
        with olefile.OleFileIO(io.BytesIO(data)) as ole:
            for folder in sorted({path[0] for path in ole.listdir() if path[0].startswith(ATTACHMENT)}):
                if not ole.exists([folder, DATA]):
                    continue  # a letter in the letter, or a link
                if ole.get_size([folder, DATA]) > len(data):  # a chain of sectors that bites its tail
                    raise Refused("RK103", "the letter says that it is larger than its file")
                named = next((one for one in (LONG_NAME, SHORT_NAME) if ole.exists([folder, one])), None)
                name = ole.openstream([folder, named]).read().decode("utf-16-le", "replace") if named else ""
                yield name.rstrip("\0"), ole.openstream([folder, DATA]).read()
    except (OSError, ValueError, IndexError, KeyError, TypeError) as error:
        raise Refused("RK103", f"the letter is cut off or damaged ({type(error).__name__})") from error
