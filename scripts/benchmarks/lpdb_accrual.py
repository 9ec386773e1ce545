"""Month-end of 1,000 loans: interest owed, in one run and one journal entry.

Measured: ``action_accrue`` on 1,000 loans of a company, each with a draw, a schedule of
60 rows and a paid first instalment, at a month's last day; then ``action_reclassify``.
Each starts with an empty cache, as a client's call does. Time on the processor of Odoo
and its PostgreSQL backend.

Baseline: core alone creating and posting a journal entry with two lines for each loan,
and its mirror.

Bound (issue 6): 10 s, one journal entry for the company and day.
"""

from __future__ import annotations

from collections.abc import Iterator

from scripts.benchmarks.common import clock, members, session
from scripts.lib.bench_table import Bound, Result

LOANS, QUICK = 1_000, 50
DRAWN, PAID, REPORTED = "2025-01-15", "2025-02-15", "2025-02-28"
MOST_SECONDS = 10


def measure(template: str, quick: bool) -> Iterator[Result]:
    """Yield the time of both month-end entries."""
    count = QUICK if quick else LOANS
    with session.scratch_environment(template) as env:
        cooperative = members.create_cooperative(env)
        loans = create_loans(cooperative, count)
        laps = clock.Clock(cooperative.env.cr)
        for what, method in (
            ("interest owed", loans.action_accrue),
            ("current portion", loans.action_reclassify),
        ):
            made = []
            lap = laps.lap(lambda m=method, made=made: run(m, made))
            [entry] = cooperative.env["lpdb.accrual"].browse(made)
            if len(entry.line_ids) != count:
                raise AssertionError(f"{len(entry.line_ids)} of {count} loans booked")
            bare = laps.lap(lambda e=entry: post_like(cooperative, e))
            yield Result(
                f"{what} of {count} loans",
                lap.cpu,
                "s",
                bare.cpu,
                (Bound("measured", "at most", MOST_SECONDS, "s"),),
                f"wall time {lap.wall:.1f} s; baseline: core posts an entry of two"
                " lines a loan and its mirror",
            )


def run(method, made: list[int]) -> None:
    """Book the month-end as a client's call does."""
    env = method.__self__.env
    env.flush_all()
    env.invalidate_all()
    made += method(REPORTED)
    env.flush_all()


def create_loans(cooperative: members.Cooperative, count: int):
    """Return so many loans, each drawn and with its first instalment paid."""
    env = cooperative.env
    lender = env["res.partner"].create({"name": "LPDB (contoh)"})
    loans = env["lpdb.facility"].create(
        [
            {
                "name": f"Pinjaman {number} (contoh)",
                "lender_id": lender.id,
                "agreement_number": f"BENCH/{number}",
                "date_agreement": DRAWN,
                "plafond": 1_000_000_000 + number,
                "annual_rate": 6,
                "periods": 60,
            }
            for number in range(count)
        ]
    )
    loans.action_sign()
    draws = env["lpdb.draw"].create(
        [
            {"facility_id": loan.id, "date": DRAWN, "amount": loan.plafond}
            for loan in loans
        ]
    )
    draws.action_post()
    payments = env["lpdb.payment"].create(
        [{"facility_id": loan.id, "date": PAID} for loan in loans]
    )
    payments.action_post()
    env.flush_all()
    return loans


def post_like(cooperative: members.Cooperative, entry) -> None:
    """Create and post two lines for each loan of a month-end entry, twice."""
    env = cooperative.env
    accounts = env["account.account"].create(
        [
            {
                "name": f"Bench {code}",
                "code": code,
                "account_type": kind,
                "company_ids": cooperative.company.ids,
            }
            for code, kind in (
                (f"9999{entry.id % 1000:03}1", "expense"),
                (f"9999{entry.id % 1000:03}2", "income_other"),
            )
        ]
    )
    journal = env["account.journal"].create(
        {
            "name": "Bench",
            "code": f"B{entry.id % 10_000}",
            "type": "general",
            "company_id": cooperative.company.id,
        }
    )
    for sign in (1, -1):
        moves = env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": REPORTED,
                "line_ids": [
                    (
                        0,
                        0,
                        {
                            "account_id": account.id,
                            "balance": side * sign * line.amount,
                            "name": line.facility_id.name,
                        },
                    )
                    for line in entry.line_ids
                    for account, side in zip(accounts, (1, -1), strict=True)
                ],
            }
        )
        moves.action_post()
    env.flush_all()
