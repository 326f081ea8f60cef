"""All figures of one edition: read once, then shown by any output.

To add a report figure: a table of a section (`cases.py`, `victims.py` …) or a headline here, and its words in
schemas/report.toml. No output has to be told of it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from recordkit import agencies, details, issues, text_safety
from recordkit.declarations import folders, nearest, read_csv
from recordkit.errors import RecordkitError
from recordkit.report import population, words
from recordkit.report.cases import cases, status, tiers
from recordkit.report.changes import Compared, changes
from recordkit.report.comparison import Comparison
from recordkit.report.context import COMMA, Context, Declared, Knowledge, runs
from recordkit.report.coverage import (
    complete_months,
    coverage,
    districts_reporting_of,
    incomplete,
    missing,
    never_reported,
)
from recordkit.report.files_received import files, received, unusable
from recordkit.report.model import EditionLike, Figures, Headline, Notice, Section, State
from recordkit.report.rates import rates
from recordkit.report.reconciliation import reconciled, returns
from recordkit.report.victims import victims
from recordkit.words import Language

MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def refuse_strange_month(context: Context) -> None:
    """A month of which the edition holds nothing is a slip of the asker: its figures would all be 0."""
    if context.month is not None and not MONTH.fullmatch(context.month):
        raise RecordkitError(details.text("no_month", text=context.month), details.text("write_month"))
    known_months = pl.concat([context.sources["period"], context.cube["period"]]).drop_nulls()
    months = sorted(known_months.filter(known_months.str.len_chars() == 7).unique().to_list())
    years = set(known_months.str.slice(0, 4).to_list())
    if context.month is None or context.month in months or (not months and context.month[:4] in years):
        return
    like = nearest(context.month, months)
    between = details.text("holds_months", first=months[0], last=months[-1]) if months else ""
    there = between or details.text("holds_no_month")
    raise RecordkitError(
        details.text("holds_nothing_of", month=context.month),
        details.text("mean_and", guess=like, hint=there) if like else there,
    )


def knowledge(declared: Declared | None = None, language: Language = "en") -> Knowledge:
    """What these declarations (the packaged ones by default) know, in one language."""
    if declared is not None:
        dirs, rules = declared.dirs, declared.rules.by_code
        return Knowledge(words.load(dirs, language), labels(dirs), declared.agencies, rules, population.load(dirs))
    dirs = folders()
    rules = issues.catalogue(dirs).by_code
    return Knowledge(words.load(dirs, language), labels(dirs), agencies.load(dirs), rules, population.load(dirs))


def labels(dirs: Sequence[Path]) -> pl.DataFrame:
    """vocabulary, code, label of every listed code, in the order of the reference tables."""
    codes = read_csv(dirs, "reference/codes.csv", ["vocabulary", "code"])
    return codes.select("vocabulary", "code", "label")


def figures(
    edition: EditionLike,
    *,
    month: str | None = None,
    changes: Compared | None = None,
    known: Knowledge | None = None,
) -> Figures:
    """The figures of an edition, of all its months or of one.

    `changes` is a comparison with the edition before (`store.diff`); `known` what declarations say (names
    of agencies and codes, words of rules and tables), read from the packaged ones when it is not given.
    month: YYYY-MM. Raises RecordkitError for another form, and for a month of which the edition has nothing.
    """
    context = Context(edition, known or knowledge(), month)
    refuse_strange_month(context)
    compared = reconciled(context)
    sections = [cases(context), rates(context), tiers(context), status(context), victims(context), coverage(context)]
    sections += [files(context), returns(context, compared)]
    sections += [_changes(context, changes)] if changes is not None else []
    headlines, attention = _headlines(context, compared), _attention(context, compared)
    return text_safety.lined(figures_of(context, headlines, attention, sections))


def figures_of(
    context: Context, headlines: Sequence[Headline], attention: Sequence[Notice], sections: Sequence[Section]
) -> Figures:
    """What any output shows, with the words that stand around it."""
    return Figures(
        title=context.words.title,
        urdu=context.words.urdu,
        edition=context.edition.id,
        month=context.month,
        period=context.period,
        banner=context.words.banner,
        standing=context.words.standing,
        legend=context.words.legend,
        headlines=tuple(headlines),
        attention=tuple(attention),
        sections=tuple(sections),
        words=context.words,
    )


_changes = changes


def _headlines(context: Context, compared: pl.DataFrame) -> list[Headline]:
    """The few figures that stand at the top."""
    received = frozenset(context.sources["period"].drop_nulls().to_list())
    months = Comparison(context, frozenset(complete_months(context)), received)
    heads = pl.col("classification") == "npb_head"
    cases = Headline(context.word("cases"), "", context.period, key="cases")
    found = [_counted(months, cases, heads, {"unit": "case", "classification": "npb_head"})]
    for key, tier in context.words.tier.items():
        if tier.headline:
            law = Headline(tier.title, "", context.word("under_the_law"), key=key)
            cell = {"unit": "case", "classification": "tip_tier", "code": key}
            found.append(_counted(months, law, pl.col("classification") == "tip_tier", cell))
    victims = Headline(context.word("victims"), "", context.word("once_per_case"), key="victims")
    found.append(_counted(months, victims, heads, {"unit": "victim", "classification": "npb_head"}))
    return [*found, *_quality(context, compared)]


def _counted(months: Comparison, one: Headline, where: pl.Expr, cell: dict[str, str]) -> Headline:
    """A headline of cells of the counts, summed over the scope, with its newest month compared."""
    fits = [pl.col(name) == cell[name] for name in ("unit", "code") if name in cell]
    counts = months.context.cube.filter(where, *fits)
    number = int(counts.filter(pl.col("period").is_in(months.context.scope))["count"].sum())
    return months.of(replace(one, value=f"{number:,}"), counts, cell)


def _quality(context: Context, compared: pl.DataFrame) -> list[Headline]:
    """How far the figures can be trusted: districts, rows, returned figures."""
    found: list[Headline] = []
    if context.scope:
        last = context.scope[-1]
        reporting, expected = districts_reporting_of(context, last)
        if expected:
            note = context.word("district_returns", month=context.month_name(last))
            shown = context.word("heard_of", heard=str(reporting), expected=str(expected))
            found.append(Headline(context.word("coverage"), shown, note, _if(reporting == expected), "coverage"))
    names = ("rows_read", "rows_quarantined", "rows_corrected")
    read, quarantined, back = received(context).select(pl.col(names).fill_null(0).sum()).row(0)
    note = context.word("rows_corrected" if back else "rows_quarantined", count=quarantined, corrected=back)
    found.append(Headline(context.word("rows_read"), f"{read:,}", note, _if(quarantined == back), "rows_read"))
    stated = compared.filter(pl.col("status").is_in(["agree", "differ"]))
    if stated.height:
        agree = stated.filter(pl.col("status") == "agree").height
        note = context.word("of_figures", agree=agree, count=stated.height)
        shown = f"{100 * agree // stated.height} %"
        found.append(Headline(context.word("returns_agree"), shown, note, _if(agree == stated.height), "returns_agree"))
    return found


def _if(good: bool) -> State:
    return "good" if good else "warn"


def _attention(context: Context, compared: pl.DataFrame) -> list[Notice]:
    """What somebody should do something about, in sentences."""
    comma, word = COMMA[context.words.language], context.word
    found = []
    for agency, months in missing(context).iter_rows():
        text = word("nothing_came", agency=context.agency(agency), months=runs(context.words, months))
        found.append(Notice(text, "coverage"))
    if silent := never_reported(context):
        found.append(Notice(word("never_heard", agencies=comma.join(silent)), "coverage"))
    partly = incomplete(context)
    if partly:
        shown = comma.join(f"{context.agency(agency)} {text}" for agency, text in partly)
        text = word("partly", month=context.month_name(context.scope[-1]), agencies=shown)
        found.append(Notice(text, "coverage"))
    files = unusable(context).filter(~pl.col("again"))
    if files.height:
        found.append(Notice(word("unusable", count=files.height), "files"))
    absent = compared.filter(pl.col("status") == "no return")["province"].unique().drop_nulls().sort()
    if len(absent):
        found.append(Notice(word("statements_missing", provinces=comma.join(map(context.province, absent))), "returns"))
    return found
