"""Every rule is a documented record, and its good and bad examples are its tests."""

import sys
from pathlib import Path
from typing import Any

import polars as pl
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import kernels
import running

from recordkit import checks, declarations, ingest, issues, tables
from recordkit.fused_backend import row_checks
from recordkit.issues import Rule
from recordkit.table_schema import table_schema

ROOT = Path(__file__).parents[2]
RULES = issues.catalogue([declarations.PACKAGED])
TABLES = tables.load([declarations.PACKAGED])


def examples(*levels: str) -> list[Any]:
    """(rule, whether it must fire, example) for every example of the rules of some levels."""
    return [
        pytest.param(rule, fires, example, id=f"{rule.code}-{rule.name}-{'bad' if fires else 'good'}-{at}")
        for rule in RULES.by_code.values()
        if rule.level in levels
        for fires, several in ((False, rule.good), (True, rule.bad))
        for at, example in enumerate(several)
    ]


@pytest.fixture(scope="module")
def declared() -> ingest.Declarations:
    return ingest.declare(running.DIRS)


# ------------------------------------------------------------------------------------------ the texts


@pytest.mark.parametrize("rule", RULES.by_code.values(), ids=list(RULES.by_code))
def test_the_texts_of_a_rule_are_whole_sentences_that_a_clerk_can_act_on(rule: Rule) -> None:
    for text in (rule.why, rule.fix):
        assert text[0].isupper() or text[0].isdigit()
        assert text.rstrip(")").endswith((".", "…", ":"))
        assert 14 <= len(text) <= 260
        assert not {"null", "regex", "dataframe", "parse", "exception"} & set(text.lower().split())


def test_no_two_rules_say_the_same() -> None:
    whys = [rule.why for rule in RULES.by_code.values()]
    assert len(whys) == len(set(whys))


def test_there_are_rules_of_every_level_and_at_least_sixty() -> None:
    levels = [rule.level for rule in RULES.by_code.values()]
    assert len(levels) >= 60
    assert set(levels) == {"reading", "mapping", "value", "cross-field", "table"}


def test_every_code_that_the_program_raises_is_in_the_catalogue() -> None:
    sources = [path.read_text() for path in (ROOT / "src").rglob("*.py")]
    raised = {word for text in sources for word in issues.CODES.findall(text)}
    assert raised - set(RULES.by_code) == set()


def test_every_rule_in_the_catalogue_is_raised_somewhere() -> None:
    sources = [path.read_text() for path in (ROOT / "src").rglob("*.py")]
    raised = {word for text in sources for word in issues.CODES.findall(text)}
    declared = {rule.code for rule in RULES.by_code.values() if rule.table}
    assert set(RULES.by_code) - raised - declared == set()


# --------------------------------------------------------------------------------------- the examples


@pytest.fixture(scope="module")
def together(declared: ingest.Declarations) -> dict[str, dict[str, set[str]]]:
    """Kind -> example -> its codes, for all examples that are values: those of a kind are cleaned together."""
    values: dict[str, list[str]] = {}
    for rule in RULES.by_code.values():
        if rule.level == "value" and rule.kind in kernels.SIMPLE:
            values.setdefault(rule.kind, []).extend((*rule.good, *rule.bad))
    return {
        kind: kernels.raised_by_each(kind, list(dict.fromkeys(several)), declared.reference)
        for kind, several in values.items()
    }


@pytest.mark.parametrize(("rule", "fires", "example"), examples("value"))
def test_examples_of_value_rules(
    rule: Rule, fires: bool, example: Any, declared: ingest.Declarations, together: dict[str, dict[str, set[str]]]
) -> None:
    known = together[rule.kind][example] if rule.kind in together else None
    found = kernels.raised(rule.kind, example, declared.reference) if known is None else known
    assert (rule.code in found) is fires


@pytest.mark.parametrize(("rule", "fires", "example"), examples("cross-field"))
def test_examples_of_cross_field_rules(rule: Rule, fires: bool, example: dict[str, Any]) -> None:
    table = TABLES[rule.table]
    derived = {one.column: tables.TYPES[one.type] for one in table.derived(rule.stage, RULES)}
    schema = dict(table.polars(rule.stage)) | derived
    assert set(example) <= set(schema), "an example may only name columns of the table"
    row = pl.DataFrame({name: [example.get(name)] for name in schema}, schema=schema)
    assert row.select(_wrong(rule)).item() is fires


def _wrong(rule: Rule) -> pl.Expr:
    """What the schema of the rule's table asks of every row about this rule."""
    schema = table_schema(TABLES[rule.table], rule.stage, RULES)
    (check,) = [one for one in row_checks(schema) if one.code == rule.code]
    return check.wrong


@pytest.mark.parametrize("rule", [rule for rule in RULES.by_code.values() if rule.table], ids=lambda rule: rule.code)
def test_a_cross_field_rule_judges_every_row_alone(rule: Rule) -> None:
    table = TABLES[rule.table]
    derived = {one.column: tables.TYPES[one.type] for one in table.derived(rule.stage, RULES)}
    schema = dict(table.polars(rule.stage)) | derived
    assert set(rule.fields) <= set(schema)
    rows = [{name: example.get(name) for name in schema} for example in (*rule.good, *rule.bad)]
    together = pl.DataFrame(rows, schema=schema).select(wrong=_wrong(rule)).to_series().to_list()
    alone = [pl.DataFrame([row], schema=schema).select(_wrong(rule)).item() for row in rows]
    assert together == alone


READ = {"RK121", "RK122", "RK127", "RK143"}  # of reading, and seen only by the stages behind it


@pytest.mark.parametrize(("rule", "fires", "example"), examples("reading"))
def test_examples_of_reading_rules(
    rule: Rule, fires: bool, example: dict[str, Any], tmp_path: Path, declared: ingest.Declarations
) -> None:
    if "files" in example:
        found = running.compiled(example, tmp_path, declared)
    elif rule.code in READ:
        found = running.received(example, tmp_path, declared)
    else:
        found = running.read(example, tmp_path)
    assert (rule.code in found) is fires, found


@pytest.mark.parametrize(("rule", "fires", "example"), examples("mapping"))
def test_examples_of_mapping_rules(
    rule: Rule, fires: bool, example: dict[str, Any], tmp_path: Path, declared: ingest.Declarations
) -> None:
    if "covered_by" in example:
        assert _named_in(rule.code, ROOT / example["covered_by"])
        return
    found = running.received(example, tmp_path, declared)
    assert (rule.code in found) is fires, found


@pytest.mark.parametrize(("rule", "fires", "example"), examples("table"))
def test_examples_of_rules_about_tables(
    rule: Rule, fires: bool, example: dict[str, Any], tmp_path: Path, declared: ingest.Declarations
) -> None:
    if "covered_by" in example:
        assert _named_in(rule.code, ROOT / example["covered_by"])
    elif "files" in example:
        found = running.compiled(example, tmp_path, declared)
        assert (rule.code in found) is fires, found
    else:
        assert (rule.code in _constraint(example)) is fires


def _named_in(code: str, path: Path) -> bool:
    """Whether a test below `path` speaks of the code."""
    files = [path] if path.is_file() else sorted(path.rglob("*.py"))
    return any(code in file.read_text() for file in files)


def _constraint(example: dict[str, Any]) -> set[str]:
    """Codes found in rows of a table; of one row only what is said about one field."""
    table = TABLES[example["table"]]
    schema = table.polars("standardise")
    rows = example.get("rows") or [example["row"]]
    frame = pl.DataFrame([{name: row.get(name) for name in schema} for row in rows], schema=schema)
    found = checks.check({table.name: frame}, TABLES, RULES)
    about = found if "rows" in example else found.filter(pl.col("field") == example["field"])
    return set(about.get_column("code"))


REJECTING = [rule for rule in RULES.by_code.values() if rule.severity == "reject"]
IN_A_FILE = {
    "RK310": {"name": "example_2026-07.csv", "text": "FIR No,Date,District,Police Station,Sections\n"
              "under process,03-07-2026,Lahore,Raiwind,302 PPC\n2/2026,03-07-2026,Lahore,Raiwind,302 PPC\n"},
    "RK324": {"name": "statement_2026-07.csv", "text": "District,Murder,Robbery\nLahore,many,2\nKasur,4,5\n"},
    "RK408": {"name": "example_2026-07.csv", "text": "FIR No,Date,District,Police Station,Sections\n"
              ",03-07-2026,Lahore,,302 PPC\n2/2026,03-07-2026,Lahore,Raiwind,302 PPC\n"},
}  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "example"),
    [
        pytest.param(rule, example, id=f"{rule.code}-{at}")
        for rule in REJECTING
        for at, example in enumerate(
            rule.bad
            if rule.level in ("reading", "mapping")
            else [IN_A_FILE[rule.code]]
            if rule.code in IN_A_FILE
            else []
        )
    ],
)
def test_no_row_is_accepted_of_which_a_rule_says_reject(
    rule: Rule, example: dict[str, Any], tmp_path: Path, declared: ingest.Declarations
) -> None:
    kept: dict[str, list[pl.DataFrame]] = {}
    for one in running.done(example, tmp_path, declared, lambda name, frame: kept.setdefault(name, []).append(frame)):
        # Of a row with several counts only the one that cannot be read is lost: a flag.
        found = one.issues.filter(pl.col("code") == rule.code, pl.col("severity") == "reject")
        assert one.tally.accepted == 0 or found.get_column("row").null_count() == 0
        aside = pl.concat([frame.select("row") for frame in kept.get("quarantine", [])] or [found.select("row")])
        assert set(found.get_column("row").drop_nulls()) <= set(aside.get_column("row"))


MINE = """
[rules.RK490]
name = "levies-outside-balochistan"
level = "cross-field"
severity = "reject"
table = "cases"
fields = ["area"]
why = "Area B is the Levies' area, which only Balochistan has."
fix = "Correct the area or the district."
condition = "area = 'B' AND province <> 'Balochistan'"
good = [{ area = "B", province = "Balochistan" }]
bad = [{ area = "B", province = "Punjab" }]
"""


def test_a_records_officer_adds_a_rule_without_python(tmp_path: Path) -> None:
    (tmp_path / "rules.toml").write_text(MINE)
    rules = issues.catalogue([declarations.PACKAGED, tmp_path])
    table = TABLES["cases"]
    row = {"area": "B", "province": "Punjab", "row": 7}
    frame = pl.DataFrame([{name: row.get(name) for name in table.polars("standardise")}], table.polars("standardise"))
    found = checks.check({"cases": frame}, TABLES, rules)
    assert (7, "area", "RK490", "reject") in found.select("row", "field", "code", "severity").rows()
