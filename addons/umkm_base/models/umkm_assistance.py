# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class UmkmAssistance(models.Model):
    _name = "umkm.assistance"
    _description = "Training or Mentoring"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True

    name = fields.Char(string="Topic", required=True, tracking=True)
    kind = fields.Selection(
        [
            ("training", "Training"),
            ("mentoring", "Mentoring"),
            ("visit", "Study visit"),
            ("certification", "Help with a licence"),
            ("marketing", "Fair or business matching"),
        ],
        required=True,
        default="training",
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        string="From", required=True, default=fields.Date.context_today
    )
    date_to = fields.Date(string="To", help="Empty when it was one day.")
    duration_hours = fields.Float(string="Hours", help="Hours of instruction in all.")
    provider_id = fields.Many2one(
        "res.partner", check_company=True, help="Who gave it."
    )
    region_id = fields.Many2one("umkm.region")
    cluster_id = fields.Many2one("umkm.cluster", check_company=True)
    fund_source = fields.Char(help="Budget that paid for it, with its year.")
    participant_ids = fields.One2many("umkm.assistance.participant", "assistance_id")
    participant_count = fields.Integer(compute="_compute_participant_count")
    result = fields.Html(help="What came of it.")
    attachment_ids = fields.Many2many("ir.attachment", string="Evidence")

    _dates_order = models.Constraint(
        "CHECK(date_to IS NULL OR date_to >= date_from)",
        "An event cannot end before it begins.",
    )
    _hours_not_negative = models.Constraint(
        "CHECK(duration_hours >= 0)", "Hours cannot be negative."
    )

    @api.depends("participant_ids")
    def _compute_participant_count(self):
        counts = dict(
            self.env["umkm.assistance.participant"]._read_group(
                [("assistance_id", "in", self.ids)], ["assistance_id"], ["__count"]
            )
        )
        for assistance in self:
            assistance.participant_count = counts.get(assistance._origin, 0)


class UmkmAssistanceParticipant(models.Model):
    _name = "umkm.assistance.participant"
    _description = "Participant of a Training or Mentoring"
    _order = "assistance_id, id"
    _rec_name = "partner_id"
    _check_company_auto = True

    assistance_id = fields.Many2one(
        "umkm.assistance",
        string="Training or mentoring",
        required=True,
        index=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(related="assistance_id.company_id", store=True)
    date_from = fields.Date(related="assistance_id.date_from", string="Date")
    kind = fields.Selection(related="assistance_id.kind")
    partner_id = fields.Many2one(
        "res.partner", required=True, index=True, check_company=True
    )
    attended = fields.Boolean(default=True)
    passed = fields.Boolean(help="Passed the test, or reached what was agreed.")
    certificate_number = fields.Char()
    result = fields.Char(help="What the participant did with it.")

    _partner_uniq = models.Constraint(
        "UNIQUE(assistance_id, partner_id)", "A participant is listed once."
    )
