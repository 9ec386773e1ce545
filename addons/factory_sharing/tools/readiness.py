"""Say how ready a site is from its gates.

A building can be finished to 100 % and stand idle for years (Kutai Kartanegara ginger,
2023 to 2025), so progress is one gate among others and readiness is all of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

NEEDS = ("trial", "ready", "operating")
STATES = ("not_ready", "trial", "ready", "operating")


@dataclass(frozen=True)
class Gate:
    """One gate of one site.

    :param key: what the caller knows it by
    :param needed_for: the first state of readiness that this gate is needed for
    :param state: open, passed, failed or not_applicable
    """

    key: int
    needed_for: str
    state: str

    @property
    def is_clear(self) -> bool:
        return self.state in ("passed", "not_applicable")


def readiness(gates: Iterable[Gate]) -> tuple[str, list[int]]:
    """Return the state of readiness and the gates that hold the next state up.

    A site without any gate is not ready: nobody has looked at it.

    >>> readiness([Gate(1, "ready", "passed"), Gate(2, "trial", "open")])
    ('not_ready', [2])
    >>> readiness([Gate(1, "ready", "open"), Gate(2, "trial", "passed")])
    ('trial', [1])
    >>> readiness([])
    ('not_ready', [])

    :return: state, keys of the gates in the order given; a failed or open gate that is
        needed up to readiness holds the site, beyond that the gates of operation do
    """
    gates = list(gates)
    holding = [g for g in gates if not g.is_clear and g.needed_for != "operating"]
    if not gates or any(g.needed_for == "trial" for g in holding):
        return "not_ready", [g.key for g in holding]
    if holding:
        return "trial", [g.key for g in holding]
    later = [g.key for g in gates if not g.is_clear]
    return ("ready", later) if later else ("operating", [])
