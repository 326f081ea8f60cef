"""`--lang ur`: findings, rules and files are told in Urdu, from right to left; programs read the same as before."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from recordkit import declarations, issues
from recordkit.cli import app

RULES = issues.catalogue([declarations.PACKAGED])
SCHEMAS = Path(__file__).parents[1] / "rules" / "schemas"
RLI, PDI = "\u2067", "\u2069"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "example_2026-07.csv"
    path.write_text("FIR No,Date,District,Police Station,Sections\n1/2026,32-02-2026,Lahore,Raiwind,302 PPC\n")
    return path


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> str:
    assert app.run([str(one) for one in arguments]) == 0
    return capsys.readouterr().out


def bare(text: str) -> str:
    """Without marks of direction, and on one line."""
    return " ".join(text.translate(dict.fromkeys(map(ord, "\u2067\u2068\u2069"))).split())


def test_validate_says_why_what_and_how_many_in_urdu(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = told(capsys, "validate", file, "--schemas", SCHEMAS, "--format", "text", "--lang", "ur")
    assert RULES["RK302"].why_ur in bare(text)
    assert f"حل: {RULES['RK302'].fix_ur}" in bare(text)
    assert "کالم «Date»: 1 سطر" in bare(text)
    assert "flag" not in text


def test_every_line_of_urdu_runs_from_right_to_left(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (["validate", file, "--schemas", SCHEMAS], ["inspect", file], ["explain", "RK304"], ["rules"]):
        lines = told(capsys, *command, "--format", "text", "--lang", "ur").splitlines()
        assert all(line.startswith(RLI) and line.endswith(PDI) for line in lines if line), command


def test_the_sums_on_standard_error_are_urdu_too(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    app.run(["validate", str(file), "--schemas", str(SCHEMAS), "--format", "text", "--lang", "ur"])
    assert "2 سطریں پڑھی گئیں" in bare(capsys.readouterr().err)


def test_a_rule_explains_itself_in_urdu(capsys: pytest.CaptureFixture[str]) -> None:
    text = bare(told(capsys, "explain", "RK304", "--format", "text", "--lang", "ur"))
    assert RULES["RK304"].why_ur in text
    assert RULES["RK304"].fix_ur in text
    assert RULES["RK304"].why not in text


def test_what_programs_read_has_no_marks_of_direction(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for form in ("json", "jsonl", "csv"):
        arguments = ["validate", file, "--schemas", SCHEMAS, "--format", form]
        assert told(capsys, *arguments, "--lang", "ur") == told(capsys, *arguments)


def test_sarif_says_it_in_the_language_asked_for(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = json.loads(told(capsys, "validate", file, "--schemas", SCHEMAS, "--format", "sarif", "--lang", "ur"))
    texts = {rule["id"]: rule["help"]["text"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert texts["RK302"] == RULES["RK302"].fix_ur


def test_a_settings_file_and_a_variable_choose_the_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert "Why:" in told(capsys, "explain", "RK304", "--format", "text")
    monkeypatch.setenv("RECORDKIT_LANG", "ur")
    assert "وجہ:" in bare(told(capsys, "explain", "RK304", "--format", "text"))
    monkeypatch.delenv("RECORDKIT_LANG")
    settings = tmp_path / "recordkit.toml"
    settings.write_text('lang = "ur"\n')
    os.chmod(settings, 0o600)
    assert "وجہ:" in bare(told(capsys, "explain", "RK304", "--format", "text"))


def test_another_language_is_an_error_that_names_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert app.run(["explain", "RK304", "--lang", "fr"]) == 2
    assert "en or ur" in capsys.readouterr().err
