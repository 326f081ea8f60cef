"""Everything under schemas/ and its overlays, parsed once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from recordkit import agencies, intake, issues, reference, tables


@dataclass(frozen=True)
class Declarations:
    """The parsed declarations; each stage is given the part that it needs."""

    dirs: tuple[Path, ...]
    tables: Mapping[str, tables.Table]
    rules: issues.Rules
    agencies: agencies.Catalogue
    intake: intake.Intake
    reference: reference.Reference


def declare(dirs: Sequence[Path]) -> Declarations:
    """Parse folders of declarations. Raises DeclarationError with the file, the place and the nearest known word."""
    known = agencies.load(dirs)
    return Declarations(
        tuple(dirs), tables.load(dirs), issues.catalogue(dirs), known, intake.load(dirs), known.reference
    )
