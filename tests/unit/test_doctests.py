"""The examples in the docstrings of the pure tools hold."""

import doctest
import importlib
from pathlib import Path

import pytest

ADDONS = Path(__file__).resolve().parents[2] / "addons"
TOOLS = sorted(
    f"{path.parts[-3]}.tools.{path.stem}"
    for path in ADDONS.glob("*/tools/*.py")
    if path.stem != "__init__"
)


@pytest.mark.parametrize("name", TOOLS)
def test_examples_hold(name):
    result = doctest.testmod(importlib.import_module(name), raise_on_error=False)
    assert result.failed == 0
