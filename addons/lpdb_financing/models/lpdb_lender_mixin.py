# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: what a letter says; a correction is told in the messages of the loan
FACTS = {"date", "source", "number", "kind", "class_id", "stated_days", "active"}


class LpdbLenderMixin(models.AbstractModel):
    """What the lender wrote about a loan, mirrored with its paper.

    It changes nothing of the debt. A mistake is corrected in the row, with its old
    value kept in the messages of the loan; a row of another loan is archived.
    """

    _name = "lpdb.lender.mixin"
    _description = "Letter of a Lender"
    _inherit = "coop.guard.mixin"
    _frozen_fields = ("facility_id",)

    facility_id = fields.Many2one(
        "lpdb.facility",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="facility_id.company_id", store=True, index=True
    )
    date = fields.Date(
        string="Date of the letter",
        required=True,
        default=lambda self: self.env.company._local_date(),
    )
    source = fields.Char(
        string="Letter", required=True, help="Number of the lender's letter."
    )
    scan = fields.Binary(attachment=True, help="The letter as a picture or PDF.")
    scan_filename = fields.Char()
    note = fields.Char()
    active = fields.Boolean(default=True)

    def _is_frozen(self):
        return bool(self.id)

    @api.constrains("date", "facility_id")
    def _check_date(self):
        for row in self:
            if row.date > row.company_id._local_date():
                raise ValidationError(
                    self.env._(
                        "%(letter)s of %(facility)s lies ahead: %(day)s. Enter the date"
                        " printed on the letter.",
                        letter=row.source,
                        facility=row.facility_id.display_name,
                        day=fields.Date.to_string(row.date),
                    )
                )

    def write(self, vals):
        before = {row.id: row.display_name for row in self}
        result = super().write(vals)
        if FACTS & vals.keys():
            for row in self:
                row._tell_change(before[row.id])
        return result

    def _tell_change(self, before):
        """Keep in the messages of the loan what the row said before."""
        self.ensure_one()
        self.facility_id.message_post(
            body=self.env._(
                "The lender's letter was corrected: %(before)s, now %(after)s",
                before=before,
                after=self.display_name if self.active else self.env._("archived"),
            )
        )
