"""datapackage.json: a Frictionless Data Package, version 2."""

from __future__ import annotations

from typing import Any

from recordkit.releases.package.dataset import Column, Dataset, Table
from recordkit.store import disk

PROFILE = "https://datapackage.org/profiles/2.0"


def written(dataset: Dataset) -> bytes:
    """The descriptor, with a resource for every CSV file."""
    licence, publisher = dataset.licence, dataset.publisher
    described: dict[str, Any] = {
        "$schema": f"{PROFILE}/datapackage.json",
        "name": f"{dataset.name}-{dataset.edition}".replace("_", "-"),
        "id": dataset.id,
        "title": dataset.title.en,
        "description": dataset.product.about.en,
        "version": dataset.edition,
        "created": f"{dataset.published}T00:00:00Z",
        "keywords": list(dataset.product.keywords),
        "licenses": [_filled(name=licence.id, path=licence.url or "LICENSE.txt", title=licence.title.en)],
        "contributors": [
            _filled(title=publisher.name.en, path=publisher.url, email=publisher.email) | {"roles": ["publisher"]}
        ],
        "resources": [_resource(dataset, table) for table in dataset.tables],
    }
    return disk.canonical_json(described, indent=1)


def _filled(**values: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


def _resource(dataset: Dataset, table: Table) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "$schema": f"{PROFILE}/tableschema.json",
        "fields": [_field(dataset, one) for one in table.columns],
        "missingValues": [""],
    }
    if table.key:
        schema["primaryKey"] = list(table.key)
    if table.joins:
        first = [table.columns[0].name]
        schema["foreignKeys"] = [{"fields": first, "reference": {"resource": table.joins, "fields": first}}]
    return {
        "$schema": f"{PROFILE}/dataresource.json",
        "name": table.name.replace("_", "-"), "path": f"{table.name}.csv", "type": "table", "title": table.title.en,
        "format": "csv", "mediatype": "text/csv", "encoding": "utf-8", "bytes": len(table.csv),
        "hash": f"sha256:{disk.sha256_bytes(table.csv)}", "schema": schema,
    }  # fmt: skip


def _field(dataset: Dataset, column: Column) -> dict[str, Any]:
    field: dict[str, Any] = {
        "name": column.name, "type": column.type, "title": column.label.en, "description": column.doc.en,
        "constraints": {"required": not column.nulls},
    }  # fmt: skip
    missing = [one.value for one in column.values if one.value in dataset.missing]
    if missing:
        field["missingValues"] = [{"value": "", "label": ""}, *({"value": one, "label": one} for one in missing)]
        field["constraints"] = {"required": False}
    stated = [one for one in column.values if one.value not in dataset.missing]
    if stated:
        field["categories"] = [{"value": one.value, "label": one.label} for one in stated]
    return field
