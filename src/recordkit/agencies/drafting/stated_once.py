"""What a drafted format says once for all its rows: whose names a list holds, whose counts a statement gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import polars as pl

from recordkit import details
from recordkit.agencies import header_index
from recordkit.agencies.catalogue import Catalogue
from recordkit.agencies.drafting.like_sheets import Group
from recordkit.agencies.drafting.sheet_guess import COUNTER
from recordkit.agencies.drafting.table_links import Link
from recordkit.agencies.header_words import fold, fold_all
from recordkit.reference import words as reference_words
from recordkit.text_safety import toml_string

WHOSE, OF_WHAT = "nothing_says_whose_counts", "nothing_says_which_head"  # names of texts
_EXAMPLES = {
    WHOSE: 'constants = { province = "..." }',
    OF_WHAT: 'constants = { head = "..." }',
}

def role(group: Group, links: Sequence[Link], catalogue: Catalogue) -> Iterator[str]:
    """Whose names these are, when no column says it."""
    if group.guess.unit != "person" or "role" in group.fields or any("role" in link.fields for link in links):
        return
    drafting = catalogue.layout.drafting
    counter = next((one for one in group.columns if one.best.field == COUNTER), None)
    many = {"victim": drafting.many_victims, "accused": drafting.many_accused}
    if counter:
        for role, headers in many.items():
            if {fold(header) for header in counter.headers} & set(fold_all(headers)):
                why = details.text("as_header_says", header=counter.headers[0])
                yield f"constants = {{ role = {toml_string(role)} }}  # ? {why}"
                return
    table = catalogue.reference.codes.filter(pl.col("vocabulary") == "role")
    pairs = reference_words(table, ["code"], ["code", "label", "variants"]).select("word", "code").rows()
    for texts in ([header for one in group.columns for header in one.headers], _called(group)):
        words = {word: text for text in texts for word in catalogue.synonyms.header_terms(text)}
        for word, code in pairs:
            if (spoken := catalogue.synonyms.header_terms(word)) and spoken <= set(words):
                source = words[next(iter(spoken))]
                why = details.text("only_this_says_so", source=source)
                yield f"constants = {{ role = {toml_string(code)} }}  # ? {why}"
                return
    yield f"# ? {details.text('say_whose_names')}"
    yield '# constants = { role = "accused" }'


def of_returns(group: Group, catalogue: Catalogue) -> Iterator[str]:
    """Whose counts these are and of what, when no column and no header says it: once for the whole table."""
    if group.guess.unit != "return":
        return
    spread_of = [one for one in group.guess.columns if one.spread]
    spread = {fold(one.header) for one in spread_of}
    known = catalogue.known
    asked: list[tuple[str, tuple[tuple[str, frozenset[str]], ...]]] = []
    placed = group.fields & {"province", "division", "district"} or spread & (known["provinces"] | known["districts"])
    if not placed:
        asked.append((WHOSE, (("province", known["provinces"]), ("district", known["districts"]))))
    heads = [fold(header_index.without_sections(one.header)) for one in spread_of]
    if "head" not in group.fields and not set(heads) & known["heads"]:
        asked.append((OF_WHAT, (("head", known["heads"]),)))
    answers = {question: _said_above(group, among) for question, among in asked}
    found = [f"{field} = {toml_string(word)}" for answer in answers.values() if answer for field, word, _ in [answer]]
    if found:
        says = [details.text("says_so", place=answer[2]) for answer in answers.values() if answer]
        why = details.listed([*says, details.text("no_column_does")])
        yield f"constants = {{ {', '.join(found)} }}  # ? {why}"
    for question, answer in answers.items():
        if answer is None:
            yield f"# ? {details.text(question, example=_EXAMPLES[question])}"


def _said_above(group: Group, among: Sequence[tuple[str, frozenset[str]]]) -> tuple[str, str, str] | None:
    """(field, word, where it stands): the first known word of up to three in letterhead, sheet or file name."""
    part = group.parts[0]
    above = part.sheet.head(60).filter(pl.col("row") < min(part.guess.header_rows, default=0))
    cells = above.unpivot(index="row", variable_name="column", value_name="cell").drop_nulls("cell")
    texts = {
        cell: details.text("the_row", row=row) for row, cell in cells.select("row", "cell").rows()
    }  # not quoted: it may name somebody
    texts |= {text: repr(text) for text in (part.sheet.name, part.source.name)}
    for text, where in texts.items():
        words = re.findall(r"[^\W\d_]+", text)
        for length in (3, 2, 1):
            for at in range(len(words) - length + 1):
                spoken = " ".join(words[at : at + length])
                for field, known in among:
                    if len(spoken) > 3 and fold(spoken) in known:
                        return field, spoken.title() if spoken.islower() else spoken, where
    return None


def _called(group: Group) -> list[str]:
    return [text for part in group.parts for text in (part.sheet.name, part.source.name)]
