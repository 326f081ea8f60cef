#!/usr/bin/env python3
"""Print a software bill of materials (CycloneDX 1.6, JSON) of requirements.lock.

    python3 .ci/sbom.py > sbom.cdx.json

Every package is named with its version and the hashes of its files, as the lock pins them. Exit 1 if a
line of the lock is not pinned to a version and to hashes.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PINNED = re.compile(r"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(\[[^]]*\])?==(?P<version>[^\s;]+)(?P<marker>\s*;[^\\]*)?")
HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")


def packages(lock: Path) -> list[tuple[str, str, list[str]]]:
    """Name, version and hashes of every package of a lock; ValueError names the line that is not pinned."""
    found = []
    for line in lock.read_text(encoding="utf-8").replace("\\\n", " ").splitlines():
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        match, hashes = PINNED.match(text), HASH.findall(text)
        if match is None or not hashes:
            raise ValueError(f"{lock.name}: not pinned to a version and hashes: {text[:60]}")
        found.append((match["name"].lower(), match["version"], hashes))
    return found


def bill(lock: Path, version: str) -> dict[str, Any]:
    """The bill as CycloneDX; it holds no clock, so the same lock gives the same bytes."""
    parts = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{name}@{number}",
            "name": name,
            "version": number,
            "purl": f"pkg:pypi/{name}@{number}",
            "hashes": [{"alg": "SHA-256", "content": value} for value in sorted(hashes)],
        }
        for name, number, hashes in sorted(packages(lock))
    ]
    whole = {"type": "application", "bom-ref": "recordkit", "name": "recordkit", "version": version}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": whole},
        "components": parts,
        "dependencies": [{"ref": "recordkit", "dependsOn": [part["bom-ref"] for part in parts]}],
    }


def main() -> int:
    """Print the bill."""
    source = (ROOT / "src" / "recordkit" / "version.py").read_text(encoding="utf-8")
    version = re.search(r'__version__ = "([^"]+)"', source)
    try:
        told = bill(ROOT / "requirements.lock", version.group(1) if version else "")
    except ValueError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    sys.stdout.write(json.dumps(told, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
