# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models

from ..models.factory_booking import LIVE


class FactoryBreakdownReport(models.TransientModel):
    """Ask what has happened, and show who will be displaced before it is done."""

    _name = "factory.breakdown.report"
    _description = "Report a breakdown"

    breakdown_id = fields.Many2one(
        "factory.breakdown", help="Set to change the expected end of this breakdown."
    )
    workcenter_id = fields.Many2one("mrp.workcenter", "Work centre", required=True)
    lane_count = fields.Integer(related="workcenter_id.lane_count")
    lane = fields.Integer(help="The lane that is out of order; 0 for all lanes.")
    date_from = fields.Datetime(
        "Broken since", required=True, default=fields.Datetime.now
    )
    until = fields.Datetime("Expected end", help="Leave empty while nobody knows.")
    loss_id = fields.Many2one(
        "mrp.workcenter.productivity.loss",
        "Reason",
        required=True,
        domain=[("manual", "=", True)],
        default=lambda self: self.env.ref("mrp.block_reason1", False),
    )
    description = fields.Char("What happened")
    hit_ids = fields.Many2many(
        "factory.booking",
        string="Bookings in the way",
        compute="_compute_hit_ids",
        help="They are moved to another lane where one is free, or displaced without "
        "a fee and offered other times.",
    )

    @api.depends("workcenter_id", "lane", "date_from", "until")
    def _compute_hit_ids(self):
        for report in self:
            breakdown = self.env["factory.breakdown"].new(
                {
                    "workcenter_id": report.workcenter_id.id,
                    "company_id": report.workcenter_id.company_id.id
                    or self.env.company.id,
                    "lane": report.lane,
                    "date_from": report.date_from,
                    "until": report.until,
                }
            )
            ready = report.workcenter_id and report.date_from
            hit = breakdown._get_hit(LIVE, breakdown._get_kept_until()) if ready else []
            report.hit_ids = hit and hit.sudo(False)._filtered_access("read")

    def action_report(self):
        """Take the centre out of order and open what came of it."""
        self.ensure_one()
        breakdown = self.breakdown_id
        if breakdown:
            breakdown.action_extend(self.until)
        else:
            breakdown = self.workcenter_id.action_breakdown(
                self.date_from,
                self.until,
                loss_id=self.loss_id.id,
                description=self.description,
                lane=self.lane,
            )
        return {
            "type": "ir.actions.act_window",
            "res_model": breakdown._name,
            "res_id": breakdown.id,
            "view_mode": "form",
        }
