# SPDX-License-Identifier: AGPL-3.0-or-later
from contextlib import ExitStack, contextmanager
from unittest.mock import patch

from odoo.exceptions import UserError

from .common import TollCommon

# What this addon puts between a document and the stock, and what core does instead.
GUARDS = {
    "mrp.production": {
        "_check_lots_made": lambda self, lots: None,
        "_check_state_stands": lambda self, state: None,
        "_check_not_moved": lambda self: None,
        "_assign_output_owners": lambda self, moves: None,
        "_pre_action_split_merge_hook": lambda self, merge=False, split=False: None,
        "_record_balance": lambda self: None,
    },
    "mrp.unbuild": {"_is_owned": lambda self: False},
    "product.product": {"_check_no_owned_stock": lambda self, advice: None},
    "res.partner": {"_check_owns_no_stock": lambda self: None},
    "stock.lot": {
        "_check_intake_line_stands": lambda self, line_id: None,
        "_check_label_stands": lambda self, name: None,
        "_take_owner": lambda self, owner: None,
    },
    "stock.move": {
        "_check_document_open": lambda self: None,
        "_check_document_stands": lambda self, vals: None,
        "_check_moved": lambda self: None,
        "_get_owner_context": lambda self: {},
    },
    "stock.move.line": {
        "_check_intake_stands": lambda self: None,
        "_check_not_moved": lambda self: None,
        "_check_done_unchanged": lambda self: None,
        "_check_owner": lambda self: None,
    },
    "stock.scrap": {
        "_check_scrap_stands": lambda self, vals: None,
        "_is_scrapped": lambda self: False,
    },
    "stock.quant": {
        "_check_guarded_write": lambda self, vals: None,
        "_check_not_owned": lambda self: None,
        "_check_owned_values": lambda self, vals: None,
    },
}


class GuardCommon(TollCommon):
    """Two owners' ginger, B's the older one, and 2 kg of powder that is A's.

    40 kg of B and 40 kg of A are weighed in; an order of A uses up 20 kg of his.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.lot_b = cls._weigh_in(cls.owner_b, 40, date="2026-01-05 01:00:00")
        cls.lot_a = cls._weigh_in(cls.owner_a, 40, date="2026-01-06 01:00:00")
        cls.order = cls._create_order(cls.owner_a, 2)
        cls.order.action_record_output(
            2, byproducts=[{"product_id": cls.peel.id, "quantity": 6}]
        )
        cls.powder_a = cls.order.lot_producing_ids
        cls.customers = cls.env.ref("stock.stock_location_customers")
        cls.buyer = cls.env["res.partner"].create({"name": "Pembeli"})
        cls.shelf = cls.env["stock.location"].create(
            {"name": "Rak", "location_id": cls.warehouse.view_location_id.id}
        )

    @contextmanager
    def _core(self):
        """Let core act alone, then take back what it did."""
        with ExitStack() as stack:
            for model, methods in GUARDS.items():
                cls = type(self.env[model])
                for name, method in methods.items():
                    stack.enter_context(patch.object(cls, name, method))
            savepoint = stack.enter_context(self.cr.savepoint())
            yield
            self.env.flush_all()
            savepoint.rollback()

    def _get_books(self):
        """Return {(product, lot, owner): quantity} of what is in the house."""
        quants = self.env["stock.quant"]._read_group(
            [("location_id.usage", "=", "internal")],
            ["product_id", "lot_id", "owner_id", "location_id"],
            ["quantity:sum"],
        )
        return {tuple(row[:4]): round(row[4], 3) for row in quants if row[4]}

    def _assert_refused(self, act, wrong, expected, *names):
        """Core does it, with the result ``expected``; here it is refused.

        :param act: what somebody does
        :param wrong: what core got wrong, as a value to compare
        :param names: what the error must name: lots, owners, documents
        """
        with self._core():
            act()
            self.assertEqual(wrong(), expected, "core does it right by now")
        books = self._get_books()
        with self.assertRaises(UserError) as caught, self.cr.savepoint():
            act()
        for name in names:
            self.assertIn(name, str(caught.exception))
        self.assertEqual(self._get_books(), books)

    def _assert_corrected(self, act, value, wrong, right):
        """Core gets ``wrong``, we get ``right``."""
        with self._core():
            act()
            self.assertEqual(value(), wrong, "core does it right by now")
        act()
        self.assertEqual(value(), right)

    def _get_powder_of_a(self):
        return self._get_stock(self.powder, self.owner_a)

    def _get_powder_of_nobody(self):
        return self._get_stock(self.powder, False)

    def _get_owner_stock(self, lot):
        return self._get_stock(lot=lot, owner=lot.owner_id)

    def _line_vals(self, move, lot, owner, quantity, **vals):
        return {
            "move_id": move.id,
            "product_id": move.product_id.id,
            "product_uom_id": move.product_uom.id,
            "quantity": quantity,
            "location_id": move.location_id.id,
            "location_dest_id": move.location_dest_id.id,
            "lot_id": lot.id,
            "owner_id": owner and owner.id,
            **vals,
        }
