"""Validating a toll order: what the owner guard costs when stock really moves.

Measured: ``button_mark_done`` of a confirmed and reserved order of one owner, who put
in so many lots of ginger, with a consumable of the cooperative, a by-product and a
product. Time on the processor, median; each validation is rolled back.

Baseline: the same moves in an ordinary order, of the cooperative's own lots, by core's
own methods: the overrides of our addons are taken off (``common/core_only.py``).

Bound (issue 5): at most 1.3 times.
"""

from __future__ import annotations

from collections.abc import Iterator

from scripts.benchmarks.common import session
from scripts.benchmarks.common.clock import Clock, Lap, median_ms
from scripts.benchmarks.common.core_only import core_only
from scripts.lib.bench_table import Bound, Result

LOTS = (1, 5, 40)
# Whose methods act while an order is validated.
MODELS = (
    "mrp.production",
    "mrp.workorder",
    "product.product",
    "stock.lot",
    "stock.move",
    "stock.move.line",
    "stock.picking",
    "stock.quant",
)


def measure(template: str, quick: bool) -> Iterator[Result]:
    """Yield the time of validating a toll order over that of core's own order."""
    count = 7 if quick else 31
    with session.scratch_environment(template) as env:
        clock = Clock(env.cr)
        house = House(env)
        orders = {
            (lots, mode): house.create_order(lots, mode)
            for lots in LOTS
            for mode in ("toll", "own")
        }
        laps = {key: [] for key in orders}
        # in turns, so that all orders meet the same machine
        for turn in range(count + 1):
            for key, order in orders.items():
                lap = validate(clock, order, core=key[1] == "own")
                if turn:  # the first turn warms up
                    laps[key].append(lap)
        for lots in LOTS:
            toll, own = laps[lots, "toll"], laps[lots, "own"]
            yield Result(
                f"{lots} lots" if lots > 1 else "1 lot",
                median_ms(toll),
                "ms",
                median_ms(own),
                (Bound("ratio", "at most", 1.3),),
                f"baseline: core's own order; wall time {median_ms(toll, 'wall'):.0f}"
                f" against {median_ms(own, 'wall'):.0f} ms",
            )


class House:
    """Ginger, bags, a recipe, and stock of an owner and of the cooperative."""

    def __init__(self, env):
        self.env = env
        self.company = company = env.company
        self.owner = self.env["res.partner"].create({"name": "Bench owner"})
        warehouse = self.env["stock.warehouse"].search(
            [("company_id", "=", company.id)], limit=1
        )
        self.stock = warehouse.lot_stock_id
        self.category = self.env["product.category"].create({"name": "Bench"})
        self.category.property_cost_method = "average"
        self.ginger = self.create_product("Ginger", "lot")
        self.powder = self.create_product("Powder", "lot")
        self.peel = self.create_product("Peel", "none")
        self.bag = self.create_product("Bag", "none")
        self.bag.standard_price = 50
        self.ginger.standard_price = 100
        self.bom = self.env["mrp.bom"].create(
            {
                "product_tmpl_id": self.powder.product_tmpl_id.id,
                "consumption": "flexible",
                "bom_line_ids": [
                    (0, 0, {"product_id": self.ginger.id, "product_qty": 10}),
                    (0, 0, {"product_id": self.bag.id, "product_qty": 2}),
                ],
                "byproduct_ids": [
                    (0, 0, {"product_id": self.peel.id, "product_qty": 3})
                ],
            }
        )
        self.count(self.bag, 10_000)

    def create_product(self, name: str, tracking: str):
        """Return a storable product of the company, in kilograms."""
        kilogram = self.env.ref("uom.product_uom_kgm")
        return self.env["product.product"].create(
            {
                "name": f"Bench {name}",
                "is_storable": True,
                "tracking": tracking,
                "uom_id": kilogram.id,
                "categ_id": self.category.id,
                "company_id": self.company.id,
            }
        )

    def count(self, product, quantity: float, lot=None, owner=None):
        """Put stock on hand by a count."""
        self.env["stock.quant"].with_context(inventory_mode=True).create(
            {
                "product_id": product.id,
                "location_id": self.stock.id,
                "lot_id": lot and lot.id,
                "owner_id": owner and owner.id,
                "inventory_quantity": quantity,
            }
        ).action_apply_inventory()

    def create_order(self, lots: int, mode: str):
        """Return a reserved order, ready to validate, that takes so many lots."""
        owner = self.owner if mode == "toll" else None
        vals = [
            {
                "name": f"{mode}-{lots}-{number}",
                "product_id": self.ginger.id,
                "company_id": self.company.id,
                "owner_id": owner and owner.id,
            }
            for number in range(lots)
        ]
        named = self.env["stock.lot"].create(vals)
        for lot in named:
            self.count(self.ginger, 10, lot, owner)
        order = self.env["mrp.production"].create(
            {
                "product_id": self.powder.id,
                "bom_id": self.bom.id,
                "product_qty": lots,
                "production_mode": mode,
                "partner_id": owner and owner.id,
                "owned_lot_ids": [(6, 0, named.ids)],
                "company_id": self.company.id,
            }
        )
        order.action_confirm()
        order.action_assign()
        order.qty_producing = lots
        order.action_generate_serial()
        order.move_byproduct_ids.quantity = 3 * lots
        (order.move_raw_ids | order.move_byproduct_ids).picked = True
        taken = order.move_raw_ids.move_line_ids.lot_id
        if taken != named:
            raise AssertionError("the order has not reserved the lots it names")
        return order


def validate(clock: Clock, order, core: bool) -> Lap:
    """Validate the order with nothing in the cache, then take it back."""
    env = order.env
    env.flush_all()
    env.invalidate_all()
    env.cr.execute("SAVEPOINT bench")

    def button_mark_done():
        order.with_context(
            skip_backorder=True, skip_consumption=True
        ).button_mark_done()
        env.flush_all()

    if core:
        with core_only(env, MODELS):
            lap = clock.lap(button_mark_done)
    else:
        lap = clock.lap(button_mark_done)
    if order.state != "done":
        raise AssertionError("the order is not done")
    env.invalidate_all(flush=False)
    env.cr.execute("ROLLBACK TO SAVEPOINT bench")
    return lap
