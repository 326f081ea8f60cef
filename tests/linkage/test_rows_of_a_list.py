"""A list without a store: every row comes back as it was, with an id of its own and that of whom it is."""

from __future__ import annotations

import polars as pl
import pytest
from test_engine import SPEC, people

from recordkit import stable_ids
from recordkit.linkage import engine, list_linkage

FRAME, _ = people(90)
MODEL = engine.fit(FRAME, SPEC)


def ids_of(frame: pl.DataFrame, **more: pl.DataFrame) -> tuple[list[str], list[str]]:
    found = list_linkage.dedupe(frame, SPEC, MODEL, **more).rows
    return found["record_id"].to_list(), found["entity_id"].to_list()


@pytest.fixture(scope="module")
def deduped() -> list_linkage.Deduped:
    return list_linkage.dedupe(FRAME, SPEC, MODEL)


def test_every_row_comes_back_in_its_place_with_ids_in_front(deduped: list_linkage.Deduped) -> None:
    assert deduped.rows.columns == ["record_id", "entity_id", *FRAME.columns]
    assert deduped.rows.select(FRAME.columns).equals(FRAME)
    assert deduped.rows["record_id"].n_unique() == FRAME.height
    hashes = stable_ids.row_hashes(FRAME)
    made = stable_ids.record_ids(hashes, agency="list", unit="row", period="")
    assert deduped.rows["record_id"].to_list() == made.to_list()


def test_rows_have_one_entity_where_the_linker_has_one_cluster_and_links_name_their_rows(
    deduped: list_linkage.Deduped,
) -> None:
    ordered = deduped.rows.sort("record_id")
    label = pl.Series(deduped.match.label)
    groups = ordered.select("entity_id", label=label).unique()
    assert groups.height == groups["label"].n_unique() == groups["entity_id"].n_unique() < FRAME.height
    of = dict(ordered.select("record_id", "entity_id").iter_rows())
    assert deduped.links.height
    assert all(of[one] == of[other] for one, other in deduped.links.select("left_id", "right_id").iter_rows())


def test_blanks_at_the_sides_and_ids_of_before_change_no_entity_and_a_blank_is_missing() -> None:
    entities = ids_of(FRAME)
    spaced = FRAME.with_columns(pl.format("  {} ", "name").alias("name"), pl.col("born").fill_null("  "))
    assert ids_of(spaced) == entities
    again = list_linkage.dedupe(FRAME, SPEC, MODEL).rows.with_columns(entity_id=pl.lit("x"))
    assert ids_of(again) == entities
    assert list_linkage.dedupe(spaced, SPEC, MODEL).rows["name"].to_list() == spaced["name"].to_list()


def test_ids_are_those_of_the_rows_as_they_were_written_wherever_they_stood() -> None:
    raw = FRAME.with_columns(name=pl.col("name").str.to_uppercase())
    placed = raw.with_columns(file=pl.lit("a.csv"), sheet=pl.lit(""), row=pl.int_range(pl.len()))
    found = list_linkage.dedupe(FRAME, SPEC, MODEL, source=placed).rows
    assert found.columns == ["record_id", "entity_id", *placed.columns]
    assert found.select(placed.columns).equals(placed)
    assert found["record_id"].to_list() == ids_of(raw)[0] != ids_of(FRAME)[0]
    elsewhere = placed.with_columns(file=pl.lit("b.csv"), row=pl.col("row") + 7)
    assert ids_of(FRAME, source=elsewhere) == (found["record_id"].to_list(), found["entity_id"].to_list())


def test_rows_that_are_written_alike_are_records_of_their_own() -> None:
    twice = pl.concat([FRAME.head(40), FRAME.head(2)])
    records, entities = ids_of(twice)
    assert len(set(records)) == 42
    assert entities[:2] == entities[40:]
