"""Which fields one column could be: by the words of its header, judged by what its values look like."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from recordkit import details
from recordkit.agencies.catalogue import Catalogue
from recordkit.agencies.drafting.value_shapes import reading
from recordkit.agencies.header_words import Synonyms, fold, nearest
from recordkit.agencies.headers import ColumnMatch
from recordkit.source_fields import IntakeField

BY_WORD, BY_HINT, BY_ONE_OF_TWO, BY_SAME_WORDS, BY_PART = 0.90, 0.74, 0.60, 0.62, 0.48
BY_LIKENESS, BY_VALUES = 0.45, 0.40
BY_NAMES = 0.20  # told, and not placed
BESIDE = 0.05  # values of people stand right of the people they are of
NAMED = 0.10  # the header has the role's name in it
AGREES, CONTRADICTS = 0.07, -0.45
FITS, MISFITS = 0.8, 0.3  # shares of the values
IDENTIFIERS = ("agency_ref", "victim_ref")
TELLING = {"date", "cnics", "phones", "fir", "sections", "passport", "people", "year", "count", "period", "serial"}
NO_NUMBERS = {"people", "relative", "place"}
ALONE = TELLING - {"passport"}  # values that say by themselves what a column is; any code looks like a passport
BESIDE_PEOPLE = {"people", "cnics", "phones"}  # in a register these words mean those of the people beside them
Found = dict[str, tuple[float, str]]


@dataclass(frozen=True)
class Option:
    """One field that a column could be."""

    confidence: float
    column: str
    field: str
    why: str


def options(
    one: ColumnMatch, shares: Mapping[str, float], fields: Mapping[str, IntakeField], catalogue: Catalogue,
    role: str | None,
) -> list[Option]:  # fmt: skip
    """Every field that the column could be. `role`: of the people in the nearest column on the left."""
    every = by_words(one, catalogue.synonyms)
    found = {name: how for name, how in every.items() if name in fields}
    if not shares:
        found = {name: how for name, how in found.items() if how[0] >= BY_WORD}
    elsewhere = bool(every) and not found  # the header means a field that rows of this unit have not
    foreign = any(name not in fields for name in every)  # or may mean one: a date of birth is no date of a case
    spoken = any(how[0] >= BY_SAME_WORDS for how in found.values())  # by another field its date is not called
    for at, (name, field) in enumerate(fields.items()):
        if spoken and field.type == "date":
            continue
        kind = reading(name, field)
        share = shares.get(kind, 0.0)
        if kind == "period" and "head" not in fields:
            continue  # a register's rows have days; 7/2026 is a number
        special = kind in ALONE or (":" in kind and field.type != "code")
        if name in found or share < FITS or not special:
            continue
        if (elsewhere and field.type not in BESIDE_PEOPLE) or (foreign and field.type == "date"):
            continue
        near = BESIDE if field.role and field.role == role else 0.0
        near += NAMED if field.role and field.role in fold(one.header) else 0.0
        if field.type == "people" and not near:  # names do not say whose they are
            found[name] = (BY_NAMES - at / 1000, details.text("values_name_people"))
            continue
        found[name] = (BY_VALUES + near - at / 1000, details.text("only_values_say"))
    if not found and shares.get("identifier", 0.0) >= FITS and not elsewhere:
        found |= {name: (BY_VALUES, details.text("every_value_another")) for name in IDENTIFIERS if name in fields}
    judged = [_judged(one, name, how, shares, fields[name]) for name, how in found.items()]
    if elsewhere or any(option.confidence >= BY_PART for option in judged):
        return judged
    return [*judged, *_by_codes(one, found, shares, fields)]


def _by_codes(
    one: ColumnMatch, found: Found, shares: Mapping[str, float], fields: Mapping[str, IntakeField]
) -> list[Option]:
    """Values of a vocabulary say what a column is when its header says nothing, or nothing that they bear out."""
    coded = [name for name, field in fields.items() if field.type == "code" and name not in found]
    fits = [(name, shares.get(reading(name, fields[name]), 0.0)) for name in coded]
    return [
        Option(
            BY_VALUES + AGREES,
            one.column,
            name,
            _and(details.text("only_values_say"), details.text("of_them_fit", share=f"{share:.0%}")),
        )
        for name, share in fits
        if share >= FITS
    ]


def by_words(one: ColumnMatch, synonyms: Synonyms) -> Found:
    """Fields by the header alone: a general word, a hint, the same words in another order, a part, a likeness."""
    word = fold(one.header)
    found: Found = {}

    def say(names: Sequence[str], confidence: float, why: str) -> None:
        for name in names:
            if confidence > found.get(name, (0.0, ""))[0]:
                found[name] = (confidence, why)

    if one.kind in ("field", "duplicate") and one.field:
        say([one.field], BY_WORD, details.text("header_is_general_word"))
    if one.kind == "ambiguous":
        say(
            one.detail.split(";"),
            BY_ONE_OF_TWO,
            details.text("header_means", fields=details.listed(one.detail.split(";"), "or_other")),
        )
    say(synonyms.fields.get(word, ()), BY_WORD, details.text("header_is_general_word"))
    say(synonyms.hints.get(word, ()), BY_HINT, details.text("some_files_call_it"))
    terms = synonyms.header_terms(one.header)
    say(synonyms.spoken.get(terms, ()), BY_SAME_WORDS, details.text("header_has_words_of_one"))
    if found:
        return found
    like = nearest(word, {**synonyms.fields, **synonyms.hints})
    if like:
        names = (*synonyms.fields.get(like[0], ()), *synonyms.hints.get(like[0], ()))
        say(names, BY_LIKENESS + (like[1] - 78) / 100, details.text("header_is_like", word=like[0]))
    parts = [known for known in synonyms.spoken if known < terms and min(map(len, known)) > 1]
    longest = max((len(known) for known in parts), default=0)
    for known in parts:
        if len(known) == longest:
            why = details.text("header_has_words", words=" ".join(sorted(known)))
            say(synonyms.spoken[known], BY_PART + 0.1 * longest / len(terms), why)
    return found


def _judged(
    one: ColumnMatch, name: str, how: tuple[float, str], shares: Mapping[str, float], field: IntakeField
) -> Option:
    """Confidence by the header, raised or lowered by what the values look like."""
    kind = reading(name, field)
    share = shares.get(kind, 0.0)
    confidence, why = how
    if name in IDENTIFIERS and shares.get("serial", 0.0) >= FITS:
        return Option(BY_VALUES + 2 * CONTRADICTS, one.column, name, _and(why, details.text("but_count_rows")))
    if share >= FITS:
        return Option(min(0.99, confidence + AGREES), one.column, name, _and(why, _fit(share)))
    if name in IDENTIFIERS and confidence < BY_WORD and shares and shares.get("shaped", 0.0) < MISFITS:
        return Option(confidence + CONTRADICTS, one.column, name, _and(why, details.text("but_no_references")))
    if field.type in NO_NUMBERS and shares.get("count", 0.0) >= FITS:
        return Option(confidence + CONTRADICTS, one.column, name, _and(why, details.text("but_numbers")))
    if kind.startswith("code:") and confidence < BY_ONE_OF_TWO and shares and share < MISFITS / 3:
        return Option(confidence - 0.2, one.column, name, _and(why, details.text("but_none_known")))
    if kind == "fir" and shares.get("count", 0.0) >= FITS:
        return Option(confidence, one.column, name, _and(why, details.text("numbers_without_year")))
    if kind in TELLING - {"people", "sections"} and shares and share < MISFITS:
        reason = _and(why, details.text("but_few_fit", share=f"{share:.0%}"))
        return Option(confidence + CONTRADICTS, one.column, name, reason)
    if kind == "sections" and shares.get("words", 0.0) >= FITS:
        return Option(confidence + CONTRADICTS, one.column, name, _and(why, details.text("but_hold_no_number")))
    return Option(confidence, one.column, name, _and(why, _fit(share)) if share else why)


def _and(why: str, more: str) -> str:
    return details.text("both", one=why, other=more)


def _fit(share: float) -> str:
    return details.text("of_its_values_fit", share=f"{share:.0%}")
