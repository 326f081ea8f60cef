"""The page about declarations names every key that a declaration can have, and its example loads."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from pydantic import BaseModel

from recordkit import declarations
from recordkit.agencies import declaration
from recordkit.agencies.declaration import Agency

PAGE = (Path(__file__).parents[2] / "docs" / "reference" / "agency-declarations.md").read_text(encoding="utf-8")
MODELS = [
    model
    for model in vars(declaration).values()
    if isinstance(model, type) and issubclass(model, BaseModel) and model is not declarations.Declared
]


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_every_key_is_on_the_page(model: type[BaseModel]) -> None:
    missing = [key for key in model.model_fields if not re.search(rf"\b{key}\b", PAGE)]
    assert missing in ([], ["formats"])  # [[format]] in the file


def test_the_example_of_the_page_loads() -> None:
    example = re.search(r"```toml\n(.*?)```", PAGE, re.S)
    assert example is not None
    agency = declarations.build(tomllib.loads(example.group(1)), Agency, Path("page"))
    assert agency.formats[0].columns[0].field == "fir_no"
