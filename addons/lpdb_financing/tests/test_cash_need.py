# SPDX-License-Identifier: AGPL-3.0-or-later
import json

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestCashNeed(LpdbCommon):
    """Cash for the months to come.

    Two loans. The published one: Rp5,000,000 from 24 March 2014 at 22 %, rows 1 to 4
    ask 508,334, 500,695, 493,056 and 485,417. A second one: Rp1,200,000 without
    interest in 24 instalments of 50,000, due on the 10th from 10 May.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.facility.penalty_rate = 36.5
        cls._draw()
        cls.second = cls._create_facility(
            name="Cadangan",
            plafond=2_000_000,
            annual_rate=0,
            periods=24,
            date_agreement="2014-04-10",
        )
        cls._draw(cls.second, "2014-04-10", 1_200_000)

    def _need(self, *args):
        need = self.env["lpdb.facility"].cash_need(*args)
        self.assertEqual(json.loads(json.dumps(need)), need)
        return need

    def _amounts(self, need, *names):
        return {
            period["key"]: tuple(period[name] for name in names)
            for period in need["periods"]
        }

    def test_arrears_come_first_with_their_penalty(self):
        need = self._need("2014-06-15", 12)
        keys = [period["key"] for period in need["periods"]]
        self.assertEqual(keys[:3], ["arrears", "2014-06", "2014-07"])
        self.assertEqual((len(keys), keys[-1]), (13, "2015-05"))
        self.assertEqual(need["date_to"], "2015-05-31")
        # rows 1 and 2, 53 and 23 days late at 0.1 % a day: 26,941.7 + 11,516.0
        penalty = 38_458
        principal = 2 * 416_667 + 2 * 50_000
        interest = 91_667 + 84_028
        amounts = self._amounts(need, "principal", "interest", "penalty", "amount")
        self.assertEqual(
            amounts["arrears"],
            (principal, interest, penalty, principal + interest + penalty),
        )
        # the first month begins on the 15th: row 3 only
        self.assertEqual(amounts["2014-06"], (416_667, 76_389, 0, 493_056))
        self.assertEqual(amounts["2014-07"], (466_667, 68_750, 0, 535_417))

    def test_ties_to_what_is_open(self):
        self._pay("2014-04-24", amount=100_000)
        need = self._need("2014-06-15", 12)
        rows = self.env["lpdb.instalment"].search(
            [
                ("schedule_id", "in", (self.facility | self.second).schedule_id.ids),
                ("due", "<=", "2015-05-31"),
            ]
        )
        total = need["total"]
        self.assertEqual(total["amount"] - total["penalty"], sum(rows.mapped("rest")))
        # all of the first loan less 100,000; 13 rows of the second
        self.assertEqual(
            total["amount"] - total["penalty"], 5_595_834 - 100_000 + 13 * 50_000
        )
        for rows in (need["periods"], [f["total"] for f in need["facilities"]]):
            for name in ("principal", "interest", "penalty", "amount"):
                self.assertEqual(sum(row[name] for row in rows), total[name])

    def test_loans_by_name_with_their_months(self):
        need = self._need("2014-06-15", 2)
        self.assertEqual(
            [loan["name"] for loan in need["facilities"]], ["Cadangan", "Pinjaman uji"]
        )
        self.assertEqual(
            {
                key: row["amount"]
                for key, row in need["facilities"][0]["periods"].items()
            },
            {"arrears": 100_000, "2014-07": 50_000},
        )

    def test_undrawn_and_replaced_rows_are_not_counted(self):
        self.assertEqual(self.second.undrawn, 800_000)
        self.facility.action_restructure("2014-06-24", {"periods": 10})
        need = self._need("2014-04-01", 30)
        self.assertEqual(need["total"]["principal"], 5_000_000 + 1_200_000)
        self.facility.action_settle("2014-07-24", "till_date", self.bank.id)
        need = self._need("2014-04-01", 30)
        self.assertEqual(need["total"]["principal"], 1_200_000)

    def test_table_on_the_screen(self):
        wizard = self.env["lpdb.cash.need"].create({"date": "2014-06-15", "months": 12})
        action = wizard.action_show()
        lines = self.env[action["res_model"]].search(action["domain"])
        total = self._need("2014-06-15", 12)["total"]
        self.assertEqual(sum(lines.mapped("amount")), total["amount"])
        self.assertEqual(lines[0].period_id.key, "arrears")
        # groups stand in the order of time, arrears before them
        groups = lines._read_group(action["domain"], ["period_id"], ["amount:sum"])
        self.assertEqual(
            [period.key for period, _amount in groups][:3],
            ["arrears", "2014-06", "2014-07"],
        )
        for line in lines:
            opened = line.action_open_instalments()
            rows = self.env["lpdb.instalment"].search(opened["domain"])
            self.assertEqual(sum(rows.mapped("rest")), line.amount - line.penalty)
        # shown again: nothing twice
        wizard.action_show()
        self.assertEqual(sum(wizard.line_ids.mapped("amount")), total["amount"])

    def test_silly_number_of_months_is_refused(self):
        for months in (0, 121):
            with self.assertRaisesRegex(UserError, "1 to 120"):
                self._need("2014-06-15", months)

    def test_query_count_does_not_grow_with_the_loans(self):
        self.env.invalidate_all()
        self._need("2014-06-15", 12)
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        self._need("2014-06-15", 12)
        few = self.env.cr.sql_log_count - before
        for number in range(5):
            self._draw(self._create_facility(name=f"Lain {number}"))
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(few):
            self._need("2014-06-15", 12)

    def _user(self, role, company):
        return new_test_user(
            self.env,
            login=f"cash_{role}_{company.id}",
            groups=f"umkm_base.umkm_base_group_{role}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def _loans_of(self, user):
        return (
            self.env["lpdb.facility"]
            .with_user(user)
            .with_context(allowed_company_ids=user.company_id.ids)
        )

    def test_two_cooperatives_apart(self):
        foreign = self._create_cooperative("Koperasi Lain")
        loans = self._loans_of(self._user("accountant", foreign))
        self.assertEqual(loans.cash_need("2014-06-15")["total"]["amount"], 0)
        with self.assertRaises(AccessError):
            loans.cash_need("2014-06-15", 12, self.company.id)

    def test_shown_tables_are_of_who_asked(self):
        foreign = self._create_cooperative("Koperasi Lain")
        wizard = self._loans_of(self._user("auditor", self.company)).env[
            "lpdb.cash.need"
        ]
        table = wizard.create({"date": "2014-06-15"})
        table.action_show()
        self.env.flush_all()
        others = [
            self._loans_of(self._user("accountant", company)).env
            for company in (foreign, self.company)
        ]
        for model in ("lpdb.cash.need", "lpdb.cash.need.period", "lpdb.cash.need.line"):
            self.assertTrue(table.env[model].search([]))
            for env in others:
                self.assertFalse(env[model].search([]))

    def test_auditor_sees_it_and_an_operator_does_not(self):
        auditor = self._loans_of(self._user("auditor", self.company))
        self.assertGreater(auditor.cash_need("2014-06-15")["total"]["amount"], 0)
        wizard = auditor.env["lpdb.cash.need"].create({"date": "2014-06-15"})
        self.assertTrue(wizard.action_show()["domain"])
        operator = self._loans_of(self._user("operator", self.company))
        with self.assertRaises(AccessError):
            operator.cash_need("2014-06-15")
