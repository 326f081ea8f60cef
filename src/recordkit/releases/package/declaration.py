"""What goes with every release besides its tables (schemas/package.toml): publisher, licences, method, limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import Field

from recordkit import declarations
from recordkit.declarations import Declared
from recordkit.words import Both

FILE = "package.toml"
Kind = Literal["tables", "microdata"]


class Publisher(Declared):
    """Who publishes releases."""

    name: Both  # of the office
    url: str = Field(default="", pattern="^(https?://\\S+)?$")  # its page
    email: str = Field(default="", pattern="^([^@\\s]+@[^@\\s]+)?$")  # for questions


class Licence(Declared):
    """What recipients may do."""

    id: str = ""  # of SPDX, where it has one
    title: Both  # its name
    url: str = Field(default="", pattern="^(https?://\\S+)?$")  # where it stands
    text: tuple[Both, ...] = Field(min_length=1)  # what it says, paragraph by paragraph


class Product(Declared):
    """What a kind of release is."""

    title: Both  # of the whole release
    about: Both  # what it holds, in a sentence
    keywords: tuple[str, ...] = ()  # for catalogues
    method: tuple[Both, ...] = ()  # how it was made
    limits: tuple[Both, ...] = ()  # what it cannot say


class Column(Declared):
    """What a column of a release means."""

    label: Both  # its name for readers
    doc: Both  # what it holds
    codes: str = ""  # vocabulary whose labels say what the values mean


class Sdmx(Declared):
    """How public tables become SDMX data structures."""

    agency: str = Field(pattern="^[A-Za-z][A-Za-z0-9_-]*(\\.[A-Za-z][A-Za-z0-9_-]*)*$")  # id of who maintains them
    version: str = Field(pattern="^[0-9]+\\.[0-9]+\\.[0-9]+$")  # of all structures
    time: tuple[str, ...] = Field(min_length=1)  # columns that are times, the finest first
    concepts: Mapping[str, str] = Field(default_factory=dict)  # column -> concept, where it is not its name in capitals
    status: Mapping[str, str] = Field(min_length=1)  # status of a cell -> code of OBS_STATUS
    names: Mapping[str, Both] = Field(default_factory=dict)  # concept that no column names -> its name


class File(Declared):
    """The whole of one schemas/package.toml; the keys are explained there."""

    country: str = Field(default="", pattern="^([A-Z]{3})?$")  # ISO 3166-1 alpha-3: what the records are about
    publisher: Publisher | None = None  # who publishes
    licences: Mapping[Kind, Licence] = Field(default_factory=dict)  # kind of release -> its licence
    products: Mapping[Kind, Product] = Field(default_factory=dict)  # kind of release -> what it is
    words: Mapping[str, Both] = Field(default_factory=dict)  # headings of the codebook and of README.md
    columns: Mapping[str, Column] = Field(default_factory=dict)  # column -> what it means
    sdmx: Sdmx | None = None  # data structures of public tables


def load(dirs: Sequence[Path]) -> File:
    """The packaged file and what overlays replace in it. Raises DeclarationError."""
    merged = File()
    for path in declarations.layers(dirs, FILE):
        own = declarations.read_toml(path, File)
        merged = File(
            country=own.country or merged.country,
            publisher=own.publisher or merged.publisher,
            licences={**merged.licences, **own.licences},
            products={**merged.products, **own.products},
            words={**merged.words, **own.words},
            columns={**merged.columns, **own.columns},
            sdmx=own.sdmx or merged.sdmx,
        )
    return merged
