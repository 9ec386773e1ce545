# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import UserError
from odoo.tests import tagged
from odoo.tools import formatLang

from odoo.addons.factory_toll.models.stock_lot import OWNER_TOKEN

from .common_kind import KIND, KindCommon


@tagged("post_install", "-at_install")
class TestChargeKindInvoice(KindCommon):
    """Goods settle the invoice at once; it is never paid in money."""

    def test_invoice_is_settled_with_the_goods_at_once(self):
        """Machine time of 20,000 stays to be paid in money, on another invoice."""
        self.tariff.action_close("2026-03-01")
        self._create_tariff(
            {"price": 10_000}, {**KIND, "percent": 12}, date_from="2026-03-02"
        )
        order = self._order("toll", (self.budi, 40))
        order.action_record_output(4)
        self._create_usage(self.budi, 2, production_id=order.id)
        charges = self._charge_order(order)
        charges.action_invoice("2026-03-02")
        kind = charges.filtered("is_in_kind")
        money = charges - kind
        self.assertNotEqual(kind.move_id, money.move_id)
        self.assertEqual(kind.move_id.amount_total, 19_200)
        self.assertEqual(kind.move_id.amount_residual, 0)
        self.assertIn(kind.payment_state, ("paid", "reversed"))
        self.assertEqual(money.move_id.amount_residual, 20_000)
        entry = kind.move_id.kind_move_id
        goods = entry.line_ids.filtered(lambda line: line.debit)
        self.assertEqual((goods.account_id, goods.debit), (self.expense, 19_200))
        self.assertEqual(entry.journal_id, self.company.factory_kind_journal_id)
        self._check_tied()

    def test_goods_that_are_worth_nothing_settle_nothing(self):
        """Budi's 0.48 kg at 0.01 are worth 0; Siti's invoice is settled as ever."""
        charges = self.env["factory.charge"]
        for partner in (self.budi, self.siti.partner_id):
            order = self._order("toll", (partner, 40))
            if partner == self.budi:
                order.sudo().share_ids.with_context(
                    toll_owner_token=OWNER_TOKEN
                ).kind_price = 0.01
            order.action_record_output(4)
            charges |= self._charge_order(order)
        charges.action_invoice("2026-03-02")
        # Siti: 10 % of 4 kg at 40,000
        self.assertEqual(charges.mapped("amount"), [0, 16_000])
        self.assertEqual(charges.mapped("state"), ["invoiced", "invoiced"])
        worthless, paid = charges.mapped("move_id")
        self.assertFalse(worthless.kind_move_id)
        self.assertTrue(paid.kind_move_id)
        self.assertEqual(sum(charges.move_id.mapped("amount_residual")), 0)

    def test_tax_stays_owed_in_money(self):
        """11 % on 19,200 are 2,112; the goods pay the 19,200 only."""
        tax = self.env["account.tax"].create(
            {
                "name": "PPN uji",
                "amount": 11,
                "company_id": self.company.id,
                "type_tax_use": "sale",
                "country_id": self.env.ref("base.id").id,
            }
        )
        service = self.company._coop_record(
            "product.product", "factory_sharing.product_service"
        )
        service.taxes_id = tax
        order = self._order("toll", (self.budi, 40))
        order.action_record_output(4)
        charge = self._charge_order(order)
        charge.action_invoice("2026-03-02")
        self.assertEqual(charge.move_id.amount_total, 21_312)
        self.assertEqual(charge.move_id.amount_residual, 2_112)
        self._check_tied()

    def test_statement_shows_what_was_paid_in_kind(self):
        order = self._order("toll", (self.siti.partner_id, 40))
        order.action_record_output(4)
        charge = self._charge_order(order)
        charge.action_invoice("2026-03-02")
        statement = self.env["factory.statement"].get_statement(
            self.siti.partner_id.id, "2026-03-01", "2026-03-31", self.company.id
        )
        [row] = statement["charges"]
        self.assertEqual(row["amount"], 16_000)
        # 0.4 kg as the reader writes it
        quantity = formatLang(self.env, 0.4, digits=3)
        self.assertEqual(row["paid_with"], f"{quantity} kg Bubuk jahe pool")
        [payment] = statement["payments"]
        self.assertEqual(payment["amount"], 16_000)
        balance = statement["balance"]
        self.assertEqual((balance["invoiced"], balance["paid"]), (16_000, 16_000))
        self.assertEqual((balance["closing"], balance["uninvoiced"]), (0, 0))
        self.assertEqual(statement["shu_base"], 16_000)
        self.assertEqual(sum(row["in_kind"] for row in statement["material"]), 0.4)

    def test_account_of_the_goods_by_the_valuation(self):
        """A vendor bill's account; perpetual: stock, or where production posted it."""
        order = self._order("toll", (self.budi, 40))
        order.action_record_output(4)
        charge = self._charge_order(order)
        stock = self.company._coop_ensure_account(
            "test_stock", "11399998", "Stock", "Persediaan", "asset_current"
        )
        made = self.company._coop_ensure_account(
            "test_made", "51399998", "Production", "Produksi", "expense_direct_cost"
        )
        self.assertEqual(charge._get_kind_account(), self.expense)
        category = self.powder.categ_id.with_company(self.company)
        category.property_valuation = "real_time"
        category.property_stock_valuation_account_id = stock
        self.assertEqual(charge._get_kind_account(), stock)
        place = self.powder.with_company(self.company).property_stock_production
        place.valuation_account_id = made
        self.assertEqual(charge._get_kind_account(), made)

    def test_charge_in_kind_is_not_waived(self):
        order = self._order("toll", (self.budi, 40))
        order.action_record_output(4)
        charge = self.env["factory.charge"].browse(
            self._get_usages(order).action_price()
        )
        with self.assertRaisesRegex(UserError, "gift"):
            charge.action_waive("Baik hati")
