"""Two people of an edition that no pair of `links` or `review` speaks of, weighed now as linking would weigh them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from recordkit import details
from recordkit.errors import RecordkitError
from recordkit.fields import name_keys
from recordkit.linkage import edges, models_table, person_linkage
from recordkit.linkage.engine import Match, Model, blocking, match_weights, vetoes
from recordkit.linkage.engine.encoded_table import Table
from recordkit.linkage.engine.model_spec import Block
from recordkit.linkage.spec import LinkageSpec
from recordkit.reference import Reference
from recordkit.review.pair_view import MEMBERS
from recordkit.store import Edition, StoreNotFound

# By judgement: of people with more mentions than this the oldest are looked at.
MOST_MENTIONS = 200


@dataclass(frozen=True)
class Weighed:
    """The strongest pair of mentions of two people. link: it, as a row of `review`. rules: the blocks that
    bring it together, and of them the crowded ones, whose block is too large to be compared. vetoes: those that
    say that such two are never one."""

    link: dict[str, Any]
    rules: tuple[str, ...]
    crowded: tuple[str, ...]
    vetoes: tuple[str, ...]


def weigh(edition: Edition, sides: Sequence[pl.Series], spec: LinkageSpec, reference: Reference) -> Weighed:
    """The pair of one mention of each side that weighs most. sides: two Series of mention_id.

    Weights and their rarities are those of the edition's own model and mentions; who else stands in their cases is not
    weighed. Raises RecordkitError where linkage.toml declares no model of people, or another one than the edition's.
    """
    assert spec.people is not None
    persons, frame = _mentions(edition, spec, reference)
    model = _model(edition, frame, spec)
    table = Table(frame)
    rows = [np.flatnonzero(persons["mention_id"].is_in(one.implode()).to_numpy())[:MOST_MENTIONS] for one in sides]
    pairs = np.unique(blocking.pack(np.repeat(rows[0], len(rows[1])), np.tile(rows[1], len(rows[0]))))
    scored = match_weights.score(table, model, pairs, None)
    best = scored.select(np.argmax(scored.weight, keepdims=True))
    nothing = np.zeros(1, np.float32)
    label = np.arange(len(frame), dtype=np.int64)
    alone = Match(label, best, nothing, model, label[:0], pl.DataFrame(), table=table)
    refs = persons["mention_refs"].list.first()
    row = edges.table(alone, np.ones(1, np.bool_), frame, refs, "person").to_dicts()[0]
    if row["match_weight"] < (spec.people.review or 0.0):  # no pair so weak was calibrated
        row["probability"] = 1 / (1 + 2.0 ** -row["match_weight"])
    left, right = best.left, best.right
    never = [
        veto.name
        for veto in spec.people.vetoes
        if veto.most is None and vetoes.holds(table, spec.people, veto, left, right, matrix=best.levels)[0]
    ]
    return Weighed(row, *_rules(table, spec, int(left[0]), int(right[0])), tuple(never))


def _mentions(edition: Edition, spec: LinkageSpec, reference: Reference) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The mentions of an edition, oldest first, and the columns that the model of people compares of them."""
    assert spec.people is not None
    dated = edition.scan("cases").select("case_id", "registered_on", "fir_year")
    known = edition.scan("persons").join(dated, on="case_id", how="left").collect()
    known = known.sort("registered_on", "mention_id", nulls_last=True)
    keyed = known.with_columns(
        period=pl.lit(None, pl.String), **_keys(known["name"], reference, "name"),
        **_keys(known["relative_name"], reference, "relative"),
        alias_key=name_keys.keys(known["aliases"].list.first(), reference)["key"],
        caste_key=pl.coalesce(
            name_keys.keys(known["caste"], reference)["key"], name_keys.keys(known["name"], reference)["caste"]
        ),
    )  # fmt: skip
    frame = person_linkage.prepare(keyed, spec.persons.weightless)
    return known, frame.select(name for name in frame.columns if name in spec.people.columns)


def _keys(names: pl.Series, reference: Reference, of: str) -> dict[str, pl.Series]:
    found = name_keys.keys(names, reference)
    return {f"{of}_key": found["key"], f"{of}_words": found["words"]}


def _model(edition: Edition, frame: pl.DataFrame, spec: LinkageSpec) -> Model:
    """The model that the edition was linked with; the declared one where its list was too short to fit one."""
    assert spec.people is not None
    rows = edition.scan("models").collect() if "models" in edition.tables else pl.DataFrame(schema=models_table.SCHEMA)
    fitted = models_table.data(rows, "person")
    if not fitted:
        return person_linkage.declared_model(frame, spec.people)
    known = {one["comparison"]: [level["level"] for level in one["levels"]] for one in fitted["comparisons"]}
    if known != {one.name: one.level_names[1:] for one in spec.people.comparisons}:
        raise RecordkitError(
            details.text("model_of_other_declaration", edition=edition.id), details.text("compile_with_declaration")
        )
    return Model.from_data(fitted, spec.people)


def _rules(table: Table, spec: LinkageSpec, left: int, right: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The blocks that bring two rows together, and of them the too large ones."""
    assert spec.people is not None
    together, crowded = [], []
    for rule in spec.people.blocks:
        rows, code = blocking.keys(table, rule)
        shared = np.intersect1d(code[rows == left], code[rows == right])
        if not len(shared) or not _useful(table.frame[[left, right]], rule):
            continue
        together.append("+".join(rule.columns))
        smallest = min(int((code == one).sum()) for one in shared)
        # With `near` only the rows within the distance count: how many those are is not asked here.
        if rule.near is None and smallest > (rule.most or spec.people.most_in_block):
            crowded.append(together[-1])
    return tuple(together), tuple(crowded)


def _useful(pair: pl.DataFrame, rule: Block) -> bool:
    """Whether two rows of a block are compared at all: near each other, and one of them without a value, where the
    rule asks for it."""
    if rule.when_one_empty is not None and pair[rule.when_one_empty].null_count() == 0:
        return False
    if rule.near is None:
        return True
    numbers = pair[rule.near].to_physical().cast(pl.Float64, strict=False)
    return numbers.null_count() == 0 and abs(numbers[0] - numbers[1]) <= rule.distance


def mentions(edition: Edition, made: str) -> pl.DataFrame:
    """mention_id, person_id and mention_refs of a person (P...) or a mention (M...). Raises StoreNotFound for an id
    that the edition does not have, RecordkitError for one of another kind."""
    table, column, _ = MEMBERS[made[:1]]
    if table != "persons":
        raise RecordkitError(details.text("only_people_are_weighed", what=made), details.text("name_two_people"))
    columns = ("mention_id", "person_id", "mention_refs")
    found = edition.scan(table).filter(pl.col(column) == made).select(columns).collect()
    if found.is_empty():
        raise StoreNotFound(details.text("no_record_in_edition", id=made, edition=edition.id))
    return found


def judged(edition: Edition, sides: Sequence[pl.DataFrame]) -> str | None:
    """The id of the strongest link, or pair to review, between two people; sides: as `mentions` gives them."""
    one, other = (side["mention_refs"].explode().implode() for side in sides)
    left, right = pl.col("left_id"), pl.col("right_id")
    between = (left.is_in(one) & right.is_in(other)) | (left.is_in(other) & right.is_in(one))
    found = [
        edition.scan(name).filter(between, kind="person").select("link_id", "match_weight")
        for name in ("links", "review")
        if name in edition.tables
    ]
    if not found:
        return None
    strongest = pl.concat(found).collect().sort("match_weight", "link_id", descending=[True, False])
    return str(strongest["link_id"][0]) if strongest.height else None
