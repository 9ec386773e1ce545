# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestRestructuring(LpdbCommon):
    """New terms in mid-life; what was paid stays.

    The published loan: Rp5,000,000 drawn on 24 March 2014 at 22 %, 12 instalments of
    Rp416,667 principal due on the 24th. Row 1 is paid, rows 2 and 3 are not.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._draw()
        cls._pay("2014-04-24")

    def _restructure(self, day="2014-06-24", **values):
        made = self.facility.action_restructure(day, {"periods": 10, **values})
        return self.env["lpdb.restructuring"].browse(made)

    def _rows(self):
        return self.facility.instalment_ids.sorted("n")

    def test_new_rows_on_what_is_owed(self):
        # owed: 5,000,000 - 416,667 = 4,583,333 and the interest of rows 2 and 3,
        # 84,028 + 76,389; at 12 %: 4,583,333 x 1 % = 45,833.3
        restructured = self._restructure(annual_rate=12)
        self.assertRecordValues(
            restructured,
            [{"principal": 4_583_333, "arrears": 160_417, "kept_rows": 1}],
        )
        rows = self._rows()
        self.assertEqual(len(rows), 11)
        self.assertEqual(rows[0].state, "paid")
        self.assertEqual(str(rows[1].due), "2014-07-24")
        self.assertEqual(rows[1].principal, 458_333)
        self.assertEqual(rows[1].interest, 45_833 + 160_417)
        self.assertEqual(rows[2].interest, 41_250)
        self.assertEqual(sum(rows.mapped("principal")), 5_000_000)
        self.assertEqual(rows[-1].balance, 0)
        self.assertEqual(self.facility.state, "restructured")

    def test_posted_rows_stay(self):
        first = self.facility.schedule_id
        before = first.line_ids.sorted("n").mapped(
            lambda line: (line.n, line.due, line.principal, line.interest)
        )
        self._restructure()
        after = first.line_ids.sorted("n").mapped(
            lambda line: (line.n, line.due, line.principal, line.interest)
        )
        self.assertEqual(before, after)
        self.assertEqual(self._rows()[0].origin_id, first.line_ids.sorted("n")[0])

    def test_row_paid_in_part_asks_what_was_paid(self):
        # 84,028 of interest and 15,972 of principal of row 2
        self._pay("2014-05-24", amount=100_000)
        restructured = self._restructure()
        self.assertEqual(restructured.principal, 4_567_361)
        self.assertEqual(restructured.kept_rows, 2)
        row = self._rows()[1]
        self.assertEqual((row.principal, row.interest), (15_972, 84_028))
        self.assertEqual(row.state, "paid")
        self.assertEqual(sum(self._rows().mapped("principal")), 5_000_000)

    def test_interest_becomes_principal(self):
        restructured = self._restructure(arrears_mode="capitalise")
        self.assertEqual(restructured.principal, 4_583_333 + 160_417)
        self.assertEqual(self.facility.outstanding, 4_743_750)
        self.assertEqual(
            self._lines(restructured.move_id),
            {
                self.facility.interest_account_id: 160_417,
                self.facility.loan_account_id: -160_417,
            },
        )
        self.assertEqual(sum(self._rows().mapped("principal")), 5_160_417)
        self.assertTied("2014-06-23", "2014-06-24")

    def test_interest_is_waived(self):
        self._restructure(arrears_mode="waive")
        # 4,583,333 x 22 % / 12 = 84,027.8
        self.assertEqual(self._rows()[1].interest, 84_028)

    def test_grace_of_the_new_terms(self):
        self._restructure(
            periods=12,
            grace_principal=2,
            grace_interest=2,
            grace_interest_mode="waive",
            arrears_mode="waive",
        )
        rows = self._rows()
        self.assertEqual(rows[1:3].mapped("payment"), [0, 0])
        # 4,583,333 over 10 rows
        self.assertEqual(rows[3].principal, 458_333)

    def test_life_goes_on(self):
        self._restructure(annual_rate=12)
        self._pay("2014-07-24")
        self.assertEqual(self._rows()[1].state, "paid")
        self.assertEqual(self.facility.outstanding, 4_125_000)
        # the terms that hold are those of the restructuring: 4,125,000 / 9 rows
        before = self.facility.schedule_id
        self.assertEqual(self.facility.action_compute_schedule(), before.id)
        self.facility.action_prepay(
            "2014-08-24", 1_000_000, "reduce_instalment", self.bank.id
        )
        # (4,125,000 - 458,333 - 1,000,000) / 8 rows = 333,333.4
        self.assertEqual(self._rows()[3].principal, 333_333)
        self.assertTied("2014-06-24", "2014-07-24", "2014-08-24")

    def test_interest_owed_holds_the_arrears(self):
        self._restructure(annual_rate=12)
        # 160,417 and 6 of 30 days on 4,583,333 at 12 %: 9,166.7
        payoff = self.facility.payoff_detail("2014-06-30")
        self.assertEqual(payoff["interest"], 160_417 + 9_167)

    def test_second_restructuring(self):
        self._restructure(annual_rate=12)
        self._pay("2014-07-24")
        self._restructure("2014-08-24", periods=20, annual_rate=6)
        rows = self._rows()
        self.assertEqual(len(rows), 22)
        # 4,125,000 / 20
        self.assertEqual(rows[2].principal, 206_250)

    def test_what_it_was_computed_on_stays(self):
        payment = self.facility.payment_ids
        self._restructure()
        with self.assertRaisesRegex(UserError, "before the restructuring"):
            payment.action_reverse("2014-07-01", "wrong")

    def test_draw_it_was_computed_on_stays(self):
        loan = self._create_facility(name="Belum dibayar", agreement_number="7")
        draw = self._draw(loan)
        loan.action_restructure("2014-06-24", {"periods": 10})
        with self.assertRaisesRegex(UserError, "before the restructuring"):
            draw.action_reverse("2014-07-01", "wrong")

    def test_settlement_taken_back_is_restructured_still(self):
        self._restructure(annual_rate=12)
        made = self.facility.action_settle("2014-07-24", "till_date", self.bank.id)
        self.assertEqual(self.facility.state, "closed")
        self.env["lpdb.payment"].browse(made).action_reverse("2014-07-25", "bounced")
        self.assertEqual(self.facility.state, "restructured")

    def test_bad_input(self):
        for values, text in (
            ({"periods": 0}, "how many instalments"),
            ({"colour": "red"}, "has no colour"),
            ({"annual_rate": -1}, "annual_rate"),
        ):
            with (
                self.assertRaisesRegex(UserError, text),
                self.env.cr.savepoint(),
            ):
                self._restructure(**values)
        with self.assertRaisesRegex(UserError, "Choose a later day"):
            self._restructure("2014-04-01")
        self.assertEqual(self.facility.state, "active")

    def test_facts_are_closed(self):
        restructured = self._restructure()
        for vals in ({"periods": 3}, {"state": "draft"}, {"arrears": 0}):
            with self.assertRaises(UserError):
                restructured.write(vals)
        with self.assertRaises(UserError):
            restructured.unlink()

    def test_lenders_schedule_wins(self):
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
        with self.assertRaisesRegex(UserError, "lender's schedule"):
            self._restructure()
