"""The ledger's entries as decisions: the newest word holds, and what was taken back does not."""

from __future__ import annotations

from typing import Any

from recordkit.linkage import ledger


def entry(seq: int, verdict: str, who: str = "amina", **more: Any) -> dict[str, Any]:
    return {
        "seq": seq, "what": "link", "left_id": "R1", "right_id": "R2", "verdict": verdict, "who": who,
        "at": "2026-11-25T10:00:00+00:00", **more,
    }  # fmt: skip


def holds(*entries: dict[str, Any]) -> list[str]:
    return ledger.current(ledger.from_entries(entries))["verdict"].to_list()


def test_of_two_answers_in_one_second_the_later_entry_holds() -> None:
    assert holds(entry(1, "different"), entry(2, "same")) == ["same"]
    assert holds(entry(1, "same"), entry(2, "different")) == ["different"]


def test_after_an_undo_the_answer_before_holds_again() -> None:
    undo = {"seq": 3, "what": "undo", "undoes": 2, "who": "amina", "at": "2026-11-25T10:00:00+00:00"}
    assert holds(entry(1, "same"), entry(2, "different"), undo) == ["same"]
    assert holds(entry(1, "same"), {**undo, "seq": 2, "undoes": 1}) == []


def test_a_reviewer_may_be_somebody_else_than_the_user_of_the_machine() -> None:
    told = ledger.disagreements(ledger.from_entries([entry(1, "same", by="bilal"), entry(2, "different")]))
    assert told["reviewers"].to_list() == [["amina", "bilal"]]
