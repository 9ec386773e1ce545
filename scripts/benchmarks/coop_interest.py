"""A month's interest and tax of 100,000 savings accounts, computed and posted.

Measured: ``action_run_interest`` for a month on the voluntary savings of all members,
daily balance, and ``action_post`` of its batch, each a transaction of its own as a
client's calls are. A fifth of the members save enough for tax to be withheld. Time on
the processor of Odoo and its PostgreSQL backend, median of two months; the most memory
that the process had at once while it ran.

Baseline: bare SQL inserts of the very rows that came of it, entries of interest and tax
and withholding slips, each table by one ``INSERT ... SELECT`` out of a temporary table,
with indexes and constraints.

Bound (issue 4): at most 3 times the inserts, below 600 MB.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterator

from scripts.benchmarks.common import clock, copies, members, session
from scripts.lib.bench_table import Bound, Result

MEMBERS, QUICK = 100_000, 5_000
MONTHS = (("2025-03-01", "2025-03-31"), ("2025-04-01", "2025-04-30"))
RATE = 6.0  # percent a year
RICH = 60_000_000  # bears 300,000 a month at 6 %, more than what is free of tax
TABLES = {
    "coop_saving_entry": "batch_id = %(batch)s",
    "coop_saving_tax_slip": "period = %(first)s AND company_id = %(company)s",
}


def measure(template: str, quick: bool) -> Iterator[Result]:
    """Yield the time of a month over that of the inserts, and the memory."""
    count = QUICK if quick else MEMBERS
    with session.scratch_environment(template) as env:
        cooperative = members.create_cooperative(env)
        members.fill(cooperative, count)
        members.fill_entries(cooperative, "voluntary", 1)
        run = Run(cooperative, count)
        laps, bare, memory = [], [], []
        for first, last in MONTHS:
            clock.forget_peak_memory()
            laps.append(run.month(first, last))
            memory.append(clock.peak_memory_mb())
            bare.append(run.bare(first))
        yield Result(
            f"interest of {count} accounts",
            statistics.median(lap.cpu for lap in laps),
            "s",
            statistics.median(lap.cpu for lap in bare),
            (Bound("ratio", "at most", 3),),
            f"wall time {statistics.median(lap.wall for lap in laps):.1f} against"
            f" {statistics.median(lap.wall for lap in bare):.1f} s;"
            " baseline: bare inserts of the same entries and slips",
        )
        yield Result(
            "memory",
            max(memory),
            "MB",
            bounds=(Bound("measured", "at most", 600, "MB"),),
        )


class Run:
    """The interest of a cooperative, month by month."""

    def __init__(self, cooperative: members.Cooperative, count: int):
        self.env = cooperative.env
        self.company = cooperative.company
        self.count = count
        self.clock = clock.Clock(self.env.cr)
        self.saving = cooperative.types["voluntary"]
        self.saving.interest_basis = "daily"
        self.saving.rate_ids = [
            (0, 0, {"date_from": "2025-01-01", "interest_rate": RATE})
        ]
        self.env.flush_all()
        for table, column in (
            ("coop_saving_entry", "amount"),
            ("coop_saving_account", "balance"),
        ):
            self.env.cr.execute(
                f"UPDATE {table} SET {column} = %s"
                " WHERE type_id = %s AND mod(member_id, 5) = 0",
                (RICH, self.saving.id),
            )
        self.env.cr.commit()
        self.batch = None

    def month(self, first: str, last: str) -> clock.Lap:
        """Compute and post the interest of a month."""
        self.env.flush_all()
        self.env.invalidate_all()
        lap = self.clock.lap(lambda: self._run(last))
        taxed = self.batch.entry_ids.search_count(
            [("batch_id", "=", self.batch.id), ("kind", "=", "tax")]
        )
        if self.batch.state != "posted" or not taxed:
            raise AssertionError(f"{first}: {self.batch.state}, {taxed} taxed")
        return lap

    def _run(self, day: str) -> None:
        batches = self.env["coop.saving.batch"]
        self.batch = batches.browse(batches.action_run_interest(day))
        self.env.cr.commit()
        self.batch.action_post()
        self.env.cr.commit()

    def bare(self, first: str) -> clock.Lap:
        """Insert the rows of the month once more, under other ids, and take it back."""
        cr = self.env.cr
        cr.execute("SAVEPOINT bare")
        values = {
            "batch": self.batch.id,
            "first": first,
            "company": self.company.id,
        }
        for table, condition in TABLES.items():
            columns = copies.columns_of(cr, table)
            # other ids and lines of the passbook, and for slips other months and
            # numbers, each of them once
            other = {
                "id": "id + 100000000",
                "period": "period + 10000",
                "name": "'+' || name",
                "line_no": "line_no + 100000000",
            }
            selected = ", ".join(f'{other.get(n, n)} AS "{n}"' for n in columns)
            cr.execute(
                f"CREATE TEMPORARY TABLE bench_{table} AS"
                f" SELECT {selected} FROM {table} WHERE {condition}",
                values,
            )

        def insert():
            for table in TABLES:
                cr.execute(f"INSERT INTO {table} SELECT * FROM bench_{table}")

        lap = self.clock.lap(insert)
        cr.execute("ROLLBACK TO SAVEPOINT bare")
        return lap
