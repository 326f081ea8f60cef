"""`recordkit review`: people judge the pairs that the linker cannot, on a screen, in a workbook, or by a script."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from recordkit import accounts, details, findings, review, store
from recordkit.cli import output as out
from recordkit.cli import storing
from recordkit.errors import RecordkitError
from recordkit.review import Answered, Choice, Pairs
from recordkit.store import Edition
from recordkit.words import Texts

if TYPE_CHECKING:
    from recordkit.cli.store_commands import Review


def run(asked: Review) -> int:
    """One answer, answers from a workbook, a workbook for answers, the quality of samples, or the queue itself."""
    if asked.decide is not None:
        return _decide(asked, asked.decide)
    if asked.import_ is not None:
        return _take(asked, asked.import_)
    if asked.export is not None:
        return _export(asked, asked.export)
    return _quality(asked) if asked.quality else _queue(asked)


def _who(asked: Review) -> str:
    """The name under which the ledger has this reviewer's answers."""
    return asked.by or accounts.person(accounts.current())


def _opened(asked: Review) -> tuple[Edition, pl.DataFrame]:
    """The current edition and the decisions of people; the ledger was told who looks."""
    edition, decisions = review.opened(asked.store)
    storing.noted(asked.store, "review", edition.id)
    return edition, decisions


def _queue(asked: Review) -> int:
    """The screen on a terminal, else the pairs as data. Values are masked unless shown (on a terminal only)."""
    output, declared = asked.output, asked.declared()
    edition, decisions = _opened(asked)
    hiding = findings.masks(declared.tables, declared.intake, declared.agencies)
    masks = None if asked.show_values and sys.stdout.isatty() else hiding
    found = _pairs(edition, decisions, asked, masks)
    rows = found.to_dicts()[: asked.limit]
    if asked.fmt is None and output is None and sys.stdin.isatty() and sys.stdout.isatty():
        return _sitting(asked, rows, edition.id, masks is not None)
    form = asked.form
    if form == "text":
        texts = out.texts()
        out.write(_listed(rows, edition.id, texts), output, texts.language)
    else:
        out.write(out.rows([_flat(row) for row in rows] if form == "csv" else rows, form), output)
    return 0


def _pairs(edition: Edition, decisions: pl.DataFrame, asked: Review, masks: Any) -> Pairs:
    """The pairs that were asked for; of a sample, those that this reviewer has not labelled yet."""
    choice = Choice(asked.kind, asked.head, asked.province, asked.agency, asked.worth)
    if asked.sample:
        return review.drawn(edition, asked.sample, asked.seed, masks)
    if asked.second:
        return review.second(edition, decisions, _who(asked), choice, masks)
    if asked.disagreements:
        return review.disagreeing(edition, decisions, choice, masks)
    return review.queue(edition, decisions, choice, masks)


def _sitting(asked: Review, rows: list[dict[str, Any]], edition: str, hidden: bool) -> int:
    from recordkit.cli import screen

    root = asked.store

    def decide(pair: dict[str, Any], verdict: str) -> int:
        return review.decide(root, pair, verdict, asked.by, **_drawn(pair, edition, asked))

    session = review.Session(rows, decide, lambda number: review.undo(root, number, asked.by))
    if asked.sample:
        session.told.update(_labelled(asked, edition))
        session.look()
    screen.run(session, edition, hidden, blind=bool(asked.sample or asked.second))
    count = len(session.done)
    out.say(details.text("answers_in_ledger_one" if count == 1 else "answers_in_ledger", **_many(count)))
    return 0


def _drawn(pair: dict[str, Any], edition: str, asked: Review) -> dict[str, Any]:
    """What an answer to a sampled pair says of the sample, so that the figures can be worked out at any time."""
    if not asked.sample:
        return {"edition": edition, "link_id": pair["link_id"]}
    drawn = {"edition": edition, "seed": asked.seed, "size": asked.sample, "probability": pair["probability"]}
    return {"sample": {**drawn, "said": pair["said"], "share": pair["share"]}, "link_id": pair["link_id"]}


def _labelled(asked: Review, edition: str) -> dict[str, str]:
    """link_id -> verdict of the sampled pairs that were labelled in earlier sittings."""
    entries, _ = store.ledger.decisions(asked.store)
    undone = {entry["undoes"] for entry in entries if entry.get("what") == "undo"}
    return {
        entry["link_id"]: entry["verdict"]
        for entry in entries
        if (drawn := entry.get("sample")) and entry["seq"] not in undone
        and (drawn["edition"], drawn["seed"]) == (edition, asked.seed)
    }  # fmt: skip


def _export(asked: Review, path: Path) -> int:
    """Write a workbook with all values; it is personal data."""
    edition, decisions = _opened(asked)
    rows = _pairs(edition, decisions, asked, None).to_dicts()[: asked.limit]
    review.export(rows, edition.id, path)
    one = len(rows) == 1
    out.say(details.text("pair_written" if one else "pairs_written", path=path, **_many(len(rows))), asked.quiet)
    return 0


def _take(asked: Review, path: Path) -> int:
    """Read answers back; exit 1 when a row was refused. The good rows are taken."""
    edition, decisions = _opened(asked)
    answers, refused = review.read(path)
    known, gone = [], []
    for answer in answers:
        try:
            known.append({**answer, **review.resolve(edition, answer["left_id"], answer["right_id"])})
        except RecordkitError as error:
            gone.append(f"{answer['left_id']}, {answer['right_id']}: {error.what}")
    answered = review.record(asked.store, known, decisions, _who(asked), asked.by)
    answered.refused = refused + gone
    return _said(answered, asked)


def _decide(asked: Review, pair: tuple[str, str, str]) -> int:
    """One answer without a screen."""
    left, right, verdict = pair
    if verdict not in review.VERDICTS:
        raise RecordkitError(
            details.text("no_verdict", verdict=verdict), details.text("use_one_of", names=", ".join(review.VERDICTS))
        )
    edition, decisions = _opened(asked)
    answer = review.resolve(edition, left, right) | {"verdict": verdict, "why": asked.why}
    return _said(review.record(asked.store, [answer], decisions, _who(asked), asked.by), asked)


def _said(answered: Answered, asked: Review) -> int:
    form, output = asked.form, asked.output
    record = {**answered.counts, "known": answered.known, "refused": answered.refused}
    if form == "text":
        texts = out.texts()
        counts = ", ".join(f"{count} {texts.value(verdict)}" for verdict, count in answered.counts.items())
        lines = [texts.message("recorded", counts=counts, known=answered.known)]
        lines += [texts.message("answer_refused", line=texts.translated(line)) for line in answered.refused]
        out.write("\n".join(lines), output, texts.language)
    else:
        out.write(out.rows([record], form), output)
    return 1 if answered.refused else 0


def _quality(asked: Review) -> int:
    """Precision and recall from the labelled samples, with 95 % intervals."""
    form, output = asked.form, asked.output
    found = review.measured(store.ledger.decisions(asked.store)[0])
    if form != "text":
        out.write(out.rows([asdict(one) for one in found], form), output)
        return 0
    texts = out.texts()
    if not found:
        out.write(texts.message("no_sample"), output, texts.language)
        return 0
    cells = [
        [one.edition, one.kind, one.seed, one.answers, one.unsure]
        + [_share(bounds, texts) for bounds in (one.precision, one.recall)]
        for one in found
    ]
    columns = ["edition", "kind", "seed", "answers", "unsure", "precision", "recall_of_what_was_compared"]
    heads = [texts.field(name) for name in columns]
    tables = [out.table(texts.message("labelled_samples"), heads, cells), *_curves(found, texts)]
    out.write("\n".join(tables), output, texts.language)
    return 0


def _curves(found: list[review.Quality], texts: Texts) -> list[str]:
    """The calibration curve of every sample whose answers have the linker's probability: what was promised, and what
    people answered."""
    columns = ["probability", "answers", "promised", "answered_same"]
    return [
        out.table(
            texts.message("calibration_curve", edition=one.edition, kind=texts.value(one.kind), seed=one.seed),
            [texts.field(name) for name in columns],
            [
                [f"{band.low:g} - {band.high:g}", band.answers, f"{band.promised:.3f}", _share(band.same, texts)]
                for band in one.curve
            ],
        )
        for one in found if one.curve
    ]  # fmt: skip


def _many(count: int) -> dict[str, int]:
    """What a text about any number but one fills in."""
    return {} if count == 1 else {"count": count}


def _share(bounds: tuple[float, float, float], texts: Texts) -> str:
    share, low, high = (f"{bound:.3f}" for bound in bounds)
    return texts.message("share_between", share=share, low=low, high=high)


def _listed(rows: list[dict[str, Any]], edition: str, texts: Texts) -> str:
    cells = [
        [
            row["link_id"], texts.value(row["kind"]), row["worth"],
            "" if row["probability"] is None else f"{row['probability']:.3f}",
            *(row[name] for name in ("head", "province")),
            "; ".join(f"{answer['who']}: {texts.value(answer['verdict'])}" for answer in row["answers"]),
        ]
        for row in rows
    ]  # fmt: skip
    columns = ["link", "kind", "worth", "probability", "head", "province", "answers"]
    count = len(rows)
    title = texts.message("pair_for_review" if count == 1 else "pairs_for_review", edition=edition, **_many(count))
    return out.table(title, [texts.field(name) for name in columns], cells)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """One line of a table: `name (1)`, `name (2)` as in the workbook."""
    plain = {name: value for name, value in row.items() if name not in ("left", "right", "answers")}
    names = dict.fromkeys([*row["left"], *row["right"]])
    both = {f"{name} ({at})": row[side].get(name) for name in names for at, side in ((1, "left"), (2, "right"))}
    answers = [f"{answer['who']}: {answer['verdict']}" for answer in row["answers"]]
    return {**plain, "answers": answers, "verdict": None, **both}
