"""A release comes with metadata by the standards of archives and catalogues, and all of them say the same."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import json_schema
import polars as pl
import pytest
from lxml import etree
from release_stores import DIRS, TABLES, frames, published

from in_process import run
from recordkit import releases
from recordkit.releases import package
from recordkit.words import Both

SIGNED = ("--approve", "A. Officer", "--second", "B. Officer")
PRODUCTS = {
    "microdata": ("--microdata", "victims"),
    "tables": ("--table", "victims_by_age_and_sex", "--table", "accused_by_sex"),
}
DDI = {"d": "ddi:codebook:2_5"}


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A release of each kind."""
    base, made = tmp_path_factory.mktemp("package"), {}
    for kind, asked in PRODUCTS.items():
        root = published(base / f"store of {kind}", frames(1))
        assert run("release", root, "--to", base / kind, *asked, *SIGNED).returncode == 0
        made[kind] = base / kind
    return made


@pytest.fixture(params=sorted(PRODUCTS))
def folder(folders: dict[str, Path], request: pytest.FixtureRequest) -> Path:
    return folders[request.param]


def tables_of(folder: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of every CSV file."""
    return {path.name: list(csv.DictReader(io.StringIO(path.read_text("utf-8")))) for path in sorted(folder.glob("*.csv"))}


def columns_of(folder: Path) -> dict[str, list[str]]:
    return {path.name: path.read_text("utf-8").splitlines()[0].split(",") for path in sorted(folder.glob("*.csv"))}


def parsed(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text("utf-8"))


def test_every_document_is_there_and_in_the_sums_of_the_release(folder: Path) -> None:
    sums = parsed(folder, "release.json")["files"]
    assert set(package.DOCUMENTS) <= set(sums)
    for name, total in sums.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == total


def test_the_data_package_is_one_by_its_own_profile_and_says_what_the_files_hold(folder: Path) -> None:
    described = parsed(folder, "datapackage.json")
    assert json_schema.errors(described, "datapackage-2.0.json") == []
    tables = tables_of(folder)
    assert {one["path"] for one in described["resources"]} == set(tables)
    for one in described["resources"]:
        data, rows = (folder / one["path"]).read_bytes(), tables[one["path"]]
        assert (one["bytes"], one["hash"]) == (len(data), "sha256:" + hashlib.sha256(data).hexdigest())
        fields = one["schema"]["fields"]
        assert [field["name"] for field in fields] == columns_of(folder)[one["path"]]
        for field in fields:
            values = {row[field["name"]] for row in rows}
            known = {value["value"] for value in (*field.get("categories", ()), *field.get("missingValues", [{"value": ""}]))}
            if "categories" in field:
                assert values <= known, field["name"]
            if field["constraints"]["required"]:
                assert "" not in values
            if field["type"] == "integer":
                assert all(re.fullmatch("-?[0-9]*", value) for value in values)
            if field["type"] == "boolean":
                assert values <= {"true", "false", ""}


def test_the_check_against_a_schema_finds_what_is_wrong(folders: dict[str, Path]) -> None:
    described = parsed(folders["tables"], "datapackage.json")
    described["resources"][0]["schema"]["fields"][0]["type"] = "colour"
    assert json_schema.errors(described, "datapackage-2.0.json")
    assert json_schema.errors({"cff-version": "1.2.0"}, "cff-1.2.0.json")


def test_rows_of_people_and_sections_join_those_of_cases(folders: dict[str, Path]) -> None:
    described = {one["path"]: one["schema"] for one in parsed(folders["microdata"], "datapackage.json")["resources"]}
    tables = tables_of(folders["microdata"])
    assert described["cases.csv"]["primaryKey"] == ["record"]
    for name in ("victims.csv", "charges.csv"):
        assert described[name]["foreignKeys"][0]["reference"] == {"resource": "cases", "fields": ["record"]}
        assert {row["record"] for row in tables[name]} <= {row["record"] for row in tables["cases.csv"]}
    shows = {row["record"] for row in tables["cases.csv"] if row["charges"] == "false"}
    assert not shows & {row["record"] for row in tables["charges.csv"]}


def test_csvw_describes_every_column_in_order_and_in_both_languages(folder: Path) -> None:
    described = parsed(folder, "csv-metadata.json")
    assert described["@context"] == ["http://www.w3.org/ns/csvw", {"@language": "en"}]
    assert described["@type"] == "TableGroup"
    columns = columns_of(folder)
    assert {one["url"]: [column["titles"] for column in one["tableSchema"]["columns"]] for one in described["tables"]} == columns
    for one in described["tables"]:
        names = [column["name"] for column in one["tableSchema"]["columns"]]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch("[a-z][a-z0-9_]*", name) for name in names)
        assert {column["datatype"] for column in one["tableSchema"]["columns"]} <= {"string", "integer", "number", "boolean"}
        assert all({text["@language"] for text in column["dc:title"]} == {"en", "ur"} for column in one["tableSchema"]["columns"])
        for key in one["tableSchema"].get("foreignKeys", ()):
            assert key["reference"]["resource"] in columns


# Children of these elements come in this order (codebook.xsd of DDI-Codebook 2.5); those with * may be there again.
ORDER = {
    "codeBook": "docDscr* stdyDscr* fileDscr* dataDscr* otherMat*", "stdyDscr": "citation* stdyInfo* studyDevelopment method* dataAccs*",
    "citation": "titlStmt rspStmt prodStmt distStmt serStmt* verStmt* biblCit*", "titlStmt": "titl subTitl* altTitl* parTitl* IDNo*",
    "prodStmt": "producer* copyright", "distStmt": "distrbtr* contact* depositr* depDate* distDate*", "stdyInfo": "subject* abstract* sumDscr*",
    "sumDscr": "timePrd* collDate* nation*", "dataColl": "timeMeth* dataCollector* collectorTraining* frequenc* sampProc* sampleFrame* targetSampleSize* deviat* collMode* resInstru* instrumentDevelopment* sources collSitu*",
    "useStmt": "confDec* specPerm* restrctn* contact* citReq* deposReq* conditions disclaimer", "fileDscr": "fileTxt*",
    "fileTxt": "fileName* fileCont* fileStrc dimensns fileType*", "dimensns": "caseQnty* varQnty*", "dataDscr": "varGrp* nCubeGrp* var*",
    "var": "location* labl* imputation* security* embargo* respUnit* anlysUnit* qstn* valrng* invalrng* undocCod* universe* TotlResp* sumStat* txt* stdCatgry* catgryGrp* catgry* codInstr* verStmt* concept* derivation varFormat*",
    "catgry": "catValu labl* txt* catStat*",
}  # fmt: skip


def test_the_ddi_codebook_has_its_elements_in_the_order_of_the_standard_and_counts_every_value(folder: Path) -> None:
    book = etree.parse(str(folder / "ddi-codebook.xml")).getroot()
    assert (book.tag, book.get("version")) == ("{ddi:codebook:2_5}codeBook", "2.5")
    for element in book.iter():
        name = etree.QName(element).localname
        if name in ORDER:
            order = " ".join(etree.QName(child).localname for child in element) + " "
            pattern = "".join(f"(?:{one.rstrip('*')} ){'*' if one.endswith('*') else '?'}" for one in ORDER[name].split())
            assert re.fullmatch(pattern, order.lstrip()), f"{name}: {order}"
    ids = [element.get("ID") for element in book.iter() if element.get("ID")]
    assert len(set(ids)) == len(ids)
    tables = tables_of(folder)
    files = {one.get("ID"): one.get("URI") for one in book.findall("d:fileDscr", DDI)}
    assert set(files.values()) == set(tables)
    for variable in book.findall("d:dataDscr/d:var", DDI):
        rows = tables[files[variable.get("files")]]
        valid, invalid = (int(variable.findtext(f"d:sumStat[@type='{kind}']", namespaces=DDI)) for kind in ("vald", "invd"))
        assert valid + invalid == len(rows)
        for category in variable.findall("d:catgry", DDI):
            value = category.findtext("d:catValu", namespaces=DDI)
            assert int(category.findtext("d:catStat", namespaces=DDI)) == sum(row[variable.get("name")] == value for row in rows)


def test_the_catalogue_entry_has_what_dcat_ap_asks_for(folder: Path) -> None:
    dataset, licence = parsed(folder, "dcat.jsonld")["@graph"]
    assert dataset["@type"] == "dcat:Dataset"
    assert {"dct:title", "dct:description", "dct:publisher", "dcat:distribution", "dcat:theme", "dct:spatial"} <= set(dataset)
    assert licence["@type"] == "dct:LicenseDocument"
    files = {one["@id"].rpartition("#")[2]: one for one in dataset["dcat:distribution"]}
    assert set(files) == {path.name for pattern in ("*.csv", "*.parquet") for path in folder.glob(pattern)}
    for name, one in files.items():
        assert one["dcat:accessURL"]["@id"]
        assert one["dct:license"]["@id"] == licence["@id"]
        assert one["spdx:checksum"]["spdx:checksumValue"]["@value"] == hashlib.sha256((folder / name).read_bytes()).hexdigest()


def test_croissant_has_a_field_for_every_column_and_names_only_what_is_there(folder: Path) -> None:
    described = parsed(folder, "croissant.json")
    assert {"name", "description", "license", "url", "creator", "datePublished", "conformsTo"} <= set(described)
    objects = {one["@id"]: one for one in described["distribution"]}
    assert all(one["sha256"] == hashlib.sha256((folder / name).read_bytes()).hexdigest() for name, one in objects.items())
    fields = {field["@id"]: field for one in described["recordSet"] for field in one["field"]}
    assert {(one["source"]["fileObject"]["@id"], one["source"]["extract"]["column"]) for one in fields.values()} == {
        (name, column) for name, columns in columns_of(folder).items() for column in columns
    }
    assert all(one["references"]["field"]["@id"] in fields for one in fields.values() if "references" in one)


def test_the_citation_is_one_by_its_own_schema(folder: Path) -> None:
    cited = _yaml((folder / "CITATION.cff").read_text("utf-8"))
    assert json_schema.errors(cited, "cff-1.2.0.json") == []
    assert cited["type"] == "dataset"
    assert ("license" in cited) == (folder.name == "tables")


def _yaml(text: str) -> dict[str, Any]:
    """The YAML that we write: a level of lists of texts or of keys, every text as JSON has it."""
    found: dict[str, Any] = {}
    for line in text.splitlines():
        body = line.lstrip(" -")
        if not line.startswith(" "):
            name, _, value = line.partition(":")
            found[name] = json.loads(value) if value.strip() else []
            last = found[name]
        elif body.startswith('"'):
            last.append(json.loads(body))
        else:
            name, _, value = body.partition(": ")
            if line.lstrip().startswith("- "):
                last.append({})
            last[-1][name] = json.loads(value) if value.startswith('"') else value
    return found


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.text, self.open, self.elsewhere = "", 0, []

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elsewhere += [value for name, value in attrs if name in ("src", "href") and value and not value.startswith("#")]


def test_the_codebook_names_every_column_value_and_limit_and_loads_nothing(folder: Path) -> None:
    page = _Text()
    page.feed((folder / "codebook.html").read_text("utf-8"))
    assert page.elsewhere == []
    for name, columns in columns_of(folder).items():
        assert name in page.text
        assert all(column in page.text for column in columns)
    product = package.load(DIRS).products[folder.name]  # type: ignore[index]
    assert all(one.en in page.text and one.ur in page.text for one in (*product.limits, *product.method))
    assert "عورت" in page.text, "values have their Urdu word"


def test_every_column_of_the_packaged_products_says_what_it_is_in_both_languages() -> None:
    policy, declared = releases.load(DIRS, TABLES), package.load(DIRS)
    names = {level for table in policy.tables.values() for level in policy.levels(table)}
    for one in policy.microdata.values():
        names |= {step.name for ladder in one.quasi for step in policy.ladders[ladder].steps}
        names |= {full.rpartition(".")[2] for full in one.shown} | set(one.charges)
    assert names <= set(declared.columns)
    labels = package.labels_of(declared, DIRS)
    assert all(labels[name] for name, column in declared.columns.items() if column.codes)


def test_an_office_gives_its_own_name_and_licence_and_what_it_writes_is_text_everywhere(tmp_path: Path) -> None:
    odd = 'A & B <script>alert("x")</script>'
    text = f"[publisher]\nname = {{ en = '{odd}', ur = 'x' }}\nurl = 'https://example.org/'\nemail = 'a@example.org'\n"
    (tmp_path / "overlay").mkdir()
    (tmp_path / "overlay" / "package.toml").write_text(text, encoding="utf-8")
    root = published(tmp_path / "store", frames(2, 60))
    done = run("release", root, "--to", tmp_path / "out", "--table", "accused_by_sex", "--approve", "A", "--schemas", tmp_path / "overlay")
    assert done.returncode == 0, done.stderr
    for name in ("codebook.html", "ddi-codebook.xml"):
        assert "<script>" not in (tmp_path / "out" / name).read_text("utf-8")
    assert parsed(tmp_path / "out", "dcat.jsonld")["@graph"][0]["dct:publisher"]["foaf:name"][0]["@value"] == odd
    assert json_schema.errors(_yaml((tmp_path / "out" / "CITATION.cff").read_text("utf-8")), "cff-1.2.0.json") == []


def test_the_packaged_page_of_words_is_whole() -> None:
    data = tomllib.loads((Path(package.__file__).parents[4] / "schemas" / "package.toml").read_text("utf-8"))
    template = (Path(package.__file__).parent / "codebook.html.j2").read_text("utf-8")
    used = set(re.findall(r"words\.([a-z]+)", template)) | set(re.findall(r'head\("([a-z]+)"\)', template))
    assert used <= set(data["words"])
    assert all(Both(**one) for one in data["words"].values())


def test_parquet_holds_the_same_rows_as_csv(folder: Path) -> None:
    for path in folder.glob("*.parquet"):
        rows = pl.read_parquet(path).select(pl.all().cast(pl.String).fill_null(""))
        text = pl.read_csv(path.with_suffix(".csv"), infer_schema=False).fill_null("")
        assert rows.equals(text)
