# SPDX-License-Identifier: AGPL-3.0-or-later
from unittest.mock import patch

from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import CoopCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-06-15 03:00:00")
class TestLanguage(CoopCommon):
    """What crons and scripts leave behind is in the language of who reads it.

    Neither brings a language along; without one Odoo writes English.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["res.lang"]._activate_lang("id_ID")
        cls.company.partner_id.lang = "id_ID"
        [cls.siti] = cls._join("Siti")
        cls.siti.partner_id.lang = "id_ID"
        context = {k: v for k, v in cls.env.context.items() if k != "lang"}
        cls.mute = cls.env(context=context)

    def test_passbook_of_term_savings_that_mature_at_night(self):
        term = self._get_type("term")
        term.rate_ids = [
            Command.create({"date_from": "2026-01-01", "interest_rate": 6})
        ]
        account = self.mute["coop.saving.account"].create(
            {
                "member_id": self.siti.id,
                "type_id": term.id,
                "term_months": 3,
                "payout_type_id": self.voluntary.id,
            }
        )
        self.mute["coop.receipt"].create(
            {
                "member_id": self.siti.id,
                "date": "2026-02-01",
                "line_ids": [
                    Command.create({"account_id": account.id, "amount": 1_000_000})
                ],
            }
        ).action_post()
        cron = type(self.env["ir.cron"])
        with patch.object(cron, "_commit_progress", lambda *args, **kwargs: 1):
            self.mute["coop.saving.account"]._cron_mature()
        texts = account.entry_ids.sorted("id").mapped("name")
        self.assertEqual(texts[0], "Simpanan berjangka")
        # the rupiah of the interest, then what went to the voluntary saving
        self.assertRegex(texts[1], r"^Simpanan berjangka 0?1\D")
        self.assertNotIn("2026-05-01", texts[1])
        self.assertEqual(texts[2], "Simpanan berjangka dibayarkan")

    def test_transfer_says_what_it_is_in_the_members_words(self):
        self._receive(self.siti, {self.voluntary: 50_000}, "2026-02-01")
        self.mandatory.action_create_dues("2026-02-01")
        source = self.siti.account_ids.filtered(lambda a: a.type_id == self.voluntary)
        transfer = self.mute["coop.saving.transfer"].create(
            {
                "source_account_id": source.id,
                "target_type_id": self.mandatory.id,
                "amount": 20_000,
                "date": "2026-02-01",
                "company_id": self.company.id,
            }
        )
        transfer.action_post()
        self.assertEqual(
            set(transfer.entry_ids.mapped("name")),
            {"Simpanan sukarela - Simpanan wajib"},
        )

    def test_suspension_is_proposed_in_the_cooperatives_words(self):
        self.env["coop.arrears.rule"].create(
            {"date_from": "2026-01-01", "overdue_count": 1, "source": "ART 5"}
        )
        self.mandatory.action_create_dues("2026-02-01")
        self.mute["coop.arrears.rule"]._cron_propose_suspensions()
        self.assertIn("bekukan?", self.siti.activity_ids.summary)

    def test_reminder_has_no_date_of_a_computer(self):
        self.mandatory.action_create_dues("2026-02-01")
        row = self.mute["coop.saving.arrears"].browse(self.siti.id)
        self.assertIn("Siti", row._get_reminder_text())
        self.assertNotIn("2026-02-28", row._get_reminder_text())
