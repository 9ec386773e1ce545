# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class FactoryBookingClass(models.Model):
    """Classes of machine users by their membership on the day of the booking."""

    _inherit = "factory.booking.class"

    audience = fields.Selection(
        [("member", "Members"), ("non_member", "Non-members")],
        help="Who is in the class besides the users with its contact tags. Non-members "
        "are served too, at their tariff (UU 25/1992 art. 43).",
    )
    member_class_ids = fields.Many2many(
        "coop.member.class",
        string="Member classes",
        check_company=True,
        help="Only members of these classes; empty for all members.",
    )

    def _filter_partners(self, partners, day):
        found = super()._filter_partners(partners, day)
        if not self.audience or not partners:
            return found
        members = self.env["coop.member"]._get_members_by_partner(
            partners, self.company_id, day
        )
        return found | partners.filtered(lambda p: self._fits(members.get(p.id)))

    def _fits(self, member):
        """Tell whether a user with this membership, or with none, is in the class."""
        if self.audience == "non_member" or not member:
            return not member and self.audience == "non_member"
        classes = self.member_class_ids
        return not classes or member.sudo().class_id in classes
