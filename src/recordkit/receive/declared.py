"""Everything under schemas/ and its overlays, parsed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from recordkit import agencies, intake, issues, protection, reference, tables


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
    known = agencies.load(dirs)
    return Declarations(
        tuple(dirs), tables.load(dirs), issues.catalogue(dirs), known, intake.load(dirs), known.reference, loosened
    )
