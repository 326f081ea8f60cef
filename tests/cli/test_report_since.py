"""`report --since`: what changed since an earlier edition, in words that add up, in both languages and every output."""

import json
from pathlib import Path

import pytest
from test_decisions_and_ids import OVERLAY, row, sent

from recordkit import store
from recordkit.cli.app import run


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """July; then August; then two FIRs of July that come late."""
    inbox = tmp_path_factory.mktemp("since") / "inbox"
    made = inbox.parent / "store"
    other = row("77").replace("Raiwind", "City").replace("35202-1234567-1", "35202-1111111-1").replace("35202-7654321-3", "35202-2222222-3")
    for month, name, rows in (
        ("2026-07", "", [row("123")]), ("2026-08", "", [row("140", "05-08-2026")]),
        ("2026-09", "late", [other, other.replace("77/2026,03", "99/2026,17")]),
    ):  # fmt: skip
        sent(inbox, month, *rows, name=name)
        assert run(["compile", str(inbox), "--to", str(made), "--schemas", OVERLAY, "-q", "-o", str(made) + ".txt"]) == 0
    return made


def editions(root: Path) -> list[str]:
    one, found = store.open_edition(root), []
    while one is not None:
        found.append(one.id)
        before = one.manifest.previous
        one = store.open_edition(root, before.id) if before else None
    return found


def told(root: Path, capsys: pytest.CaptureFixture[str], *options: str) -> str:
    capsys.readouterr()
    assert run(["report", str(root), "--schemas", OVERLAY, *options]) == 0
    return " ".join(capsys.readouterr().out.split())


def test_without_it_the_edition_before_is_compared_and_with_it_any_earlier_one(root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    newest, second, first = editions(root)
    before = told(root, capsys)
    assert f"Since edition {second}" in before
    assert "Murder, Lahore, Jul 2026: +2: 2" in before
    assert "Murder, Lahore, Aug 2026" not in before
    since = told(root, capsys, "--since", first)
    assert f"Since edition {first}" in since
    assert "Murder, Lahore, Jul 2026: +2: 2" in since
    assert "Murder, Lahore, Aug 2026: +1: 1 new FIR" in since
    assert newest in since


def test_the_words_are_in_urdu_and_in_what_programs_read(root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = editions(root)[-1]
    page = tmp_path / "page.html"
    told(root, capsys, "--since", first, "--lang", "ur", "--html", str(page))
    assert "1 نئی ایف آئی آر" in page.read_text("utf-8")
    capsys.readouterr()
    assert run(["report", str(root), "--schemas", OVERLAY, "--since", first, "--format", "json"]) == 0
    assert "+1: 1 new FIR" in json.dumps(json.loads(capsys.readouterr().out), ensure_ascii=False)


@pytest.mark.parametrize("options", [["--since", "2020-01-r1-00000000"], ["--since", "july"], ["--since", "x", "--profile", "trafficking"]])
def test_an_edition_that_there_is_not_and_a_profile_are_refused(root: Path, options: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["report", str(root), "--schemas", OVERLAY, *options]) == 2
    assert options[-1] in capsys.readouterr().err or "--profile" in options
