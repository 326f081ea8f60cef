"""The principal offence: what the nine heads need, then the heaviest; modifiers never, non-crimes last."""

from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from recordkit import declarations, ranking
from recordkit.errors import DeclarationError

DIRS = [declarations.PACKAGED]
RANKING = ranking.load(DIRS)


def offences() -> pl.DataFrame:
    """The reference table with the columns that the ranking looks at."""
    table = declarations.read_csv(DIRS, "reference/offences.csv", key=[])
    tiers = declarations.read_csv(DIRS, "reference/tip_tiers.csv", key=[]).select(
        "act", "section", tip_tier="tier"
    )
    flags = {
        "is_modifier": (pl.col("provincial_head") == "modifier").fill_null(False),
        "is_crime": pl.col("npb_head") != "EXCLUDE",
    }
    joined = table.join(tiers.unique(["act", "section"], keep="first"), on=["act", "section"], how="left")
    return joined.with_columns(**flags)


def rank_of(*charges: tuple[str, str]) -> list[int | None]:
    wanted = pl.DataFrame(charges, schema=["act", "section"], orient="row")
    known = offences().unique(["act", "section"], keep="first", maintain_order=True)
    return RANKING.rank(
        wanted.join(known, on=["act", "section"], how="left", maintain_order="left")
    ).to_list()


PPC = "PPC 1860"


@pytest.mark.parametrize(
    "order",
    [
        [(PPC, "302"), (PPC, "396"), (PPC, "392"), (PPC, "411")],
        [(PPC, "302"), ("ATA 1997", "7")],
        [(PPC, "324"), (PPC, "148")],
        [("PTPA 2018", "3(2)"), ("PTPA 2018", "3(1)"), (PPC, "365-B"), (PPC, "420")],
        [("PTPA 2018", "3(1)"), ("Foreigners Act 1946", "14")],
        [(PPC, "376"), (PPC, "379"), (PPC, "506(ii)"), ("Arms Ordinance 1965", "13")],
        [(PPC, "365-B"), (PPC, "376")],
        [(PPC, "395"), (PPC, "397"), (PPC, "412")],
        [("CNSA 1997", "9(c)"), ("Arms Ordinance 1965", "13")],
        [("PSMA 2018", "3"), ("Passport Act 1974", "6")],
        [("Arms Ordinance 1965", "13"), ("ATA 1997", "7"), (PPC, "999-Z"), ("CrPC", "174")],
    ],
)
def test_the_first_of_these_is_principal_over_the_next(order: list[tuple[str, str]]) -> None:
    ranks = rank_of(*order)
    assert all(a is not None and b is not None and a < b for a, b in pairwise(ranks)), ranks


def test_a_modifier_is_never_principal() -> None:
    assert rank_of((PPC, "34"), (PPC, "109"), (PPC, "149")) == [None, None, None]


def test_every_known_section_has_a_rank_unless_it_is_a_modifier() -> None:
    table = offences()
    assert RANKING.rank(table).is_null().to_list() == table.get_column("is_modifier").to_list()


def test_only_unknown_sections_are_unclassified() -> None:
    unclassified = next(at for at, rank in enumerate(RANKING.ranks) if rank.unclassified)
    assert offences().filter(RANKING.rank(offences()) // ranking.STEP == unclassified).height == 0


def test_the_rank_of_a_charge_does_not_depend_on_its_neighbours() -> None:
    table = offences()
    halves = pl.concat([RANKING.rank(table[:100]), RANKING.rank(table[100:])])
    assert halves.equals(RANKING.rank(table))


def test_a_section_in_two_ranks_is_an_error(tmp_path: Path) -> None:
    text = (declarations.PACKAGED / "ranking.toml").read_text()
    (tmp_path / "ranking.toml").write_text(
        text.replace('["365-A", "364-A"]', '["396"]')
    )
    with pytest.raises(DeclarationError, match="ranked section 'PPC 1860 396' is declared twice"):
        ranking.load([declarations.PACKAGED, tmp_path])
