# SPDX-License-Identifier: AGPL-3.0-or-later
from dataclasses import replace
from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from odoo.addons.factory_toll.tools.shares import split_by_shares
from odoo.addons.umkm_base.tools.rounding import to_decimal

from .factory_charge_facts import INITIAL

GRAM = Decimal("0.001")
MILLILITRE = Decimal("0.000001")


class FactoryUsage(models.Model):
    """The use of a machine by a pool: every owner in it pays his share.

    The use is recorded for the cooperative on a pooled order. The whole use is priced
    as if an owner had made it alone, by his tariff, and he pays the part of it that is
    his share of the order: the shares frozen when the order was confirmed, also for
    what is recorded long after it was closed. Where all pay the same tariff the
    charges add up to its price to the rupiah.
    """

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.usage"

    def _is_pooled(self):
        """Tell whether the use is shared by the owners in a pooled order."""
        self.ensure_one()
        # who records a use need not read the order
        order = self.sudo().production_id
        return (
            order.production_mode == "pooled"
            and self.partner_id == self.company_id.partner_id
        )

    def _get_pool_shares(self):
        """Return the shares that pay: not the cooperative's own."""
        self.ensure_one()
        return self.sudo().production_id.share_ids.filtered(
            lambda share: share.partner_id != self.company_id.partner_id
        )

    def _compute_is_charged(self):
        result = super()._compute_is_charged()
        for usage in self:
            if usage.is_charged and usage._is_pooled():
                charged = usage._get_live_charges().partner_id
                usage.is_charged = usage._get_pool_shares().partner_id <= charged
        return result

    def _has_tariff_line(self):
        if not self._is_pooled():
            return super()._has_tariff_line()
        return True

    def _prepare_charge_vals(self):
        self.ensure_one()
        if self._is_pooled():
            raise UserError(
                self.env._(
                    "%(usage)s is shared by the owners in %(order)s: price the use, so"
                    " that each of them gets his charge.",
                    usage=self.display_name,
                    order=self.sudo().production_id.display_name,
                )
            )
        return super()._prepare_charge_vals()

    def _prepare_charges_vals(self):
        self.ensure_one()
        if not self._is_pooled():
            return super()._prepare_charges_vals()
        charged = self._get_live_charges().partner_id
        return list(
            self._prepare_pool_vals(self._get_pool_shares().partner_id - charged)
        )

    def _prepare_pool_vals(self, owners):
        """Yield the values of the charge of each of these owners."""
        self.ensure_one()
        shares = self.sudo().production_id.share_ids
        weights = [to_decimal(share.graded_qty) for share in shares]
        members = self.env["coop.member"]._get_members_by_partner(
            owners, self.company_id, self.date
        )
        prices = {}
        for index, share in enumerate(shares):
            owner = share.partner_id
            if owner not in owners:
                continue
            member = members.get(owner.id, self.env["coop.member"])
            key = (bool(member), member.class_id)
            if key not in prices:
                prices[key] = self._get_pool_price(member, weights)
            yield {
                **self._prepare_pool_facts(owner),
                **self._prepare_pool_price(share, index, *prices[key]),
            }

    def _get_pool_price(self, member, weights):
        """Return line, price of the whole use, and its amounts and quantities split."""
        tariffs = self.env["factory.tariff"]
        request = replace(
            tariffs._prepare_request(self),
            is_member=bool(member),
            member_class=member.class_id.id or None,
        )
        line, price = tariffs._price(self.company_id, self.site_id, self.date, request)
        unit = to_decimal(self.company_id.amount_unit or 1)
        amounts = split_by_shares(price.amount, weights, unit)
        grain = MILLILITRE if price.unit == "m3" else GRAM
        quantities = split_by_shares(price.quantity.quantize(grain), weights, grain)
        return line, price, amounts, quantities

    def _prepare_pool_facts(self, owner):
        charges = self.env["factory.charge"]
        return {
            **INITIAL,
            **charges._copy_facts(self),
            "usage_id": self.id,
            "company_id": self.company_id.id,
            "partner_id": owner.id,
        }

    def _prepare_pool_price(self, share, index, line, price, amounts, quantities):
        charges = self.env["factory.charge"]
        amount = float(amounts[index])
        return {
            **charges._prepare_price_vals(line, price),
            "quantity": float(quantities[index]),
            "amount_full": amount,
            "amount": amount,
            "explanation": self.env._(
                "%(percent)s %% of %(order)s: %(text)s",
                percent=f"{share.percent:.4g}",
                order=share.production_id.name,
                text=charges._explain_price(line, price),
            ),
        }
