"""Time on the processor, of this process, of a server and of PostgreSQL backends.

Linux counts for each thread the nanoseconds it ran (``/proc/*/schedstat``). Their sum
over Odoo's processes and the backends of its database is the server's time as an idle
machine would show it: other work on the processors makes it wait, not run. Waiting for
disk or for a lock does not count, so notes give the wall time beside it.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from scripts.lib import postgres

PROC = Path("/proc")


@dataclass(frozen=True)
class Lap:
    """Seconds that something took: on the processor and by the clock on the wall."""

    cpu: float
    wall: float


def cpu_seconds(process_ids: Iterable[int]) -> float:
    """Return the seconds that all threads of the processes have run so far."""
    total = 0
    for process_id in process_ids:
        for path in (PROC / str(process_id) / "task").glob("*/schedstat"):
            try:
                total += int(path.read_text().split()[0])
            except OSError:
                continue  # the thread has just ended
    return total / 1e9


def backends(database: str) -> list[int]:
    """Return the process ids of the backends of a database."""
    query = (
        "SELECT pid FROM pg_stat_activity "
        f"WHERE datname = '{database}' AND backend_type = 'client backend'"
    )
    return [int(line) for line in postgres.sql(query)]


def descendants(process_id: int) -> list[int]:
    """Return a process and all below it, such as a server and its workers."""
    found = [process_id]
    for parent in found:
        for path in (PROC / str(parent) / "task").glob("*/children"):
            found += [int(child) for child in path.read_text().split()]
    return found


class Clock:
    """Takes laps of this process and of one database cursor's backend."""

    def __init__(self, cr):
        self._backend = cr.connection.info.backend_pid if cr else 0
        if cr and not (PROC / str(self._backend) / "schedstat").exists():
            raise RuntimeError(
                "PostgreSQL does not run on this machine: its time cannot be counted"
            )

    def _now(self) -> Lap:
        backend = cpu_seconds([self._backend]) if self._backend else 0.0
        return Lap(time.process_time() + backend, time.perf_counter())

    def lap(self, function: Callable[[], object]) -> Lap:
        """Call the function once and return how long it took."""
        begun = self._now()
        function()
        ended = self._now()
        return Lap(ended.cpu - begun.cpu, ended.wall - begun.wall)

    def laps(self, count: int, function: Callable[[], object]) -> list[Lap]:
        """Call the function once to warm up, then so many times."""
        function()
        return [self.lap(function) for _index in range(count)]


class ServerClock:
    """Takes laps of a server's processes and of all backends of its database."""

    def __init__(self, process_id: int, database: str):
        self._process_id = process_id
        self._database = database
        self.refresh()

    def refresh(self) -> None:
        """Look which processes there are now; workers and backends come and go."""
        self._ids = [*descendants(self._process_id), *backends(self._database)]

    def now(self) -> float:
        """Return the seconds that the processes have run so far."""
        return cpu_seconds(self._ids)

    def lap(self, function: Callable[[], object]) -> Lap:
        """Call the function once and return what server and this client took."""
        self.refresh()
        client, server, wall = time.process_time(), self.now(), time.perf_counter()
        function()
        seconds = self.now() - server + time.process_time() - client
        return Lap(seconds, time.perf_counter() - wall)


def median_ms(laps: Sequence[Lap], what: str = "cpu") -> float:
    """Return the median of laps in milliseconds."""
    return statistics.median(getattr(lap, what) for lap in laps) * 1000


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that so many percent of the values do not exceed.

    >>> percentile([5, 1, 4, 2, 3], 95), percentile(range(1, 101), 95)
    (5, 95)
    """
    ordered = sorted(values)
    rank = max(-(-len(ordered) * percent // 100), 1)
    return ordered[int(rank) - 1]


def forget_peak_memory() -> None:
    """Begin to count the most memory anew."""
    (PROC / "self" / "clear_refs").write_text("5")


def peak_memory_mb() -> float:
    """Return the most memory this process has had at once, in MB of 10^6 bytes."""
    text = (PROC / "self" / "status").read_text()
    line = next(line for line in text.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024 / 1e6
