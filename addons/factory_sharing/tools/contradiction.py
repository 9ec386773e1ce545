"""Tell whether two statements about a site cannot both hold.

A village head says that the house cannot run while the dinas says that it runs at
small scale, both on 12 August 2025 (Kutai Kartanegara). Nobody decides here who is
right: both stand, and the reader sees that they do not fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

# states that cannot hold at the same time, whichever way round
RUNS = frozenset(("trial", "operating"))
RESTS = frozenset(("planned", "building", "idle"))


@dataclass(frozen=True)
class Claim:
    """What one source said on one day.

    :param day: local day of the statement
    :param state: planned, building, finished, trial, operating, idle or other
    :param source: who said it
    :param figure_kind: what the figure counts, None for no figure
    :param figure: figure and what it is out of
    :param claimed_date: day that the statement names for what is to come
    """

    day: date
    state: str
    source: object = None
    figure_kind: str | None = None
    figure: tuple[float, float] | None = None
    claimed_date: date | None = None


def contradicts(one: Claim, other: Claim, days: int = 7) -> bool:
    """Tell whether two claims do not fit together.

    On one day every difference counts: of state, of the day that is promised, and of a
    figure of the same kind unless one source corrects itself. Up to ``days`` apart only
    different sources contradict each other, and only by saying that the house runs and
    that it does not.

    >>> head = Claim(date(2025, 8, 12), "idle", "village head")
    >>> office = Claim(date(2025, 8, 12), "operating", "dinas")
    >>> contradicts(head, office)
    True
    >>> province = Claim(date(2024, 7, 1), "operating", "province")
    >>> contradicts(province, Claim(date(2024, 7, 2), "idle", "cooperative"))
    True
    >>> contradicts(province, Claim(date(2024, 7, 2), "idle", "province"))
    False
    >>> contradicts(province, Claim(date(2024, 9, 2), "idle", "cooperative"))
    False

    :param days: how many days apart two sources still speak of the same time
    """
    apart = abs((one.day - other.day).days)
    if not apart:
        return _differs_on_one_day(one, other)
    if apart > days or one.source == other.source:
        return False
    return (one.state in RUNS and other.state in RESTS) or (
        one.state in RESTS and other.state in RUNS
    )


def _differs_on_one_day(one: Claim, other: Claim) -> bool:
    states = {one.state, other.state} - {"other"}
    same_kind = (
        one.source != other.source
        and one.figure_kind
        and one.figure_kind == other.figure_kind
    )
    both_dated = one.claimed_date and other.claimed_date
    return bool(
        len(states) > 1
        or (same_kind and one.figure != other.figure)
        or (both_dated and one.claimed_date != other.claimed_date)
    )
