"""What people read of a release: the codebook, README.md, LICENSE.txt, and CITATION.cff for those who cite it."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import jinja2

from recordkit.releases.package.dataset import Dataset
from recordkit.words import Both

HERE = Path(__file__).parent
CFF = "1.2.0"  # of the Citation File Format


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return environment.get_template("codebook.html.j2")


def codebook(dataset: Dataset) -> bytes:
    """The codebook as one page that needs nothing from elsewhere, in English and Urdu."""
    return _template().render(data=dataset, words=dataset.words).encode()


def readme(dataset: Dataset) -> bytes:
    """What it is, what it cannot say, how it was made, which files there are."""
    words = dataset.words
    lines = [f"# {dataset.title.en}", "", dataset.product.about.en, ""]
    lines += [f"{dataset.edition}, {dataset.months[0]} – {dataset.months[1]}. {dataset.publisher.name.en}", ""]
    for name, texts in (("limits", dataset.product.limits), ("method", dataset.product.method)):
        lines += [f"## {words[name].en}", "", *(f"- {one.en}" for one in texts), ""]
    lines += [f"## {words['files'].en}", ""]
    lines += [f"- `{table.name}.csv`: {table.title.en} ({table.rows:,})" for table in dataset.tables]
    lines += ["", f"## {words['licence'].en}", "", dataset.licence.title.en, ""]
    lines += [f"## {words['cite'].en}", "", dataset.citation, ""]
    return "\n".join(lines).encode()


def licence(dataset: Dataset) -> bytes:
    """The licence in both languages."""
    texts: list[Both] = [dataset.licence.title, *dataset.licence.text]
    parts = ["\n\n".join(one.en for one in texts), "\n\n".join(one.ur for one in texts if one.ur)]
    return ("\n\n".join(part for part in parts if part) + "\n").encode()


def citation(dataset: Dataset) -> bytes:
    """CITATION.cff: YAML, of which every text is a string as JSON has it."""
    values = {
        "cff-version": CFF, "type": "dataset", "message": dataset.citation, "title": dataset.title.en,
        "version": dataset.edition, "date-released": dataset.published, "abstract": dataset.product.about.en,
    }  # fmt: skip
    lines = [f"{name}: {_quoted(value)}" for name, value in values.items()]
    lines += ["authors:", f"  - name: {_quoted(dataset.publisher.name.en)}"]
    lines += [f"    {name}: {_quoted(value)}" for name, value in _reach(dataset).items()]
    lines += ["identifiers:", "  - type: other", f"    value: {_quoted(dataset.id)}"]
    if dataset.licence.id:
        lines.append(f"license: {_quoted(dataset.licence.id)}")
    if dataset.licence.url:
        lines.append(f"license-url: {_quoted(dataset.licence.url)}")
    lines += ["keywords:", *(f"  - {_quoted(word)}" for word in dataset.product.keywords)]
    return ("\n".join(lines) + "\n").encode()


def _reach(dataset: Dataset) -> dict[str, str]:
    known = {"website": dataset.publisher.url, "email": dataset.publisher.email}
    return {name: value for name, value in known.items() if value}


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
