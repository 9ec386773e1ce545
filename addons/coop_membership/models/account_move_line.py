# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class AccountMoveLine(models.Model):
    _inherit = "account.move.line"

    coop_receipt_line_id = fields.Many2one(
        "coop.receipt.line",
        string="Receipt line",
        copy=False,
        index="btree_not_null",
        ondelete="set null",
        groups="umkm_base.umkm_base_group_teller,umkm_base.umkm_base_group_auditor",
        help="Line of the counter receipt that it comes from.",
    )

    @api.constrains("account_id", "balance", "move_id")
    def _check_coop_control_line(self):
        posted = self.filtered(lambda line: line.parent_state == "posted")
        if posted:
            posted.move_id._check_coop_control()
            posted.move_id._check_coop_cash_days()

    def write(self, vals):
        if "account_id" in vals:
            # what leaves a cash account changes the day that it was counted on
            self.filtered(
                lambda line: (
                    line.parent_state == "posted"
                    and line.account_id.account_type == "asset_cash"
                    and line.account_id.id != vals["account_id"]
                )
            ).move_id._check_coop_cash_days()
        return super().write(vals)
