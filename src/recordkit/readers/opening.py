"""Opens a file of any kind: magic bytes decide, never the name."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from math import ceil
from pathlib import Path

import olefile  # type: ignore[import-untyped,unused-ignore]
import polars as pl

from recordkit import details, issues
from recordkit.errors import RecordkitError, UnreadableInput
from recordkit.readers import (
    archive,
    csv_diagnostics,
    encodings,
    file_kinds,
    machine_memory,
    mail,
    reader_findings,
    workbook,
)
from recordkit.readers.byte_source import Blob, gunzipped, on_disk
from recordkit.readers.errors import Refused
from recordkit.readers.model import DEFAULT, Limits, Sheet, SourceFile

LETTERS = ("eml", "msg")


@dataclass
class Spent:
    """What the members of one file on disk have cost so far: a sender is not let off by making many of them."""

    seconds: float = 0.0  # of CPU time
    bytes: int = 0

    def of(self, limits: Limits) -> Limits:
        """`limits` for the next member; Refused when nothing is left."""
        if self.bytes > limits.expanded_bytes:
            raise Refused("RK105", "members_before_expand", count=limits.expanded_bytes)
        left = limits.archive_seconds - self.seconds
        if left <= 0:
            raise Refused("RK105", "members_before_took", count=limits.archive_seconds)
        return replace(limits, workbook_seconds=min(limits.workbook_seconds, ceil(left)))


@dataclass(frozen=True)
class Opening:
    """What every part of one file on disk shares."""

    name: str
    sha256: str
    size: int
    limits: Limits
    encoding: str | None
    delimiter: str | None
    spent: Spent = field(default_factory=Spent)

    def source(self, blob: Blob, kind: str, found: pl.DataFrame, sheets: tuple[Sheet, ...] = ()) -> SourceFile:
        """A source file; the findings of a member carry the member's name as their sheet."""
        if blob.member:
            inner = pl.when(pl.col("sheet").fill_null("") == "").then(pl.lit(blob.member))
            found = found.with_columns(sheet=inner.otherwise(pl.lit(blob.member + "!") + pl.col("sheet")))
        return SourceFile(
            self.name,
            self.sha256,
            self.size,
            kind,
            found,
            sheets,
            container=blob.container,
            member=blob.member,
        )

    def refused(self, blob: Blob, kind: str, why: Refused) -> SourceFile:
        """A source file without sheets, and the reason."""
        return self.source(
            blob, kind, reader_findings.of_file(why.code, self.sha256, why.detail, severity=reader_findings.REJECT)
        )


def open_all(
    path: Path, limits: Limits = DEFAULT, encoding: str | None = None, delimiter: str | None = None
) -> list[SourceFile]:
    """Every source file that `path` holds: one, or one per member of a zip.

    `encoding` and `delimiter` are what the format declares; delimiter "" declares fixed width. Raises
    UnreadableInput only when the file is missing, may not be read, or changes meanwhile.
    """
    disk = on_disk(path)
    sha256 = _digest(disk)
    limits = machine_memory.within(limits)
    context = Opening(path.name, sha256, disk.size or 0, limits, encoding, delimiter)
    return list(_files(disk, context, limits.depth))


def _digest(blob: Blob) -> str:
    hasher = hashlib.sha256()
    with blob.open() as stream:
        while block := stream.read(1 << 20):
            hasher.update(block)
    return hasher.hexdigest()


def open_file(
    path: Path, limits: Limits = DEFAULT, encoding: str | None = None, delimiter: str | None = None
) -> SourceFile:
    """The one source file that `path` holds. A zip of several is refused here: use `open_all`."""
    found = open_all(path, limits, encoding, delimiter)
    if len(found) == 1:
        return found[0]
    one = found[0]
    why = reader_findings.of_file(
        "RK130", one.sha256, details.text("zip_of_several", count=len(found)), severity=reader_findings.REJECT
    )
    return SourceFile(one.name, one.sha256, one.size, "zip", why, container="zip")


def _files(blob: Blob, context: Opening, depth: int) -> Iterator[SourceFile]:
    """Read a blob, going into archives at most `depth` deep."""
    kind = "unknown"
    try:
        kind = file_kinds.kind(blob.start())
        if kind == "zip":
            with archive.opened(blob, context.limits) as opened:
                kind = _kind_of_zip(opened)
        if kind == "ole":
            kind = file_kinds.of_ole(_streams(blob, context.limits))
        if kind in ("zip", "gzip", *LETTERS) and depth == 0:
            raise Refused("RK105", "archives_too_deep", count=context.limits.depth)
        if kind == "gzip":
            packed = blob.size or 1
            yield from _files(gunzipped(blob, packed, context.limits), context, depth - 1)
        elif kind == "zip":
            yield from _members(blob, context, depth)
        elif kind in LETTERS:
            for member in mail.members(blob, kind, context.limits):
                yield from _files(member, context, depth - 1)
        else:
            yield _one(blob, kind, context)
    except Refused as why:
        yield context.refused(blob, kind, why)
    except RecordkitError:
        raise
    except (OSError, MemoryError) as error:
        if not reader_findings.is_machines_fault(error):
            yield context.refused(blob, kind, Refused("RK101", "reading_failed", error=type(error).__name__))
            return
        reason = getattr(error, "strerror", None) or details.text("out_of_memory")
        raise UnreadableInput(
                details.text("not_read_now", name=context.name, reason=reason), details.text("run_again")
            ) from error
    except Exception as error:  # one file that breaks a library must not stop the other forty
        yield context.refused(blob, kind, Refused("RK101", "reading_failed", error=type(error).__name__))


def _streams(blob: Blob, limits: Limits) -> list[str]:
    """The names at the root of an OLE file; none when it is damaged, which its reader will tell."""
    try:
        with olefile.OleFileIO(io.BytesIO(blob.everything(limits.workbook_bytes))) as ole:
            return [path[0] for path in ole.listdir(streams=True, storages=True)]
    except (OSError, ValueError, IndexError, KeyError, TypeError):
        return []


def _kind_of_zip(opened: zipfile.ZipFile) -> str:
    try:
        return file_kinds.of_zip(opened)
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError, OSError) as error:
        if reader_findings.is_machines_fault(error):
            raise
        raise Refused("RK103", "damaged_archive", error=type(error).__name__) from error


def _members(blob: Blob, context: Opening, depth: int) -> Iterator[SourceFile]:
    any_member = False
    for member in archive.members(blob, context.limits):
        any_member = True
        if isinstance(member, Blob):
            yield from _files(member, context, depth - 1)
        else:
            name, why = "/".join(part for part in (blob.member, member[0]) if part), member[1]
            named = Blob(name, blob.open, None, blob.container or "zip", name)
            yield context.refused(named, "unknown", why)
    if not any_member:
        raise Refused("RK126", "archive_empty")


def _one(blob: Blob, kind: str, context: Opening) -> SourceFile:
    """Read something that is no archive."""
    if kind == "empty":
        raise Refused("RK126", "no_bytes")
    if kind.startswith("other:"):
        raise file_kinds.no_table(kind)
    if kind == "binary":
        raise Refused("RK128", "neither_text_nor_workbook")
    spent = context.spent
    context = replace(context, limits=spent.of(context.limits)) if blob.container else context
    begun = _cpu_seconds()
    try:
        return _text(blob, context) if kind == "text" else workbook_file(blob, kind, context)
    finally:
        spent.seconds += _cpu_seconds() - begun


def _cpu_seconds() -> float:
    """Of this process and of the readers that it started and that have ended."""
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


def workbook_file(blob: Blob, kind: str, context: Opening) -> SourceFile:
    """A workbook, or what pretends to be one."""
    sheets, found, kind = workbook.read(blob, kind, context.limits, context.sha256)
    context.spent.bytes += blob.size or 0
    return context.source(blob, kind, issues.concat([_name(blob, kind, context), found]), sheets)


def _text(blob: Blob, context: Opening) -> SourceFile:
    with blob.open() as stream:
        facts = encodings.survey(stream)
    context.spent.bytes += facts.size
    if not facts.filled:
        raise Refused("RK126", "only_blanks", count=facts.size)
    decision = encodings.decide(facts, context.encoding)
    sheet, delimiter, found = csv_diagnostics.read(blob, decision, context.limits, context.delimiter, context.sha256)
    plain = context.source(blob, "delimited", issues.concat([_name(blob, "delimited", context), found]), (sheet,))
    return SourceFile(**{**plain.__dict__, "encoding": decision.encoding, "delimiter": delimiter})


def _name(blob: Blob, kind: str, context: Opening) -> pl.DataFrame:
    """RK104 when the extension promises something else; RK107 for an HTML table named like a workbook."""
    wrong = file_kinds.misnamed(blob, kind)
    if wrong is None:
        return issues.empty()
    return reader_findings.of_file("RK107" if kind == "html" else "RK104", context.sha256, wrong)
