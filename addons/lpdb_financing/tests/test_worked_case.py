# SPDX-License-Identifier: AGPL-3.0-or-later
from dateutil.relativedelta import relativedelta

from odoo import fields
from odoo.tests import tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestWorkedCase(LpdbCommon):
    """Rp3,000,000,000 at 3 % over 120 months, 12 of them without principal.

    Worked by hand in the notes on LPDB financing (B3, nominal value): equal principal,
    interest 1/12 a month, Rp1 half up, residue in the last principal. Principal of rows
    13 to 119: 3,000,000,000 / 108 = 27,777,777.8; row 120: 27,777,754; interest of rows
    1 to 13: 7,500,000, row 14: 7,430,556, row 120: 69,444; in all 498,750,000.
    """

    AMOUNT = 3_000_000_000

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.loan = cls._create_facility(
            name="Contoh B3",
            agreement_number="B3",
            date_agreement="2026-01-15",
            plafond=cls.AMOUNT,
            annual_rate=3,
            periods=120,
            grace_principal=12,
        )
        cls._draw(cls.loan, "2026-01-15", cls.AMOUNT)

    def test_schedule(self):
        rows = self.loan.instalment_ids.sorted("n")
        self.assertEqual(
            rows.mapped("principal"), [0] * 12 + [27_777_778] * 107 + [27_777_754]
        )
        self.assertEqual(rows.mapped("interest")[:14], [7_500_000] * 13 + [7_430_556])
        self.assertEqual(rows[-1].interest, 69_444)
        self.assertEqual(sum(rows.mapped("interest")), 498_750_000)

    def test_short_and_long_after_row_five(self):
        for number in range(1, 6):
            self._pay(f"2026-{number + 1:02}-15", self.loan)
        # rows 6 to 17 fall due within 12 months: 5 of them have principal
        split = self.loan.split_current("2026-06-15")
        self.assertEqual((split["short"], split["long"]), (138_888_890, 2_861_111_110))

    def test_ten_years_tie_at_every_month_end(self):
        """Every month: pay, accrue, reclassify; sub-ledger and ledger agree."""
        loan, company = self.loan, self.company
        accounts = {
            "long": loan.loan_account_id,
            "short": loan.current_account_id,
            "accrued": loan.accrued_account_id,
        }
        rows = loan.instalment_ids.sorted("n")
        left = self.AMOUNT
        for number, row in enumerate(rows):
            due = fields.Date.to_date("2026-02-15") + relativedelta(months=number)
            self.assertEqual(row.due, due)
            month_end = due + relativedelta(day=31)
            payment = self._pay(due, loan)
            self.assertEqual(
                (payment.principal, payment.interest), (row.principal, row.interest)
            )
            left -= row.principal
            loan.action_accrue(month_end)
            loan.action_reclassify(month_end)
            booked = {
                line["account_id"]: line["ledger"]
                for line in company.action_check_ledger(month_end)
            }
            self.assertTied(month_end)
            short = sum(
                later.principal
                for later in rows[number + 1 :]
                if later.due <= month_end + relativedelta(months=12)
            )
            # interest of the days from the 15th to the month's last day
            next_due = due + relativedelta(months=1)
            days, whole = (month_end - due).days, (next_due - due).days
            year = 100 * 12 * whole
            interest = (2 * int(left) * 3 * days + year) // (2 * year)  # half up
            self.assertEqual(booked[accounts["short"].id], short, month_end)
            self.assertEqual(booked[accounts["long"].id], left - short, month_end)
            self.assertEqual(booked[accounts["accrued"].id], interest, month_end)
        self.assertEqual(left, 0)
        loan.action_close()
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", loan.interest_account_id.id),
                ("company_id", "=", company.id),
                ("parent_state", "=", "posted"),
            ]
        )
        self.assertEqual(sum(lines.mapped("balance")), 498_750_000)
        self.assertTied("2036-02-01")
