"""`recordkit intelligence`, `alerts` and `victims`: products for a named person, and what is new in them by ids."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recordkit import details, store
from recordkit import intelligence as products
from recordkit.cli import output as out
from recordkit.cli import storing
from recordkit.errors import RecordkitError

if TYPE_CHECKING:
    from recordkit.cli.store_commands import Alerts, Intelligence, Restricted, Victims
    from recordkit.ingest import Declarations
    from recordkit.words import Language


def alerts(asked: Alerts) -> int:
    """Exit 1 when there are new alerts, which are in the ledger from now on; else 0."""
    declared = asked.declared()
    edition = storing.opened(asked.store, "alerts", asked.edition)
    fresh, lines = raised(asked.store, edition, declared, asked.texts(declared.words).language)
    if asked.form == "text":
        out.tell(lines, asked.output)
    else:
        out.write(out.rows([{"alert": key, "ids": ids} for key, ids in fresh.items()], asked.form), asked.output)
    return 1 if any(fresh.values()) else 0


def raised(
    root: Path, edition: store.Edition, declared: Declarations, language: Language
) -> tuple[dict[str, list[str]], list[str]]:
    """The new alerts of an edition by key, and in words; they are in the ledger when this returns."""
    wanted = products.alerts.load(declared.dirs)
    made = _product(root, edition, declared, language)
    found = products.alerts.raised(made, wanted, _given(root))
    if any(one.fresh for one in found):
        store.ledger.append(root, "runs", products.alerts.entry(edition.id, found))
    fresh = products.alerts.fresh_ids(found)
    count = sum(map(len, fresh.values()))
    lines = [details.text("alerts_fresh", count=count, all=len(found), edition=edition.id)]
    shown = [(one.title.of(language), fresh.get(one.key)) for one in wanted]
    lines += [f"{title}: {len(ids):,} ({', '.join(ids)})" for title, ids in shown if ids]
    return fresh, lines


def _given(root: Path) -> list[store.ledger.Entry]:
    entries = store.ledger.read(root, "runs").entries
    return [entry for entry in entries if entry.get("what") == products.alerts.WHAT]


def _product(
    root: Path,
    edition: store.Edition,
    declared: Declarations,
    language: Language,
    names: Mapping[str, str] | None = None,
) -> products.Product:
    """Every statement of an edition."""
    rules, districts = products.load(declared.dirs), declared.reference.districts
    found = products.everything.find(edition, rules, declared.agencies, districts, _earlier(root, edition))
    return products.Product(found, rules, language, names or {})


def intelligence(asked: Intelligence) -> int:
    """Exit 0 when the folder is written; 2 when there is something at `to` or nobody is named."""
    declared = asked.declared()
    rules, texts = products.load(declared.dirs), asked.texts(declared.words)
    edition = _opened(asked, "intelligence", declared, names=asked.with_names)
    known = products.products.names(edition) if asked.with_names else {}
    wanted = products.alerts.load(declared.dirs)
    made = _product(asked.store, edition, declared, texts.language, known)
    found = made.found
    about = products.alerts.rows(made, products.alerts.raised(made, wanted, _given(asked.store)))
    counts: dict[str, int] = {kind: count for kind, (count, _) in found.base.items()}
    manifest = _manifest(asked, edition, products.products.KIND, rules.notice.of(texts.language))
    facts: dict[str, Any] = {
        "statements": len(found.statements),
        **counts,
        "hang_on_weak_links": made.weak,
        "weak_below": rules.weak,
        "districts_not_whole": found.not_whole,
        "alerts": len(about),
    }
    files = {**products.products.files(edition, made), "alerts.json": store.disk.canonical_json(about, indent=1)}
    products.folder.write(asked.to, files, manifest | facts)
    weak = details.text("hang_on_weak", count=made.weak, all=len(found.statements), weak=rules.weak)
    lines = [details.text("restricted_written", path=asked.to, edition=edition.id, whom=asked.whom), weak]
    lines += [details.text("districts_not_whole", count=found.not_whole)] if found.not_whole else []
    _say(asked, rules.notice.of(texts.language), [*lines, *made.bases(), *made.grades()], facts)
    return 0


def victims(asked: Victims) -> int:
    """Exit 0 when the folder is written; 2 when there is something at `to`, nobody is named, or the day is none."""
    declared = asked.declared()
    rules, texts = products.load(declared.dirs), asked.texts(declared.words)
    day = _day(asked.on)
    edition = _opened(asked, "victims", declared, names=False)
    found = products.victims.follow_up(edition, rules.victims, day)
    counted = found.follow_up["what"].value_counts().rows()
    kinds = {key: dict(counted).get(key, 0) for key in ("overdue", "due", "silent", "lost")}
    facts: dict[str, Any] = {"on": str(found.on), "victims": found.victims, **kinds, "repeat": found.repeat.height}
    facts |= {"services_unlinked": found.unlinked}
    manifest = _manifest(asked, edition, products.victims.KIND, rules.notice.of(texts.language))
    files = products.victims.files(found, rules.victims, texts.language)
    products.folder.write(asked.to, files, manifest | facts)
    lines = [details.text("restricted_written", path=asked.to, edition=edition.id, whom=asked.whom)]
    lines += [details.text("victims_on", count=found.victims, day=found.on)]
    lines += [f"{rules.victims.what[key].of(texts.language)}: {count:,}" for key, count in kinds.items()]
    lines += [f"{rules.victims.what['repeat'].of(texts.language)}: {found.repeat.height:,}"]
    lines += [details.text("services_lead_to_nobody", count=found.unlinked)] if found.unlinked else []
    _say(asked, rules.notice.of(texts.language), lines, facts)
    return 0


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RecordkitError(details.text("no_day", text=text), details.text("write_day")) from None


def _opened(asked: Restricted, command: str, declared: Declarations, *, names: bool) -> store.Edition:
    """The edition, when the ledger has taken down for whom: without that line nothing is written."""
    if not asked.whom.strip():
        raise RecordkitError(details.text("for_nobody"), details.text("name_somebody"))
    edition = store.understood(store.open_edition(asked.store, asked.edition))
    entry = {"what": "restricted", "command": command, "edition": edition.id, "for": asked.whom, "names": names}
    store.ledger.append(asked.store, "runs", entry)
    storing.overlaid(asked.store, command, declared)
    return edition


def _earlier(root: Path, edition: store.Edition) -> store.Edition | None:
    """The edition before, for what has grown; that one may have been let go, or be damaged, and this one is whole."""
    before = edition.manifest.previous
    try:
        return store.understood(store.open_edition(root, before.id)) if before else None
    except store.StoreError as error:
        out.say(details.text("nothing_compared", what=error.what))
        return None


def _manifest(asked: Restricted, edition: store.Edition, kind: str, notice: str) -> dict[str, Any]:
    return {
        "kind": kind, "notice": notice, "for": asked.whom, "edition": edition.id,
        "manifest_sha256": edition.manifest.sha256,
    }  # fmt: skip


def _say(asked: Restricted, notice: str, lines: list[str], facts: dict[str, Any]) -> None:
    """Counts alone: what the folder holds is in no output of the command."""
    out.say(notice, asked.quiet)
    if asked.form == "text":
        out.tell(lines, asked.output)
    else:
        out.write(out.rows([facts], asked.form), asked.output)
