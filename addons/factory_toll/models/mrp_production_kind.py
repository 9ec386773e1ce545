# SPDX-License-Identifier: AGPL-3.0-or-later
"""Payment in kind: a percent of what comes out stays with the house for its work.

The percent is agreed before the order is confirmed and frozen in the owner's share
then. Every output, partial ones too, is split at once: the owner's part, and what of it
pays. The latter has no owner, lies in a lot of its own under the batch, and is valued
at what the house would have paid for such goods that day (non-cash consideration at
fair value, IFRS 15 par. 66), so that neither the owner's goods nor the house's own cost
carry anything of it.
"""

from decimal import Decimal

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.umkm_base.tools.rounding import to_decimal

from ..tools.shares import part_in_kind
from .factory_intake import MONEY_GROUPS
from .stock_lot import OWNER_TOKEN

# Terms of an order, and of an owner's share.
KIND_TERMS = ("kind_percent", "kind_byproducts", "kind_price")


class MrpProduction(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "mrp.production"

    kind_percent = fields.Float(
        "Paid in kind (%)",
        digits=(6, 3),
        copy=False,
        tracking=True,
        help="Percent of each owner's part of the output that stays with the "
        "cooperative for its work (bayar natura). Settled when the order is confirmed.",
    )
    kind_byproducts = fields.Boolean(
        "By-products in kind too",
        copy=False,
        help="The percent is taken of the by-products, too, not of the product only.",
    )
    kind_price = fields.Float(
        "Agreed value",
        digits="Product Price",
        copy=False,
        groups=MONEY_GROUPS,
        help="Value of one unit of the product that is paid in kind. 0: the purchase "
        "price of the day it comes out, else the product's cost.",
    )
    kind_kg = fields.Float(
        "Paid in kind (kg)",
        digits=(16, 3),
        readonly=True,
        copy=False,
        help="Part of product and by-products that paid for the work.",
    )

    _kind_percent_range = models.Constraint(
        "CHECK (kind_percent >= 0 AND kind_percent < 100)",
        "The percent paid in kind is between 0 and 100; the owner keeps something.",
    )
    _kind_price_positive = models.Constraint(
        "CHECK (kind_price >= 0)", "The agreed value cannot be negative."
    )

    # ---- terms --------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        orders = super().create(vals_list)
        if orders.filtered(lambda order: any(order._get_kind_key())):
            orders._check_may_agree()
        return orders

    def write(self, vals):
        terms = [name for name in KIND_TERMS if name in vals]
        if terms and not self._is_kind_token():
            self._check_may_agree()
            for order in self.filtered(lambda order: order._is_under_way()):
                if any(order.sudo()[name] != (vals[name] or 0) for name in terms):
                    raise UserError(
                        self.env._(
                            "%(order)s is confirmed: what is paid in kind stands. "
                            "Cancel it and make a new order.",
                            order=order.display_name,
                        )
                    )
        return super().write(vals)

    def _is_kind_token(self):
        return self.env.context.get("toll_kind_token") is OWNER_TOKEN

    def _check_may_agree(self):
        """Say who may agree on the terms of these orders. Override point."""
        self._check_kind_manager()

    def _check_kind_manager(self):
        """Leave it to the factory manager to agree on a percent with an owner."""
        if self.env.su or self._is_kind_token():
            return
        if not self.env.user.has_group("umkm_base.umkm_base_group_factory_manager"):
            raise AccessError(
                self.env._("What is paid in kind is for the factory manager to agree.")
            )

    def _get_kind_vals(self):
        """Return the order's terms, whoever asks; prices are hidden from operators."""
        self.ensure_one()
        order = self.sudo()
        return {name: order[name] for name in KIND_TERMS}

    def _get_kind_key(self):
        return tuple(self._get_kind_vals().values())

    def _copy_kind_terms(self, family):
        """Show on the rest of an order what was agreed for the whole."""
        source = family[:1]
        if any(source._get_kind_key()):
            rest = self.sudo().with_context(toll_kind_token=OWNER_TOKEN)
            rest.write(source._get_kind_vals())

    def _get_kind_terms(self, owners):
        """Return what each owner pays in kind, to be frozen in his share.

        Override point for terms that come from elsewhere, a tariff.

        :param list owners: partners
        :return: {partner: values of his share}
        """
        self.ensure_one()
        terms = self._get_kind_vals()
        if not terms["kind_percent"]:
            return {}
        house = self.company_id.partner_id
        return {owner: terms for owner in owners if owner != house}

    def _check_kind_terms(self):
        """Refuse at the start what could not be carried out at the end."""
        for share in self.sudo().share_ids.filtered("kind_percent"):
            if self.product_tracking == "serial":
                raise UserError(
                    self.env._(
                        "%(order)s: pieces with a serial number cannot be paid in part."
                        " Track the product by lots, or charge the work in money.",
                        order=self.display_name,
                    )
                )
            if not self._get_kind_value(share, self.product_id):
                raise UserError(
                    self.env._(
                        "%(order)s: %(product)s has no value at which %(owner)s could "
                        "pay with it. Ask the accountant for a purchase price under "
                        "Material, Purchase prices, or agree on a value in the order.",
                        order=self.display_name,
                        product=self.product_id.display_name,
                        owner=share.partner_id.display_name,
                    )
                )

    def _get_kind_value(self, share, product):
        """Return what one unit of goods paid in kind is worth today.

        The agreed value; else the purchase price of the day and grade; else the cost
        of the product. A by-product may be worth nothing.
        """
        # an operator closes the order and sees no prices
        order = self.sudo().with_company(self.company_id)
        if product == order.product_id and share.sudo().kind_price:
            return share.sudo().kind_price
        product = product.with_env(order.env)
        price = order.env["factory.purchase.price"]._find_price(
            product.id,
            self._get_kind_day(),
            order.lot_producing_ids.grade_id[:1].id,
            self.company_id.id,
        )
        return price.price or product.standard_price

    def _get_kind_day(self):
        """Return the day of the output: as recorded, else the company's today."""
        return (
            self.env.context.get("force_period_date") or self.company_id._local_date()
        )

    # ---- outputs ------------------------------------------------------------------

    def _take_in_kind(self, moves):
        """Set apart what the owner of a toll order pays with."""
        if not self.share_ids.filtered("kind_percent"):
            return
        vals_list = []
        for product in moves.product_id:
            lines = moves.move_line_ids.filtered(
                lambda line, product=product: (
                    line.product_id == product
                    and not line.product_uom_id.is_zero(line.quantity)
                )
            )
            tally = self._get_kind_tally(lines)
            for line in lines:
                whole = {
                    "quantity": line.quantity,
                    "owner_id": self.partner_id.id,
                    "lot_id": line.lot_id.id,
                }
                parts = self._set_kind_apart(line, [whole], tally)
                vals_list += self._spread_line(line, parts)
        self._create_output_lines(vals_list)

    def _create_output_lines(self, vals_list):
        # only an order says who pays with what
        lines = self.env["stock.move.line"].sudo()
        lines.with_context(toll_owner_token=OWNER_TOKEN).create(vals_list)

    def _get_kind_tally(self, lines):
        """Return what came out for each owner who pays, and what he paid, so far.

        :param lines: output lines of one product
        :return: {owner id: [share, price, had, paid]}, quantities in the lines' unit,
            backorders included; empty when nobody pays with this product
        """
        product = lines.product_id
        shares = self.share_ids.filtered(
            lambda share: (
                share.kind_percent
                and (share.kind_byproducts or product == self.product_id)
            )
        )
        if not shares or not lines:
            return {}
        uom = lines[:1].product_uom_id
        tally = {
            share.partner_id.id: [
                share,
                self._get_kind_value(share, product),
                Decimal(0),
                Decimal(0),
            ]
            for share in shares
        }
        orders = self.production_group_id.production_ids | self
        done = self.env["stock.move.line"]._read_group(
            [
                ("move_id", "in", orders.move_finished_ids.ids),
                ("move_id.scrap_id", "=", False),
                ("product_id", "=", product.id),
                ("state", "=", "done"),
            ],
            ["owner_id", "kind_owner_id"],
            ["quantity_product_uom:sum"],
        )
        for holder, payer, quantity in done:
            entry = tally.get((payer or holder).id)
            if entry:
                amount = to_decimal(product.uom_id._compute_quantity(quantity, uom))
                entry[2] += amount
                entry[3] += amount if payer else 0
        return tally

    def _set_kind_apart(self, line, vals_list, tally):
        """Return the parts of a line with what is paid in kind set apart.

        :param list vals_list: values of lines, one an owner; the order keeps its own
        :param dict tally: what was paid so far; brought up to date
        """
        if not tally:
            return vals_list
        digits = self.env["decimal.precision"].precision_get("Product Unit")
        unit = Decimal(1).scaleb(-digits)
        house_lot = False
        result = []
        for vals in vals_list:
            entry = tally.get(vals["owner_id"])
            part = to_decimal(vals["quantity"]).quantize(unit)
            paid = Decimal(0)
            if entry:
                share, price, had, before = entry
                percent = to_decimal(share.kind_percent)
                paid = part_in_kind(part, percent, had, before, unit)
                entry[2:] = [had + part, before + paid]
            kept = {**vals, "quantity": float(part - paid)}
            result += [kept] if part > paid else []
            if paid:
                house_lot = house_lot or self._get_kind_lot(line.lot_id)
                result.append(
                    {
                        "quantity": float(paid),
                        "owner_id": False,
                        "lot_id": house_lot.id,
                        "kind_owner_id": share.partner_id.id,
                        "kind_value": self._value_in_kind(line, paid, price),
                    }
                )
        return result

    def _value_in_kind(self, line, quantity, price):
        uom = line.product_id.uom_id
        units = line.product_uom_id._compute_quantity(float(quantity), uom, round=False)
        value = to_decimal(units) * to_decimal(price)
        return float(self.company_id._round_amount(value))

    def _get_kind_lot(self, batch):
        """Return the cooperative's lot under a batch for what is paid in kind."""
        if not batch:
            return batch
        # who weighs out may not make lots under another's batch
        lots = self.env["stock.lot"].sudo()
        found = lots.search(
            [("batch_lot_id", "=", batch.id), ("owner_id", "=", False)], limit=1
        )
        return found or lots.create(
            {
                "name": f"{batch.name}/000",
                "product_id": batch.product_id.id,
                "company_id": batch.company_id.id,
                "batch_lot_id": batch.id,
            }
        )

    def _sum_kind_kg(self, moves):
        lines = moves.move_line_ids.filtered("kind_owner_id")
        return round(
            sum(
                self._to_kg(line.quantity, line.product_id, line.product_uom_id)
                for line in lines
            ),
            3,
        )
