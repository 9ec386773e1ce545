# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import UmkmCase


@tagged("post_install", "-at_install")
class TestObligation(UmkmCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.obligation = cls.env["umkm.obligation"].create(
            {
                "name": "Report on the grant",
                "kind": "report",
                "company_id": cls.company_a.id,
                "date_due": "2026-03-31",
                "remind_days": 10,
                "responsible_id": cls.user("accountant").id,
            }
        )

    def state_at(self, moment):
        with freeze_time(moment):
            self.obligation.invalidate_recordset(["state"])
            found = self.env["umkm.obligation"].search(
                [("state", "=", self.obligation.state), ("id", "=", self.obligation.id)]
            )
            self.assertEqual(found, self.obligation)
            return self.obligation.state

    def test_state_turns_at_local_midnight(self):
        # 16:00 UTC is midnight in Kutai Kartanegara (UTC+8)
        self.assertEqual(self.state_at("2026-03-31 15:59:59"), "open")
        self.assertEqual(self.state_at("2026-03-31 16:00:00"), "late")

    def test_done_and_reopened(self):
        with freeze_time("2026-03-20 20:00:00"):
            self.obligation.action_done()
        self.assertEqual(self.obligation.date_done, date(2026, 3, 21))
        self.assertEqual(self.state_at("2026-05-01"), "done")
        with self.assertRaisesRegex(UserError, "Report on the grant"):
            self.obligation.action_done()
        self.obligation.action_reopen()
        self.obligation.action_done("2026-04-02")
        self.assertEqual(self.obligation.date_done, date(2026, 4, 2))

    def test_reminder_comes_once_and_goes_when_done(self):
        cron = self.env.ref("umkm_base.ir_cron_obligation_remind")
        others = self.env["umkm.obligation"].search([("id", "!=", self.obligation.id)])
        others.date_done = "2026-01-01"
        activities = self.obligation.activity_ids
        with freeze_time("2026-03-20"), self.enter_registry_test_mode():
            cron.method_direct_trigger()
        self.assertEqual(self.obligation.activity_ids, activities)
        for moment in ("2026-03-21", "2026-03-22"):
            with freeze_time(moment), self.enter_registry_test_mode():
                cron.method_direct_trigger()
        reminder = self.obligation.activity_ids
        self.assertEqual(len(reminder), 1)
        self.assertEqual(reminder.user_id, self.user("accountant"))
        self.assertEqual(reminder.date_deadline, date(2026, 3, 31))
        self.obligation.action_done("2026-03-25")
        self.assertFalse(self.obligation.activity_ids)

    def test_roles_and_companies(self):
        self.as_role(self.obligation, "monitoring_officer").rule = "NPHD article 7"
        self.assertTrue(self.as_role(self.obligation, "auditor").name)
        with self.assertRaises(AccessError):
            self.as_role(self.obligation, "auditor").action_done()
        with self.assertRaises(AccessError):
            self.as_role(self.obligation, "accountant", self.company_b).read(["name"])
