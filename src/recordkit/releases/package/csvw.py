"""csv-metadata.json: metadata of CSV files by CSV on the Web, in English and Urdu."""

from __future__ import annotations

from typing import Any

from recordkit.releases.package.dataset import Column, Dataset, Table
from recordkit.store import disk
from recordkit.words import Both


def written(dataset: Dataset) -> bytes:
    """A group of tables."""
    described = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "@id": dataset.id,
        "@type": "TableGroup",
        "dc:title": _both(dataset.title),
        "dc:description": _both(dataset.product.about),
        "dc:publisher": _both(dataset.publisher.name),
        "dc:license": {"@id": dataset.licence.url or "LICENSE.txt"},
        "dialect": {"encoding": "utf-8", "header": True, "delimiter": ",", "lineTerminators": ["\n"]},
        "tables": [_table(dataset, table) for table in dataset.tables],
    }
    return disk.canonical_json(described, indent=1)


def _both(text: Both) -> list[dict[str, str]]:
    return [{"@value": value, "@language": language} for language, value in (("en", text.en), ("ur", text.ur)) if value]


def _table(dataset: Dataset, table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {"columns": [_column(dataset, one) for one in table.columns]}
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.joins:
        first = table.columns[0].name
        reference = {"resource": f"{table.joins}.csv", "columnReference": first}
        schema["foreignKeys"] = [{"columnReference": first, "reference": reference}]
    return {"url": f"{table.name}.csv", "dc:title": _both(table.title), "tableSchema": schema}


def _column(dataset: Dataset, column: Column) -> dict[str, Any]:
    missing = [one.value for one in column.values if one.value in dataset.missing]
    return {
        "name": column.name,
        "titles": column.name,
        "dc:title": _both(column.label),
        "dc:description": _both(column.doc),
        "datatype": column.type,
        "required": not column.nulls and not missing,
        "null": ["", *missing],
    }
