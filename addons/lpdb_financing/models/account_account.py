# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models


class AccountAccount(models.Model):
    _inherit = "account.account"

    def _get_coop_control(self):
        self.env["lpdb.facility"].flush_model(
            [
                "loan_account_id",
                "current_account_id",
                "accrued_account_id",
                "company_id",
                "state",
            ]
        )
        self.env["lpdb.entry"].flush_model(["account_id", "company_id"])
        return super()._get_coop_control()
