# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.tools import format_date


class LpdbDunningLetter(models.Model):
    """A demand for payment (Surat Tagihan) that the lender sent."""

    _name = "lpdb.dunning.letter"
    _description = "Demand of the Lender"
    _inherit = "lpdb.lender.mixin"
    _order = "facility_id, date desc, id desc"
    _check_company_auto = True

    number = fields.Selection(
        [("1", "First"), ("2", "Second"), ("3", "Third")],
        string="Demand",
        required=True,
        default="1",
        help="Surat Tagihan Pertama, Kedua or Ketiga.",
    )
    date_received = fields.Date(
        string="Received on", help="The months of notice run from the letter's date."
    )
    is_unpaid = fields.Boolean(
        string="Still unpaid",
        compute="_compute_is_unpaid",
        help="An instalment that was due on the day of the letter is not fully paid.",
    )

    _once = models.UniqueIndex(
        "(facility_id, number, date) WHERE active",
        "This letter of the lender is recorded already.",
    )

    @api.depends("facility_id", "date", "number", "source")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["number"]._description_selection(self.env))
        for letter in self:
            letter.display_name = self.env._(
                "%(number)s demand %(letter)s of %(date)s",
                number=labels.get(letter.number, ""),
                letter=letter.source or "",
                date=format_date(self.env, letter.date),
            )

    @api.depends("date", "facility_id.schedule_id.line_ids.rest")
    def _compute_is_unpaid(self):
        for letter in self:
            letter.is_unpaid = any(
                line.rest > 0 and letter.date and line.due <= letter.date
                for line in letter.facility_id.schedule_id.line_ids
            )
