"""Classes of records that have all quasi-identifiers in common, at the steps of the ladders that lose least.

Again and again the choice of steps is taken that shows most of the records that are left, in classes of k; then classes
are cut where a step can be finer. What a choice shows is measured in bits (a value that one record in n has is worth
log2 n), as a share of what the finest step of the ladder shows: every ladder is worth the same. Which classes there are
depends on quasi-identifiers alone, never on what is sensitive.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from recordkit.releases.records import AND, BETWEEN, LINKED, RECORD, WEIGHT, Plan, Records, levels_of

Numbers = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

PASSES = 8  # choices of steps in one release, at most
STARTS = 4  # first choices from which the rest is tried
ROW = 1.0  # what a record is worth of which nothing is shown: as much as one ladder
NEAR = 1e-9
CLASS, QUASI = "class", "person_quasi"


@dataclass(frozen=True)
class Unshown:
    """Records that may not be shown with all of these levels at once: a table left such a count out."""

    levels: frozenset[str]  # names of steps
    records: frozenset[int]


@dataclass(frozen=True)
class Classes:
    """`record`, `class`, and for every ladder the level that is shown; without the records that are in no class."""

    frame: pl.DataFrame
    plan: Plan
    bits: float  # share of all bits that is shown
    shares: Mapping[str, float] = field(default_factory=dict)  # ladder -> share of its bits


@dataclass(frozen=True)
class _Choice:
    levels: Mapping[str, int]
    keys: tuple[str, ...]  # columns of codes whose values make a class
    worth: tuple[str, ...]  # columns of bits


@dataclass(frozen=True)
class _Atoms:
    """Records with all quasi-identifiers in common, as arrays."""

    codes: Mapping[str, Codes]
    bits: Mapping[str, Numbers]
    weight: Numbers
    records: Numbers
    unshown: Sequence[tuple[frozenset[str], Flags]]


def classes_of(records: Records, k: int, unshown: Sequence[Unshown]) -> Classes:
    """The classes of all records that can be in one of weight k."""
    plan = records.plan
    coded, choices = _coded(records)
    atoms, numbered = _atoms(coded, choices, unshown)
    bits, shown = _Search(atoms, choices, k, plan).best()
    whole = _whole(atoms, plan)
    share = bits / whole if whole else 0.0
    return Classes(_frame(numbered, choices, shown), plan, share, _shares(atoms, choices, shown, plan))


# ------------------------------------------------------------------------------------------------- values as numbers


def _coded(records: Records) -> tuple[pl.DataFrame, list[_Choice]]:
    """For every record the code of its values at every level, and what they are worth in bits."""
    plan, frame = records.plan, records.cases.select(RECORD, WEIGHT, LINKED, *records.plan.case_steps)
    columns: list[pl.Expr] = []
    for name, ladder in plan.of_cases.items():
        for level in range(len(ladder.steps)):
            steps = plan.steps_from(name, level)
            columns.append(_code(steps).alias(f"{name} {level}"))
            columns.append(_bits(steps, plan.steps_from(name, 0)).alias(f"{name} {level}:bits"))
    coded = frame.select(RECORD, WEIGHT, LINKED, *columns)
    choices, of_people = [], {}
    for levels in levels_of(plan):
        people = "people " + " ".join(str(levels[name]) for name in plan.of_people)
        of_people[people] = levels
        shown = [f"{name} {levels[name]}" for name, ladder in plan.of_cases.items() if levels[name] < len(ladder.steps)]
        choices.append(_Choice(levels, (*shown, people), (*(f"{one}:bits" for one in shown), f"{people}:bits")))
    for name, levels in of_people.items():
        coded = coded.join(_of_people(records, levels, name), on=RECORD, maintain_order="left")
    return coded, choices


def _of_people(records: Records, levels: Mapping[str, int], name: str) -> pl.DataFrame:
    """The code and the bits of all people of each record together, at these levels."""
    plan = records.plan
    alone = records.cases.select(RECORD, LINKED)
    if not plan.product.people:
        return alone.select(RECORD, _code([LINKED]).alias(name), pl.lit(0.0).alias(f"{name}:bits"))
    shown = [plan.steps_from(ladder, levels[ladder]) for ladder in plan.of_people]
    finest = [plan.steps_from(ladder, 0) for ladder in plan.of_people]
    bits = pl.sum_horizontal(
        pl.lit(0.0), *(_bits(steps, every) for steps, every in zip(shown, finest, strict=True) if steps)
    )
    quasi = _joined([step for steps in shown for step in steps])
    people = records.people.with_columns(quasi.alias(QUASI), bits.alias("bits"))
    both = people.group_by(RECORD).agg(pl.col(QUASI).sort().str.join(AND), pl.col("bits").sum())
    joined = alone.join(both, on=RECORD, how="left", maintain_order="left")
    worth = pl.col("bits").fill_null(0.0).alias(f"{name}:bits")
    return joined.select(RECORD, _code([LINKED, QUASI]).alias(name), worth)


def level_column(ladder: str) -> str:
    """The column of classes with the level of a ladder."""
    return f"{ladder} level"


def person_quasi(plan: Plan, people: pl.DataFrame) -> pl.Expr:
    """All steps of a person as one text, where those that are not shown are null."""
    return _joined([step for step in plan.person_steps if step in people.columns])


def _joined(columns: Sequence[str]) -> pl.Expr:
    filled = [pl.col(one).fill_null("") for one in columns]
    return pl.concat_str(filled, separator=BETWEEN) if filled else pl.lit("")


def _code(columns: Sequence[str]) -> pl.Expr:
    return pl.struct(columns).rank("dense").cast(pl.Int64) - 1


def _bits(columns: Sequence[str], finest: Sequence[str]) -> pl.Expr:
    """What it tells to know these columns of a row (log2 of one in how many rows has them), by what it tells on average
    to know those of the finest step."""
    most = (pl.len() / pl.len().over(finest)).log(2).mean()
    return pl.when(most > NEAR).then((pl.len() / pl.len().over(columns)).log(2) / most).otherwise(0.0)


def _atoms(
    coded: pl.DataFrame, choices: Sequence[_Choice], unshown: Sequence[Unshown]
) -> tuple[_Atoms, pl.DataFrame]:
    flags = [pl.col(RECORD).is_in(sorted(one.records)).alias(f"unshown {at}") for at, one in enumerate(unshown)]
    finest = list(choices[0].keys)
    marked = coded.with_columns(flags)
    names = [f"unshown {at}" for at in range(len(unshown))]
    values = [name for name in coded.columns if name not in (RECORD, WEIGHT, LINKED, *finest)]
    atoms = (
        marked.group_by(*finest, *names)
        .agg(*(pl.col(name).first() for name in values), pl.col(WEIGHT).sum(), pl.len().alias("records"))
        .sort(*finest, *names)
        .with_row_index("atom")
    )
    numbered = marked.join(atoms.select("atom", *finest, *names), on=[*finest, *names], maintain_order="left")
    arrays = {name: atoms[name].to_numpy() for name in atoms.columns}
    codes = {name: array.astype(np.int64) for name, array in arrays.items() if not name.endswith("bits")}
    bits = {name: array.astype(np.float64) for name, array in arrays.items() if name.endswith("bits")}
    forbidden = [(one.levels, codes[f"unshown {at}"].astype(np.bool_)) for at, one in enumerate(unshown)]
    return (
        _Atoms(codes, bits, arrays[WEIGHT].astype(np.float64), arrays["records"].astype(np.float64), forbidden),
        numbered.select(RECORD, "atom"),
    )


# ------------------------------------------------------------------------------------------------- the choice


@dataclass
class _Shown:
    """How the atoms are shown: the class of each (-1: none) and the number of its choice."""

    classes: Codes
    choice: Codes


class _Search:
    """The search for what shows most: over all choices of levels, in classes of weight k."""

    def __init__(self, atoms: _Atoms, choices: Sequence[_Choice], k: int, plan: Plan) -> None:
        self._atoms, self._choices, self._k, self._plan = atoms, choices, k, plan
        self._number = {tuple(one.levels.values()): at for at, one in enumerate(choices)}
        self._ladders = list(choices[0].levels)

    def best(self) -> tuple[float, _Shown]:
        """What shows most of what was tried, and its bits."""
        left = np.ones(len(self._atoms.weight), np.bool_)
        gains = [(self._gain(at, left), at) for at in range(len(self._choices))]
        found = self._nothing()
        total = 0.0
        for gain, at in sorted(gains, key=lambda one: (-one[0], one[1]))[:STARTS]:
            if gain > 0:
                shown = self._refined(self._from(at))
                if (bits := self.bits(shown)) > total + NEAR:
                    total, found = bits, shown
        return total, found

    def bits(self, shown: _Shown) -> float:
        """The bits that are shown, and those of the records themselves."""
        worth = np.zeros(len(shown.classes))
        for at in np.unique(shown.choice[shown.classes >= 0]):
            here = (shown.choice == at) & (shown.classes >= 0)
            worth[here] = self._worth(int(at))[here] + ROW
        return float((worth * self._atoms.records).sum())

    def _nothing(self) -> _Shown:
        none = np.full(len(self._atoms.weight), -1)
        return _Shown(none, none.copy())

    def _worth(self, at: int) -> Numbers:
        """The bits of every atom under a choice."""
        return sum((self._atoms.bits[name] for name in self._choices[at].worth), np.zeros(len(self._atoms.weight)))

    def _may(self, at: int) -> Flags:
        """Atoms that may be shown with a choice."""
        levels = self._choices[at].levels
        shown = {step for name, level in levels.items() for step in self._plan.steps_from(name, level)}
        may = np.ones(len(self._atoms.weight), np.bool_)
        for together, forbidden in self._atoms.unshown:
            if together <= shown:
                may &= ~forbidden
        return may

    def _keys(self, at: int, place: Codes, within: Codes) -> Codes:
        """A number for all that a choice shows of these atoms, within what is one number already."""
        key = within
        for name in self._choices[at].keys:
            values = self._atoms.codes[name][place]
            key = np.unique(key * (int(values.max(initial=0)) + 1) + values, return_inverse=True)[1].astype(np.int64)
        return key

    def _large(self, place: Codes, key: Codes) -> Flags:
        weights = np.bincount(key, self._atoms.weight[place])
        return weights[key] >= self._k - NEAR if len(key) else np.zeros(0, np.bool_)

    def _gain(self, at: int, left: Flags) -> float:
        """The bits that a choice shows of what is left."""
        place = np.flatnonzero(left & self._may(at))
        inside = place[self._large(place, self._keys(at, place, np.zeros(len(place), np.int64)))]
        return float(((self._worth(at)[inside] + ROW) * self._atoms.records[inside]).sum())

    def _from(self, first: int) -> _Shown:
        """One choice after the other, each the best for what is left, beginning with this one."""
        shown, number = self._nothing(), 0
        for _ in range(PASSES):
            left = shown.classes < 0
            gains = [(self._gain(first, left), first)] if not number else [
                (self._gain(at, left), at) for at in range(len(self._choices))
            ]  # fmt: skip
            gain, at = max(gains, key=lambda one: (one[0], -one[1]))
            if gain <= NEAR:
                return shown
            place = np.flatnonzero(left & self._may(at))
            key = self._keys(at, place, np.zeros(len(place), np.int64))
            inside = self._large(place, key)
            shown.classes[place[inside]] = key[inside] + number
            shown.choice[place[inside]] = at
            number = int(shown.classes.max()) + 1
        return shown

    def _refined(self, shown: _Shown) -> _Shown:
        """Classes are cut where one ladder can be a step finer in parts of k, and what stays behind is none or k."""
        while True:
            best: dict[int, tuple[float, int, Codes, Codes]] = {}
            for at in np.unique(shown.choice[shown.classes >= 0]):
                for ladder in self._ladders:
                    for one, cut in self._cuts(shown, int(at), ladder).items():
                        if cut[0] > best.get(one, (NEAR,))[0]:
                            best[one] = cut
            if not best:
                return shown
            number = int(shown.classes.max()) + 1
            for _, finer, places, keys in best.values():
                shown.classes[places] = np.unique(keys, return_inverse=True)[1] + number
                shown.choice[places] = finer
                number = int(shown.classes[places].max()) + 1

    def _cuts(self, shown: _Shown, at: int, ladder: str) -> dict[int, tuple[float, int, Codes, Codes]]:
        """For each class of a choice: the bits gained by a ladder a step finer, that choice, its atoms, their parts."""
        levels = dict(self._choices[at].levels)
        if not levels[ladder]:
            return {}
        levels[ladder] -= 1
        finer = self._number[tuple(levels.values())]
        place = np.flatnonzero((shown.choice == at) & (shown.classes >= 0))
        classes = shown.classes[place]
        may = self._may(finer)[place]
        key = self._keys(finer, place[may], classes[may])
        large = np.zeros(len(place), np.bool_)
        large[may] = self._large(place[may], key)
        keys = np.full(len(place), -1)
        keys[may] = key
        large &= ~self._too_much(place, classes, keys, large)
        gained = (self._worth(finer)[place] - self._worth(at)[place]) * self._atoms.records[place]
        found = {}
        order = np.flatnonzero(large)[np.argsort(classes[large], kind="stable")]
        for part in np.split(order, np.flatnonzero(np.diff(classes[order])) + 1) if len(order) else []:
            found[int(classes[part[0]])] = (float(gained[part].sum()), finer, place[part], keys[part])
        return found

    def _too_much(self, place: Codes, classes: Codes, keys: Codes, large: Flags) -> Flags:
        """Parts that have to stay, so that not fewer than k stay behind with some: the smallest of each such class."""
        weight = self._atoms.weight[place]
        behind = np.bincount(classes, np.where(large, 0.0, weight), int(classes.max(initial=0)) + 1)
        short = large & ((behind > NEAR) & (behind < self._k - NEAR))[classes]
        stay = np.zeros(len(place), np.bool_)
        if short.any():
            sizes = np.bincount(keys[short], weight[short])
            order = np.lexsort((keys[short], sizes[keys[short]], classes[short]))
            those = np.flatnonzero(short)[order]
            first = those[np.unique(classes[those], return_index=True)[1]]
            stay = short & np.isin(keys, keys[first])
        return stay


def _whole(atoms: _Atoms, plan: Plan) -> float:
    """All bits that there are: every record, at the finest level of every ladder."""
    names = [*(f"{name} 0:bits" for name in plan.of_cases), _finest_people(atoms)]
    each = sum((atoms.bits[name] for name in names), np.zeros(len(atoms.weight)))
    return float(((each + ROW) * atoms.records).sum())


def _finest_people(atoms: _Atoms) -> str:
    return next(name for name in atoms.bits if name.startswith("people"))


def _shares(atoms: _Atoms, choices: Sequence[_Choice], shown: _Shown, plan: Plan) -> dict[str, float]:
    """The share of the bits of each ladder of cases, and of those of people together, that is shown."""
    found = {}
    for name in [*plan.of_cases, "people"]:
        finest = _finest_people(atoms) if name == "people" else f"{name} 0:bits"
        whole = float((atoms.bits[finest] * atoms.records).sum())
        part = 0.0
        for at in np.unique(shown.choice[shown.classes >= 0]):
            here = (shown.choice == at) & (shown.classes >= 0)
            worth = [one for one in choices[int(at)].worth if one.startswith(f"{name} ")]
            part += sum(float((atoms.bits[one][here] * atoms.records[here]).sum()) for one in worth)
        if whole:
            found[name] = part / whole
    return found


def _frame(numbered: pl.DataFrame, choices: Sequence[_Choice], shown: _Shown) -> pl.DataFrame:
    place = np.flatnonzero(shown.classes >= 0)
    levels = {
        level_column(name): np.array([one.levels[name] for one in choices])[shown.choice[place]]
        for name in choices[0].levels
    }
    schema = {"atom": pl.UInt32, CLASS: pl.Int64, **dict.fromkeys(levels, pl.Int64)}
    known = pl.DataFrame({"atom": place, CLASS: shown.classes[place], **levels}, schema=schema)
    return numbered.join(known, on="atom").select(RECORD, CLASS, *levels).sort(RECORD)
