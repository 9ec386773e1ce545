# SPDX-License-Identifier: AGPL-3.0-or-later
"""Readiness of a site from its gates."""

import doctest
import importlib.util
import sys
from pathlib import Path

import pytest

TOOL = Path(__file__).parents[2] / "addons/factory_sharing/tools/readiness.py"
SPEC = importlib.util.spec_from_file_location("factory_sharing_readiness", TOOL)
tool = sys.modules[SPEC.name] = importlib.util.module_from_spec(SPEC)
SPEC.loader.exec_module(tool)


def test_doctests():
    assert doctest.testmod(tool).failed == 0


@pytest.mark.parametrize(
    ("trial", "ready", "operating", "expected"),
    [
        ("open", "passed", "open", ("not_ready", [1])),
        ("failed", "open", "open", ("not_ready", [1, 2])),
        ("passed", "failed", "open", ("trial", [2])),
        ("passed", "passed", "open", ("ready", [3])),
        ("not_applicable", "passed", "open", ("ready", [3])),
        ("passed", "passed", "passed", ("operating", [])),
        # A first invoice does not make a site ready whose licence is missing.
        ("passed", "open", "passed", ("trial", [2])),
    ],
)
def test_state_and_what_holds_it(trial, ready, operating, expected):
    gates = [tool.Gate(1, "trial", trial), tool.Gate(2, "ready", ready)]
    assert tool.readiness([*gates, tool.Gate(3, "operating", operating)]) == expected
