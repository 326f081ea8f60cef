"""The package of a release: its metadata by the standards of data archives, catalogues and programs, and its codebook.

A further standard that describes a release: a function from a `Dataset` to the bytes of a file, and its line in
`DOCUMENTS`. What they all say is declared in schemas/package.toml.
"""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import polars as pl

from recordkit.releases.package import catalogues, csvw, datapackage, ddi, pages, sdmx, statistics_files
from recordkit.releases.package.dataset import Dataset, Table, labels_of, months_of, table_of
from recordkit.releases.package.declaration import File, load

DOCUMENTS: Mapping[str, Callable[[Dataset], bytes]] = {
    "README.md": pages.readme,
    "LICENSE.txt": pages.licence,
    "CITATION.cff": pages.citation,
    "codebook.html": pages.codebook,
    "datapackage.json": datapackage.written,
    "csv-metadata.json": csvw.written,
    "ddi-codebook.xml": ddi.written,
    "dcat.jsonld": catalogues.dcat,
    "croissant.json": catalogues.croissant,
}


def files_of(dataset: Dataset) -> dict[str, bytes]:
    """All files of a release: its tables, and everything that describes them."""
    tables = {name: data for table in dataset.tables for name, _, data in table.files}
    return tables | {name: written(dataset) for name, written in DOCUMENTS.items()}


BOM = "bom"
MEDIA_SDMX = "application/vnd.sdmx.data+csv;version=2.0.0"
MEDIA_SDMX_ML = "application/vnd.sdmx.structure+xml;version=3.0.0"
SDMX = "sdmx"
FORMS = (*statistics_files.MEDIA, BOM, SDMX)  # in which tables come as well


def in_forms(
    package: File, table: Table, frame: pl.DataFrame, forms: Sequence[str], *, months: tuple[str, str]
) -> Table:
    """The table with files for statistics programs as well, or a CSV that begins with its encoding's mark (`bom`)."""
    made = {
        f"{table.name}.{form}": (media, statistics_files.written(table, frame, form))
        for form, media in statistics_files.MEDIA.items()
        if form in forms
    }
    if SDMX in forms and package.sdmx is not None and sdmx.is_figures(table):
        made[f"{table.name}.sdmx.csv"] = (MEDIA_SDMX, sdmx.data(package.sdmx, table, frame, months))
        made[f"{table.name}.sdmx.xml"] = (MEDIA_SDMX_ML, sdmx.structure(package.sdmx, table))
    csv = codecs.BOM_UTF8 + table.csv if BOM in forms else table.csv
    return replace(table, csv=csv, others=made)


__all__ = [
    "DOCUMENTS", "FORMS", "Dataset", "File", "Table", "files_of", "in_forms", "labels_of", "load", "months_of",
    "table_of",
]  # fmt: skip
