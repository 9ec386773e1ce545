# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.umkm_base.tools.rounding import to_decimal

from ..tools import pricing

QUOTE_RECORDS = {
    "company_id": "res.company",
    "site_id": "factory.site",
    "workcenter_id": "mrp.workcenter",
    "product_id": "product.product",
    "partner_id": "res.partner",
    "material_class_id": "factory.material.class",
    "kind_product_id": "product.product",
}
QUOTE_VALUES = {"charge_type", "unit", "quantity", "booked_quantity", "date"}
QUOTE_VALUES |= {"date_start", "date_end"}


class FactoryTariff(models.Model):
    _inherit = "factory.tariff"

    @api.model
    def quote(self, vals):
        """Price a use without writing anything.

        :param dict vals: ``unit`` and ``quantity``, and as known: ``charge_type``
            (time), ``company_id``, ``site_id``, ``workcenter_id``, ``product_id``,
            ``partner_id``, ``material_class_id`` (ids), ``booked_quantity``, ``date``
            (local, ISO), ``date_start`` and ``date_end`` (UTC, ISO). In kind: unit
            ``percent_output``, ``kind_product_id`` the product that comes out and
            ``quantity`` how much of it. Consumables: charge type ``consumable`` and
            the material as ``product_id``
        :return: dict with ``tariff_id``, ``tariff``, ``line_id``, ``line``,
            ``quantity``, ``unit``, ``price_unit``, ``slices`` (list of quantity,
            price, amount), ``setup_fee``, ``minimum_applied``, ``cap_applied``,
            ``amount``, ``currency``, ``member_id`` (False for non-members), ``percent``
            (0.0 unless in kind; ``quantity`` is then what is paid with, ``price_unit``
            its value and ``amount`` what the service is worth)
        :rtype: dict
        :raise UserError: when something is unknown, or no tariff line fits
        """
        self.env["factory.charge"].check_access("read")
        unknown = vals.keys() - QUOTE_RECORDS.keys() - QUOTE_VALUES
        if unknown:
            raise UserError(
                self.env._(
                    "A quote does not know: %(names)s.",
                    names=", ".join(sorted(unknown)),
                )
            )
        usage = self.env["factory.usage"].new(self._prepare_quote_vals(vals))
        line, price = usage._get_price()
        return {
            "tariff_id": line.tariff_id.id,
            "tariff": line.tariff_id.display_name,
            "line_id": line.id,
            "line": line.display_name,
            "quantity": float(price.quantity),
            "unit": price.unit,
            "price_unit": float(price.unit_price),
            "slices": [[float(part) for part in step] for step in price.slices],
            "setup_fee": float(price.setup_fee),
            "minimum_applied": price.minimum_applied,
            "cap_applied": price.cap_applied,
            "amount": float(price.amount),
            "currency": line.currency_id.name,
            "member_id": usage.member_id._origin.id or False,
            "percent": float(price.percent or 0),
        }

    @api.model
    def _prepare_quote_vals(self, vals):
        """Check the values of a quote and make them those of a use."""
        result = dict(vals)
        for name, model in QUOTE_RECORDS.items():
            if vals.get(name):
                record = self.env[model].browse(int(vals[name])).exists()
                if not record:
                    raise UserError(
                        self.env._(
                            "A quote names %(name)s %(number)s, which does not exist.",
                            name=name,
                            number=vals[name],
                        )
                    )
                record.check_access("read")
        for name in ("date_start", "date_end"):
            result[name] = fields.Datetime.to_datetime(vals.get(name))
        in_kind = vals.get("unit") == pricing.IN_KIND
        result["charge_type"] = vals.get("charge_type") or (
            "service" if in_kind else "time"
        )
        if not result.get("company_id"):
            result["company_id"] = self.env.company.id
        if vals.get("date"):
            result["date"] = fields.Date.to_date(vals["date"])
        return result

    @api.model
    def _prepare_request(self, usage):
        """Return what pricing needs to know of a use.

        :param usage: record of `factory.usage`, stored or new
        :rtype: pricing.Request
        """
        booked = usage.booked_quantity
        return pricing.Request(
            charge_type=usage.charge_type,
            unit=usage.unit or "",
            used=to_decimal(usage.quantity),
            booked=to_decimal(booked) if booked else None,
            workcenter=usage.workcenter_id._origin.id or None,
            product=(usage.kind_product_id or usage.product_id)._origin.id or None,
            material_class=usage.material_class_id.code or None,
            member_class=usage.member_id.class_id._origin.id or None,
            is_member=bool(usage.member_id),
            start=usage._get_local_time(usage.date_start),
            end=usage._get_local_time(usage.date_end),
            unit_value=usage._get_unit_value(),
        )
