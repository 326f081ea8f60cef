"""Microdata of an edition for research: records in classes of k, numbered anew, checked as a stranger would do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from recordkit import details, store
from recordkit.errors import BrokenLaw
from recordkit.releases.declaration import CHARGES, Policy
from recordkit.releases.generalising import NEAR, Classes, Unshown, classes_of
from recordkit.releases.protecting import counted_tables
from recordkit.releases.records import AND, BETWEEN, CASE, LINKED, RECORD, WEIGHT, Plan, Records, records_of
from recordkit.releases.system import Earlier
from recordkit.releases.withholding import Restricted, Shown, judge, shown_of

TOGETHER = "people"  # how many people of the case are in the record, or that it was cut
SHOWS_CHARGES = "charges"
CASES, FILES = "cases", {"victim": "victims", "accused": "accused"}  # names of files


@dataclass(frozen=True)
class Product:
    """One product of microdata. `cases`, `people`, `charges`: as its readers get them, null where a value is withheld;
    `record` joins them. `ids`: the cases that are in it."""

    name: str
    plan: Plan
    k: int
    records: Records
    classes: Classes
    shown: Shown
    cases: pl.DataFrame
    people: pl.DataFrame
    charges: pl.DataFrame
    weights: pl.DataFrame  # of every record, for the check

    @property
    def ids(self) -> list[str]:
        """The cases of which there is a record."""
        return self.shown.cases[CASE].unique().sort().to_list()

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Its tables by the names of their files."""
        named = {CASES: self.cases, FILES.get(self.plan.product.people, ""): self.people, CHARGES: self.charges}
        return {name: frame for name, frame in named.items() if frame.width > 1}


def product_of(
    edition: store.Edition, policy: Policy, name: str, earlier: Mapping[str, Sequence[Earlier]], released: Sequence[str]
) -> Product:
    """The microdata of this name: nothing that an earlier release of tables left out, and no case that an earlier one
    of microdata has (`released`).

    Raises BrokenLaw when a stranger could find a record among fewer than k: then nothing may be published.
    """
    wanted = policy.microdata[name]
    k = policy.k(wanted)
    records = records_of(edition, policy, wanted, released)
    unshown, restricted = _left_out(policy, records, earlier)
    classes = classes_of(records, max(k, wanted.size), unshown)
    shown = shown_of(records, classes, policy, restricted, k)
    product = Product(name, records.plan, k, records, classes, shown, *_numbered(records.plan, shown))
    check(product)
    return product


def _left_out(
    policy: Policy, records: Records, earlier: Mapping[str, Sequence[Earlier]]
) -> tuple[list[Unshown], list[Restricted]]:
    """Which records stand for a count that an earlier release of tables did not publish."""
    steps = {*records.plan.case_steps, *records.plan.person_steps}
    unshown, restricted = [], []
    for unit, releases in earlier.items():
        if unit not in ("case", records.plan.product.people):
            continue
        rows = records.cases if unit == "case" else records.people.join(records.cases, on=RECORD, suffix="_of_case")
        for names, cells in _patterns(releases):
            others = [name for name in names if name not in steps]
            full = [policy.source(name) for name in others]
            if not set(names) <= set(rows.columns) or not set(full) <= set(records.plan.product.shown):
                continue  # the record never shows all of these levels
            found = frozenset(rows.join(cells, on=names, how="semi")[RECORD].to_list())
            levels = frozenset(names) & steps
            if found and full:
                least = max(full, key=records.plan.product.shown.index)
                restricted.append(Restricted(least, levels, found))
            elif found:
                unshown.append(Unshown(levels, found))
    return unshown, restricted


def _patterns(releases: Sequence[Earlier]) -> list[tuple[list[str], pl.DataFrame]]:
    """The unpublished cells of these releases, by which levels they have."""
    found: dict[tuple[str, ...], list[pl.DataFrame]] = {}
    for one in releases:
        levels = list(dict.fromkeys(level for shape in one.shapes.values() for level in shape.columns))
        for names, part in _by_levels(one.cells.filter(~pl.col("published"), pl.col("count") > 0), levels):
            if names:
                found.setdefault(tuple(names), []).append(part.select(names))
    return [(list(names), pl.concat(parts).unique()) for names, parts in sorted(found.items())]


def _by_levels(cells: pl.DataFrame, levels: Sequence[str]) -> list[tuple[list[str], pl.DataFrame]]:
    """Cells by which of these levels they have; the others are summed over."""
    marks = [pl.col(name).is_not_null().alias(f"has {name}") for name in levels]
    parts = cells.with_columns(marks).partition_by([f"has {name}" for name in levels], maintain_order=True)
    return [
        ([name for name in levels if part[f"has {name}"][0]], part.drop(f"has {name}" for name in levels))
        for part in parts
        if part.height
    ]


def shown_cells(edition: store.Edition, policy: Policy, product: Product) -> dict[str, pl.DataFrame]:
    """Unit -> the counts of all public tables (levels, `count`, `members`) of which the product shows rows."""
    people = product.plan.product.people
    frames = {"case": product.shown.cases}
    if people:
        frames[people] = product.shown.people.join(product.shown.cases, on=RECORD, suffix="_of_case")
    found = {}
    for unit, rows in frames.items():
        names = [name for name, table in policy.tables.items() if table.counts == unit]
        tables = [one for one, _ in counted_tables(edition, policy, names).values()]
        cells = [part for one in tables for part in _shown_of(one.drop("largest").filter(pl.col("count") > 0), rows)]
        if cells:
            found[unit] = pl.concat(cells, how="diagonal").unique(maintain_order=True)
    return found


def _shown_of(cells: pl.DataFrame, rows: pl.DataFrame) -> list[pl.DataFrame]:
    """The cells for all of whose levels some row states the value, by which levels they have."""
    found = []
    for names, part in _by_levels(cells, [name for name in cells.columns if name not in ("count", "members")]):
        if set(names) <= set(rows.columns):
            stated = rows.select(names).drop_nulls().unique()
            found.append(part.join(stated, on=names, how="semi") if names else part)
    return found


# ------------------------------------------------------------------------------------------------- as readers get it


def _numbered(plan: Plan, shown: Shown) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """The tables with new numbers: in the order of all that is shown, so that a number tells nothing else."""
    stated = pl.col(CHARGES).is_not_null() if plan.product.charges else pl.lit(False)
    together = [pl.col(LINKED).alias(TOGETHER)] if plan.product.people else []
    columns = [*plan.case_steps, *plan.shown("cases")]
    cases = shown.cases.select(RECORD, *together, *columns, stated.alias(SHOWS_CHARGES))
    of_people = [*plan.person_steps, *plan.shown("persons")]
    people = shown.people.select(RECORD, *of_people) if plan.product.people else shown.people.select(RECORD)
    contents = _contents(cases, people, shown.charges)
    number = contents.sort("content", RECORD).with_row_index("number", offset=1).select(RECORD, "number")
    tables = []
    for frame in (cases, people, shown.charges):
        own = frame.join(number, on=RECORD).drop(RECORD).rename({"number": RECORD})
        ordered = own.select(RECORD, pl.all().exclude(RECORD))
        tables.append(ordered.sort(ordered.columns, nulls_last=True))
    if not plan.product.charges:
        tables[0] = tables[0].drop(SHOWS_CHARGES)
    weights = number.join(shown.cases.select(RECORD, WEIGHT), on=RECORD).select(pl.col("number").alias(RECORD), WEIGHT)
    return tables[0], tables[1], tables[2], weights


def _contents(cases: pl.DataFrame, people: pl.DataFrame, charges: pl.DataFrame) -> pl.DataFrame:
    """`record`, `content`: all that is shown of it and of its people and sections, as one text."""
    own = cases.select(RECORD, _text(cases).alias("content"))
    for frame in (people, charges):
        if frame.width > 1:
            rows = frame.select(RECORD, _text(frame).alias("rows"))
            joined = rows.group_by(RECORD).agg(pl.col("rows").sort().str.join(AND))
            own = own.join(joined, on=RECORD, how="left", maintain_order="left").select(
                RECORD, pl.concat_str("content", pl.col("rows").fill_null(""), separator="\x1d").alias("content")
            )
    return own


def _text(frame: pl.DataFrame) -> pl.Expr:
    values = [pl.col(name).cast(pl.String).fill_null("\x1c") for name in frame.columns if name != RECORD]
    return pl.concat_str(values, separator=BETWEEN)


# ------------------------------------------------------------------------------------------------- the check


def check(product: Product) -> None:
    """Read the tables as a stranger does who knows all about somebody: nobody is found among fewer than k cases, and in
    no class does a column tell more than l allows. Raises BrokenLaw."""
    contents = _contents(product.cases, product.people, product.charges).join(product.weights, on=RECORD)
    groups = contents.group_by("content").agg(pl.sum(WEIGHT), pl.len().alias("records"))
    small = groups.filter(pl.col(WEIGHT) < product.k - NEAR)
    if small.height or groups["records"].sum() != product.cases.height:
        raise BrokenLaw(
            details.text("records_can_be_found", count=int(small["records"].sum()), k=product.k),
            details.text("coarsen_microdata"),
        )
    for full, share in shares_in_classes(product).items():
        if share > 1 / product.plan.product.l + NEAR:
            raise BrokenLaw(details.text("class_tells", column=full), details.text("coarsen_microdata"))


def shares_in_classes(product: Product) -> dict[str, float]:
    """Sensitive column -> the largest share of a stated value among those who have all quasi-identifiers in common,
    where it is more than among all."""
    plan = product.plan
    together = [TOGETHER] if plan.product.people else []
    of_cases = product.cases.select(RECORD, *together, *plan.case_steps)
    of_people = product.people.select(RECORD, *plan.person_steps) if plan.product.people else product.people.clear()
    signs = _contents(of_cases, of_people, product.charges.clear().select(RECORD))
    found = {}
    for full in sorted(plan.sensitive - {CHARGES}):
        home, _, column = full.partition(".")
        frame = product.people if home == "persons" else product.cases
        every = product.records.people if home == "persons" else product.records.cases
        keys = ["content", *plan.person_steps] if home == "persons" else ["content"]
        judged = judge(frame.with_columns(pl.col(column).fill_null("")).join(signs, on=RECORD), every, keys, column)
        found[full] = float(judged["over"].max() or 0.0)  # type: ignore[arg-type]
    return found
