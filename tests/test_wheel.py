"""The wheel that people install: it holds every declaration, and works away from the checkout."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel built from the checkout with the locked build backend."""
    out = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(out)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (built,) = out.glob("*.whl")
    return built


def test_the_wheel_holds_every_declaration_and_no_sample_data(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        inside = set(archive.namelist())
    schemas = ROOT / "schemas"
    declared = {f"recordkit/schemas/{p.relative_to(schemas).as_posix()}" for p in schemas.rglob("*") if p.is_file()}
    assert declared <= inside
    assert not [name for name in inside if name.startswith(("sample_data", "tests", "benchmarks"))]


def test_an_installed_wheel_lists_its_agencies_and_validates_a_file(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site)
    register = tmp_path / "2026-10" / "levies.csv"
    register.parent.mkdir()
    register.write_text(
        "District;Levies Station;Area;Case No;Date;Date of Occurrence;Offence;Complainant;Accused;Status\n"
        "Kalat;Levies Thana Kalat;B;12/2026;03.10.2026;02.10.2026;302/34 PPC;Ali;Unknown;UI\n",
        encoding="utf-8",
    )
    # The editable install's own path is put behind the wheel's; what runs must come from the wheel.
    code = (
        f"import sys; sys.path.insert(0, {str(site)!r}); import recordkit;"
        f"assert recordkit.__file__.startswith({str(site)!r});"
        "from recordkit.cli.app import run; sys.exit(run(sys.argv[1:]))"
    )
    listed = _run(code, "agency", "list", "--format", "json", cwd=tmp_path)
    assert {row["agency"] for row in json.loads(listed.stdout)} >= {"punjab", "balochistan_levies", "fia"}
    checked = _run(code, "validate", str(register), "--format", "json", cwd=tmp_path)
    assert checked.returncode in (0, 1), checked.stderr
    assert "1 accepted" in checked.stderr


def _run(code: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-c", code, *arguments]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, timeout=300, check=False)
