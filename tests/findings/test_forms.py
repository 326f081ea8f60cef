"""Each output form obeys its own specification and tells the exact counts."""

import io
import json
import re
from typing import Annotated, Any, Literal
from xml.etree import ElementTree as ET

import polars as pl
import pytest
from pydantic import BaseModel, ConfigDict, Field

from recordkit import findings, issues
from recordkit.findings import Masks
from recordkit.issues import Rules

A, B = "a" * 64, "b" * 64
FILES = {A: "sindh register.csv", B: "clean.csv"}


def render(found: pl.DataFrame, rules: Rules, masks: Masks, form: str, **more: Any) -> str:
    return findings.render(found, FILES, rules, form, masks=masks, **more)


# ----------------------------------------------------------------------------------------------- text


def test_text_says_what_where_why_and_how_to_fix_it(found: pl.DataFrame, rules: Rules, masks: Masks) -> None:
    text = render(found, rules, masks, "text", limit=2, width=400)
    assert "RK302 date-unreadable  flag (accepted, look at it)  40" in text
    assert rules["RK302"].why in text
    assert f"Fix: {rules['RK302'].fix}" in text
    assert 'sindh register.csv, column "Date, of FIR": 40 rows' in text
    assert "row 2: 32/02/2026" in text
    assert "and 38 more" in text
    assert "did you mean Lahore?" in text


def test_rejects_come_before_flags_and_flags_before_notes(found: pl.DataFrame, rules: Rules, masks: Masks) -> None:
    text = render(found, rules, masks, "text")
    heads = re.findall(r"^RK\d{3} \S+  (\w+)", text, re.MULTILINE)
    assert heads == sorted(heads, key=("reject", "flag", "note").index)
    assert text.endswith("2 files: 2 rejects, 45 flags, 1 note\n")


def test_a_column_that_is_wrong_throughout_is_one_line(found: pl.DataFrame, rules: Rules, masks: Masks) -> None:
    text = render(found, rules, masks, "text", rows={A: 41, B: 3}, width=400)
    assert "the whole column: 40 rows" in text
    assert "more" not in text.split("RK302")[1].split("RK3")[0]


def test_a_column_with_a_few_wrong_rows_is_not_called_whole(found: pl.DataFrame, rules: Rules, masks: Masks) -> None:
    assert "the whole column" not in render(found, rules, masks, "text", rows={A: 400})


def test_many_columns_of_which_the_same_is_said_are_one_line(rules: Rules, masks: Masks) -> None:
    at = {"file_sha256": A, "sheet": "July"}
    many = [issues.make("RK202", **at, column=f"Extra {n}", suggestion="status" if n == 2 else None) for n in range(9)]
    text = render(issues.concat(many), rules, masks, "text", width=400)
    assert 'sindh register.csv, sheet July: 9 columns: "Extra 0", "Extra 1"' in text
    assert '"Extra 2": did you mean status?' in text
    assert text.count("Extra 5") == 1
    assert "RK202 unknown-column  flag (accepted, look at it)  9" in text


def test_brackets_of_a_sender_are_no_markup(found: pl.DataFrame, rules: Rules, masks: Masks) -> None:
    assert "Wether [red]" in render(found, rules, masks, "text", width=400)


def test_nothing_found_is_said(rules: Rules, masks: Masks) -> None:
    assert render(issues.empty(), rules, masks, "text") == "2 files: no findings\n"


# ------------------------------------------------------------------------------------ json, jsonl, csv


def test_json_jsonl_and_csv_hold_every_finding(found: pl.DataFrame, rules: Rules, masks: Masks) -> None:
    lines = [json.loads(line) for line in render(found, rules, masks, "jsonl").splitlines()]
    whole = json.loads(render(found, rules, masks, "json"))["findings"]
    table = pl.read_csv(io.StringIO(render(found, rules, masks, "csv")), infer_schema=False)
    assert lines == whole
    assert len(lines) == table.height == found.height
    assert list(lines[0]) == table.columns


def test_json_documents_every_rule_that_was_broken_once(found: pl.DataFrame, rules: Rules, masks: Masks) -> None:
    told = json.loads(render(found, rules, masks, "json"))
    assert set(told["rules"]) == {finding["code"] for finding in told["findings"]}
    for code, said in told["rules"].items():
        rule = rules[code]
        assert said == {
            "name": rule.name, "message": rule.why, "fix": rule.fix, "fix_ur": rule.fix_ur,
            "url": f"docs/reference/rules.md#{code.lower()}",
        }  # fmt: skip


def test_csv_runs_no_formula(found: pl.DataFrame, rules: Rules, masks: Masks) -> None:
    table = pl.read_csv(io.StringIO(render(found, rules, masks, "csv", show_values=True)), infer_schema=False)
    cells = table.unpivot(variable_name="_", value_name="cell").get_column("cell").drop_nulls()
    assert not cells.str.contains(r"^[=+\-@\t\r]").any()
    assert "'=cmd|' /C calc'!A0" in cells


def test_empty_results_are_valid_in_every_form(rules: Rules, masks: Masks) -> None:
    assert json.loads(render(issues.empty(), rules, masks, "json")) == {"files": [], "findings": [], "rules": {}}
    assert render(issues.empty(), rules, masks, "jsonl") == ""
    assert render(issues.empty(), rules, masks, "csv").startswith("file,sheet,row,")
    assert render(issues.empty(), rules, masks, "github") == ""


# ---------------------------------------------------------------------------------------------- JUnit

# What the JUnit XML format allows (as Jenkins' xUnit plugin checks it): children, required and optional attributes.
JUNIT = {
    "testsuites": ({"testsuite"}, set(), {"name", "tests", "failures", "errors", "time"}),
    "testsuite": (
        {"testsuite", "properties", "testcase", "system-out", "system-err"},
        {"name", "tests", "failures", "errors"},
        {"time", "skipped", "timestamp", "hostname", "id", "package", "file"},
    ),
    "testcase": ({"skipped", "error", "failure", "system-out", "system-err"}, {"name"}, {"time", "classname"}),
    "failure": (set(), set(), {"type", "message"}),
    "system-out": (set(), set(), set()),
}


def check_junit(element: ET.Element) -> None:
    children, required, optional = JUNIT[element.tag]
    assert {child.tag for child in element} <= children
    assert required <= set(element.attrib) <= required | optional
    for child in element:
        check_junit(child)


@pytest.mark.parametrize("empty", [False, True])
def test_junit_is_valid_and_its_counts_are_those_of_its_cases(
    found: pl.DataFrame, rules: Rules, masks: Masks, empty: bool
) -> None:
    root = ET.fromstring(render(issues.empty() if empty else found, rules, masks, "junit"))
    assert root.tag == "testsuites"
    check_junit(root)
    assert [suite.get("name") for suite in root] == ["sindh register.csv", "clean.csv"]
    for suite in root:
        assert suite.get("tests") == str(len(suite.findall("testcase")))
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
    names = [case.get("name") for case in root.iter("testcase")]
    assert len(names) == len({(case.get("classname"), case.get("name")) for case in root.iter("testcase")})


# ---------------------------------------------------------------------------------------------- SARIF


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Message(Strict):
    text: Annotated[str, Field(min_length=1)]


Level = Literal["none", "note", "warning", "error"]


class Configuration(Strict):
    level: Level


class ReportingDescriptor(Strict):  # SARIF 2.1.0 § 3.49
    id: str
    name: Annotated[str, Field(pattern="^[A-Z][A-Za-z0-9]*$")]
    short_description: Message = Field(alias="shortDescription")
    full_description: Message = Field(alias="fullDescription")
    help: Message
    default_configuration: Configuration = Field(alias="defaultConfiguration")
    properties: dict[str, Any]


class ToolComponent(Strict):  # § 3.19
    name: Literal["recordkit"]
    semantic_version: Annotated[str, Field(alias="semanticVersion", pattern=r"^\d+\.\d+\.\d+")]
    rules: list[ReportingDescriptor]


class Tool(Strict):
    driver: ToolComponent


class ArtifactLocation(Strict):  # § 3.4: a URI, so no space and no backslash
    uri: Annotated[str, Field(pattern=r"^[A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]+$")]
    index: Annotated[int, Field(ge=-1)] = -1


class Artifact(Strict):  # § 3.24
    location: ArtifactLocation
    hashes: dict[Literal["sha-256"], Annotated[str, Field(pattern="^[0-9a-f]{64}$")]]


class Region(Strict):  # § 3.30
    start_line: Annotated[int, Field(alias="startLine", ge=1)]


class PhysicalLocation(Strict):
    artifact_location: ArtifactLocation = Field(alias="artifactLocation")
    region: Region | None = None


class LogicalLocation(Strict):
    name: str
    fully_qualified_name: str = Field("", alias="fullyQualifiedName")


class Location(Strict):  # § 3.28
    physical_location: PhysicalLocation | None = Field(None, alias="physicalLocation")
    logical_locations: list[LogicalLocation] = Field(default_factory=list, alias="logicalLocations")


class Result(Strict):  # § 3.27
    rule_id: str = Field(alias="ruleId")
    rule_index: Annotated[int, Field(alias="ruleIndex", ge=0)]
    level: Level
    message: Message
    locations: list[Location]
    properties: dict[str, Any]


class Run(Strict):  # § 3.14
    tool: Tool
    column_kind: Literal["utf16CodeUnits", "unicodeCodePoints"] = Field(alias="columnKind")
    artifacts: list[Artifact]
    results: list[Result]
    properties: dict[str, Any]


class Sarif(Strict):  # § 3.13
    schema_uri: Annotated[str, Field(alias="$schema", pattern="sarif-schema-2.1.0.json$")]
    version: Literal["2.1.0"]
    runs: list[Run]


@pytest.mark.parametrize("empty", [False, True])
def test_sarif_is_valid_and_its_indices_point_to_what_they_name(
    found: pl.DataFrame, rules: Rules, masks: Masks, empty: bool
) -> None:
    text = render(issues.empty() if empty else found, rules, masks, "sarif", rows={A: 41})
    (run,) = Sarif.model_validate_json(text).runs
    for result in run.results:
        assert run.tool.driver.rules[result.rule_index].id == result.rule_id
        for location in result.locations:
            if location.physical_location:
                uri = location.physical_location.artifact_location
                assert run.artifacts[uri.index].location.uri == uri.uri
    codes = [rule.id for rule in run.tool.driver.rules]
    assert len(codes) == len(set(codes))
    assert bool(run.results) is not empty


# --------------------------------------------------------------------------------------------- GitHub

COMMAND = re.compile(
    r"::(?:error|warning|notice) file=(?:[^,:\n]*)(?:,title=(?:[^,:\n]*))?(?:,line=[1-9][0-9]*)?::[^\n\r]+"
)


def test_every_line_for_github_is_one_workflow_command(found: pl.DataFrame, rules: Rules, masks: Masks) -> None:
    text = render(found, rules, masks, "github")
    assert all(COMMAND.fullmatch(line) for line in text.splitlines()), text
    assert text.splitlines()[0].startswith("::error file=sindh register.csv,title=RK112 row-too-long,line=5::")


# ------------------------------------------------------------------------------------------------ all


@pytest.mark.parametrize("form", findings.FORMATS)
def test_the_same_findings_in_another_order_give_the_same_text(
    form: str, found: pl.DataFrame, rules: Rules, masks: Masks
) -> None:
    assert render(found.reverse(), rules, masks, form) == render(found, rules, masks, form)


def test_what_asks_nothing_of_anybody_is_one_line_for_people_and_each_for_programs(rules: Rules, masks: Masks) -> None:
    made = issues.concat([issues.make("RK208", file_sha256="f", row=1), *(issues.make("RK210", file_sha256="f", row=at) for at in (7, 9))])
    text = findings.render(made, {"f": "x.csv"}, rules, "text", masks=masks)
    assert text == "Nothing to do about: 2 total-row (RK210), 1 header-row (RK208)\n1 file: 3 notes\n"
    assert findings.render(made, {"f": "x.csv"}, rules, "github", masks=masks) == ""
    assert findings.render(made, {"f": "x.csv"}, rules, "csv", masks=masks).count("RK2") == 3
