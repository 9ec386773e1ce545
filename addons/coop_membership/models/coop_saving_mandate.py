# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class CoopSavingMandate(models.Model):
    """A person who may take a member's money at the counter (surat kuasa)."""

    _name = "coop.saving.mandate"
    _description = "Person Authorised to Draw Savings"
    _order = "member_id, date_from desc, id desc"
    _check_company_auto = True

    member_id = fields.Many2one(
        "coop.member",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="member_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(
        "res.partner",
        string="Authorised person",
        required=True,
        index=True,
        check_company=True,
    )
    relation = fields.Char(help="Spouse, child, treasurer of the group.")
    date_from = fields.Date(
        required=True, default=lambda self: self.env.company._local_date()
    )
    date_to = fields.Date(string="Until", help="Last day; empty until revoked.")
    limit_amount = fields.Monetary(
        string="At most", help="Highest amount at a time; 0 is boundless."
    )

    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "An authorisation cannot end before it begins.",
    )
    _limit_positive = models.Constraint(
        "CHECK (limit_amount >= 0)", "A limit cannot be negative."
    )

    @api.depends("partner_id.name", "member_id")
    def _compute_display_name(self):
        for mandate in self:
            mandate.display_name = (
                f"{mandate.partner_id.name} ({mandate.member_id.display_name})"
            )

    @api.model
    def _allows(self, member, partner, day, amount):
        """Tell whether a person may take an amount for a member on a day."""
        return bool(
            self.search_count(
                [
                    ("member_id", "=", member.id),
                    ("partner_id", "=", partner.id),
                    ("date_from", "<=", day),
                    "|",
                    ("date_to", "=", False),
                    ("date_to", ">=", day),
                    "|",
                    ("limit_amount", "=", 0),
                    ("limit_amount", ">=", amount),
                ],
                limit=1,
            )
        )
