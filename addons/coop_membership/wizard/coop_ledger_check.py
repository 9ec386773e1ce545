# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, fields, models


class CoopLedgerCheck(models.TransientModel):
    """Screen of ``action_check_ledger``: accounts on a day, down to single entries."""

    _name = "coop.ledger.check"
    _description = "Check of Sub-Ledgers"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="On",
        required=True,
        default=lambda self: self.env.company._local_date(),
        help="Balances at the end of this day.",
    )
    line_ids = fields.One2many("coop.ledger.check.line", "check_id", string="Accounts")
    difference_ids = fields.One2many(
        "coop.ledger.check.difference", "check_id", string="Entries that differ"
    )
    is_tied = fields.Boolean(compute="_compute_is_tied")

    @api.depends("line_ids.difference")
    def _compute_is_tied(self):
        for check in self:
            check.is_tied = not any(check.line_ids.mapped("difference"))

    @api.depends("date")
    def _compute_display_name(self):
        for check in self:
            check.display_name = self.env._("Sub-ledgers on %(day)s", day=check.date)

    @api.model_create_multi
    def create(self, vals_list):
        checks = super().create(vals_list)
        checks.action_check()
        return checks

    def action_check(self):
        """Compare every control account on the day and find what differs."""
        companies = self.env["res.company"]
        for check in self:
            day = fields.Date.to_string(check.date)
            rows = companies.action_check_ledger(day, check.company_id.id)
            differences = [
                (row["account_id"], found)
                for row in rows
                if row["difference"]
                for found in companies.action_ledger_differences(
                    row["account_id"], day, check.company_id.id
                )
            ]
            check.write(
                {
                    "line_ids": [
                        Command.clear(),
                        *(
                            Command.create(
                                {
                                    "account_id": row["account_id"],
                                    "sub_ledger": row["sub_ledger"],
                                    "ledger": row["ledger"],
                                    "difference": row["difference"],
                                }
                            )
                            for row in rows
                        ),
                    ],
                    "difference_ids": [
                        Command.clear(),
                        *(
                            Command.create({**found, "account_id": account_id})
                            for account_id, found in differences
                        ),
                    ],
                }
            )
        return True


class CoopLedgerCheckLine(models.TransientModel):
    _name = "coop.ledger.check.line"
    _description = "Check of a Control Account"
    _order = "check_id, id"

    check_id = fields.Many2one(
        "coop.ledger.check", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="check_id.currency_id")
    account_id = fields.Many2one("account.account", required=True)
    sub_ledger = fields.Monetary(
        string="Sub-ledger", help="Sum of the members' accounts; credit positive."
    )
    ledger = fields.Monetary(help="Balance of the control account; credit positive.")
    difference = fields.Monetary(help="Sub-ledger less ledger.")

    def action_open_ledger(self):
        """Show the posted ledger items of the account up to the day."""
        self.ensure_one()
        check = self.check_id
        return {
            "type": "ir.actions.act_window",
            "name": self.account_id.display_name,
            "res_model": "account.move.line",
            "view_mode": "list",
            "views": [[False, "list"]],
            "domain": [
                ("account_id", "=", self.account_id.id),
                ("company_id", "=", check.company_id.id),
                ("parent_state", "=", "posted"),
                ("date", "<=", fields.Date.to_string(check.date)),
            ],
            "context": {"create": False},
        }


class CoopLedgerCheckDifference(models.TransientModel):
    _name = "coop.ledger.check.difference"
    _description = "Journal Entry that Differs from its Sub-Ledger"
    _order = "check_id, date, id"

    check_id = fields.Many2one(
        "coop.ledger.check", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="check_id.currency_id")
    account_id = fields.Many2one("account.account", required=True)
    move_id = fields.Many2one("account.move", string="Journal entry")
    date = fields.Date()
    sub_ledger = fields.Monetary(string="Sub-ledger")
    ledger = fields.Monetary()
    difference = fields.Monetary()

    def action_open_move(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
            "views": [[False, "form"]],
        }
