# SPDX-License-Identifier: AGPL-3.0-or-later
"""The mass balance of a period: on the screen and on paper."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from odoo import api, fields, models
from odoo.exceptions import UserError


class FactoryBalancePeriod(models.TransientModel):
    _name = "factory.balance.period"
    _description = "Mass Balance of a Period"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(required=True, default=lambda self: self._get_first_day())
    date_to = fields.Date(
        required=True, default=lambda self: self.env.company._local_date()
    )
    owner_id = fields.Many2one(
        "res.partner", help="Empty: all owners whose material is in the house."
    )
    lot_id = fields.Many2one(
        "stock.lot", domain="[('owner_id', '!=', False)]", help="Empty: all lots."
    )

    @api.model
    def _get_first_day(self):
        return self.env.company._local_date().replace(day=1)

    def _get_bounds(self):
        """Return the first and last moment of the period, UTC as text."""
        self.ensure_one()
        if self.date_to < self.date_from:
            raise UserError(
                self.env._(
                    "The period ends on %(end)s, before it starts on %(start)s.",
                    start=self.date_from,
                    end=self.date_to,
                )
            )
        zone = ZoneInfo(self.company_id.time_zone or "Asia/Jakarta")
        utc = ZoneInfo("UTC")
        return [
            fields.Datetime.to_string(
                datetime.combine(day, clock, zone).astimezone(utc)
            )
            for day, clock in (
                (self.date_from, time.min),
                (self.date_to, time(23, 59, 59)),
            )
        ]

    def action_show(self):
        """Open the lots of the period."""
        start, end = self._get_bounds()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "factory_toll.factory_mass_balance_action"
        )
        domain = [("company_id", "=", self.company_id.id)]
        if self.owner_id:
            domain.append(("owner_id", "=", self.owner_id.id))
        if self.lot_id:
            domain.append(("lot_id", "=", self.lot_id.id))
        return {
            **action,
            "name": self.env._(
                "Mass balance %(start)s - %(end)s",
                start=self.date_from,
                end=self.date_to,
            ),
            "domain": domain,
            "context": {
                "balance_from": start,
                "balance_to": end,
                "search_default_group_owner": not self.owner_id,
            },
        }

    def action_print(self):
        """Print the balance of the period."""
        report = self.env.ref("factory_toll.action_report_factory_mass_balance")
        return report.report_action(self, config=False)

    def _get_rows(self):
        """Return the rows of the paper: (of lots, of orders)."""
        start, end = self._get_bounds()
        balances = self.env["factory.mass.balance"].with_context(
            allowed_company_ids=self.company_id.ids
        )
        rows = balances.check_mass_balance(start, end)
        lots = [
            row
            for row in rows
            if row["kind"] == "lot"
            and (not self.owner_id or row["owner_id"] == self.owner_id.id)
            and (not self.lot_id or row["lot_id"] == self.lot_id.id)
        ]
        orders = [
            row
            for row in rows
            if row["kind"] == "order"
            and not self.lot_id
            and (not self.owner_id or self.owner_id.display_name in row["owner"])
        ]
        return lots, orders
