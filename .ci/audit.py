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
PAGES = 50


class NoData(Exception):
    """The database could not be asked, and why."""


def advisories(pins: list[tuple[str, str]], url: str) -> dict[tuple[str, str], list[str]]:
    """(name, version) -> ids of the advisories about it. Raises NoData when the answer is not whole."""
    found: dict[tuple[str, str], list[str]] = {}
    asked = {pin: {"package": {"name": pin[0], "ecosystem": "PyPI"}, "version": pin[1]} for pin in pins}
    for _ in range(PAGES):
        results = _answers(list(asked.values()), url)
        for pin, result in zip(asked, results, strict=True):
            found.setdefault(pin, []).extend(one["id"] for one in result.get("vulns", ()))
        # An answer may come in pages, even with nothing on the first: nothing is known before the last.
        more = {pin: result["next_page_token"] for pin, result in zip(asked, results, strict=True)
                if result.get("next_page_token")}  # fmt: skip
        if not more:
            return {pin: ids for pin, ids in found.items() if ids}
        asked = {pin: {**asked[pin], "page_token": token} for pin, token in more.items()}
    raise NoData(f"{url}: more than {PAGES} pages")


def _answers(queries: list[dict[str, Any]], url: str) -> list[dict[str, Any]]:
    """One answer to each question, in their order."""
    request = urllib.request.Request(  # noqa: S310  the address is ours or the operator's
        url, json.dumps({"queries": queries}).encode(), {"Content-Type": "application/json"}
    )
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
            results: list[dict[str, Any]] = json.load(answer)["results"]
    except (OSError, urllib.error.URLError, ValueError, KeyError, TypeError) as error:
        raise NoData(f"{url}: {getattr(error, 'reason', error)}") from None
    if len(results) != len(queries):
        raise NoData(f"{url}: {len(results)} answers to {len(queries)} questions")
    return [result or {} for result in results]


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
