"""Every finding of large files: in order, in bounded memory, and nothing left behind."""

import stat
from pathlib import Path

import polars as pl
import pytest

from recordkit import findings, issues
from recordkit.errors import RecordkitError
from recordkit.findings import Masks, spill
from recordkit.issues import Rules

A, B = "a" * 64, "b" * 64
NAMES = {A: "zebra.csv", B: "alpha.csv"}


def batch(rules: Rules, sha256: str, rows: range, code: str = "RK302", sheet: str = "") -> pl.DataFrame:
    frame = pl.DataFrame({"row": rows}).with_columns(
        file_sha256=pl.lit(sha256), sheet=pl.lit(sheet), column=pl.lit("Date"), field=pl.lit("registered_on"),
        code=pl.lit(code), value=pl.format("3{}/02/2026", "row"),
    )  # fmt: skip
    return rules.rate(issues.conform(frame))


def everything(rules: Rules) -> list[tuple[str, pl.DataFrame]]:
    """Batches of two files as they come: a later rule speaks of earlier rows, and a whole file is spoken of last."""
    return [
        ("z", batch(rules, A, range(2, 700))),
        ("z", batch(rules, A, range(700, 1_400))),
        ("z", batch(rules, A, range(5, 1_300, 7), "RK326")),
        ("z", rules.rate(issues.make("RK121", file_sha256=A, detail="a return of nothing"))),
        ("a", batch(rules, B, range(2, 90), sheet="July")),
        ("a", batch(rules, B, range(2, 60), sheet="August")),
    ]


def keep(given: list[tuple[str, pl.DataFrame]], near: Path, rules: Rules, masks: Masks, form: str) -> str:
    with findings.Spill(near, findings.shown(rules, masks)) as held:
        sinks = {whose: held.of(Path(whose)) for whose, _ in given}
        for whose, frame in given:
            sinks[whose](frame)
        return "".join(findings.listed(held, NAMES, rules, form))


@pytest.mark.parametrize("form", findings.LISTS)
@pytest.mark.parametrize("most", [100, 10**6])
def test_a_list_is_the_same_whether_it_is_kept_on_disk_in_memory_or_made_at_once(
    form: str, most: int, tmp_path: Path, rules: Rules, masks: Masks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spill, "HELD", most)
    monkeypatch.setattr(spill, "ROWS", 50)
    given = everything(rules)
    at_once = findings.render(pl.concat([one for _, one in given]), NAMES, rules, form, masks=masks)
    assert keep(given, tmp_path, rules, masks, form) == at_once


def test_many_findings_lie_in_a_private_folder_masked_and_are_gone_afterwards(
    tmp_path: Path, rules: Rules, masks: Masks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spill, "HELD", 10)
    given = batch(rules, A, range(2, 40)).with_columns(field=pl.lit("cnic"), value=pl.lit("35202-1234567-1"))

    def stopped() -> None:
        with findings.Spill(tmp_path, findings.shown(rules, masks)) as held:
            held.of(Path("z"))(given)
            (private,) = tmp_path.iterdir()
            assert stat.S_IMODE(private.stat().st_mode) == 0o700
            (file,) = private.iterdir()
            assert pl.read_ipc(file)["value"].unique().to_list() == ["35202-*******-*"]
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert not list(tmp_path.iterdir())


def test_findings_of_a_file_that_is_run_again_replace_those_of_the_first_time(
    tmp_path: Path, rules: Rules, masks: Masks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spill, "HELD", 10)
    with findings.Spill(tmp_path, findings.shown(rules, masks)) as held:
        held.of(Path("z"))(batch(rules, A, range(2, 40)))
        held.of(Path("a"))(batch(rules, B, range(2, 4)))
        held.of(Path("z"))(batch(rules, A, range(2, 5)))
        rows = pl.concat(list(held.ordered(NAMES)))
    assert rows.select("file_sha256", "row").rows() == [(B, 2), (B, 3), (A, 2), (A, 3), (A, 4)]


def test_no_room_for_findings_is_an_error_that_says_what_to_do(
    tmp_path: Path, rules: Rules, masks: Masks, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spill, "HELD", 10)
    (tmp_path / "file").write_text("")
    held = findings.Spill(tmp_path / "file", findings.shown(rules, masks))
    with pytest.raises(RecordkitError, match="the findings cannot be kept in"):
        held.of(Path("z"))(batch(rules, A, range(2, 40)))


def test_findings_are_kept_beside_the_output_or_in_the_users_own_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    assert findings.private_place(Path("/data/out/list.jsonl")) == Path("/data/out")
    monkeypatch.setenv("XDG_CACHE_HOME", "/home/officer/cache")
    assert findings.private_place(None) == Path("/home/officer/cache/recordkit")
