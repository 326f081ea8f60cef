"""`recordkit report`: figures of an edition, on the terminal, as a page, as a workbook, or for programs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from recordkit import details, report, store
from recordkit.cli import output as out
from recordkit.cli import storing
from recordkit.errors import RecordkitError

if TYPE_CHECKING:
    from recordkit.cli.store_commands import Report
    from recordkit.ingest import Declarations
    from recordkit.words import Language


PAGE, BOOK = ".html", ".xlsx"
ENDINGS = {".json": "json", ".jsonl": "jsonl", ".csv": "csv"}  # of -o: what is written there, unless --format says


def run(asked: Report) -> int:
    """Exit 2 for an edition, a month or a profile that there is not."""
    declared = asked.declared()
    language = asked.texts(declared.words).language
    what = " ".join(filter(None, [asked.month, f"profile {asked.profile}" if asked.profile else ""]))
    edition = storing.opened(asked.store, "report", asked.edition, what)
    made = _maker(asked, declared, edition)
    figures = made(language)
    written = _written(asked, figures, lambda: figures if language == "en" else made("en"))
    out.say("written: " + ", ".join(map(str, written)), asked.quiet or not written)
    if written and (asked.output in written or (asked.fmt is None and asked.output is None)):
        return 0
    form = _form(asked)
    if form == "text":
        out.write(out.rendered(report.terminal(figures)), asked.output, language)
    else:
        out.write(report.data(figures if language == "en" else made("en"), form), asked.output)
    return 0


def _maker(asked: Report, declared: Declarations, edition: store.Edition) -> Callable[[Language], report.Figures]:
    """What makes the figures in a language: what programs read is the same in every language, English."""
    if asked.profile is not None:
        if asked.since is not None:
            raise RecordkitError(details.text("profile_has_no_changes"), details.text("since_or_profile"))
        found = report.profiles(declared.dirs, declared.tables)
        found.named(asked.profile)
        name = asked.profile
        return lambda spoken: report.profile(edition, name, found, report.knowledge(declared, spoken), asked.month)
    changes = _changes(asked, edition)
    return lambda spoken: report.figures(
        edition, month=asked.month, changes=changes, known=report.knowledge(declared, spoken)
    )


def _written(asked: Report, figures: report.Figures, for_programs: Callable[[], report.Figures]) -> list[Path]:
    """The pages, workbooks and folders that were asked for; returns what was written."""
    made = {PAGE: lambda: report.html(figures).encode(), BOOK: lambda: _book(figures)}
    wanted = {place: made[ending] for place, ending in ((asked.html, PAGE), (asked.xlsx, BOOK)) if place}
    output = asked.output
    if output is not None and asked.profile and asked.fmt is None:
        if output.suffix in made:
            wanted[output] = made[output.suffix]
        elif output.is_dir() or not output.suffix:
            _folder(output, asked.profile, made, for_programs())
            return [*_each(wanted), output]
    return _each(wanted)


def _each(wanted: Mapping[Path, Callable[[], bytes]]) -> list[Path]:
    for place, make in wanted.items():
        with out.result(place) as file:
            file.write(make())
    return list(wanted)


def _folder(folder: Path, name: str, made: Mapping[str, Callable[[], bytes]], figures: report.Figures) -> None:
    """Page, workbook and data of a profile, under its name."""
    from recordkit.store import disk
    from recordkit.store.errors import writes_result

    data = {ending: (lambda form=form: report.data(figures, form).encode()) for ending, form in ENDINGS.items()}
    with writes_result(folder):
        disk.make_folders(folder.absolute())
    _each({folder / f"{name}{ending}": make for ending, make in {**made, **data}.items()})


def _book(figures: report.Figures) -> bytes:
    book = BytesIO()
    report.workbook(figures, book)
    return book.getvalue()


def _form(asked: Report) -> str:
    """The form asked for; of a profile, without it, what the ending of the output says."""
    ending = asked.output.suffix if asked.output is not None and asked.profile and asked.fmt is None else ""
    return ENDINGS.get(ending, asked.form)


def _changes(asked: Report, edition: store.Edition) -> store.Diff | None:
    """What changed since the edition asked for; without one since the edition before, which may be gone or damaged."""
    if asked.since is not None:
        return store.diff(asked.store, asked.since, edition.id)
    before = edition.manifest.previous
    try:
        return store.diff(asked.store, before.id, edition.id) if before else None
    except store.StoreError as error:
        out.say(details.text("report_tells_no_changes", what=error.what))
        return None
