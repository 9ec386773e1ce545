# SPDX-License-Identifier: AGPL-3.0-or-later
from decimal import Decimal

from odoo import api, fields, models

SCALES = [
    ("micro", "Micro"),
    ("small", "Small"),
    ("medium", "Medium"),
    ("large", "Large"),
]


class UmkmScaleThreshold(models.Model):
    _name = "umkm.scale.threshold"
    _description = "Threshold of an Enterprise Size Class"
    _order = "date_from desc, max_sales"

    date_from = fields.Date(
        required=True, help="First day on which the class has these limits."
    )
    scale = fields.Selection(SCALES, required=True)
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.ref("base.IDR"),
    )
    max_capital = fields.Monetary(
        help="Highest capital without land and buildings, itself included;"
        " zero is boundless."
    )
    max_sales = fields.Monetary(
        help="Highest sales in a year, itself included; zero is boundless."
    )
    source = fields.Char(required=True, help="Law and article that set the limits.")

    _scale_date_uniq = models.Constraint(
        "UNIQUE(scale, date_from)", "The class has limits from that date on already."
    )
    _not_negative = models.Constraint(
        "CHECK(max_capital >= 0 AND max_sales >= 0)", "A limit cannot be negative."
    )

    @api.depends("scale", "date_from")
    def _compute_display_name(self):
        labels = dict(self._fields["scale"]._description_selection(self.env))
        for threshold in self:
            name = labels.get(threshold.scale, "")
            threshold.display_name = f"{name} ({threshold.date_from})"

    @api.model
    def _get_limits(self, date, criterion):
        """Return the limits in force on a day.

        :param criterion: capital or sales
        :return: list of (scale, maximum as Decimal or None for boundless)
        """
        newest = self.search([("date_from", "<=", date)], limit=1).date_from
        in_force = self.search([("date_from", "=", newest)]) if newest else self
        name = f"max_{criterion}"
        return [
            (limit.scale, Decimal(str(limit[name])) if limit[name] else None)
            for limit in in_force
        ]
