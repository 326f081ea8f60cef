"""A fitted model is data: it goes into an edition and comes back the same."""

from __future__ import annotations

import polars as pl

from recordkit import checks, declarations, issues, linkage, tables
from recordkit.linkage import engine, human_decisions, models_table, person_linkage
from recordkit.linkage.edges import LINKS

SPEC = linkage.load([declarations.PACKAGED])


def fitted() -> engine.Model:
    assert SPEC.people is not None
    frame = pl.DataFrame({
        "case_id": ["C1", "C2", "C3"], "name_key": ["asl", "asl", "imr"], "name": ["Aslam", "Aslam", "Imran"],
        "cnic": ["3520112345671", "3520112345671", None],
    })  # fmt: skip
    return person_linkage.declared_model(person_linkage.prepare(frame), SPEC.people)


def test_a_model_comes_back_from_its_table_as_it_was() -> None:
    model = fitted()
    data = models_table.data(models_table.table("person", model.as_data()), "person")
    assert SPEC.people is not None
    again = engine.Model.from_data(data, SPEC.people)
    for one, other in zip((*model.m, *model.u), (*again.m, *again.u), strict=True):
        assert one.tolist() == other.tolist()
    assert (again.prior, again.company) == (model.prior, model.company)


def test_the_rows_of_a_model_have_one_key_each() -> None:
    rows = models_table.table("person", fitted().as_data() | {"blocks": [
        {"rule": "cnic", "pairs": 2, "blocks_capped": 1, "rows_capped": 300}
    ]})  # fmt: skip
    assert rows.select(pl.struct("model", "part", "name", "place").n_unique()).item() == rows.height
    assert rows.filter(part="block").select("pairs", "left_out").row(0) == (2, 300)


def test_an_edition_takes_every_part_of_a_model() -> None:
    data = fitted().as_data() | {part: [0.5, 0.7] for part in models_table.WHOLE}
    written = pl.concat([models_table.table("person", data), models_table.queue_row("person", 4, 0)])
    declared = tables.load([declarations.PACKAGED])
    frame = tables.conform(written, declared["models"], "compile")
    rules = issues.catalogue([declarations.PACKAGED])
    assert set(frame["part"].cast(pl.String)) >= set(models_table.WHOLE)
    assert checks.check({"models": frame}, declared, rules, "compile").is_empty()


def test_no_model_has_no_rows_and_gives_none_back() -> None:
    assert models_table.table("person", {}).height == 0
    assert models_table.data(models_table.table("person", {}), "person") == {}


def test_a_full_queue_keeps_the_most_doubtful_pairs_and_says_how_many_it_left_out() -> None:
    rows = [(f"L{at:016x}", "person", f"a{at}", f"b{at}", 0.0, at / 10, "auto", ["prior +0.00"]) for at in range(11)]
    kept, left_out = human_decisions.shortlist(pl.DataFrame(rows, schema=LINKS, orient="row"), linkage.human_decisions.empty(), 3)
    assert sorted(kept["probability"].to_list()) == [0.4, 0.5, 0.6]
    assert left_out == 8
