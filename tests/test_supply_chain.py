"""Locks are pinned by hash; the bill of materials lists what they install; nothing calls home."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).parents[1]
LOCKS = ["requirements.lock", "requirements-dev.lock"]


def _sbom() -> ModuleType:
    spec = importlib.util.spec_from_file_location("sbom", PROJECT / ".ci" / "sbom.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("lock", LOCKS)
def test_every_line_of_a_lock_is_pinned_to_a_version_and_hashes(lock: str) -> None:
    assert len(_sbom().packages(PROJECT / lock)) > 10


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_takes_nothing_from_an_address(lock: str) -> None:
    text = (PROJECT / lock).read_text()
    assert not re.search(r"https?://|git\+|file:|^-e ", text, flags=re.MULTILINE)
    assert "--index-url" not in text


def test_every_dependency_is_locked() -> None:
    declared = tomllib.loads((PROJECT / "pyproject.toml").read_text())["project"]["dependencies"]
    names = {re.split(r"[\[<>=!~; ]", line)[0].lower() for line in declared}
    assert names <= {name for name, _, _ in _sbom().packages(PROJECT / "requirements.lock")}


def test_an_unpinned_line_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "bad.lock"
    for text in ("polars>=2\n", "polars==2.1.0\n", "polars @ https://example.org/x.whl\n"):
        lock.write_text(text)
        with pytest.raises(ValueError, match="not pinned"):
            _sbom().packages(lock)


def test_the_bill_lists_every_package_once_with_its_hashes() -> None:
    told = _sbom().bill(PROJECT / "requirements.lock", "1.0")
    names = [part["name"] for part in told["components"]]
    assert {"polars", "pandera", "pyarrow"} <= set(names)
    assert all(part["hashes"] for part in told["components"])
    assert told == _sbom().bill(PROJECT / "requirements.lock", "1.0")
