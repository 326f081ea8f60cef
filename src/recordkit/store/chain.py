"""Which place a new edition takes in the chain of editions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from recordkit.store import layout, ledger, reading
from recordkit.store.errors import StoreDamaged
from recordkit.store.manifest import Decisions, Input, Manifest, Previous, code_version, fingerprint
from recordkit.store.reading import Edition


def standing_inputs(store: Path) -> list[Input]:
    """The inputs of the current edition; if its manifest is damaged, as the ledger remembers them."""
    try:
        current = reading.current_id(store)
        return list(reading.open_edition(store, current).manifest.inputs) if current else []
    except StoreDamaged:
        book = ledger.read(store, "runs").entries
        told = [entry for entry in book if entry["what"] == "published"]
        if not told:
            raise
        return [Input(**source) for source in told[-1]["inputs"]]


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
    except StoreDamaged:
        return _rebuilt_blind(places, draft, current)
    if last.fingerprint() == draft.fingerprint():
        return draft.model_copy(
            update={name: getattr(last, name) for name in ("period", "revision", "sequence", "revisions", "previous")}
        )
    return _after(last, draft)


def followed(
    store: Path, inputs: list[Input], schemas_sha256: str, decisions: Decisions, options: dict[str, str]
) -> Edition | None:
    """The edition that one of these inputs would follow: the current one, or what that follows if it is made again.

    None when there is none, or it is no longer kept, or it cannot be read.
    """
    try:
        current = reading.current_id(store)
        last = reading.open_edition(store, current) if current else None
        wanted = fingerprint(inputs, schemas_sha256, decisions, options, code_version())
        if last is None or last.manifest.fingerprint() != wanted:
            return last
        before = last.manifest.previous.id if last.manifest.previous else None
    except StoreDamaged:  # made again, it follows what it followed
        told = [entry for entry in ledger.read(store, "runs").entries if entry["what"] == "published"]
        before = told[-1]["follows"] if told else None
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


def _rebuilt_blind(places: layout.Layout, draft: Manifest, current: str) -> Manifest:
    """The current manifest is damaged: the ledger says what it followed, and the id whether this is it."""
    for entry in reversed(ledger.read(places.root, "runs").entries):
        if entry["what"] == "published" and entry["edition"] == current:
            before = entry["follows"]
            last = reading.open_edition(places.root, before).manifest if before else None
            rebuilt = _after(last, draft) if last else draft
            if rebuilt.sha256 == entry["manifest_sha256"]:
                return rebuilt
            break
    raise StoreDamaged(
        f"The manifest of the current edition {current} is damaged, and these inputs do not rebuild it.",
        "Restore it from a copy, or roll back to the edition before and compile again.",
    )
