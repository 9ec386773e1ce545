"""How long a user waits for an explicit booking, and for the answer "taken".

Measured: ``create`` and ``action_confirm`` of a booking over RPC, one client, on a
centre with 2,000 bookings in the plan; likewise ``create`` of one that is refused,
whose answer names the next free slots. The figure is the time on the processor of the
server's worker and of its PostgreSQL backends, request by request, 95th percentile.
The note gives the wall time of the same requests from Odoo's own request log (time in
SQL plus time elsewhere, the last two figures of a line of ``werkzeug``).

Baseline: ``create`` and ``write`` of a plain record with chatter (``res.partner``) by
the same client, as what any form costs on this machine.

Bound (issue 3): 100 ms.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta

import odoorpc

from scripts.benchmarks.common import bookings, clients, session
from scripts.benchmarks.common.clock import ServerClock, percentile
from scripts.lib import databases
from scripts.lib.bench_table import Bound, Result
from scripts.lib.server import Server

COUNT, QUICK = 400, 60
WARM_UP = 10
PLAN = 2_000
PERCENT = 95
BOUND = Bound("measured", "at most", 100, "ms")
REQUEST = re.compile(
    r'"POST /jsonrpc\S* HTTP/1\.\d" 200 - (\d+) (\d+\.\d+) (\d+\.\d+)$', re.MULTILINE
)


def measure(template: str, quick: bool) -> Iterator[Result]:
    """Yield the 95th percentile of bookings made and of bookings refused."""
    count = QUICK if quick else COUNT
    with databases.scratch(template, "latency") as database:
        centre, partner = prepare(database)
        with clients.serving(database, workers=1) as running:
            stop_watch = Requests(running)
            booking = Booking(clients.connect(running), centre, partner)
            plain, _wall = stop_watch.laps(booking.plain, count)
            for what, call in (
                ("booked and confirmed", booking.make),
                ("refused with an offer", booking.be_refused),
            ):
                cpu, wall = stop_watch.laps(call, count)
                yield Result(
                    f"{what}, p{PERCENT}",
                    percentile(cpu, PERCENT),
                    "ms",
                    percentile(plain, PERCENT),
                    (BOUND,),
                    f"wall time {percentile(wall, PERCENT):.0f} ms; median"
                    f" {percentile(cpu, 50):.0f} ms; baseline: a partner created and"
                    " written",
                )


def prepare(database: str) -> tuple[int, int]:
    """Make a centre with a full plan; return its id and a partner's."""
    with session.environment(database) as env:
        centre = bookings.create_centre(env, "Latency")
        bookings.fill(env, centre, bookings.dense_blocks(PLAN, 50, 10))
        partner = env["res.partner"].create({"name": "Latency (contoh)"})
        env.cr.commit()
        return centre.id, partner.id


class Requests:
    """Takes the server's time of what a client does."""

    def __init__(self, running: Server):
        self._running = running
        self._clock = ServerClock(running.process_id, running.database)

    def laps(self, call: Callable[[int], None], count: int) -> tuple[list, list]:
        """Call several times.

        :return: milliseconds of each call on the processor, and by the request log
        """
        for index in range(WARM_UP):
            call(index)
        self._clock.refresh()
        cpu, wall = [], []
        for index in range(WARM_UP, WARM_UP + count):
            begun, offset = self._clock.now(), self._running.log.stat().st_size
            call(index)
            cpu.append((self._clock.now() - begun) * 1000)
            wall.append(self._logged(offset))
        return cpu, wall

    def _logged(self, offset: int) -> float:
        """Return the milliseconds of the requests logged since an offset.

        :raise AssertionError: the server logged none
        """
        with self._running.log.open("rb") as stream:
            stream.seek(offset)
            lines = REQUEST.findall(stream.read().decode(errors="replace"))
        if not lines:
            raise AssertionError(f"no request logged in {self._running.log}")
        return sum(float(sql) + float(rest) for _count, sql, rest in lines) * 1000


class Booking:
    """What the client asks for."""

    def __init__(self, client: odoorpc.ODOO, centre: int, partner: int):
        self._client = client
        self._vals = {"workcenter_id": centre, "partner_id": partner}

    def make(self, index: int) -> None:
        """Book a free hour behind the plan and confirm."""
        model = self._client.env["factory.booking"]
        start = bookings.MONDAY + timedelta(hours=PLAN + 2 * index)
        model.action_confirm([model.create(self._values(start))])

    def be_refused(self, index: int) -> None:
        """Ask for an hour that is taken.

        :raise AssertionError: the server gave it
        """
        start = bookings.MONDAY + timedelta(hours=index)
        try:
            self._client.env["factory.booking"].create(self._values(start))
        except odoorpc.error.RPCError as error:
            if "is taken from" not in str(error):
                raise
            return
        raise AssertionError(f"{start} was given twice")

    def plain(self, index: int) -> None:
        """Create and write a partner."""
        model = self._client.env["res.partner"]
        model.write([model.create({"name": f"Partner {index}"})], {"ref": str(index)})

    def _values(self, start) -> dict[str, object]:
        end = start + timedelta(hours=1)
        return {
            **self._vals,
            "date_start": start.isoformat(" "),
            "date_end": end.isoformat(" "),
        }
