# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models

REASONS = [
    ("moisture", "Moisture"),
    ("dirt", "Dirt and stones"),
    ("rotten", "Rotten or damaged"),
    ("other", "Other"),
]


class FactoryIntakeLinePart(models.AbstractModel):
    _name = "factory.intake.line.part"
    _description = "What Belongs to a Weighing"
    _order = "line_id, id"

    line_id = fields.Many2one(
        "factory.intake.line", required=True, index=True, ondelete="cascade"
    )

    @api.model_create_multi
    def create(self, vals_list):
        parts = super().create(vals_list)
        parts.line_id.intake_id._check_draft()
        return parts

    def write(self, vals):
        self.line_id.intake_id._check_draft()
        result = super().write(vals)
        # It may stand on another line now.
        self.line_id.intake_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_accepted(self):
        accepted = self.line_id.intake_id.filtered(lambda i: i.state != "cancelled")
        accepted._check_draft()


class FactoryIntakeDeduction(models.Model):
    _name = "factory.intake.deduction"
    _description = "Deduction from a Weighing"
    _inherit = ["factory.intake.line.part"]
    _order = "line_id, id"
    _rec_name = "reason"

    reason = fields.Selection(REASONS, required=True, default="moisture")
    note = fields.Char(help="What was found, in the weigher's words.")
    kind = fields.Selection(
        [("percent", "% of net"), ("kg", "kg")], required=True, default="percent"
    )
    value = fields.Float(digits=(16, 3), required=True)

    _value_range = models.Constraint(
        "CHECK (value >= 0 AND (kind = 'kg' OR value <= 100))",
        "A deduction cannot be negative, nor above 100 percent.",
    )
