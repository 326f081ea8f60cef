"""Chooses the format that fits a sheet by what stands in it: header, values, kind of file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

import polars as pl

from recordkit import details, issues
from recordkit.agencies import headers, periods
from recordkit.agencies.catalogue import Catalogue, province_of
from recordkit.agencies.declaration import Agency, Format
from recordkit.agencies.header_index import Index, resembled
from recordkit.agencies.header_words import fold, fold_all
from recordkit.agencies.headers import FirstRows, Located
from recordkit.agencies.source import Sheet, SourceFile

TABLE_CELLS = 3  # filled cells of a row of a table
MOST_NAMED = 8
MOST_TRIED = 4  # formats whose headers are compared with those of a file that fits none
FEWEST_LIKE, NEARBY = 3, 40  # cells of a row that are like headers; cells that are compared
NAMED_FILE = "file_name_as_declared"  # name of the text of that evidence


@dataclass(frozen=True)
class SheetMatch:
    """A sheet, the format that fits it and why."""

    file: str
    names: tuple[str, ...]  # of the file, its own first, then that of the letter or archive in which it came
    file_sha256: str
    sheet: str
    agency: Agency
    format: Format
    score: float
    evidence: tuple[str, ...]
    located: Located


@dataclass(frozen=True)
class Choice:
    """The sheets of a file that can be used, and what was found on the way (ISSUE_SCHEMA)."""

    matches: tuple[SheetMatch, ...]
    issues: pl.DataFrame


@dataclass(frozen=True)
class Fit:
    """How well one format fits one sheet."""

    agency: Agency
    form: Format
    score: float
    evidence: tuple[str, ...]
    located: Located | None
    own: bool = False  # more than its headers speaks for this sender: places, values, the name of file or sheet

    @property
    def usable(self) -> bool:
        """A header was found (or the format has none)."""
        return self.located is not None


def choose(source: SourceFile, agencies: Catalogue, agency_id: str | None = None) -> Choice:
    """One match per sheet that is used. With `agency_id` only its formats are tried, more gently."""
    tried = [agencies.named(agency_id)] if agency_id else list(agencies.values())
    weights = agencies.layout.choose
    accept = weights.accept_named if agency_id else weights.accept
    fits = {sheet.name: rank(source, sheet, tried, agencies) for sheet in source.sheets if sheet.visible}
    ranked = _agencies(fits, accept)
    if not ranked:
        return Choice((), _unknown(source, fits, agencies) if fits else issues.empty())
    ranked = _named_first(ranked, fits, weights.margin)
    if len(ranked) > 1 and ranked[0][1] - ranked[1][1] < weights.margin:
        return Choice((), _undecided(source, [name for name, _ in ranked[:2]]))
    best = {name: _best(found, ranked[0][0]) for name, found in fits.items()}
    good = {name: fit for name, fit in best.items() if fit and fit.usable and fit.score >= accept}
    torn = {name: other for name, fit in good.items() if (other := _rival(fit, fits[name]))}
    used = {name: fit for name, fit in good.items() if name not in torn}
    notes = [_torn(source, name, good[name], other) for name, other in torn.items()]
    sheets = {sheet.name: sheet for sheet in source.sheets}
    notes += [_unused(source, sheets[name], best[name], agencies) for name in fits if name not in good]
    doubts = {name: other for name, fit in used.items() if (other := _as_likely(fit, fits[name], accept))}
    notes += [_by_headers_alone(source, name, used[name], other) for name, other in list(doubts.items())[:1]]
    matches = tuple(_match(source, name, fit) for name, fit in used.items())
    return Choice(matches, issues.concat(notes))


def rank(source: SourceFile, sheet: Sheet, agencies: Iterable[Agency], catalogue: Catalogue) -> list[Fit]:
    """Every format of `agencies` with its score for one sheet, best first."""
    head = headers.looked_at(sheet.head(60))
    rows = headers.first_rows(head)
    pairs = [(agency, form) for agency in agencies for form in agency.formats]
    fits = [
        fit(source, sheet.name, head, rows, agency=agency, form=form, catalogue=catalogue) for agency, form in pairs
    ]
    return sorted(fits, key=lambda one: (-one.score, one.agency.id))


def fit(
    source: SourceFile, sheet: str, head: pl.DataFrame, rows: FirstRows, *, agency: Agency, form: Format,
    catalogue: Catalogue,
) -> Fit:  # fmt: skip
    """Score of one format for one sheet: the shares of headers known on both sides, then evidence."""
    if _like(sheet, form.file.skip_sheets):
        return Fit(agency, form, 0.0, (details.text("declared_as_unread"),), None)
    if form.fixed:
        located, score, remarks = _fixed(head, form)
    else:
        located, score, remarks = _headed(rows, catalogue.indexes[agency.id, form.id], catalogue)
    if located is None:
        return Fit(agency, form, 0.0, tuple(remarks), None)
    weights = catalogue.layout.choose
    body = _body(head, located, form)
    extra = [
        *_file_evidence(source, sheet, form, catalogue),
        *_place_evidence(body, _districts_across(located, form), agency, form, catalogue),
        *_lost_places(located, form, catalogue),
        *_value_evidence(body, form),
    ]
    score += sum(getattr(weights, weight) for weight, _ in extra)
    own = form.fixed or any(weight in _OF_THE_SENDER for weight, _ in extra)
    return Fit(agency, form, max(0.0, score), (*remarks, *(text for _, text in extra)), located, own)


# ------------------------------------------------------------------------------------------ scoring


Scored = tuple[Located | None, float, list[str]]


def _headed(rows: FirstRows, words: Index, catalogue: Catalogue) -> Scored:
    located, form = headers.locate(rows, words), words.form
    if located is None:
        return None, 0.0, [details.text("no_row_of_header")]
    weights = catalogue.layout.choose
    named = [one for one in located.columns if one.kind != "blank"]
    strange = located.of("unknown")
    known_share = 1 - len(strange) / max(1, len(named))
    required, expected = _wanted(form, located)
    score = weights.header_share * known_share
    score += weights.required_share * required + weights.expected_share * expected
    return located, score, [details.text("headers_known", count=len(named) - len(strange), all=len(named))]


def _wanted(form: Format, located: Located) -> tuple[float, float]:
    """Shares of the required and of the expected columns that a header has."""
    has = set(located.fields) | {one.field for one in located.of("ambiguous", "duplicate")}
    spread = [bool(located.of("spread"))] if form.reshape.unpivot else []
    required = [column.field in has for column in form.columns if column.required] + spread
    expected = [column.field in has for column in form.columns if not column.optional] + spread
    return _share(required), _share(expected)


def _share(flags: Sequence[bool]) -> float:
    return sum(flags) / len(flags) if flags else 1.0


def _fixed(head: pl.DataFrame, form: Format) -> Scored:
    """A fixed-width file has no header: the lengths of its lines and what stands in them are all there is."""
    written = [line for line in head.get_column("c1") if line and not line.isspace()] if head.width == 2 else []
    if not written:
        return None, 0.0, [details.text("not_fixed_width")]
    lines = [line for line in written if not (form.rows.trailer and re.search(form.rows.trailer, line))]
    widths = form.file.widths or (max((c.start or 0) + (c.length or 0) - 1 for c in form.columns),)
    right = _share([len(line) in widths for line in lines])
    located = Located((), tuple(headers.positions(form, [])))
    return located, right, [details.text("lines_as_long", share=f"{right:.0%}")]


def _body(head: pl.DataFrame, located: Located, form: Format) -> dict[str, list[str]]:
    """Field -> its filled cells below the header, of the first rows."""
    below = head.filter(pl.col("row") > max(located.rows, default=0))
    if form.fixed:
        cut = below.select(
            pl.col("c1").str.slice((c.start or 1) - 1, c.length).str.strip_chars().alias(c.field) for c in form.columns
        )
        return {name: [cell for cell in cut[name].to_list() if cell] for name in cut.columns}
    found: dict[str, list[str]] = {}
    for one in located.of("field"):
        if one.field and one.column in below.columns:
            found.setdefault(one.field, []).extend(cell for cell in below[one.column].to_list() if cell)
    return found


# ----------------------------------------------------------------------------------------- evidence

_PLACES = ("district", "province")
_OF_THE_SENDER = {"places_fit", "values_fit", "file_name", "sheet_name"}
Evidence = tuple[str, str]  # (name of the weight in layout.toml, what was seen)


def _file_evidence(source: SourceFile, sheet: str, form: Format, catalogue: Catalogue) -> list[Evidence]:
    found: list[Evidence] = []
    if form.file.kinds and source.kind not in form.file.kinds:
        found.append(("kind_differs", _kind_differs(source.kind, form.file.kinds)))
    if any(_like(name, form.file.names) for name in source.names):
        found.append(("file_name", details.text(NAMED_FILE)))
    if _like(sheet, form.file.sheets):
        found.append(("sheet_name", details.text("sheet_name_as_declared")))
    named = (periods.of_name(name, catalogue.months).period for name in (sheet, *source.names))
    period = next((one for one in named if one), None)
    if period and not _valid(form, period):
        found.append(("out_of_date", details.text("format_not_valid_in", period=period)))
    return found


def _kind_differs(kind: str, declared: Sequence[str]) -> str:
    return details.text("kind_differs", kind=kind, declared=details.listed(declared, "or_other"))


def _like(name: str, patterns: Sequence[str]) -> bool:
    return any(fnmatchcase(name.casefold(), pattern.casefold()) for pattern in patterns)


def _valid(form: Format, period: str) -> bool:
    after = form.valid_from is None or period >= f"{form.valid_from:%Y-%m}"[: len(period)]
    return after and (form.valid_to is None or period <= f"{form.valid_to:%Y-%m}"[: len(period)])


def _districts_across(located: Located, form: Format) -> list[str]:
    """Headers that are districts side by side."""
    unpivot = form.reshape.unpivot
    return [one.header for one in located.of("spread")] if unpivot and "district" in unpivot.into else []


def _place_evidence(
    body: dict[str, list[str]], spread: Sequence[str], agency: Agency, form: Format, catalogue: Catalogue
) -> list[Evidence]:
    """Districts named in the rows or across the header, against the province that the format stands for."""
    home = province_of(agency, form)
    named = [*body.get("district", []), *spread]
    words = [word for word in fold_all(named) if word in catalogue.places]
    if not words or not home:
        return []
    inside = [fold(home) in catalogue.places[word] for word in words]
    seen = details.text("districts_in", count=sum(inside), all=len(inside), province=home)
    if _share(inside) >= 0.8:
        return [("places_fit", seen)]
    return [("places_differ", seen)] if _share(inside) < 0.4 else []


def _lost_places(located: Located, form: Format, catalogue: Catalogue) -> list[Evidence]:
    """A column that means a district or province to everybody, and that the format would leave out."""
    has = located.fields | {column.field for column in form.columns}
    for one in located.of("unknown"):
        meant = {*_PLACES} & {*catalogue.synonyms.fields.get(fold(one.header), ())}
        if meant and not meant & has:
            why = details.text("no_column_for_place", header=one.header, place="/".join(sorted(meant)))
            return [("place_lost", why)]
    return []


def _value_evidence(body: dict[str, list[str]], form: Format) -> list[Evidence]:
    """Cells against the patterns that the format declares for their columns."""
    checked = [(c.field, c.pattern) for c in form.columns if c.pattern and body.get(c.field)]
    if not checked:
        return []
    shares = {name: _share([bool(re.search(p, cell)) for cell in body[name]]) for name, p in checked}
    mean = sum(shares.values()) / len(shares)
    seen = ", ".join(f"{name} {share:.0%}" for name, share in shares.items())
    if mean >= 0.8:
        return [("values_fit", details.text("values_as_declared", shares=seen))]
    return [("values_differ", details.text("values_not_as_declared", shares=seen))] if mean < 0.4 else []


# ------------------------------------------------------------------------------------------ outcome


def _agencies(fits: dict[str, list[Fit]], accept: float) -> list[tuple[str, float]]:
    """Agencies by their mean score over the sheets that anybody fits; only those that reach `accept`."""
    sheets = [found for found in fits.values() if found and found[0].usable and found[0].score >= accept]
    ids = sorted({one.agency.id for found in sheets for one in found})
    means = [(name, sum(_score(found, name) for found in sheets) / len(sheets)) for name in ids]
    accepted = [pair for pair in means if any(_score(found, pair[0]) >= accept for found in sheets)]
    return sorted(accepted, key=lambda pair: (-pair[1], pair[0]))


def _named_first(ranked: list[tuple[str, float]], fits: dict[str, list[Fit]], margin: float) -> list[tuple[str, float]]:
    """Of senders that the table itself does not tell apart, the only one for whom the file's name is declared."""
    near = [name for name, score in ranked if ranked[0][1] - score < margin]
    best = {name: [one for found in fits.values() if (one := _best(found, name))] for name in near}
    named = [name for name, found in best.items() if any(details.text(NAMED_FILE) in one.evidence for one in found)]
    return [pair for pair in ranked if pair[0] == named[0]] if len(near) > 1 and len(named) == 1 else ranked


def _best(found: Sequence[Fit], agency_id: str) -> Fit | None:
    return next((one for one in found if one.agency.id == agency_id), None)


def _rival(best: Fit, found: Sequence[Fit]) -> Fit | None:
    """Another format of the same agency that fits exactly as well and would make other records of the rows."""
    makes = (best.form.unit, best.form.constants)
    equal = [one for one in found if one.agency is best.agency and one.score == best.score]
    return next((one for one in equal if (one.form.unit, one.form.constants) != makes), None)


def _as_likely(best: Fit, found: Sequence[Fit], accept: float) -> Fit | None:
    """A sender of elsewhere who knows as many of the headers, when nothing but headers speaks for the best."""
    home = province_of(best.agency, best.form)
    others = (one for one in found if province_of(one.agency, one.form) != home and one.score >= accept)
    return None if best.own else next((one for one in others if _strange(one) <= _strange(best)), None)


def _strange(one: Fit) -> int:
    return len(one.located.of("unknown")) if one.located else 0


def _score(found: Sequence[Fit], agency_id: str) -> float:
    best = _best(found, agency_id)
    return best.score if best else 0.0


def _match(source: SourceFile, sheet: str, fit: Fit) -> SheetMatch:
    assert fit.located is not None
    score = round(fit.score, 4)
    return SheetMatch(
        source.name, tuple(source.names), source.sha256, sheet, fit.agency, fit.form, score, fit.evidence, fit.located
    )  # fmt: skip


def _unknown(source: SourceFile, fits: dict[str, list[Fit]], catalogue: Catalogue) -> pl.DataFrame:
    """RK201 for a file that fits nothing, with the nearest format, what it lacks and which headers may be misspelt."""
    every = sorted((one for found in fits.values() for one in found), key=lambda one: -one.score)
    named = [one for one in every if any(_like(name, one.form.file.names) for name in source.names)]
    misspelt = _misspelt(source, (named or every)[:MOST_TRIED], catalogue)
    if misspelt:
        best, meaning = misspelt
        nearest = best.agency.id
        detail = details.text("nearest_misspelt", format=f"{best.agency.id}/{best.form.id}", what=meaning)
    elif not every or not every[0].usable:
        searched = max((one.form.header.search_rows for one in every), default=15)
        detail, nearest = details.text("no_header_row", rows=searched), None
    else:
        best = next((one for one in named if one.usable), every[0])
        has = best.located.fields if best.located else frozenset()
        missing = [c.field for c in best.form.columns if c.required and c.field not in has]
        nearest, form, score = best.agency.id, f"{best.agency.id}/{best.form.id}", f"{best.score:.2f}"
        values = {"format": form, "score": score, "rows": best.form.header.search_rows}
        absent = details.text("nearest_lacking", fields=", ".join(missing), **values) if missing else ""
        detail = absent or details.text("nearest_format", **values)
    return issues.make("RK201", file_sha256=source.sha256, detail=detail, suggestion=nearest)


def _misspelt(source: SourceFile, tried: Sequence[Fit], catalogue: Catalogue) -> tuple[Fit, str] | None:
    """The format to whose headers most cells of one row are like without being any of them, and those cells."""
    found: tuple[int, Fit, str] | None = None
    for one in tried:
        words = catalogue.indexes[one.agency.id, one.form.id]
        for sheet in source.sheets if not one.form.fixed else ():
            head = headers.looked_at(sheet.head(one.form.header.search_rows))
            for row, *cells in head.iter_rows():
                texts = [cell for cell in cells if cell and not any(char.isdigit() for char in cell)]
                like = [(cell, means[0]) for cell in texts[:NEARBY] if (means := resembled(cell, words)) and means[0]]
                if len(like) >= FEWEST_LIKE and 2 * len(like) >= len(texts) and len(like) > (found[0] if found else 0):
                    likely = [details.text("may_be", header=cell, field=means) for cell, means in like[:MOST_NAMED]]
                    cells_like = ", ".join(likely)
                    found = (len(like), one, details.text("misspelt_header", row=row, cells=cells_like))
    return (found[1], found[2]) if found else None


def _undecided(source: SourceFile, ids: Sequence[str]) -> pl.DataFrame:
    detail = details.text("fits_several_senders", formats=" and ".join(ids))
    return issues.make("RK224", file_sha256=source.sha256, detail=detail, suggestion=ids[0])


def _by_headers_alone(source: SourceFile, sheet: str, one: Fit, other: Fit) -> pl.DataFrame:
    detail = details.text("sender_by_headers_alone", agency=one.agency.id, other=other.agency.id)
    return issues.make(
        "RK224", file_sha256=source.sha256, sheet=sheet, detail=detail, suggestion=other.agency.id, severity="flag"
    )


def _torn(source: SourceFile, sheet: str, one: Fit, other: Fit) -> pl.DataFrame:
    names = [f"{fit.agency.id}/{fit.form.id}" for fit in (one, other)]
    forms = details.listed(names, "and_other")
    detail = details.text("fits_several_formats", formats=forms)
    return issues.make("RK224", file_sha256=source.sha256, sheet=sheet, detail=detail)


def _unused(source: SourceFile, sheet: Sheet, nearest: Fit | None, catalogue: Catalogue) -> pl.DataFrame:
    """RK221, a flag where the sheet holds a table: its rows are not counted."""
    head = headers.looked_at(sheet.head(60)).drop("row")
    rows = head.filter(pl.sum_horizontal(pl.all().is_not_null()) >= TABLE_CELLS) if head.width else head
    detail, severity = details.text("no_format"), None
    if rows.height > 1 and nearest and not _like(sheet.name, nearest.form.file.skip_sheets):
        words = catalogue.indexes[nearest.agency.id, nearest.form.id]
        named = [(cell, resembled(cell, words)) for cell in rows.row(0) if cell]
        hints = [details.text("may_be", header=cell, field=means[0]) for cell, means in named if means and means[0]]
        likely = details.text("table_of_no_format_with", headers=", ".join(hints[:MOST_NAMED])) if hints else ""
        detail = likely or details.text("table_of_no_format")
        severity = "flag"
    return issues.make("RK221", file_sha256=source.sha256, sheet=sheet.name, detail=detail, severity=severity)
