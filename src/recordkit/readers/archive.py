"""Zip archives: looked at before anything is unpacked, and then under the limits all the same."""

from __future__ import annotations

import io
import re
import sys
import zipfile
from collections.abc import Iterator
from itertools import count
from pathlib import PurePosixPath
from typing import BinaryIO, cast

from recordkit import text_safety
from recordkit.readers import reader_findings
from recordkit.readers.byte_source import Blob, expanding
from recordkit.readers.errors import Refused
from recordkit.readers.model import Limits

ENCRYPTED = 0x1
LINK = 0o120000
CLUTTER = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")


def opened(blob: Blob, limits: Limits) -> zipfile.ZipFile:
    """The archive, its contents within the limits. Refused when it is cut off, a bomb or too full."""
    stream = blob.open()
    if not stream.seekable():
        stream = _in_memory(stream, limits)
    try:
        archive = zipfile.ZipFile(stream)
    except (zipfile.BadZipFile, EOFError, OSError, ValueError, NotImplementedError) as error:
        stream.close()
        if reader_findings.is_machines_fault(error):
            raise
        raise Refused("RK103", "damaged_archive", error=type(error).__name__) from error
    infos = archive.infolist()
    if len(infos) > limits.members:
        archive.close()
        raise Refused("RK105", "too_many_members", count=len(infos), most=limits.members)
    declared = sum(info.file_size for info in infos)
    packed = max(min(sum(info.compress_size for info in infos), blob.size or sys.maxsize), 1)  # parts may overlap
    if declared > limits.expanded_bytes or (declared > limits.ratio_floor and declared > limits.ratio * packed):
        archive.close()
        raise Refused("RK105", "says_it_expands", count=packed, size=declared)
    return archive


def _in_memory(stream: BinaryIO, limits: Limits) -> BinaryIO:
    with stream:
        data = stream.read(limits.workbook_bytes + 1)
    if len(data) > limits.workbook_bytes:
        raise Refused("RK105", "large_archive_in_archive", count=limits.workbook_bytes)
    return io.BytesIO(data)


def members(blob: Blob, limits: Limits) -> Iterator[Blob | tuple[str, Refused]]:
    """Every file of the archive as a blob, or its name and why it is refused."""
    with opened(blob, limits) as archive:
        infos = archive.infolist()
    seen: set[str] = set()
    taken = {info.filename for info in infos}
    for info in infos:
        if info.filename.endswith("/") or info.filename.startswith(CLUTTER[0]) or info.filename.endswith(CLUTTER[1:]):
            continue
        why = _unsafe(info, seen)
        others = taken if info.filename in seen else taken - {info.filename}
        seen.add(info.filename)
        if why is None:
            yield _member(blob, info, limits)
            continue
        shown = _free(_harmless(info.filename, why), others)
        taken.add(shown)
        yield shown, why


def _free(name: str, taken: set[str]) -> str:
    """A name that no other member goes by: what became of each of them is told under its own."""
    return next(one for at in count(1) if (one := f"{name} ({at})" if at > 1 else name) not in taken)


def _harmless(name: str, why: Refused) -> str:
    """A name that may be shown and can be no path out of anywhere."""
    if why.code == "RK106":
        name = re.split(r"[/\\:]", name)[-1] + " (unsafe path)"
    return text_safety.printable(name)


def _unsafe(info: zipfile.ZipInfo, seen: set[str]) -> Refused | None:
    name = info.filename
    path = PurePosixPath(name.replace("\\", "/"))
    if not name:
        return Refused("RK106", "member_without_name")
    if path.is_absolute() or ".." in path.parts or ":" in name or "\0" in info.orig_filename:
        return Refused("RK106", "path_out_of_archive")
    if (info.external_attr >> 16) & 0o170000 == LINK:
        return Refused("RK106", "member_is_link")
    if name in seen:
        return Refused("RK106", "two_members_of_a_name")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Refused("RK130", "member_packed_unread")
    if info.flag_bits & ENCRYPTED:
        return Refused("RK102", "locked_member")
    return None


def _member(blob: Blob, info: zipfile.ZipInfo, limits: Limits) -> Blob:
    def opener() -> BinaryIO:
        archive = opened(blob, limits)
        try:
            stream = archive.open(info)
        except (zipfile.BadZipFile, NotImplementedError, OSError, RuntimeError, EOFError) as error:
            archive.close()
            if reader_findings.is_machines_fault(error):
                raise
            raise Refused("RK103", "member_cannot_be_unpacked", error=type(error).__name__) from error
        return _closing_both(expanding(cast(BinaryIO, stream), info.compress_size, limits), archive)

    container = "+".join(part for part in (blob.container, "zip") if part)
    inside = "/".join(part for part in (blob.member, info.filename) if part)
    return Blob(PurePosixPath(info.filename).name, opener, info.file_size, container, inside)


def _closing_both(stream: BinaryIO, archive: zipfile.ZipFile) -> BinaryIO:
    """Close the archive together with the stream of its member."""
    close = stream.close

    def both() -> None:
        close()
        archive.close()

    stream.close = both  # type: ignore[method-assign]
    return stream
