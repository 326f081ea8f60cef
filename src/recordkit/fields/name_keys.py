"""One key for the spellings of a name, in Latin or Urdu letters.

A word that the reference knows becomes its canonical name's key. Any other becomes a skeleton of consonants, after
Urdu letters are written in Latin ones: Shafeeque and Shafiq are `shfk` without any table. Where the skeletons of two
known names agree (Rashid and Rasheed), each keeps its vowels: they are different names.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from recordkit import reference as tables
from recordkit.fields import dispatch, text
from recordkit.reference import Reference

# Urdu letters by sound. Vowel letters inside a word and the aspirate are left out, as Latin vowels are.
_LATIN = {
    "ب": "b", "پ": "p", "ت": "t", "ٹ": "t", "ث": "s", "ج": "j", "چ": "c", "ح": "h", "خ": "k", "د": "d", "ڈ": "d",
    "ذ": "z", "ر": "r", "ڑ": "r", "ز": "z", "ژ": "z", "س": "s", "ش": "x", "ص": "s", "ض": "z", "ط": "t", "ظ": "z",
    "ع": "", "غ": "g", "ف": "f", "ق": "k", "ک": "k", "گ": "g", "ل": "l", "م": "m", "ن": "n", "ں": "n", "و": "",
    "ہ": "h", "ھ": "", "ۃ": "t", "ۂ": "h", "ی": "", "ے": "", "ې": "", "ۍ": "", "ئ": "", "ؤ": "", "ء": "", "ا": "",
    "آ": "", "أ": "", "إ": "", "ۓ": "", "ه": "h", "ټ": "t", "ډ": "d", "ړ": "r", "ږ": "z", "ښ": "x", "ڼ": "n", "ګ": "g",
    "څ": "s", "ځ": "z",
}  # fmt: skip
_DIGRAPHS = {
    "ph": "f", "gh": "g", "kh": "k", "sh": "x", "ch": "c", "zh": "z", "th": "t", "dh": "d", "bh": "b", "jh": "j",
    "ck": "k", "q": "k", "v": "w",
}  # fmt: skip
# MuhammadEijaz: a space was lost.
_RUN_TOGETHER = r"(\p{Ll}{3})(\p{Lu}\p{Ll}{2})"
_KINDS = "^(?:given|compound|prefix|suffix|title|caste|tribe|honorific)"
# Vowels that are written in several ways: Raoof and Rauf, Hayder and Haider.
_VOWELS = ((r"\By", "i"), ("ee|ea|ie|ii+", "i"), ("oo|ou|uu+", "u"), ("aa+", "a"))


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Words with a space on either side, and the capitals that stand for them."""

    words: list[str]
    keys: list[str]
    castes: str
    light: str
    glued: str
    spellings: pl.DataFrame


@dispatch.remembered
def keys(values: pl.Series, reference: Reference) -> pl.DataFrame:
    """`key` (String, one space between words; null when nothing is left), `tokens` List(String), `caste`: the key
    of the caste or tribe behind the name, which is no part of its key, and `words`: the key with a star behind every
    word that no known name has, as a slip of the pen makes them."""
    lexicon = _lexicon(reference)
    padded = _padded(values).str.replace_all(lexicon.glued, " ${1}  ${2} ")
    known = _respelt(padded.str.replace_many(lexicon.words, lexicon.keys, leftmost=True), lexicon)
    # A caste behind a name is written by one clerk and left out by the next. Muhammad Siddiqui has no other name.
    caste = known.str.extract(lexicon.castes, 2).str.to_lowercase()
    before = known.str.replace(lexicon.castes, "${1}  ")
    alone = ~before.str.replace_all(rf" (?:{lexicon.light}) ", " ").str.contains("[^ ]")
    known = pl.select(pl.when(pl.lit(alone)).then(pl.lit(known)).otherwise(pl.lit(before))).to_series()
    caste = pl.select(pl.when(~pl.lit(alone)).then(pl.lit(caste))).to_series()
    words = _skeleton(known).str.replace_all(r"([^ ]*[a-z][^ ]*)", "${1}*").str.to_lowercase()
    words = words.str.replace_all(" +", " ").str.strip_chars(" ")
    words = pl.select(pl.when(words.str.len_chars() > 0).then(words)).to_series()
    key = words.str.replace_all("*", "", literal=True).alias("key")
    none = pl.lit([], pl.List(pl.String))
    tokens = pl.select(pl.when(key.is_not_null()).then(key.str.split(" ")).otherwise(none).alias("tokens"))
    return pl.DataFrame({"key": key, "tokens": tokens.to_series(), "caste": caste, "words": words.alias("words")})


def _padded(values: pl.Series) -> pl.Series:
    """Lower case words with two spaces between them and around, so that neighbours never share one."""
    words = text.normal(values).str.replace_all(_RUN_TOGETHER, "${1} ${2}").str.to_lowercase()
    words = words.str.replace_all(r"['’`.]", "").str.replace_all(r"[^\p{L}]+", "  ").str.strip_chars(" ")
    return "  " + words + "  "


def _respelt(known: pl.Series, lexicon: Lexicon) -> pl.Series:
    """Latin words that are one known name in a spelling that no table has (Anver, Haroun), as the capitals of that
    name: its consonants, and its vowels but for a short one more or less, or an e or o for another."""
    words = known.str.extract_all(r" [a-z]{3,} ").list.explode(keep_nulls=False, empty_as_null=False).unique()
    near = _spelt(words.str.strip_chars(" ")).join(lexicon.spellings, on=["bone", "ends"], suffix="_of")
    found = near.filter(_like(pl.col("voiced"), pl.col("voiced_of")))
    found = found.with_columns(exact=pl.col("voiced") == pl.col("voiced_of"))
    found = found.filter(pl.col("exact") == pl.col("exact").max().over("word"))
    found = found.filter(pl.col("key").n_unique().over("word") == 1).unique("word").sort("word")
    if not found.height:
        return known
    old, new = (found.select(pl.format(" {} ", name)).to_series().to_list() for name in ("word", "key"))
    return known.str.replace_many(old, new, leftmost=True)


def _spelt(words: pl.Series) -> pl.DataFrame:
    """word, bone (its consonants), voiced (vowels written in one way) and ends (whether in a vowel), of Latin words."""
    alone = pl.select(" " + pl.lit(words) + " ").to_series()
    voiced = alone.str.replace_many(list(_DIGRAPHS), list(_DIGRAPHS.values()), leftmost=True)
    voiced = voiced.str.replace("kue ", "k ", literal=True)  # Tarique
    for pattern, vowel in _VOWELS:
        voiced = voiced.str.replace_all(pattern, vowel)
    voiced = _without_doubles(voiced.str.replace_all(r"([aeiou])h ", "${1} ")).str.strip_chars(" ")
    return pl.DataFrame({
        "word": words, "bone": _skeleton(alone).str.to_lowercase(), "voiced": voiced,
        "ends": voiced.str.contains("[aeiou]$"),
    })  # fmt: skip


def _like(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    """Two spellings of the same consonants that differ in nothing, in short vowels (Asalam), or in e for i or o for u
    (Khaled)."""
    short = [side.str.replace_all("[aeo]", "") for side in (one, other)]
    count = [side.str.count_matches("[aeo]").cast(pl.Int64) for side in (one, other)]
    bright = [side.str.replace_all("e", "i").str.replace_all("o", "u") for side in (one, other)]
    return ((short[0] == short[1]) & ((count[0] - count[1]).abs() <= 1)) | (bright[0] == bright[1])


def _without_doubles(words: pl.Series) -> pl.Series:
    for letter in "bcdfghjklmnprstwxz":
        words = words.str.replace_all(f"{letter}{letter}+", letter)
    return words


def _skeleton(words: pl.Series) -> pl.Series:
    """The consonants of every word in small letters; words in capitals stay as they are."""
    words = _split_names_of_god(words)
    # Pairs of letters are one sound in Latin only: in Urdu each has a letter.
    words = words.str.replace_many(list(_DIGRAPHS), list(_DIGRAPHS.values()), leftmost=True)
    words = _from_urdu(words)
    # The first vowel tells Aslam from Islam; Imran and Emran, Umar and Omar are one.
    words = words.str.replace_all(" [a]", " A").str.replace_all(" [ie]", " I").str.replace_all(" [uo]", " U")
    words = words.str.replace_all(r"([aeiou])h ", "${1} ")
    words = words.str.replace_all(" y", " Y").str.replace_all("[aeiouy]+", "")
    return _without_doubles(words)


def _split_names_of_god(words: pl.Series) -> pl.Series:
    """`abdulghani`, `abdur rahman` as one servant and one name; articles between words are dropped."""
    words = words.str.replace_all(r" abd[aou]+[lrsznd]-?([a-z]{3,}) ", "  abd  ${1} ")
    words = words.str.replace_all(r" عبد ?ال", "  ABD  ")
    words = words.str.replace_all(r" abd(?:[aou]*[lrsznd])? ", " ABD ")
    return words.str.replace_all(r" (?:ul|ur|us|uz|un|ud|al|el|ال) ", "  ")


def _from_urdu(words: pl.Series) -> pl.Series:
    # The letter that is both w and a vowel: a consonant at the start of a word and beside an alif.
    words = words.str.replace_all(" و", " w").str.replace_all("او", "اw").str.replace_all("وا", "wا")
    words = words.str.replace_all(" [اآأإع]", " a").str.replace_all(" ی", " y").str.replace_all("[ہهح] ", " ")
    return words.str.replace_many(list(_LATIN), list(_LATIN.values()))


@lru_cache(maxsize=8)
def _lexicon(reference: Reference) -> Lexicon:
    rows = reference.name_variants.filter(pl.col("kind").str.contains(_KINDS))
    long = tables.words(rows, ["canonical"], ["canonical", "variants", "urdu"])
    names = pl.DataFrame({"canonical": long["canonical"].unique(maintain_order=True)})
    plain = _padded(names["canonical"])
    bare = plain.str.replace_all(" +", " ").str.strip_chars(" ")
    skeleton = _skeleton(plain).str.to_lowercase().str.replace_all(" +", " ").str.strip_chars(" ")
    named = names.with_columns(skeleton.alias("key"), bare.str.replace_all("[^a-z]", "").alias("letters"))
    # A caste that sounds like a given name (Teli, Tila) does not make another name of it.
    castes = _castes(reference)
    named = named.with_columns(pl.col("canonical").is_in(castes).alias("caste"))
    for fuller in (pl.col("key") + pl.col("letters").str.replace_all("[^aeiouy]", ""), pl.col("letters")):
        clash = (pl.len().over("key", "caste") > 1) | (pl.col("caste") & (pl.len().over("key") > 1))
        named = named.with_columns(pl.when(clash).then(fuller).otherwise("key").alias("key"))
    named = named.with_columns(pl.col("key").str.to_uppercase())
    # One space on either side: between two words of a padded name there are two, so that each has its own.
    alone = _padded(long["word"]).str.replace("^  ", " ").str.replace("  $", " ")
    spelt = long.with_columns(alone.alias("spelt")).join(named, on="canonical", maintain_order="left")
    spelt = spelt.filter(pl.col("spelt").str.contains(r"\p{L}")).unique("spelt", keep="first", maintain_order=True)
    longest = spelt.sort(pl.col("spelt").str.len_chars(), descending=True, maintain_order=True)
    replaced = longest.select(" " + pl.col("key").str.replace_all(" ", "  ") + " ").to_series()
    caste = spelt.filter(pl.col("canonical").is_in(castes))["key"].unique().sort().to_list()
    pattern = rf"^( +[^ ].*?) +({'|'.join(caste)}) +$" if caste else "^($)($)^"
    light = spelt.filter(pl.col("canonical").is_in(_joined(rows)))["key"].unique().sort().to_list()
    return Lexicon(
        longest["spelt"].to_list(), replaced.to_list(), pattern, "|".join(light) or "$^", _glued(rows),
        _spellings(longest),
    )  # fmt: skip


def _spellings(spelt: pl.DataFrame) -> pl.DataFrame:
    """What `_respelt` holds words against: the names of one word in Latin letters, each with its `key`."""
    words = spelt.select(word=pl.col("spelt").str.strip_chars(" "), key=pl.col("key").str.replace_all(" ", "  "))
    words = words.filter(pl.col("word").str.contains("^[a-z]{3,}$"))
    return _spelt(words["word"]).with_columns(words["key"]).drop("word")


def _joined(rows: pl.DataFrame) -> list[str]:
    """Names that are written together with the one behind them, and say little: Muhammad."""
    return rows.filter(pl.col("means") == "joined")["canonical"].to_list()


def _glued(rows: pl.DataFrame) -> str:
    """A name that lost the space behind such a one: Muhammadejaz. Two groups."""
    spelt = tables.words(rows.filter(pl.col("means") == "joined"), ["canonical"], ["canonical", "variants"])["word"]
    long = [word for word in spelt.str.to_lowercase().to_list() if len(word) >= 4]
    # The shortest rest that is a name: Asif. What is left of Mohammadi is none.
    return rf" ({'|'.join(sorted(long, key=len, reverse=True))})(\p{{Latin}}{{4,}}) " if long else "^($)($)^"


def _castes(reference: Reference) -> list[str]:
    """Castes and tribes, but no word that is a given name or a title as well."""
    kinds = reference.name_variants.group_by("canonical").agg(
        pl.col("kind").is_in(["caste", "tribe"]).all().alias("only")
    )
    return kinds.filter("only")["canonical"].sort().to_list()


def skeleton(values: pl.Series) -> pl.Series:
    """The consonants of every word, without a table of known names: for names of any country in Latin letters."""
    made = _skeleton(_padded(values)).str.to_lowercase().str.replace_all(" +", " ").str.strip_chars(" ")
    return pl.select(pl.when(made.str.len_chars() > 0).then(made)).to_series()
