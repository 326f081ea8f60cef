"""dcat.jsonld and croissant.json: a release as catalogues (DCAT-AP 3) and loaders of data (Croissant 1.0) read it."""

from __future__ import annotations

from typing import Any

from recordkit.releases.package.dataset import Column, Dataset, Table
from recordkit.store import disk
from recordkit.words import Both

COUNTRY = "http://publications.europa.eu/resource/authority/country/"
FILE_TYPE = "http://publications.europa.eu/resource/authority/file-type/"
JUSTICE = "http://publications.europa.eu/resource/authority/data-theme/JUST"
LANGUAGE = "http://publications.europa.eu/resource/authority/language/"
MEDIA_TYPE = "http://www.iana.org/assignments/media-types/"
SHA256 = {"@id": "spdx:checksumAlgorithm_sha256", "@type": "spdx:ChecksumAlgorithm"}
TYPES = {"string": "sc:Text", "integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean"}


def _both(text: Both) -> list[dict[str, str]]:
    return [{"@value": value, "@language": language} for language, value in (("en", text.en), ("ur", text.ur)) if value]


def dcat(dataset: Dataset) -> bytes:
    """A dcat:Dataset with a distribution for every file."""
    licence = {"@id": dataset.licence.url} if dataset.licence.url else {"@id": f"{dataset.id}#licence"}
    publisher: dict[str, Any] = {
        "@id": dataset.publisher.url or f"{dataset.id}#publisher",
        "@type": ["foaf:Agent", "foaf:Organization"],
        "foaf:name": _both(dataset.publisher.name),
    }
    described: dict[str, Any] = {
        "@id": dataset.id,
        "@type": "dcat:Dataset",
        "dct:identifier": dataset.id,
        "dct:title": _both(dataset.title),
        "dct:description": _both(dataset.product.about),
        "dct:issued": {"@value": dataset.published, "@type": "xsd:date"},
        "dct:language": [{"@id": LANGUAGE + code, "@type": "dct:LinguisticSystem"} for code in ("ENG", "URD")],
        "dct:spatial": {"@id": COUNTRY + dataset.spatial, "@type": "dct:Location"},
        "dct:temporal": _period(dataset),
        "dcat:version": dataset.edition,
        "dcat:theme": {"@id": JUSTICE, "@type": "skos:Concept", "skos:prefLabel": _both(dataset.words["theme"])},
        "dcat:keyword": [{"@value": word, "@language": "en"} for word in dataset.product.keywords],
        "dct:publisher": publisher,
        "dcat:distribution": [
            _distribution(dataset, table, file, licence) for table in dataset.tables for file in table.files
        ],
    }
    if dataset.publisher.email:
        described["dcat:contactPoint"] = {
            "@type": "vcard:Organization", "vcard:fn": dataset.publisher.name.en,
            "vcard:hasEmail": {"@id": f"mailto:{dataset.publisher.email}"},
        }  # fmt: skip
    return disk.canonical_json({"@context": CONTEXT, "@graph": [described, _document(dataset, licence)]}, indent=1)


CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#", "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#", "xsd": "http://www.w3.org/2001/XMLSchema#",
}  # fmt: skip


def _document(dataset: Dataset, licence: dict[str, str]) -> dict[str, Any]:
    return {**licence, "@type": "dct:LicenseDocument", "dct:title": _both(dataset.licence.title)}


def _period(dataset: Dataset) -> dict[str, Any]:
    first, last = ({"@value": month, "@type": "xsd:gYearMonth"} for month in dataset.months)
    return {"@type": "dct:PeriodOfTime", "dcat:startDate": first, "dcat:endDate": last}


def _distribution(
    dataset: Dataset, table: Table, file: tuple[str, str, bytes], licence: dict[str, str]
) -> dict[str, Any]:
    name, media, data = file
    sum_ = {"@type": "spdx:Checksum", "spdx:algorithm": SHA256,
            "spdx:checksumValue": {"@value": disk.sha256_bytes(data), "@type": "xsd:hexBinary"}}  # fmt: skip
    kind = "CSV" if media == "text/csv" else "PARQUET"
    return {
        "@id": f"{dataset.id}#{name}",
        "@type": "dcat:Distribution",
        "dct:title": _both(table.title),
        "dcat:accessURL": {"@id": dataset.publisher.url or f"{dataset.id}#{name}"},
        "dcat:mediaType": {"@id": MEDIA_TYPE + media, "@type": "dct:MediaType"},
        "dct:format": {"@id": FILE_TYPE + kind, "@type": "dct:MediaTypeOrExtent"},
        "dcat:byteSize": {"@value": str(len(data)), "@type": "xsd:nonNegativeInteger"},
        "dct:license": licence,
        "spdx:checksum": sum_,
    }


# ------------------------------------------------------------------------------------------------- Croissant


def croissant(dataset: Dataset) -> bytes:
    """A sc:Dataset with a file object for every CSV file and a record set for its rows."""
    described = {
        "@context": CROISSANT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "@id": dataset.id,
        "name": f"{dataset.name}-{dataset.edition}",
        "description": dataset.product.about.en,
        "license": dataset.licence.url or dataset.licence.title.en,
        "url": dataset.publisher.url or dataset.id,
        "version": dataset.edition,
        "datePublished": dataset.published,
        "keywords": list(dataset.product.keywords),
        "inLanguage": ["en", "ur"],
        "citeAs": f"{dataset.publisher.name.en}: {dataset.title.en}, {dataset.edition}",
        "creator": {"@type": "sc:Organization", "name": dataset.publisher.name.en},
        "distribution": [_file_object(table) for table in dataset.tables],
        "recordSet": [_record_set(table) for table in dataset.tables],
    }
    return disk.canonical_json(described, indent=1)


CROISSANT = {
    "@language": "en", "@vocab": "https://schema.org/", "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/", "dct": "http://purl.org/dc/terms/", "conformsTo": "dct:conformsTo",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"}, "data": {"@id": "cr:data", "@type": "@json"},
    "examples": {"@id": "cr:examples", "@type": "@json"}, "rai": "http://mlcommons.org/croissant/RAI/",
    **{
        name: f"cr:{name}"
        for name in (
            "citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet",
            "format", "includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet",
            "references", "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField",
            "transform",
        )
    },
}  # fmt: skip


def _file_object(table: Table) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject", "@id": f"{table.name}.csv", "name": f"{table.name}.csv",
        "contentUrl": f"{table.name}.csv", "encodingFormat": "text/csv", "contentSize": f"{len(table.csv)} B",
        "sha256": disk.sha256_bytes(table.csv),
    }  # fmt: skip


def _record_set(table: Table) -> dict[str, Any]:
    made: dict[str, Any] = {
        "@type": "cr:RecordSet", "@id": table.name, "name": table.name, "description": table.title.en,
        "field": [_field(table, column) for column in table.columns],
    }  # fmt: skip
    if table.key:
        made["key"] = [{"@id": f"{table.name}/{name}"} for name in table.key]
    return made


def _field(table: Table, column: Column) -> dict[str, Any]:
    made: dict[str, Any] = {
        "@type": "cr:Field", "@id": f"{table.name}/{column.name}", "name": column.name, "description": column.doc.en,
        "dataType": TYPES[column.type],
        "source": {"fileObject": {"@id": f"{table.name}.csv"}, "extract": {"column": column.name}},
    }  # fmt: skip
    if table.joins and column is table.columns[0]:
        made["references"] = {"field": {"@id": f"{table.joins}/{column.name}"}}
    return made
