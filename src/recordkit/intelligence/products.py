"""The files of an intelligence product: statements, evidence, people and networks as tables and as a graph."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

from recordkit import text_safety
from recordkit.details import fill
from recordkit.intelligence import folder
from recordkit.intelligence.declaration import Intelligence
from recordkit.intelligence.networks import edges
from recordkit.intelligence.statements import Found, Statement
from recordkit.store.reading import Edition
from recordkit.words import Both, Language

KIND = "restricted intelligence for a named person; not a release"
GRAPHML = "http://graphml.graphdrawing.org/xmlns"
NAMES = ("name", "relative_name", "sex", "date_of_birth", "cnic")  # of identities; only where names are asked for
NODE = {"name": "string", "cases": "int", "network": "string"}
EDGE = {"cases": "int", "evidence": "string"}
COLUMNS: dict[str, Any] = {
    "statement": pl.String, "kind": pl.String, "subject": pl.String, "says": pl.String, "grade": pl.String,
    "weakest_link": pl.Float64, "chance": pl.Float64, "hangs_on_weak": pl.Boolean,
    "people": pl.List(pl.String), "cases": pl.List(pl.String), "links": pl.List(pl.String),
}  # fmt: skip
EVIDENCE: dict[str, Any] = {
    "statement": pl.String, "link_id": pl.String, "mention_id": pl.String, "other_mention_id": pl.String,
    "probability": pl.Float64,
}  # fmt: skip


@dataclass(frozen=True)
class Product:
    """What was found, as it is written and shown."""

    found: Found
    declared: Intelligence
    language: Language
    names: Mapping[str, str]  # person_id -> name; empty where names were not asked for

    @property
    def weak(self) -> int:
        """How many statements hang on a weak link, or on no chain at all."""
        return sum(map(self.hangs_on_weak, self.found.statements))

    def hangs_on_weak(self, one: Statement) -> bool:
        """Would the statement fall with a link that is weak?"""
        return one.weakest is not None and one.weakest < self.declared.weak

    def says(self, one: Statement) -> str:
        """The sentence."""
        name = self.names.get(one.subject)
        subject = f"{text_safety.one_line(name)} ({one.subject})" if name else one.subject
        spoken = {key: value.of(self.language) for key, value in one.figures.items() if isinstance(value, Both)}
        return fill(self.declared.says[one.kind].text.of(self.language), {"subject": subject, **one.figures, **spoken})

    def grade(self, one: Statement) -> str:
        """How far it can be relied on: by its weakest link, or by the share of its like that is chance."""
        if one.chance is not None:
            return self.declared.chance_grade(one.chance)
        return self.declared.grade(one.weakest)

    def rows(self) -> list[dict[str, Any]]:
        """A row of COLUMNS for each statement."""
        return [
            {
                "statement": f"S{at}", "kind": one.kind, "subject": one.subject, "says": self.says(one),
                "grade": self.grade(one), "weakest_link": one.weakest, "chance": one.chance,
                "hangs_on_weak": self.hangs_on_weak(one), "people": list(one.people), "cases": list(one.cases),
                "links": [link.id for link in one.links],
            }
            for at, one in enumerate(self.found.statements, start=1)
        ]  # fmt: skip

    def bases(self) -> list[str]:
        """How common each kind of statement is."""
        return [
            fill(says.base.of(self.language), {"found": f"{found:,}", "all": f"{every:,}"})
            for kind, says in self.declared.says.items()
            if kind in self.found.base
            for found, every in [self.found.base[kind]]
        ]

    def grades(self) -> list[str]:
        """What each grade means, and how many statements have it."""
        counted = pl.Series([row["grade"] for row in self.rows()], dtype=pl.String)
        known = [(one.grade, one.meaning) for one in self.declared.grades]
        if self.found.tested.columns:
            known += [(one.grade, one.meaning) for one in self.declared.chance]
        return [f"{grade} ({(counted == grade).sum()}): {meaning.of(self.language)}" for grade, meaning in known]


def names(edition: Edition) -> dict[str, str]:
    """person_id -> the best name of everybody who has one."""
    known = edition.scan("identities").select("person_id", "name").drop_nulls().collect()
    return dict(known.iter_rows())


def files(edition: Edition, made: Product) -> dict[str, bytes]:
    """File name -> bytes; names, dates of birth and cards are in none of them unless the product has names."""
    rows = made.rows()
    links = [
        (row["statement"], link.id, link.left, link.right, link.probability)
        for row, one in zip(rows, made.found.statements, strict=True)
        for link in one.links
    ]
    return {
        "statements.csv": folder.table(pl.DataFrame(rows, schema=COLUMNS)),
        "evidence.csv": folder.table(pl.DataFrame(links, schema=EVIDENCE, orient="row")),
        "people.csv": folder.table(_people(edition, made)),
        "network.graphml": graphml(made),
        **({"places.csv": folder.table(made.found.tested)} if made.found.tested.columns else {}),
    }


def _people(edition: Edition, made: Product) -> pl.DataFrame:
    """Everybody in a statement, with their cases; with who they are only where names were asked for."""
    wanted = sorted({person for one in made.found.statements for person in one.people})
    known = edition.scan("identities").filter(pl.col("person_id").is_in(wanted))
    columns = ["person_id", *(NAMES if made.names else ()), "mentions", "cases", "agencies", "provinces", "roles"]
    return known.select(columns).sort("person_id").collect()


def graphml(made: Product) -> bytes:
    """The networks as GraphML: a node for each person, an edge for each pair who share cases."""
    root = ElementTree.Element("graphml", {"xmlns": GRAPHML})
    for kind, keys in (("node", NODE), ("edge", EDGE)):
        for key, what in keys.items():
            attributes = {"id": f"{kind}_{key}", "for": kind, "attr.name": key, "attr.type": what}
            ElementTree.SubElement(root, "key", attributes)
    graph = ElementTree.SubElement(root, "graph", {"id": "G", "edgedefault": "undirected"})
    for number, network in enumerate(made.found.networks, start=1):
        for person in network.people:
            cases = {case for shared in network.neighbours[person].values() for case in shared}
            node = ElementTree.SubElement(graph, "node", {"id": person})
            _data(node, "node", {"name": made.names.get(person), "cases": len(cases), "network": f"N{number}"})
    for one, other, evidence in edges(made.found.networks):
        edge = ElementTree.SubElement(graph, "edge", {"source": one, "target": other})
        _data(edge, "edge", {"cases": len(evidence), "evidence": ";".join(evidence)})
    ElementTree.indent(root)
    return bytes(ElementTree.tostring(root, encoding="utf-8", xml_declaration=True))


def _data(above: ElementTree.Element, kind: str, values: Mapping[str, object]) -> None:
    for key, value in values.items():
        if value is not None:
            data = ElementTree.SubElement(above, "data", {"key": f"{kind}_{key}"})
            data.text = text_safety.one_line(str(value))
