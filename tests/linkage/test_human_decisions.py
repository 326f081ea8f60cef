"""The ledger's entries as decisions: the newest word holds, and what was taken back does not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from recordkit.linkage import human_decisions


def entry(seq: int, verdict: str, who: str = "amina", **more: Any) -> dict[str, Any]:
    return {
        "seq": seq, "what": "link", "left_id": "R1", "right_id": "R2", "verdict": verdict, "who": who,
        "at": "2026-11-25T10:00:00+00:00", **more,
    }  # fmt: skip


def holds(*entries: dict[str, Any]) -> list[str]:
    return human_decisions.current(human_decisions.from_entries(entries))["verdict"].to_list()


def test_of_two_answers_in_one_second_the_later_entry_holds() -> None:
    assert holds(entry(1, "different"), entry(2, "same")) == ["same"]
    assert holds(entry(1, "same"), entry(2, "different")) == ["different"]


def test_the_later_entry_holds_though_the_clock_was_set_back_between_the_two() -> None:
    before, after = {"at": "2026-11-25T10:00:00+00:00"}, {"at": "2024-01-01T00:00:00+00:00"}
    for first, last in (("same", "different"), ("different", "same"), ("different", "unsure")):
        assert holds(entry(1, first, **before), entry(2, last, **after)) == [last]


@given(st.lists(st.tuples(st.sampled_from(["same", "different", "unsure"]), st.datetimes()), min_size=1, max_size=6))
def test_no_time_that_an_entry_tells_changes_which_one_holds(said: list[tuple[str, datetime]]) -> None:
    entries = [entry(at, verdict, at=time.isoformat()) for at, (verdict, time) in enumerate(said, start=1)]
    assert holds(*entries) == [said[-1][0]]


def test_it_is_the_place_in_the_ledger_that_counts_and_not_the_place_in_the_table() -> None:
    log = human_decisions.from_entries([entry(1, "same"), entry(2, "unsure", "bilal"), entry(3, "different"), entry(4, "unsure")])
    turned = log.reverse()
    assert human_decisions.current(turned)["verdict"].to_list() == ["unsure"]
    assert human_decisions.disagreements(turned).equals(human_decisions.disagreements(log))
    assert human_decisions.disagreements(turned).is_empty()


def test_the_last_words_of_two_people_are_the_last_entries_of_each() -> None:
    said = [
        entry(1, "same", at="2026-11-25T10:00:00+00:00"),
        entry(2, "different", at="2024-01-01T00:00:00+00:00"),
        entry(3, "different", "bilal", at="2026-11-25T10:00:00+00:00"),
    ]
    assert human_decisions.disagreements(human_decisions.from_entries(said)).is_empty()


def test_decisions_that_no_ledger_has_numbered_stand_in_the_order_of_their_rows() -> None:
    rows = [["case", "a", "b", "same", "amina", "9"], ["case", "b", "a", "different", "amina", "1"]]
    log = pl.DataFrame(rows, schema=human_decisions.DECISIONS, orient="row")
    assert human_decisions.current(log)["verdict"].to_list() == ["different"]


def test_after_an_undo_the_answer_before_holds_again() -> None:
    undo = {"seq": 3, "what": "undo", "undoes": 2, "who": "amina", "at": "2026-11-25T10:00:00+00:00"}
    assert holds(entry(1, "same"), entry(2, "different"), undo) == ["same"]
    assert holds(entry(1, "same"), {**undo, "seq": 2, "undoes": 1}) == []


def test_a_reviewer_may_be_somebody_else_than_the_user_of_the_machine() -> None:
    told = human_decisions.disagreements(human_decisions.from_entries([entry(1, "same", by="bilal"), entry(2, "different")]))
    assert told["reviewers"].to_list() == [["amina", "bilal"]]
