# SPDX-License-Identifier: AGPL-3.0-or-later
"""What an order says was used: consumables of the house, and goods that paid.

An order keeps one use for each consumable, and one for each owner and product that he
paid with. It brings them up to date when it is closed or taken apart
(``mrp.production._sync_usages``); nobody else writes them.
"""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.umkm_base.tools.rounding import to_decimal

from ..tools import pricing
from ..tools.pricing_errors import NoLineError
from .factory_usage import CHARGE_READERS, METERED_FIELDS
from .sharing_guard import by_action, is_by_action, without_defaults

ORDER_FIELDS = (
    *("source_key", "kind_product_id", "kind_quantity", "kind_percent"),
    *("kind_line_id", "unit_value", "kind_value"),
)


class FactoryUsage(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.usage"

    source_key = fields.Char(
        readonly=True,
        copy=False,
        help="What of which order this tells; the order keeps it up to date.",
    )
    kind_product_id = fields.Many2one(
        "product.product",
        string="Paid with",
        readonly=True,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The product of which a part paid for the work.",
    )
    kind_quantity = fields.Float(
        "Paid in kind",
        readonly=True,
        digits="Product Unit",
        help="What of the output stayed with the cooperative, in the product's unit.",
    )
    kind_percent = fields.Float(
        "Agreed (%)", readonly=True, digits=(6, 3), aggregator=None
    )
    kind_line_id = fields.Many2one(
        "factory.tariff.line",
        string="Agreed by",
        readonly=True,
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
        groups=CHARGE_READERS,
        help="Line of the tariff that was frozen when the order was confirmed; empty"
        " where the factory manager agreed on the percent.",
    )
    unit_value = fields.Float(
        "Value of a unit",
        readonly=True,
        digits="Product Price",
        aggregator=None,
        groups=CHARGE_READERS,
        help="What one unit of the consumable cost the cooperative.",
    )
    kind_value = fields.Monetary(
        "Worth",
        readonly=True,
        groups=CHARGE_READERS,
        help="What the goods were worth when they came out; the charge is the same.",
    )
    currency_id = fields.Many2one(related="company_id.currency_id")

    _source_uniq = models.UniqueIndex(
        "(source_key) WHERE source_key IS NOT NULL",
        "The order has told this already.",
    )

    @api.depends("kind_quantity", "kind_product_id")
    def _compute_display_name(self):
        result = super()._compute_display_name()
        for usage in self.filtered("kind_product_id"):
            usage.display_name = self.env._(
                "%(owner)s, %(day)s: %(quantity)s %(unit)s %(product)s in kind",
                owner=usage.partner_id.name or "",
                day=usage.date or "",
                quantity=f"{usage.kind_quantity:g}",
                unit=usage.kind_product_id.uom_id.name,
                product=usage.kind_product_id.name,
            )
        return result

    # ---- only the order writes -----------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if is_by_action(self):
            return super().create(vals_list)
        for vals in vals_list:
            told = vals.get("unit") == pricing.IN_KIND or any(
                vals.get(name) for name in ORDER_FIELDS
            )
            if told:
                raise UserError(
                    self.env._(
                        "What is paid in kind, and of what an order tells, is recorded"
                        " by the order when its output is weighed."
                    )
                )
        usages = without_defaults(self, (*ORDER_FIELDS, "unit"))
        unit = self.env.context.get("default_unit")
        if unit and unit != pricing.IN_KIND:
            usages = usages.with_context(default_unit=unit)
        return super(FactoryUsage, usages).create(vals_list)

    def write(self, vals):
        guarded = {*METERED_FIELDS, *ORDER_FIELDS} & vals.keys()
        if guarded and not is_by_action(self):
            if set(ORDER_FIELDS) & guarded or vals.get("unit") == pricing.IN_KIND:
                self._raise_by_order()
            self.filtered("source_key")._raise_by_order()
        exempted = "is_chargeable" in vals and not vals["is_chargeable"]
        if exempted and not is_by_action(self):
            self.filtered("kind_product_id")._raise_by_order()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_by_order(self):
        self.filtered("source_key")._raise_by_order()

    def _raise_by_order(self):
        for usage in self:
            raise UserError(
                self.env._(
                    "%(usage)s is told by order %(order)s: take the order apart, or"
                    " reverse the charge, instead.",
                    usage=usage.display_name,
                    order=usage.sudo().production_id.display_name or "-",
                )
            )

    # ---- price ---------------------------------------------------------------------

    def _get_unit_value(self):
        """Return what one unit cost, or is worth that day; None when nobody knows."""
        self.ensure_one()
        usage = self.sudo().with_company(self.company_id._origin)
        if usage.unit == pricing.IN_KIND:
            product = usage.kind_product_id._origin
            price = usage.env["factory.purchase.price"]._find_price(
                product.id, usage.date, False, usage.company_id._origin.id
            )
            value = price.price or product.standard_price
        elif usage.charge_type == "consumable":
            value = usage.unit_value or usage._get_standard_value()
        else:
            return None
        return to_decimal(value) if value else None

    def _get_standard_value(self):
        """Return the product's cost for a unit of the tariff, 0 in another measure."""
        product = self.product_id._origin
        if not product:
            return 0
        unit, size = self.env["mrp.production"]._to_tariff_unit(product, 1.0)
        if unit != self.unit:
            return 0
        return to_decimal(product.standard_price) / to_decimal(size)

    def _get_price(self):
        """What paid in kind was priced when it came out."""
        self.ensure_one()
        if not self.source_key or not self.kind_product_id:
            return super()._get_price()
        usage = self.sudo()
        paid, value = to_decimal(usage.kind_quantity), to_decimal(usage.kind_value)
        worth = value / paid if paid else Decimal(0)
        return usage.kind_line_id.with_env(self.env), pricing.Price(
            key=usage.kind_line_id.id,
            quantity=paid,
            unit=pricing.IN_KIND,
            unit_price=worth,
            amount=value,
            slices=((paid, worth, value),),
            setup_fee=Decimal(0),
            minimum_applied=False,
            cap_applied=False,
            percent=to_decimal(usage.kind_percent),
        )

    def _is_in_tariff(self):
        """Tell whether the tariff of the day prices the use, for whoever shares it."""
        self.ensure_one()
        try:
            self._prepare_charges_vals()
        except UserError as error:
            return bool(error.__cause__) and not isinstance(
                error.__cause__, NoLineError
            )
        return True

    # ---- kept up to date by the order ----------------------------------------------

    @api.model
    def _sync(self, facts, reason):
        """Bring the uses of orders up to date; a charge of another quantity goes back.

        :param list facts: values of uses with their ``source_key``
        :param str reason: why charges are taken back
        """
        keys = [vals["source_key"] for vals in facts]
        known = self.search([("source_key", "in", keys)]).grouped("source_key")
        new = []
        for vals in facts:
            usage = known.get(vals["source_key"])
            if usage:
                usage._update_from_order(vals, reason)
            elif vals["quantity"]:
                new.append(vals)
        usages = by_action(self).create(new)
        by_action(
            usages.filtered(lambda u: not u.kind_product_id and not u._is_in_tariff())
        ).write(
            {
                "is_chargeable": False,
                "note": self.env._("Not in the tariff of the day."),
            }
        )

    def _update_from_order(self, vals, reason):
        self.ensure_one()
        names = ("quantity", "kind_quantity", "kind_value")
        digits = {"quantity": 6, "kind_quantity": 3, "kind_value": 2}
        if all(
            round(self[name] - vals.get(name, 0.0), digits[name]) == 0 for name in names
        ):
            return
        charges = self._get_live_charges()
        charges.filtered(lambda charge: charge.state == "draft").action_cancel()
        posted = charges.filtered(lambda charge: charge.state in ("posted", "invoiced"))
        if posted:
            posted.action_reverse(reason)
        by_action(self).write(
            {
                **{n: vals[n] for n in (*names, "unit_value") if n in vals},
                # what was not in the tariff stays so
                "is_chargeable": self.is_chargeable and bool(vals["quantity"]),
            }
        )
        self._waive_again(charges.filtered("waiver_reason"))

    def _waive_again(self, waived):
        """Make the charges of what is left that were waived before; the reason stands.

        :param waived: charges of this use that were cancelled or reversed
        """
        if not waived or not self.is_chargeable:
            return
        before = waived.grouped("partner_id")
        vals_list = []
        for vals in self._prepare_charges_vals():
            charge = before.get(waived.partner_id.browse(vals["partner_id"]))
            if charge:
                kept = {
                    "waiver_reason": charge.waiver_reason,
                    "waived_by_id": charge.waived_by_id.id,
                }
                vals_list.append({**vals, "amount": 0.0, **kept})
        by_action(self.env["factory.charge"]).create(vals_list)
