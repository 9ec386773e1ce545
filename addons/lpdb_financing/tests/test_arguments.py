# SPDX-License-Identifier: AGPL-3.0-or-later
from xmlrpc.client import dumps

from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import LpdbCommon

#: what a script may send for a day, an amount or a journal by mistake
NO_DAYS = ("kapan", "31-01-2014", "2014-02-30", 7)
NO_AMOUNTS = (0, -1, "banyak", float("nan"), float("inf"), 100.4, "1e99x")
NO_JOURNALS = ("x", 999_999_999, True)


@tagged("post_install", "-at_install")
class TestArguments(LpdbCommon):
    """A wrong argument is named, whatever it is, and nothing is written."""

    def _refused(self, word, method, *arguments):
        with self.assertRaises(UserError) as caught:
            method(*arguments)
        self.assertIn(str(word), str(caught.exception))

    def test_days_that_are_none(self):
        self.facility.action_sign()
        for day in NO_DAYS:
            self._refused(day, self.facility.action_draw, day, 1000)
        self.assertFalse(self.facility.draw_ids)
        self._draw()
        loan, models = self.facility, self.env
        payment = self._pay("2014-04-24")
        calls = [
            (loan.payoff_amount, "till_date"),
            (loan.split_current,),
            (loan.action_accrue,),
            (loan.action_reclassify,),
            (loan.action_prepay, 1000, "reduce_term"),
            (loan.action_settle, "till_date"),
            (loan.action_restructure, {"periods": 6}),
            (loan.collectability_at,),
            (loan.guarantee_cover,),
            (loan.schedule_chart,),
            (loan.report_pack, "2014-12-31"),
            (loan.report_pack, None),
            (models["lpdb.facility"].ageing_at,),
            (models["lpdb.facility"].cash_need,),
            (payment.action_reverse, "salah"),
        ]
        for day in NO_DAYS:
            for method, *rest in calls:
                self._refused(day, method, day, *rest)
        self.assertEqual(len(loan.payment_ids), 1)
        self.assertFalse(loan.accrual_line_ids)
        self.assertFalse(loan.restructuring_ids)

    def test_payoff_before_the_books(self):
        self._draw()
        self._refused("2014-03-24", self.facility.payoff_amount, "2014-03-23")
        self.assertEqual(self.facility.payoff_amount("2014-03-24"), 5_000_000)
        loan = self._create_facility(name="Alih", opening_date="2014-05-31")
        self._draw(loan)
        self._refused("2014-05-31", loan.payoff_amount, "2014-05-30")

    def test_day_of_signing(self):
        self._refused("kapan", self.facility.action_sign, "kapan")
        self.assertEqual(self.facility.state, "draft")

    def test_amounts_that_are_none(self):
        self.facility.action_sign()
        for amount in NO_AMOUNTS:
            self._refused(amount, self.facility.action_draw, "2014-03-24", amount)
        self.assertFalse(self.facility.draw_ids)
        self._draw()
        for amount in (*NO_AMOUNTS, None):
            self._refused(
                amount,
                self.facility.action_prepay,
                "2014-04-01",
                amount,
                "reduce_term",
            )
        self.assertFalse(self.facility.payment_ids)

    def test_amount_as_text(self):
        self.facility.action_sign()
        self.facility.action_draw("2014-03-24", "5000000", self.bank.id)
        self.assertEqual(self.facility.outstanding, 5_000_000)

    def test_journals_that_are_none(self):
        self.facility.action_sign()
        general = self.facility._loan_journal()
        for journal in (*NO_JOURNALS, general.id):
            self._refused(
                journal, self.facility.action_draw, "2014-03-24", 1000, journal
            )
        self.assertFalse(self.facility.draw_ids)

    def test_months_that_are_none(self):
        for months in ("x", "12", 1.5, -2, 0):
            self._refused(
                months, self.env["lpdb.facility"].cash_need, "2014-05-31", months
            )

    def test_new_terms_that_are_none(self):
        self._draw()
        for values in (
            {"periods": "x"},
            {"periods": 6, "method": "foo"},
            {"periods": 6, "arrears_mode": "foo"},
            {"periods": 6, "date_first_due": "x"},
            ["periods"],
        ):
            self._refused(
                self.facility.name,
                self.facility.action_restructure,
                "2014-04-01",
                values,
            )
        self.assertFalse(self.facility.restructuring_ids)

    def test_results_carry_no_none(self):
        """XML-RPC has no null, so what is not known is false or an empty text."""
        self._draw()
        loan, loans = self.facility, self.env["lpdb.facility"]
        day = "2014-05-31"
        for result in (
            loan.split_current(day),
            loan.payoff_detail(day),
            loan.collectability_at(day),
            loan.guarantee_cover(day),
            loan.test_covenants(day),
            loan.schedule_chart(day),
            loan.report_pack("2014-05-01", day),
            loans.ageing_at(day),
            loans.cash_need(day),
        ):
            # dumps() refuses None
            self.assertTrue(dumps((result,), methodresponse=True))

    def test_amounts_that_the_ledger_would_round(self):
        """One check for each amount, by creating and by writing."""
        draw = self._draw()
        payment = self._pay("2014-04-24").copy({"date": "2014-05-24"})
        waiting = draw.copy({"date": "2014-05-24", "amount": 1})
        loan = {"facility_id": self.facility.id}
        # the rupiah of the cooperative is counted in Rp1
        self.assertEqual(self.facility.currency_id.rounding, 1)
        for record, name, label in (
            (payment, "amount", "Amount"),
            (payment, "penalty_due", "Penalty asked"),
            (payment, "bank_fee", "Bank Fee"),
            (waiting, "amount", "Amount"),
            (waiting, "fee_amount", "Fees withheld"),
        ):
            for value in (1000.55, "1000.6", float("nan"), "banyak"):
                vals = {"amount": 2000, **loan, name: value}
                message = f"“{label}” {value} "
                self._refused(message, record.create, [vals])
                self._refused(message, record.write, {name: value})
        self._refused(
            "1000.55", payment.with_context(default_amount=1000.55).create, [loan]
        )
        payment.write({"amount": 1000.0000000001})
