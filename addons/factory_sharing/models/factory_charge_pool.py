# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models
from odoo.exceptions import UserError

from .sharing_guard import by_action


class FactoryCharge(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.charge"

    def _refresh_price(self):
        """Price an owner's part of a shared use again by the tariff of its day."""
        self.ensure_one()
        usage = self.usage_id
        if not usage._is_pooled():
            return super()._refresh_price()
        found = list(usage._prepare_pool_vals(self.partner_id))
        if not found:
            raise UserError(
                self.env._(
                    "%(owner)s has no share in %(order)s: cancel the charge.",
                    owner=self.partner_id.display_name,
                    order=usage.sudo().production_id.display_name,
                )
            )
        members = self.env["coop.member"]._get_members_by_partner(
            self.partner_id, self.company_id, usage.date
        )
        member = members.get(self.partner_id.id, self.env["coop.member"])
        names = (
            *("site_id", "workcenter_id", "product_id", "charge_type", "date"),
            *("tariff_line_id", "quantity", "price_unit"),
            *("amount_full", "amount", "explanation"),
        )
        vals = {name: found[0][name] for name in names}
        if self.waiver_reason:
            vals["amount"] = 0.0
        by_action(self).write({**vals, "member_id": member.id})
        return None
