# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class CoopPassbookPrint(models.TransientModel):
    """Choose the line from which a passbook is printed."""

    _name = "coop.passbook.print"
    _description = "Print a Passbook"

    account_id = fields.Many2one(
        "coop.saving.account", string="Savings account", required=True
    )
    line_count = fields.Integer(related="account_id.line_count")
    last_printed_line = fields.Integer(related="account_id.last_printed_line")
    from_line = fields.Integer(
        compute="_compute_from_line",
        store=True,
        readonly=False,
        help="First line to print; proposed is the first that is not printed yet.",
    )

    @api.depends("account_id")
    def _compute_from_line(self):
        for wizard in self:
            account = wizard.account_id
            wizard.from_line = min(
                account.last_printed_line + 1, max(account.line_count, 1)
            )

    def action_print(self):
        self.ensure_one()
        return self.account_id.action_print_passbook(self.from_line)
