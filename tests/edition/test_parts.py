"""The tables of an edition do not depend on how the work was cut."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from recordkit import declarations, edition, inbox, linkage, store, submissions
from recordkit.ingest import Declarations
from recordkit.ingest.config import declare

SAMPLE = Path(__file__).parents[2] / "sample_data" / "inbox"
FILES = ("2026-07/CRMS_*", "2026-07/Sindh_*", "2026-08/Sindh_*", "2026-07/shelter_*")


@pytest.fixture(scope="module")
def gathered(tmp_path_factory: pytest.TempPathFactory) -> tuple[Declarations, submissions.Records]:
    """Some files of the sample, standardised."""
    known = declare([declarations.PACKAGED])
    arrivals = [one for one in inbox.find_files([SAMPLE])[0] if any(one.path.match(name) for name in FILES)]
    wanted, _ = submissions.wanted(arrivals, [], None)
    cache = store.open_cache(tmp_path_factory.mktemp("store"))
    return known, submissions.gather(wanted, known, cache, "schemas", lambda _: None)


def build(gathered: tuple[Declarations, submissions.Records], folder: Path, most: int) -> dict[str, pl.DataFrame]:
    known, read = gathered
    folder.mkdir()
    made = edition.build(read, known, linkage.load(known.dirs), [], store.Spool(folder, None, most))
    assert all(law.left == law.right for law in made.laws)
    return {name: frame.lazy().collect() for name, frame in made.tables.items() if not isinstance(frame, Path)}


@pytest.mark.parametrize(
    "sizes", [(60,), pytest.param((7, 60, 500), marks=pytest.mark.slow)], ids=["one size", "several sizes"]
)
def test_many_small_parts_give_the_tables_of_one_whole(
    gathered: tuple[Declarations, submissions.Records], tmp_path: Path, sizes: tuple[int, ...]
) -> None:
    whole = build(gathered, tmp_path / "one", most=10**9)
    assert whole["persons"].height > 500
    for most in sizes:
        cut = build(gathered, tmp_path / str(most), most)
        assert [name for name in whole if not whole[name].equals(cut[name])] == []
