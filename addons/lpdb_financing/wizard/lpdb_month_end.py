# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError


class LpdbMonthEnd(models.TransientModel):
    """Month-end of all loans of the company: interest owed and current portion."""

    _name = "lpdb.month.end"
    _description = "Month-End of Loans"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Date(
        string="Reporting date",
        required=True,
        default=lambda self: self._default_date(),
        help="Entries are booked on this day and mirrored on the next.",
    )
    with_interest = fields.Boolean(string="Interest owed", default=True)
    with_current = fields.Boolean(
        string="Current portion",
        default=True,
        help="Principal due within 12 months after the date moves to its own account.",
    )

    @api.model
    def _default_date(self):
        """Return the last day of the month before this one."""
        today = self.env.company._local_date()
        return fields.Date.subtract(today.replace(day=1), days=1)

    def action_book(self):
        """Book the entries of all loans that owe, and show them."""
        self.ensure_one()
        loans = self.env["lpdb.facility"].search(
            [("company_id", "=", self.company_id.id)]
        )
        loans = loans._owing_at(self.date)
        made = []
        if self.with_interest:
            made += loans.action_accrue(self.date)
        if self.with_current:
            made += loans.action_reclassify(self.date)
        if not made:
            raise UserError(
                self.env._(
                    "There is nothing to book at %s: it is booked already, or no loan"
                    " owes anything.",
                    fields.Date.to_string(self.date),
                )
            )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Month-end of loans"),
            "res_model": "lpdb.accrual",
            "view_mode": "list,form",
            "domain": [("id", "in", made)],
        }
