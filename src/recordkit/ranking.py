"""Loads schemas/ranking.toml: which charge of a case is its principal offence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import polars as pl
from pydantic import Field

from recordkit import declarations
from recordkit.declarations import Declared

STEP = 1000  # room inside one rank for the order of its named sections


class Rank(Declared):
    """One line of the ranking. How a charge finds its rank is written at the top of ranking.toml."""

    id: str  # name of the rank
    why: str  # why it stands here
    sections: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # act -> sections, the most serious first
    tip_tiers: tuple[str, ...] = ()  # tiers of trafficking offences
    npb_heads: tuple[str, ...] = ()  # national heads
    iccs: tuple[str, ...] = ()  # ICCS codes, or their beginnings
    acts: tuple[str, ...] = ()  # acts with all their other sections
    unclassified: bool = False  # holds sections that no table knows
    non_crimes: bool = False  # holds proceedings that are no crime


class RankingFile(Declared):
    """The whole of ranking.toml."""

    version: str  # written into every edition's manifest; raise it with every change of order
    rank: tuple[Rank, ...]  # ranks, the most serious first


@dataclass(frozen=True)
class Ranking:
    """Ranks from the most serious down, with the version that goes into the manifest."""

    version: str
    ranks: tuple[Rank, ...]

    @cached_property
    def named(self) -> pl.DataFrame:
        """act, section, rank (Int32) of every section that a rank names."""
        rows = [
            (act, section, at * STEP + place)
            for at, rank in enumerate(self.ranks)
            for act, sections in rank.sections.items()
            for place, section in enumerate(sections)
        ]
        return pl.DataFrame(rows, schema={"act": pl.String, "section": pl.String, "rank": pl.Int32}, orient="row")

    def rank(self, charges: pl.DataFrame) -> pl.Series:
        """Int32, same height and order: smaller is more serious, null is never principal (a modifier).

        `charges`: act, section, npb_head, iccs_code, tip_tier (String), is_modifier, is_crime (Boolean).
        """
        whole = self.named.rename({"rank": "whole"})
        parent = self.named.rename({"rank": "parent", "section": "base"})
        base = pl.col("section").str.replace(r"\(.*$", "").alias("base")
        looked_up = (
            charges.with_columns(base)
            .join(whole, on=["act", "section"], how="left", maintain_order="left")
            .join(parent, on=["act", "base"], how="left", maintain_order="left")
        )
        crime = pl.col("is_crime").fill_null(True)
        ranked = (
            pl.when(pl.col("is_modifier").fill_null(False))
            .then(pl.lit(None, pl.Int32))
            .when(crime.not_())
            .then(pl.lit(self._place("non_crimes"), pl.Int32))
            .otherwise(pl.coalesce("whole", "parent", self._by_class()))
        )
        return looked_up.select(ranked.alias("rank")).to_series()

    def _by_class(self) -> pl.Expr:
        """The first rank that fits by tier, head, ICCS code or act; named sections are looked up before."""
        found: pl.Expr = pl.lit(self._place("unclassified"), pl.Int32)
        for at, rank in reversed(list(enumerate(self.ranks))):
            place = pl.lit(at * STEP + STEP - 1, pl.Int32)
            found = pl.when(_fits(rank)).then(place).otherwise(found)
        return found

    def _place(self, kind: str) -> int:
        found = [at for at, rank in enumerate(self.ranks) if getattr(rank, kind)]
        return (found[0] if found else len(self.ranks)) * STEP + STEP - 1


def _fits(rank: Rank) -> pl.Expr:
    tests = [pl.lit(False)]
    for column, wanted in (("tip_tier", rank.tip_tiers), ("npb_head", rank.npb_heads), ("act", rank.acts)):
        if wanted:
            tests.append(pl.col(column).is_in(list(wanted)).fill_null(False))
    if rank.iccs:
        starts = "|".join(re.escape(code) for code in rank.iccs)
        tests.append(pl.col("iccs_code").str.contains(f"^(?:{starts})").fill_null(False))
    return pl.any_horizontal(tests)


def load(dirs: Sequence[Path]) -> Ranking:
    """Read ranking.toml from the last folder of `dirs` that has one. Raises DeclarationError."""
    path = declarations.files(dirs, "ranking.toml")["ranking.toml"]
    parsed = declarations.read_toml(path, RankingFile)
    declarations.unique(((rank.id, path) for rank in parsed.rank), "kind_rank")
    named = [
        (f"{act} {section}", path)
        for rank in parsed.rank
        for act, sections in rank.sections.items()
        for section in sections
    ]
    declarations.unique(named, "kind_ranked_section")
    return Ranking(parsed.version, parsed.rank)
