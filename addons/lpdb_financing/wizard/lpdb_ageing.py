# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

BUCKET_NAMES = [
    ("00_not_due", "Not due"),
    ("01_30", "1 to 30 days"),
    ("31_60", "31 to 60 days"),
    ("61_90", "61 to 90 days"),
    ("91_over", "Over 90 days"),
    ("99_no_date", "Without due date"),
]


class LpdbAgeing(models.TransientModel):
    """Ageing list of what loans owe, as of a day, also a past one."""

    _name = "lpdb.ageing"
    _description = "Ageing List of Loans"

    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company
    )
    date = fields.Date(
        string="As of",
        required=True,
        default=lambda self: self.env.company._local_date(),
        help="End of this day: payments and reversals until then count.",
    )
    facility_ids = fields.Many2many(
        "lpdb.facility", string="Loans", help="Empty: all loans of the company."
    )
    overdue_only = fields.Boolean(help="Leave out what is not due yet.")
    line_ids = fields.One2many("lpdb.ageing.line", "ageing_id", string="Rows")

    @api.depends("date")
    def _compute_display_name(self):
        for ageing in self:
            day = fields.Date.to_string(ageing.date) or ""
            ageing.display_name = self.env._("Ageing list as of %s", day)

    def action_fill(self):
        """Compute the rows anew.

        :raise UserError: when nothing is owed on that day
        """
        self.ensure_one()
        own = [("company_id", "=", self.company_id.id)]
        chosen = self.facility_ids
        loans = chosen.filtered_domain(own) if chosen else chosen.search(own)
        rows = self.env["lpdb.facility"].ageing_at(self.date, loans.ids)["rows"]
        names = self.env["lpdb.ageing.line"]._fields
        values = [
            {name: row[name] or False for name in row if name in names}
            for row in rows
            if row["days"] or not self.overdue_only
        ]
        if not values:
            raise UserError(
                self.env._(
                    "%(company)s owes nothing of that kind at the end of %(day)s.",
                    company=self.company_id.name,
                    day=fields.Date.to_string(self.date),
                )
            )
        self.line_ids = [Command.clear(), *(Command.create(vals) for vals in values)]
        return True

    def action_show(self):
        """Open the rows as a list and as a pivot."""
        self.action_fill()
        return {
            "type": "ir.actions.act_window",
            "name": self.display_name,
            "res_model": "lpdb.ageing.line",
            "view_mode": "list,pivot,graph",
            "domain": [("ageing_id", "=", self.id)],
            "context": {"search_default_group_facility": 1},
        }

    def action_print(self):
        """Print the list."""
        self.action_fill()
        return self.env.ref("lpdb_financing.lpdb_ageing_report").report_action(self)

    # paper

    def _print_summary(self):
        """Return a row for each loan: ``(loan, [total of each bucket], total)``."""
        self.ensure_one()
        rows = []
        for facility, lines in self.line_ids.grouped("facility_id").items():
            sums = dict.fromkeys(dict(BUCKET_NAMES), 0.0)
            for line in lines:
                sums[line.bucket] += line.total
            rows.append((facility, list(sums.values()), sum(sums.values())))
        return rows


class LpdbAgeingLine(models.TransientModel):
    """An overdue instalment, or all that is not due yet of a loan."""

    _name = "lpdb.ageing.line"
    _description = "Row of an Ageing List"
    _order = "facility_id, days desc, due"

    ageing_id = fields.Many2one(
        "lpdb.ageing", required=True, index=True, ondelete="cascade"
    )
    facility_id = fields.Many2one("lpdb.facility", string="Loan", readonly=True)
    lender_id = fields.Many2one("res.partner", readonly=True)
    company_id = fields.Many2one("res.company", readonly=True)
    currency_id = fields.Many2one("res.currency", readonly=True)
    n = fields.Integer(string="No.", readonly=True, aggregator=None)
    due = fields.Date(string="Due date", readonly=True)
    days = fields.Integer(string="Days past due", readonly=True, aggregator="max")
    bucket = fields.Selection(
        BUCKET_NAMES,
        string="Age",
        readonly=True,
        help="Days past due, the due date being day 1. Without due date: principal that"
        " no row of the schedule asks.",
    )
    principal = fields.Monetary(readonly=True)
    interest = fields.Monetary(
        readonly=True,
        help="Of what is not due yet: the interest that those instalments will ask.",
    )
    penalty = fields.Monetary(
        readonly=True, help="By the rate of the agreement until that day."
    )
    total = fields.Monetary(readonly=True)

    @api.depends("facility_id", "bucket")
    def _compute_display_name(self):
        labels = dict(self._fields["bucket"]._description_selection(self.env))
        for line in self:
            line.display_name = (
                f"{line.facility_id.name or ''} {labels.get(line.bucket, '')}"
            )

    def action_open_facility(self):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "lpdb.facility",
            "res_id": self.facility_id.id,
            "view_mode": "form",
        }
