# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import Form, new_test_user, tagged
from odoo.tools import formatLang

from .common_pool import PoolCommon

KIND = {"charge_type": "service", "unit": "percent_output", "price": 0}


@tagged("post_install", "-at_install")
class TestChargeKind(PoolCommon):
    """A tenth of the powder pays for the grinding; 12 % of who is no member."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.expense = cls.company._coop_ensure_account(
            "test_expense", "51299998", "Purchases", "Pembelian", "expense"
        )
        category = cls.env["product.category"].create({"name": "Jahe natura"})
        category = category.with_company(cls.company)
        category.property_account_expense_categ_id = cls.expense
        category.property_cost_method = "average"
        (cls.ginger | cls.powder).categ_id = category
        cls.env["factory.purchase.price"].create(
            {
                "product_id": cls.powder.id,
                "price": 40_000,
                "date_from": "2026-01-01",
                "company_id": cls.company.id,
            }
        )
        cls.tariff = cls._create_tariff(
            {**KIND, "percent": 10, "audience": "member"},
            {**KIND, "percent": 12, "audience": "non_member"},
        )

    def _order(self, mode, *parts, confirm=True, **vals):
        lots = self.env["stock.lot"]
        for partner, weight in parts:
            lots |= self._weigh_in(partner, weight)
        order = self.env["mrp.production"].create(
            {
                "product_id": self.powder.id,
                "product_qty": 4,
                "bom_id": self.bom.id,
                "company_id": self.company.id,
                "production_mode": mode,
                "partner_id": parts[0][0].id if mode == "toll" else False,
                "owned_lot_ids": [Command.set(lots.ids)],
                "date_start": "2026-03-02 01:00:00",
                "kind_by_tariff": True,
                **vals,
            }
        )
        if confirm:
            order.action_confirm()
        return order

    def _get_usages(self, order):
        usages = self.env["factory.usage"].search([("production_id", "=", order.id)])
        return usages.sorted(lambda usage: usage.partner_id.name)

    def _charge_order(self, order):
        return self._charge(*self._get_usages(order)).sorted(
            lambda charge: charge.partner_id.name
        )

    def _unbuild(self, order, quantity):
        self.env["mrp.unbuild"].create(
            {
                "product_id": self.powder.id,
                "product_qty": quantity,
                "product_uom_id": self.powder.uom_id.id,
                "mo_id": order.id,
                "lot_id": order.lot_producing_ids.id,
                "location_id": self.warehouse.lot_stock_id.id,
                "location_dest_id": self.warehouse.lot_stock_id.id,
                "company_id": self.company.id,
            }
        ).action_validate()

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

    # ---- invoiced, never in money --------------------------------------------------

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

    # ---- roles ---------------------------------------------------------------------

    def test_operator_runs_it_and_sees_no_price(self):
        operator = self._new_user("operator")
        order = self._order("toll", (self.budi, 40), confirm=False)
        mine = order.with_user(operator)
        mine.action_confirm()
        mine.action_record_output(4)
        usage = self._get_usages(order).with_user(operator)
        self.assertEqual(usage.kind_quantity, 0.48)
        for name in ("kind_value", "unit_value", "kind_line_id", "charge_ids"):
            with self.subTest(name), self.assertRaises(AccessError):
                usage.read([name])
        with self.assertRaises(AccessError):
            self.env["factory.tariff"].with_user(operator).quote(
                {"unit": "percent_output", "quantity": 1}
            )

    def test_operator_makes_it_and_its_backorder_in_the_form(self):
        """1 of 4 kg comes out, the rest in a part of the order; a copy is made, too."""
        lot = self._weigh_in(self.budi, 40)
        orders = self.env["mrp.production"].with_user(self._new_user("operator"))
        form = Form(
            orders.with_context(default_production_mode="toll"),
            view="mrp.mrp_production_form_view",
        )
        form.product_id = self.powder.with_user(orders.env.user)
        form.partner_id = self.budi
        form.product_qty = 4
        form.kind_by_tariff = True
        form.owned_lot_ids.add(lot)
        order = form.save()
        self.assertTrue(order.copy().kind_by_tariff)
        order.action_confirm()
        with Form(order) as form:
            form.qty_producing = 1
        order.action_generate_serial()
        action = order.button_mark_done()
        wizard = order.env[action["res_model"]].with_context(**action["context"])
        wizard.create({}).action_backorder()
        rest = order.production_group_id.production_ids - order
        self.assertTrue(rest.kind_by_tariff)
        rest.action_record_output(3)
        # 12 % of 1 and of 3 kg
        self.assertEqual((order.kind_kg, rest.kind_kg), (0.12, 0.36))

    def test_operator_does_not_agree_in_place_of_the_tariff(self):
        order = self._order("toll", (self.budi, 40), confirm=False)
        mine = order.with_user(self._new_user("operator"))
        for vals in (
            {"kind_by_tariff": False, "kind_percent": 5},
            {"kind_byproducts": True},
        ):
            with self.subTest(vals), self.assertRaisesRegex(AccessError, "to agree"):
                mine.write(vals)
        # the same again, as a client writes the whole form
        mine.write({"kind_percent": 0, "kind_byproducts": False})
        manager = self._new_user("factory_manager")
        order.with_user(manager).write({"kind_by_tariff": False, "kind_percent": 5})
        with self.assertRaisesRegex(AccessError, "to agree"):
            mine.write({"kind_by_tariff": True, "kind_percent": 0})

    def test_core_user_without_a_role_opens_the_order(self):
        order = self._order("toll", (self.budi, 40))
        order.action_record_output(4)
        user = new_test_user(
            self.env,
            login="kind_core_user",
            groups="mrp.group_mrp_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with Form(order.with_user(user)) as form:
            self.assertEqual(form.kind_kg, 0.48)
            self.assertNotIn("usage_ids", form._view["fields"])

    def test_client_cannot_tell_what_an_order_tells(self):
        order = self._order("toll", (self.budi, 40))
        order.action_record_output(4)
        [usage] = self._get_usages(order)
        for vals in (
            {"quantity": 1},
            {"kind_quantity": 0},
            {"source_key": False},
            {"is_chargeable": False},
            {"partner_id": self.siti.partner_id.id},
        ):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "told by order"):
                usage.write(vals)
        with self.assertRaisesRegex(UserError, "told by order"):
            usage.unlink()
        with self.assertRaisesRegex(UserError, "recorded by the order"):
            self._create_usage(self.budi, 1, unit="percent_output")

    def test_other_company_neither_sees_nor_settles_it(self):
        order = self._order("toll", (self.budi, 40))
        order.action_record_output(4)
        [usage] = self._get_usages(order)
        other = self._create_cooperative("Koperasi Natura Lain")
        stranger = self._new_user("accountant", other)
        with self.assertRaises(AccessError):
            usage.with_user(stranger).read(["kind_quantity"])
        with self.assertRaises(AccessError):
            self._charge_order(order).with_user(stranger).action_invoice()
