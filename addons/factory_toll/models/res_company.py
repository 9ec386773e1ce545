# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    intake_bill_policy = fields.Selection(
        [("draft", "Draft bill"), ("posted", "Posted bill")],
        default="posted",
        required=True,
        string="Bill of bought material",
        help="What acceptance of bought material leaves: a draft that the accountant "
        "checks and posts, or a posted bill.",
    )
    intake_netting = fields.Boolean(
        "Net debts at the scale",
        help="Take what the seller owes off his bill as soon as it is posted: invoices "
        "that are due, and what he agreed to. Without it the accountant nets.",
    )
    intake_netting_journal_id = fields.Many2one(
        "account.journal",
        string="Netting journal",
        check_company=True,
        domain="[('type', '=', 'general')]",
        help="Miscellaneous journal of the netting; empty: the first one.",
    )

    def action_setup_cooperative(self):
        """Give the company its first warehouse and average cost; see ``umkm_base``.

        Odoo 19 makes a warehouse for a new company in its own tests only
        (``stock/models/res_company.py``); without one nothing can be weighed in.
        """
        lines = super().action_setup_cooperative()
        # the right to set this company up is checked above
        company = self.sudo()
        return [*lines, *company._setup_warehouse(), company._setup_costing()]

    def _setup_costing(self):
        """Value stock at its average cost, unless something was valued otherwise.

        Odoo's default, a standard price, is 0 for a product until somebody enters one:
        what is bought would be worth nothing.
        """
        moves = self.env["stock.move"].search_count(
            [
                ("company_id", "=", self.id),
                ("state", "=", "done"),
                "|",
                ("is_in", "=", True),
                ("is_out", "=", True),
            ],
            limit=1,
        )
        if self.cost_method == "standard" and not moves:
            self.cost_method = "average"
            return self.env._("Stock is valued at its average cost.")
        methods = dict(self._fields["cost_method"]._description_selection(self.env))
        return self.env._(
            "The valuation of stock stays: %(method)s.",
            method=methods[self.cost_method],
        )

    def _setup_warehouse(self):
        warehouses = self.env["stock.warehouse"].with_context(active_test=False)
        if warehouses.search_count([("company_id", "=", self.id)], limit=1):
            return [self.env._("The warehouse is there already.")]
        initials = "".join(word[0] for word in self.name.split() if word[0].isalpha())
        warehouse = self.env["stock.warehouse"].create(
            {
                "name": self.name,
                "code": initials.upper()[:5] or "RPB",
                "company_id": self.id,
            }
        )
        return [
            self.env._(
                "Warehouse %(name)s (%(code)s) was made.",
                name=warehouse.name,
                code=warehouse.code,
            )
        ]
