"""The notebook of `examples/` and the recipes of the how-to pages run against a store, as an analyst would run them."""

from __future__ import annotations

import importlib.util
import json
import re
import runpy
from pathlib import Path
from typing import Any

import pytest

import recordkit as rk

ROOT = Path(__file__).resolve().parents[1]
ANALYST = ROOT / "examples" / "analyst"
INBOX = ROOT / "sample_data" / "inbox" / "2026-07"
RECIPES = ROOT / "docs" / "how-to" / "analyse-elsewhere.md"
BLOCKS = re.findall(r"```python\n(.*?)```", RECIPES.read_text(encoding="utf-8"), re.DOTALL)
RUNNER = runpy.run_path(str(ANALYST / "run.py"))
TEXT = (ANALYST / "notebook.py").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with an inbox of two files and the store that was made of it."""
    home = tmp_path_factory.mktemp("analyst")
    (home / "inbox" / "2026-07").mkdir(parents=True)
    for name in ("ict_fir_export_202607.tsv", "CRMS_Persons_202607.csv"):
        (home / "inbox" / "2026-07" / name).write_bytes((INBOX / name).read_bytes())
    rk.compile(home / "inbox", to=home / "store")
    return home


@pytest.fixture
def here(place: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(place)
    return place


def test_the_notebook_runs_from_a_store_to_a_chart(here: Path) -> None:
    made = RUNNER["executed"](TEXT)
    shown: list[Any] = [output["data"] for cell in made["cells"] for output in cell.get("outputs", [])]
    (chart,) = [data["application/vnd.vegalite.v5+json"] for data in shown if "application/vnd.vegalite.v5+json" in data]
    assert {"period", "head", "cases"} == set(chart["data"]["values"][0])
    assert any(data["text/plain"].startswith("(True,") for data in shown)  # the traced rows make the figure


def test_the_notebook_that_is_shown_is_the_one_that_runs_and_shows_nobody() -> None:
    kept = json.loads((ANALYST / "notebook.ipynb").read_text(encoding="utf-8"))
    assert [(cell["cell_type"], "".join(cell["source"])) for cell in kept["cells"]] == RUNNER["cells"](TEXT)
    text = json.dumps(kept, ensure_ascii=False)
    assert not re.search(r"\d{5}-\d{7}-\d", text)
    assert all(cell["outputs"] for cell in kept["cells"] if cell["cell_type"] == "code")


@pytest.mark.skipif(importlib.util.find_spec("nbclient") is None, reason="needs nbclient")
def test_jupyter_runs_the_notebook(here: Path) -> None:
    import nbclient
    import nbformat

    nbclient.NotebookClient(nbformat.read(ANALYST / "notebook.ipynb", as_version=4), timeout=300).execute()


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_every_recipe_in_python_runs(here: Path, block: str) -> None:
    for library in re.findall(r"^import (pandas|duckdb)", block, re.MULTILINE):
        pytest.importorskip(library)
    exec(compile(block, "recipe", "exec"), {})
