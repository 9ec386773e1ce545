# SPDX-License-Identifier: AGPL-3.0-or-later
"""What owners pay in kind by the tariff, frozen when the order is confirmed."""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.factory_toll.models.mrp_production_kind import KIND_TERMS

from ..tools import pricing
from ..tools.local_time import to_local


class MrpProduction(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "mrp.production"

    kind_by_tariff = fields.Boolean(
        "Paid in kind by the tariff",
        tracking=True,
        help="Each owner pays with the percent of his output that the tariff says for"
        " him, member or not, when the order is confirmed.",
    )

    @api.constrains("kind_by_tariff", "kind_percent")
    def _check_one_percent(self):
        for order in self:
            if order.kind_by_tariff and order.kind_percent:
                raise ValidationError(
                    self.env._(
                        "%(order)s: the percent comes from the tariff or is agreed in"
                        " the order, not both. Clear one of them.",
                        order=order.display_name,
                    )
                )

    def write(self, vals):
        if "kind_by_tariff" in vals:
            for order in self.filtered(lambda order: order._is_under_way()):
                if order.kind_by_tariff != bool(vals["kind_by_tariff"]):
                    raise UserError(
                        self.env._(
                            "%(order)s is confirmed: what is paid in kind stands. "
                            "Cancel it and make a new order.",
                            order=order.display_name,
                        )
                    )
        if any(
            order.sudo()[name] != (vals[name] or 0)
            for order in self
            for name in set(KIND_TERMS) & vals.keys()
        ):
            # an order is not the tariff's any more once another percent is agreed
            self._check_kind_manager()
        return super().write(vals)

    def _get_kind_vals(self):
        vals = super()._get_kind_vals()
        return {**vals, "kind_by_tariff": True} if self.kind_by_tariff else vals

    def _check_may_agree(self):
        """Anybody who makes orders may leave the percent to the tariff."""
        # prices are hidden from operators
        by_hand = any(order.sudo()[name] for order in self for name in KIND_TERMS)
        if by_hand or not self.filtered("kind_by_tariff"):
            return super()._check_may_agree()
        return None

    def _get_kind_terms(self, owners):
        if not self.kind_by_tariff:
            return super()._get_kind_terms(owners)
        # an operator confirms an order and sees no tariff
        order = self.sudo().with_company(self.company_id)
        house = self.company_id.partner_id
        members = order.env["coop.member"]._get_members_by_partner(
            self.env["res.partner"].union(*owners),
            self.company_id,
            self._get_kind_day(),
        )
        empty = order.env["coop.member"]
        lines = {
            owner: order._get_kind_line(members.get(owner.id, empty))
            for owner in owners
            if owner != house
        }
        return {
            owner: {
                "kind_percent": line.percent,
                "kind_price": line.price,
                "kind_byproducts": line.kind_byproducts,
                "kind_line_id": line.id,
            }
            for owner, line in lines.items()
        }

    def _get_kind_line(self, member):
        """Return the line of the tariff that says what a member or other pays.

        :raise UserError: when the tariff of the day has none
        """
        self.ensure_one()
        centres = self.workorder_ids.workcenter_id
        zone = self.site_id.time_zone or self.company_id.time_zone or "Asia/Jakarta"
        start = to_local(zone, self.date_start)
        request = pricing.Request(
            charge_type="service",
            unit=pricing.IN_KIND,
            used=Decimal(1),
            workcenter=centres.id if len(centres) == 1 else None,
            product=self.product_id.id,
            member_class=member.class_id.id or None,
            is_member=bool(member),
            start=start,
            end=start,
            # which line it is does not depend on what the goods are worth
            unit_value=Decimal(0),
        )
        line, _price = self.env["factory.tariff"]._price(
            self.company_id, self.site_id, self._get_kind_day(), request
        )
        return line
