# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, models
from odoo.exceptions import AccessError
from odoo.tools import float_compare

#: what term savings earn and what breaking them costs
TERMS = ("term_rate", "break_rate_reduction", "break_penalty_percent")


class CoopSavingAccount(models.Model):
    """Who opens term savings takes the terms in force; others are agreed above him."""

    _inherit = "coop.saving.account"

    @api.model_create_multi
    def create(self, vals_list):
        accounts = super().create(vals_list)
        # a constraint would not know the user; the counter opens accounts, and only
        # who may change one agrees on other terms
        if not accounts.has_access("write"):
            accounts._check_terms_in_force()
        return accounts

    def _check_terms_in_force(self):
        """Refuse term savings on other terms than those that were decided."""
        for account in self.filtered(lambda a: a.kind == "term"):
            decided = account._get_terms_in_force()
            if account.compounding_months or any(
                float_compare(account[name], decided[name], precision_digits=4)
                for name in TERMS
            ):
                raise AccessError(
                    self.env._(
                        "%(account)s: interest, compounding and the cost of an early"
                        " break are those in force (%(rate)s %% a year). Ask the"
                        " accountant to open it on other terms.",
                        account=account.display_name,
                        rate=f"{decided['term_rate']:g}",
                    )
                )

    def _get_terms_in_force(self):
        """Return ``{field: value}`` of the terms that are proposed today."""
        self.ensure_one()
        saving = self.type_id
        rate = saving._get_rate(self.company_id._local_date(), self.member_id.class_id)
        return {
            "term_rate": rate.interest_rate,
            "break_rate_reduction": saving.break_rate_reduction,
            "break_penalty_percent": saving.break_penalty_percent,
        }
