"""Eight clients race for the same lanes: no overlap, and what the constraint costs.

Measured: 10,000 attempts (``--quick``: 400) by 8 odoorpc clients against a server with
2 workers to book random hours, on a centre of one lane and one of three; about four
of five attempts come too late. Counted in the database afterwards: pairs of live
bookings of a lane that overlap. Attempts per second by the wall clock.

Baseline: the same attempts by the same clients against the same code on another copy
of the database, from which the EXCLUDE constraint is dropped. Both take turns in
several rounds, so that both meet the same machine.

Bound (issue 3): 0 overlaps; attempts per second at least 0.8 of the baseline.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta

import odoorpc

from scripts.benchmarks.common import bookings, clients, session
from scripts.lib import databases, postgres
from scripts.lib.bench_table import Bound, Result

CLIENTS = 8
WORKERS = 2
ATTEMPTS, QUICK = 10_000, 400
ROUNDS = 10
LANES = (1, 3)
HOURS_PER_LANE = 0.05  # hours of plan for each attempt: about a fifth find room
DROP = "ALTER TABLE factory_booking DROP CONSTRAINT factory_booking_no_overlap"
OVERLAPS = """
    SELECT count(*) FROM factory_booking a
      JOIN factory_booking b ON b.workcenter_id = a.workcenter_id AND b.lane = a.lane
       AND a.id < b.id AND a.block_from < b.block_to AND b.block_from < a.block_to
     WHERE a.exclusive AND b.exclusive
       AND a.state IN ('held', 'confirmed', 'in_use')
       AND b.state IN ('held', 'confirmed', 'in_use')
"""


@dataclass
class Side:
    """One copy of the database with its server and its score."""

    database: str
    centres: list[int]
    partner: int
    clients: list = field(default_factory=list)
    seconds: float = 0.0
    won: int = 0
    refused: int = 0


def measure(template: str, quick: bool) -> Iterator[Result]:
    """Yield the overlaps and the attempts per second."""
    attempts = QUICK if quick else ATTEMPTS
    with ExitStack() as stack:
        kept, dropped = (
            prepare(stack.enter_context(databases.scratch(template, "race")))
            for _index in range(2)
        )
        postgres.sql(DROP, dropped.database)
        for side in (kept, dropped):
            running = stack.enter_context(clients.serving(side.database, WORKERS))
            side.clients = [clients.connect(running) for _index in range(CLIENTS)]
        for index in range(ROUNDS):
            tasks = draw(index, attempts)
            # who begins changes from round to round
            for side in (kept, dropped) if index % 2 else (dropped, kept):
                play(side, tasks)
        yield from judge(kept, dropped)


def prepare(database: str) -> Side:
    """Make the centres and the user of the machines."""
    with session.environment(database) as env:
        centres = [
            bookings.create_centre(env, f"Race {lanes}", lanes=lanes).id
            for lanes in LANES
        ]
        partner = env["res.partner"].create({"name": "Race (contoh)"}).id
        env.cr.commit()
    return Side(database, centres, partner)


def draw(index: int, attempts: int) -> list[tuple[int, str, str]]:
    """Return the tasks of one round: (index of the centre, start, end)."""
    rng = random.Random(index)
    steps = int(2 * HOURS_PER_LANE * attempts)
    weights = LANES  # a centre of three lanes is wanted three times as often
    tasks = []
    for _attempt in range(attempts // ROUNDS):
        start = bookings.MONDAY + timedelta(minutes=30 * rng.randrange(steps))
        end = start + timedelta(hours=1)
        centre = rng.choices(range(len(LANES)), weights)[0]
        tasks.append((centre, start.isoformat(" "), end.isoformat(" ")))
    return tasks


def play(side: Side, tasks: list) -> None:
    """Let the clients of a side work off the tasks and add to its score."""
    shares = [(client, tasks[i::CLIENTS]) for i, client in enumerate(side.clients)]
    begun = time.perf_counter()
    answers = clients.race(shares, lambda client, task: book(side, client, task))
    side.seconds += time.perf_counter() - begun
    side.won += sum(answers)
    side.refused += len(answers) - sum(answers)


def book(side: Side, client: odoorpc.ODOO, task: tuple[int, str, str]) -> bool:
    """Try to book; tell whether it went through.

    :raise odoorpc.error.RPCError: an error that is no refusal
    """
    centre, start, end = task
    vals = {
        "workcenter_id": side.centres[centre],
        "partner_id": side.partner,
        "date_start": start,
        "date_end": end,
    }
    try:
        client.env["factory.booking"].create(vals)
    except odoorpc.error.RPCError as error:
        if "is taken from" not in str(error):
            raise
        return False
    return True


def judge(kept: Side, dropped: Side) -> Iterator[Result]:
    """Yield the results; without overlaps in the baseline there was no race."""
    overlaps, unprotected = (
        int(postgres.sql(OVERLAPS, side.database)[0]) for side in (kept, dropped)
    )
    if not unprotected or not kept.refused:
        raise AssertionError("the clients never met: nothing is shown")
    attempts = kept.won + kept.refused
    yield Result(
        f"overlaps in {attempts} attempts",
        overlaps,
        "pairs",
        unprotected,
        (Bound("measured", "at most", 0, "pairs"),),
        f"{kept.won} won, {kept.refused} refused;"
        f" baseline: without the constraint, {dropped.won} won",
    )
    yield Result(
        "attempts per second",
        attempts / kept.seconds,
        "/s",
        attempts / dropped.seconds,
        (Bound("ratio", "at least", 0.8),),
        f"{CLIENTS} clients, {WORKERS} workers, {ROUNDS} rounds in turns; baseline:"
        " without the constraint",
    )
