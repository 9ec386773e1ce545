# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a closed order tells about its costs: consumables used, goods that paid."""

from odoo import fields, models

from odoo.addons.umkm_base.tools.rounding import to_decimal

from ..tools import pricing

# Reference unit of a category, and the unit of a tariff that counts in it.
TARIFF_UNITS = (
    ("product_uom_kgm", "kg"),
    ("product_uom_cubic_meter", "m3"),
    ("product_uom_unit", "piece"),
)

# Who may read the use of the house; others of core's users open orders, too.
USAGE_READERS = (
    "umkm_base.umkm_base_group_operator,umkm_base.umkm_base_group_teller,"
    "umkm_base.umkm_base_group_auditor"
)


class MrpProduction(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "mrp.production"

    usage_ids = fields.One2many(
        "factory.usage",
        "production_id",
        string="Use",
        groups=USAGE_READERS,
        help="What the order used of the house, and what was paid in kind.",
    )

    def _post_inventory(self, cancel_backorder=False):
        result = super()._post_inventory(cancel_backorder=cancel_backorder)
        self._sync_usages(self.env._("The order recorded another quantity"))
        return result

    def _sync_usages(self, reason):
        """Tell what was used and paid so far, what was taken apart left out.

        :param str reason: why charges of other quantities are taken back
        """
        # an operator closes or takes apart an order and sees neither prices nor charges
        for order in self.sudo().filtered(lambda o: o.production_mode != "own"):
            order = order.with_company(order.company_id)
            facts = [*order._get_consumable_facts(), *order._get_kind_facts()]
            order.env["factory.usage"]._sync(facts, reason)

    def _prepare_fact_vals(self, key, owner):
        return {
            "source_key": f"{key}:{self.id}:{owner.id}",
            "production_id": self.id,
            "company_id": self.company_id.id,
            "site_id": self.site_id.id,
            "partner_id": owner.id,
            "date": self._get_kind_day(),
        }

    # ---- consumables ---------------------------------------------------------------

    def _get_consumable_facts(self):
        """Return the use of each consumable of the house, net of what came back."""
        house = self.company_id.partner_id
        owner = self.partner_id if self.production_mode == "toll" else house
        facts = []
        for product, moves in self._get_house_moves().grouped("product_id").items():
            lines = moves.move_line_ids.filtered(
                lambda line: line.owner_id in (house, house.browse())
            )
            used = sum(lines.mapped("quantity_product_uom"))
            back = sum(
                self._get_lines_back(moves).mapped("quantity_product_uom"),
            )
            unit, quantity = self._to_tariff_unit(product, used - back)
            # a millilitre is counted as a gram is
            quantity = round(quantity, 6 if unit == "m3" else 3)
            _unit, whole = self._to_tariff_unit(product, used)
            value = sum(map(to_decimal, moves.mapped("value")))
            facts.append(
                {
                    **self._prepare_fact_vals(f"consumable:{product.id}", owner),
                    "charge_type": "consumable",
                    "product_id": product.id,
                    "unit": unit,
                    "quantity": quantity,
                    "unit_value": float(value / to_decimal(whole)) if whole else 0.0,
                }
            )
        return facts

    def _get_house_moves(self):
        """Return the done raw moves by which the house's stock went in.

        In a pool the house's own lots carry its share; they are no consumables.
        """
        house = (self.company_id.partner_id.id, False)
        pooled = self.production_mode == "pooled" and self.owned_lot_ids.product_id
        return self.move_raw_ids.filtered(
            lambda move: (
                move.state == "done"
                and not move.scrap_id
                and not (pooled and move.product_id in pooled)
                and any(
                    line.owner_id.id in house and line.quantity
                    for line in move.move_line_ids
                )
            )
        )

    def _get_lines_back(self, moves):
        """Return the lines by which an unbuild brought back what moves took."""
        return self.env["stock.move.line"].search(
            [
                ("move_id.unbuild_id.mo_id", "=", self.id),
                ("move_id.origin_returned_move_id", "in", moves.ids),
                ("state", "=", "done"),
                ("owner_id", "in", (False, self.company_id.partner_id.id)),
            ]
        )

    def _to_tariff_unit(self, product, quantity):
        """Return the unit of a tariff in which a product counts, and the quantity."""
        for xmlid, unit in TARIFF_UNITS:
            reference = self.env.ref(f"uom.{xmlid}")
            if product.uom_id._has_common_reference(reference):
                return unit, product.uom_id._compute_quantity(
                    quantity, reference, round=False
                )
        return "piece", quantity

    # ---- payment in kind -----------------------------------------------------------

    def _get_kind_facts(self):
        """Return what each owner paid of each product, net of what came back."""
        sums = {}
        lines = self.move_finished_ids.filtered(
            lambda move: move.state == "done" and not move.scrap_id
        ).move_line_ids
        back = self.env["stock.move.line"].search(
            [
                ("move_id.unbuild_id.mo_id", "=", self.id),
                ("location_dest_id.usage", "=", "production"),
                ("state", "=", "done"),
            ]
        )
        for found, sign in ((lines, 1), (back, -1)):
            for line in found:
                owner = line.kind_owner_id or line.owner_id
                figures = sums.setdefault((owner, line.product_id), [0.0] * 4)
                quantity = line.quantity_product_uom
                figures[0] += sign * quantity
                if line.kind_owner_id:
                    figures[1] += sign * quantity
                    figures[2] += quantity if sign > 0 else 0.0
                    figures[3] += line.kind_value
        shares = self.share_ids.grouped("partner_id")
        return [
            self._prepare_kind_vals(shares[owner], product, *figures)
            for (owner, product), figures in sums.items()
            if figures[2] and owner in shares
        ]

    def _prepare_kind_vals(self, share, product, output, paid, whole, value):
        """Return the use that an owner paid for with a part of his output.

        :param float output: what came out for him, the paid part included
        :param float paid: what of that he paid with, net of what came back
        :param float whole: the same before anything came back
        :param float value: what that was worth
        """
        left = to_decimal(value) * to_decimal(paid) / to_decimal(whole)
        return {
            **self._prepare_fact_vals(f"kind:{product.id}", share.partner_id),
            "charge_type": "service",
            "unit": pricing.IN_KIND,
            "quantity": round(output, 3),
            "kind_product_id": product.id,
            "kind_quantity": round(paid, 3),
            "kind_percent": share.kind_percent,
            "kind_line_id": share.kind_line_id.id,
            "kind_value": float(self.company_id._round_amount(left)),
        }
