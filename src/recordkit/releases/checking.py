"""Holds an older release against its own sums, the ledger, and the records as they are today."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from recordkit import details, store
from recordkit.errors import UnreadableInput
from recordkit.releases import history
from recordkit.releases.declaration import Policy
from recordkit.releases.drafts import MICRODATA
from recordkit.releases.population import CONTRIBUTOR, counted_rows
from recordkit.releases.publishing import MANIFEST
from recordkit.store import disk


@dataclass(frozen=True)
class Checked:
    """What is known of a release today. `withdrawn`: cases that its edition counted and that are counted no more; None
    when that edition is not kept any longer."""

    release: str
    edition: str
    damaged: tuple[str, ...]  # files that are not as they were released, that are missing, or that are not its own
    in_ledger: bool
    withdrawn: int | None
    later: tuple[str, ...]  # releases since

    @property
    def sound(self) -> bool:
        """Is there nothing that its recipients should know?"""
        return self.in_ledger and not self.damaged and not self.withdrawn


def check(root: Path, folder: Path, policy: Policy) -> Checked:
    """Check a released folder. Raises UnreadableInput for a folder that is none, and what the store's ledger raises."""
    manifest = _manifest(folder)
    sums: dict[str, str] = manifest["files"]
    there = {name for name in disk.files_below(folder) if name != MANIFEST}
    damaged = [name for name in sums if name not in there or disk.sha256_file(folder / name) != sums[name]]
    known = history.lines(root)
    line = next((one for one in known if one.sum == manifest["ledger"]["sha256"]), None)
    quoted = {name: value for name, value in manifest.items() if name != "ledger"}
    agrees = line is not None and all(_plain(line.entry.get(name)) == _plain(value) for name, value in quoted.items())
    later = [str(one.entry["release"]) for one in known if line is not None and one.number > line.number]
    withdrawn = _withdrawn(root, manifest, policy) if agrees else None
    strange = sorted(there - set(sums))
    return Checked(
        str(manifest["release"]), str(manifest["edition"]), (*damaged, *strange), agrees, withdrawn, tuple(later)
    )


def _plain(value: Any) -> Any:
    return json.loads(disk.canonical_json(value))


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = disk.read_json(folder / MANIFEST)
        sums, line = manifest["files"], manifest["ledger"]
        texts = (*sums, *sums.values(), line["sha256"], manifest["edition"], manifest["release"])
        if all(isinstance(one, str) for one in texts):
            return manifest
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass
    raise UnreadableInput(details.text("no_release", path=folder), details.text("name_a_release", file=MANIFEST))


def _withdrawn(root: Path, manifest: Mapping[str, Any], policy: Policy) -> int | None:
    """How many cases of a release are not counted any more: those in microdata, those of the edition of tables."""
    now = _counted(root, None, policy)
    if manifest["product"] == MICRODATA:
        release, counted = str(manifest["release"]), now.collect()[CONTRIBUTOR].unique()
        return history.number_of_cases(root, release) - len(history.released_cases(root, counted, release))
    if manifest["edition"] not in store.editions(root):
        return None
    then = _counted(root, str(manifest["edition"]), policy)
    gone = then.join(now, on=CONTRIBUTOR, how="anti")
    return int(gone.select(pl.len()).collect().item())


def _counted(root: Path, edition_id: str | None, policy: Policy) -> pl.LazyFrame:
    edition = store.understood(store.open_edition(root, edition_id))
    return counted_rows(edition, policy, "case", ()).select(pl.col(CONTRIBUTOR).cast(pl.String))
