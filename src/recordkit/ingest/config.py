"""Everything under schemas/ and its overlays, parsed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from recordkit import agencies, details, issues, protection, reference, source_fields, standardise, tables, words
from recordkit.errors import DeclarationError


@dataclass(frozen=True)
class Declarations:
    """The parsed declarations; each stage is given the part that it needs."""

    dirs: tuple[Path, ...]
    tables: Mapping[str, tables.Table]
    rules: issues.Rules
    agencies: agencies.Catalogue
    intake: source_fields.Intake
    reference: reference.Reference
    words: words.Words
    loosened: tuple[protection.Loosening, ...] = ()  # what overlays made looser, as a person allowed


def declare(dirs: Sequence[Path], *, allow_loosening: bool = False) -> Declarations:
    """Parse folders of declarations. Raises DeclarationError with the file, the place and the nearest known word.

    allow_loosening: overlays may loosen what protects people; it is told in `loosened`. Folders in which nothing
    changed are not parsed again in the same process.
    """
    return _declared(tuple(dirs), allow_loosening, _as_they_stand(dirs))


def _as_they_stand(dirs: Sequence[Path]) -> tuple[tuple[object, ...], ...]:
    """What changes when any file below the folders does."""
    files = sorted(path for folder in dirs for path in folder.rglob("*"))
    return tuple((path, *_stamp(path)) for path in files)


def _stamp(path: Path) -> tuple[int, ...]:
    try:
        stat = path.stat()
    except OSError:  # gone, or a link that leads nowhere: whoever reads it says so
        return ()
    return (stat.st_ino, stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns)


@lru_cache(maxsize=4)
def _declared(dirs: tuple[Path, ...], allow_loosening: bool, _stand: tuple[tuple[object, ...], ...]) -> Declarations:
    """`declare` for folders that stand so."""
    loosened = protection.check(dirs, allow=allow_loosening)
    known, fields = agencies.load(dirs), source_fields.load_source_fields(dirs)
    for agency in known.values():
        for form in agency.formats:
            _refuse_idle_values(known.files[agency.id], form, fields.fields(form.unit))
    found = Declarations(
        tuple(dirs), tables.load(dirs), issues.catalogue(dirs), known, fields, known.reference, words.load(dirs),
        loosened,
    )  # fmt: skip
    standardise.refuse_wrong_sources(found)
    return found


def _refuse_idle_values(path: Path, form: agencies.Format, fields: Mapping[str, source_fields.IntakeField]) -> None:
    """`values` stand for what a field's own cleaning would read: a column that nothing cleans has none."""
    for column in form.columns:
        if not column.values:
            continue
        kind = fields.get(column.field)
        if kind is None or kind.type == "ignore":
            why = details.text("is_left_out") if kind else details.text("is_helper")
            raise DeclarationError(
                details.text("idle_values", path=path, format=form.id, field=column.field, why=why),
                details.text("take_values_out"),
            )
