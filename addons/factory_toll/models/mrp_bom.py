# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class MrpBom(models.Model):
    _inherit = "mrp.bom"

    expected_yield = fields.Float(
        "Expected yield (%)",
        digits=(6, 3),
        help="Kilograms of product per 100 kilograms of the owner's material. "
        "0: the yield is recorded but not judged.",
    )
    yield_tolerance = fields.Float(
        "Tolerance (points)",
        digits=(6, 3),
        help="By how many percentage points an order may miss the expected yield, in "
        "either direction, before it needs a reason.",
    )

    _expected_yield_range = models.Constraint(
        "CHECK (expected_yield >= 0 AND yield_tolerance >= 0)",
        "Expected yield and tolerance cannot be negative.",
    )


class MrpBomLine(models.Model):
    _inherit = "mrp.bom.line"

    supplied_by = fields.Selection(
        [("owner", "Owner"), ("cooperative", "Cooperative")],
        compute="_compute_supplied_by",
        store=True,
        readonly=False,
        precompute=True,
        help="Owner: in a toll or pooled order this component is taken from the lots "
        "of the order's owners. Cooperative: a consumable that the house adds. "
        "Material tracked by lot counts as the owner's unless told otherwise.",
    )

    @api.depends("product_id.tracking")
    def _compute_supplied_by(self):
        for line in self:
            tracked = line.product_id.tracking in ("lot", "serial")
            line.supplied_by = "owner" if tracked else "cooperative"
