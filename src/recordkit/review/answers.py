"""People's answers: written to the store's ledger, taken back, and the ids that an answer may name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import details, store
from recordkit.errors import RecordkitError
from recordkit.linkage import human_decisions
from recordkit.store import Edition

VERDICTS = ("same", "different", "unsure")
KINDS = {"R": "case", "C": "case", "M": "person", "P": "person"}


@dataclass
class Answered:
    """What one sitting wrote: how many of each verdict, how many were known already, what was refused and why."""

    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(VERDICTS, 0))
    known: int = 0
    refused: list[str] = field(default_factory=list)


def decide(root: Path, pair: Mapping[str, Any], verdict: str, who: str | None, why: str = "", **more: Any) -> int:
    """Append one answer to the ledger; gives its number. `who` when it is not the user of this process."""
    by = {"by": who} if who else {}
    entry = store.ledger.decide(
        root, pair["left_id"], pair["right_id"], verdict, why, kind=pair["kind"], **by, **more
    )  # fmt: skip
    return int(entry["seq"])


def undo(root: Path, seq: int, who: str | None) -> None:
    """Take an answer back: the ledger keeps it, and that it was taken back. What was said before holds again."""
    by = {"by": who} if who else {}
    store.ledger.append(root, "decisions", {"what": "undo", "undoes": seq, **by})


def resolve(edition: Edition, left: str, right: str) -> dict[str, str]:
    """kind, left_id and right_id of a pair named by records, mentions, cases or persons.

    A decision is written down for submissions (record ids, mention refs): they outlive every rebuild.
    """
    one, other = (_submission(edition, given) for given in (left, right))
    if one["kind"] != other["kind"]:
        raise RecordkitError(
            details.text("not_of_one_kind", left=left, right=right), details.text("name_two_of_a_kind")
        )
    if one["ref"] == other["ref"]:
        raise RecordkitError(details.text("are_one_submission", left=left, right=right), details.text("name_two"))
    return {"kind": one["kind"], "left_id": one["ref"], "right_id": other["ref"]}


def _submission(edition: Edition, given: str) -> dict[str, str]:
    kind = "person" if ":" in given else KINDS.get(given[:1], "")
    table, column = ("persons", "mention_refs") if kind == "person" else ("cases", "records")
    if ":" in given or given[:1] == "R":
        fits = pl.col(column).list.contains(given)
    else:
        fits = pl.col({"C": "case_id", "M": "mention_id"}.get(given[:1], "person_id")) == given
    found = edition.scan(table).filter(fits).select(column).collect() if kind else pl.DataFrame()
    if found.is_empty():
        raise RecordkitError(
            details.text("edition_has_no", edition=edition.id, id=given), details.text("name_case_or_person")
        )  # fmt: skip
    refs = found.get_column(column).explode().sort()
    return {"kind": kind, "ref": given if given in refs else refs[0]}


def record(
    root: Path, answers: Sequence[Mapping[str, Any]], decisions: pl.DataFrame, who: str, by: str | None
) -> Answered:
    """Append the answers that say something new: the last word of `who` on each pair is not repeated."""
    answered = Answered()
    mine = human_decisions.current(decisions.filter(pl.col("decided_by") == who))
    last = {tuple(row[:3]): row[3] for row in mine.select("kind", "left_id", "right_id", "verdict").rows()}
    for answer in answers:
        pair = (answer["kind"], *sorted((answer["left_id"], answer["right_id"])))
        if last.get(pair) == answer["verdict"]:
            answered.known += 1
            continue
        decide(root, answer, answer["verdict"], by, answer.get("why") or "")
        answered.counts[answer["verdict"]] += 1
    return answered
