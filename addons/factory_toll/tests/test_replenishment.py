# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.tests import tagged

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestReplenishment(TollCommon):
    """The house orders when its own stock is low, whatever its members have there."""

    def _create_point(self, product):
        return self.env["stock.warehouse.orderpoint"].create(
            {
                "product_id": product.id,
                "product_min_qty": 10,
                "product_max_qty": 20,
                "location_id": self.stock.id,
                "warehouse_id": self.warehouse.id,
                "company_id": self.company.id,
                "trigger": "manual",
            }
        )

    def _read(self, point):
        self.env.flush_all()
        self.env.invalidate_all()
        return point.qty_on_hand, point.qty_forecast, point.qty_to_order

    def test_members_stock_is_not_the_houses(self):
        """30 kg of Ani: 20 kg are to be ordered; 25 kg of its own: nothing."""
        self._weigh_in(self.owner_a, 30)
        point = self._create_point(self.ginger)
        self.assertEqual(self._read(point), (0, 0, 20))
        self._add_own_stock(self.ginger, 25)
        self.assertEqual(self._read(point), (25, 25, 0))
        self.assertEqual(self.ginger.qty_available, 55)

    def test_members_orders_move_nothing_of_the_house(self):
        """An order of Ani takes her ginger and makes her powder, and 2 bags of 15."""
        self._weigh_in(self.owner_a, 10)
        self._add_own_stock(self.ginger, 12)
        self._add_own_stock(self.bag, 15)
        points = [self._create_point(p) for p in (self.ginger, self.powder, self.bag)]
        self._create_order(self.owner_a, 1).action_confirm()
        self.assertEqual(
            [self._read(point) for point in points],
            [(12, 12, 0), (0, 0, 20), (15, 13, 0)],
        )
