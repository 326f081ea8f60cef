"""The commands of a store: verify, diff, trace, rollback, retain; their words and exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from store_frames import case, publish, source

from recordkit.cli.app import run

CASES = [case("C1", [("june.csv", 2)]), case("C2", [("july.csv", 3)], period="2026-07")]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    june, july = source("june.csv"), source("july.csv", "2026-07")
    publish(tmp_path / "store", CASES[:1], [june])
    publish(tmp_path / "store", CASES, [june, july])
    return tmp_path / "store"


def told(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, str, str]:
    code = run([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return code, out, err


def test_verify_exits_1_when_anything_is_damaged(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "verify", root)[0] == 0
    next(root.glob("editions/*/cases/*")).write_bytes(b"x")
    code, out, _ = told(capsys, "verify", root, "--format", "json")
    assert code == 1
    assert [one["what"] for one in json.loads(out)["damage"]] == [
        f"1 bytes instead of {json.loads(out)['damage'][0]['what'].split()[-1]}"
    ]


def test_diff_tells_the_reason_of_every_changed_count(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "diff", root, "--format", "json")
    assert code == 0
    assert [count["reasons"] for count in json.loads(out)["counts"]] == [["new"]]


def test_trace_walks_a_figure_and_a_record(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cell = ["period=2026-07", "unit=case", "classification=npb_head", "code=Murder"]
    code, out, _ = told(capsys, "trace", root, *cell, "--format", "json")
    assert code == 0
    assert [(row["name"], row["row"]) for row in json.loads(out)] == [("july.csv", 3)]
    code, out, _ = told(capsys, "trace", root, "C1", "--format", "text")
    assert code == 0
    assert "june.csv" in out


def test_trace_of_something_unknown_is_a_usage_error(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = told(capsys, "trace", root, "C9")
    assert (code, "There is no C9" in err) == (2, True)


def test_rollback_goes_back(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "rollback", root, "2026-06-r1", "--format", "text")
    assert code == 0
    assert "2026-06-r1" in out
    assert (root / "current").read_text().startswith("2026-06-r1-")


def test_retain_names_what_it_would_drop_and_drops_it(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    publish(root, CASES, [source("june.csv"), source("july.csv", "2026-07"), source("late.csv")])
    code, out, _ = told(capsys, "retain", root, "--keep", "1", "--dry-run", "--format", "json")
    assert (code, len(json.loads(out)), len(list((root / "editions").glob("2*")))) == (0, 1, 3)
    told(capsys, "retain", root, "--keep", "1")
    assert len(list((root / "editions").glob("2*"))) == 2
    assert told(capsys, "verify", root)[0] == 0


def test_csv_output_cannot_start_a_formula(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    evil = source("=cmd|'calc'!A1.csv")
    publish(tmp_path / "store", [case("C1", [("=cmd|'calc'!A1.csv", 2)])], [evil])
    code, out, _ = told(capsys, "trace", tmp_path / "store", "C1", "--format", "csv")
    assert code == 0
    assert "'=cmd" in out
    assert ",=" not in out


def test_diff_is_written_as_csv_with_its_reasons(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = told(capsys, "diff", root, "--format", "csv")
    assert code == 0
    assert out.splitlines()[0].endswith("reasons")
    assert out.splitlines()[1].endswith("new")
