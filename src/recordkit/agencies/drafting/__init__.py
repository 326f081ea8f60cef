"""Drafts a declaration for unknown files: TOML that loads, with its confidence, reasons and questions."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from recordkit import declarations, details
from recordkit.agencies.catalogue import Catalogue
from recordkit.agencies.declaration import Agency
from recordkit.agencies.drafting import fixed_width, formats, table_links
from recordkit.agencies.drafting.like_sheets import Group, Part, grouped
from recordkit.agencies.drafting.sheet_guess import Guess, guess
from recordkit.agencies.format_match import rank
from recordkit.agencies.header_words import fold, fold_all
from recordkit.agencies.source import Sheet, SourceFile
from recordkit.errors import DeclarationError
from recordkit.source_fields import Intake
from recordkit.text_safety import one_line, toml_string

__all__ = ["draft"]

FITS = 0.85  # score from which a declared format is said to fit already
LITTLE = 2  # columns that a sheet beside others must make sense of to be drafted


def draft(files: SourceFile | Sequence[SourceFile], catalogue: Catalogue, intake: Intake) -> str:
    """The text of a declaration for the sender of `files`; every line says how sure it is and why.

    Sheets and files that are one kind of table become one format; two that share a key are joined. Raises
    DeclarationError when none of them holds rows.
    """
    sources = list(files) if isinstance(files, Sequence) else [files]
    pairs = [(s, sheet) for s in sources for sheet in s.sheets if sheet.visible and sheet.head(5).height]
    if not pairs:
        names = ", ".join(source.name for source in sources)
        raise DeclarationError(details.text("nothing_to_draft", names=names), details.text("give_file_with_rows"))
    cut = [pair for pair in pairs if fixed_width.looks_fixed(pair[1].head(60))]
    parts = [Part(*pair, guess(pair[1], catalogue, intake)) for pair in pairs if pair not in cut]
    parts, omitted = _worth_it(parts)
    groups = grouped(parts)
    ids = _ids(groups)
    linked = table_links.links(groups, ids, [frozenset(intake.fields(one.guess.unit)) for one in groups])
    lines = [*_head([source for source in sources if source.sheets], parts, catalogue), *_known(pairs, catalogue)]
    lines += [f"# {details.text('table_left_out', name=part.called)}" for part in omitted]
    for at, (group, name) in enumerate(zip(groups, ids, strict=True)):
        keys = {link.headers[1]: link.key for links in linked.values() for link in links if link.format == name}
        lines += ["", *formats.lines(group, name, linked.get(at, []), keys, catalogue=catalogue, intake=intake)]
    for source, sheet in cut:
        lines += ["", *fixed_width.lines(source, sheet, catalogue, intake)]
    # What a sender wrote stands in comments too: a line of it must not end a comment, and be read as a declaration.
    return _parsed("\n".join(map(one_line, lines)) + "\n")


def _parsed(text: str) -> str:
    """The text, once it is known to load."""
    declarations.build(tomllib.loads(text), Agency, Path("draft"))
    return text


def _worth_it(parts: Sequence[Part]) -> tuple[list[Part], list[Part]]:
    """(parts to draft, cover sheets and notes beside them)."""
    best = max((_understood(part.guess) for part in parts), default=0)
    chosen = [part for part in parts if _understood(part.guess) >= LITTLE or _understood(part.guess) == best]
    return chosen, [part for part in parts if part not in chosen]


def _understood(one: Guess) -> int:
    return sum(bool(column.field) or column.spread for column in one.columns)


def _ids(groups: Sequence[Group]) -> list[str]:
    """A format's id says what its rows are; a number tells equal ones apart."""
    units = [group.guess.unit for group in groups]
    named = {"case": "cases", "person": "persons", "service": "services", "return": "returns", "enquiry": "enquiries"}
    seen: Counter[str] = Counter()
    found = []
    for unit in units:
        seen[unit] += 1
        found.append(named[unit] + (f"_{seen[unit]}" if seen[unit] > 1 else ""))
    return found


# --------------------------------------------------------------------------------------------- head


def _head(sources: Sequence[SourceFile], parts: Sequence[Part], catalogue: Catalogue) -> list[str]:
    zones = Counter(agency.timezone for agency in catalogue.values())
    zone = min(zones, key=lambda name: (-zones[name], name)) if zones else "UTC"
    name = _id(sources[0].name, catalogue)
    units = Counter(part.guess.unit for part in parts)
    kind = {"return": "statements", "service": "shelters"}.get(units.most_common(1)[0][0] if units else "", "other")
    lines = [
        f"# {details.text('drafted_from', names=', '.join(toml_string(source.name) for source in sources))}",
        f"# {details.text('read_every_line')}",
        f"id = {toml_string(name)}",
        f"name = {toml_string(name.replace('_', ' ').capitalize())}  # ? {details.text('who_sends_this')}",
        f"kind = {toml_string(kind)}  # ? {details.text('kinds_of_agencies')}",
    ]
    province = _province([part.guess for part in parts], catalogue)
    if province:
        lines.append(f"province = {toml_string(province[0])}  # {province[1]}")
    else:
        lines.append(f'# province = "..."  # ? {details.text("no_province_evident")}')
    return [*lines, f"timezone = {toml_string(zone)}  # {details.text('as_most_senders')}"]


def _known(pairs: Sequence[tuple[SourceFile, Sheet]], catalogue: Catalogue) -> list[str]:
    """Says which declared formats fit already."""
    found = []
    for source, sheet in pairs[:12]:
        best = next(iter(rank(source, sheet, catalogue.values(), catalogue)), None)
        if best and best.located is not None and best.score >= FITS:
            where = f"{source.name} {sheet.name}".strip()
            fits = f"{best.agency.id}/{best.form.id} ({best.score:.2f})"
            found.append(f"# ? {details.text('fits_a_format', name=where, format=fits)}")
    return found


def _id(name: str, catalogue: Catalogue) -> str:
    """An id from the letters of a file's name; one that no declared agency has."""
    words = re.findall(r"[a-z]+", name.rsplit(".", 1)[0].lower())
    made = "_".join(words[:3]) or "new_sender"
    return f"{made}_new" if made in catalogue else made


def _province(guesses: Sequence[Guess], catalogue: Catalogue) -> tuple[str, str] | None:
    """The province that has nearly all districts of the sample."""
    cells: list[str] = []
    for one in guesses:
        for column in one.columns:
            if column.field == "province":
                return None  # the rows say it themselves
            if column.field == "district":
                cells += one.sample.get_column(column.column).drop_nulls().to_list()
    known = [word for word in fold_all(cells) if word in catalogue.places]
    votes = Counter(province for word in known for province in catalogue.places[word])
    if not votes or len(known) < 0.3 * len(cells):
        return None
    best, count = min(votes.items(), key=lambda item: (-item[1], item[0]))
    names = catalogue.reference.districts.get_column("province").unique().sort().to_list()
    name = next((name for name in names if fold(name) == best), None)
    if name is None or count < 0.8 * len(known):
        return None
    why = details.text("known_districts_in_it", count=count, all=len(known))
    return name, f"{count / len(known):.2f} {why}"
