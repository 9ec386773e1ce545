# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class GrantEvent(models.Model):
    """One day of handing over, with many BAST.

    A ceremony is often symbolic: the goods of all recipients are signed for one by one,
    on that day or later, so the event counts what is signed and not who came.
    """

    _name = "grant.event"
    _description = "Handover Event"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True

    name = fields.Char(required=True)
    date = fields.Date(required=True, default=fields.Date.context_today)
    company_id = fields.Many2one(
        "res.company", required=True, default=lambda self: self.env.company, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    programme_id = fields.Many2one(
        "grant.programme", index=True, check_company=True, ondelete="restrict"
    )
    place = fields.Char()
    region_id = fields.Many2one("umkm.region")
    is_symbolic = fields.Boolean(
        string="Symbolic",
        help="The ceremony stands for handovers that are signed one by one.",
    )
    expected_recipients = fields.Integer(
        help="Recipients announced for the day; the signed ones are counted apart."
    )
    source = fields.Char(help="Invitation, list or publication that tells of the day.")
    note = fields.Text()
    handover_ids = fields.One2many("grant.handover", "event_id")
    handover_count = fields.Integer(compute="_compute_counts")
    signed_count = fields.Integer(
        compute="_compute_counts", help="Handovers signed that were not reversed."
    )
    accepted_amount = fields.Monetary(
        compute="_compute_counts", help="Value of what was signed for as accepted."
    )

    @api.depends("handover_ids.state", "handover_ids.is_reversed")
    def _compute_counts(self):
        rows = self.env["grant.handover"]._read_group(
            [("event_id", "in", self.ids), ("reversed_id", "=", False)],
            ["event_id", "state", "is_reversed"],
            ["__count", "amount_accepted:sum"],
        )
        for event in self:
            mine = [row for row in rows if row[0] == event]
            standing = [row for row in mine if row[1] == "signed" and not row[2]]
            event.handover_count = sum(row[3] for row in mine)
            event.signed_count = sum(row[3] for row in standing)
            event.accepted_amount = sum(row[4] for row in standing)

    def action_sign_handovers(self):
        """Sign all drafts of the event at once.

        :return: True; the error lists every handover that cannot be signed yet
        """
        self.handover_ids.filtered(lambda one: one.state == "draft").action_sign()
        return True

    def action_view_handovers(self):
        """Open the handovers of the event."""
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "grant_equipment.grant_handover_action"
        )
        return {
            **action,
            "domain": [("event_id", "in", self.ids)],
            "context": {"default_event_id": self[:1].id},
        }
