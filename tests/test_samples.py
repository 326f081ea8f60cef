"""The sample inbox: made anew byte for byte, compiled through the command line, compared with its truth."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import polars as pl
import pytest

import shared
from recordkit import analysts, declarations, inbox, ingest, submissions, tables
from recordkit.store import encryption, open_cache, open_edition
from samples import compare
from samples import rows as kept
from samples.truth import ROOT, SAMPLES, Differences, Edition, Truth

FOLDERS = ("inbox", "truth")
MONTHS = ("2026-07", "2026-08", "2026-09", "2026-10")
pytestmark = pytest.mark.xdist_group("samples")  # one process: the inbox is compiled once for all of them


def run(*command: str | Path) -> subprocess.CompletedProcess[str]:
    """One recordkit command, as a user types it."""
    return subprocess.run(
        [sys.executable, "-m", "recordkit", *map(str, command)], cwd=ROOT, capture_output=True, text=True, check=False
    )


def contents(path: Path) -> object:
    """The bytes of a file; of a compressed one what is inside, since compressors differ between machines."""
    data = path.read_bytes()
    if data[:2] == b"\x1f\x8b":
        return gzip.decompress(data)
    if data[:2] == b"PK":
        try:
            with zipfile.ZipFile(BytesIO(data)) as archive:
                return {name: archive.read(name) for name in archive.namelist()}
        except zipfile.BadZipFile:
            return "a truncated workbook"
    return data


def tree(folder: Path) -> dict[str, str]:
    """Path -> hash of every file below a folder."""
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_the_generator_makes_the_committed_inbox_and_truth(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "sample_data.generator", str(tmp_path)], cwd=ROOT, check=True)
    for name in FOLDERS:
        made, kept = tmp_path / name, SAMPLES / name
        paths = sorted(p.relative_to(kept) for p in kept.rglob("*") if p.is_file())
        assert sorted(p.relative_to(made) for p in made.rglob("*") if p.is_file()) == paths
        for path in paths:
            assert contents(made / path) == contents(kept / path), path


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample inbox compiled once. Some of its files cannot be read, so the exit code is 3."""
    return shared.sample_store(tmp_path_factory)


@pytest.fixture(scope="module")
def truth() -> Truth:
    return Truth()


@pytest.fixture(scope="module")
def edition(store: Path, truth: Truth) -> Edition:
    return Edition(store, truth)


@pytest.fixture(scope="module")
def known(truth: Truth, edition: Edition) -> compare.Cases:
    return compare.Cases(truth, edition)


def agree(told: Differences) -> None:
    """No difference, and something was compared."""
    assert told.compared
    assert not told.found, f"\n{told}"


@pytest.mark.parametrize("check", [compare.sources, compare.rows, compare.returns, compare.counts])
def test_tables_agree_with_the_truth(
    check: Callable[[Truth, Edition], Differences], truth: Truth, edition: Edition
) -> None:
    agree(check(truth, edition))


@pytest.mark.parametrize("check", [compare.cases, compare.charges, compare.persons, compare.services])
def test_records_agree_with_the_truth(
    check: Callable[[Truth, Edition, compare.Cases], Differences], truth: Truth, edition: Edition, known: compare.Cases
) -> None:
    agree(check(truth, edition, known))


def test_every_planted_defect_is_found_by_its_rule(truth: Truth, edition: Edition) -> None:
    told, _ = compare.defects(truth, edition)
    agree(told)


def test_every_cell_is_cleaned_as_it_should_be(store: Path, truth: Truth) -> None:
    agree(compare.cells(truth, standardised(store)))


def standardised(root: Path) -> dict[str, pl.DataFrame]:
    """Every record of the inbox before linking, as the compile left it in the store's cache."""
    declared = ingest.declare(declarations.folders(()))
    arrivals, _ = inbox.find_files([SAMPLES / "inbox"])
    items, _ = submissions.wanted(arrivals, [], None)
    schemas = submissions.schemas_sha256(declared.dirs)
    gathered = submissions.gather(items, declared, open_cache(root), schemas, lambda _: None)
    return {name: frame.collect() for name, frame in gathered.frames.items()}


def test_the_rows_of_every_table_are_those_that_were_kept(store: Path) -> None:
    """A change of shape changes no value; one that is meant to writes the sums anew: `samples/rows.py` says how."""
    told = kept.differences(json.loads(kept.KEPT.read_text(encoding="utf-8")), kept.sums(store))
    assert not told, "; ".join(told)


def test_the_readme_shows_what_the_demo_prints(store: Path, edition: Edition) -> None:
    shown = (ROOT / "README.md").read_text(encoding="utf-8").split("```\n")[1]
    rows, report = shown.split("\n\n", 1)
    names = ("rows_read", "rows_accepted", "rows_quarantined", "rows_skipped")
    read, accepted, quarantined, skipped = (int(edition.frame("sources")[name].fill_null(0).sum()) for name in names)
    assert rows.split("  ")[-1].strip() == (
        f"{read:,} = {accepted:,} accepted + {quarantined:,} quarantined + {skipped:,} skipped"
    )
    printed = run("report", store, "--format", "text").stdout
    same = re.sub("(-r[0-9]+)-[0-9a-f]{8}", r"\1-…", "\n".join(line.rstrip() for line in printed.splitlines()))
    assert report in same + "\n"


def test_people_are_found_again(truth: Truth, edition: Edition, known: compare.Cases) -> None:
    precision, recall, pairs = compare.identities(truth, edition, known)
    print(f"persons: precision {precision:.4f}, recall {recall:.4f} of {pairs} true pairs")
    assert precision >= 0.95
    assert recall >= 0.9


def test_numbers_typed_with_a_slip_are_one_case_and_nothing_else_is_joined_by_likeness(
    truth: Truth, edition: Edition
) -> None:
    slips, found, joined, wrong = compare.incidents(truth, edition)
    assert slips
    assert found == slips
    assert joined
    assert wrong == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", [2, 3])
def test_on_inboxes_that_nobody_looked_at_slips_are_found_with_no_wrong_join(tmp_path: Path, seed: int) -> None:
    command = [sys.executable, "-m", "sample_data.generator", str(tmp_path), str(seed)]
    subprocess.run(command, cwd=ROOT, check=True)
    run("compile", tmp_path / "inbox", "--to", tmp_path / "store", "--no-progress")
    truth = Truth(tmp_path / "truth", tmp_path / "inbox")
    slips, found, joined, wrong = compare.incidents(truth, Edition(tmp_path / "store", truth))
    assert slips
    assert found >= slips * 0.9
    assert joined
    assert wrong == 0


def test_a_second_compile_changes_nothing(store: Path) -> None:
    before = tree(store / "editions")
    done = run("compile", SAMPLES / "inbox", "--to", store, "--no-progress")
    assert done.returncode in (0, 3), done.stderr
    assert tree(store / "editions") == before


@pytest.mark.slow  # in small with every change: tests/faults/test_whole_compile.py; and the rows below
def test_a_new_store_gets_the_same_bytes(store: Path, tmp_path: Path) -> None:
    run("compile", SAMPLES / "inbox", "--to", tmp_path / "again", "--no-progress")
    assert tree(tmp_path / "again" / "editions") == tree(store / "editions")


@pytest.mark.parametrize(
    "months", [MONTHS[::3], pytest.param(MONTHS, marks=pytest.mark.slow)], ids=["two editions", "every month"]
)
def test_month_by_month_gives_the_same_tables(store: Path, tmp_path: Path, months: tuple[str, ...]) -> None:
    root = tmp_path / "monthly"
    shutil.copytree(store / "cache", root / "cache")  # what was read is the same; linking and merging are not
    for month in months:
        run("compile", SAMPLES / "inbox", "--to", root, "--through", month, "--no-progress")
    assert len(list((root / "editions").iterdir())) == len(months)
    current = [(s / "editions" / (s / "current").read_text().strip()) for s in (store, root)]
    for name in ("cases", "charges", "persons", "identities", "links", "models", "review", "services", "returns", "counts"):
        assert tree(current[0] / name) == tree(current[1] / name), name


def test_the_page_on_privacy_says_how_many_rows_of_an_analysts_copy_stand_alone(store: Path, tmp_path: Path) -> None:
    """Two copies under different keys are joined on their plain columns, for every precision that the page names."""
    dirs = declarations.folders()
    known = tables.load(dirs)
    policy, edition = analysts.load(dirs, known), open_edition(store)
    page = (ROOT / "docs" / "explanation" / "privacy.md").read_text(encoding="utf-8")
    true = edition.scan("cases").select("case_id").collect().to_series()
    lines = re.findall(r"^\| (day|week|month|quarter|year) +\| ([0-9,]+) of ([0-9,]+) .*\| ([0-9,]+) of ([0-9,]+)", page, re.M)
    assert [line[0] for line in lines] == list(analysts.PRECISIONS)
    for precision, *told in lines:
        made = {}
        for letter in "ab":
            made[letter] = tmp_path / precision / letter
            analysts.write(edition, made[letter], known, policy.by(precision), encryption.parse(letter * 32))
        one, two = (pl.read_parquet(made[letter] / "cases") for letter in "ab")
        plain = [name for name, how in policy.tables["cases"].items() if how.how in ("keep", "coarsen")]
        texts = [pl.col(name).list.join(",") if name == "agencies" else pl.col(name) for name in plain]
        lonely = [frame.with_columns(texts).filter(pl.struct(plain).is_unique()) for frame in (one, two)]
        joined = lonely[0].join(lonely[1], on=plain, nulls_equal=True)
        a, b = (encryption.pseudonyms(true, encryption.parse(letter * 32), "case") for letter in "ab")
        assert set(joined.select("case_id", "case_id_right").rows()) <= set(zip(a, b, strict=True))
        alone = json.loads((made["a"] / "manifest.json").read_text())["alone"]
        assert alone["cases"] == {"rows": one.height, "alone": joined.height, "k": 1}
        measured = [alone[name][what] for name in ("cases", "persons") for what in ("alone", "rows")]
        said = [int(number.replace(",", "")) for number in told]
        assert measured == pytest.approx(said, rel=0.05), f"measured anew, by the {precision}: {measured}"
