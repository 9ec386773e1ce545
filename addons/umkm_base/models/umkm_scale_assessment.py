# SPDX-License-Identifier: AGPL-3.0-or-later
from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import scale as scale_tool
from .umkm_scale_threshold import SCALES


class UmkmScaleAssessment(models.Model):
    _name = "umkm.scale.assessment"
    _description = "Assessment of an Enterprise's Size"
    _order = "date desc, id desc"
    _check_company_auto = True

    partner_id = fields.Many2one(
        "res.partner",
        string="Enterprise",
        required=True,
        index=True,
        ondelete="cascade",
        check_company=True,
    )
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Date(required=True, default=fields.Date.context_today)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.ref("base.IDR"),
    )
    criterion = fields.Selection(
        [("capital", "Capital"), ("sales", "Annual sales")],
        required=True,
        default="sales",
        help="Capital when a business is set up or registered, annual sales otherwise"
        " (PP 7/2021 article 35).",
    )
    capital = fields.Monetary(help="Business capital without land and buildings.")
    annual_sales = fields.Monetary(help="Sales of the last full year.")
    worker_count = fields.Integer(string="Workers", help="The owner included.")
    scale = fields.Selection(
        SCALES,
        compute="_compute_scale",
        store=True,
        help="Class under the thresholds in force on the date.",
    )
    movement = fields.Selection(
        [("up", "Moved up"), ("down", "Moved down"), ("same", "Unchanged")],
        compute="_compute_movement",
        help="Compared with the assessment before (naik kelas).",
    )
    source = fields.Char(help="Who stated the figures, and where.")
    attachment_ids = fields.Many2many("ir.attachment", string="Evidence")

    _not_negative = models.Constraint(
        "CHECK(capital >= 0 AND annual_sales >= 0 AND worker_count >= 0)",
        "Capital, sales and workers cannot be negative.",
    )

    @api.depends("partner_id", "date", "scale")
    def _compute_display_name(self):
        for assessment in self:
            assessment.display_name = (
                f"{assessment.partner_id.name or ''} {assessment.date or ''}"
            )

    @api.depends("date", "criterion", "capital", "annual_sales")
    def _compute_scale(self):
        limits = {}
        for assessment in self:
            key = (assessment.date, assessment.criterion)
            if key not in limits:
                limits[key] = self.env["umkm.scale.threshold"]._get_limits(*key)
            name = "capital" if assessment.criterion == "capital" else "annual_sales"
            amount = max(Decimal(str(assessment[name])), Decimal(0))
            assessment.scale = scale_tool.scale_of(limits[key], amount)

    @api.depends("partner_id", "date", "scale")
    def _compute_movement(self):
        history = self.search([("partner_id", "in", self.partner_id.ids)])
        before = {}
        previous = {}
        for assessment in history.sorted(lambda one: (one.date, one.id)):
            previous[assessment.id] = before.get(assessment.partner_id)
            before[assessment.partner_id] = assessment.scale
        for assessment in self:
            assessment.movement = scale_tool.movement(
                previous.get(assessment._origin.id), assessment.scale
            )

    @api.constrains("date", "criterion")
    def _check_threshold(self):
        for assessment in self:
            if not assessment.scale:
                raise ValidationError(
                    self.env._(
                        "No size thresholds are in force on %(date)s for"
                        " %(partner)s. Enter them under Reference data.",
                        date=assessment.date,
                        partner=assessment.partner_id.display_name,
                    )
                )
