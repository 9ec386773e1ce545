# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.umkm_base.tools.rounding import to_decimal

from ..tools.pricing_band import Band

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DECIDED = (*WEEKDAYS, "hour_from", "hour_to", "company_id")


class FactoryTimeBand(models.Model):
    _name = "factory.time.band"
    _description = "Time Band of Tariffs"
    _order = "name, id"
    _check_company_auto = True

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    mon = fields.Boolean(string="Monday", default=True)
    tue = fields.Boolean(string="Tuesday", default=True)
    wed = fields.Boolean(string="Wednesday", default=True)
    thu = fields.Boolean(string="Thursday", default=True)
    fri = fields.Boolean(string="Friday", default=True)
    sat = fields.Boolean(string="Saturday", default=True)
    sun = fields.Boolean(string="Sunday", default=True)
    hour_from = fields.Float(help="Local hour of the site at which the band opens.")
    hour_to = fields.Float(default=24.0, help="Local hour at which the band closes.")

    _hours_order = models.Constraint(
        "CHECK (hour_from >= 0 AND hour_to > hour_from AND hour_to <= 24)",
        "A time band opens before it closes, between 0 and 24 o'clock.",
    )
    _has_day = models.Constraint(
        "CHECK (mon OR tue OR wed OR thu OR fri OR sat OR sun)",
        "A time band holds on at least one day of the week.",
    )

    def write(self, vals):
        changed = self.filtered(
            lambda band: any(
                band._fields[name].convert_to_write(band[name], band) != vals[name]
                for name in DECIDED
                if name in vals
            )
        )
        changed._check_undecided()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_decided(self):
        self._check_undecided()

    def _check_undecided(self):
        """Refuse to change when a tariff that a meeting has decided holds."""
        # also where the tariff is not for this user to see
        line = (
            self.env["factory.tariff.line"]
            .sudo()
            .search(
                [
                    ("time_band_id", "in", self.ids),
                    ("tariff_id.state", "!=", "draft"),
                ],
                limit=1,
            )
        )
        if line:
            raise UserError(
                self.env._(
                    "Time band %(band)s belongs to %(tariff)s, which has been decided;"
                    " make a new time band for a new version of the tariff.",
                    band=line.time_band_id.display_name,
                    tariff=line.tariff_id.display_name,
                )
            )

    def _get_band(self):
        """Return the band as a plain value for pricing, None for an empty record."""
        if not self:
            return None
        return Band(
            weekdays=frozenset(i for i, name in enumerate(WEEKDAYS) if self[name]),
            hour_from=to_decimal(self.hour_from),
            hour_to=to_decimal(self.hour_to),
        )
