"""A damaged edition and news in the inbox at once, through the command line."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from test_decisions_and_ids import OVERLAY, compiled, row, sent

from recordkit import store
from recordkit.cli.app import run


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    sent(tmp_path / "inbox", "2026-07", row("123"), row("132"))
    return tmp_path / "inbox"


@pytest.mark.parametrize("damaged", ["cases/part-00000.parquet", "manifest.json"])
def test_a_damaged_edition_is_made_again_before_a_new_one_follows_it(
    inbox: Path, damaged: str, capsys: pytest.CaptureFixture[str]
) -> None:
    root, first = compiled(inbox)
    was = store.current_id(root)
    assert was is not None
    left, right = first["records"][0].to_list()
    run(["review", str(root), "--decide", left, right, "different", "--why", "two houses"])
    file = root / "editions" / was / damaged
    whole = file.read_bytes()
    file.write_bytes(whole[:-9] + b"\0" + whole[-8:])
    sent(inbox, "2026-08", row("777", "04-08-2026"))
    root, cases = compiled(inbox)
    assert file.read_bytes() == whole
    assert store.verify(root).sound
    assert store.open_edition(root).manifest.previous.id == was  # type: ignore[union-attr]
    assert first["case_id"][0] in cases["case_id"].to_list()
    assert cases.height == 3


def test_a_damaged_edition_is_made_again_though_the_one_before_it_is_damaged_as_well(
    inbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, _ = compiled(inbox)
    before = store.current_id(root)
    sent(inbox, "2026-08", row("777", "04-08-2026"))
    compiled(inbox)
    current = store.current_id(root)
    for name, table in ((before, "sources"), (current, "cases")):
        file = root / "editions" / str(name) / table / "part-00000.parquet"
        file.write_bytes(b"rot")
    capsys.readouterr()
    assert run(["compile", str(inbox), "--to", str(root), "--schemas", str(OVERLAY)]) == 0
    assert f"compares with no edition, because {before} is damaged" in capsys.readouterr().err
    assert {damage.edition for damage in store.verify(root).damage} == {before}
    assert store.current_id(root) == current


@pytest.mark.parametrize(("damaged", "code"), [("reports/summary.html", 0), ("cases/part-00000.parquet", 4)])
def test_a_damaged_edition_whose_withdrawn_file_is_gone_is_followed_if_its_tables_are_whole(
    inbox: Path, damaged: str, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    sent(inbox, "2026-07", row("555"), name="wrong")
    root, first = compiled(inbox)
    was = store.current_id(root)
    assert run(["withdraw", str(root), "examplewrong_2026-07.csv", "--why", "sent by mistake"]) == 0
    (inbox / "2026-07" / "examplewrong_2026-07.csv").unlink()
    shutil.rmtree(root / "cache")
    (root / "editions" / str(was) / damaged).write_bytes(b"")
    assert run(["compile", str(inbox), "--to", str(root), "--schemas", OVERLAY]) == code
    if code:
        assert "Restore that edition from a copy" in capsys.readouterr().err
    else:
        cases = store.open_edition(root).scan("cases").collect()
        assert set(cases["case_id"]) < set(first["case_id"])


def test_what_had_to_be_put_right_is_said(inbox: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root, _ = compiled(inbox)
    was = store.current_id(root)
    (root / "current").write_text("?")
    compile = ["compile", str(inbox), "--to", str(root), "--format", "json", "--schemas", OVERLAY]
    assert run(compile) == 0
    told = capsys.readouterr()
    assert f"repaired: `current` was damaged; it names {was} again" in told.err
    assert json.loads(told.out)[0]["current"] == was


def test_the_report_of_an_edition_does_not_need_the_edition_before(
    inbox: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root, _ = compiled(inbox)
    sent(inbox, "2026-07", row("777"), name="more")
    compiled(inbox)
    assert store.retain(root, 1)
    capsys.readouterr()
    assert run(["report", str(root), "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out)
    assert "no changes since the edition before" in err
