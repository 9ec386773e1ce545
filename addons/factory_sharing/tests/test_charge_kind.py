# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common_kind import KIND, KindCommon


@tagged("post_install", "-at_install")
class TestChargeKind(KindCommon):
    """What is agreed, what is charged, and what an unbuild gives back."""

    # ---- agreed and charged --------------------------------------------------------

    def test_each_owner_pays_what_the_tariff_says_for_him(self):
        """30 and 10 kg make 4 kg: 3 for Siti, 1 for Budi.

        Siti pays 0.3 kg, Budi 0.12 kg, at 40,000: 12,000 and 4,800.
        """
        order = self._order("pooled", (self.siti.partner_id, 30), (self.budi, 10))
        self.assertEqual(
            {s.partner_id.name: s.kind_percent for s in order.share_ids},
            {"Siti (contoh)": 10, "Budi (contoh)": 12},
        )
        order.action_record_output(4)
        charges = self._charge_order(order)
        self.assertRecordValues(
            charges,
            [
                {
                    "partner_id": self.budi.id,
                    "quantity": 0.12,
                    "amount": 4_800,
                    "is_in_kind": True,
                    "is_member_business": False,
                    "tariff_line_id": self.tariff.line_ids[1].id,
                },
                {
                    "partner_id": self.siti.partner_id.id,
                    "quantity": 0.3,
                    "amount": 12_000,
                    "is_in_kind": True,
                    "is_member_business": True,
                    "tariff_line_id": self.tariff.line_ids[0].id,
                },
            ],
        )
        # the books of the stock say the same as the charges
        self.powder.invalidate_recordset()
        self.assertAlmostEqual(self.powder.total_value, 16_800, 2)

    def test_quote_prices_without_writing(self):
        """25 kg for a member: 2.5 kg at 40,000 = 100,000."""
        quote = self.env["factory.tariff"].quote(
            {
                "unit": "percent_output",
                "quantity": 25,
                "kind_product_id": self.powder.id,
                "partner_id": self.siti.partner_id.id,
                "date": "2026-03-02",
            }
        )
        self.assertEqual(
            [quote[name] for name in ("quantity", "price_unit", "amount", "percent")],
            [2.5, 40_000, 100_000, 10],
        )

    def test_line_for_the_product_goes_before(self):
        self.tariff.action_close("2026-03-01")
        self._create_tariff(
            {**KIND, "percent": 10},
            {**KIND, "percent": 15, "price": 50_000, "product_id": self.powder.id},
            date_from="2026-03-02",
        )
        order = self._order("toll", (self.budi, 40))
        order.action_record_output(4)
        # 15 % of 4 kg at the stated 50,000
        charge = self._charge_order(order)
        self.assertEqual((charge.quantity, charge.amount), (0.6, 30_000))

    def test_terms_are_those_of_the_day_of_confirmation(self):
        order = self._order("toll", (self.budi, 40))
        self.tariff.action_close("2026-03-02")
        self._create_tariff({**KIND, "percent": 50}, date_from="2026-03-03")
        order.action_record_output(4, date="2026-03-05 01:00:00")
        charge = self._charge_order(order)
        self.assertEqual((charge.quantity, charge.amount), (0.48, 19_200))
        self.assertEqual(str(charge.date), "2026-03-05")

    def test_order_without_a_line_for_its_owner_does_not_start(self):
        self.tariff.action_close("2026-03-01")
        with self.assertRaisesRegex(UserError, "No tariff"):
            self._order("toll", (self.budi, 40))

    def test_percent_is_from_the_tariff_or_agreed_not_both(self):
        with self.assertRaises(ValidationError):
            self._order("toll", (self.budi, 40), confirm=False, kind_percent=5)

    def test_agreed_percent_is_charged_without_a_tariff(self):
        order = self._order(
            "toll", (self.budi, 40), kind_by_tariff=False, kind_percent=5
        )
        order.action_record_output(4)
        charge = self._charge_order(order)
        self.assertFalse(charge.tariff_line_id)
        self.assertEqual((charge.quantity, charge.amount), (0.2, 8_000))

    # ---- taken apart ---------------------------------------------------------------

    def test_unbuild_credits_what_came_back(self):
        """Half of 4 kg taken apart: the charge of 19,200 goes, 9,600 stay."""
        order = self._order("toll", (self.budi, 40))
        order.action_record_output(4)
        charge = self._charge_order(order)
        charge.action_invoice("2026-03-02")
        self._unbuild(order, 2)
        self.assertTrue(charge.reversed_by_id)
        [usage] = self._get_usages(order)
        self.assertEqual((usage.quantity, usage.kind_quantity), (2, 0.24))
        new = self._charge(usage)
        new = new.filtered(lambda one: one.state == "posted")
        (charge.reversed_by_id | new).action_invoice("2026-03-02")
        self.assertEqual(new.amount, 9_600)
        moves = (charge | charge.reversed_by_id | new).move_id
        self.assertEqual(sum(moves.mapped("amount_residual_signed")), 0)
        goods = self.env["account.move.line"].search(
            [("account_id", "=", self.expense.id), ("parent_state", "=", "posted")]
        )
        self.assertEqual(sum(goods.mapped("balance")), 9_600)
        self._check_tied()

    def test_unbuild_of_everything_leaves_nothing_to_charge(self):
        order = self._order("toll", (self.budi, 40))
        order.action_record_output(4)
        draft = self.env["factory.charge"].browse(
            self._get_usages(order).action_price()
        )
        self._unbuild(order, 4)
        self.assertEqual(draft.state, "cancelled")
        [usage] = self._get_usages(order)
        self.assertEqual((usage.kind_quantity, usage.is_chargeable), (0, False))
        self.assertEqual(usage.action_price(), [])

    def test_backorders_are_charged_part_by_part(self):
        order = self._order("toll", (self.budi, 40))
        parts = order._split_productions({order: [1, 3]})
        for part in parts:
            part.action_record_output(part.product_qty)
        charges = self.env["factory.charge"].browse()
        for part in parts:
            charges |= self._charge_order(part)
        # 12 % of 1 and of 3 kg
        self.assertEqual(charges.mapped("amount"), [4_800, 14_400])
        self.assertEqual(charges.tariff_line_id, self.tariff.line_ids[1])
