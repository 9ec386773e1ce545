# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models
from odoo.exceptions import UserError


class AccountMergeWizard(models.TransientModel):
    _inherit = "account.merge.wizard"

    def action_merge(self):
        selected = self.wizard_line_ids.filtered("is_selected")
        control = selected.account_id._get_coop_control()
        if control:
            raise UserError(
                self.env._(
                    "%(accounts)s: a control account of a sub-ledger cannot be merged,"
                    " its balance would no longer agree with the members' accounts.",
                    accounts=", ".join(control.mapped("display_name")),
                )
            )
        return super().action_merge()
