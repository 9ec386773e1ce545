# SPDX-License-Identifier: AGPL-3.0-or-later
import threading

from odoo import SUPERUSER_ID, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.service.model import retrying
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger


class CommittedCase(BaseCase):
    """A committed member with voluntary savings of 100,000; cleans up after."""

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        self.registry_cursor = self.registry.cursor
        with self.registry_cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            self.ids = self._prepare(env)
        self.addCleanup(self._clean_up)

    def _prepare(self, env):
        """Commit a member with voluntary savings of 100,000."""
        company = env.ref("base.main_company")
        env = env(context={**env.context, "allowed_company_ids": company.ids})
        company = company.with_env(env)
        account, other = (
            company._coop_ensure_account(key, code, key, key, account_type)
            for key, code, account_type in (
                ("race_control", "21377777", "liability_current"),
                ("race_other", "61377777", "expense"),
            )
        )
        journal = company._coop_ensure_journal(
            "race", "RACE", "Race", "Lomba", "general"
        )
        saving, kind = (
            env["coop.saving.type"].create(
                {
                    "name": "Race",
                    "code": "RACE",
                    "account_id": account.id,
                    "withdrawable": True,
                    "company_id": company.id,
                }
            ),
            env["coop.member.class"].create(
                {"name": "Race", "code": "RACE", "company_id": company.id}
            ),
        )
        partner = env["res.partner"].create({"name": "Race", "company_id": company.id})
        member = env["coop.member"].create(
            {
                "partner_id": partner.id,
                "class_id": kind.id,
                "company_id": company.id,
            }
        )
        savings = env["coop.saving.account"].create(
            {"member_id": member.id, "type_id": saving.id}
        )
        self._entry(env, savings.id, journal.id, other.id, 100_000).action_post()
        return {
            "account": account.id,
            "other": other.id,
            "journal": journal.id,
            "type": saving.id,
            "class": kind.id,
            "partner": partner.id,
            "member": member.id,
            "savings": savings.id,
        }

    def _entry(self, env, savings, journal, other, amount):
        return env["coop.saving.entry"].create(
            {
                "account_id": savings,
                "date": "2026-02-02",
                "kind": "deposit" if amount > 0 else "withdrawal",
                "amount": amount,
                "journal_id": journal,
                "counterpart_account_id": other,
            }
        )

    def _clean_up(self):
        """Take the committed records away again, posted facts by SQL only."""
        ids = self.ids
        with self.registry_cursor() as cr:
            cr.execute(
                "SELECT move_id FROM coop_saving_entry WHERE account_id = %s",
                [ids["savings"]],
            )
            moves = [row[0] for row in cr.fetchall()]
            cr.execute(
                "DELETE FROM coop_saving_entry WHERE account_id = %s", [ids["savings"]]
            )
            cr.execute(
                "DELETE FROM coop_saving_batch WHERE journal_id = %s", [ids["journal"]]
            )
            cr.execute("DELETE FROM account_move_line WHERE move_id = ANY(%s)", [moves])
            cr.execute("DELETE FROM account_move WHERE id = ANY(%s)", [moves])
            cr.execute(
                "DELETE FROM coop_saving_account WHERE id = %s", [ids["savings"]]
            )
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["coop.member"].browse(ids["member"]).unlink()
            env["coop.saving.type"].browse(ids["type"]).unlink()
            env["coop.member.class"].browse(ids["class"]).unlink()
            env["account.journal"].browse(ids["journal"]).unlink()
            env["account.account"].browse([ids["account"], ids["other"]]).unlink()
            env["res.partner"].browse(ids["partner"]).unlink()


@tagged("post_install", "-at_install")
class TestRace(CommittedCase):
    """Two clients with transactions of their own, as over RPC."""

    def _withdraw(self, barrier, results, amount):
        """Post a withdrawal in a transaction of its own, repeated as RPC does."""
        with self.registry_cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            waited = []

            def post():
                env.cr.execute("SELECT 1")
                if not waited:
                    waited.append(barrier.wait(timeout=30))
                ids = self.ids
                self._entry(
                    env, ids["savings"], ids["journal"], ids["other"], -amount
                ).action_post()

            try:
                retrying(post, env)
                results.append("drawn")
            except UserError as error:
                results.append(str(error))

    def _race(self, amounts):
        results, barrier = [], threading.Barrier(len(amounts))
        threads = [
            threading.Thread(target=self._withdraw, args=(barrier, results, amount))
            for amount in amounts
        ]
        with mute_logger("odoo.sql_db", "odoo.service.model"):
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join(timeout=60)
        with self.registry_cursor() as cr:
            cr.execute(
                "SELECT balance, (SELECT SUM(amount) FROM coop_saving_entry"
                " WHERE account_id = a.id AND state = 'posted')"
                " FROM coop_saving_account a WHERE id = %s",
                [self.ids["savings"]],
            )
            [(balance, entries)] = cr.fetchall()
        return results, float(balance), float(entries)

    def test_two_withdrawals_at_once_never_go_below_zero(self):
        results, balance, entries = self._race([80_000, 80_000])
        # 100,000 is enough for one of them
        self.assertEqual(len(results), 2)
        self.assertEqual(results.count("drawn"), 1)
        [refusal] = [text for text in results if text != "drawn"]
        self.assertIn("Not enough savings", refusal)
        self.assertEqual((balance, entries), (20_000, 20_000))

    def test_two_withdrawals_at_once_that_both_fit_are_both_booked(self):
        results, balance, entries = self._race([30_000, 20_000])
        self.assertEqual(results, ["drawn", "drawn"])
        self.assertEqual((balance, entries), (50_000, 50_000))

    def test_two_withdrawals_at_once_never_go_below_the_minimum(self):
        with self.registry_cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["coop.saving.type"].browse(self.ids["type"]).minimum_balance = 30_000
        results, balance, entries = self._race([40_000, 40_000])
        # each leaves 60,000, both together 20,000
        self.assertEqual(results.count("drawn"), 1)
        [refusal] = [text for text in results if text != "drawn"]
        self.assertIn("minimum balance", refusal)
        self.assertEqual((balance, entries), (60_000, 60_000))

    def test_two_withdrawals_at_once_do_not_go_round_the_limit(self):
        with self.registry_cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env["coop.saving.type"].browse(self.ids["type"]).withdrawal_limit = 30_000
        results, balance, _entries = self._race([20_000, 20_000])
        self.assertEqual(results.count("drawn"), 1)
        self.assertEqual(balance, 80_000)
