# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, freeze_time, tagged

from .common import CoopCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10 03:00:00")  # 10 March all over Indonesia
class TestReversal(CoopCommon):
    """The question for day and reason before a document is taken back."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti = cls._join("Siti")
        cls.teller = cls._new_user("teller")
        cls.accountant = cls._new_user("accountant")
        cls.receipt = cls._receive(cls.siti, {cls.voluntary: 50_000}, "2026-03-10")

    def _count_today(self):
        day = self.env["coop.cash.day"].create({"date": "2026-03-10"})
        # 100,000 of January and 50,000 of today
        day.with_user(self.teller).action_count({"N100000": 1, "N50000": 1})
        return day

    def _ask(self, document=None, user=None):
        document = document or self.receipt
        wizard = self.env["coop.reversal"].with_user(user or self.teller)
        return Form(
            wizard.with_context(active_model=document._name, active_id=document.id)
        )

    def test_today_is_proposed(self):
        form = self._ask()
        self.assertEqual(form.document_ref, f"coop.receipt,{self.receipt.id}")
        self.assertEqual(form.date, date(2026, 3, 10))

    def test_day_and_reason_stand_on_the_mirror(self):
        form = self._ask()
        form.date = "2026-03-12"
        form.reason = "wrong person"
        form.save().action_reverse()
        self.assertEqual(self.receipt.state, "reversed")
        self.assertRecordValues(
            self.receipt.reversal_move_id,
            [{"date": date(2026, 3, 12), "ref": "wrong person", "state": "posted"}],
        )

    def test_reason_is_asked_for(self):
        with self.assertRaisesRegex(AssertionError, "reason"):
            self._ask().save()

    def test_day_after_the_count_is_proposed(self):
        self._count_today()
        form = self._ask()
        self.assertEqual(form.date, date(2026, 3, 11))
        form.reason = "wrong person"
        form.save().action_reverse()
        self.assertEqual(self.receipt.reversal_move_id.date, date(2026, 3, 11))

    def test_next_open_day_is_proposed(self):
        day = self._count_today()
        day.with_user(self.accountant).action_close()
        self.env["coop.cash.day"].create({"date": "2026-03-14"})
        self.assertEqual(self._ask().date, date(2026, 3, 14))

    def test_counted_day_stays_refused(self):
        self._count_today()
        form = self._ask()
        form.date = "2026-03-10"
        form.reason = "wrong person"
        wizard = form.save()
        with self.assertRaisesRegex(UserError, "counted already"):
            wizard.action_reverse()

    def test_savings_entry_is_asked_for_in_the_same_way(self):
        account = self.receipt.line_ids.entry_ids.account_id
        entry = self.env["coop.saving.entry"].create(
            {
                "account_id": account.id,
                "date": "2026-03-10",
                "kind": "deposit",
                "amount": 5_000,
                "journal_id": self.receipt.journal_id.id,
            }
        )
        entry.action_post()
        form = self._ask(entry, self.accountant)
        form.reason = "typed twice"
        form.save().action_reverse()
        self.assertEqual(entry.reversal_ids.move_id.ref, "typed twice")

    def test_other_company_and_auditor_reverse_nothing(self):
        stranger = self._new_user(
            "teller", self.env["res.company"].create({"name": "Another cooperative"})
        )
        for user in (stranger, self._new_user("auditor")):
            wizards = self.env["coop.reversal"].with_user(user)
            with self.assertRaises(AccessError):
                wizards.create(
                    {
                        "document_ref": f"coop.receipt,{self.receipt.id}",
                        "date": "2026-03-10",
                        "reason": "x",
                    }
                ).action_reverse()
        self.assertEqual(self.receipt.state, "posted")
