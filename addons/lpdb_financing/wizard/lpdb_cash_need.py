# SPDX-License-Identifier: AGPL-3.0-or-later
from markupsafe import Markup

from odoo import Command, api, fields, models
from odoo.tools.misc import format_date

from ..models.lpdb_facility_cash_need import ARREARS, PARTS


class LpdbCashNeed(models.TransientModel):
    """Cash need of all loans from a date on: asked for, then looked at."""

    _name = "lpdb.cash.need"
    _description = "Cash Need of Loans"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Date(
        string="From",
        required=True,
        default=lambda self: self.env.company._local_date(),
        help="What fell due before is in arrears; the first month begins here.",
    )
    months = fields.Integer(
        required=True, default=12, help="Calendar months, that of the date included."
    )
    period_ids = fields.One2many("lpdb.cash.need.period", "need_id")
    line_ids = fields.One2many("lpdb.cash.need.line", "need_id")

    def action_show(self):
        """Fill the table from ``cash_need`` of the loans and open it."""
        self.ensure_one()
        table = self.env["lpdb.facility"].cash_need(
            self.date, self.months, self.company_id.id
        )
        self.period_ids.unlink()
        self.period_ids = [
            Command.create(
                {
                    "sequence": number,
                    "name": self._period_name(period),
                    "key": period["key"],
                    "date_from": period["date_from"],
                    "date_to": period["date_to"],
                }
            )
            for number, period in enumerate(table["periods"])
        ]
        by_key = {period.key: period for period in self.period_ids}
        self.line_ids = [
            Command.create(
                {
                    "period_id": by_key[key].id,
                    "facility_id": facility["facility_id"],
                    **{name: parts[name] for name in PARTS},
                }
            )
            for facility in table["facilities"]
            for key, parts in facility["periods"].items()
        ]
        return {
            "type": "ir.actions.act_window",
            "name": self.env._(
                "Cash need of loans, %(first)s to %(last)s",
                first=format_date(self.env, table["date"]),
                last=format_date(self.env, table["date_to"]),
            ),
            "res_model": "lpdb.cash.need.line",
            "view_mode": "graph,pivot,list",
            "domain": [("need_id", "=", self.id)],
            "help": Markup("<p class='o_view_nocontent_smiling_face'>%s</p>")
            % self.env._("Nothing falls due in this time"),
        }

    def _period_name(self, period):
        if period["key"] == ARREARS:
            return self.env._("Arrears")
        day = fields.Date.to_date(period["date_to"])
        return format_date(self.env, day, date_format="MMM y")


class LpdbCashNeedPeriod(models.TransientModel):
    """A column of the table: the arrears, or a month."""

    _name = "lpdb.cash.need.period"
    _description = "Period of Cash Need"
    _order = "need_id, sequence"

    need_id = fields.Many2one(
        "lpdb.cash.need", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(help="Arrears come first.")
    name = fields.Char(required=True)
    key = fields.Char(help="arrears, or year and month.")
    date_from = fields.Date()
    date_to = fields.Date()


class LpdbCashNeedLine(models.TransientModel):
    """What one loan needs in one period."""

    _name = "lpdb.cash.need.line"
    _description = "Cash Need of a Loan"
    _order = "need_id, period_id, facility_id"

    need_id = fields.Many2one(
        "lpdb.cash.need", required=True, index=True, ondelete="cascade"
    )
    period_id = fields.Many2one(
        "lpdb.cash.need.period",
        required=True,
        index=True,
        ondelete="cascade",
    )
    facility_id = fields.Many2one(
        "lpdb.facility", string="Loan", required=True, index=True, ondelete="cascade"
    )
    lender_id = fields.Many2one(related="facility_id.lender_id", store=True)
    analytic_account_id = fields.Many2one(
        related="facility_id.analytic_account_id", store=True
    )
    company_id = fields.Many2one(related="need_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id", store=True)
    principal = fields.Monetary()
    interest = fields.Monetary()
    penalty = fields.Monetary(help="Asked for arrears on the first day.")
    amount = fields.Monetary(string="Cash need")

    @api.depends("facility_id.name", "period_id.name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.facility_id.name}, {line.period_id.name}"

    def action_open_instalments(self):
        """Open the instalments that the figure is made of."""
        self.ensure_one()
        period = self.period_id
        domain = [
            ("facility_id", "=", self.facility_id.id),
            ("schedule_id.state", "=", "active"),
            ("rest", ">", 0),
            ("due", "<=", period.date_to),
        ]
        if period.date_from:
            domain.append(("due", ">=", period.date_from))
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "lpdb.instalment",
            "view_mode": "list",
            "domain": domain,
        }
