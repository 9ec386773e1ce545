# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class CoopSavingRate(models.Model):
    _name = "coop.saving.rate"
    _description = "Amount and Interest of a Saving Type"
    _inherit = ["coop.guard.mixin"]
    _order = "type_id, date_from desc, id desc"
    _rec_name = "date_from"
    _check_company_auto = True
    _frozen_fields = (
        "type_id",
        "date_from",
        "class_id",
        "amount",
        "interest_rate",
        "meeting_id",
    )

    type_id = fields.Many2one(
        "coop.saving.type", required=True, ondelete="cascade", index=True
    )
    company_id = fields.Many2one(
        related="type_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date_from = fields.Date(required=True, string="In force from")
    class_id = fields.Many2one(
        "coop.member.class",
        check_company=True,
        help="Class of members it is for; empty for all who have none of their own.",
    )
    amount = fields.Monetary(
        help="Owed at joining (principal) or per period (mandatory)."
    )
    interest_rate = fields.Float(
        string="Interest (% p.a.)", digits=(16, 4), help="Percent a year."
    )
    meeting_id = fields.Many2one(
        "coop.meeting",
        check_company=True,
        ondelete="restrict",
        index="btree_not_null",
        help="Meeting that decided it. Principal and mandatory savings are decided by"
        " the members' meeting (UU 25/1992 art. 23 and 41).",
    )

    _date_uniq = models.UniqueIndex(
        "(type_id, date_from, COALESCE(class_id, 0))",
        "The saving type has an amount from this day already.",
    )
    _amounts_positive = models.Constraint(
        "CHECK (amount >= 0 AND interest_rate >= 0)",
        "Amounts and interest rates cannot be negative.",
    )

    @api.depends("type_id", "date_from")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for rate in self:
            day = format_date(self.env, rate.date_from)
            rate.display_name = f"{rate.type_id.name} {day}"

    @api.constrains("meeting_id", "type_id", "amount")
    def _check_decision(self):
        for rate in self:
            decided = rate.meeting_id and rate.meeting_id.resolution
            if rate.type_id.kind in ("principal", "mandatory") and not decided:
                raise ValidationError(
                    self.env._(
                        "The amount of %(type)s from %(day)s needs the members'"
                        " meeting that decided it, with its resolution.",
                        type=rate.type_id.name,
                        day=fields.Date.to_string(rate.date_from),
                    )
                )

    def _is_frozen(self):
        # dues of members whom the user may not see freeze the rate as well
        return bool(
            self.env["coop.saving.due"]
            .sudo()
            .search_count([("rate_id", "=", self.id)], limit=1)
        )
