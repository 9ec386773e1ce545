# SPDX-License-Identifier: AGPL-3.0-or-later
from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import mute_logger

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestPayment(LpdbCommon):
    """Allocation, entries, partial and late payments, reversal."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.draw = cls._draw()

    def _row(self, n):
        return self.facility.instalment_ids.sorted("n")[n - 1]

    def test_instalment_is_proposed_and_paid(self):
        payment = self._pay("2014-04-24")
        # published first row: 416,667 + 91,667
        self.assertRecordValues(
            payment,
            [
                {
                    "state": "posted",
                    "amount": 508_334,
                    "principal": 416_667,
                    "interest": 91_667,
                    "penalty": 0,
                }
            ],
        )
        money = self.company._coop_money_account(self.bank, False)
        self.assertEqual(
            self._lines(payment.move_id),
            {
                self.facility.loan_account_id: 416_667,
                self.facility.interest_account_id: 91_667,
                money: -508_334,
            },
        )
        self.assertRecordValues(
            self._row(1), [{"state": "paid", "rest": 0, "paid_principal": 416_667}]
        )
        self.assertEqual(str(self._row(1).date_paid), "2014-04-24")
        self.assertEqual(self.facility.outstanding, 4_583_333)

    def test_form_proposes_the_next_instalment(self):
        form = Form(
            self.env["lpdb.payment"].with_context(default_facility_id=self.facility.id)
        )
        form.date = fields.Date.to_date("2014-04-24")
        self.assertEqual(form.amount, 508_334)

    def test_partial_payment_settles_interest_first(self):
        payment = self._pay("2014-04-24", amount=100_000)
        self.assertEqual((payment.interest, payment.principal), (91_667, 8_333))
        self.assertRecordValues(
            self._row(1), [{"state": "partial", "rest": 408_334, "date_paid": False}]
        )
        self._pay("2014-04-24")
        self.assertEqual(self._row(1).state, "paid")

    def test_allocation_order_of_the_agreement(self):
        self.facility.allocation_order = "principal,interest,penalty"
        payment = self._pay("2014-04-24", amount=100_000)
        self.assertEqual((payment.interest, payment.principal), (0, 100_000))

    def test_penalty_of_the_agreement(self):
        # 508,334 open for 11 days (due date is day 1) at 36.5 %: 508,334 x 1.1 %
        self.facility.penalty_rate = 36.5
        payment = self._pay("2014-05-04")
        self.assertEqual(payment.penalty_due, 5_592)
        self.assertEqual((payment.penalty, payment.amount), (5_592, 513_926))
        lines = self._lines(payment.move_id)
        self.assertEqual(lines[self.facility.penalty_account_id], 5_592)
        self.assertEqual(self._row(1).paid_penalty, 5_592)
        self.assertEqual(self._row(1).rest, 0)

    def test_penalty_is_not_asked_twice_for_a_day(self):
        # 11 days on 508,334 make 5,592; 108,334 is paid then, 10 days on the rest
        self.facility.penalty_rate = 36.5
        self._pay("2014-05-04", amount=113_926)
        # 400,000 x 10 x 0.1 % = 4,000
        self.assertEqual(self._pay("2014-05-14").penalty_due, 4_000)

    def test_several_overdue_instalments_the_oldest_first(self):
        # 508,334 + 500,695 are due on 24 May
        payment = self._pay("2014-05-24")
        self.assertEqual(payment.amount, 1_009_029)
        self.assertEqual(self._row(1).state, "paid")
        self.assertEqual(self._row(2).state, "paid")

    def test_more_than_due_is_refused(self):
        with self.assertRaisesRegex(UserError, "more than what falls due"):
            self._pay("2014-04-24", amount=508_335)
        self.assertFalse(self.facility.payment_ids.filtered("move_id"))

    def test_two_accounts_make_two_transfers(self):
        banks = self.env["res.partner.bank"].create(
            [
                {"acc_number": number, "partner_id": self.lender.id}
                for number in ("POKOK-1", "BUNGA-2")
            ]
        )
        self.facility.principal_bank_id, self.facility.interest_bank_id = banks
        payment = self._pay("2014-04-24", bank_fee=2_500)
        money = self.company._coop_money_account(self.bank, False)
        transfers = payment.move_id.line_ids.filtered(
            lambda line: line.account_id == money
        )
        self.assertEqual(
            sorted(transfers.mapped("balance")), [-416_667, -91_667, -2_500]
        )
        self.assertIn("POKOK-1", transfers[0].name)
        self.assertEqual(
            self._lines(payment.move_id)[self.facility.bank_fee_account_id], 2_500
        )

    def test_reversal_opens_the_instalment_again(self):
        payment = self._pay("2014-04-24")
        payment.action_reverse("2014-04-30", "bounced")
        self.assertRecordValues(self._row(1), [{"state": "open", "rest": 508_334}])
        self.assertEqual(self.facility.outstanding, 5_000_000)
        self.assertTied("2014-04-23", "2014-04-24", "2014-04-29", "2014-04-30")
        # as of a day before the reversal the instalment was paid
        self.assertEqual(
            self.facility.split_current("2014-04-29")["outstanding"], 4_583_333
        )
        self._pay("2014-05-02")
        self.assertEqual(self._row(1).state, "paid")

    def test_posted_payment_is_immutable(self):
        payment = self._pay("2014-04-24")
        for field, value in (("amount", 1), ("date", "2014-04-25"), ("state", "draft")):
            with self.assertRaises(UserError):
                payment[field] = value
        with self.assertRaises(UserError):
            payment.unlink()
        with self.assertRaises(UserError):
            payment.line_ids.write({"amount": 1})
        with self.assertRaises(UserError):
            payment.line_ids.unlink()
        with self.assertRaises(UserError):
            payment.action_post()

    def test_allocation_cannot_be_brought_along(self):
        values = {
            "facility_id": self.facility.id,
            "date": "2014-04-24",
            "amount": 1,
            "line_ids": [
                Command.create(
                    {
                        "instalment_id": self._row(12).id,
                        "kind": "principal",
                        "amount": 1,
                    }
                )
            ],
        }
        user = new_test_user(
            self.env,
            login="lpdb_allocation",
            groups="umkm_base.umkm_base_group_accountant",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.env["lpdb.payment"].with_user(user).create(values)

    def test_locked_period_is_refused(self):
        self.company.sudo().fiscalyear_lock_date = "2014-04-30"
        with self.assertRaisesRegex(UserError, "closed"):
            self._pay("2014-04-24")

    def test_bad_amounts_are_refused(self):
        for amount in (0, -5):
            with self.assertRaises(IntegrityError), mute_logger("odoo.sql_db"):
                self._pay("2014-04-24", amount=amount)

    def test_form_opens_before_a_facility_is_chosen(self):
        form = Form(self.env["lpdb.payment"])
        self.assertEqual((form.penalty_due, form.amount), (0, 0))
        form.facility_id = self.facility
        form.date = fields.Date.to_date("2014-04-24")
        self.assertEqual(form.amount, 508_334)

    def test_penalty_of_a_year_of_360_days(self):
        # 508,334 x 11 days x 36 % / 360 = 5,591.7
        self.facility.write({"penalty_rate": 36, "penalty_day_basis": "360"})
        self.assertEqual(self._pay("2014-05-04").penalty_due, 5_592)

    def test_payment_before_the_money_is_refused(self):
        with self.assertRaisesRegex(UserError, "before the money was drawn"):
            self._pay("2014-03-23")

    def test_computed_parts_are_not_written(self):
        payment = self._pay("2014-04-24")
        for vals in ({"principal": 1}, {"interest": 1}, {"penalty": 1}):
            with self.assertRaises(UserError):
                payment.write(vals)
        with self.assertRaises(UserError):
            self.draw.net_amount = 1

    def test_payment_with_nothing_due_says_so(self):
        undrawn = self._create_facility()
        undrawn.action_sign()
        payments, vals = self.env["lpdb.payment"], {"facility_id": undrawn.id}
        for more in ({}, {"amount": 0}, {"date": "2014-05-01"}):
            with self.assertRaisesRegex(UserError, "Pinjaman uji: nothing is due by"):
                payments.create({**vals, **more})
