"""A probabilistic model as declared in TOML: blocks, comparisons with their levels, thresholds, vetoes."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from recordkit.declarations import Declared

Test = Literal[
    "equal", "differ", "either", "crossed", "turned", "parts", "within",
    "similar", "edits", "contains", "shares", "tokens", "begins",
]  # fmt: skip
CHEAP: frozenset[Test] = frozenset({"equal", "differ", "either", "crossed", "turned", "parts", "within"})
MISSING, ELSE = "missing", "else"
LARGEST_BLOCK = 10_000  # rows: fifty million pairs


class Level(Declared):
    """One degree of agreement. `column` when it is not the comparison's own; `other` for a second column."""

    name: str  # shown in explanations
    test: Test  # equal, similar, edits, turned, parts, within, contains, tokens, begins, crossed, either or differ
    column: str | None = None  # another column than the comparison's
    other: str | None = None  # second column, of crossed and either
    at_least: float = 0.0  # of similar and tokens: similarity from 0 to 1
    at_most: float = 0.0  # of edits and within: slips, or the difference
    tf: bool = False  # a rare value weighs more than a frequent one
    neutral: bool = False  # weighs nothing: another comparison says it
    most: float | None = None  # bits that it weighs at most: for a level that is evidence against, however rare


class Comparison(Declared):
    """Levels from the strongest agreement to the weakest; none of them: else. Missing values weigh nothing."""

    name: str  # shown in explanations
    column: str  # the column that is compared
    levels: tuple[Level, ...] = Field(alias="level")  # degrees of agreement, the strongest first
    m: tuple[float, ...] = ()  # starting values: a share for every level and for else
    fixed: bool = False  # keep the starting values
    witness: bool = False  # an identifier: it shows what the other comparisons are worth
    shared: bool = False  # people of one household have it in common
    namesakes: float = 0.0  # share of the pairs of one household that agree on it all the same, as father and son do

    @model_validator(mode="after")
    def _a_share_for_every_level(self) -> Self:
        wanted = len(self.levels) + 1
        if not self.levels:
            raise ValueError(f"comparison '{self.name}' needs at least one level")
        if self.m and len(self.m) != wanted:
            raise ValueError(
                f"comparison '{self.name}' has {len(self.levels)} levels: m takes {wanted} shares (the last for else), "
                f"not {len(self.m)}"
            )
        if any(share <= 0 for share in self.m):
            raise ValueError(f"comparison '{self.name}': every share of m is above 0")
        return self


class Block(Declared):
    """Pairs are compared when they agree on all of `columns`: column, column[a:b], column.year, .first, .last,
    .rarest (word); with `a|b` each of the two counts, as a name and an alias do."""

    columns: tuple[str, ...]  # pairs that agree on all of these are compared
    when_empty: str | None = None  # only rows without a value in this column
    train: bool = True  # its pairs are used to fit the model
    # rows of its largest block; larger ones are not compared
    most: int | None = Field(default=None, ge=1, le=LARGEST_BLOCK)


class Veto(Declared):
    """No pair may be one if every named comparison is at one of the named levels; with `most`, such a pair weighs
    at most so many bits before the company that it keeps is known."""

    name: str  # shown in explanations
    when: dict[str, tuple[str, ...]]  # comparison -> levels
    most: float | None = None  # bits that such a pair weighs at most; left out: never one


class Contradiction(Declared):
    """No cluster may hold two values of a column, each attested by so many of its rows, that compare like this."""

    comparison: str  # its name
    levels: tuple[str, ...] = (ELSE,)  # levels that contradict
    attested: int = 2  # rows that must show each value


class Together(Declared):
    """Comparisons that often agree together by chance, as names and fathers do in one village."""

    comparisons: tuple[str, ...]  # their names
    weight: float = 0.0  # bits for every bit of the least of them; learned where there are witnesses


class ModelSpec(Declared):
    """Everything that makes a model, except what is fitted from the data."""

    blocks: tuple[Block, ...] = Field(alias="block")  # which pairs are compared
    comparisons: tuple[Comparison, ...] = Field(alias="comparison")  # how pairs are compared
    vetoes: tuple[Veto, ...] = Field(alias="veto", default=())  # pairs that cannot be one
    together: tuple[Together, ...] = ()  # comparisons that agree together by chance
    # values that a cluster cannot hold together
    contradictions: tuple[Contradiction, ...] = Field(alias="contradiction", default=())
    caution: float = 0.0  # bits taken off every pair while no witness has shown what the evidence is worth
    threshold: float = 2.0  # bits above which a pair counts as one
    review: float = -6.0  # bits above which a pair is kept for review and for collective evidence
    most_in_block: int = Field(default=200, ge=1, le=LARGEST_BLOCK)  # a larger block is not compared: it says nothing
    cluster_threshold: float = 0.0  # mean bits between two groups that may still become one
    largest_cluster: int = 400  # rows; a cluster that would become larger is not joined further
    group: str | None = None  # mentions of one group (a case) keep each other company
    fit_from: int = 20_000  # a shorter list is judged with the declared shares and not fitted
    company_weights: tuple[float, ...] = ()  # used with them
    company_blocks: tuple[str, ...] = ()  # compare also rows that agree on one of these and kept the same company
    apart: tuple[str, ...] = ()  # rows that agree on all of these columns are never one
    one_to_one: str | None = None  # column that names the list: at most one row of each list in a cluster

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = {one.name: {level.name for level in one.levels} | {MISSING, ELSE} for one in self.comparisons}
        for one in self.together:
            if not set(one.comparisons) <= set(known):
                raise ValueError(f"together names an unknown comparison: {set(one.comparisons) - set(known)}")
        for rule in self.contradictions:
            if not set(rule.levels) <= known.get(rule.comparison, set()):
                raise ValueError(f"a contradiction names an unknown comparison or level: {rule.comparison}")
        for veto in self.vetoes:
            for comparison, levels in veto.when.items():
                unknown = set(levels) - known.get(comparison, set())
                if comparison not in known or unknown:
                    raise ValueError(f"veto '{veto.name}' names an unknown comparison or level: {comparison} {unknown}")
        return self
