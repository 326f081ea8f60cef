"""Loads schemas/intake.toml: what a row of a source file can say, by unit of the row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from recordkit import declarations, details
from recordkit.fields.kinds import KINDS, Kind


class IntakeField(BaseModel):
    """One canonical source field: the kind of value (fields/kinds.py) and, for people, the role it names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    type: str  # how its values are cleaned
    vocabulary: str | None = None  # of type code: list of codes in reference/codes.csv
    several: bool = False  # a cell may name several codes
    role: str | None = None  # of people: accused, victim or complainant
    relation: str | None = None  # of type relative: father, mother or husband
    range: bool = False  # of dates and numbers: a cell may hold two, from and to
    earliest: int | None = None  # the first year that is believed of a date
    personal: bool = False  # names or reaches a person: masked in output
    doc: str = ""  # meaning, for the reference pages

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.type not in KINDS:
            guess = declarations.nearest(self.type, KINDS) or ", ".join(KINDS)
            raise ValueError(details.text("unknown_type", type=self.type, guess=guess))
        if (self.type == "code") != (self.vocabulary is not None):
            raise ValueError(details.text("vocabulary_if_code"))
        return self

    @property
    def kind(self) -> Kind:
        """What reads it, and what it gives."""
        return KINDS[self.type]


class IntakeFile(BaseModel):
    """The whole of intake.toml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    common: dict[str, IntakeField]  # fields of every unit
    case: dict[str, IntakeField]  # fields of a row that is a case
    person: dict[str, IntakeField]  # fields of a row that is a person
    service: dict[str, IntakeField]  # fields of a row that is a service
    # `return` is a Python keyword, so the attribute has another name than the TOML table.
    returns: dict[str, IntakeField] = Field(alias="return")


@dataclass(frozen=True)
class Intake:
    """Fields by unit ("case", "person", "service", "return"); each unit holds the common fields too."""

    units: Mapping[str, Mapping[str, IntakeField]]

    def fields(self, unit: str) -> Mapping[str, IntakeField]:
        """The fields of one unit, in declared order. An enquiry is a case that is not one yet."""
        return self.units["case" if unit == "enquiry" else unit]


def load_source_fields(dirs: Sequence[Path]) -> Intake:
    """Read intake.toml from the last folder of `dirs` that has one. Raises DeclarationError."""
    path = declarations.files(dirs, "intake.toml")["intake.toml"]
    parsed = declarations.read_toml(path, IntakeFile)
    common = parsed.common
    return Intake(
        {
            "case": {**common, **parsed.case},
            "person": {**common, **parsed.person},
            "service": {**common, **parsed.service},
            "return": {**common, **parsed.returns},
        }
    )
