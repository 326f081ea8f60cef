"""`recordkit explain` and `recordkit rules`: a rule in plain words, all rules, or why two records were joined.

Rules are read without the libraries that compute: a clerk who looks one up does not wait.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from recordkit import declarations, details, protection, rulebook, words
from recordkit.cli import output as out
from recordkit.errors import DeclarationError, RecordkitError
from recordkit.words import Texts

if TYPE_CHECKING:
    from recordkit.cli.store_commands import Explain, RuleList

_LINK_OR_RECORD = re.compile(r"[LCPM][0-9a-f]{16}")
_KEYS = ("code", "name", "severity", "level", "why", "fix", "why_ur", "fix_ur")


def run(asked: Explain) -> int:
    """Exit 2 for a rule or a link that there is not."""
    if _LINK_OR_RECORD.fullmatch(asked.what):
        from recordkit.cli import linking  # here: rules are explained without it

        return linking.run(asked)
    if asked.other is not None:
        raise RecordkitError(details.text("only_people_are_weighed", what=asked.what), details.text("name_two_people"))
    if asked.html is not None:
        raise RecordkitError(details.text("only_link_has_page"), details.text("give_link_id"))
    form, rule = asked.form, _catalogue(asked)[asked.what]
    if form != "text":
        out.write(out.as_json(rule.model_dump(mode="json")), asked.output)
        return 0
    texts = _texts(asked)
    out.write("\n".join(_rule(rule, texts)), asked.output, texts.language)
    return 0


def _rule(rule: rulebook.Rule, texts: Texts) -> list[str]:
    """A rule as a person reads it; in English with the Urdu below."""
    words, language = texts.words, texts.language
    severity = texts(getattr(words.findings.severity, rule.severity))
    lines = [
        f"{rule.code} {rule.name}: {severity}" + (f", {rule.level}" if language == "en" else ""),
        "",
        texts(words.findings.why, why=rule.reason(language)),
        texts(words.findings.fix, fix=rule.advice(language)),
    ]
    lines += [f"     {rule.fix_ur}"] if rule.fix_ur and language == "en" else []
    if language == "en" or rule.level == "cross-field":  # those of the others are English sentences, and SQL is SQL
        lines += ["", texts(words.commands.condition, condition=rule.condition)]
    lines.append("")
    for label, examples in ((words.commands.good, rule.good), (words.commands.bad, rule.bad)):
        lines += [f"  {texts(label):<5} {example}" for example in examples]
    return lines


def _texts(asked: Explain | RuleList) -> Texts:
    return asked.texts(words.load(declarations.folders(asked.schemas or ())))


def rules(asked: RuleList) -> int:
    """All rules, or those whose code, name, reason or fix hold every word of `search`. Exit 2 when none does."""
    form, known = asked.form, _catalogue(asked)
    found = [rule for rule in known.by_code.values() if _speaks_of(rule, (asked.search or "").casefold().split())]
    if not found:
        raise DeclarationError(details.text("no_rule_speaks_of", words=asked.search), details.text("rules_lists_all"))
    if form != "text":
        out.write(out.rows([{key: getattr(rule, key) for key in _KEYS} for rule in found], form), asked.output)
        return 0
    texts = _texts(asked)
    words, language = texts.words.commands, texts.language
    cells = [
        [rule.code, _severity(rule, texts), rule.name.replace("-", " "), rule.reason(language)] for rule in found
    ]
    heads = [texts(one) for one in (words.code, words.severity, words.rule, words.why)]
    out.write(out.table(texts.counted(words.rules, len(found)), heads, cells), asked.output, language)
    return 0


def _severity(rule: rulebook.Rule, texts: Texts) -> str:
    if texts.language == "en":
        return rule.severity
    return texts(getattr(texts.words.findings.severity, rule.severity))


def _speaks_of(rule: rulebook.Rule, words: list[str]) -> bool:
    text = " ".join(str(getattr(rule, key)) for key in _KEYS).casefold()
    return all(word in text for word in words)


def _catalogue(asked: Explain | RuleList) -> rulebook.Rules:
    """The rules alone, overlays held against what they may not loosen."""
    dirs = declarations.folders(asked.schemas or ())
    for one in protection.check(dirs, allow=asked.allow_loosening):
        out.say(details.text("note_is", what=details.text("loosening_allowed", what=one.text)))
    found = rulebook.catalogue(dirs)
    for change in found.overruled:
        out.say(details.text("note_is", what=change.text))
    return found
