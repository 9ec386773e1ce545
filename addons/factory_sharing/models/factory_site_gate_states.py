# SPDX-License-Identifier: AGPL-3.0-or-later
"""The states of a gate, for the gate of a site, its history and its wizard."""

STATES = [
    ("open", "Open"),
    ("passed", "Passed"),
    ("failed", "Failed"),
    ("not_applicable", "Not applicable"),
]
CLEAR = ("passed", "not_applicable")
