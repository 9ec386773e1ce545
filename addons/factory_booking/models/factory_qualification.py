# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class FactoryQualification(models.Model):
    """What somebody must have learnt before he may use a machine."""

    _name = "factory.qualification"
    _description = "Qualification"
    _inherit = ["mail.thread"]
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True, tracking=True)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    description = fields.Html(
        help="What is taught and tested, and by which rule it is demanded."
    )
    validity_months = fields.Integer(
        "Valid for (months)",
        help="How long it holds when nothing else is entered; 0 does not expire.",
    )
    remind_days = fields.Integer(
        "Remind before (days)",
        default=30,
        help="So many days before one expires, its responsible and its holder are "
        "reminded; 0 never.",
    )
    responsible_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        help="Who arranges the renewal and is reminded of it.",
    )
    workcenter_ids = fields.Many2many(
        "mrp.workcenter",
        "mrp_workcenter_qualification_rel",
        "qualification_id",
        "workcenter_id",
        string="Work centres",
        check_company=True,
        help="Centres that demand it of whoever books them for use.",
    )
    holder_ids = fields.One2many("factory.qualification.holder", "qualification_id")
    holder_count = fields.Integer("Holders", compute="_compute_holder_count")

    _name_uniq = models.Constraint(
        "UNIQUE (company_id, name)", "A qualification with this name exists already."
    )
    _terms_positive = models.Constraint(
        "CHECK (COALESCE(validity_months, 0) >= 0 AND COALESCE(remind_days, 0) >= 0)",
        "Months of validity and days to remind before are zero or more.",
    )

    @api.depends("holder_ids")
    def _compute_holder_count(self):
        groups = self.env["factory.qualification.holder"]._read_group(
            [("qualification_id", "in", self.ids)], ["qualification_id"], ["__count"]
        )
        counts = {qualification.id: count for qualification, count in groups}
        for qualification in self:
            qualification.holder_count = counts.get(qualification.id, 0)

    def action_view_holders(self):
        """Open who holds it."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "factory_booking.factory_qualification_holder_action"
        )
        action["domain"] = [("qualification_id", "=", self.id)]
        action["context"] = {"default_qualification_id": self.id}
        return action
