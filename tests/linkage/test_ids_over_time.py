"""Whatever comes, goes, is decided or declared anew, in whatever order: ids name what they named, and join nothing."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from linkage_frames import TABLES, case, cases_frame, person, persons_frame

from recordkit import declarations, linkage
from recordkit.linkage import human_decisions, merging
from tried import examples

SPEC = linkage.load([declarations.PACKAGED])
NAMES = ("aslm", "imrn")
Clusters = dict[str, frozenset[str]]

SUBMISSION = st.tuples(st.sampled_from("123"), st.integers(5, 9), st.sampled_from(NAMES), st.sampled_from("01"))
STEP = st.one_of(
    st.tuples(st.just("add"), st.lists(SUBMISSION, min_size=1, max_size=3)),
    st.tuples(st.just("withdraw"), st.integers(0, 20)),
    st.tuples(st.just("read anew"), st.integers(0, 20), st.sampled_from("123")),
    st.tuples(
        st.sampled_from(["case", "person"]), st.integers(0, 20), st.integers(0, 20), st.sampled_from(["same", "different"])
    ),
    st.tuples(st.just("undo"), st.integers(0, 5)),
)


class Books:
    """A store in small: what was sent, what was decided, the edition before, everything that an id ever named."""

    def __init__(self) -> None:
        self.sent: list[tuple[str, Any, Any]] = []  # name of the row, its case, its person
        self.words: list[tuple[str, ...]] = []
        self.standing: linkage.PublishedIds | None = None
        self.ever: dict[str, set[str]] = defaultdict(set)
        self.serial = 0

    def take(self, step: tuple[Any, ...]) -> None:
        what, *rest = step
        if what == "add":
            for number, month, name, card in rest[0]:
                self._add(number, f"2026-{month:02}", name, card)
        elif what == "withdraw" and self.sent:
            del self.sent[rest[0] % len(self.sent)]
        elif what == "read anew" and self.sent:
            self.sent[rest[0] % len(self.sent)][1]["fir_no"] = rest[1]
        elif what in ("case", "person") and len(self.sent) > 1:
            at = 1 if what == "case" else 2
            key = "record_id" if what == "case" else "mention_ref"
            one, other = (self.sent[place % len(self.sent)][at][key] for place in rest[:2])
            if one != other:
                self.words.append((what, one, other, rest[2], "amina", f"2026-10-{len(self.words) % 28 + 1:02}"))
        elif what == "undo" and self.words:
            del self.words[rest[0] % len(self.words)]

    def _add(self, number: str, month: str, name: str, card: str) -> None:
        self.serial += 1
        row = case(record_id=f"R{self.serial * 7919 % 1000:04}", fir_no=number, period=month, received=month,
                   file_sha256=f"f{self.serial}", registered_on=date(2026, 5, 3))  # fmt: skip
        who = person(row, name=name, name_key=name, relative_key="basr", cnic="34201-1234567-1" if card == "1" else None)
        self.sent.append((row["record_id"], row, who))

    def linked(self, standing: linkage.PublishedIds | None) -> tuple[linkage.Linked, linkage.PublishedIds]:
        cases = cases_frame([row for _, row, _ in self.sent])
        persons = persons_frame([one for _, _, one in self.sent])
        words = pl.DataFrame(self.words, schema=human_decisions.DECISIONS, orient="row")
        done = linkage.carry(linkage.link(cases, pl.DataFrame(), persons, SPEC, words), cases, persons, standing)
        made = merging.cases(done.in_cases(cases.lazy()).collect(), TABLES["cases"], merging.related(done))
        people = merging.persons(done.as_mentions(persons.lazy()).collect(), TABLES["persons"])
        return done, linkage.PublishedIds(made.lazy(), people.lazy())


def clusters(done: linkage.Linked) -> dict[str, Clusters]:
    """What every id names, by kind."""
    found: dict[str, Clusters] = {}
    for kind, ref, frame in (
        ("case_id", "record_id", done.case_members), ("mention_id", "mention_ref", done.mention_members),
        ("person_id", "mention_ref", done.mention_members),
    ):  # fmt: skip
        grouped = frame.group_by(kind).agg(pl.col(ref).alias("refs"))
        found[kind] = {name: frozenset(refs) for name, refs in grouped.iter_rows()}
    return found


def publish(books: Books) -> None:
    """One more edition, held to what is promised of ids."""
    before = {} if books.standing is None else {
        "case_id": _named(books.standing.cases, "case_id", "records"),
        "mention_id": _named(books.standing.persons, "mention_id", "mention_refs"),
        "person_id": _named(books.standing.persons, "person_id", "mention_refs"),
    }  # fmt: skip
    done, standing = books.linked(books.standing)
    anew, _ = books.linked(None)
    told, alone = clusters(done), clusters(anew)
    for kind, now in told.items():
        assert set(now.values()) == set(alone[kind].values()), "an id joined or parted what linking did not"
        here = frozenset().union(*now.values()) if now else frozenset()
        for name, refs in now.items():
            left = before.get(kind, {}).get(name, frozenset()) & here
            assert not left or left & refs, "an id left all that it named, which is still there"
            assert not books.ever[name] or books.ever[name] & refs, "an id came back for something else"
            books.ever[name] |= refs
    again, _ = books.linked(standing)
    assert clusters(again) == told, "the same inputs after themselves have other ids"
    books.standing = standing


def _named(table: pl.LazyFrame, kind: str, refs: str) -> Clusters:
    grouped = table.select(kind, pl.col(refs).alias("refs")).explode("refs").group_by(kind).agg("refs").collect()
    return {name: frozenset(members) for name, members in grouped.iter_rows()}


def live(steps: list[tuple[Any, ...]]) -> None:
    books = Books()
    books.take(("add", [("1", 7, "aslm", "1"), ("1", 8, "aslm", "0"), ("2", 6, "imrn", "1")]))
    publish(books)
    for step in steps:
        books.take(step)
        if books.sent:
            publish(books)


@examples(12)
@given(st.lists(STEP, min_size=2, max_size=5))
def test_ids_name_what_they_named(steps: list[tuple[Any, ...]]) -> None:
    live(steps)


@pytest.mark.slow
@settings(max_examples=400, deadline=None)
@given(st.lists(STEP, min_size=3, max_size=12))
def test_ids_name_what_they_named_over_years(steps: list[tuple[Any, ...]]) -> None:
    live(steps)


def test_an_id_made_for_a_part_is_not_given_to_another_part_when_it_falls_apart_again() -> None:
    """z comes late and takes a's published id with it; a gets a new one, shares it with an older report, and is parted
    from it as well."""
    books = Books()
    books.take(("add", [("1", 7, "aslm", "1")]))
    publish(books)
    books.take(("add", [("1", 5, "aslm", "1")]))
    publish(books)
    books.take(("read anew", 0, "2"))
    publish(books)
    books.take(("add", [("2", 6, "aslm", "1")]))
    publish(books)
    books.take(("read anew", 0, "3"))
    publish(books)
