# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models

from .lpdb_guarantee import RUNNING


class LpdbFacility(models.Model):
    """Coverage of a loan by its collateral and guarantees, use of its money."""

    _inherit = "lpdb.facility"

    coverage_required = fields.Float(
        string="Cover demanded (%)",
        digits=(8, 2),
        tracking=True,
        help="Accepted value in percent of the outstanding principal that the agreement"
        " wants; 0 when it says nothing.",
    )
    cover_amount = fields.Monetary(string="Cover", compute="_compute_coverage")
    coverage_percent = fields.Float(
        string="Covered (%)",
        digits=(16, 2),
        compute="_compute_coverage",
        help="Accepted value in force, in percent of the outstanding principal; 0 while"
        " nothing is owed.",
    )
    coverage_shortfall = fields.Monetary(
        string="Cover missing", compute="_compute_coverage"
    )
    is_cover_short = fields.Boolean(
        string="Cover too small",
        compute="_compute_coverage",
        search="_search_is_cover_short",
    )
    used_amount = fields.Monetary(
        string="Used", compute="_compute_use", store=True, help="Of posted draws."
    )
    proven_amount = fields.Monetary(
        string="Used with proof", compute="_compute_use", store=True
    )
    unaccounted_amount = fields.Monetary(
        string="Not accounted for",
        compute="_compute_use",
        store=True,
        help="Drawn, and no use of it is entered.",
    )
    unproven_amount = fields.Monetary(
        string="Used without proof", compute="_compute_use", store=True
    )

    _coverage_positive = models.Constraint(
        "CHECK (coverage_required >= 0)", "The cover demanded is not negative."
    )

    @api.depends("outstanding", "coverage_required", "guarantee_ids.cover_amount")
    def _compute_coverage(self):
        for company, facilities in self.grouped("company_id").items():
            day = (company or self.env.company)._local_date()
            owed = facilities._origin._outstanding_by_loan(day)
            for facility in facilities:
                outstanding = owed.get(facility._origin, 0.0)
                found = facility._coverage_at(day, outstanding)
                facility.cover_amount = found["cover"]
                facility.coverage_percent = found["percent"]
                facility.coverage_shortfall = found["shortfall"]
                facility.is_cover_short = bool(found["shortfall"])

    @api.model
    def _search_is_cover_short(self, operator, value):
        if operator != "in":
            return NotImplemented
        loans = self.search(
            [("state", "in", RUNNING), ("coverage_required", ">", 0)]
        ).filtered("is_cover_short")
        wanted = set(value)
        if wanted == {True, False}:
            return [(1, "=", 1)]
        return [("id", "in" if True in wanted else "not in", loans.ids)]

    def guarantee_cover(self, date=None):
        """Return how the loan is covered at the end of a day.

        :param str date: ISO date, the local date when empty
        :return: ``{"date", "outstanding", "cover", "percent", "required", "shortfall",
            "parts": [{"guarantee_id", "name", "kind", "amount", "covers"}]}``; percent
            is 0 while nothing is owed
        :rtype: dict
        """
        self.ensure_one()
        self.check_access("read")
        day = self.company_id._read_day(date)
        return self._coverage_at(day, self._outstanding_at(day))

    def _coverage_at(self, day, outstanding):
        """Return :meth:`guarantee_cover` of a debt on a day."""
        parts = [
            {
                "guarantee_id": guarantee._origin.id or 0,
                "name": guarantee.name or "",
                "kind": guarantee.kind,
                "amount": guarantee.amount,
                "covers": guarantee._cover_at(day, outstanding),
            }
            for guarantee in self.guarantee_ids
        ]
        cover = sum(part["covers"] for part in parts)
        wanted = outstanding * self.coverage_required / 100
        round_ = self.currency_id.round if self.currency_id else float
        return {
            "date": fields.Date.to_string(day),
            "outstanding": round_(outstanding),
            "cover": round_(cover),
            "percent": cover * 100 / outstanding if outstanding else 0.0,
            "required": self.coverage_required,
            "shortfall": round_(max(wanted - cover, 0.0)),
            "parts": parts,
        }

    @api.depends(
        "draw_ids.state",
        "draw_ids.used_amount",
        "draw_ids.proven_amount",
        "draw_ids.unused_amount",
    )
    def _compute_use(self):
        for facility in self:
            draws = facility.draw_ids.filtered(lambda draw: draw.state == "posted")
            facility.used_amount = sum(draws.mapped("used_amount"))
            facility.proven_amount = sum(draws.mapped("proven_amount"))
            facility.unaccounted_amount = sum(draws.mapped("unused_amount"))
            facility.unproven_amount = facility.used_amount - facility.proven_amount

    def action_open_uses(self):
        return self._open("lpdb.draw.use", self.env._("Use of funds"), "list,pivot")
