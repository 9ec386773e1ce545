# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models

KINDS = [
    ("due", "Falls due soon"),
    ("overdue", "Overdue"),
    ("class", "Class fell"),
    ("fall", "Class falls soon"),
    ("letter", "Demand of the lender"),
    ("differs", "Lender states another class"),
    ("state", "Handed over or written off"),
]


class LpdbWarning(models.Model):
    """An early warning that was given: each event of a loan is told once."""

    _name = "lpdb.warning"
    _description = "Early Warning of a Loan"
    _order = "date desc, id desc"
    _rec_name = "text"

    facility_id = fields.Many2one(
        "lpdb.facility",
        string="Loan",
        required=True,
        index=True,
        readonly=True,
        ondelete="cascade",
    )
    company_id = fields.Many2one(
        related="facility_id.company_id", store=True, index=True
    )
    date = fields.Date(string="Told on", required=True, readonly=True)
    kind = fields.Selection(KINDS, required=True, readonly=True)
    event_key = fields.Char(
        required=True, readonly=True, help="What happened; an event is told once."
    )
    deadline = fields.Date(
        readonly=True, help="Day on which it falls due, or the class falls."
    )
    text = fields.Char(required=True, readonly=True)
    user_id = fields.Many2one("res.users", string="Told to", readonly=True)

    _once = models.UniqueIndex(
        "(facility_id, event_key)", "This was told of the loan already."
    )
