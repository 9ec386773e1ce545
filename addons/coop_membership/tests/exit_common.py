# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command

from .common import CoopCommon


class ExitCommon(CoopCommon):
    """Two members, one with savings, who may leave."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti, cls.budi = cls._join("Siti", "Budi")
        cls._receive(cls.siti, {cls.voluntary: 50_000}, "2026-02-01")
        cls.refund = cls.company._coop_refund_account()
        cls.accountant = cls._new_user("accountant")

    def _leave(self, member=None, day="2026-06-30", **request):
        member = member or self.siti
        member.action_request_exit("moved", date=day, **request)
        return member.exit_ids.filtered(lambda record: record.state == "draft")

    def _set_rule(self, **values):
        return self.env["coop.exit.rule"].create(
            {"date_from": "2020-01-01", "source": "AD pasal 9", **values}
        )

    def _pay(self, payment, amount, day):
        receipt = self.env["coop.receipt"].create(
            {
                "direction": "out",
                "partner_id": payment.partner_id.id,
                "date": day,
                "line_ids": [
                    Command.create({"exit_payment_id": payment.id, "amount": amount})
                ],
            }
        )
        receipt.action_post()
        return receipt

    def _get_ledger(self, account, day="2026-12-31"):
        lines = self.env["account.move.line"].search(
            [
                ("account_id", "=", account.id),
                ("parent_state", "=", "posted"),
                ("date", "<=", day),
            ]
        )
        return -sum(lines.mapped("balance"))
