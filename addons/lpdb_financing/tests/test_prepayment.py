# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestPrepayment(LpdbCommon):
    """Principal paid early, by each strategy, and early settlement by each policy.

    The published loan: Rp5,000,000 drawn on 24 March 2014 at 22 %, 12 instalments of
    Rp416,667 principal due on the 24th.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.draw = cls._draw()
        cls._pay("2014-04-24")

    def _prepay(self, day, amount, strategy):
        made = self.facility.action_prepay(day, amount, strategy, self.bank.id)
        return self.env["lpdb.payment"].browse(made)

    def _settle(self, day, policy):
        made = self.facility.action_settle(day, policy, self.bank.id)
        return self.env["lpdb.payment"].browse(made)

    def _rows(self):
        return self.facility.instalment_ids.sorted("n")

    def test_smaller_instalments(self):
        # row 2 is paid with it; 5,000,000 - 2 x 416,667 - 1,000,000 = 3,166,666 over
        # 10 rows; 3,166,666 x 22 % / 12 = 58,055.5
        payment = self._prepay("2014-05-24", 1_000_000, "reduce_instalment")
        self.assertEqual(payment.amount, 416_667 + 84_028 + 1_000_000)
        self.assertEqual(payment.prepaid, 1_000_000)
        rows = self._rows()
        self.assertEqual(len(rows), 12)
        self.assertEqual(rows[1].principal, 1_416_667)
        self.assertEqual(rows[1].state, "paid")
        self.assertEqual(rows[2].principal, 316_667)
        self.assertEqual(rows[2].interest, 58_056)
        self.assertEqual(self.facility.outstanding, 3_166_666)
        self.assertTied("2014-05-23", "2014-05-24")

    def test_fewer_instalments(self):
        # 3,166,666 = 7 x 416,667 + 249,997: rows 3 to 10
        self._prepay("2014-05-24", 1_000_000, "reduce_term")
        rows = self._rows()
        self.assertEqual(
            rows.mapped("principal"),
            [416_667, 1_416_667, *[416_667] * 7, 249_997],
        )

    def test_next_instalments(self):
        # 1,000,000 stands in for rows 3 and 4 and 166,666 of row 5
        self._prepay("2014-05-24", 1_000_000, "next_instalments")
        self.assertEqual(
            self._rows().mapped("principal")[:6],
            [416_667, 1_416_667, 0, 0, 250_001, 416_667],
        )

    def test_inside_a_period(self):
        # 16 of 30 days on 4,583,333 and 14 on 3,583,333: 44,815 + 30,657
        payment = self._prepay("2014-05-10", 1_000_000, "reduce_instalment")
        self.assertEqual(payment.amount, 1_000_000)
        row = self._rows()[1]
        self.assertEqual(row.interest, 75_472)
        self.assertEqual((row.state, row.paid_principal), ("partial", 1_000_000))
        self.assertEqual(self.facility.outstanding, 3_583_333)
        # the rest of the row falls due as always
        self._pay("2014-05-24")
        self.assertEqual(self._rows()[1].state, "paid")
        self.assertTied("2014-05-10", "2014-05-24")

    def test_twice_in_a_period(self):
        self._prepay("2014-05-10", 1_000_000, "reduce_term")
        self._prepay("2014-05-14", 500_000, "reduce_term")
        row = self._rows()[1]
        self.assertEqual(row.paid_principal, 1_500_000)
        # 44,815; 4 days on 3,583,333: 8,759.3; 10 days on 3,083,333: 18,842.6
        self.assertEqual(row.interest, 44_815 + 8_759 + 18_843)

    def test_versions_keep_what_was_posted(self):
        first = self.facility.schedule_id
        before = [
            (line.n, line.principal, line.interest, line.state)
            for line in first.line_ids.sorted("n")
        ]
        self._prepay("2014-05-24", 1_000_000, "reduce_instalment")
        self.assertEqual(first.state, "superseded")
        after = [(line.n, line.principal, line.interest) for line in first.line_ids]
        self.assertEqual(after, [row[:3] for row in before])
        self.assertEqual(self._rows()[0].origin_id, first.line_ids.sorted("n")[0])

    def test_reversal_brings_the_schedule_back(self):
        payment = self._prepay("2014-05-24", 1_000_000, "reduce_instalment")
        payment.action_reverse("2014-05-24", "wrong loan")
        self.assertEqual(self._rows().mapped("principal"), self.PRINCIPAL)
        self.assertEqual(self._rows().mapped("interest"), self.INTEREST)
        self.assertEqual(self.facility.outstanding, 4_583_333)

    def test_reversal_under_a_later_payment_is_refused(self):
        payment = self._prepay("2014-05-24", 1_000_000, "reduce_instalment")
        self._pay("2014-06-24")
        with self.assertRaisesRegex(UserError, "is paid and would change"):
            payment.action_reverse("2014-06-25", "wrong loan")

    def test_more_than_is_owed_is_refused(self):
        with self.assertRaisesRegex(UserError, "outstanding"):
            self._prepay("2014-05-10", 5_000_000, "reduce_term")
        self.assertEqual(self.facility.outstanding, 4_583_333)

    def test_bad_input(self):
        with self.assertRaisesRegex(UserError, "what an early repayment makes"):
            self._prepay("2014-05-10", 1_000_000, None)
        with self.assertRaisesRegex(UserError, "what an early repayment makes"):
            self._prepay("2014-05-10", 1_000_000, "halve")
        with self.assertRaisesRegex(UserError, "above zero"):
            self._prepay("2014-05-10", 0, "reduce_term")
        with self.assertRaisesRegex(UserError, "unknown"):
            self._settle("2014-05-10", "tomorrow")

    def test_over_payment_says_what_it_makes_smaller(self):
        payment = self._pay(
            "2014-05-24",
            amount=416_667 + 84_028 + 10,
            prepayment_strategy="reduce_instalment",
        )
        self.assertEqual(payment.prepaid, 10)

    def test_settled_with_interest_to_the_day(self):
        # 16 of 30 days on 4,583,333: 44,814.8
        payment = self._settle("2014-05-10", "till_date")
        self.assertEqual((payment.principal, payment.interest), (4_583_333, 44_815))
        self.assertRecordValues(
            self.facility,
            [{"state": "closed", "outstanding": 0, "is_settled_early": True}],
        )
        self.assertEqual(str(self.facility.date_closed), "2014-05-10")
        self.assertTied("2014-05-09", "2014-05-10")

    def test_settled_with_interest_to_the_due_date(self):
        payment = self._settle("2014-05-10", "till_due")
        # the published interest of row 2
        self.assertEqual((payment.principal, payment.interest), (4_583_333, 84_028))
        self.assertEqual(self.facility.state, "closed")

    def test_settled_on_a_due_date(self):
        payment = self._settle("2014-05-24", "till_due")
        self.assertEqual(payment.interest, 84_028)
        self.assertEqual(payment.amount, 4_583_333 + 84_028)

    def test_settlement_with_overdue_rows(self):
        # rows 2 and 3 fell due; 10 of 30 days from 24 June on 4,583,333: 28,009.3
        payment = self._settle("2014-07-04", "till_date")
        self.assertEqual(payment.principal, 4_583_333)
        self.assertEqual(payment.interest, 84_028 + 76_389 + 28_009)

    def test_form_proposes_what_settling_costs(self):
        action = self.facility.action_open_settlement()
        form = Form(self.env["lpdb.payment"].with_context(**action["context"]))
        form.date = fields.Date.to_date("2014-05-10")
        self.assertEqual(form.amount, 4_583_333 + 44_815)
        form.save().action_post()
        self.assertEqual(self.facility.state, "closed")

    def test_settlement_with_another_amount_is_refused(self):
        with self.assertRaisesRegex(UserError, "settling the loan on that day costs"):
            self._pay("2014-05-10", amount=5_000_000, settlement_policy="till_date")

    def test_settlement_taken_back(self):
        payment = self._settle("2014-05-10", "till_date")
        payment.action_reverse("2014-05-12", "bounced")
        self.assertRecordValues(
            self.facility,
            [
                {
                    "state": "active",
                    "outstanding": 4_583_333,
                    "is_settled_early": False,
                    "date_closed": False,
                }
            ],
        )
        self.assertEqual(self._rows().mapped("principal"), self.PRINCIPAL)

    def test_lenders_schedule_is_not_computed_over(self):
        self.env["lpdb.schedule"].create(
            {
                "facility_id": self.facility.id,
                "kind": "imported",
                "line_ids": [
                    Command.create(
                        {
                            "n": line.n,
                            "due": line.due,
                            "principal": line.principal,
                            "interest": line.interest,
                        }
                    )
                    for line in self._rows()
                ],
            }
        ).action_activate()
        with self.assertRaisesRegex(UserError, "follows the lender's schedule"):
            self._prepay("2014-05-10", 1_000_000, "reduce_term")
