"""A problem profile: one kind of crime seen from all sides, as the figures of a report that any output shows.

To add a profile: one file in schemas/profiles; TOML alone.
"""

from __future__ import annotations

from dataclasses import replace

from recordkit import text_safety
from recordkit.report.context import Context, Knowledge
from recordkit.report.figures import figures_of, refuse_strange_month
from recordkit.report.model import EditionLike, Figures, Group, Headline, Section
from recordkit.report.profile import hidden, records, tables
from recordkit.report.profile.declaration import Profile, Profiles, load

__all__ = ["Profile", "Profiles", "load", "profile"]


def profile(edition: EditionLike, name: str, profiles: Profiles, known: Knowledge, month: str | None = None) -> Figures:
    """The figures of a declared profile. Raises RecordkitError for a profile or a month that there is not."""
    asked = profiles.named(name)
    spoken = replace(known, words=profiles.spoken(known.words, asked))
    context = Context(edition, spoken, month)
    refuse_strange_month(context)
    every = records.read(context, asked)
    sections = [_whole(context, asked, every), *_groups(context, profiles, asked, every)]
    sections += [*_hidden(context, asked, every), _method(context, asked)]
    lines = [(one.title.of(context.words.language), every.of(one).cases.height) for one in asked.group]
    headlines = [Headline(title, f"{count:,}", context.word("cases")) for title, count in lines]
    return text_safety.lined(figures_of(context, headlines, [], sections))


def _section(context: Context, key: str, group: Group, intro: str = "") -> Section:
    words = context.words.section[key]
    return Section(key, words.title, words.urdu, intro or words.intro, (group,))


def _whole(context: Context, asked: Profile, every: records.Part) -> Section:
    found = (tables.by_group(context, asked, every), tables.by_month(context, asked, every))
    return _section(context, "profile_all", Group(found), asked.intro.of(context.words.language))


def _groups(context: Context, profiles: Profiles, asked: Profile, every: records.Part) -> list[Section]:
    """A section for each group: nothing holds two of them, so that nobody adds them up."""
    language = context.words.language
    made = []
    for one in asked.group:
        found = tables.of_group(context, profiles, asked, one, every)
        keyed = tuple(replace(table, key=f"{one.key}-{table.key}") for table in found)
        urdu = None if language == "ur" else one.title.ur
        made.append(Section(one.key, one.title.of(language), urdu, one.note.of(language), (Group(keyed),)))
    return made


def _hidden(context: Context, asked: Profile, every: records.Part) -> list[Section]:
    found = hidden.tables(context, asked, every)
    return [_section(context, "profile_hidden", Group(tuple(found)))] if found else []


def _method(context: Context, asked: Profile) -> Section:
    return _section(context, "profile_method", Group((tables.definitions(context, asked),)))
