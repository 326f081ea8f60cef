"""Every rule speaks Urdu as a records clerk reads it: complete, in Urdu's own letters, one word for one thing."""

import re
import tomllib

import pytest

from recordkit import declarations, issues
from recordkit.issues import Rule

RULES = issues.catalogue([declarations.PACKAGED])
WORDS = tomllib.loads((declarations.PACKAGED / "words.toml").read_text(encoding="utf-8"))
NEVER = [word for term in WORDS["terms"].values() for word in term.get("never", [])]

# Urdu's letters and marks; not the Arabic ones that look alike (ي ك ه ى ة), nor Persian or Arabic digits.
LETTERS = "آؤئابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیےۂۓ\u064b\u064e\u064f\u0650\u0651\u0654\u0656\u0670"
SIGNS = " ،؛؟۔«»\"'.,:;()[]{}/\\+-–−=*#&<>!%·…|§„³¹_ØÙ0123456789"
LATIN = re.compile(r"[A-Za-z][A-Za-z_]*")
# What a reader types or looks for as it stands: placeholders, options, endings, columns, numbers with signs.
AS_IT_STANDS = re.compile(r"\{\w*\}|--[a-z-]+|\.[a-z]{3,4}\b|\b[a-z]+(?:[_.][a-z]+)+|\d[\d/-]*\d[A-Z-]*|RK\d{3}")


def urdu() -> list[object]:
    return [pytest.param(rule, id=rule.code) for rule in RULES.by_code.values()]


@pytest.mark.parametrize("rule", urdu())
def test_a_rule_says_in_urdu_why_and_what_to_do(rule: Rule) -> None:
    for text in (rule.why_ur, rule.fix_ur):
        assert 10 <= len(text) <= 400
        assert text.endswith(("۔", "۔)"))


@pytest.mark.parametrize("rule", urdu())
def test_urdu_is_written_in_urdus_letters_and_no_lookalikes(rule: Rule) -> None:
    text = LATIN.sub("", rule.why_ur + rule.fix_ur)
    assert sorted(set(text) - set(LETTERS) - set(SIGNS)) == []


@pytest.mark.parametrize("rule", urdu())
def test_latin_words_in_urdu_are_allowed_or_stand_in_the_english_too(rule: Rule) -> None:
    for english, text in ((rule.why, rule.why_ur), (rule.fix, rule.fix_ur)):
        strange = set(LATIN.findall(text)) - set(LATIN.findall(english)) - set(WORDS["latin"])
        assert strange == set()


@pytest.mark.parametrize("rule", urdu())
def test_placeholders_options_and_examples_are_the_same_in_both_languages(rule: Rule) -> None:
    for english, text in ((rule.why, rule.why_ur), (rule.fix, rule.fix_ur)):
        missing = [part for part in AS_IT_STANDS.findall(english) if part not in text]
        assert missing == []


@pytest.mark.parametrize("rule", urdu())
def test_one_thing_has_one_urdu_word(rule: Rule) -> None:
    words = f" {re.sub('[،۔؛:()«»]', ' ', rule.why_ur + ' ' + rule.fix_ur)} "
    assert [word for word in NEVER if f" {word} " in words] == []
