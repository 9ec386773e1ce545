# SPDX-License-Identifier: AGPL-3.0-or-later
import json
import random
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import new_test_user, tagged

from ..tools import interest
from .common import CoopCommon

VECTORS = {
    vector["id"]: vector
    for vector in json.loads(
        (Path(__file__).parents[3] / "tests/vectors/savings.json").read_text()
    )
}


@tagged("post_install", "-at_install")
class TestInterest(CoopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        # 365 days at 10 % on 365,000 make 100 a day
        cls.voluntary.rate_ids = [
            Command.create({"date_from": "2026-01-01", "interest_rate": 10})
        ]
        cls.siti, cls.budi = cls._join("Siti", "Budi")
        cls.batches = cls.env["coop.saving.batch"]

    def _save(self, member, amount, day, saving=None):
        direction = "in" if amount > 0 else "out"
        self._receive(member, {saving or self.voluntary: abs(amount)}, day, direction)

    def _run(self, day):
        return self.batches.browse(self.batches.action_run_interest(day))

    def _of(self, batch, member, kind="interest"):
        found = batch.entry_ids.filtered(
            lambda e: e.member_id == member and e.kind == kind
        )
        return sum(found.mapped("amount"))

    def _slip(self, member, month):
        return self.env["coop.saving.tax.slip"].search(
            [("member_id", "=", member.id), ("period", "=", month)]
        )

    def test_run_of_a_month_is_prepared_posted_and_tied(self):
        self._save(self.siti, 365_000, "2026-01-11")
        self._save(self.budi, 730_000, "2026-01-31")
        batch = self._run("2026-01-20")
        self.assertEqual(batch.state, "prepared")
        # Siti 21 days of 100, Budi one day of 200
        self.assertEqual(self._of(batch, self.siti), 2_100)
        self.assertEqual(self._of(batch, self.budi), 200)
        self.assertEqual(str(batch.date), "2026-01-31")
        batch.action_post()
        # one line for the savings, one for the expense
        self.assertEqual(len(batch.move_id.line_ids), 2)
        self.assertEqual(self._get_balance(self.siti, self.voluntary), 367_100)
        self.assert_tied("2026-01-30", "2026-01-31")

    def test_posted_interest_bears_interest(self):
        self._save(self.siti, 3_650_000, "2026-01-06")
        self._run("2026-01-20").action_post()
        february = self._run("2026-02-20")
        # 26 days of 1,000; then 28 days on 3,676,000: 28 * 1007.12 = 28,199.45
        self.assertEqual(self._of(february, self.siti), 28_199)

    def test_same_period_bears_interest_once(self):
        self._save(self.siti, 365_000, "2026-01-11")
        batch = self._run("2026-01-20")
        self.assertFalse(self._run("2026-01-20"))
        batch.action_post()
        self.assertFalse(self._run("2026-01-25"))
        again = self.batches.create(
            {
                "name": "Again",
                "kind": "interest",
                "type_ids": self.voluntary.ids,
                "period_from": "2026-01-31",
                "period_to": "2026-02-05",
                "date": "2026-02-05",
            }
        )
        with self.assertRaisesRegex(UserError, "gives interest for days"):
            again.action_prepare()
        batch.action_reverse("2026-02-01")
        again.action_prepare()
        self.assertEqual(again.state, "prepared")

    def test_figures_that_changed_meanwhile_are_not_posted(self):
        self._save(self.siti, 365_000, "2026-01-11")
        batch = self._run("2026-01-20")
        self._save(self.budi, 365_000, "2026-01-12")
        with self.assertRaisesRegex(UserError, "Start again"):
            batch.action_post()
        batch.action_reset()
        batch.action_prepare()
        batch.action_post()
        self.assertEqual(self._of(batch, self.budi), 2_000)

    def test_interest_is_not_posted_before_the_period_ends(self):
        self._save(self.siti, 365_000, "2026-01-11")
        batch = self._run("2026-01-20")
        batch.action_reset()
        batch.date = "2026-01-30"
        with self.assertRaisesRegex(UserError, "known at the end"):
            batch.action_prepare()

    def test_rate_of_a_class_and_change_in_the_middle(self):
        own = self.env["coop.member.class"].create({"name": "Founder", "code": "F"})
        self.budi.class_id = own
        self.voluntary.rate_ids = [
            Command.create(
                {"date_from": "2026-01-20", "interest_rate": 20, "class_id": own.id}
            )
        ]
        for member in (self.siti, self.budi):
            self._save(member, 365_000, "2026-01-11")
        batch = self._run("2026-01-20")
        self.assertEqual(self._of(batch, self.siti), 2_100)
        # 9 days of 100 and 12 days of 200
        self.assertEqual(self._of(batch, self.budi), 3_300)

    def test_rate_of_posted_interest_stays(self):
        self._save(self.siti, 365_000, "2026-01-11")
        self._run("2026-01-20").action_post()
        with self.assertRaisesRegex(UserError, "posted fact"):
            self.voluntary.rate_ids.interest_rate = 5
        with self.assertRaisesRegex(UserError, "is posted"):
            self.voluntary.rate_ids = [
                Command.create({"date_from": "2026-01-15", "interest_rate": 5})
            ]

    def test_statement_agrees_with_the_pure_tool(self):
        dice = random.Random(19)
        members = [self.siti, self.budi, *self._join("Ani", "Umar", day="2026-01-02")]
        moves = {member: [] for member in members}
        balances = dict.fromkeys(members, 0)
        day = date(2026, 1, 5)
        for _step in range(24):
            day += timedelta(days=dice.randint(0, 6))
            member = dice.choice(members)
            amount = dice.randrange(1_000, 4_000_000)
            if balances[member] > amount and dice.random() < 0.5:
                amount = -amount
            self._save(member, amount, str(day))
            balances[member] += amount
            moves[member].append((day, Decimal(amount)))
        rates = [(date(2026, 1, 1), Decimal(10))]
        first, last = date(2026, 1, 1), date(2026, 3, 31)
        for basis in interest.BASES:
            for day_count in interest.DAY_COUNTS:
                for compounding in interest.COMPOUNDINGS:
                    self.voluntary.write(
                        {
                            "interest_basis": basis,
                            "interest_day_count": day_count,
                            "interest_compounding": compounding,
                        }
                    )
                    rows = self.env.execute_query(
                        self.voluntary._interest_sql(first, last)
                    )
                    got = {member: amount for _account, member, amount in rows}
                    for member in members:
                        want = interest.interest(
                            moves[member],
                            first,
                            last,
                            rates,
                            basis,
                            day_count,
                            compounding,
                        )
                        self.assertAlmostEqual(
                            got.get(member.id, 0.0),
                            float(want),
                            places=5,
                            msg=(basis, day_count, compounding, member.number),
                        )

    def test_queries_do_not_grow_with_members(self):
        members = self._apply(*(f"P{n}" for n in range(150)))
        members.action_approve("2026-01-02")
        opening = self.batches.create(
            {"name": "Opening", "kind": "opening", "date": "2026-01-02"}
        )
        opening.action_prepare(
            [
                {"member_id": member.id, "type": "SS", "amount": 9_000_000}
                for member in members
            ]
        )
        opening.action_post()
        self.env.flush_all()
        with self.assertQueryCount(220):
            self._run("2026-12-20").action_post()
            self.env.flush_all()

    def test_failed_run_leaves_nothing(self):
        self._save(self.siti, 365_000, "2026-01-11")
        batch = self._run("2026-01-20")
        batch.action_reset()
        batch.counterpart_account_id = False
        batch.action_prepare()
        with self.assertRaisesRegex(UserError, "other side"):
            batch.action_post()
        self.assertEqual(batch.state, "prepared")
        self.assertEqual(set(batch.entry_ids.mapped("state")), {"draft"})
        self.assertFalse(self._slip(self.siti, "2026-01-01"))
        self.assertEqual(self._get_balance(self.siti, self.voluntary), 365_000)

    # Tax

    def test_compute_tax_of_the_published_figures(self):
        tax = self.env["coop.saving.tax"]
        # TAX01, guide of the tax office
        vector = VECTORS["TAX01"]
        for month, gross in vector["inputs"]["interest_by_month"].items():
            self.assertEqual(
                tax.compute_tax("person", gross, f"{month}-28"),
                vector["expected"][month]["tax"],
            )
        # ID-TAX-01: 24000.1 becomes 24000 whole rupiah
        amounts = VECTORS["ID-TAX-01"]["inputs"]["monthly_interest"]
        self.assertEqual(
            [tax.compute_tax("person", float(a), "2026-01-31") for a in amounts],
            [0.0, 24_000.0, 100_000.0],
        )
        self.assertEqual(tax.compute_tax("company", 1_000_000, "2026-01-31"), 0.0)
        self.assertEqual(
            tax.compute_tax("person", 300_000, "2026-01-31", withheld=10_000), 20_000
        )
        with self.assertRaisesRegex(UserError, "no rule"):
            tax.compute_tax("person", 1, "2008-12-31")

    def test_rule_of_the_day_is_taken(self):
        tax = self.env["coop.saving.tax"]
        tax.create(
            {"date_from": "2027-01-01", "threshold": 0, "rate": 5, "source": "Test"}
        )
        self.assertEqual(tax.compute_tax("person", 100_000, "2026-12-31"), 0)
        self.assertEqual(tax.compute_tax("person", 100_000, "2027-01-01"), 5_000)
        rule = tax._get_in_force("person", date(2026, 1, 1))
        rule.test_basis = "equivalent"
        # TAX04: 1,000,000 for twelve months is 83,333 a month
        self.assertEqual(
            tax.compute_tax("person", 1_000_000, "2026-12-31", months=12), 0
        )

    def _direct(self, day, *rows):
        batch = self.batches.create({"name": "Jasa", "kind": "interest", "date": day})
        batch.action_prepare(
            [
                {"member_id": member.id, "type_id": saving.id, "amount": amount}
                for member, saving, amount in rows
            ]
        )
        return batch

    def test_tax_is_of_all_accounts_of_the_month_and_spread_exactly(self):
        other = self.voluntary.copy(
            {
                "code": "S2",
                "name": "Holiday",
                "account_id": self.company._coop_ensure_account(
                    "s2", "21310099", "S2", "S2", "liability_current"
                ).id,
            }
        )
        batch = self._direct(
            "2026-03-31",
            (self.siti, self.voluntary, 200_001),
            (self.siti, other, 40_004),
            (self.budi, self.voluntary, 240_000),
        )
        # 240,005 * 10 % = 24,000.5, half up 24,001; 240,000 bears nothing
        self.assertEqual(self._of(batch, self.siti, "tax"), -24_001)
        self.assertEqual(self._of(batch, self.budi, "tax"), 0)
        batch.action_post()
        slips = self._slip(self.siti, "2026-03-01") + self._slip(
            self.budi, "2026-03-01"
        )
        self.assertRecordValues(
            slips,
            [
                {"gross_amount": 240_005, "tax_amount": 24_001, "state": "issued"},
                {"gross_amount": 240_000, "tax_amount": 0, "state": "issued"},
            ],
        )
        tax_line = batch.move_id.line_ids.filtered(
            lambda line: line.account_id == batch.tax_account_id
        )
        self.assertEqual(tax_line.balance, -24_001)
        expense = batch.move_id.line_ids.filtered(
            lambda line: line.account_id == batch.counterpart_account_id
        )
        # the gross of both: 240,005 + 240,000
        self.assertEqual(sum(expense.mapped("balance")), 480_005)
        self.assert_tied("2026-03-31")

    def test_balance_is_deposits_and_interest_less_tax(self):
        # FIN-SAV-07
        rate = VECTORS["FIN-SAV-07"]["inputs"]["tax_rate_pct"]
        self.assertEqual(
            self.env["coop.saving.tax"]._get_in_force("person", date(2026, 1, 1)).rate,
            float(rate),
        )
        self._save(self.siti, 1_000_000, "2026-03-01")
        self._direct("2026-03-31", (self.siti, self.voluntary, 500_000)).action_post()
        self.assertEqual(
            self._get_balance(self.siti, self.voluntary), 1_000_000 + 500_000 - 50_000
        )

    def test_second_payment_of_the_month_bears_the_tax_of_both(self):
        self._direct("2026-03-10", (self.siti, self.voluntary, 200_000)).action_post()
        second = self._direct("2026-03-31", (self.siti, self.voluntary, 100_000))
        # 300,000 in the month bear 30,000, nothing was withheld so far
        self.assertEqual(self._of(second, self.siti, "tax"), -30_000)
        stale = self._direct("2026-03-31", (self.siti, self.voluntary, 50_000))
        second.action_post()
        with self.assertRaisesRegex(UserError, "Start again"):
            stale.action_post()
        april = self._direct("2026-04-30", (self.siti, self.voluntary, 100_000))
        self.assertEqual(self._of(april, self.siti, "tax"), 0)

    def test_legal_entity_bears_no_final_tax(self):
        self.siti.partner_id.is_company = True
        batch = self._direct("2026-03-31", (self.siti, self.voluntary, 900_000))
        self.assertEqual(self._of(batch, self.siti, "tax"), 0)

    def test_reversal_cancels_the_slip_and_keeps_its_number(self):
        batch = self._direct("2026-03-31", (self.siti, self.voluntary, 500_000))
        batch.action_post()
        slip = self._slip(self.siti, "2026-03-01")
        name = slip.name
        batch.action_reverse("2026-04-02")
        self.assertRecordValues(
            slip, [{"name": name, "gross_amount": 0, "state": "cancelled"}]
        )
        self.assertFalse(self._slip(self.siti, "2026-04-01"))
        self._direct("2026-03-31", (self.siti, self.voluntary, 300_000)).action_post()
        self.assertRecordValues(
            slip, [{"name": name, "tax_amount": 30_000, "state": "issued"}]
        )

    def test_slips_print_and_nobody_writes_them(self):
        self._direct("2026-03-31", (self.siti, self.voluntary, 500_000)).action_post()
        slip = self._slip(self.siti, "2026-03-01")
        for name in ("report_tax_slip", "report_tax_list"):
            html, _kind = self.env["ir.actions.report"]._render_qweb_html(
                f"coop_membership.{name}", slip.ids
            )
            self.assertIn(slip.name, html.decode())
        self.assertFalse(
            slip.with_user(self._new_user("accountant")).has_access("write")
        )
        with self.assertRaisesRegex(UserError, "posted fact"):
            slip.tax_amount = 0
        with self.assertRaises(UserError):
            slip.unlink()

    def test_slips_of_others_are_invisible(self):
        self._direct(
            "2026-03-31",
            (self.siti, self.voluntary, 500_000),
            (self.budi, self.voluntary, 500_000),
        ).action_post()
        portal = new_test_user(
            self.env,
            login="slip_portal",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        self.siti.partner_id.sudo().user_ids = portal
        slips = self.env["coop.saving.tax.slip"]
        self.assertEqual(slips.with_user(portal).search([]).member_id, self.siti)
        other = self._create_cooperative("Lain")
        stranger = self._new_user("accountant", other)
        foreign = self.env(user=stranger, context={"allowed_company_ids": other.ids})[
            "coop.saving.tax.slip"
        ]
        self.assertFalse(foreign.search([]))

    def test_types_without_basis_and_term_savings_stay_out(self):
        with self.assertRaisesRegex(ValidationError, "bears no interest"):
            self.batches.create(
                {"name": "X", "kind": "interest", "type_ids": self.principal.ids}
            )
