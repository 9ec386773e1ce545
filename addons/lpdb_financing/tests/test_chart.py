# SPDX-License-Identifier: AGPL-3.0-or-later
import json

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestChart(LpdbCommon):
    """What the picture of a schedule is drawn from.

    Published loan: Rp5,000,000 on 24 March 2014, rows of 416,667 of principal; the
    interest of rows 1 to 3 is 91,667, 84,028 and 76,389.
    """

    def _chart(self, day="2014-06-30", facility=None):
        data = (facility or self.facility).schedule_chart(day)
        # over RPC nothing else passes
        self.assertEqual(json.loads(json.dumps(data)), data)
        return data

    def _columns(self, data, *names, last=4):
        return [tuple(row[name] for name in names) for row in data["rows"][:last]]

    def test_paid_overdue_and_due(self):
        self._draw()
        self._pay("2014-04-24")
        # row 2: 84,028 of interest and 15,972 of principal of 500,695
        self._pay("2014-05-24", amount=100_000)
        data = self._chart("2014-06-30")
        self.assertEqual(
            self._columns(data, "due", "paid", "overdue", "due_amount"),
            [
                ("2014-04-24", 508_334, 0, 0),
                ("2014-05-24", 100_000, 400_695, 0),
                ("2014-06-24", 0, 493_056, 0),
                ("2014-07-24", 0, 0, 485_417),
            ],
        )
        # 5,000,000 less what the schedule asks, and less what was paid
        self.assertEqual(
            self._columns(data, "balance", "outstanding"),
            [
                (4_583_333, 4_583_333),
                (4_166_666, 4_567_361),
                (3_749_999, 4_567_361),
                (3_333_332, False),
            ],
        )
        self.assertEqual(data["rows"][-1]["balance"], 0)
        # published: 5,595,834 in all
        totals = data["totals"]
        self.assertEqual(totals["payment"], 5_595_834)
        self.assertEqual(
            totals["paid"] + totals["overdue"] + totals["due_amount"], 5_595_834
        )

    def test_several_draws(self):
        self._draw(amount=3_000_000)
        self._draw(date="2014-05-24", amount=2_000_000)
        data = self._chart("2014-05-24")
        # 3,000,000 / 12 = 250,000 fell due in April, 2,000,000 came in May
        self.assertEqual(data["rows"][0]["balance"], 2_750_000)
        self.assertEqual(
            self._columns(data, "outstanding"),
            [(3_000_000,), (5_000_000,), (False,), (False,)],
        )
        self.assertEqual(data["totals"]["principal"], data["drawn"])

    def test_paid_rows_of_the_version_before_stay(self):
        self._draw()
        self._pay("2014-04-24")
        before = self._chart()["rows"][0]
        self.facility.action_restructure("2014-06-24", {"periods": 24})
        data = self._chart()
        self.assertEqual(data["version"], 2)
        self.assertEqual(len(data["rows"]), 25)
        self.assertEqual(data["rows"][0], before)
        self.assertEqual(data["totals"]["principal"], 5_000_000)

    def test_thirty_years_cost_no_query_per_row(self):
        facility = self._create_facility(name="Panjang", periods=360)
        self._draw(facility)
        self.env.invalidate_all()
        facility.schedule_chart("2014-06-30")
        self.env.invalidate_all()
        with self.assertQueryCount(20):
            data = facility.schedule_chart("2014-06-30")
        self.assertEqual(len(data["rows"]), 360)
        self.assertEqual(data["rows"][-1]["balance"], 0)

    def test_taken_over_loan_has_no_ledger_before_its_books(self):
        facility = self._create_facility(name="Alih", opening_date="2014-05-31")
        self._draw(facility)
        data = self._chart("2014-06-30", facility)
        # rows 1 and 2 of 416,667 were paid before
        self.assertEqual(
            self._columns(data, "state", "outstanding", last=3),
            [("paid", False), ("paid", False), ("open", 4_166_666)],
        )

    def test_loan_without_a_schedule_is_empty(self):
        data = self._chart()
        self.assertEqual((data["rows"], data["totals"]["payment"]), ([], 0))

    def test_other_cooperative_sees_nothing(self):
        self._draw()
        foreign = self._create_cooperative("Koperasi Lain")
        user = new_test_user(
            self.env,
            login="lpdb_foreign",
            groups="umkm_base.umkm_base_group_accountant",
            company_id=foreign.id,
            company_ids=[(6, 0, foreign.ids)],
        )
        facility = self.facility.with_user(user).with_context(
            allowed_company_ids=foreign.ids
        )
        with self.assertRaises(AccessError):
            facility.schedule_chart()
