"""An overlay that changes one of our rules decides otherwise than we do: the run says so, and the ledger remembers."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path

import pytest

from recordkit import declarations, rulebook
from recordkit.cli import app
from recordkit.declarations import PACKAGED
from senders import PEOPLE, declared

ROWS = """District,Police Station,FIR No,Date of FIR,Under Section,Accused Name,Father Name,CNIC
Kasur,City Kasur,12/26,01.07.2026,379 PPC,Aslam Example,Bashir Example,35102-1234567-1
Kasur,City Kasur,,,379 PPC,Akram Example,Bashir Example,35102-1234567-3
"""


def ours(code: str, *changes: tuple[str, str]) -> str:
    """Our own declaration of a rule, replaced by one with these changes."""
    text = (PACKAGED / "rules.toml").read_text(encoding="utf-8")
    (rule,) = re.findall(rf"^\[rules\.{code}\]\n(?:.+\n)+", text, re.M)
    for old, new in changes:
        assert old in rule
        rule = rule.replace(old, new)
    return f"{rule}replaces = true\n"


CONDITION = re.compile(r'^condition = ".*"$', re.M)


@pytest.fixture
def mine(tmp_path: Path) -> Path:
    """An overlay with a sender, and an inbox with a row of it that has no number."""
    folder = tmp_path / "mine"
    declared(folder, "mine", PEOPLE)
    inbox = tmp_path / "inbox" / "2026-07"
    inbox.mkdir(parents=True)
    (inbox / "mine.csv").write_text(ROWS, encoding="utf-8")
    return folder


def ledger(store: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (store / "ledger" / "runs.jsonl").read_text(encoding="utf-8").splitlines()]


def test_a_lower_severity_is_told_by_every_command_and_by_the_ledger(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (mine / "rules.toml").write_text(ours("RK408", ('severity = "reject"', 'severity = "note"')), encoding="utf-8")
    told = f"note: {mine / 'rules.toml'} changes a rule: RK408.severity is note, was reject"
    store = tmp_path / "store"
    for command in (["compile", tmp_path / "inbox", "--to", store], ["validate", tmp_path / "inbox"], ["rules"]):
        assert app.run([*map(str, command), "--schemas", str(mine), "-q"]) == 0
        assert told in capsys.readouterr().err
    (line,) = [one for one in ledger(store) if one["what"] == "overruled"]
    change = {"file": "rules.toml", "rule": "RK408", "key": "severity", "before": "reject", "after": "note"}
    assert (line["command"], line["rules"]) == ("compile", [change])


def test_another_condition_is_told_and_not_quoted_because_it_may_hold_anything(
    mine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rule = CONDITION.sub("condition = \"name = 'Aslam Example'\"", ours("RK404"))
    (mine / "rules.toml").write_text(rule, encoding="utf-8")
    store = tmp_path / "store"
    app.run(["compile", str(tmp_path / "inbox"), "--to", str(store), "--schemas", str(mine)])
    err = capsys.readouterr().err
    assert "changes a rule: RK404.condition is another one" in err
    assert "Aslam" not in err
    (line,) = [one for one in ledger(store) if one["what"] == "overruled"]
    assert line["rules"] == [{"file": "rules.toml", "rule": "RK404", "key": "condition"}]


def test_a_column_of_ours_that_conditions_use_is_no_way_around_it(mine: Path) -> None:
    text = """[[derived]]
table = "persons"
column = "case_registered_on"
source = "cases"
by = ["record_id"]
type = "date"
value = "FIRST(occurred_from)"
doc = "another day"
"""
    (mine / "rules.toml").write_text(text, encoding="utf-8")
    (change,) = rulebook.catalogue(declarations.folders([mine])).overruled
    assert (change.rule, change.key) == ("persons.case_registered_on", "value")


def test_the_ledger_holds_the_name_and_the_sum_of_every_file_of_an_overlay_that_decides(
    mine: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Settings of the inbox, senders and reference tables change what is read as what, as rules do."""
    (mine / "inbox.toml").write_text('[[entry]]\nnames = ["never*"]\nwhy = "ours"\n', encoding="utf-8")
    (mine / "reference").mkdir()
    (mine / "reference" / "null_words.csv").write_bytes((PACKAGED / "reference" / "null_words.csv").read_bytes())
    (mine / "notes.txt").write_text("no declaration", encoding="utf-8")
    store = tmp_path / "store"
    monkeypatch.setenv("RECORDKIT_PSEUDONYM_KEY", "abcdefghijklmnopqrstuvwxyz012345")
    for command in (["compile", tmp_path / "inbox", "--to", store], ["pseudonymise", store, "--to", tmp_path / "copy"]):
        assert app.run([*map(str, command), "--schemas", str(mine)]) == 0
    names = {"agencies/mine.toml": False, "inbox.toml": True, "reference/null_words.csv": True}
    files = [
        {"file": name, "sha256": sha256((mine / name).read_bytes()).hexdigest(), "ours": ours}
        for name, ours in names.items()
    ]
    lines = [one for one in ledger(store) if one["what"] == "overlaid"]
    assert [(one["command"], one["files"]) for one in lines] == [("compile", files), ("pseudonymise", files)]


def test_without_an_overlay_there_is_no_such_line(tmp_path: Path) -> None:
    inbox = tmp_path / "inbox" / "2026-07"
    inbox.mkdir(parents=True)
    (inbox / "register.csv").write_text(ROWS, encoding="utf-8")
    app.run(["compile", str(inbox.parent), "--to", str(tmp_path / "store")])
    assert not [one for one in ledger(tmp_path / "store") if one["what"] == "overlaid"]


@pytest.mark.parametrize("text", ["", "rules = {}\n"])
def test_an_overlay_without_rules_takes_none_away_and_changes_none(mine: Path, text: str) -> None:
    (mine / "rules.toml").write_text(text, encoding="utf-8")
    found, packaged = rulebook.catalogue(declarations.folders([mine])), rulebook.catalogue(declarations.folders())
    assert (found.by_code, found.overruled) == (packaged.by_code, ())


def test_other_words_and_new_rules_change_nothing(mine: Path) -> None:
    words = ours("RK408", ("why = ", 'why = "Ours: " # '))
    (mine / "rules.toml").write_text(words, encoding="utf-8")
    assert rulebook.catalogue(declarations.folders([mine])).overruled == ()
