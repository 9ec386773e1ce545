# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain

ENDED = ("exited", "refused")
#: what core lets any user write of himself and a register says of a member
MEMBER_DATA = frozenset({"name", "email", "phone", "image_1920"})


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

    def write(self, vals):
        own = self == self.env.user and not self.env.su
        if own and MEMBER_DATA & vals.keys() and self._is_member_in_portal():
            raise AccessError(self._get_member_data_refusal())
        return super().write(vals)

    def _deactivate_portal_user(self, **post):
        """Keep members from archiving themselves; who leaves asks for it."""
        if any(user._is_member_in_portal() for user in self):
            raise UserError(self._get_member_data_refusal())
        return super()._deactivate_portal_user(**post)

    def _is_member_in_portal(self):
        return self.share and self.partner_id._is_coop_registered()

    def _get_member_data_refusal(self):
        return self.env._(
            "What the cooperative's register says of a member is changed by the"
            " cooperative. Ask for the change, or to leave, under My savings."
        )

    @api.model
    def _get_pin_login_number(self, partner):
        # asked before anybody is logged in
        members = partner.sudo().coop_member_ids.filtered(
            lambda member: member.number and member.state not in ENDED
        )
        return members[:1].number or super()._get_pin_login_number(partner)
