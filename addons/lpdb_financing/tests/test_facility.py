# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestFacility(LpdbCommon):
    """From draft to closed, and the figures on the way."""

    def test_duplicate_is_a_draft_of_another_agreement(self):
        self.facility.agreement_number = "001/PK/2014"
        self._draw()
        other = self.facility.copy()
        self.assertEqual(other.state, "draft")
        self.assertFalse(other.agreement_number)
        self.assertFalse(other.schedule_id)
        self.assertEqual(other.outstanding, 0)

    def test_setup_twice_adds_nothing(self):
        accounts = self.env["account.account"].search_count([])
        self.company.action_setup_cooperative()
        self.assertEqual(self.env["account.account"].search_count([]), accounts)

    def test_signing_books_nothing(self):
        self.facility.action_sign()
        self.assertRecordValues(
            self.facility,
            [{"state": "signed", "undrawn": 5_000_000, "outstanding": 0, "drawn": 0}],
        )
        self.assertFalse(self.facility._moves())

    def test_whole_path_ends_closed(self):
        self._draw()
        for month in range(4, 13):
            self._pay(f"2014-{month:02}-24")
        for month in range(1, 4):
            self._pay(f"2015-{month:02}-24")
        self.assertEqual(self.facility.outstanding, 0)
        self.facility.action_close()
        self.assertEqual(self.facility.state, "closed")
        self.assertTied("2014-03-23", "2014-03-24", "2014-12-31", "2015-03-24")

    def test_closing_an_unpaid_loan_is_refused(self):
        self._draw()
        with self.assertRaisesRegex(UserError, "not paid yet"):
            self.facility.action_close()

    def test_state_cannot_be_written(self):
        with self.assertRaises(UserError):
            self.facility.state = "active"
        with self.assertRaises(UserError):
            self._create_facility(name="Lain", state="active")

    def test_signed_terms_are_frozen(self):
        self.facility.action_sign()
        for field, value in (
            ("annual_rate", 3),
            ("plafond", 1),
            ("periods", 6),
            ("grace_in_tenor", False),
        ):
            with self.assertRaisesRegex(UserError, "posted fact"):
                self.facility[field] = value

    def test_signed_loan_cannot_be_deleted(self):
        self.facility.action_sign()
        with self.assertRaises(UserError):
            self.facility.unlink()

    def test_bad_terms_are_refused_at_signing(self):
        self.facility.grace_principal = 12
        with self.assertRaisesRegex(UserError, "grace_principal"):
            self.facility.action_sign()

    def test_signing_needs_a_date(self):
        self.facility.date_agreement = False
        with self.assertRaisesRegex(UserError, "date of agreement"):
            self.facility.action_sign()
        self.facility.action_sign("2014-03-20")
        self.assertEqual(str(self.facility.date_signed), "2014-03-20")

    def test_account_with_foreign_items_is_refused(self):
        account = self.facility.loan_account_id.copy({"code": "22119999"})
        expense = self.facility.interest_account_id
        move = self.env["account.move"].create(
            {
                "journal_id": self.facility._loan_journal().id,
                "date": "2014-01-01",
                "line_ids": [
                    (0, 0, {"account_id": account.id, "balance": -10}),
                    (0, 0, {"account_id": expense.id, "balance": 10}),
                ],
            }
        )
        move.action_post()
        self.facility.loan_account_id = account
        with self.assertRaisesRegex(UserError, "belong to no loan"):
            self.facility.action_sign()

    def test_expense_cannot_carry_the_debt(self):
        with self.assertRaises(ValidationError):
            self.facility.loan_account_id = self.facility.interest_account_id

    def test_split_by_reporting_date(self):
        # ten years with a year of grace: 3e9 / 108 = 27,777,778 from row 13 on;
        # after row 5 the next 12 months are rows 6 to 17, five of them with principal
        facility = self._create_facility(
            name="Panjang",
            plafond=3_000_000_000,
            annual_rate=3,
            periods=120,
            grace_principal=12,
            date_agreement="2026-01-01",
        )
        self._draw(facility, "2026-01-01", 3_000_000_000)
        for month in range(2, 7):
            self._pay(f"2026-{month:02}-01", facility)
        self.assertEqual(
            facility.split_current("2026-06-01"),
            {
                "date": "2026-06-01",
                "short": 138_888_890,
                "long": 2_861_111_110,
                "outstanding": 3_000_000_000,
            },
        )
        before = facility.split_current("2025-12-31")
        self.assertEqual((before["short"], before["long"]), (0, 0))

    def test_overdue_principal_is_short(self):
        self._draw()
        split = self.facility.split_current("2015-03-01")
        self.assertEqual((split["short"], split["long"]), (5_000_000, 0))

    def test_payoff_by_policy(self):
        # FIN-P16/17: 100 at 7 %, six instalments of 17.01; on 15 February the
        # balance 83.57 has run 14 of 29 days: 0.24, or the whole month 0.49
        facility = self._create_facility(
            name="Kecil",
            plafond=100,
            annual_rate=7,
            periods=6,
            method="annuity",
            day_count="30/360",
            rounding=0.01,
            rounding_mode="HALF_EVEN",
            date_agreement="2024-01-01",
        )
        self.company.currency_id.rounding = 0.01
        self._draw(facility, "2024-01-01", 100)
        self._pay("2024-02-01", facility)
        self.assertAlmostEqual(facility.outstanding, 83.57)
        self.assertAlmostEqual(facility.payoff_amount("2024-02-15"), 83.81)
        self.assertAlmostEqual(facility.payoff_amount("2024-02-15", "till_due"), 84.06)

    def test_payoff_counts_unpaid_interest(self):
        self._draw()
        detail = self.facility.payoff_detail("2014-04-24")
        self.assertEqual((detail["principal"], detail["interest"]), (5_000_000, 91_667))
        with self.assertRaisesRegex(UserError, "till_date"):
            self.facility.payoff_amount("2014-04-24", "someday")

    def test_other_schemes_are_not_computed(self):
        facility = self._create_facility(name="Syariah", scheme="musyarakah")
        self._draw(facility, amount=1_000_000)
        self.assertEqual(facility.state, "active")
        with self.assertRaisesRegex(UserError, "no conventional loan"):
            facility.action_compute_schedule()

    def test_reversal_after_closing_opens_the_loan_again(self):
        self._draw()
        for month in range(4, 13):
            self._pay(f"2014-{month:02}-24")
        for month in range(1, 4):
            payment = self._pay(f"2015-{month:02}-24")
        self.facility.action_close()
        payment.action_reverse("2015-03-30", "bounced")
        self.assertEqual(self.facility.state, "active")
        self._pay("2015-04-01")
        self.assertEqual(self.facility.outstanding, 0)

    def test_lines_of_a_signed_agreement_stay(self):
        fee, other = self.env["lpdb.fee"].create(
            [
                {"facility_id": facility.id, "name": "Provisi", "percent": 1}
                for facility in (self.facility, self._create_facility())
            ]
        )
        guarantee = self.env["lpdb.guarantee"].create(
            {"facility_id": self.facility.id, "name": "Tanah", "amount": 1}
        )
        self.facility.action_sign()
        rate = self.env["lpdb.rate"].create(
            {
                "facility_id": self.facility.id,
                "date_from": "2014-06-01",
                "annual_rate": 20,
                "source": "Surat contoh 2/2014",
            }
        )
        for record, vals in (
            (fee, {"percent": 2}),
            (guarantee, {"amount": 2}),
            (rate, {"annual_rate": 1}),
            (other, {"facility_id": self.facility.id}),
        ):
            with self.assertRaisesRegex(UserError, "cannot change any more"):
                record.write(vals)
        for record in (fee, guarantee):
            with self.assertRaises(UserError):
                record.unlink()
        with self.assertRaises(UserError):
            fee.copy()

    def test_lines_do_not_move_to_another_company(self):
        fee = self.env["lpdb.fee"].create(
            {"facility_id": self.facility.id, "name": "Provisi", "percent": 1}
        )
        foreign = self._create_cooperative("Koperasi Lain")
        facility = self._create_facility(company_id=foreign.id)
        user = new_test_user(
            self.env,
            login="lpdb_fee",
            groups="umkm_base.umkm_base_group_accountant",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            fee.with_user(user).facility_id = facility.id
