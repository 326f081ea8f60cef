"""Which place a new edition takes in the chain of editions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from recordkit import details
from recordkit.store import encryption, layout, ledger, reading, verification
from recordkit.store.errors import StoreDamaged, StoreError
from recordkit.store.manifest import Decisions, Input, Manifest, Previous, code_version, fingerprint
from recordkit.store.reading import Edition


def current_inputs(store: Path) -> list[Input]:
    """The inputs of the current edition; if its manifest is damaged, as the ledger remembers them.

    The edition that the ledger calls current counts as well: when it is lost, `current` names one of before.
    """
    current = reading.current_id(store)
    if current is None:
        return []
    called = ledger.pointed(ledger.read(store, "runs").entries)[:1]
    lost = [published for name in called if not _is_whole(store, name) and (published := _published(store, name))]
    try:
        found = list(reading.open_edition(store, current).manifest.inputs)
    except StoreDamaged:
        published = _published(store, current)
        if published is None:
            raise
        found = [Input(**source) for source in published["inputs"]]
    known = {source.identity() for source in found}
    more = [Input(**source) for published in lost for source in published["inputs"]]
    return found + [source for source in more if source.identity() not in known]


@dataclass(frozen=True)
class Asked:
    """What an edition was made of besides declarations and code."""

    inputs: Sequence[Input]
    decisions: Decisions
    options: Mapping[str, str]


def damaged_but_rebuildable(store: Path, schemas_sha256: str) -> Asked | None:
    """What the current edition was made of, if it is damaged and can be made again by this code; else None.

    A new edition takes its ids from the current one, and only the current one can be made again.
    """
    try:
        current = reading.current_id(store)
    except StoreDamaged:
        return None
    if current is None or verification.is_sound(store, current):
        return None
    try:
        manifest = reading.open_edition(store, current).manifest
    except StoreDamaged:
        return _remembered(store, current)
    same = (manifest.schemas_sha256, manifest.code) == (schemas_sha256, code_version())
    return Asked(manifest.inputs, manifest.decisions, manifest.options) if same else None


def _remembered(store: Path, edition_id: str) -> Asked | None:
    """What the ledger says of an edition whose manifest is damaged; whether it is so, its id tells when it is made."""
    published = _published(store, edition_id)
    if published is None:
        return None
    decisions = Decisions(**published["decisions"]) if "decisions" in published else ledger.decisions(store)[1]
    return Asked([Input(**source) for source in published["inputs"]], decisions, published.get("options", {}))


def _is_whole(store: Path, edition_id: str) -> bool:
    try:
        return bool(reading.open_edition(store, edition_id))
    except StoreError:
        return False


def _published(store: Path, edition_id: str | None) -> dict[str, Any] | None:
    """The ledger's line about the publication of an edition."""
    book = ledger.read(store, "runs").entries
    entries = [entry for entry in book if entry["what"] == "published" and entry["edition"] == edition_id]
    return entries[-1] if entries else None


def root(period: str) -> dict[str, Any]:
    """The place of a first edition."""
    return {
        "period": period,
        "revision": 1,
        "sequence": 1,
        "revisions": {period: 1},
        "previous": None,
    }


def placed(places: layout.Layout, draft: Manifest) -> Manifest:
    """The draft after the current edition; or in the very place of the current one if it rebuilds it.

    A compile of the same inputs is asked for only if the current edition is damaged. It then gives the
    same bytes and the same id, and the damaged folder is replaced.
    """
    current = reading.current_id(places.root)
    if current is None:
        return draft
    try:
        last = reading.open_edition(places.root, current).manifest
    except StoreDamaged as error:
        return _rebuilt_blind(places, draft, current, error.what)
    if last.fingerprint() == draft.fingerprint():
        place = {name: getattr(last, name) for name in ("period", "revision", "sequence", "revisions", "previous")}
        return _published_with(_keys_of(last), draft).model_copy(update=place)
    return _after(last, draft)


def _keys_of(manifest: Manifest) -> dict[str, str | None]:
    """The key of every table; of the quarantine under no name."""
    tables = {name: table.key for name, table in manifest.tables.items()}
    return {**tables, "": manifest.quarantine.key if manifest.quarantine else None}


def _published_with(ids: Mapping[str, str | None], draft: Manifest) -> Manifest:
    """The draft of an edition that is made again, with the keys that it was first published with.

    So a change of keys gives it no other id; what its files are encrypted with now stands in sealed.json. A draft in
    plain never takes the place of an encrypted edition.
    """
    if not any(draft.made_with):
        return draft
    tables = {name: table.model_copy(update={"key": ids.get(name)}) for name, table in draft.tables.items()}
    quarantine = draft.quarantine.model_copy(update={"key": ids.get("")}) if draft.quarantine else None
    return draft.model_copy(update={"tables": tables, "quarantine": quarantine})


def followed(
    store: Path, inputs: list[Input], schemas_sha256: str, decisions: Decisions, options: dict[str, str]
) -> Edition | None:
    """The edition that one of these inputs would follow: the current one, or what that follows if it is made again.

    None when there is none, or it is no longer kept, or it cannot be read.
    """
    current = None
    try:
        current = reading.current_id(store)
        last = reading.open_edition(store, current) if current else None
        wanted = fingerprint(inputs, schemas_sha256, decisions, options, code_version())
        if last is None or last.manifest.fingerprint() != wanted:
            return last
        before = last.manifest.previous.id if last.manifest.previous else None
    except StoreDamaged:  # made again, it follows what it followed
        published = _published(store, current)
        before = published["follows"] if published else None
    try:
        return reading.open_edition(store, before) if before and before in reading.editions(store) else None
    except StoreDamaged:
        return None


def _after(last: Manifest, draft: Manifest) -> Manifest:
    revisions = {**last.revisions, draft.period: last.revisions.get(draft.period, 0) + 1}
    return draft.model_copy(
        update={
            "revision": revisions[draft.period],
            "sequence": last.sequence + 1,
            "revisions": revisions,
            "previous": Previous(id=last.edition_id, manifest_sha256=last.sha256),
        }
    )


def _rebuilt_blind(places: layout.Layout, draft: Manifest, current: str, why: str) -> Manifest:
    """The current manifest is damaged: the ledger says what it followed, and the id whether this is it."""
    published = _published(places.root, current)
    if published is not None:
        before = published["follows"]
        last = reading.open_edition(places.root, before).manifest if before else None
        for key in (None, *(one.id for one in encryption.find_keys(encryption.STORE))):
            ids = {name: key if now else None for name, now in _keys_of(draft).items()}
            again = _published_with(ids, draft)
            rebuilt = _after(last, again) if last else again
            if rebuilt.sha256 == published["manifest_sha256"]:
                return rebuilt
    raise StoreDamaged(
        details.text("current_manifest_damaged", edition=current, why=why),
        details.text("restore_manifest"),
    )
