# SPDX-License-Identifier: AGPL-3.0-or-later
"""Quick tests at the scale, and what they take off the weight."""

from odoo import api, fields, models

from odoo.addons.umkm_base.tools.rounding import round_to_unit, to_decimal

from .factory_intake_deduction import REASONS


class FactoryIntakeTestType(models.Model):
    _name = "factory.intake.test.type"
    _description = "Quick Test at the Scale"
    _order = "sequence, name, id"

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(default=10)
    unit = fields.Char(default="%", help="What the figure is in: %, °Brix, pieces.")
    reason = fields.Selection(REASONS, required=True, default="moisture")
    direction = fields.Selection(
        [("above", "Above the limit"), ("below", "Below the limit")],
        required=True,
        default="above",
        help="Which side of the limits costs weight or sends to quarantine.",
    )
    free_limit = fields.Float(
        "Free up to",
        digits=(16, 3),
        help="Agreed figure up to which nothing is deducted.",
    )
    percent_per_point = fields.Float(
        "Deduction a point (%)",
        digits=(16, 3),
        help="Percent of the net weight that each point beyond the limit costs, as "
        "the house and its users agreed. 0: the test deducts nothing.",
    )
    has_quarantine_limit = fields.Boolean(
        "Quarantine beyond", help="Send the material to quarantine beyond a figure."
    )
    quarantine_limit = fields.Float(digits=(16, 3))
    company_id = fields.Many2one(
        "res.company",
        index=True,
        help="Empty: the test is used by every company.",
    )
    active = fields.Boolean(default=True)

    _percent_not_negative = models.Constraint(
        "CHECK (percent_per_point >= 0)", "A deduction cannot be negative."
    )

    def _get_excess(self, value, limit):
        """Return by how much a figure is beyond a limit, 0 when it is not."""
        self.ensure_one()
        excess = to_decimal(value) - to_decimal(limit)
        if self.direction == "below":
            excess = -excess
        return max(excess, to_decimal(0))

    def _get_deducted_percent(self, value):
        """Return what a figure takes off, in percent of the net weight."""
        self.ensure_one()
        percent = self._get_excess(value, self.free_limit)
        percent *= to_decimal(self.percent_per_point)
        return min(float(round_to_unit(percent, "0.001")), 100.0)


class FactoryIntakeTest(models.Model):
    _name = "factory.intake.test"
    _description = "Quick Test of a Weighing"
    _inherit = ["factory.intake.line.part"]
    _order = "line_id, id"
    _rec_name = "type_id"

    type_id = fields.Many2one(
        "factory.intake.test.type",
        string="Test",
        required=True,
        index=True,
        ondelete="restrict",
    )
    unit = fields.Char(related="type_id.unit")
    value = fields.Float("Result", digits=(16, 3), required=True)
    note = fields.Char(help="Instrument, sample or remark.")
    deducted_percent = fields.Float(
        "Deducted (%)",
        digits=(16, 3),
        compute="_compute_deducted_percent",
        store=True,
        help="Percent of the net weight, by the agreement at the time of the test.",
    )
    is_beyond = fields.Boolean(
        "Quarantine",
        compute="_compute_deducted_percent",
        store=True,
        help="The result is beyond the limit from which material goes to quarantine.",
    )

    # Not of the type's limits: what was tested stands when the agreement changes.
    @api.depends("type_id", "value")
    def _compute_deducted_percent(self):
        for test in self:
            kind = test.type_id
            test.deducted_percent = (
                kind._get_deducted_percent(test.value) if kind else 0.0
            )
            test.is_beyond = bool(
                kind.has_quarantine_limit
                and kind._get_excess(test.value, kind.quarantine_limit) > 0
            )


class FactoryIntake(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.intake"

    def _receive(self):
        """Send to quarantine what a quick test found beyond its limit."""
        if any(self.line_ids.test_ids.mapped("is_beyond")) and not self.to_quarantine:
            self.to_quarantine = True
        return super()._receive()
