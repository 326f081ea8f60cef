#!/usr/bin/env python3
"""Ask a public database for advisories about every package of the lock files.

    python3 .ci/audit.py           1: there are some; 0: there are none, or the data cannot be had, which is said
    python3 .ci/audit.py --must    3 when the data cannot be had: for a release

Only names and versions are sent. OSV_URL names another server that speaks the OSV query format.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))
from sbom import ROOT, packages

LOCKS = ("requirements.lock", "requirements-dev.lock")
URL = "https://api.osv.dev/v1/querybatch"
SECONDS = 20


class NoData(Exception):
    """The database could not be asked, and why."""


def advisories(pins: list[tuple[str, str]], url: str) -> dict[tuple[str, str], list[str]]:
    """(name, version) -> ids of the advisories about it. Raises NoData when the answer is not whole."""
    asked = [{"package": {"name": name, "ecosystem": "PyPI"}, "version": version} for name, version in pins]
    request = urllib.request.Request(  # noqa: S310  the address is ours or the operator's
        url, json.dumps({"queries": asked}).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            results: list[dict[str, Any]] = json.load(answer)["results"]
    except (OSError, urllib.error.URLError, ValueError, KeyError, TypeError) as error:
        raise NoData(f"{url}: {getattr(error, 'reason', error)}") from None
    if len(results) != len(pins):
        raise NoData(f"{url}: {len(results)} answers to {len(pins)} questions")
    told = {pin: [one["id"] for one in result.get("vulns", ())] for pin, result in zip(pins, results, strict=True)}
    return {pin: ids for pin, ids in told.items() if ids}


def main() -> int:
    """Print what was found, or why nothing could be."""
    pins = sorted({(name, version) for lock in LOCKS for name, version, _ in packages(ROOT / lock)})
    try:
        found = advisories(pins, os.environ.get("OSV_URL", URL))
    except NoData as why:
        sys.stderr.write(f"advisories: SKIPPED, the data cannot be had ({why})\n")
        return 3 if "--must" in sys.argv else 0
    for (name, version), ids in found.items():
        sys.stdout.write(f"{name} {version}: {', '.join(ids)}\n")
    sys.stderr.write(f"advisories: {len(pins)} packages asked about, {len(found)} with advisories\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
