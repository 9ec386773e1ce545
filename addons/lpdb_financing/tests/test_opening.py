# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestOpening(LpdbCommon):
    """A loan taken over in mid-life.

    The published loan: Rp5,000,000 drawn on 24 March 2014 at 22 %, 12 instalments of
    Rp416,667 principal due on the 24th; the books begin on 30 June 2014, after row 3.
    """

    LEFT = 5_000_000 - 3 * 416_667

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.facility.opening_date = "2014-06-30"

    def _rows(self):
        return self.facility.instalment_ids.sorted("n")

    def test_one_entry_brings_in_what_is_left(self):
        draw = self._draw()
        self.assertEqual((draw.state, draw.move_id.id), ("posted", False))
        self.assertEqual(self.facility.state, "active")
        self.assertEqual(self.facility.outstanding, self.LEFT)
        [entry] = self.facility.entry_ids
        self.assertEqual((entry.kind, str(entry.date)), ("opening", "2014-06-30"))
        self.assertEqual(
            self._lines(entry.move_id),
            {
                self.company._coop_account("opening"): self.LEFT,
                self.facility.loan_account_id: -self.LEFT,
            },
        )
        self.assertEqual(self._rows().mapped("principal"), self.PRINCIPAL)
        self.assertEqual(self._rows().mapped("state"), ["paid"] * 3 + ["open"] * 9)
        self.assertTied("2014-06-29", "2014-06-30", "2014-07-31")

    def test_life_goes_on(self):
        self._draw()
        payment = self._pay("2014-07-24")
        # the published fourth row
        self.assertEqual((payment.principal, payment.interest), (416_667, 68_750))
        self.assertEqual(self.facility.outstanding, self.LEFT - 416_667)
        self.assertTied("2014-07-24")

    def test_interest_runs_from_before_the_opening(self):
        self._draw()
        # 6 of 30 days from 24 June on 3,749,999 at 22 %: 13,750.0
        self.assertEqual(self.facility.payoff_detail("2014-06-30")["interest"], 13_750)

    def test_several_earlier_draws(self):
        facility = self._create_facility(
            name="Bertahap", agreement_number="2", opening_date="2014-06-30"
        )
        facility.action_sign()
        self.env["lpdb.draw"].create(
            [
                {"facility_id": facility.id, "date": day, "amount": amount}
                for day, amount in (
                    ("2014-03-24", 2_400_000),
                    ("2014-04-24", 2_200_000),
                )
            ]
        )
        facility.action_draw()
        # row 1: 200,000; rows 2 and 3: 4,400,000 / 11 = 400,000
        self.assertEqual(facility.outstanding, 4_600_000 - 200_000 - 800_000)
        self.assertEqual(len(facility.entry_ids), 1)
        with self.assertRaisesRegex(UserError, "opening balance is booked already"):
            facility.action_draw("2014-05-01", 100_000, self.bank.id)
        # a later draw is an ordinary one
        facility.action_draw("2014-07-24", 100_000, self.bank.id)
        self.assertEqual(facility.outstanding, 3_700_000)

    def test_lenders_schedule_is_taken_over(self):
        self.facility.action_sign()
        self.env["lpdb.draw"].create(
            {
                "facility_id": self.facility.id,
                "date": "2014-03-24",
                "amount": 5_000_000,
            }
        )
        letter = self.env["lpdb.schedule"].create(
            {
                "facility_id": self.facility.id,
                "kind": "imported",
                "line_ids": [
                    Command.create(
                        {
                            "n": n,
                            "due": f"2014-{n + 3:02}-25",
                            "principal": 1_000_000,
                            "interest": 10_000 * (6 - n),
                        }
                    )
                    for n in range(1, 6)
                ],
            }
        )
        self.facility.action_draw()
        self.assertFalse(self.facility.entry_ids)
        letter.action_activate()
        # three of the lender's rows fell due by 30 June
        self.assertEqual(self.facility.outstanding, 2_000_000)
        self.assertEqual(self._rows().mapped("state"), ["paid"] * 3 + ["open"] * 2)

    def test_before_the_opening_nothing_is_booked(self):
        self._draw()
        opening = self.facility.payment_ids
        self.assertTrue(opening.is_opening)
        with self.assertRaisesRegex(UserError, "opening balance"):
            self._pay("2014-06-24", amount=1_000)
        with self.assertRaisesRegex(UserError, "opening balance"):
            opening.action_reverse("2014-07-01")
        with self.assertRaisesRegex(UserError, "opening balance"):
            self.facility.draw_ids.action_reverse("2014-07-01")

    def test_twice_books_once(self):
        self._draw()
        self.assertFalse(self.facility.action_open_balance())
        self.assertEqual(len(self.facility.entry_ids), 1)

    def test_new_loan_has_no_opening(self):
        facility = self._create_facility(name="Baru", agreement_number="3")
        draw = self._draw(facility)
        self.assertTrue(draw.move_id)
        self.assertFalse(facility.action_open_balance())
