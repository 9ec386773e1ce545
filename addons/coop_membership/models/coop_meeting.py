# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class CoopMeeting(models.Model):
    _name = "coop.meeting"
    _description = "Cooperative Meeting"
    _inherit = ["coop.guard.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _rec_names_search = ["name", "resolution_number"]
    _check_company_auto = True
    _frozen_fields = ("company_id", "kind", "date", "resolution")

    name = fields.Char(required=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(
        [
            ("annual", "Annual members' meeting"),
            ("extraordinary", "Extraordinary members' meeting"),
            ("board", "Board meeting"),
            ("supervisors", "Supervisors' meeting"),
            ("group", "Group meeting"),
        ],
        required=True,
        default="annual",
        help="The annual meeting (RAT) decides on accounts and SHU; others are of all"
        " members, of the board, of the supervisors or of a group of members.",
    )
    date = fields.Date(required=True, tracking=True)
    resolution_number = fields.Char(help="Number of the signed decision.")
    resolution = fields.Text(
        help="What was decided, in the words of the minutes; amounts that the law"
        " leaves to the members refer to it.",
        tracking=True,
    )
    rate_ids = fields.One2many("coop.saving.rate", "meeting_id", string="Amounts")

    def _is_frozen(self):
        # rates of types that the user may not see rest on it as well
        return bool(self.sudo().rate_ids)
