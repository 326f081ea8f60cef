"""The rule catalogue merges by code and refuses surprises; issue frames always have one shape."""

from pathlib import Path

import pytest

from recordkit import issues
from recordkit.errors import BrokenLaw, DeclarationError

RULE = """
[rules.RK401]
name = "registered-before-occurred"
level = "cross-field"
severity = "{severity}"
why = "w"
fix = "f"
table = "cases"
fields = ["registered_on", "occurred_from"]
condition = "{condition}"
good = [{{ registered_on = 2026-01-02, occurred_from = 2026-01-01 }}]
bad = [{{ registered_on = 2026-01-01, occurred_from = 2026-01-02 }}]
{more}
"""


def folder(
    path: Path, severity: str = "flag", condition: str = "registered_on < occurred_from", more: str = ""
) -> Path:
    path.mkdir()
    (path / "rules.toml").write_text(RULE.format(severity=severity, condition=condition, more=more))
    return path


def test_redefining_a_rule_without_saying_so_is_an_error_that_names_both_files(tmp_path: Path) -> None:
    dirs = [folder(tmp_path / "one"), folder(tmp_path / "two", "reject")]
    with pytest.raises(DeclarationError) as caught:
        issues.catalogue(dirs)
    assert "RK401 is declared twice" in caught.value.what
    assert str(dirs[0]) in caught.value.what
    assert str(dirs[1]) in caught.value.what


def test_an_overlay_that_says_replaces_wins(tmp_path: Path) -> None:
    dirs = [folder(tmp_path / "one"), folder(tmp_path / "two", "reject", more="replaces = true")]
    assert issues.catalogue(dirs)["RK401"].severity == "reject"


def test_replacing_nothing_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match="replaces nothing"):
        issues.catalogue([folder(tmp_path / "one", more="replaces = true")])


@pytest.mark.parametrize(
    "condition",
    ["ROW_NUMBER() OVER (PARTITION BY district) > 1", "fir_no IN (SELECT fir_no FROM self)"],
)
def test_a_condition_that_looks_at_other_rows_is_refused(tmp_path: Path, condition: str) -> None:
    with pytest.raises(DeclarationError, match="is not allowed in a condition"):
        issues.catalogue([folder(tmp_path / "one", condition=condition)])


def test_a_condition_that_is_not_sql_is_an_error_that_names_the_rule(tmp_path: Path) -> None:
    with pytest.raises(DeclarationError, match=r"rules\.RK401: the condition is not valid SQL"):
        issues.catalogue([folder(tmp_path / "one", condition="registered_on <")])


def test_a_code_outside_its_level_is_an_error(tmp_path: Path) -> None:
    path = folder(tmp_path / "one")
    text = (path / "rules.toml").read_text().replace("RK401", "RK301")
    (path / "rules.toml").write_text(text)
    with pytest.raises(DeclarationError, match="RK301 is in the range of value rules and says cross-field"):
        issues.catalogue([path])


def test_a_rule_is_found_by_code_or_name_and_a_wrong_one_names_the_nearest(tmp_path: Path) -> None:
    rules = issues.catalogue([folder(tmp_path / "one")])
    assert rules["rk401"] is rules["registered-before-occurred"]
    with pytest.raises(DeclarationError) as caught:
        rules["registered-before-ocurred"]
    assert "registered-before-occurred" in caught.value.fix


def test_severity_comes_from_the_catalogue_unless_the_finding_has_its_own(tmp_path: Path) -> None:
    rules = issues.catalogue([folder(tmp_path / "one")])
    found = issues.concat([issues.make("RK401"), issues.make("RK401", severity="reject")])
    assert rules.rate(found).get_column("severity").to_list() == ["flag", "reject"]
    assert rules.rate(issues.empty()).height == 0


def test_a_finding_with_an_unknown_code_breaks_a_law(tmp_path: Path) -> None:
    rules = issues.catalogue([folder(tmp_path / "one")])
    with pytest.raises(BrokenLaw, match="RK999"):
        rules.rate(issues.make("RK999"))
