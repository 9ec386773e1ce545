# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models


class CoopMember(models.Model):
    _inherit = "coop.member"

    def _get_exit_obstacles(self):
        """Add what the member used and was not invoiced for."""
        result = super()._get_exit_obstacles()
        # whoever decides on an exit need not see charges, but must not overlook them
        charges = self.env["factory.charge"].sudo()
        for member, count, amount in self._group_by_member(
            charges, [("state", "in", ("draft", "posted"))], "amount:sum"
        ):
            text = self.env._(
                "%(count)s charges not invoiced, %(amount)s",
                count=count,
                amount=member._format_amount(amount),
            )
            result.setdefault(member.id, []).append(text)
        usages = self.env["factory.usage"].sudo()
        domain = [("is_chargeable", "=", True), ("is_charged", "=", False)]
        for member, count in self._group_by_member(usages, domain):
            text = self.env._("%(count)s uses not priced", count=count)
            result.setdefault(member.id, []).append(text)
        return result

    def _group_by_member(self, model, domain, *aggregates):
        """Return ``(member, count, *sums)`` of records of the members' partners."""
        members = {(m.partner_id.id, m.company_id.id): m for m in self}
        own = [
            ("partner_id", "in", self.partner_id.ids),
            ("company_id", "in", self.company_id.ids),
        ]
        groups = model._read_group(
            own + domain, ["partner_id", "company_id"], ["__count", *aggregates]
        )
        return [
            (members[partner.id, company.id], *values)
            for partner, company, *values in groups
            if (partner.id, company.id) in members
        ]
