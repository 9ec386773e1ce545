# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestMonthEnd(LpdbCommon):
    """Interest owed and current portion at a reporting date, mirrored the day after.

    The published loan: Rp5,000,000 drawn on 24 March 2014 at 22 %, due on the 24th.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.draw = cls._draw()

    def _accrue(self, day, facility=None):
        made = (facility or self.facility).action_accrue(day)
        return self.env["lpdb.accrual"].browse(made)

    def _balance(self, account, day):
        """Return the credit balance of an account at the end of a day."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("date", "<=", day),
                ("parent_state", "=", "posted"),
                ("company_id", "=", self.company.id),
            ]
        )
        return -sum(lines.mapped("balance"))

    def test_interest_is_owed_and_mirrored(self):
        # 7 of the 31 days from 24 March to 24 April: 91,666.67 x 7 / 31 = 20,698.9
        accrual = self._accrue("2014-03-31")
        self.assertEqual(accrual.amount, 20_699)
        accrued = self.facility.accrued_account_id
        expense = self.facility.interest_account_id
        self.assertEqual(
            self._lines(accrual.move_id), {accrued: -20_699, expense: 20_699}
        )
        self.assertEqual(
            self._lines(accrual.reversal_move_id), {accrued: 20_699, expense: -20_699}
        )
        self.assertEqual(str(accrual.reversal_move_id.date), "2014-04-01")
        self.assertEqual(self._balance(accrued, "2014-03-31"), 20_699)
        self.assertEqual(self._balance(accrued, "2014-04-01"), 0)
        self.assertTied("2014-03-30", "2014-03-31", "2014-04-01")

    def test_interest_that_fell_due_unpaid_is_owed_too(self):
        # row 1: 91,667 fell due on 24 April and nothing was paid, so that the whole
        # 5,000,000 bears interest for 6 of the 30 days to 24 May: 18,333.3
        self.assertEqual(self._accrue("2014-04-30").amount, 91_667 + 18_333)

    def test_paid_interest_is_not_owed(self):
        self._pay("2014-04-24")
        # 4,583,333 x 22 % / 12 x 6 / 30 = 16,805.6
        self.assertEqual(self._accrue("2014-04-30").amount, 16_806)
        self.assertTied("2014-04-30", "2014-05-01")

    def test_nothing_is_owed_on_a_paid_due_date(self):
        self._pay("2014-04-24")
        self.assertFalse(self._accrue("2014-04-24"))

    def test_outstanding_does_not_hold_interest(self):
        self._accrue("2014-03-31")
        self.assertEqual(self.facility.outstanding, 5_000_000)
        self.assertEqual(self.facility._outstanding_at(self.draw.date), 5_000_000)

    def test_second_run_books_nothing(self):
        self._accrue("2014-03-31")
        self.assertFalse(self._accrue("2014-03-31"))

    def test_another_amount_is_refused_until_taken_back(self):
        accrual = self._accrue("2014-04-30")
        self._pay("2014-04-24")
        with self.assertRaisesRegex(UserError, "Take that month-end entry back"):
            self._accrue("2014-04-30")
        accrual.action_cancel("payment came late")
        self.assertEqual(accrual.state, "cancelled")
        accrued = self.facility.accrued_account_id
        for day in ("2014-04-30", "2014-05-01"):
            self.assertEqual(self._balance(accrued, day), 0)
        self.assertEqual(self._accrue("2014-04-30").amount, 16_806)
        self.assertTied("2014-04-30", "2014-05-01")
        with self.assertRaisesRegex(UserError, "taken back already"):
            accrual.action_cancel()

    def test_one_entry_for_all_loans_of_the_company(self):
        other = self._create_facility(name="Kedua", agreement_number="2")
        self._draw(other, amount=1_000_000)
        accrual = self._accrue("2014-03-31", self.facility | other)
        self.assertEqual(len(accrual), 1)
        # 20,699 and a fifth of 20,698.9: 4,140
        self.assertEqual(accrual.line_ids.mapped("amount"), [20_699, 4_140])

    def test_two_companies_have_an_entry_each(self):
        second = self._create_cooperative("Koperasi Kedua Uji")
        both = self.env(
            context={
                **self.env.context,
                "allowed_company_ids": (self.company | second).ids,
            }
        )
        bank = self.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", second.id)], limit=1
        )
        other = (
            self.env["lpdb.facility"]
            .with_env(both)
            .with_company(second)
            .create(
                {
                    "name": "Lain",
                    "lender_id": self.lender.id,
                    "date_agreement": "2014-03-24",
                    "plafond": 1_000_000,
                    "annual_rate": 22,
                    "periods": 12,
                    "company_id": second.id,
                }
            )
        )
        other.action_sign()
        other.action_draw("2014-03-24", 1_000_000, bank.id)
        made = (self.facility.with_env(both) | other).action_accrue("2014-03-31")
        accruals = self.env["lpdb.accrual"].with_env(both).browse(made)
        self.assertEqual(accruals.company_id, self.company | second)
        for accrual in accruals:
            self.assertEqual(accrual.move_id.company_id, accrual.company_id)

    def test_current_portion_follows_the_reporting_date(self):
        # 24 rows of 208,333; on 31 March 2014 rows 1 to 12 fall due within 12 months
        facility = self._create_facility(
            name="Dua tahun", agreement_number="24", periods=24
        )
        self._draw(facility)
        made = facility.action_reclassify("2014-03-31")
        accrual = self.env["lpdb.accrual"].browse(made)
        self.assertEqual(accrual.amount, 12 * 208_333)
        current = facility.current_account_id
        self.assertEqual(self._balance(current, "2014-03-31"), 2_499_996)
        self.assertEqual(self._balance(current, "2014-04-01"), 0)
        self.assertEqual(facility.outstanding, 5_000_000)
        self.assertTied("2014-03-31", "2014-04-01")

    def test_called_loan_is_current(self):
        facility = self._create_facility(
            name="Dua tahun", agreement_number="24", periods=24
        )
        self._draw(facility)
        facility.date_called = "2014-06-01"
        # rows 1 and 2 are overdue, rows 3 to 14 fall due within 12 months:
        # 5,000,000 - 14 x 208,333
        self.assertEqual(facility.split_current("2014-05-31")["long"], 2_083_338)
        self.assertEqual(facility.split_current("2014-06-01")["long"], 0)

    def test_put_off_interest_accrues_in_each_period(self):
        facility = self._create_facility(
            name="Tunda",
            agreement_number="3",
            grace_interest=3,
            grace_interest_mode="defer",
        )
        self._draw(facility)
        # two whole periods of 91,667 and 7 of 31 days: 183,334 + 20,698.9
        self.assertEqual(self._accrue("2014-05-31", facility).amount, 204_033)

    def test_waived_interest_does_not_accrue(self):
        facility = self._create_facility(
            name="Bebas",
            agreement_number="3",
            grace_interest=3,
            grace_interest_mode="waive",
        )
        self._draw(facility)
        self.assertFalse(self._accrue("2014-05-31", facility))

    def test_facts_are_closed(self):
        accrual = self._accrue("2014-03-31")
        for record, vals in (
            (accrual, {"date": "2014-03-30"}),
            (accrual, {"state": "cancelled"}),
            (accrual.line_ids, {"amount": 1}),
            (accrual.line_ids, {"is_live": False}),
        ):
            with self.assertRaises(UserError):
                record.write(vals)
        with self.assertRaises(UserError):
            accrual.unlink()

    def test_access(self):
        def user(login, role, company):
            return new_test_user(
                self.env,
                login=login,
                groups=f"umkm_base.umkm_base_group_{role}",
                company_id=company.id,
                company_ids=[Command.set(company.ids)],
            )

        auditor = user("lpdb_me_auditor", "auditor", self.company)
        with self.assertRaises(AccessError):
            self.facility.with_user(auditor).action_accrue("2014-03-31")
        accountant = user("lpdb_me_accountant", "accountant", self.company)
        made = self.facility.with_user(accountant).action_accrue("2014-03-31")
        accrual = self.env["lpdb.accrual"].browse(made)
        self.assertEqual(accrual.with_user(auditor).amount, 20_699)
        with self.assertRaises(AccessError):
            accrual.with_user(auditor).action_cancel()
        foreign = self._create_cooperative("Koperasi Asing Uji")
        stranger = user("lpdb_me_stranger", "accountant", foreign)
        with self.assertRaises(AccessError):
            accrual.with_user(stranger).read(["amount"])
        accrual.with_user(accountant).action_cancel()
        self.assertEqual(accrual.state, "cancelled")

    def test_wizard_books_both(self):
        wizard = self.env["lpdb.month.end"].create({"date": "2014-03-31"})
        action = wizard.action_book()
        accruals = self.env["lpdb.accrual"].search(action["domain"])
        # every instalment falls due within 12 months
        self.assertEqual(
            dict(zip(accruals.mapped("kind"), accruals.mapped("amount"), strict=True)),
            {"interest": 20_699, "current": 5_000_000},
        )
        with self.assertRaisesRegex(UserError, "nothing to book"):
            wizard.action_book()

    def test_closing_asks_for_it(self):
        closing = self.env["coop.closing"].create({"date_from": "2014-03-01"})

        def point():
            closing.action_check()
            return closing.line_ids.filtered(lambda line: line.code == "loan_interest")

        self.assertEqual((point().state, point().count), ("problem", 1))
        self._accrue("2014-03-31")
        self.assertEqual(point().state, "ok")

    def test_draw_and_payment_of_one_day(self):
        # the balance at the end of the day bears interest: 4,583,333 of 24 April on
        facility = self._create_facility(
            name="Sehari", agreement_number="9", plafond=6_000_000
        )
        self._draw(facility, amount=5_000_000)
        self._draw(facility, date="2014-04-24", amount=1_000_000)
        self._pay("2014-04-24", facility)
        # 5,583,333 x 22 % / 12 x 6 / 30 = 20,472.2
        self.assertEqual(self._accrue("2014-04-30", facility).amount, 20_472)
