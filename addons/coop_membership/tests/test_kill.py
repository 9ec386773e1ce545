# SPDX-License-Identifier: AGPL-3.0-or-later
import os
import signal
import subprocess
import sys

from odoo import SUPERUSER_ID, api
from odoo.tests import get_db_name, tagged
from odoo.tools import config

from .test_race import CommittedCase

#: posts a batch and stops when everything is written and nothing committed
CHILD = """
import sys, time
from odoo.tools import config
rc, db, batch = sys.argv[1:]
config.parse_config(["-c", rc, "-d", db, "--log-level", "critical"])
from odoo import SUPERUSER_ID, api
from odoo.modules.registry import Registry
registry = Registry(db)
with registry.cursor() as cr:
    env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
    company = type(env["res.company"])
    post = company._coop_post_moves
    def stop(self, moves, vals):
        post(self, moves, vals)
        self.env.flush_all()
        print("middle", flush=True)
        time.sleep(600)
    company._coop_post_moves = stop
    env["coop.saving.batch"].browse(int(batch)).action_post()
"""


@tagged("post_install", "-at_install")
class TestKill(CommittedCase):
    """A run that is killed leaves all or nothing, and can be run again."""

    def _prepare_batch(self):
        ids = self.ids
        with self.registry_cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            batch = env["coop.saving.batch"].create(
                {
                    "name": "Kill",
                    "kind": "deposit",
                    "date": "2026-02-03",
                    "company_id": env.ref("base.main_company").id,
                    "journal_id": ids["journal"],
                    "counterpart_account_id": ids["other"],
                }
            )
            # an applicant is easier to take away again than a member of the register
            member = env["coop.member"].browse(ids["member"])
            member._write_guarded({"state": "active"})
            batch.action_prepare(
                [{"member_id": ids["member"], "type_id": ids["type"], "amount": 7_000}]
            )
            member._write_guarded({"state": "applied"})
            return batch.id

    def _look(self, batch_id):
        """Return states and sums as another client sees them."""
        with self.registry_cursor() as cr:
            cr.execute(
                """
                SELECT b.state, e.state, a.balance, a.line_count,
                       (SELECT COUNT(*) FROM account_move m WHERE m.journal_id =
                               b.journal_id)
                  FROM coop_saving_batch b
                  JOIN coop_saving_entry e ON e.batch_id = b.id
                  JOIN coop_saving_account a ON a.id = e.account_id
                 WHERE b.id = %s
                """,
                [batch_id],
            )
            return cr.fetchall()

    def test_kill_in_the_middle_of_a_run(self):
        batch_id = self._prepare_batch()
        # one journal entry, of the member's first deposit
        before = [("prepared", "draft", 100_000.0, 1, 1)]
        self.assertEqual(self._look(batch_id), before)
        child = subprocess.Popen(
            [
                sys.executable,
                "-c",
                CHILD,
                config["config"],
                get_db_name(),
                str(batch_id),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        try:
            line = child.stdout.readline()
            self.assertEqual(line, "middle\n", line or child.stderr.read())
            os.kill(child.pid, signal.SIGKILL)
        finally:
            child.kill()
            child.communicate()
        self.assertEqual(child.returncode, -signal.SIGKILL)
        self.assertEqual(self._look(batch_id), before)
        with self.registry_cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"tracking_disable": True})
            env["coop.saving.batch"].browse(batch_id).action_post()
        self.assertEqual(self._look(batch_id), [("posted", "posted", 107_000.0, 2, 2)])
