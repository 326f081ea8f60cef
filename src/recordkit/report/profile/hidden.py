"""Victims in nobody's list: people in three lists, which of them share whom, and what log-linear models make of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import polars as pl

from recordkit.report.context import Context
from recordkit.report.model import Table
from recordkit.report.profile.capture import CELLS, LISTS, PAIRS, Model, models, shared
from recordkit.report.profile.declaration import Hidden, OneList, Profile
from recordkit.report.profile.records import GROUP, Part, present

PERSON = "person_id"
SERVICE = ("service_id", "mention_id", "provider", "victim_ref")


def tables(context: Context, profile: Profile, every: Part) -> list[Table]:
    """The people of each combination of lists, and every model; or why nothing is estimated."""
    hidden = profile.hidden
    if hidden is None:
        return []
    cells, nameless = people(context, hidden, every)
    counts = [int(cells.filter(_in_cell(cell)).height) for cell in CELLS]
    return [_lists(context, hidden, counts, nameless), _models(context, hidden, counts)]


def people(context: Context, hidden: Hidden, every: Part) -> tuple[pl.DataFrame, int]:
    """person_id, l0, l1, l2: everybody with a name who is in a list; and how many mentions have no name.

    A service that leads to no case is one person of the list of services alone, where the profile says so.
    """
    victims = every.victims.filter(pl.col(GROUP).is_in(hidden.groups))
    named = victims.filter("named")
    kinds = {key: agency.kind for key, agency in context.agencies.items()}
    cases = every.cases.select("case_id").lazy()
    senders = context.edition.scan("cases").join(cases, on="case_id").select("case_id", "agencies").collect()
    senders = senders.explode("agencies").with_columns(
        pl.col("agencies").cast(pl.String).replace_strict(kinds, default=None, return_dtype=pl.String).alias("kind")
    )
    reported = named.select(PERSON, "case_id").join(senders, on="case_id").select(PERSON, "kind").unique()
    served = every.services.select(PERSON).unique().with_columns(pl.lit(True).alias("served"))
    alone = _alone(context)
    columns = [_list(reported, served, one).alias(f"l{at}") for at, one in enumerate(hidden.list)]
    found = named.select(PERSON).unique().with_columns(columns)
    by_itself = [one.services and one.unlinked for one in hidden.list]
    only = alone.with_columns(pl.lit(there).alias(f"l{at}") for at, there in enumerate(by_itself))
    found = pl.concat([found, only]).filter(pl.any_horizontal(pl.col(f"l{at}") for at in range(LISTS)))
    return found, victims.height - named.height


def _list(reported: pl.DataFrame, served: pl.DataFrame, one: OneList) -> pl.Expr:
    """Is a person in this list?"""
    own = served[PERSON] if one.services else reported.filter(pl.col("kind").is_in(one.kinds))[PERSON].unique()
    return pl.col(PERSON).is_in(own.implode())


def _alone(context: Context) -> pl.DataFrame:
    """Somebody for each victim's code of a provider whose services lead to no case."""
    rows = present(context.edition.scan("services"), SERVICE).filter(pl.col("mention_id").is_null())
    known = pl.concat_str("provider", "victim_ref", separator="\x1f", ignore_nulls=True)
    code = pl.when(pl.col("victim_ref").is_null()).then("service_id").otherwise(known)
    return rows.select(code.alias(PERSON)).unique().collect()


def _in_cell(cell: Sequence[int]) -> pl.Expr:
    return pl.all_horizontal(pl.col(f"l{at}") == bool(there) for at, there in enumerate(cell))


def _named(context: Context, hidden: Hidden, which: Sequence[int]) -> str:
    names = [hidden.list[at].title.of(context.words.language) for at in which]
    return context.word("and").join(names)


def _lists(context: Context, hidden: Hidden, counts: list[int], nameless: int) -> Table:
    """A row for each combination of lists."""
    names = [_named(context, hidden, [at for at in range(LISTS) if cell[at]]) for cell in CELLS]
    frame = pl.DataFrame({"label": names, "victims": pl.Series(counts, dtype=pl.Int64)})
    columns = (context.column("label", "text", "in_lists"), context.column("victims"))
    unknown = (nameless, nameless + sum(counts))
    shown = frame if sum(counts) else frame.clear()
    return context.table("profile_hidden_lists", shown, columns, unknown=unknown)


def _models(context: Context, hidden: Hidden, counts: list[int]) -> Table:
    """Every model with its estimate; or, in the place of the table, why there is none."""
    reason = _too_thin(context, hidden, counts)
    found = [] if reason else models(counts)
    good = as_good(found, hidden)
    rows = [
        {
            "label": _dependence(context, hidden, one), "chosen": _choice(context, one, good),
            "deviance": round(one.deviance, 1), "aic": round(one.aic, 1), "bic": round(one.bic, 1),
            "estimate": round(one.total), "low": round(one.low), "high": None if one.high is None else round(one.high),
        }
        for one in found
    ]  # fmt: skip
    shares = dict.fromkeys(("deviance", "aic", "bic"), pl.Float64)
    whole = dict.fromkeys(("estimate", "low", "high"), pl.Int64)
    frame = pl.DataFrame(rows, schema={"label": pl.String, "chosen": pl.String, **shares, **whole})
    columns = [context.column("label", "text", "depend"), context.column("chosen", "text", "by_criterion")]
    columns += [context.column(name, "share") for name in shares]
    columns += [context.column("estimate", strong=True), context.column("low", word="interval_low")]
    columns += [context.column("high", word="interval_high")]
    if not found:
        empty = context.table("profile_hidden_models", frame, columns)
        return replace(empty, empty=reason or context.word("no_model"))
    note = _says(context, hidden, good, sum(counts)) if good else context.word("no_model")
    return context.table("profile_hidden_models", frame, columns, note=note)


def as_good(found: Sequence[Model], hidden: Hidden) -> list[Model]:
    """The chosen model, and those that are as good by the criterion; the chosen one first.

    A model that leaves nothing to test it by, or whose interval has no end, is shown and never among them.
    """

    def value(one: Model) -> float:
        return one.bic if hidden.criterion == "bic" else one.aic

    tested = sorted((one for one in found if len(one.pairs) < len(PAIRS) and one.high is not None), key=value)
    return [one for one in tested if value(one) <= value(tested[0]) + hidden.within]


def _choice(context: Context, one: Model, good: Sequence[Model]) -> str:
    if one not in good:
        return ""
    return context.word("chosen" if one is good[0] else "as_good")


def _says(context: Context, hidden: Hidden, good: Sequence[Model], seen: int) -> str:
    """The estimate of the chosen model, within the intervals of all that are as good."""
    estimate = round(good[0].total)
    low, high = round(min(one.low for one in good)), round(max(one.high or 0 for one in good))
    figures = {"estimate": estimate, "low": low, "high": high, "seen": seen, "hidden": estimate - seen}
    within = f"{hidden.within:g}"
    return context.word("hidden_says", criterion=hidden.criterion.upper(), within=within, **figures)


def _dependence(context: Context, hidden: Hidden, one: Model) -> str:
    pairs = ["×".join(hidden.list[at].title.of(context.words.language) for at in pair) for pair in one.pairs]
    return ", ".join(pairs) or context.word("independent")


def _too_thin(context: Context, hidden: Hidden, counts: list[int]) -> str:
    """Why nothing can be estimated."""
    seen = sum(counts)
    if seen < hidden.least_people:
        return context.word("hidden_few", count=seen, least=hidden.least_people)
    for pair in PAIRS:
        both = shared(counts, pair)
        if both < hidden.least_shared:
            lists = _named(context, hidden, pair)
            return context.word("hidden_thin", lists=lists, count=both, least=hidden.least_shared)
    return ""
