# SPDX-License-Identifier: AGPL-3.0-or-later
"""Many sacks, typed one after the other."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.weights import WeightError, read_weights


class FactoryIntakeSacks(models.TransientModel):
    _name = "factory.intake.sacks"
    _description = "Weigh Many Sacks"

    intake_id = fields.Many2one("factory.intake", required=True, ondelete="cascade")
    company_id = fields.Many2one(related="intake_id.company_id")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        check_company=True,
        domain=[("is_storable", "=", True), ("tracking", "=", "lot")],
    )
    grade_id = fields.Many2one("factory.grade")
    sack_tare_kg = fields.Float("Tare a sack (kg)", digits=(16, 3))
    weights = fields.Text(
        "Gross weights (kg)",
        required=True,
        help="Gross weight of each sack, one a line or parted by blanks. A comma is "
        "the decimal sign: 50,4 51 49,8.",
    )
    is_lot_each = fields.Boolean(
        "A lot for each sack",
        help="Each sack becomes a lot of its own. Otherwise they are one lot with a "
        "label for each sack.",
    )
    sack_count = fields.Integer("Sacks", compute="_compute_total")
    gross_kg = fields.Float("Gross (kg)", digits=(16, 3), compute="_compute_total")

    @api.depends("weights")
    def _compute_total(self):
        for wizard in self:
            try:
                weights = read_weights(wizard.weights or "")
            except WeightError:
                weights = []
            wizard.sack_count = len(weights)
            wizard.gross_kg = float(sum(weights))

    def action_add(self):
        """Add the sacks to the intake.

        :return: True
        """
        self.ensure_one()
        self.intake_id.add_sacks(
            self.product_id.id,
            self.weights,
            self.sack_tare_kg,
            self.grade_id.id,
            self.is_lot_each,
        )
        return True


class FactoryIntake(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.intake"

    def action_open_sacks(self):
        """Open the entry of many sacks, with what the last line was about."""
        self.ensure_one()
        self._check_draft()
        last = self.line_ids[-1:]
        return {
            "type": "ir.actions.act_window",
            "res_model": "factory.intake.sacks",
            "name": self.env._("Weigh many sacks"),
            "view_mode": "form",
            "target": "new",
            "context": {
                "default_intake_id": self.id,
                "default_product_id": last.product_id.id,
                "default_grade_id": last.grade_id.id,
                "default_sack_tare_kg": last.sack_tare_kg,
            },
        }

    def add_sacks(
        self, product_id, weights, sack_tare_kg=0.0, grade_id=False, lot_each=False
    ):
        """Add sacks to an intake that is still being weighed.

        :param int product_id: what is in them
        :param weights: gross weight of each sack in kg: a list of numbers, or a text
            such as ``"50,4 51 49,8"``
        :param float sack_tare_kg: weight of one empty sack
        :param int grade_id: grade, or False
        :param bool lot_each: a lot for each sack, not one for all
        :return: ids of the weighing lines
        :raise UserError: naming the weight that is none
        """
        self.ensure_one()
        self._check_draft()
        text = weights if isinstance(weights, str) else " ".join(map(str, weights))
        try:
            numbers = read_weights(text)
        except WeightError as error:
            raise UserError(
                self.env._(
                    "Sack %(number)s: '%(text)s' is no weight in kilograms; write "
                    "50,4.",
                    number=error.position,
                    text=error.text,
                )
            ) from error
        if not numbers:
            raise UserError(self.env._("Enter the gross weight of each sack."))
        groups = [[number] for number in numbers] if lot_each else [numbers]
        lines = self.env["factory.intake.line"].create(
            [
                {
                    "intake_id": self.id,
                    "product_id": product_id,
                    "grade_id": grade_id,
                    "gross_kg": float(sum(group)),
                    "sack_count": len(group),
                    "sack_tare_kg": sack_tare_kg,
                    "sack_weights": " ".join(map(str, group)),
                }
                for group in groups
            ]
        )
        return lines.ids
