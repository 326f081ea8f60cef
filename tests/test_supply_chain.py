"""Locks are pinned by hash; the bill of materials lists what they install; nothing calls home."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType

import pytest

PROJECT = Path(__file__).parents[1]
LOCKS = ["requirements.lock", "requirements-dev.lock"]


def _sbom() -> ModuleType:
    return _load("sbom")


def _load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, PROJECT / ".ci" / f"{name}.py")
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


@contextmanager
def _advisories(about: str, short: int = 0, *, pages: bool = False) -> Iterator[str]:
    """A server that knows one advisory, about one package; `short`: it leaves so many questions unanswered."""

    class Answer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
            known = {"vulns": [{"id": "X-1", "modified": "2026-01-02T03:04:05.000006Z"}]}
            found = [known if one["package"]["name"] == about else {} for one in asked]
            if pages:  # nothing on the first page but a token, as the database does when it is slow
                found = [one if asked[at].get("page_token") else {"next_page_token": "t"} for at, one in enumerate(found)]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"results": found[short:]}).encode())

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Answer)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        server.server_close()


def _audit(url: str, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, str(PROJECT / ".ci" / "audit.py"), *options]
    plain = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    return subprocess.run(command, env={**plain, "OSV_URL": url}, check=False, capture_output=True, text=True)


def test_an_advisory_about_a_locked_package_fails_the_audit() -> None:
    with _advisories("polars") as url:
        done = _audit(url)
    assert (done.returncode, "polars" in done.stdout, "X-1" in done.stdout) == (1, True, True)
    with _advisories("something-else") as url:
        assert _audit(url).returncode == 0


def test_an_advisory_on_a_later_page_is_found() -> None:
    with _advisories("polars", pages=True) as url:
        done = _audit(url)
    assert (done.returncode, "X-1" in done.stdout) == (1, True)
    with _advisories("something-else", pages=True) as url:
        assert _audit(url).returncode == 0


def test_what_is_asked_and_answered_is_what_the_database_documents() -> None:
    """Names and versions only go out; the answer is the one that its documentation shows for jinja2 2.4.1."""
    seen: list[dict[str, object]] = []
    ids = ["GHSA-462w-v97r-4m45", "PYSEC-2014-8"]
    shown = {"vulns": [{"id": one, "modified": "2024-11-18T22:45:33.123456Z"} for one in ids]}
    audit = _load("audit")

    def answered(queries: list[dict[str, object]], _url: str) -> list[dict[str, object]]:
        seen.extend(queries)
        return [shown if query["version"] == "2.4.1" else {} for query in queries]

    audit._answers = answered
    assert audit.advisories([("jinja2", "2.4.1"), ("polars", "2.1.0")], "") == {("jinja2", "2.4.1"): ids}
    assert seen[0] == {"package": {"name": "jinja2", "ecosystem": "PyPI"}, "version": "2.4.1"}


def test_an_audit_without_data_says_that_it_was_skipped_and_a_release_stops() -> None:
    with _advisories("polars", short=1) as url:
        done = _audit(url)
    assert (done.returncode, "SKIPPED" in done.stderr) == (0, True)
    gone = _audit(url, "--must")
    assert (gone.returncode, "SKIPPED" in gone.stderr) == (3, True)
