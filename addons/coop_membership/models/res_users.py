# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, models
from odoo.fields import Domain

ENDED = ("exited", "refused")


class ResUsers(models.Model):
    _inherit = "res.users"

    @api.model
    def _get_pin_login_domain(self, login):
        """Let members log in with their member number and PIN."""
        member = Domain("number", "=", (login or "").strip())
        member &= Domain("state", "not in", ENDED)
        return super()._get_pin_login_domain(login) | Domain(
            "partner_id.coop_member_ids", "any", member
        )

    @api.model
    def _get_pin_login_number(self, partner):
        # asked before anybody is logged in
        members = partner.sudo().coop_member_ids.filtered(
            lambda member: member.number and member.state not in ENDED
        )
        return members[:1].number or super()._get_pin_login_number(partner)
