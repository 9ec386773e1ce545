# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestCapitalise(LpdbCommon):
    """Interest of the grace that becomes principal, over the whole life of a loan.

    Rp12,000,000 on 15 January 2026 at 12 %, six months, the first three of them without
    principal and with interest added to it: 120,000; 1 % of 12,120,000 = 121,200; 1 %
    of 12,241,200 = 122,412. Then 12,363,612 / 3 = 4,121,204 a row.
    """

    ADDED = [120_000, 121_200, 122_412, 0, 0, 0]
    DUES = ["2026-02-15", "2026-03-15", "2026-04-15"]
    MONTH_ENDS = [
        "2026-01-31",
        "2026-02-28",
        "2026-03-31",
        "2026-04-30",
        "2026-05-31",
        "2026-06-30",
    ]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.facility = cls._create_facility(
            name="Pinjaman kapitalisasi",
            agreement_number="KAP/1",
            date_agreement="2026-01-15",
            plafond=12_000_000,
            annual_rate=12,
            periods=6,
            grace_principal=3,
            grace_interest=3,
            grace_interest_mode="capitalise",
        )
        cls.draw = cls._draw(date="2026-01-15", amount=12_000_000)

    def _rows(self):
        return self.facility.instalment_ids.sorted("n")

    def _accrue(self, day):
        return self.env["lpdb.accrual"].browse(self.facility.action_accrue(day))

    def _balance(self, account, day):
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("date", "<=", day),
                ("parent_state", "=", "posted"),
            ]
        )
        return -sum(lines.mapped("balance"))

    def test_schedule_shows_what_is_added(self):
        rows = self._rows()
        self.assertEqual(rows.mapped("capitalised"), self.ADDED)
        self.assertEqual(rows.mapped("principal"), [0, 0, 0, *[4_121_204] * 3])
        self.assertEqual(rows.mapped("interest"), [0, 0, 0, 123_636, 82_424, 41_212])
        self.assertEqual(rows[2].balance, 12_363_612)

    def test_whole_life(self):
        facility = self.facility
        # 16 of 31 days of 120,000; 13 of 28 of 121,200; 16 of 31 of 122,412; then 1 %
        # of 12,363,612 for 15 of 30 days: 61,818; of 8,242,408 for 16 of 31: 42,541.5;
        # of 4,121,204 for 15 of 30: 20,606
        owed = [61_935, 56_271, 63_180, 61_818, 42_541, 20_606]
        standing = [
            12_000_000,
            12_120_000,
            12_241_200,
            12_363_612,
            8_242_408,
            4_121_204,
        ]
        for day, interest, principal in zip(
            self.MONTH_ENDS, owed, standing, strict=True
        ):
            for due in ("2026-05-15", "2026-06-15"):
                if due[:7] == day[:7]:
                    self._pay(due, facility)
            made = self._accrue(day)
            facility.action_reclassify(day)
            accrual = made.filtered(lambda a: a.kind == "interest")
            self.assertEqual(accrual.amount, interest, day)
            owing = self._balance(facility.loan_account_id, day)
            current = self._balance(facility.current_account_id, day)
            self.assertEqual(owing + current, principal, day)
            self.assertEqual(facility._outstanding_at(day), principal, day)
            self.assertTied(day)
        self._pay("2026-07-15", facility)
        facility.action_close()
        # all interest: what was added and what was paid
        expense = self._balance(facility.interest_account_id, "2026-07-31")
        self.assertEqual(-expense, sum(self.ADDED) + 123_636 + 82_424 + 41_212)
        self.assertTied(*self.DUES, "2026-05-15", "2026-07-15", "2026-07-31")

    def test_entry_at_the_capitalisation_date(self):
        made = self._accrue("2026-02-28")
        added = made.filtered(lambda a: a.kind == "capitalised")
        self.assertEqual(str(added.date), "2026-02-15")
        self.assertFalse(added.reversal_move_id)
        self.assertEqual(
            self._lines(added.move_id),
            {
                self.facility.interest_account_id: 120_000,
                self.facility.loan_account_id: -120_000,
            },
        )
        self.assertFalse(self._accrue("2026-02-28"))
        self.assertTied("2026-02-14", "2026-02-15", "2026-02-28", "2026-03-01")

    def test_added_interest_is_no_draw(self):
        self._accrue("2026-04-30")
        self.assertRecordValues(
            self.facility,
            [{"drawn": 12_000_000, "undrawn": 0, "outstanding": 12_363_612}],
        )

    def test_ceiling_can_still_be_drawn_in_full(self):
        facility = self._create_facility(
            name="Dua tahap",
            agreement_number="KAP/2",
            date_agreement="2026-01-15",
            plafond=20_000_000,
            annual_rate=12,
            periods=6,
            grace_principal=3,
            grace_interest=3,
            grace_interest_mode="capitalise",
        )
        self._draw(facility, "2026-01-15", 12_000_000)
        facility.action_accrue("2026-02-28")
        self.assertEqual(facility.undrawn, 8_000_000)
        self._draw(facility, "2026-03-15", 8_000_000)
        # rows 1 and 2 stay; 1 % of 12,241,200 + 8,000,000
        rows = facility.instalment_ids.sorted("n")
        self.assertEqual(rows.mapped("capitalised")[:3], [120_000, 121_200, 202_412])
        facility.action_accrue("2026-04-30")
        self.assertEqual(facility.outstanding, 20_443_612)
        self.assertTied("2026-03-15", "2026-04-15", "2026-04-30")

    def test_payment_books_what_month_end_has_not(self):
        self._pay("2026-05-15", self.facility)
        self.assertEqual(self.facility.outstanding, 12_363_612 - 4_121_204)
        self.assertTied(*self.DUES, "2026-05-15")

    def test_payoff_before_and_after_booking_is_the_same(self):
        # 12,120,000 and 13 of 28 days of 121,200
        before = self.facility.payoff_detail("2026-02-28")
        self._accrue("2026-02-28")
        self.assertEqual(self.facility.payoff_detail("2026-02-28"), before)
        self.assertEqual(before["principal"], 12_120_000)
        self.assertEqual(before["interest"], 56_271)

    def test_taken_back_and_booked_again(self):
        made = self._accrue("2026-02-28")
        made.action_cancel("wrong")
        self.assertEqual(self.facility.outstanding, 12_000_000)
        self.assertTied("2026-02-15", "2026-02-28")
        self.assertEqual(self.facility.payoff_detail("2026-02-28")["interest"], 56_271)
        self._accrue("2026-02-28")
        self.assertEqual(self.facility.outstanding, 12_120_000)

    def test_of_a_loan_closed_since_it_stays(self):
        made = self._accrue("2026-02-28")
        self.facility.action_settle("2026-02-28", "till_date", self.bank.id)
        self.assertEqual(self.facility.state, "closed")
        with self.assertRaisesRegex(UserError, "Pinjaman kapitalisasi was paid"):
            made.action_cancel("wrong")
        self.assertEqual(self.facility.outstanding, 0)
        self.assertTied("2026-02-28")

    def test_booked_rows_stay_when_the_rate_changes(self):
        self._accrue("2026-02-28")
        facility = self.facility
        facility.rate_ids = [
            Command.create(
                {"date_from": "2026-03-15", "annual_rate": 6, "source": "Surat"}
            )
        ]
        # 0.5 % of 12,241,200 = 61,206
        added = self._rows().mapped("capitalised")
        self.assertEqual(added[:3], [120_000, 121_200, 61_206])
        with self.assertRaisesRegex(UserError, "would change"):
            facility.rate_ids = [
                Command.create(
                    {"date_from": "2026-01-20", "annual_rate": 6, "source": "Surat"}
                )
            ]

    def test_draw_under_added_interest_stays(self):
        made = self._accrue("2026-02-28")
        with self.assertRaisesRegex(UserError, "became principal on 2026-02-15"):
            self.draw.action_reverse("2026-02-28", "wrong")
        made.action_cancel("wrong")
        self.draw.action_reverse("2026-02-28", "wrong")
        self.assertEqual(self.facility.outstanding, 0)
        self.assertTied("2026-02-15", "2026-02-28")

    def test_month_end_says_what_is_missing(self):
        gaps = self.facility._get_month_end_gaps("interest", "2026-02-15")
        self.assertEqual(gaps, self.facility)
        self._accrue("2026-02-15")
        self.assertFalse(self.facility._get_month_end_gaps("interest", "2026-02-15"))

    def test_taken_over_in_the_grace(self):
        facility = self._create_facility(
            name="Ambil alih",
            agreement_number="KAP/3",
            date_agreement="2026-01-15",
            opening_date="2026-03-31",
            plafond=12_000_000,
            annual_rate=12,
            periods=6,
            grace_principal=3,
            grace_interest=3,
            grace_interest_mode="capitalise",
        )
        self._draw(facility, "2026-01-15", 12_000_000)
        self.assertEqual(facility.outstanding, 12_241_200)
        facility.action_accrue("2026-04-30")
        self.assertEqual(facility.outstanding, 12_363_612)
        self.assertTied("2026-03-31", "2026-04-15", "2026-04-30")

    def test_lenders_schedule_that_adds_interest(self):
        self._accrue("2026-02-28")
        schedule = self.env["lpdb.schedule"].create(
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
                            "capitalised": line.capitalised,
                        }
                    )
                    for line in self._rows()
                ],
            }
        )
        schedule.action_activate()
        self.assertEqual(self.facility.schedule_id, schedule)
        self._accrue("2026-04-30")
        self.assertEqual(self.facility.outstanding, 12_363_612)
        self.assertEqual(schedule.difference, 0)
        self.assertTied("2026-02-28", "2026-04-30")

    def test_restructured_with_interest_added(self):
        self._pay("2026-05-15", self.facility)
        self.facility.action_restructure(
            "2026-05-15",
            {
                "periods": 4,
                "grace_principal": 1,
                "grace_interest": 1,
                "grace_interest_mode": "capitalise",
            },
        )
        # 1 % of 8,242,408 = 82,424; 8,324,832 / 3 = 2,774,944
        rows = self._rows()
        self.assertEqual(rows.mapped("capitalised"), [*self.ADDED[:4], 82_424, 0, 0, 0])
        self.assertEqual(rows.mapped("principal")[5:], [2_774_944] * 3)
        self._accrue("2026-06-30")
        self.assertEqual(self.facility.outstanding, 8_324_832)
        self.assertTied("2026-05-15", "2026-06-15", "2026-06-30")
