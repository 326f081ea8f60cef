"""Findings of linking that no small file brings about."""

import numpy as np
import polars as pl

from recordkit.edition import findings
from recordkit.linkage import Linked
from recordkit.linkage.edges import Edges
from recordkit.linkage.person_linkage import Persons

CASES = pl.DataFrame({"record_id": ["R1", "R2"], "file_sha256": ["f", "f"], "sheet": ["", ""], "row": [4, 9]})
SERVICES = CASES.clear()
NOTHING = pl.DataFrame()


def linked(findings: pl.DataFrame, model: dict[str, object]) -> Linked:
    return Linked(NOTHING, NOTHING, NOTHING, findings, NOTHING, model)


def test_a_cluster_that_was_split_is_said_at_the_rows_of_its_records() -> None:
    split = Persons(np.zeros(3, np.int64), Edges.none(), NOTHING, NOTHING, None, pl.Series(["R2", "R1", "R2"]))
    found = findings.of_linking(linked(split.findings(), {}), CASES, SERVICES)
    assert found.select("code", "row").rows() == [("RK513", 4), ("RK513", 9)]


def test_blocks_that_were_too_large_are_said_with_their_numbers_and_no_value() -> None:
    blocks = [
        {"rule": "name_key+district", "pairs": 10, "blocks_capped": 2, "rows_capped": 9000},
        {"rule": "cnic", "pairs": 4, "blocks_capped": 0, "rows_capped": 0},
    ]
    nothing = pl.DataFrame(schema=dict.fromkeys(("record_id", "code", "field", "detail"), pl.String))
    found = findings.of_linking(linked(nothing, {"blocks": blocks}), CASES, SERVICES)
    assert found.select("code", "row", "detail").rows() == [
        ("RK509", None, "name_key+district: 2 values, 9000 mentions")
    ]
