# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestSettlement(LpdbCommon):
    """Early settlement of loans whose rows do not ask what a day costs.

    Rp12,000,000 on 15 January 2026 at 12 %: 120,000 a month on the whole of it.
    """

    def _loan(self, **values):
        values = {"name": "Pinjaman lunas dini", "periods": 6, **values}
        facility = self._create_facility(
            agreement_number=f"LUNAS/{values['name']}",
            date_agreement="2026-01-15",
            plafond=12_000_000,
            annual_rate=12,
            **values,
        )
        self._draw(facility, "2026-01-15", 12_000_000)
        return facility

    def _settle(self, facility, day, policy):
        made = facility.action_settle(day, policy, self.bank.id)
        return self.env["lpdb.payment"].browse(made)

    def _check_closed(self, facility, payment, principal, interest):
        self.assertEqual((payment.principal, payment.interest), (principal, interest))
        self.assertEqual(payment.amount, principal + interest)
        self.assertRecordValues(
            facility, [{"state": "closed", "outstanding": 0, "is_settled_early": True}]
        )
        rows = facility.instalment_ids.sorted("n")
        self.assertEqual(set(rows.filtered("payment").mapped("state")), {"paid"})
        self.assertEqual(rows[-1].balance, 0)
        self.assertEqual(rows.mapped("n"), list(range(1, len(rows) + 1)))
        self.assertTied("2026-02-15", "2026-02-28", "2026-12-31")

    def test_flat_to_the_day(self):
        # row 1 paid; flat interest runs on 12,000,000 whatever is repaid: 13 of 28 days
        facility = self._loan(method="flat")
        self._pay("2026-02-15", facility)
        payment = self._settle(facility, "2026-02-28", "till_date")
        self._check_closed(facility, payment, 10_000_000, 55_714)

    def test_flat_to_the_due_date(self):
        facility = self._loan(method="flat")
        self._pay("2026-02-15", facility)
        payment = self._settle(facility, "2026-02-28", "till_due")
        self._check_closed(facility, payment, 10_000_000, 120_000)

    def test_flat_on_a_due_date(self):
        for policy in ("till_date", "till_due"):
            facility = self._loan(method="flat", name=policy)
            payment = self._settle(facility, "2026-02-15", policy)
            self._check_closed(facility, payment, 12_000_000, 120_000)

    def test_put_off_interest_to_the_day(self):
        # a month and 13 of 28 days of 120,000, none of which is asked yet
        facility = self._loan(
            grace_principal=3, grace_interest=3, grace_interest_mode="defer"
        )
        payment = self._settle(facility, "2026-02-28", "till_date")
        self._check_closed(facility, payment, 12_000_000, 120_000 + 55_714)

    def test_put_off_interest_to_the_due_date(self):
        facility = self._loan(
            grace_principal=3, grace_interest=3, grace_interest_mode="defer"
        )
        payment = self._settle(facility, "2026-02-28", "till_due")
        self._check_closed(facility, payment, 12_000_000, 240_000)

    def test_put_off_interest_with_month_end_in_the_books(self):
        facility = self._loan(
            grace_principal=3, grace_interest=3, grace_interest_mode="defer"
        )
        facility.action_accrue("2026-01-31")
        facility.action_accrue("2026-02-15")
        payment = self._settle(facility, "2026-02-28", "till_date")
        self._check_closed(facility, payment, 12_000_000, 175_714)
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", facility.interest_account_id.id),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company.id),
            ]
        )
        self.assertEqual(sum(lines.mapped("balance")), 175_714)

    def test_flat_put_off(self):
        facility = self._loan(
            method="flat", grace_interest=2, grace_interest_mode="defer"
        )
        payment = self._settle(facility, "2026-02-28", "till_due")
        self._check_closed(facility, payment, 12_000_000, 240_000)

    def test_waived_interest_is_not_asked(self):
        facility = self._loan(
            grace_principal=3, grace_interest=3, grace_interest_mode="waive"
        )
        payment = self._settle(facility, "2026-02-28", "till_due")
        self._check_closed(facility, payment, 12_000_000, 0)

    def test_interest_that_becomes_principal(self):
        # 120,000 were added on 15 February; 13 of 28 days of 121,200: 56,271
        facility = self._loan(
            grace_principal=3, grace_interest=3, grace_interest_mode="capitalise"
        )
        payment = self._settle(facility, "2026-02-28", "till_date")
        self._check_closed(facility, payment, 12_120_000, 56_271)

    def test_interest_that_becomes_principal_to_the_due_date(self):
        facility = self._loan(
            grace_principal=3, grace_interest=3, grace_interest_mode="capitalise"
        )
        payment = self._settle(facility, "2026-02-28", "till_due")
        self._check_closed(facility, payment, 12_120_000, 121_200)

    def test_lenders_schedule_is_settled_and_comes_back(self):
        facility = self._loan()
        self._pay("2026-02-15", facility)
        letter = self.env["lpdb.schedule"].create(
            {
                "facility_id": facility.id,
                "kind": "imported",
                "source": "Surat 12",
                "line_ids": [
                    Command.create(
                        {
                            "n": row.n,
                            "due": row.due,
                            "principal": row.principal,
                            # the lender rounds up from row 3 on
                            "interest": row.interest + (500 if row.n > 2 else 0),
                        }
                    )
                    for row in facility.instalment_ids
                ],
            }
        )
        letter.action_activate()
        before = [
            (line.n, line.due, line.principal, line.interest, line.difference)
            for line in letter.line_ids.sorted("n")
        ]
        payment = self._settle(facility, "2026-03-20", "till_due")
        # row 2 asks 100,000 and is overdue; row 3 asks 80,500
        self._check_closed(facility, payment, 10_000_000, 180_500)
        payment.action_reverse("2026-03-21", "bounced")
        self.assertEqual(facility.state, "active")
        self.assertEqual(facility.schedule_id.kind, "imported")
        after = [
            (line.n, line.due, line.principal, line.interest, line.difference)
            for line in facility.instalment_ids.sorted("n")
        ]
        self.assertEqual(after, before)
        self.assertEqual(
            facility.instalment_ids.sorted("n").mapped("state")[:2], ["paid", "open"]
        )
        # and again, on the next due date
        payment = self._settle(facility, "2026-04-15", "till_date")
        self.assertEqual(payment.interest, 100_000 + 80_500)
        self.assertEqual(facility.state, "closed")

    def test_row_paid_ahead_stays(self):
        # row 1 was paid before it was due, so nothing of January and February is owed
        facility = self._loan()
        self._pay("2026-01-20", facility)
        payment = self._settle(facility, "2026-02-15", "till_date")
        self._check_closed(facility, payment, 10_000_000, 0)

    def test_taken_back_while_interest_is_put_off(self):
        facility = self._loan(
            grace_principal=3, grace_interest=3, grace_interest_mode="defer"
        )
        rows = facility.instalment_ids.sorted("n")
        before = [(row.n, row.principal, row.interest) for row in rows]
        payment = self._settle(facility, "2026-02-28", "till_date")
        payment.action_reverse("2026-03-02", "bounced")
        rows = facility.instalment_ids.sorted("n")
        self.assertEqual([(r.n, r.principal, r.interest) for r in rows], before)
        self.assertEqual(facility.outstanding, 12_000_000)
        self.assertTied("2026-02-28", "2026-03-01", "2026-03-02")

    def test_sharia_is_settled_by_the_lenders_letter(self):
        facility = self._loan(scheme="murabahah")
        facility.schedule_ids.create(
            {
                "facility_id": facility.id,
                "line_ids": [
                    Command.create(
                        {
                            "n": 1,
                            "due": "2026-02-15",
                            "principal": 12_000_000,
                            "interest": 100_000,
                        }
                    )
                ],
            }
        ).action_activate()
        with self.assertRaisesRegex(UserError, "schedule that the lender sends"):
            self._settle(facility, "2026-01-20", "till_date")
