"""ddi-codebook.xml: the codebook by DDI-Codebook 2.5, which archives of data read."""

from __future__ import annotations

from typing import Any, TypeAlias

from lxml import etree

from recordkit.releases.package.dataset import Column, Dataset, Table
from recordkit.words import Both

NAMESPACE = "ddi:codebook:2_5"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
Element: TypeAlias = Any  # of lxml, which has no types


def written(dataset: Dataset) -> bytes:
    """Study, files and variables; elements stand in the order that the standard asks for."""
    book = etree.Element(f"{{{NAMESPACE}}}codeBook", nsmap={None: NAMESPACE}, version="2.5")
    book.set(LANGUAGE, "en")
    study = _add(book, "stdyDscr")
    _citation(_add(study, "citation"), dataset)
    _about(_add(study, "stdyInfo"), dataset)
    method = _add(_add(study, "method"), "dataColl")
    for one in dataset.product.method:
        _both(method, "collMode", one)
    for one in dataset.product.limits:
        _both(method, "collSitu", one)
    access = _add(_add(study, "dataAccs"), "useStmt")
    _add(access, "conditions", "\n".join(one.en for one in (dataset.licence.title, *dataset.licence.text)))
    for at, table in enumerate(dataset.tables, 1):
        _file(_add(book, "fileDscr", ID=f"F{at}", URI=f"{table.name}.csv"), table)
    variables = _add(book, "dataDscr")
    for at, table in enumerate(dataset.tables, 1):
        for number, column in enumerate(table.columns, 1):
            interval = _interval(column)
            own = _add(variables, "var", ID=f"F{at}V{number}", name=column.name, files=f"F{at}", intrvl=interval)
            _variable(own, dataset, column, table.rows)
    return bytes(etree.tostring(book, encoding="utf-8", xml_declaration=True, pretty_print=True))


def _add(parent: Element, tag: str, text: str = "", /, **attributes: str) -> Element:
    made = etree.SubElement(parent, f"{{{NAMESPACE}}}{tag}", attributes)
    made.text = text or None
    return made


def _both(parent: Element, name: str, text: Both) -> None:
    """The element in both languages."""
    for language, value in (("en", text.en), ("ur", text.ur)):
        if value:
            _add(parent, name, value).set(LANGUAGE, language)


def _citation(citation: Element, dataset: Dataset) -> None:
    titles = _add(citation, "titlStmt")
    _add(titles, "titl", dataset.title.en)
    if dataset.title.ur:
        _add(titles, "parTitl", dataset.title.ur).set(LANGUAGE, "ur")
    _add(titles, "IDNo", dataset.id)
    _add(_add(citation, "rspStmt"), "AuthEnty", dataset.publisher.name.en)
    made = _add(citation, "prodStmt")
    _add(made, "producer", dataset.publisher.name.en)
    _add(made, "copyright", dataset.licence.title.en)
    spread = _add(citation, "distStmt")
    page = {"URI": dataset.publisher.url} if dataset.publisher.url else {}
    _add(spread, "distrbtr", dataset.publisher.name.en, **page)
    _add(spread, "distDate", dataset.published, date=dataset.published)
    _add(_add(citation, "verStmt"), "version", dataset.edition, date=dataset.published)


def _about(about: Element, dataset: Dataset) -> None:
    subject = _add(about, "subject")
    for word in dataset.product.keywords:
        _add(subject, "keyword", word)
    _both(about, "abstract", dataset.product.about)
    summary = _add(about, "sumDscr")
    for event, month in zip(("start", "end"), dataset.months, strict=True):
        _add(summary, "timePrd", month, event=event, date=month)
    _add(summary, "nation", dataset.spatial, abbr=dataset.spatial)


def _file(file: Element, table: Table) -> None:
    text = _add(file, "fileTxt")
    _add(text, "fileName", f"{table.name}.csv")
    _add(text, "fileCont", table.title.en)
    size = _add(text, "dimensns")
    _add(size, "caseQnty", str(table.rows))
    _add(size, "varQnty", str(len(table.columns)))
    _add(text, "fileType", "text/csv; charset=utf-8")


def _interval(column: Column) -> str:
    return "contin" if column.type in ("integer", "number") else "discrete"


def _variable(variable: Element, dataset: Dataset, column: Column, rows: int) -> None:
    _both(variable, "labl", column.label)
    missing = sum(one.rows for one in column.values if one.value in dataset.missing) + column.nothing
    _add(variable, "sumStat", str(rows - missing), type="vald")
    _add(variable, "sumStat", str(missing), type="invd")
    _both(variable, "txt", column.doc)
    for value in column.values:
        missing_value = {"missing": "Y"} if value.value in dataset.missing else {}
        category = _add(variable, "catgry", **missing_value)
        _add(category, "catValu", value.value)
        _add(category, "labl", value.label)
        _add(category, "catStat", str(value.rows), type="freq")
    _add(variable, "varFormat", type="numeric" if _interval(column) == "contin" else "character")
