# SPDX-License-Identifier: AGPL-3.0-or-later
from psycopg2 import errors

from odoo import SUPERUSER_ID, Command, api
from odoo.exceptions import UserError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, tagged
from odoo.tools import mute_logger

KEYS = {"race_cash": "asset_cash", "race_cash_other": "expense"}


@tagged("post_install", "-at_install")
class TestRaceCash(BaseCase):
    """A receipt and the count of its drawer at once, each in its own transaction.

    Only drawer and day are committed; no journal entry is.
    """

    def setUp(self):
        super().setUp()
        self.registry = Registry(get_db_name())
        with self.registry.cursor() as cr:
            env = self._env(cr)
            company = env.ref("base.main_company")
            accounts = {
                key: company._coop_ensure_account(key, f"1117777{n}", key, key, kind)
                for n, (key, kind) in enumerate(KEYS.items())
            }
            journal = company._coop_ensure_journal(
                "race_cash_journal",
                "RCASH",
                "Race",
                "Lomba",
                "cash",
                default_account_id=accounts["race_cash"].id,
            )
            day = env["coop.cash.day"].create(
                {"journal_id": journal.id, "date": "2026-02-02"}
            )
            self.day_id, self.journal_id = day.id, journal.id
        self.addCleanup(self._clean_up)

    def _env(self, cr):
        env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
        company = env.ref("base.main_company")
        return env(context={**env.context, "allowed_company_ids": company.ids})

    def _clean_up(self):
        with self.registry.cursor() as cr:
            env = self._env(cr)
            company = env.ref("base.main_company")
            cr.execute("DELETE FROM coop_cash_day WHERE id = %s", [self.day_id])
            company._coop_journal("race_cash_journal").unlink()
            for key in KEYS:
                company._coop_account(key).unlink()

    def _post(self, cr):
        """Post 5,000 into the drawer on the day."""
        env = self._env(cr)
        company = env.ref("base.main_company")
        move = env["account.move"].create(
            {
                "journal_id": self.journal_id,
                "date": "2026-02-02",
                "line_ids": [
                    Command.create(
                        {
                            "account_id": company._coop_account("race_cash").id,
                            "debit": 5_000,
                        }
                    ),
                    Command.create(
                        {
                            "account_id": company._coop_account("race_cash_other").id,
                            "credit": 5_000,
                        }
                    ),
                ],
            }
        )
        move.action_post()
        env.flush_all()
        return move

    @mute_logger("odoo.sql_db")
    def test_count_is_refused_while_an_entry_is_under_way(self):
        with self.registry.cursor() as posting, self.registry.cursor() as counting:
            self._post(posting)
            day = self._env(counting)["coop.cash.day"].browse(self.day_id)
            with self.assertRaisesRegex(UserError, "just posting"):
                day.action_count({})
            counting.rollback()
            posting.rollback()

    @mute_logger("odoo.sql_db")
    def test_entry_that_began_before_the_count_is_tried_again_and_refused(self):
        with self.registry.cursor() as posting:
            posting.execute("SELECT 1 FROM coop_cash_day")
            with self.registry.cursor() as counting:
                env = self._env(counting)
                env["coop.cash.day"].browse(self.day_id).action_count({})
                env.flush_all()
            with self.assertRaises(errors.SerializationFailure):
                self._post(posting)
            posting.rollback()
            # the server tries again with a fresh view of the day
            with self.assertRaisesRegex(UserError, "counted already"):
                self._post(posting)
            posting.rollback()
