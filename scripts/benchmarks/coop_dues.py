"""A month's dues of 100,000 members: created, and collected by a payroll list.

Measured: ``action_create_dues`` for a month, then a batch of dues: ``action_prepare``
with a list of member number, type and amount for everybody, and ``action_post``, each a
transaction of its own as a client's calls are. Time on the processor of Odoo and its
PostgreSQL backend, median of three months; the most memory that the process had at once
while it ran.

Baseline: bare SQL inserts of the very rows that came of it, 100,000 dues and 100,000
savings entries, each table by one ``INSERT ... SELECT`` out of a temporary table, with
indexes and constraints.

Bound (issue 4): at most 3 times the inserts, below 600 MB.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from scripts.benchmarks.common import clock, copies, members, session
from scripts.lib.bench_table import Bound, Result

MEMBERS, QUICK = 100_000, 5_000
MONTHS = ("2025-02", "2025-03", "2025-04")
LAST_DAY = 28


def measure(template: str, quick: bool) -> Iterator[Result]:
    """Yield the time of a month over that of the inserts, and the memory."""
    count = QUICK if quick else MEMBERS
    with session.scratch_environment(template) as env:
        cooperative = members.create_cooperative(env)
        members.fill(cooperative, count)
        run = Run(cooperative)
        laps, bare, memory = [], [], []
        for month in MONTHS:
            clock.forget_peak_memory()
            lap = run.month(month)
            memory.append(clock.peak_memory_mb())
            laps.append(lap)
            bare.append(run.bare(month))
        yield Result(
            f"dues of {count} members",
            statistics.median(lap.cpu for lap in laps),
            "s",
            statistics.median(lap.cpu for lap in bare),
            (Bound("ratio", "at most", 3),),
            f"wall time {statistics.median(lap.wall for lap in laps):.1f} against"
            f" {statistics.median(lap.wall for lap in bare):.1f} s;"
            " baseline: bare inserts of the same dues and entries",
        )
        yield Result(
            "memory",
            max(memory),
            "MB",
            bounds=(Bound("measured", "at most", 600, "MB"),),
        )


class Run:
    """The dues of a cooperative, month by month."""

    def __init__(self, cooperative: members.Cooperative):
        self.env = cooperative.env
        self.saving = cooperative.types["mandatory"]
        self.clearing = cooperative.company._coop_ensure_account(
            "bench_clearing", "21999999", "Payroll", "Potongan", "liability_current"
        )
        self.clock = clock.Clock(self.env.cr)
        numbers = self.env["coop.member"].search([]).mapped("number")
        self.rows = [
            {"number": number, "type": self.saving.code, "amount": members.MANDATORY}
            for number in numbers
        ]
        self.env.cr.commit()

    def month(self, month: str) -> clock.Lap:
        """Create and collect the dues of a month."""
        self.env.flush_all()
        self.env.invalidate_all()
        lap = self.clock.lap(lambda: self._collect(month))
        found = self.env["coop.saving.due"].search_count(
            [("period", "=", f"{month}-01"), ("state", "=", "paid")]
        )
        if found != len(self.rows):
            raise AssertionError(f"{month}: {found} dues are paid")
        return lap

    def _collect(self, month: str) -> None:
        cr = self.env.cr
        self.saving.action_create_dues(f"{month}-01")
        cr.commit()
        batch = self.env["coop.saving.batch"].create(
            {
                "name": f"Potong gaji {month}",
                "kind": "dues",
                "date": f"{month}-{LAST_DAY}",
                "counterpart_account_id": self.clearing.id,
            }
        )
        batch.action_prepare(self.rows)
        cr.commit()
        batch.action_post()
        cr.commit()

    def bare(self, month: str) -> clock.Lap:
        """Insert the rows of the month once more, under other ids, and take it back."""
        cr = self.env.cr
        cr.execute("SAVEPOINT bare")
        dues, entries = (
            copies.columns_of(cr, table)
            for table in ("coop_saving_due", "coop_saving_entry")
        )
        cr.execute(
            "CREATE TEMPORARY TABLE bench_due AS SELECT {} FROM coop_saving_due"
            " WHERE period = %s AND type_id = %s".format(
                _select(dues, id="id + 100000000", period="period + 10000")
            ),
            (f"{month}-01", self.saving.id),
        )
        cr.execute(
            "CREATE TEMPORARY TABLE bench_entry AS SELECT {} FROM coop_saving_entry"
            " WHERE date = %s AND batch_id IS NOT NULL".format(
                _select(
                    entries,
                    id="id + 100000000",
                    due_id="due_id + 100000000",
                    line_no="line_no + 100000000",
                )
            ),
            (f"{month}-{LAST_DAY}",),
        )

        def insert():
            cr.execute("INSERT INTO coop_saving_due SELECT * FROM bench_due")
            cr.execute("INSERT INTO coop_saving_entry SELECT * FROM bench_entry")
            if cr.rowcount != len(self.rows):
                raise AssertionError(f"{cr.rowcount} entries inserted")

        lap = self.clock.lap(insert)
        cr.execute("ROLLBACK TO SAVEPOINT bare")
        return lap


def _select(columns: list[str], **different: str) -> str:
    return ", ".join(
        f'{different[name]} AS "{name}"' if name in different else f'"{name}"'
        for name in columns
    )
