"""`--lang ur`: findings, rules and files are told in Urdu, from right to left; programs read the same as before."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest
from test_decisions_and_ids import compiled, row, sent

from recordkit import declarations, issues, words
from recordkit.cli import app, screen
from recordkit.cli import output as out
from recordkit.review import Session

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


def test_diff_find_explain_and_review_speak_urdu_from_right_to_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sent(tmp_path / "inbox", "2026-07", row("123"), row("132"))
    root, first = compiled(tmp_path / "inbox")
    sent(tmp_path / "inbox", "2026-08", row("140", "04-08-2026"))
    compiled(tmp_path / "inbox")
    capsys.readouterr()
    case = first["case_id"][0]
    asked = {
        ("diff", root): "اعداد جو بدلے، سب سے بڑی تبدیلی پہلے",
        ("find", root, "FIR 140/26 Raiwind"): "ملے",
        ("explain", case, "--store", root): f"میں {case}: ",
        ("review", root): "جانچنے کے لیے",
        ("review", root, "--quality"): "ابھی کوئی نمونہ نہیں جانچا گیا",
    }
    for command, words_in_it in asked.items():
        text = told(capsys, *command, "--lang", "ur")
        assert words_in_it in bare(text), command
        assert all(line.startswith(RLI) and line.endswith(PDI) for line in text.splitlines() if line), command
        assert told(capsys, *command, "--format", "json") == told(capsys, *command, "--format", "json", "--lang", "ur")


def test_an_error_and_what_to_do_about_it_are_urdu_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = tmp_path / "none.csv"
    assert app.run(["inspect", str(missing), "--lang", "ur"]) == 3
    shown = capsys.readouterr().err
    assert bare(shown) == f"خرابی: {missing} پر کچھ نہیں حل: راستہ دیکھیں؛ خالی جگہ ہو تو واوین میں لکھیں"
    assert all(line.startswith(RLI) and line.endswith(PDI) for line in shown.splitlines())
    assert app.run(["inspect", str(missing)]) == 3  # the language of one run is not that of the next
    assert capsys.readouterr().err.startswith("error: there is nothing at ")


def test_a_skipped_file_is_told_in_urdu(tmp_path: Path, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "b.csv").symlink_to(file)
    assert app.run(["inspect", str(tmp_path), "--lang", "ur"]) == 3
    reason = "علامتی ربط نہیں کھولا جاتا: خود فائل ان باکس میں نقل کریں"
    assert f"چھوڑ دی گئی: b.csv: {reason}" in bare(capsys.readouterr().err)


def test_the_review_screen_is_urdu_with_the_same_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    pair = {
        "link_id": "L1", "kind": "person", "worth": 2, "left": {"name": "A"}, "right": {"name": "B"}, "equal": [],
        "differ": ["name"], "answers": [], "match_weight": 1.0, "probability": 0.5,
        "reasons": ["prior -8.00", "name: same sound +9.00"],
    }  # fmt: skip
    session = Session([pair], lambda _pair, _verdict: 1, lambda _number: None)
    session.helping = True
    out.speak("ur")
    try:
        shown = screen.page(session, "2026-06-r1", True, False, 45)
    finally:
        out.speak("en")
    assert all(line.startswith(RLI) and line.endswith(PDI) for line in shown.splitlines() if line)
    plain = bare(shown)
    for said in ("کیا ایک ہی شخص ہے؟", "2 شائع شدہ اعداد بدلتے ہیں", "نام: ایک جیسی آواز", "[s] ایک ہی", "[q] ختم"):
        assert said in plain
    assert not re.findall(r"\b(?:people|pairs?|evidence|sound|prior|masked)\b", plain)


def test_every_reason_of_a_link_that_is_declared_has_its_urdu() -> None:
    known = words.english().words.values
    text = (declarations.PACKAGED / "linkage.toml").read_text("utf-8")
    named = re.findall(r'\b(?:name|otherwise) = "([^"]+)"', text)
    assert len(named) > 90
    assert [name for name in named if name not in known] == []
