"""What a declaration of linkage leaves out, and the edges of small helpers."""

from __future__ import annotations

import polars as pl
import pytest

from recordkit import declarations, linkage
from recordkit.linkage import models_table, spec
from recordkit.linkage.engine import encoded_table

SPEC = linkage.load([declarations.PACKAGED])


@pytest.mark.parametrize(
    ("model", "ours"),
    [
        (spec.Cases, SPEC.cases), (spec.Mentions, SPEC.mentions),
        (spec.Persons, SPEC.persons), (spec.Review, SPEC.review),
    ],
)  # fmt: skip
def test_a_number_that_a_declaration_leaves_out_is_the_one_of_ours(model: type, ours: object) -> None:
    fields = model.model_fields  # type: ignore[attr-defined]
    numbers = {name: one.default for name, one in fields.items() if type(one.default) in (int, float)}
    assert numbers
    assert {name: getattr(ours, name) for name in numbers} == numbers


@pytest.mark.parametrize(
    ("expression", "expected"),
    [("name[:3]", "asl"), ("name[0:3]", "asl"), ("name[1:3]", "sl"), ("name[2:]", "lam khan"), ("name[:]", "aslam khan"),
     ("name.first", "aslam"), ("name.last", "khan"), ("name", "aslam khan")],
)  # fmt: skip
def test_a_part_of_a_column_counts_from_0_and_ends_before_its_end(expression: str, expected: str) -> None:
    frame = pl.DataFrame({"name": ["aslam khan", None]})
    found = frame.select(encoded_table.part_of(expression, frame.schema)).to_series()
    assert found.to_list() == [expected, None]


def test_the_row_of_the_queue_tells_its_pairs_and_those_that_found_no_room() -> None:
    row = models_table.queue_row("person", 5, 2)
    told = {name: value for name, value in row.to_dicts()[0].items() if value is not None}
    assert told == {"model": "person", "part": "queue", "name": "review", "place": 0, "pairs": 5, "left_out": 2}
