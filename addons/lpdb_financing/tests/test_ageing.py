# SPDX-License-Identifier: AGPL-3.0-or-later
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, new_test_user, tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestAgeing(LpdbCommon):
    """What is overdue and what comes, at the end of any day.

    The published loan: Rp5,000,000 drawn on 24 March 2014 at 22 %, due on the 24th;
    rows 1 to 3 are 508,334, 500,695 and 493,056.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls._draw()

    def _rows(self, day, *names):
        rows = self.facility.ageing_at(day, self.facility.ids)["rows"]
        return [tuple(row[name] for name in names) for row in rows]

    def _assert_tied(self, *days):
        for day in days:
            principal = sum(row[0] for row in self._rows(day, "principal"))
            owed = self.facility.split_current(day)["outstanding"]
            self.assertEqual(principal, owed, day)

    def test_buckets_of_a_day(self):
        # 30 June: row 1 is 7 + 31 + 30 days, row 2 is 8 + 30, row 3 is 7; the others'
        # principal is 8 x 416,667 + 416,663, their interest 68,750 ... 7,639
        self.assertEqual(
            self._rows("2014-06-30", "bucket", "n", "days", "principal", "interest"),
            [
                ("61_90", 1, 68, 416_667, 91_667),
                ("31_60", 2, 38, 416_667, 84_028),
                ("01_30", 3, 7, 416_667, 76_389),
                ("00_not_due", 0, 0, 3_749_999, 343_750),
            ],
        )
        self.assertEqual(self._rows("2014-06-30", "due")[-1], ("2014-07-24",))
        found = self.facility.ageing_at("2014-06-30", self.facility.ids)
        self.assertEqual(json.loads(json.dumps(found)), found)
        totals = found["totals"]
        self.assertEqual(
            [(row["bucket"], row["total"]) for row in totals],
            [
                ("00_not_due", 4_093_749),
                ("01_30", 493_056),
                ("31_60", 500_695),
                ("61_90", 508_334),
                ("91_over", 0),
                ("99_no_date", 0),
            ],
        )
        self._assert_tied("2014-06-30")

    def test_days_of_the_buckets(self):
        # row 1: day 30 is 23 May, day 60 is 22 June, day 90 is 22 July
        for day, bucket in (
            ("2014-04-24", "01_30"),
            ("2014-05-23", "01_30"),
            ("2014-05-24", "31_60"),
            ("2014-06-22", "31_60"),
            ("2014-06-23", "61_90"),
            ("2014-07-22", "61_90"),
            ("2014-07-23", "91_over"),
        ):
            self.assertEqual(self._rows(day, "n", "bucket")[0], (1, bucket), day)
        self.assertEqual(self._rows("2014-04-23", "n", "bucket"), [(0, "00_not_due")])

    def test_past_shows_what_was_open_then(self):
        self._pay("2014-05-02", amount=100_000)
        payment = self._pay("2014-06-10", amount=909_029)
        payment.action_reverse("2014-06-20")
        # 100,000 pays the interest of 91,667 and 8,333 of principal
        self.assertEqual(
            self._rows("2014-05-01", "n", "principal", "interest")[0],
            (1, 416_667, 91_667),
        )
        self.assertEqual(
            self._rows("2014-05-02", "n", "principal", "interest")[0], (1, 408_334, 0)
        )
        # rows 1 and 2 are paid from the 10th until the 19th
        self.assertEqual(len(self._rows("2014-06-09", "n")), 3)
        self.assertEqual(self._rows("2014-06-10", "n"), [(0,)])
        self.assertEqual(self._rows("2014-06-19", "n"), [(0,)])
        self.assertEqual(self._rows("2014-06-20", "n"), [(1,), (2,), (0,)])
        self._assert_tied(
            "2014-03-23",
            "2014-05-01",
            "2014-05-02",
            "2014-06-09",
            "2014-06-10",
            "2014-06-19",
            "2014-06-20",
        )
        self.assertEqual(self._rows("2014-03-23", "n"), [])

    def test_versions_of_the_schedule(self):
        self._pay("2014-04-24")
        self.facility.action_prepay(
            "2014-05-24", 1_000_000, "reduce_instalment", self.bank.id
        )
        self.facility.action_restructure(
            "2014-07-30", {"periods": 10, "arrears_mode": "capitalise"}
        )
        self._assert_tied(
            "2014-04-23",
            "2014-04-24",
            "2014-05-23",
            "2014-05-24",
            "2014-07-29",
            "2014-07-30",
            "2014-12-31",
        )
        # rows of 24 June and 24 July were overdue until the new terms
        self.assertEqual(self._rows("2014-07-29", "n"), [(3,), (4,), (0,)])
        self.assertEqual(self._rows("2014-07-30", "n"), [(0,)])

    def test_settled_to_the_next_due_date(self):
        self._pay("2014-04-24")
        self.facility.action_settle("2014-05-10", "till_due", self.bank.id)
        self.assertEqual(self._rows("2014-05-10", "principal"), [])
        self._assert_tied("2014-05-09", "2014-05-10", "2014-05-24", "2014-12-31")

    def test_later_draw_and_its_reversal(self):
        facility = self._create_facility(
            name="Bertahap", agreement_number="2", plafond=3_000_000
        )
        self._draw(facility, amount=1_000_000)
        second = self._draw(facility, "2014-05-01", 500_000)
        second.action_reverse("2014-05-20")
        for day in ("2014-04-30", "2014-05-01", "2014-05-19", "2014-05-20"):
            rows = facility.ageing_at(day, facility.ids)["rows"]
            self.assertEqual(
                sum(row["principal"] for row in rows),
                facility.split_current(day)["outstanding"],
                day,
            )

    def test_schedule_that_does_not_cover_the_debt(self):
        facility = self._create_facility(
            name="Syariah", agreement_number="3", scheme="musyarakah"
        )
        self._draw(facility, amount=2_000_000)
        rows = facility.ageing_at("2014-04-30", facility.ids)["rows"]
        self.assertEqual(
            [(row["bucket"], row["due"], row["total"]) for row in rows],
            [("99_no_date", "", 2_000_000)],
        )

    def test_interest_that_becomes_principal(self):
        # 1 % of 12,000,000 is added on 15 February once it is booked, then 1 % of
        # 12,120,000 on 15 March; the rows to come repay 12,363,612 in all
        facility = self._create_facility(
            name="Kapitalisasi",
            agreement_number="6",
            date_agreement="2026-01-15",
            plafond=12_000_000,
            annual_rate=12,
            periods=6,
            grace_principal=3,
            grace_interest=3,
            grace_interest_mode="capitalise",
        )
        self._draw(facility, "2026-01-15", 12_000_000)
        rows = facility.ageing_at("2026-02-28", facility.ids)["rows"]
        self.assertEqual(
            [(row["bucket"], row["principal"]) for row in rows],
            [("00_not_due", 12_000_000)],
        )
        facility.action_accrue("2026-02-28")
        for day, owed in (("2026-02-14", 12_000_000), ("2026-02-15", 12_120_000)):
            rows = facility.ageing_at(day, facility.ids)["rows"]
            self.assertEqual([row["principal"] for row in rows], [owed], day)

    def test_taken_over_in_mid_life(self):
        facility = self._create_facility(
            name="Lama", agreement_number="4", opening_date="2014-06-30"
        )
        self._draw(facility)
        for day in ("2014-06-29", "2014-06-30", "2014-07-24", "2014-08-24"):
            rows = facility.ageing_at(day, facility.ids)["rows"]
            self.assertEqual(
                sum(row["principal"] for row in rows),
                facility.split_current(day)["outstanding"],
                day,
            )
        rows = facility.ageing_at("2014-07-24", facility.ids)["rows"]
        self.assertEqual([(row["n"], row["days"]) for row in rows], [(4, 1), (0, 0)])

    def test_penalty_is_the_one_that_a_payment_asks(self):
        # 24 % of 360 days: 1/15 % a day
        facility = self._create_facility(
            name="Denda", agreement_number="5", penalty_rate=24, penalty_day_basis="360"
        )
        self._draw(facility)

        def penalty(day):
            rows = facility.ageing_at(day, facility.ids)["rows"]
            return sum(row["penalty"] for row in rows)

        # 3 May is day 10: 508,334 x 10 / 1,500 = 3,388.9
        self.assertEqual(penalty("2014-05-03"), 3_389)
        self.assertEqual(penalty("2014-04-24"), 0)
        paid = self._pay("2014-05-03", facility, amount=103_389)
        self.assertEqual(paid.penalty, 3_389)
        # 408,334 for 12 more days: 3,266.7; 15 May
        self.assertEqual(penalty("2014-05-15"), 3_267)
        draft = self.env["lpdb.payment"].create(
            {"facility_id": facility.id, "date": "2014-05-15"}
        )
        self.assertEqual(draft.penalty_due, 3_267)

    def test_list_and_paper(self):
        user = self._user("auditor")
        wizard = (
            self.env["lpdb.ageing"]
            .with_user(user)
            .create({"company_id": self.company.id, "date": "2014-06-30"})
        )
        action = wizard.action_show()
        lines = self.env[action["res_model"]].with_user(user).search(action["domain"])
        self.assertEqual(sum(lines.mapped("principal")), 5_000_000)
        self.assertEqual(len(lines), 4)
        wizard.overdue_only = True
        wizard.action_fill()
        self.assertEqual(wizard.line_ids.mapped("days"), [68, 38, 7])
        html, _kind = (
            self.env["ir.actions.report"]
            .with_user(user)
            ._render_qweb_html("lpdb_financing.report_ageing", wizard.ids)
        )
        for text in ("DAFTAR UMUR", "30 Juni 2014", "24 Mei 2014", "508.334", "68"):
            self.assertIn(text, html.decode())
        wizard.date = "2014-01-01"
        with self.assertRaises(UserError):
            wizard.action_show()

    def test_two_companies(self):
        other = self._create_cooperative("Koperasi Lain")
        user = self._user("accountant", other)
        loans = self.facility.with_user(user).with_context(
            allowed_company_ids=other.ids
        )
        self.assertEqual(loans.ageing_at("2014-06-30")["rows"], [])
        self.assertEqual(loans.ageing_at("2014-06-30", self.facility.ids)["rows"], [])
        teller = self._user("teller")
        with self.assertRaises(AccessError):
            self.facility.with_user(teller).ageing_at("2014-06-30")

    def test_local_date_is_taken_when_none_is_given(self):
        # 23 April, 18:00 UTC is the 24th in Jakarta
        with freeze_time("2014-04-23 18:00:00"):
            found = self.facility.ageing_at(None, self.facility.ids)
        self.assertEqual(found["date"], "2014-04-24")
        self.assertEqual(found["rows"][0]["days"], 1)

    def test_list_costs_the_same_for_many_loans(self):
        others = self.facility
        for number in range(3):
            loan = self._create_facility(agreement_number=f"n{number}")
            self._draw(loan)
            others |= loan
        self.env.invalidate_all()
        self.facility.ageing_at("2014-06-30", self.facility.ids)
        self.env.invalidate_all()
        with self.assertQueryCount(12):
            rows = self.facility.ageing_at("2014-06-30", others.ids)["rows"]
        self.assertEqual(len(rows), 16)

    def _user(self, role, company=None):
        company = company or self.company
        return new_test_user(
            self.env,
            login=f"age_{role}_{company.id}",
            groups=f"umkm_base.umkm_base_group_{role}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )
