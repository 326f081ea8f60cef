"""From what people hold (a case number, a card, a telephone, a name, a file) to the records of an edition."""

from __future__ import annotations

import re
from collections.abc import Callable

import polars as pl

from recordkit import declarations, details
from recordkit.fields import cnic, fir, name_keys, passports, phones, pii_scan, text
from recordkit.reference import Reference
from recordkit.store import Edition, StoreNotFound

# One row per record that fits; `matched` says by what. Names are personal: mask them before they are shown.
FOUND = pl.Schema(
    {
        "kind": pl.String,  # case, person or file
        "id": pl.String,  # case_id, mention_id or file_sha256
        "case_id": pl.String,
        "person_id": pl.String,
        "role": pl.String,
        "name": pl.String,
        "agency": pl.String,
        "province": pl.String,
        "district": pl.String,
        "police_station": pl.String,
        "number": pl.String,
        "matched": pl.String,
    }
)
_ID = re.compile(r"[CPM][0-9a-f]{16}")
_SUM = re.compile(r"[0-9a-f]{8,64}")
_CARD_LIKE = re.compile(r"\d{5}-?\d{7}-?\d")
_WORDS = r"\w+"
SHOWN = 5  # places that an error names

_Search = Callable[[Edition, str, Reference], pl.LazyFrame | None]


def find_records(edition: Edition, asked: str, reference: Reference) -> pl.DataFrame:
    """The records (FOUND) that `asked` leads to, in order of kind, number and id.

    `asked` is an id of ours, the name or the sum of a file, a card, a passport, a telephone, the number of an FIR or
    an enquiry with its station ("FIR 123/26 City"), an e-tag, or a name in any spelling. The first of these that it
    can be read as and that leads to a record counts. Raises StoreNotFound, with the nearest known value, when no
    record fits: an empty answer would look like "there is none".
    """
    wanted = text.plain(pl.Series([asked])).item()
    if not wanted:
        raise StoreNotFound(details.text("nothing_asked"), details.text("what_to_give"))
    for search in _SEARCHES:
        rows = search(edition, wanted, reference)
        found = _conformed(rows) if rows is not None else None
        if found is not None and found.height:
            return found
    what = details.text("no_record_fits", edition=edition.id, text=_quoted(wanted))
    raise StoreNotFound(what, _nearest(edition, wanted, reference))


def _conformed(rows: pl.LazyFrame) -> pl.DataFrame:
    there = rows.collect_schema()
    columns = [
        pl.col(name).cast(kind) if name in there else pl.lit(None, kind).alias(name) for name, kind in FOUND.items()
    ]
    order = ["kind", "number", "district", "id"]
    return rows.select(columns).unique().sort(order, nulls_last=True).collect(engine="streaming")


# ---------------------------------------------------------------------------------- what may be meant


def _by_id(edition: Edition, wanted: str, reference: Reference) -> pl.LazyFrame | None:
    """An id of ours: C…, M… or P… ."""
    if not _ID.fullmatch(wanted):
        return None
    if wanted[0] == "C":
        return _cases(edition, pl.col("case_id") == wanted, "case_id")
    column = "mention_id" if wanted[0] == "M" else "person_id"
    return _people(edition, pl.col(column) == wanted, column)


def _by_file(edition: Edition, wanted: str, reference: Reference) -> pl.LazyFrame | None:
    """A file by its name, the name of a member, or the start of its sum."""
    fits = (pl.col("name") == wanted) | (pl.col("member") == wanted)
    if _SUM.fullmatch(wanted.lower()):
        fits |= pl.col("file_sha256").str.starts_with(wanted.lower())
    return edition.scan("sources").filter(fits).select(
        pl.lit("file").alias("kind"), pl.col("file_sha256").alias("id"), "name", "agency",
        pl.lit("file").alias("matched"),
    )  # fmt: skip


def _by_card(edition: Edition, wanted: str, reference: Reference) -> pl.LazyFrame | None:
    card = cnic.clean(pl.Series([wanted]), reference).get_column("cnic").item()
    return None if card is None else _people(edition, pl.col("cnic") == card, "cnic")


def _by_passport(edition: Edition, wanted: str, reference: Reference) -> pl.LazyFrame | None:
    number = passports.clean(pl.Series([wanted]), reference).get_column("passport").item()
    return None if number is None else _people(edition, pl.col("passport") == number, "passport")


def _by_phone(edition: Edition, wanted: str, reference: Reference) -> pl.LazyFrame | None:
    read = phones.clean(pl.Series([wanted]), reference)
    numbers = read.get_column("phones").item().to_list()
    if not numbers or read.get_column("codes").item().to_list():
        return None
    return _people(edition, pl.col("phones").list.eval(pl.element().is_in(numbers)).list.any(), "phone")


def _by_number(edition: Edition, wanted: str, reference: Reference) -> pl.LazyFrame | None:
    """An FIR's or an enquiry's number, its year and its station or district as far as they are written."""
    read = fir.clean(pl.Series([wanted]), reference).to_dicts()[0]
    if read["fir_no"] is None or _CARD_LIKE.search(wanted):
        return None
    found = _numbered(edition, read["fir_no"], read["fir_year"])
    words = re.findall(_WORDS, (read["office"] or "").lower())
    if not words:
        return found
    place = pl.concat_str("police_station", "district", "province", "agency", separator=" ", ignore_nulls=True)
    here = place.str.to_lowercase().str.extract_all(_WORDS)
    return found.filter(pl.lit(words, pl.List(pl.String)).list.set_difference(here).list.len() == 0)


def _numbered(edition: Edition, number: str, year: int | None) -> pl.LazyFrame:
    """Cases and enquiries with this number, of this year where one is given."""
    fits, enquiry = pl.col("fir_no") == number, pl.col("enquiry_no") == number
    if year is not None:
        fits &= pl.col("fir_year") == year
        enquiry &= pl.col("registered_on").dt.year().fill_null(year) == year
    return _cases(edition, fits | enquiry, "number")


def _by_tag(edition: Edition, wanted: str, reference: Reference) -> pl.LazyFrame | None:
    return _cases(edition, pl.col("e_tag").str.to_lowercase() == wanted.lower(), "e_tag")


def _by_name(edition: Edition, wanted: str, reference: Reference) -> pl.LazyFrame | None:
    """A name in any spelling and either script: every word of it, in the name or in an alias."""
    tokens = name_keys.keys(pl.Series([wanted]), reference).get_column("tokens").item().to_list()
    if not tokens:
        return None
    spelt = _spellings(edition)
    keys = name_keys.keys(spelt, reference).get_column("tokens")
    hits = spelt.filter(keys.list.set_intersection(pl.Series([tokens])).list.len() == len(set(tokens)))
    names = hits.implode()
    fits = pl.col("name").is_in(names) | pl.col("aliases").list.eval(pl.element().is_in(names)).list.any()
    return _people(edition, fits, "name")


_SEARCHES: tuple[_Search, ...] = (
    _by_id, _by_file, _by_card, _by_number, _by_phone, _by_passport, _by_tag, _by_name,
)  # fmt: skip


# --------------------------------------------------------------------------------------------- records


def _cases(edition: Edition, fits: pl.Expr, matched: str) -> pl.LazyFrame:
    return edition.scan("cases").filter(fits).select(
        pl.lit("case").alias("kind"), pl.col("case_id").alias("id"), "case_id", "agency", "province", "district",
        "police_station", _number().alias("number"), pl.lit(matched).alias("matched"),
    )  # fmt: skip


def _people(edition: Edition, fits: pl.Expr, matched: str) -> pl.LazyFrame:
    cases = edition.scan("cases").select(
        "case_id", "agency", "province", pl.col("district").alias("_district"), "police_station", number=_number()
    )
    people = edition.scan("persons").filter(fits).select("mention_id", "case_id", "person_id", "role", "name")
    return people.join(cases, on="case_id", how="left").select(
        pl.lit("person").alias("kind"), pl.col("mention_id").alias("id"), "case_id", "person_id", "role", "name",
        "agency", "province", pl.col("_district").alias("district"), "police_station", "number",
        pl.lit(matched).alias("matched"),
    )  # fmt: skip


def _number() -> pl.Expr:
    """The number of a case as people write it: 123/2026, else the enquiry's, else the e-tag."""
    return pl.coalesce(pl.concat_str("fir_no", pl.lit("/"), "fir_year"), "fir_no", "enquiry_no", "e_tag")


def _spellings(edition: Edition) -> pl.Series:
    """Every spelling of a name or an alias in the edition, once."""
    persons = edition.scan("persons")
    names = persons.select("name")
    aliases = persons.select(name=pl.col("aliases")).explode("name")
    return pl.concat([names, aliases]).drop_nulls().unique().collect(engine="streaming").get_column("name")


# --------------------------------------------------------------------------------- what to do instead


def _nearest(edition: Edition, wanted: str, reference: Reference) -> str:
    """Where that number is known, or the nearest file; never a person's name, nor what strayed into a place."""
    read = fir.clean(pl.Series([wanted]), reference).to_dicts()[0]
    if read["fir_no"] is not None and read["office"] is not None:
        known = _conformed(_numbered(edition, read["fir_no"], read["fir_year"]))
        words, whole = pii_scan.words(reference), pii_scan.places(reference)
        parts = [pii_scan.unstrayed(pl.col(one), words, whole) for one in ("police_station", "district")]
        place = pl.concat_str(parts, separator=", ", ignore_nulls=True)
        places = known.select(place.alias("place")).to_series().drop_nulls().unique().sort().to_list()
        if places:
            guess = declarations.nearest(read["office"], places)
            return details.text("known_at", places=guess or "; ".join(places[:SHOWN]))
    files = edition.scan("sources").select("name").unique().collect().get_column("name").to_list()
    guess = declarations.nearest(wanted, files)
    hint = details.text("how_to_find")
    return details.text("mean_the_file", guess=guess, hint=hint) if guess else hint


def _quoted(wanted: str) -> str:
    """What was asked for, when it is a case's number: anything else may name somebody."""
    is_number = re.search(r"\d", wanted) and not re.search(r"\d{5}", wanted)
    return f"'{wanted}'" if is_number else details.text("what_was_asked")
