"""RK524: an error in one file, whatever it is and in whatever stage, never stops the other files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from recordkit import agencies, checks, declarations, ingest, mapping, readers, store
from recordkit.cli import app
from recordkit.ingest import collector, sheet, source_file

ROOT = Path(__file__).parents[2]
SCHEMAS = ROOT / "tests" / "rules" / "schemas"
HEAD = "FIR No,Date,District,Police Station,Sections,Accused\n"
SECRET = "Ghulam Rasool"
FILES = {
    "example_1.csv": HEAD + f"1/2026,03-07-2026,Lahore,Raiwind,302 PPC,{SECRET}\n",
    "example_2.csv": HEAD + f"2/2026,04-07-2026,Kasur,City,302 PPC,{SECRET}\n3/2026,05-07-2026,Kasur,City,379 PPC,\n",
    "example_3.csv": HEAD + f"4/2026,05-07-2026,Okara,Saddar,302 PPC,{SECRET}\n",
}
BAD = "example_2.csv"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox" / "2026-07"
    folder.mkdir(parents=True)
    for name, text in FILES.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


class PlantedError(Exception):
    """Nobody expects it."""


def _of_the_bad_file(frames: Any, _tables: Any, _rules: Any, stage: str = "standardise", *_: Any) -> bool:
    return stage == "standardise" and "3" in frames["cases"]["fir_no"]


def _planted(real: Callable[..., Any], is_bad: Callable[..., bool]) -> Callable[..., Any]:
    def failing(*given: Any, **named: Any) -> Any:
        if is_bad(*given, **named):
            raise PlantedError(f"a message that quotes {SECRET}")
        return real(*given, **named)

    return failing


def _plant(stage: str, patch: pytest.MonkeyPatch) -> None:
    """Make one stage fail for the bad file alone."""
    if stage == "open":
        patch.setattr(readers, "open_all", _planted(readers.open_all, lambda path, *_, **__: path.name == BAD))
    elif stage == "choose":
        patch.setattr(agencies, "choose", _planted(agencies.choose, lambda source, *_, **__: source.name == BAD))
    elif stage == "map":
        patch.setattr(mapping, "map_batch", _planted(mapping.map_batch, lambda batch, plan, *_: plan.file == BAD))
    elif stage == "standardise":
        patch.setattr(sheet, "standardise", _planted(sheet.standardise, lambda rows, asked, *_: asked.source == BAD))
    elif stage == "validate":
        patch.setattr(checks, "check", _planted(checks.check, _of_the_bad_file))
    else:
        real, seen = collector.Collected.found, []

        def found(self: collector.Collected) -> pl.DataFrame:
            whole = real(self)
            if not seen and len(self._kept) and set(whole["file_sha256"]) & {_sha256(FILES[BAD])}:
                seen.append(True)
                raise PlantedError(SECRET)
            return whole

        patch.setattr(collector.Collected, "found", found)


def _sha256(text: str) -> str:
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


STAGES = ("open", "choose", "map", "standardise", "validate", "collect")


@pytest.mark.parametrize("stage", STAGES)
def test_a_compile_publishes_the_other_files_and_names_the_one_that_failed(
    stage: str, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (inbox / BAD).write_text(FILES[BAD] + "x/2026,31-02-2026,Kasur,City,302 PPC,\n", encoding="utf-8")
    monkeypatch.setitem(FILES, BAD, (inbox / BAD).read_text(encoding="utf-8"))
    _plant(stage, monkeypatch)
    root = tmp_path / "store"
    assert app.run(["compile", str(inbox.parent), "--to", str(root), "--schemas", str(SCHEMAS)]) == 3
    said = "".join(capfd.readouterr())
    assert BAD in said
    assert SECRET not in said
    edition = store.open_edition(root)
    assert set(edition.scan("cases").collect()["fir_no"]) == {"1", "4"}
    (told,) = edition.scan("issues").filter(pl.col("code") == "RK524").collect().to_dicts()
    assert told["file_sha256"] == _sha256(FILES[BAD])
    assert told["detail"].startswith(f"stage {stage}: PlantedError")
    assert SECRET not in told["detail"]
    sources = {row["name"]: row for row in edition.scan("sources").collect().to_dicts()}
    assert [name for name, row in sources.items() if not row["readable"]] == [BAD]
    bad = sources[BAD]
    assert bad["rows_accepted"] == 0
    assert bad["rows_read"] == bad["rows_quarantined"] + bad["rows_skipped"]
    assert (bad["rows_read"] == 0) is (stage == "open")
    again = app.run(["compile", str(inbox.parent), "--to", str(root), "--schemas", str(SCHEMAS)])
    assert again == 0  # nothing new


@pytest.mark.parametrize(("stage", "form"), [*((one, "jsonl") for one in STAGES), ("map", "text"), ("map", "json")])
def test_validate_tells_of_the_other_files_and_leaves_with_three(
    stage: str, form: str, inbox: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    for name, text in FILES.items():
        (inbox / name).write_text(text.replace("302 PPC", "302 XYZQ"), encoding="utf-8")
    monkeypatch.setitem(FILES, BAD, FILES[BAD].replace("302 PPC", "302 XYZQ"))
    _plant(stage, monkeypatch)
    code = app.run(["validate", str(inbox), "--agency", "example", "--schemas", str(SCHEMAS), "--format", form])
    out, err = capfd.readouterr()
    assert code == 3
    assert "RK524" in out
    assert f"stage {stage}: PlantedError" in out
    assert "example_1.csv" in out
    assert "example_3.csv" in out
    assert SECRET not in out + err
    assert "3 files" in err


def test_inspect_tells_of_the_other_files(
    inbox: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(agencies, "inspect", _planted(agencies.inspect, lambda source, *_: source.name == BAD))
    assert app.run(["inspect", str(inbox), "--format", "json", "--schemas", str(SCHEMAS)]) == 3
    told = json.loads(capfd.readouterr().out)
    assert [one["file"] for one in told] == list(FILES)
    assert [[found["code"] for found in one["findings"]] for one in told] == [[], ["RK524"], []]


@pytest.mark.parametrize("stage", ["open", "choose", "map", "standardise"])
def test_dedupe_goes_on_without_the_file_that_failed(
    stage: str, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    _plant(stage, monkeypatch)
    out = tmp_path / "out.parquet"
    asked = ["dedupe", str(inbox), "-o", str(out), "--what", "case", "--agency", "example", "--schemas", str(SCHEMAS)]
    assert app.run(asked) == 3
    assert pl.read_parquet(out).height == 2
    said = capfd.readouterr().err
    assert f"{BAD}: RK524, stage {stage}: PlantedError" in said
    assert SECRET not in said


def test_a_member_of_an_archive_that_fails_stops_no_other_member(
    inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import zipfile

    path = tmp_path / "july.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in FILES.items():
            archive.writestr(name, text)
    monkeypatch.setattr(checks, "check", _planted(checks.check, _of_the_bad_file))
    kept: list[tuple[str, pl.DataFrame]] = []
    declared = ingest.declare([declarations.PACKAGED, SCHEMAS])
    done = ingest.receive(
        path, declared, agency="example", received="2026-07", keep=lambda name, frame: kept.append((name, frame))
    )
    assert {one.member: one.readable for one in done} == dict(zip(FILES, (True, False, True), strict=True))
    cases = pl.concat([frame for name, frame in kept if name == "cases"])
    assert cases["fir_no"].to_list() == ["1", "4"]
    aside = pl.concat([frame for name, frame in kept if name == "quarantine"])
    assert aside["codes"].to_list() == [["RK524"]] * 3  # the header too: nothing is known of the rows


@pytest.mark.parametrize("error", [MemoryError(), OSError(28, "No space left on device")])
def test_what_the_machine_lacks_is_no_finding_about_the_file(
    error: Exception, inbox: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = mapping.map_batch

    def failing(batch: pl.DataFrame, plan: Any, *given: Any) -> Any:
        if plan.file == BAD:
            raise error
        return real(batch, plan, *given)

    monkeypatch.setattr(mapping, "map_batch", failing)
    root = tmp_path / "store"
    asked = ["compile", str(inbox.parent), "--to", str(root), "--schemas", str(SCHEMAS)]
    assert app.run(asked) == 3
    assert set(store.open_edition(root).scan("cases").collect()["fir_no"]) == {"1", "4"}
    monkeypatch.undo()
    assert app.run(asked) == 0  # the file was left for this run
    assert set(store.open_edition(root).scan("cases").collect()["fir_no"]) == {"1", "2", "3", "4"}


def test_a_library_that_panics_is_an_error_of_the_file(inbox: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def panic(*_: Any) -> Any:
        raise pl.exceptions.PanicException("index out of bounds")

    monkeypatch.setattr(source_file, "process_sheet", panic)
    declared = ingest.declare([declarations.PACKAGED, SCHEMAS])
    (done,) = ingest.receive(inbox / BAD, declared, agency="example")
    assert not done.readable
    assert "RK524" in done.issues["code"]
