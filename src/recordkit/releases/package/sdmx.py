"""Public tables as SDMX-CSV 2.0, each with its data structure in SDMX-ML 3.0 (package.toml, [sdmx]).

Every level of a table is a dimension with a code list of its values, and `_T` for all; time is TIME_PERIOD, and the sum
over all times the range of the edition. What is not published has no OBS_VALUE, and the reason in OBS_STATUS.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

import polars as pl
from lxml import etree

from recordkit import details
from recordkit.releases.package.dataset import Column, Table
from recordkit.releases.package.declaration import Sdmx
from recordkit.words import Both

COUNT, STATUS, UNIT = "count", "status", "unit"
TIME, VALUE, OBS_STATUS, UNIT_MEASURE = "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS", "UNIT_MEASURE"
TOTAL = "_T"
BASE = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0"
SPACES = {name: f"{BASE}/{name}" for name in ("message", "structure", "common")}
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


def is_figures(table: Table) -> bool:
    """Has the table counts with their status?"""
    return {COUNT, STATUS, UNIT} <= {column.name for column in table.columns}


def data(declared: Sdmx, table: Table, frame: pl.DataFrame, months: tuple[str, str]) -> bytes:
    """All rows as SDMX-CSV."""
    levels = [column for column in table.columns if column.name not in (COUNT, STATUS, UNIT)]
    times = [column.name for column in levels if column.name in declared.time]
    period = pl.coalesce(*(pl.col(one).replace(details.text("total"), None) for one in times), pl.lit(_range(months)))
    statuses = dict(declared.status)
    made = frame.select(
        pl.lit("datastructure").alias("STRUCTURE"),
        pl.lit(f"{declared.agency}:{_id(table)}({declared.version})").alias("STRUCTURE_ID"),
        pl.lit("I").alias("ACTION"),
        *(
            pl.col(one.name).replace_strict(codes_of(one), return_dtype=pl.String).alias(_concept(declared, one.name))
            for one in levels if one.name not in times
        ),
        period.alias(TIME), pl.col(COUNT).alias(VALUE),
        pl.col(STATUS).replace_strict(statuses, return_dtype=pl.String).alias(OBS_STATUS),
        pl.col(UNIT).str.to_uppercase().alias(UNIT_MEASURE),
    )  # fmt: skip
    return made.write_csv().encode()


def _range(months: tuple[str, str]) -> str:
    """All months of an edition as SDMX writes a range: its first day and how long."""
    (first, start), (last, end) = ([int(part) for part in one.split("-")] for one in months)
    return f"{months[0]}-01/P{(last - first) * 12 + end - start + 1}M"


def codes_of(column: Column) -> dict[str, str]:
    """Value -> its id in the code list; different values have different ones."""
    found: dict[str, str] = {}
    for one in column.values:
        plain = re.sub("[^A-Za-z0-9_@$-]+", "_", one.value.replace("+", "_OVER")).strip("_") or "VALUE"
        code = TOTAL if one.value == details.text("total") else plain
        while code in found.values():
            code += "_"
        found[one.value] = code
    return found


def _id(table: Table) -> str:
    return table.name.upper()


def _concept(declared: Sdmx, name: str) -> str:
    return declared.concepts.get(name, name.upper())


# ------------------------------------------------------------------------------------------------- the structure


@dataclass(frozen=True)
class Own:
    """Whose the parts of a structure are, and of which table: no two tables have one in common."""

    agency: str
    version: str
    table: str

    def where(self, kind: str, name: str) -> str:
        """The name of a part all over the world."""
        return f"urn:sdmx:org.sdmx.infomodel.{kind}={self.agency}:{name}({self.version})"

    def codes(self, concept: str) -> str:
        """The id of the code list of a concept."""
        return f"CL_{self.table}_{concept}"

    @property
    def concepts(self) -> str:
        """The id of the scheme of concepts."""
        return f"CS_{self.table}"


def structure(declared: Sdmx, table: Table) -> bytes:
    """The data structure of the table with its code lists and concepts."""
    own = Own(declared.agency, declared.version, _id(table))
    root = etree.Element(_tag("message", "Structure"), nsmap={name[:3]: space for name, space in SPACES.items()})
    header = _add(root, "message", "Header")
    _add(header, "message", "ID").text = own.table
    _add(header, "message", "Test").text = "false"
    _add(header, "message", "Prepared").text = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    _add(header, "message", "Sender", id=own.agency)
    parts = _add(root, "message", "Structures")
    levels = [one for one in table.columns if one.name not in (COUNT, STATUS, UNIT, *declared.time)]
    _codelists(parts, own, declared, table, levels)
    names = [_concept(declared, one.name) for one in levels]
    by_name = {column.name: column.label for column in table.columns}
    labels = {name: one.label for name, one in zip(names, levels, strict=True)}
    labels |= {TIME: declared.names[TIME], VALUE: by_name[COUNT]}
    labels |= {OBS_STATUS: by_name[STATUS], UNIT_MEASURE: by_name[UNIT]}
    scheme = _maintained(_add(parts, "structure", "ConceptSchemes"), own, "ConceptScheme", own.concepts, table.title)
    for name, label in labels.items():
        _named(_add(scheme, "structure", "Concept", id=name), label)
    _components(parts, own, table.title, names)
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written


def _codelists(
    parts: etree._Element, own: Own, declared: Sdmx, table: Table, levels: Sequence[Column]
) -> None:
    lists = _add(parts, "structure", "Codelists")
    by_name = {column.name: column for column in table.columns}
    for one in levels:
        codes = codes_of(one)
        meant = {codes[value.value]: Both(en=value.label, ur=value.urdu) for value in one.values}
        _codelist(lists, own, _concept(declared, one.name), one.label, meant)
    statuses = {code: Both(en=status, ur="") for status, code in declared.status.items()}
    units = {one.value.upper(): Both(en=one.label, ur=one.urdu) for one in by_name[UNIT].values}
    _codelist(lists, own, OBS_STATUS, by_name[STATUS].label, statuses)
    _codelist(lists, own, UNIT_MEASURE, by_name[UNIT].label, units)


def _components(parts: etree._Element, own: Own, title: Both, dimensions: Sequence[str]) -> None:
    made = _maintained(_add(parts, "structure", "DataStructures"), own, "DataStructure", own.table, title)
    components = _add(made, "structure", "DataStructureComponents")
    listed = _add(components, "structure", "DimensionList", id="DimensionDescriptor")
    for at, name in enumerate(dimensions, 1):
        _coded(_add(listed, "structure", "Dimension", id=name, position=str(at)), own, name)
    _typed(_add(listed, "structure", "TimeDimension", id=TIME), own, TIME, "ObservationalTimePeriod")
    attributes = _add(components, "structure", "AttributeList", id="AttributeDescriptor")
    for name in (OBS_STATUS, UNIT_MEASURE):
        attribute = _add(attributes, "structure", "Attribute", id=name, usage="mandatory")
        _coded(attribute, own, name)
        _add(_add(attribute, "structure", "AttributeRelationship"), "structure", "Observation")
    measures = _add(components, "structure", "MeasureList", id="MeasureDescriptor")
    _typed(_add(measures, "structure", "Measure", id=VALUE), own, VALUE, "Integer")


def _codelist(lists: etree._Element, own: Own, name: str, label: Both, codes: Mapping[str, Both]) -> None:
    made = _maintained(lists, own, "Codelist", own.codes(name), label)
    for code, meant in codes.items():
        _named(_add(made, "structure", "Code", id=code), meant)


def _maintained(parent: etree._Element, own: Own, kind: str, name: str, label: Both) -> etree._Element:
    made = _add(parent, "structure", kind, id=name, agencyID=own.agency, version=own.version)
    _named(made, label)
    return made


def _named(element: etree._Element, label: Both) -> None:
    for language, text in (("en", label.en), ("ur", label.ur)):
        if text:
            _add(element, "common", "Name", **{LANGUAGE: language}).text = text


def _coded(element: etree._Element, own: Own, name: str) -> None:
    _identity(element, own, name)
    where = own.where("codelist.Codelist", own.codes(name))
    _add(_add(element, "structure", "LocalRepresentation"), "structure", "Enumeration").text = where


def _typed(element: etree._Element, own: Own, name: str, kind: str) -> None:
    _identity(element, own, name)
    _add(_add(element, "structure", "LocalRepresentation"), "structure", "TextFormat", textType=kind)


def _identity(element: etree._Element, own: Own, name: str) -> None:
    where = own.where("conceptscheme.Concept", own.concepts) + f".{name}"
    _add(element, "structure", "ConceptIdentity").text = where


def _add(parent: etree._Element, space: str, name: str, **attributes: str) -> etree._Element:
    return etree.SubElement(parent, _tag(space, name), attributes)


def _tag(space: str, name: str) -> str:
    return f"{{{SPACES[space]}}}{name}"
