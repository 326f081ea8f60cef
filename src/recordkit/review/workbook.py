"""The queue as a workbook for people who prefer one, and their answers read back.

The workbook holds names, cards and telephones: it is personal data like `persons`, and only its owner can read it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import details, readers, stable_ids, words
from recordkit.details import fill
from recordkit.errors import RecordkitError, UnreadableInput
from recordkit.review import pair_view
from recordkit.review.answers import VERDICTS
from recordkit.store import workspace
from recordkit.store.errors import writes_result

LEAD = ("verdict", "why", "worth", "probability")
IDS = ("link_id", "kind", "left_id", "right_id")
SHEETS = {"person": "people", "case": "cases"}
NEEDED = (*IDS, "verdict")
SYNONYMS = {"s": "same", "d": "different", "u": "unsure", "yes": "same", "no": "different", "?": "unsure"}
# Names of the texts of the first sheet.
_HELP = ("review_help_rows", "review_help_verdict", "review_help_why", "review_help_import", "review_help_personal")


def export(pairs: Sequence[dict[str, Any]], edition: str, path: Path) -> None:
    """Write the pairs side by side. No cell is a formula, whatever a sender wrote into it; mode 0600."""
    import xlsxwriter  # costs start-up time: only where it is used

    data = BytesIO()
    options = {
        "in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False,
    }  # fmt: skip
    book = xlsxwriter.Workbook(data, options)
    book.set_properties({"title": str(details.text("review_of", edition=edition)), "created": datetime(2000, 1, 1)})
    about = book.add_worksheet("how to")
    about.set_column(0, 0, 120)
    for row, line in enumerate(_about(edition)):
        about.write_string(row, 0, line)
    for kind, name in SHEETS.items():
        _sheet(book, name, [pair for pair in pairs if pair["kind"] == kind], pair_view.FIELDS[kind])
    book.close()
    with writes_result(path), workspace.result(path) as file:
        file.write(data.getvalue())


def _about(edition: str) -> list[str]:
    """What to do, in English and then in Urdu: nobody knows who opens the workbook."""
    texts = words.english().words.texts
    title = {"edition": edition}
    return [
        line
        for language in words.LANGUAGES
        for line in (
            fill(texts["review_of_edition"].of(language), title),
            "",
            *(texts[one].of(language) for one in _HELP),
            "",
        )
    ]


def _sheet(book: Any, name: str, pairs: Sequence[dict[str, Any]], fields: tuple[str, ...]) -> None:
    sheet = book.add_worksheet(name)
    head, differs, fixed = (book.add_format(look) for look in _LOOKS)
    columns = [*LEAD, *(f"{field} ({side})" for field in fields for side in (1, 2)), "evidence", *IDS]
    for at, column in enumerate(columns):
        sheet.write_string(0, at, column, head)
    for row, pair in enumerate(pairs, start=1):
        sheet.write_number(row, 2, pair["worth"])
        if pair["probability"] is not None:
            sheet.write_number(row, 3, round(pair["probability"], 4))
        for place, field in enumerate(fields):
            one, other = pair["left"].get(field), pair["right"].get(field)
            look = differs if one and other and one != other else None
            for side, value in enumerate((one, other)):
                if value:
                    sheet.write_string(row, len(LEAD) + 2 * place + side, value[:32_000], look)
        sheet.write_string(row, len(columns) - 5, "; ".join(pair["reasons"]))
        for at, column in enumerate(IDS, start=len(columns) - 4):
            sheet.write_string(row, at, pair[column], fixed)
    if pairs:
        sheet.data_validation(1, 0, len(pairs), 0, {"validate": "list", "source": list(VERDICTS)})
        sheet.autofilter(0, 0, len(pairs), len(columns) - 1)
    sheet.freeze_panes(1, len(LEAD))
    sheet.set_column(0, 3, 11)
    sheet.set_column(len(LEAD), len(columns) - 6, 20)


_LOOKS: tuple[dict[str, Any], ...] = (
    {"bold": True, "bottom": 1, "text_wrap": True}, {"bg_color": "#FFF4CC"}, {"font_color": "#888888"},
)  # fmt: skip


def read(path: Path) -> tuple[list[dict[str, str]], list[str]]:
    """The answered rows of a workbook (or CSV) that `export` wrote: kind, left_id, right_id, verdict, why; and what
    was refused, each with its place and why. Raises UnreadableInput, RecordkitError when it is another file."""
    answers: dict[tuple[str, str, str], dict[str, str]] = {}
    refused: list[str] = []
    found = False
    for source in readers.open_all(path):
        for sheet in source.sheets:
            rows = _table(sheet)
            if rows is None:
                continue
            found = True
            for row in rows:
                answer, why_not = _answer(row)
                pair = (answer["kind"], answer["left_id"], answer["right_id"])
                if not why_not and answers.get(pair, answer)["verdict"] != answer["verdict"]:
                    why_not = details.text("verdict_further_up")
                if why_not:
                    place = details.text("row_of", name=sheet.name or path.name, row=row["row"])
                    refused.append(details.text("slip_at", place=place, slip=why_not))
                else:
                    answers[pair] = answer
        if not source.sheets:
            codes = ", ".join(source.issues["code"].unique().sort())
            raise UnreadableInput(
                details.text("cannot_be_read_codes", name=path.name, codes=codes), details.text("save_as_xlsx")
            )
    if not found:
        raise RecordkitError(
            details.text("no_review_file", name=path.name, columns=", ".join(NEEDED)),
            details.text("make_review_file"),
        )
    return list(answers.values()), refused


def _table(sheet: Any) -> list[dict[str, Any]] | None:
    """The rows of a sheet under its header; None when it has another one."""
    frames = list(sheet.batches())
    if not frames or not frames[0].height:
        return None
    header = [str(name or "").strip().lower() for name in frames[0].drop("row").row(0)]
    if not set(NEEDED) <= set(header):
        return None
    names = {f"c{at}": name for at, name in enumerate(header, start=1) if name in (*NEEDED, "why")}
    body = pl.concat(frames).slice(1).select("row", *names).rename(names)
    rows: list[dict[str, Any]] = body.filter(pl.col("verdict").fill_null("").str.strip_chars() != "").to_dicts()
    return rows


def _answer(row: dict[str, Any]) -> tuple[dict[str, str], str]:
    """One answered row, and why it is refused: its ids were changed, or there is no such verdict."""
    written = row["verdict"].strip().lower()
    verdict = SYNONYMS.get(written, written)
    kind, left, right = (str(row[name] or "").strip() for name in IDS[1:])
    whole = stable_ids.link_ids(pl.Series([kind]), pl.Series([left]), pl.Series([right]))[0]
    why = str(row.get("why") or "").strip()
    answer = {"kind": kind, "left_id": left, "right_id": right, "verdict": verdict, "why": why}
    if verdict not in VERDICTS:
        return answer, details.text("verdict_is_none_of", names=", ".join(VERDICTS))
    if whole != str(row["link_id"] or "").strip() or kind not in SHEETS:
        return answer, details.text("ids_were_changed")
    return answer, ""
