"""A probabilistic model as declared in TOML: blocks, comparisons with their levels, thresholds, vetoes."""

from __future__ import annotations

from itertools import pairwise
from typing import Literal, Self

from pydantic import Field, model_validator

from recordkit import details
from recordkit.declarations import Declared

Test = Literal[
    "equal", "differ", "known", "present", "either", "crossed", "turned", "parts", "within",
    "similar", "edits", "swapped", "contains", "shares", "contradicts", "tokens", "begins",
    "slip",
]  # fmt: skip
CHEAP: frozenset[Test] = frozenset(
    {"equal", "differ", "known", "present", "either", "crossed", "turned", "parts", "within"}
)
MISSING, ELSE = "missing", "else"
LARGEST_BLOCK = 10_000  # rows: fifty million pairs


class Condition(Declared):
    """A test of one column of two rows. Of columns that hold lists, shares, contains, contradicts, crossed and either
    are about their elements."""

    # equal, differ, known (both have a value), present (one has), either (one's value is the other's second one),
    # crossed (both are), turned and parts (of dates), within, similar, edits, swapped (two characters beside each
    # other), contains, tokens, begins, slip (the one word that differs, where no known name has it), shares (elements
    # in common), contradicts (elements KEY, U+001E, VALUE: one key has different values)
    test: Test
    column: str | None = None  # another column than the comparison's
    other: str | None = None  # second column, of crossed and either
    at_least: float = 0.0  # of similar and tokens: similarity from 0 to 1; of shares: elements
    at_most: float = 0.0  # of edits, slip and within: slips, or the difference
    negated: bool = Field(alias="not", default=False)  # it holds where the test does not

    def columns(self, own: str = "") -> set[str]:
        """The columns that it looks at; `own`: that of the comparison."""
        return {self.column or own, *filter(None, [self.other])} - {""}


class Level(Condition):
    """One degree of agreement. `column` when it is not the comparison's own; `other` for a second column."""

    name: str  # shown in explanations
    also: tuple[Condition, ...] = Field(alias="and", default=())  # what must hold as well
    tf: bool = False  # a rare value weighs more than a frequent one
    neutral: bool = False  # weighs nothing: another comparison says it
    most: float | None = None  # bits that it weighs at most: for a level that is evidence against, however rare

    @property
    def cheap(self) -> bool:
        """It is decided by integers, without a look at any text."""
        return all(one.test in CHEAP for one in (self, *self.also))


class Comparison(Declared):
    """Levels from the strongest agreement to the weakest; none of them: else. Missing values weigh nothing."""

    name: str  # shown in explanations
    column: str  # the column that is compared
    levels: tuple[Level, ...] = Field(alias="level")  # degrees of agreement, the strongest first
    otherwise: str = ELSE  # name of the last degree: none of the levels
    where: tuple[Condition, ...] = ()  # it is compared only where these hold, elsewhere it is missing
    m: tuple[float, ...] = ()  # starting values: a share for every level and for else
    u: tuple[float, ...] = ()  # the same of other pairs; with it nothing is fitted: the weight is log2(m / u)
    source: str = ""  # where its shares and limits come from
    fixed: bool = False  # keep the starting values
    witness: bool = False  # an identifier: it shows what the other comparisons are worth
    shared: bool = False  # people of one household have it in common
    namesakes: float = 0.0  # share of the pairs of one household that agree on it all the same, as father and son do

    @property
    def level_names(self) -> list[str]:
        """Names by level code: missing, the levels, and what is none of them."""
        return [MISSING, *(level.name for level in self.levels), self.otherwise]

    @property
    def columns(self) -> set[str]:
        """Every column that it looks at."""
        looked_at = [*self.where, *self.levels, *(also for level in self.levels for also in level.also)]
        return {self.column}.union(*(one.columns(self.column) for one in looked_at))

    @model_validator(mode="after")
    def _a_share_for_every_level(self) -> Self:
        wanted = len(self.levels) + 1
        if not self.levels:
            raise ValueError(details.text("needs_a_level", name=self.name))
        for name, shares in (("m", self.m), ("u", self.u)):
            if shares and len(shares) != wanted:
                count = {"levels": len(self.levels), "wanted": wanted, "count": len(shares)}
                what = {"shares": name, "otherwise": self.otherwise}
                raise ValueError(details.text("shares_of_levels", name=self.name, **what, **count))
            if any(share <= 0 for share in shares):
                raise ValueError(details.text("shares_above_zero", name=self.name, shares=name))
        if self.u and not self.m:
            raise ValueError(details.text("u_without_m", name=self.name))
        return self


class Block(Declared):
    """Pairs are compared when they agree on all of `columns`: column, column[a:b], column.year, .first, .last,
    .rarest (word); with `a|b` each of the two counts, as a name and an alias do, and so does each element of a list."""

    columns: tuple[str, ...]  # pairs that agree on all of these are compared
    when_empty: str | None = None  # only rows without a value in this column
    when_one_empty: str | None = None  # only pairs of which one row at least has no value in this column
    near: str | None = None  # a date or number: only pairs that are near each other in it
    distance: float = 0.0  # of `near`: days, or the difference, at most
    train: bool = True  # its pairs are used to fit the model
    # rows of its largest block (with `near`: within the distance); larger ones are not compared
    most: int | None = Field(default=None, ge=1, le=LARGEST_BLOCK)
    source: str = ""  # where its limits come from

    @property
    def parts(self) -> list[str]:
        """The columns, and parts of columns, on which its pairs agree."""
        return [part for column in self.columns for part in column.split("|")]

    @property
    def agreeing(self) -> set[str]:
        """Those columns, without what part of them it is."""
        return {part.split("[")[0].split(".")[0] for part in self.parts}


class Veto(Declared):
    """No pair may be one if every named comparison is at one of the named levels; with `most`, such a pair weighs
    at most so many bits before the company that it keeps is known. With `related` it is one in no cluster either,
    whatever the others of the cluster say."""

    name: str  # shown in explanations
    when: dict[str, tuple[str, ...]] = Field(default_factory=dict)  # comparison -> levels
    where: tuple[Condition, ...] = ()  # conditions that must hold as well; each names its column
    most: float | None = None  # bits that such a pair weighs at most; left out: never one
    # comparison -> levels at which such a pair is shown as related
    related: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    source: str = ""  # where it comes from


class Contradiction(Declared):
    """No cluster may hold two values of a column, each attested by so many of its rows, that compare like this."""

    comparison: str  # its name
    levels: tuple[str, ...] = (ELSE,)  # levels that contradict
    attested: int = 2  # rows that must show each value


class Together(Declared):
    """Comparisons that often agree together by chance, as names and fathers do in one village."""

    comparisons: tuple[str, ...]  # their names
    weight: float = 0.0  # bits for every bit of the least of them; learned where there are witnesses
    most: float | None = None  # bits that they weigh together at most
    source: str = ""  # where it comes from


class Calibration(Declared):
    """The share of pairs of a match weight that are one, as counted where the truth was known; the weight alone would
    promise 2^weight to one."""

    bits: tuple[float, ...] = Field(min_length=2)  # match weights, ascending
    joined: tuple[float, ...]  # shares at these weights of the pairs that one cluster holds
    separate: tuple[float, ...]  # of those that none does
    source: str  # where the shares were counted

    @model_validator(mode="after")
    def _monotone(self) -> Self:
        shares = (self.joined, self.separate)
        whole = all(len(one) == len(self.bits) and all(0 < share < 1 for share in one) for one in shares)
        rising = all(all(a <= b for a, b in pairwise(one)) for one in (self.bits, *shares))
        if not whole or not rising or len(set(self.bits)) < len(self.bits):
            raise ValueError(details.text("calibration_must_rise"))
        return self


class ModelSpec(Declared):
    """Everything that makes a model, except what is fitted from the data."""

    blocks: tuple[Block, ...] = Field(alias="block")  # which pairs are compared
    comparisons: tuple[Comparison, ...] = Field(alias="comparison")  # how pairs are compared
    vetoes: tuple[Veto, ...] = Field(alias="veto", default=())  # pairs that cannot be one
    together: tuple[Together, ...] = ()  # comparisons that agree together by chance
    # values that a cluster cannot hold together
    contradictions: tuple[Contradiction, ...] = Field(alias="contradiction", default=())
    prior: float | None = None  # bits: log2 odds that a compared pair is one; with it and every `u` nothing is fitted
    caution: float = 0.0  # bits taken off every pair while no witness has shown what the evidence is worth
    calibration: Calibration | None = None  # what a weight has meant; without it the weight itself is believed
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

    @property
    def columns(self) -> set[str]:
        """Every column that it looks at."""
        rules = [name for one in self.blocks for name in (one.when_empty, one.when_one_empty, one.near)]
        vetoes = [part.columns() for veto in self.vetoes for part in veto.where]
        mates = [column.split(".")[0].split("[")[0] for column in self.company_blocks]
        named = {*filter(None, rules), *mates, *filter(None, [self.group, self.one_to_one]), *self.apart}
        compared = [*(one.agreeing for one in self.blocks), *(one.columns for one in self.comparisons)]
        return named.union(*compared, *vetoes)

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        known = {one.name: set(one.level_names) for one in self.comparisons}
        weights = [self.prior is not None, *(bool(one.u) for one in self.comparisons)]
        if any(weights) and not all(weights):
            raise ValueError(details.text("weights_as_a_whole"))
        for one in self.together:
            if not set(one.comparisons) <= set(known):
                strange = ", ".join(sorted(set(one.comparisons) - set(known)))
                raise ValueError(details.text("together_unknown", names=strange))
        for rule in self.contradictions:
            if not set(rule.levels) <= known.get(rule.comparison, set()):
                raise ValueError(details.text("contradiction_unknown", name=rule.comparison))
        for veto in self.vetoes:
            for comparison, levels in (*veto.when.items(), *veto.related.items()):
                unknown = set(levels) - known.get(comparison, set())
                if comparison not in known or unknown:
                    named = {"comparison": comparison, "levels": ", ".join(sorted(unknown))}
                    raise ValueError(details.text("veto_unknown", name=veto.name, **named))
        return self
