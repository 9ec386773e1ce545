# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class LpdbReportPack(models.TransientModel):
    """The period of a report pack, asked for before it is printed."""

    _name = "lpdb.report.pack"
    _description = "Report Pack of a Loan"

    facility_id = fields.Many2one(
        "lpdb.facility", string="Loan", required=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="facility_id.company_id")
    date_from = fields.Date(
        string="From",
        compute="_compute_dates",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Payments and tests from this day on are shown.",
    )
    date_to = fields.Date(
        string="To",
        required=True,
        default=lambda self: self._default_date_to(),
        help="The position is that at the end of this day.",
    )

    @api.model
    def _default_date_to(self):
        """Return the last day of the month before this one."""
        today = self.env.company._local_date()
        return fields.Date.subtract(today.replace(day=1), days=1)

    @api.depends("date_to")
    def _compute_dates(self):
        for order in self:
            last = order.date_to or order.env.company._local_date()
            order.date_from = last.replace(month=1, day=1)

    @api.depends("facility_id.name", "date_to")
    def _compute_display_name(self):
        for order in self:
            day = fields.Date.to_string(order.date_to) or ""
            order.display_name = self.env._(
                "Report pack %(loan)s %(day)s",
                loan=order.facility_id.name or "",
                day=day,
            ).strip()

    def _get_pack(self):
        return self.facility_id._get_pack(self.date_from, self.date_to)

    def action_print(self):
        """Print the pack as one PDF."""
        return self._report("lpdb_financing.lpdb_report_pack_report")

    def action_export(self):
        """Download the pack as a workbook."""
        return self._report("lpdb_financing.lpdb_report_pack_report_xlsx")

    def _report(self, name):
        self.ensure_one()
        # refused here, not in the middle of a download
        self._get_pack()
        return self.env.ref(name).report_action(self)
