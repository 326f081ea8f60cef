"""The manifest of an edition: what went in, what came out, and the sum of every file.

It holds no clock and no host: the same inputs, declarations, decisions and code give the same bytes, and
so the same edition id. It names the manifest before it by its sum, which makes the editions a chain.
"""

from __future__ import annotations

import functools
import json
from pathlib import Path
from typing import Self

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from recordkit import details
from recordkit.errors import BrokenLaw, UnreadableInput
from recordkit.store import disk
from recordkit.store.errors import StoreDamaged, StoreNewer, unreadable
from recordkit.version import __version__

FORMAT = 3  # docs/reference/edition-format.md says what raises it, and what each number brought
OLDEST_READ = 2  # the first format whose tables have the columns of today
MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
SHA256 = r"^[0-9a-f]{64}$"


class _Part(BaseModel):
    """Strict and frozen: an unknown key is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Rows(_Part):
    """Where the rows of one file went. A return of nothing has read 0."""

    read: int = Field(default=0, ge=0)
    accepted: int = Field(default=0, ge=0)
    quarantined: int = Field(default=0, ge=0)
    corrected: int = Field(default=0, ge=0)  # of the quarantined ones, those that a later file brought corrected
    skipped: int = Field(default=0, ge=0)


class Input(_Part):
    """One source file: a base name, never a path; and never anything out of the file itself."""

    sha256: str = Field(pattern=SHA256)
    name: str
    received: str | None = None
    agency: str | None = None
    format: str | None = None
    period: str | None = Field(default=None, pattern=MONTH)
    rows: Rows = Rows()

    def identity(self) -> tuple[str, str, str]:
        """What is known of a file before it is read."""
        return (self.sha256, self.name, self.received or "")


class Law(_Part):
    """A promise that was checked, with both sides of its sum."""

    law: str
    left: int
    right: int
    what: str = ""

    @property
    def holds(self) -> bool:
        """Are both sides equal?"""
        return self.left == self.right


class FileSum(_Part):
    """One file of a table or of the quarantine, relative to its folder."""

    path: str
    bytes: int
    sha256: str
    rows: int | None = None
    month: str | None = Field(default=None, pattern=MONTH)  # all its rows are of this month; None: of any


class Table(_Part):
    """A table's columns in order, its rows, and its files.

    Files of a table that is encrypted (`key`: the key's id) are summed before encryption, so that the same
    inputs give the same manifest; the sums of what is on the disk are in `sealed.json` beside it.
    """

    rows: int
    columns: list[tuple[str, str]]
    files: list[FileSum]
    key: str | None = None


class Code(_Part):
    """What computed the edition."""

    version: str
    sha256: str
    polars: str


class Previous(_Part):
    """The edition before."""

    id: str
    manifest_sha256: str


class Decisions(_Part):
    """The human decisions that were in force: how many ledger entries, and the sum of the last."""

    entries: int = 0
    head: str = ""


class Manifest(_Part):
    """All that is known of an edition."""

    format: int = Field(default=FORMAT, ge=1, le=FORMAT)
    period: str = Field(pattern=MONTH)
    revision: int
    sequence: int
    revisions: dict[str, int]
    previous: Previous | None
    code: Code
    schemas_sha256: str
    decisions: Decisions
    options: dict[str, str]
    inputs: list[Input]
    tables: dict[str, Table]
    quarantine: Table | None
    laws: list[Law]

    def to_bytes(self) -> bytes:
        """Canonical JSON, indented for people; of an older format with the keys that it was written with."""
        data = self.model_dump(mode="json", exclude_unset=self.format < FORMAT)
        return disk.canonical_json(data, indent=1)

    @property
    def made_with(self) -> set[str | None]:
        """Ids of the keys of its tables; None: a table is not encrypted."""
        return {table.key for table in (*self.tables.values(), *([self.quarantine] if self.quarantine else []))}

    @property
    def sha256(self) -> str:
        """The sum that the edition's id and the next edition quote."""
        return disk.sha256_bytes(self.to_bytes())

    @property
    def edition_id(self) -> str:
        """`<year-month>-r<revision>-<first 8 of the sum>`."""
        return f"{self.period}-r{self.revision}-{self.sha256[:8]}"

    def fingerprint(self) -> str:
        """Equal for two runs that would give the same edition."""
        return fingerprint(self.inputs, self.schemas_sha256, self.decisions, self.options, self.code)

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a manifest of this format or an older one.

        Raises StoreDamaged for one that is torn or edited, StoreNewer for one of a format that is not known yet.
        """
        try:
            data = disk.read_file(path)
        except OSError as error:
            raise unreadable(str(path), error, details.text("verify_says_rest")) from None
        try:
            manifest = cls.model_validate_json(data)
        except ValidationError:
            if _is_newer(data, path.parent.name):
                what = details.text("made_by_newer", path=path, format=FORMAT)
                raise StoreNewer(what, details.text("upgrade_recordkit")) from None
            raise StoreDamaged(
                details.text("no_manifest", path=path, format=FORMAT), details.text("verify_says_rest")
            ) from None
        if manifest.to_bytes() != data:
            raise StoreDamaged(details.text("changed_after_written", path=path), details.text("verify_says_rest"))
        return manifest




def _is_newer(data: bytes, edition_id: str) -> bool:
    """Does a whole manifest, whose sum is in its edition's id, say that its format is newer than ours?"""
    try:
        number = json.loads(data)["format"]
    except (ValueError, KeyError, TypeError):
        return False
    return isinstance(number, int) and number > FORMAT and edition_id.endswith(f"-{disk.sha256_bytes(data)[:8]}")


def fingerprint(
    inputs: list[Input],
    schemas_sha256: str,
    decisions: Decisions,
    options: dict[str, str],
    code: Code,
) -> str:
    """The sum of all that decides the content of an edition; known before any file is read."""
    return disk.sha256_bytes(
        disk.canonical_json(
            {
                "inputs": sorted(source.identity() for source in inputs),
                "schemas": schemas_sha256,
                "decisions": decisions.model_dump(),
                "options": options,
                "code": [code.version, code.sha256],
            }
        )
    )


@functools.cache
def code_version() -> Code:
    """This program: its version, the sum of its sources, and the libraries that shape the bytes."""
    package = Path(__file__).resolve().parents[1]
    sums = [(path.relative_to(package).as_posix(), disk.sha256_file(path)) for path in sorted(package.rglob("*.py"))]
    return Code(
        version=__version__,
        sha256=disk.sha256_bytes(disk.canonical_json(sums)),
        polars=pl.__version__,
    )


def sort_inputs(inputs: list[Input]) -> list[Input]:
    """The one order of inputs, whatever the order of arrival."""
    return sorted(inputs, key=lambda s: (s.received or "", s.name, s.sha256, s.model_dump_json()))


def newest_period(inputs: list[Input]) -> str:
    """The month of an edition: the newest among its inputs."""
    periods = [source.period or (source.received or "")[:7] for source in inputs]
    known = [period for period in periods if len(period) == 7]
    if not known:
        raise UnreadableInput(details.text("no_input_has_month"), details.text("folders_named_by_month"))
    return max(known)


def check_laws(inputs: list[Input], quarantined: int | None, laws: list[Law]) -> list[Law]:
    """Conservation for every file and for the quarantine, then the caller's laws; raises if one is broken."""
    rows = [source.rows for source in inputs]
    accounted = sum(row.accepted + row.quarantined + row.skipped for row in rows)
    checked = [
        Law(
            law="conservation",
            left=sum(row.read for row in rows),
            right=accounted,
            what=details.text("law_conservation"),
        )
    ]
    if quarantined is not None:
        expected = sum(row.quarantined - row.corrected for row in rows)
        what = details.text("law_quarantined_rows")
        checked.append(Law(law="quarantine", left=expected, right=quarantined, what=what))
    uneven = [
        source
        for source in inputs
        if source.rows.read != sum((source.rows.accepted, source.rows.quarantined, source.rows.skipped))
    ]
    broken = [law for law in (*checked, *laws) if not law.holds]
    if uneven:
        raise BrokenLaw(details.text("conservation_broken", name=uneven[0].name))
    if broken:
        law = broken[0]
        raise BrokenLaw(details.text("law_broken", law=law.law, left=law.left, right=law.right))
    return [*checked, *laws]
