"""`recordkit review`: people judge the pairs that the linker cannot, on a screen, in a workbook, or by a script."""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import accounts, findings, review, store
from recordkit.cli import auditing
from recordkit.cli import output as out
from recordkit.errors import RecordkitError
from recordkit.receive import Declarations
from recordkit.review import Answered, Choice, Pairs
from recordkit.store import Edition


@dataclass(frozen=True)
class Asked:
    """Which pairs, and who is asked."""

    choice: Choice
    sample: int | None = None
    seed: int = 1
    second: bool = False
    disagreements: bool = False
    by: str | None = None
    limit: int | None = None

    @property
    def who(self) -> str:
        """The name under which the ledger has this reviewer's answers."""
        return self.by or accounts.person(accounts.current())


def run(root: Path, asked: Asked, declared: Declarations, fmt: str | None, output: Path | None, show: bool) -> int:
    """The screen on a terminal, else the pairs as data. Values are masked unless `show` (on a terminal only)."""
    edition, decisions = review.opened(root)
    auditing.noted(root, "review", edition.id)
    hiding = findings.masks(declared.tables, declared.intake, declared.agencies)
    masks = None if show and sys.stdout.isatty() else hiding
    found = pairs(edition, decisions, asked, masks)
    rows = found.to_dicts()[: asked.limit]
    if fmt is None and output is None and sys.stdin.isatty() and sys.stdout.isatty():
        return _sitting(root, rows, edition.id, asked, masks is not None)
    form = out.chosen(fmt, output)
    if form == "text":
        out.write(_listed(rows, edition.id), output)
    else:
        out.write(out.rows([_flat(row) for row in rows] if form == "csv" else rows, form), output)
    return 0


def pairs(edition: Edition, decisions: pl.DataFrame, asked: Asked, masks: Any) -> Pairs:
    """The pairs that were asked for; of a sample, those that this reviewer has not labelled yet."""
    if asked.sample:
        return review.drawn(edition, asked.sample, asked.seed, masks)
    if asked.second:
        return review.second(edition, decisions, asked.who, asked.choice, masks)
    if asked.disagreements:
        return review.disagreeing(edition, decisions, asked.choice, masks)
    return review.queue(edition, decisions, asked.choice, masks)


def _sitting(root: Path, rows: list[dict[str, Any]], edition: str, asked: Asked, hidden: bool) -> int:
    from recordkit.cli import screen

    def decide(pair: dict[str, Any], verdict: str) -> int:
        return review.decide(root, pair, verdict, asked.by, **_drawn(pair, edition, asked))

    session = review.Session(rows, decide, lambda number: review.undo(root, number, asked.by))
    if asked.sample:
        session.told.update(_labelled(root, edition, asked))
        session.look()
    screen.run(session, edition, hidden, blind=bool(asked.sample or asked.second))
    out.say(f"{len(session.done)} answers are in the ledger; they hold from the next compile on.")
    return 0


def _drawn(pair: dict[str, Any], edition: str, asked: Asked) -> dict[str, Any]:
    """What an answer to a sampled pair says of the sample, so that the figures can be worked out at any time."""
    if not asked.sample:
        return {"edition": edition, "link_id": pair["link_id"]}
    drawn = {"edition": edition, "seed": asked.seed, "size": asked.sample}
    return {"sample": {**drawn, "said": pair["said"], "share": pair["share"]}, "link_id": pair["link_id"]}


def _labelled(root: Path, edition: str, asked: Asked) -> dict[str, str]:
    """link_id -> verdict of the sampled pairs that were labelled in earlier sittings."""
    entries, _ = store.ledger.decisions(root)
    undone = {entry["undoes"] for entry in entries if entry.get("what") == "undo"}
    return {
        entry["link_id"]: entry["verdict"]
        for entry in entries
        if (drawn := entry.get("sample")) and entry["seq"] not in undone
        and (drawn["edition"], drawn["seed"]) == (edition, asked.seed)
    }  # fmt: skip


def export(root: Path, asked: Asked, path: Path, quiet: bool) -> int:
    """Write a workbook with all values; it is personal data."""
    edition, decisions = review.opened(root)
    auditing.noted(root, "review", edition.id)
    rows = pairs(edition, decisions, asked, None).to_dicts()[: asked.limit]
    review.export(rows, edition.id, path)
    out.say(f"{path}: {len(rows)} pairs. It holds personal data: keep it as you keep persons.", quiet)
    return 0


def take(root: Path, asked: Asked, path: Path, fmt: str | None, output: Path | None) -> int:
    """Read answers back; exit 1 when a row was refused. The good rows are taken."""
    edition, decisions = review.opened(root)
    auditing.noted(root, "review", edition.id)
    answers, refused = review.read(path)
    known, gone = [], []
    for answer in answers:
        try:
            known.append({**answer, **review.resolve(edition, answer["left_id"], answer["right_id"])})
        except RecordkitError as error:
            gone.append(f"{answer['left_id']}, {answer['right_id']}: {error.what}")
    told = review.record(root, known, decisions, asked.who, asked.by)
    told.refused = refused + gone
    return _said(told, fmt, output)


def decide(root: Path, asked: Asked, pair: tuple[str, str, str], why: str, fmt: str | None, output: Path | None) -> int:
    """One answer without a screen."""
    left, right, verdict = pair
    if verdict not in review.VERDICTS:
        raise RecordkitError(f"'{verdict}' is no verdict", f"use {', '.join(review.VERDICTS)}")
    edition, decisions = review.opened(root)
    auditing.noted(root, "review", edition.id)
    answer = review.resolve(edition, left, right) | {"verdict": verdict, "why": why}
    return _said(review.record(root, [answer], decisions, asked.who, asked.by), fmt, output)


def _said(told: Answered, fmt: str | None, output: Path | None) -> int:
    form = out.chosen(fmt, output)
    record = {**told.counts, "known": told.known, "refused": told.refused}
    if form == "text":
        counted = ", ".join(f"{count} {verdict}" for verdict, count in told.counts.items())
        lines = [f"Recorded: {counted}; {told.known} were known. They hold from the next compile on."]
        out.write("\n".join([*lines, *(f"refused: {line}" for line in told.refused)]), output)
    else:
        out.write(out.rows([record], form), output)
    return 1 if told.refused else 0


def quality(root: Path, fmt: str | None, output: Path | None) -> int:
    """Precision and recall from the labelled samples, with 95 % intervals."""
    form = out.chosen(fmt, output)
    found = review.measured(store.ledger.decisions(root)[0])
    if form != "text":
        out.write(out.rows([asdict(one) for one in found], form), output)
        return 0
    if not found:
        out.write("No sample has been labelled yet: recordkit review STORE --sample 200", output)
        return 0
    cells = [
        [one.edition, one.kind, one.seed, one.answers, one.unsure, _share(one.precision), _share(one.recall)]
        for one in found
    ]
    columns = ["edition", "kind", "seed", "answers", "unsure", "precision", "recall of what was compared"]
    out.write(out.table("Labelled samples, 95 % intervals (Wilson)", columns, cells), output)
    return 0


def _share(bounds: tuple[float, float, float]) -> str:
    share, low, high = bounds
    return f"{share:.3f} ({low:.3f} to {high:.3f})"


def _listed(rows: list[dict[str, Any]], edition: str) -> str:
    cells = [
        [
            *(row[name] for name in ("link_id", "kind", "worth")),
            "" if row["probability"] is None else f"{row['probability']:.3f}",
            *(row[name] for name in ("head", "province")),
            "; ".join(f"{said['who']}: {said['verdict']}" for said in row["answers"]),
        ]
        for row in rows
    ]
    columns = ["link", "kind", "worth", "probability", "head", "province", "answers"]
    return out.table(f"{len(rows)} pairs for review in {edition}", columns, cells)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """One line of a table: `name (1)`, `name (2)` as in the workbook."""
    plain = {name: value for name, value in row.items() if name not in ("left", "right", "answers")}
    names = dict.fromkeys([*row["left"], *row["right"]])
    both = {f"{name} ({at})": row[side].get(name) for name in names for at, side in ((1, "left"), (2, "right"))}
    said = [f"{answer['who']}: {answer['verdict']}" for answer in row["answers"]]
    return {**plain, "answers": said, "verdict": None, **both}
