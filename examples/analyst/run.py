"""Runs notebook.py (cells in percent format) and writes it with its outputs as notebook.ipynb.

From a folder that holds `store` and `inbox`: python examples/analyst/run.py
"""

from __future__ import annotations

import ast
import json
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent


def cells(text: str) -> list[tuple[str, str]]:
    """(markdown or code, source) of every cell of a percent-format text."""
    found = []
    for part in ("\n" + text).split("\n# %%")[1:]:
        head, _, body = part.partition("\n")
        source = body.strip("\n")
        if "[markdown]" in head:
            source = "\n".join(line.removeprefix("#").removeprefix(" ") for line in source.splitlines())
        found.append(("markdown" if "[markdown]" in head else "code", source))
    return found


def shown(value: Any) -> dict[str, Any]:
    """What a notebook shows of a value: MIME type -> content."""
    if hasattr(value, "_repr_mimebundle_"):
        return dict(value._repr_mimebundle_())
    page = value._repr_html_() if hasattr(value, "_repr_html_") else None
    return {"text/plain": repr(value), **({"text/html": page} if page else {})}


def run(source: str, names: dict[str, Any]) -> dict[str, Any] | None:
    """Run one cell; what its last line gives, if that is an expression."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    exec(compile(tree, "cell", "exec"), names)
    if last is None:
        return None
    value = eval(compile(ast.Expression(last.value), "cell", "eval"), names)
    return None if value is None else shown(value)


def executed(text: str) -> dict[str, Any]:
    """The notebook (nbformat 4.5) with the outputs of its cells."""
    names: dict[str, Any] = {"__name__": "__main__"}
    made = []
    for at, (kind, source) in enumerate(cells(text)):
        cell: dict[str, Any] = {
            "cell_type": kind, "id": f"cell-{at}", "metadata": {}, "source": source.splitlines(keepends=True),
        }  # fmt: skip
        if kind == "code":
            data = run(source, names)
            output = {"output_type": "execute_result", "execution_count": at, "data": data, "metadata": {}}
            cell |= {"execution_count": at, "outputs": [output] if data else []}
        made.append(cell)
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return {
        "cells": made, "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4, "nbformat_minor": 5,
    }  # fmt: skip


if __name__ == "__main__":
    notebook = executed((HERE / "notebook.py").read_text(encoding="utf-8"))
    (HERE / "notebook.ipynb").write_text(json.dumps(notebook, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    sys.stdout.write(f"{HERE / 'notebook.ipynb'}: {len(notebook['cells'])} cells\n")
