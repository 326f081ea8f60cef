"""recordkit review as people use it: a real terminal, a pipe, a workbook, one answer from a script."""

from __future__ import annotations

import csv
import fcntl
import json
import os
import pty
import select
import stat
import struct
import subprocess
import sys
import termios
import time
from io import StringIO
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from recordkit import accounts, store
from recordkit.cli.app import run
from recordkit.linkage import human_decisions
from review.conftest import A, B, C


def decided(root: Path) -> list[tuple[Any, ...]]:
    entries = store.ledger.decisions(root)[0]
    rows = human_decisions.current(human_decisions.from_entries(entries))
    return rows.select("kind", "left_id", "right_id", "verdict", "decided_by").rows()


def out(capsys: pytest.CaptureFixture[str]) -> Any:
    return json.loads(capsys.readouterr().out)


def on_terminal(root: Path, keys: str, *options: str) -> str:
    """Everything that appears on a real terminal of 120 x 45 while `keys` are pressed one by one."""
    command = [sys.executable, "-m", "recordkit", "review", str(root), *options]
    child, handle = pty.fork()
    if child == 0:
        fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 45, 120, 0, 0))
        known = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "LINES")}
        os.execve(sys.executable, command, known | {"TERM": "xterm"})
    shown = b""
    waiting = list(keys)
    end = time.monotonic() + 60
    while time.monotonic() < end:
        if select.select([handle], [], [], 0.3)[0]:
            try:
                data = os.read(handle, 65536)
            except OSError:
                break
            if not data:
                break
            shown += data
        elif b"[q]uit" in shown and waiting:
            os.write(handle, waiting.pop(0).encode())
    os.waitpid(child, 0)
    return shown.decode()


def test_single_keys_on_a_terminal_write_the_ledger_and_can_be_taken_back(root: Path) -> None:
    shown = on_terminal(root, "sdzq", "--show-values")
    assert "FIR 12/2026" in shown
    assert "34201-1234567-1" in shown
    assert "In the ledger: 1 answer," in shown
    assert [row[:4] for row in decided(root)] == [("case", A, B, "same")]
    entries = store.ledger.decisions(root)[0]
    assert [entry["what"] for entry in entries] == ["link", "link", "undo"]
    assert all(entry["who"] and entry["at"] for entry in entries)


def test_the_screen_uses_the_whole_terminal_so_that_no_evidence_is_hidden(root: Path) -> None:
    shown = on_terminal(root, "kq", "--show-values")
    assert "together, in bits" in shown
    assert "enlarge the window" not in shown


def test_without_show_values_a_terminal_shows_no_name_and_no_card_but_says_whether_they_differ(root: Path) -> None:
    shown = on_terminal(root, "kq")
    assert "Aslam" not in shown
    assert "1234567" not in shown
    assert "masked" in shown
    assert "≠" in shown


def test_in_a_pipe_the_pairs_are_data_most_useful_first_and_masked(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["review", str(root), "--format", "jsonl", "--show-values"]) == 0
    text = capsys.readouterr().out
    rows = [json.loads(line) for line in text.splitlines()]
    assert [row["kind"] for row in rows] == ["case", "person", "person"]
    assert rows[0]["worth"] == 4  # the case, its charge and its two accused
    assert rows[0]["left"]["number"] == "FIR 12/2026"
    assert rows[1]["differ"] == ["name", "case", "with"]
    assert "Aslam" not in text


def test_the_queue_is_filtered_by_worth_kind_head_and_province(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for options, count in ((["--worth", "2"], 1), (["--kind", "person"], 2), (["--head", "Robbery"], 1),
                           (["--province", "Punjab"], 3), (["--province", "Balochistan"], 0)):  # fmt: skip
        run(["review", str(root), "--format", "json", *options])
        assert len(out(capsys)) == count, options


def test_an_answered_pair_leaves_the_queue_and_an_undone_answer_brings_it_back(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["review", str(root), "--decide", B, A, "different", "--why", "two houses", "--format", "json"]) == 0
    assert out(capsys)[0]["different"] == 1
    run(["review", str(root), "--format", "json"])
    assert len(out(capsys)) == 2
    store.ledger.append(root, "decisions", {"what": "undo", "undoes": 1})
    run(["review", str(root), "--format", "json"])
    assert len(out(capsys)) == 3


def test_cases_and_people_may_be_named_by_the_ids_of_an_edition(root: Path) -> None:
    assert run(["review", str(root), "--decide", f"C{1:016x}", f"C{2:016x}", "same"]) == 0
    assert run(["review", str(root), "--decide", f"P{1:016x}", f"M{5:016x}", "unsure", "--by", "amina"]) == 0
    assert [row[:4] for row in decided(root)] == [
        ("case", A, B, "same"), ("person", f"{A}:accused:0", f"{C}:accused:0", "unsure"),
    ]  # fmt: skip
    assert decided(root)[1][4] == "amina"


@pytest.mark.parametrize(
    ("pair", "told"),
    [
        ((A, "R0123456789abcdef", "same"), "has no R0123456789abcdef"),
        ((A, f"P{1:016x}", "same"), "not of one kind"),
        ((A, A, "same"), "one submission"),
        ((A, B, "maybe"), "no verdict"),
    ],
)
def test_an_answer_that_makes_no_sense_is_refused_with_exit_2(
    root: Path, pair: tuple[str, str, str], told: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["review", str(root), "--decide", *pair]) == 2
    assert told in capsys.readouterr().err
    assert store.ledger.decisions(root)[0] == []


def test_two_reviewers_who_disagree_are_seen_and_the_newest_word_holds(
    root: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["review", str(root), "--decide", A, B, "same", "--by", "amina"])
    capsys.readouterr()
    run(["review", str(root), "--second", "--by", "bilal", "--format", "json"])
    rows = out(capsys)
    assert [row["left_id"] for row in rows] == [A]
    assert rows[0]["answers"] == []  # bilal is not told what amina said
    run(["review", str(root), "--decide", A, B, "different", "--by", "bilal"])
    capsys.readouterr()
    run(["review", str(root), "--disagreements", "--format", "json"])
    rows = out(capsys)
    assert [(said["who"], said["verdict"]) for said in rows[0]["answers"]] == [("amina", "same"), ("bilal", "different")]
    assert decided(root)[0][3] == "different"


def test_a_reviewer_under_sudo_gets_no_second_look_at_their_own_pairs(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accounts, "_is_borrowed", lambda _told: True)
    monkeypatch.setenv("SUDO_USER", "ehsan")
    run(["review", str(root), "--decide", A, B, "same"])
    capsys.readouterr()
    for reviewer, pairs in (("ehsan", []), ("farah", [A])):
        monkeypatch.setenv("SUDO_USER", reviewer)
        run(["review", str(root), "--second", "--format", "json"])
        assert [row["left_id"] for row in out(capsys)] == pairs
    monkeypatch.delenv("SUDO_USER")
    run(["review", str(root), "--second", "--by", "ehsan", "--format", "json"])
    assert out(capsys) == []


def test_a_labelled_sample_gives_precision_and_recall(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    on_terminal(root, "ssssq", "--sample", "30", "--by", "amina")
    assert run(["review", str(root), "--quality", "--format", "json"]) == 0
    person = next(row for row in out(capsys) if row["kind"] == "person")
    assert person["answers"] == 3
    assert person["precision"][0] == 1.0
    assert person["recall"][0] == pytest.approx(1 / 3)
    assert person["recall"][1] < 1 / 3 < person["recall"][2]


def test_a_labelled_sample_shows_what_was_promised_and_what_people_answered(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    on_terminal(root, "ssssq", "--sample", "30", "--by", "amina")
    assert run(["review", str(root), "--quality", "--format", "json"]) == 0
    person = next(row for row in out(capsys) if row["kind"] == "person")
    assert sum(band["answers"] for band in person["curve"]) == 3
    assert all(band["low"] <= band["promised"] <= band["high"] for band in person["curve"])
    assert all(band["same"][0] == 1.0 for band in person["curve"])
    assert run(["review", str(root), "--quality"]) == 0
    assert "Calibration of" in capsys.readouterr().out


def test_the_workbook_goes_out_safe_and_comes_back_once(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "review.xlsx"
    assert run(["review", str(root), "--export", str(file)]) == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    book = openpyxl.load_workbook(file)
    people, cases = book["people"], book["cases"]
    names = [cell.value for cell in people[1]]
    cell = people.cell(row=2, column=names.index("name (1)") + 1)
    assert (cell.value, cell.data_type) == ("=Aslam+1", "s")
    cases.cell(row=2, column=1).value = "Same"
    people.cell(row=2, column=1).value = "d"
    people.cell(row=2, column=2).value = "another father"
    book.save(file)
    assert run(["review", str(root), "--import", str(file), "--by", "amina"]) == 0
    assert {row[3] for row in decided(root)} == {"same", "different"}
    assert run(["review", str(root), "--import", str(file), "--by", "amina"]) == 0
    assert len(store.ledger.decisions(root)[0]) == 2


def test_a_row_that_was_spoilt_is_refused_by_its_place_and_the_others_are_taken(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(["review", str(root), "--format", "csv"])
    rows = list(csv.DictReader(StringIO(capsys.readouterr().out)))
    rows[0]["verdict"], rows[1]["verdict"], rows[2]["verdict"] = "same", "perhaps", "different"
    rows[2]["left_id"] = f"{C}:accused:7"
    file = tmp_path / "answers.csv"
    with file.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert run(["review", str(root), "--import", str(file), "--format", "json"]) == 1
    told = out(capsys)[0]
    assert told["same"] == 1
    assert len(told["refused"]) == 2
    assert "row 3" in told["refused"][0]


def test_another_file_is_no_review_file(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "x.csv"
    file.write_text("a,b\n1,2\n")
    assert run(["review", str(root), "--import", str(file)]) == 2
    assert "no review file" in capsys.readouterr().err


def test_a_store_without_an_edition_says_what_to_do(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "recordkit", "review", str(tmp_path / "none")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    assert "compile" in done.stderr
    assert "Traceback" not in done.stderr
