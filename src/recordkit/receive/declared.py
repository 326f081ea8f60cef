"""Everything under schemas/ and its overlays, parsed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from recordkit import agencies, intake, issues, protection, reference, tables
from recordkit.errors import DeclarationError


@dataclass(frozen=True)
class Declarations:
    """The parsed declarations; each stage is given the part that it needs."""

    dirs: tuple[Path, ...]
    tables: Mapping[str, tables.Table]
    rules: issues.Rules
    agencies: agencies.Catalogue
    intake: intake.Intake
    reference: reference.Reference
    loosened: tuple[protection.Loosening, ...] = ()  # what overlays made looser, as a person allowed


def declare(dirs: Sequence[Path], *, allow_loosening: bool = False) -> Declarations:
    """Parse folders of declarations. Raises DeclarationError with the file, the place and the nearest known word.

    allow_loosening: overlays may loosen what protects people; it is told in `loosened`.
    """
    loosened = protection.check(dirs, allow=allow_loosening)
    known, fields = agencies.load(dirs), intake.load(dirs)
    for agency in known.values():
        for form in agency.formats:
            _refuse_idle_values(known.files[agency.id], form, fields.fields(form.unit))
    return Declarations(
        tuple(dirs), tables.load(dirs), issues.catalogue(dirs), known, fields, known.reference, loosened
    )


def _refuse_idle_values(path: Path, form: agencies.Format, fields: Mapping[str, intake.IntakeField]) -> None:
    """`values` stand for what a field's own cleaning would read: a column that nothing cleans has none."""
    for column in form.columns:
        if not column.values:
            continue
        kind = fields.get(column.field)
        if kind is None or kind.type == "ignore":
            why = "is left out" if kind else "is a helper and no field of this unit"
            raise DeclarationError(
                f"{path}: format '{form.id}' declares values for '{column.field}', which {why}: nobody would read them",
                "take the values out, or give them to the field that the column ends in",
            )
