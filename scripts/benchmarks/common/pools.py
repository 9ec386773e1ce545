"""A factory whose orders take material of many owners."""

from __future__ import annotations

from collections.abc import Callable
from unittest.mock import patch

KG_IN = 10
KG_OUT = 1.001


class House:
    """A company with ginger, powder and a recipe; orders on demand."""

    def __init__(self, env):
        company = env["res.company"].create({"name": "Koperasi Ukur Pool"})
        env.user.company_ids |= company
        env.user.company_id = company
        self.env = env = env(
            context={
                **env.context,
                "allowed_company_ids": company.ids,
                "tracking_disable": True,
            }
        )
        self.company = company
        company.sudo()._setup_warehouse()
        self.stock = (
            env["stock.warehouse"]
            .search([("company_id", "=", company.id)], limit=1)
            .lot_stock_id
        )
        kilogram = env.ref("uom.product_uom_kgm").id
        self.raw, self.product = (
            env["product.product"].create(
                {
                    "name": f"{name} (contoh)",
                    "is_storable": True,
                    "tracking": "lot",
                    "uom_id": kilogram,
                    "company_id": company.id,
                }
            )
            for name in ("Jahe segar", "Bubuk jahe")
        )
        self.recipe = env["mrp.bom"].create(
            {
                "product_tmpl_id": self.product.product_tmpl_id.id,
                "product_uom_id": kilogram,
                "company_id": company.id,
                "consumption": "flexible",
                "bom_line_ids": [
                    (0, 0, {"product_id": self.raw.id, "product_qty": KG_IN})
                ],
            }
        )
        self._made = 0

    def pooled(self, size: int) -> tuple[object, Callable[[], object]]:
        """Return a pooled draft of so many owners, and what confirms and closes it."""
        owners = self.env["res.partner"].create(
            [{"name": f"Pemilik {index}"} for index in range(size)]
        )
        lots = self._lots(self.raw, [{"owner_id": owner.id} for owner in owners])
        order = self._order(size, "pooled", lots)
        return order, lambda: self._close(order, size)

    def plain(self, size: int) -> tuple[object, Callable[[], object]]:
        """Return core's draft of as many lots, and what confirms and closes it."""
        lots = self._lots(self.raw, [{} for _index in range(size)])
        order = self._order(size, "own", self.env["stock.lot"])
        first = order.move_raw_ids
        first.product_uom_qty = KG_IN
        for _index in range(size - 1):
            first.copy({"raw_material_production_id": order.id})
        made = self._lots(self.product, [{} for _index in range(size)], stock=False)
        return order, lambda: self._close_plain(order, lots, made)

    def _close(self, order, size: int) -> None:
        order.action_confirm()
        order.action_record_output(KG_OUT * size)

    def _close_plain(self, order, lots, made) -> None:
        lines = self.env.registry["stock.move.line"]
        with patch.object(lines, "_check_owner", lambda _lines: None):
            order.action_confirm()
            order.action_assign()
            order.move_raw_ids.picked = True
            order.qty_producing = KG_OUT * len(lots)
            order.lot_producing_ids = made[:1]
            finished = order.move_finished_ids

            def split(_order, _moves):
                finished.move_line_ids.unlink()
                self._name_lots(finished, made, KG_OUT)

            orders = self.env.registry["mrp.production"]
            with patch.object(orders, "_cal_price", split):
                order.with_context(
                    skip_backorder=True, skip_consumption=True, skip_redirection=True
                ).button_mark_done()

    def _name_lots(self, move, lots, quantity: float) -> None:
        self.env["stock.move.line"].create(
            [
                {
                    "move_id": move.id,
                    "product_id": move.product_id.id,
                    "product_uom_id": move.product_uom.id,
                    "location_id": move.location_id.id,
                    "location_dest_id": move.location_dest_id.id,
                    "lot_id": lot.id,
                    "quantity": quantity,
                    "picked": True,
                }
                for lot in lots
            ]
        )

    def _order(self, size: int, mode: str, lots):
        return self.env["mrp.production"].create(
            {
                "product_id": self.product.id,
                "product_qty": size,
                "bom_id": self.recipe.id,
                "company_id": self.company.id,
                "production_mode": mode,
                "owned_lot_ids": [(6, 0, lots.ids)],
            }
        )

    def _lots(self, product, vals_list: list[dict], stock: bool = True):
        """Make a lot for each of the values, with stock of its owner."""
        self._made += 1
        lots = self.env["stock.lot"].create(
            [
                {
                    "name": f"P{self._made}-{index}",
                    "product_id": product.id,
                    "company_id": self.company.id,
                    **vals,
                }
                for index, vals in enumerate(vals_list)
            ]
        )
        for lot in lots if stock else ():
            self.env["stock.quant"]._update_available_quantity(
                product, self.stock, KG_IN, lot_id=lot, owner_id=lot.owner_id
            )
        return lots
