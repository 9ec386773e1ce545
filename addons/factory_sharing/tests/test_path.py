# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.tests import freeze_time, tagged

from .common import SharingCommon


@tagged("post_install", "-at_install")
class TestPath(SharingCommon):
    """From ginger at the gate to a paid invoice and a statement that shows it all."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["decimal.precision"].search([("name", "=", "Product Unit")]).digits = 3
        kg = cls.env.ref("uom.product_uom_kgm")
        category = cls.env["product.category"].create({"name": "Jahe uji jalur"})
        cls.ginger, cls.powder = cls.env["product.product"].create(
            [
                {
                    "name": name,
                    "is_storable": True,
                    "tracking": "lot",
                    "uom_id": kg.id,
                    "categ_id": category.id,
                    "company_id": cls.company.id,
                }
                for name in ("Jahe segar uji", "Bubuk jahe uji")
            ]
        )
        cls.bom = cls.env["mrp.bom"].create(
            {
                "product_tmpl_id": cls.powder.product_tmpl_id.id,
                "product_qty": 1,
                "product_uom_id": kg.id,
                "company_id": cls.company.id,
                "consumption": "flexible",
                "bom_line_ids": [
                    Command.create({"product_id": cls.ginger.id, "product_qty": 10})
                ],
            }
        )
        cls._create_tariff(
            {
                "workcenter_id": cls.oven.id,
                "price": 20_000,
                "audience": "member",
                "basis": "greater",
            },
            {
                "workcenter_id": cls.oven.id,
                "price": 25_000,
                "audience": "non_member",
                "basis": "greater",
            },
        )

    def _weigh_in(self, partner, kg):
        intake = self.env["factory.intake"].create(
            {
                "partner_id": partner.id,
                "date": "2026-03-02 00:00:00",
                "external_ref": f"T-{partner.id}",
                "line_ids": [
                    Command.create({"product_id": self.ginger.id, "gross_kg": kg})
                ],
            }
        )
        intake.action_accept()
        return intake

    def _use_oven(self, partner, hour, hours):
        """Book an hour less than is used, confirm, start and finish."""
        start = f"2026-03-02 {hour:02}:00:00"
        booking = self.env["factory.booking"].create(
            {
                "workcenter_id": self.oven.id,
                "partner_id": partner.id,
                "date_start": start,
                "date_end": f"2026-03-02 {hour + hours - 1:02}:00:00",
            }
        )
        booking.action_confirm()
        with freeze_time("2026-03-02 23:00:00"):
            booking.action_start(start)
            booking.action_finish(f"2026-03-02 {hour + hours:02}:00:00")
        return booking

    def _run_order(self, partner, kg_in, kg_out):
        order = self.env["mrp.production"].create(
            {
                "product_id": self.powder.id,
                "product_qty": kg_in / 10,
                "bom_id": self.bom.id,
                "company_id": self.company.id,
                "production_mode": "toll",
                "partner_id": partner.id,
                "date_start": "2026-03-02 01:00:00",
            }
        )
        order.action_record_output(kg_out)
        return order

    def test_whole_path(self):
        siti = self.siti.partner_id
        intake = self._weigh_in(siti, 40)
        self.assertEqual((intake.site_id, intake.member_id), (self.site, self.siti))
        self._weigh_in(self.budi, 30)
        booking = self._use_oven(siti, 1, 4)
        self.assertEqual((booking.site_id, booking.member_id), (self.site, self.siti))
        self._use_oven(self.budi, 6, 2)
        order = self._run_order(siti, 40, 3.8)
        self.assertEqual(order.site_id, self.site)

        usage = booking.usage_ids
        self.assertRecordValues(
            usage,
            [
                {
                    "quantity": 4,
                    "booked_quantity": 3,
                    "unit": "hour",
                    "is_charged": False,
                }
            ],
        )
        self.env["factory.usage"].price_open(self.company.id, "2026-03-31")
        charges = self.env["factory.charge"].search(
            [("company_id", "=", self.company.id)]
        )
        charges.action_post()
        charges.action_invoice("2026-03-02")
        charge = usage.charge_ids
        # 4 h used at 20,000 for the member, 2 h at 25,000 for the other
        self.assertEqual(charge.amount, 80_000)
        self.assertEqual(sum(charges.mapped("amount")), 130_000)
        self._pay(siti, charge.move_id, 80_000)
        self.assertEqual(charge.payment_state, "paid")
        self._check_tied()
        self._check_statement(siti, charge)
        self._check_report()

    def _check_statement(self, partner, charge):
        data = self.env["factory.statement"].get_statement(
            partner.id, "2026-03-01", "2026-03-31", self.company.id
        )
        self.assertEqual(data["member"]["number"], self.siti.number)
        by_product = {row["product"]: row for row in data["material"]}
        ginger = by_product[self.ginger.display_name]
        self.assertEqual((ginger["received"], ginger["consumed"]), (40.0, 40.0))
        self.assertEqual(ginger["closing"], 0.0)
        powder = by_product[self.powder.display_name]
        self.assertEqual((powder["produced"], powder["closing"]), (3.8, 3.8))
        self.assertEqual(
            data["hours"], [{"workcenter": "Oven uji", "booked": 3.0, "used": 4.0}]
        )
        self.assertEqual([row["number"] for row in data["charges"]], [charge.name])
        self.assertEqual([row["amount"] for row in data["payments"]], [80_000.0])
        self.assertEqual(
            data["balance"],
            {
                "opening": 0.0,
                "invoiced": 80_000.0,
                "paid": 80_000.0,
                "closing": 0.0,
                "uninvoiced": 0.0,
            },
        )
        self.assertEqual([row["balance"] for row in data["savings"]], [100_000.0])
        self.assertEqual(data["shu_base"], 80_000.0)

    def _check_report(self):
        report = self.site.get_factory_report("2026-03-01", "2026-03-31")
        expected = {
            "members": 1,
            "savings": 100_000.0,
            "kg_in": 70.0,
            "kg_used": 40.0,
            "kg_out": 3.8,
            "kg_lost": 36.2,
            "hours_booked": 4.0,
            "hours_used": 6.0,
            "usages_not_charged": 0,
            "charges": 130_000.0,
            "charges_members": 80_000.0,
            "charges_not_invoiced": 0.0,
            "invoices_count": 2,
            "invoices": 130_000.0,
            "payments": 80_000.0,
            "receivable": 50_000.0,
        }
        self.assertEqual({key: report[key] for key in expected}, expected)

    def _create_toll_order(self, partner):
        self.bom.operation_ids = [
            Command.create(
                {
                    "name": "Pengeringan",
                    "workcenter_id": self.oven.id,
                    "time_cycle_manual": 60,
                }
            )
        ]
        self._weigh_in(partner, 10)
        return self.env["mrp.production"].create(
            {
                "product_id": self.powder.id,
                "product_qty": 1,
                "bom_id": self.bom.id,
                "company_id": self.company.id,
                "production_mode": "toll",
                "partner_id": partner.id,
                "date_start": "2026-03-02 01:00:00",
            }
        )

    def test_planned_work_order_books_and_meters_for_the_owner(self):
        order = self._create_toll_order(self.budi)
        order.action_confirm()
        order.button_plan()
        booking = order.workorder_ids.booking_id
        self.assertEqual((booking.kind, booking.partner_id), ("use", self.budi))
        with freeze_time("2026-03-02 01:00:00"):
            order.workorder_ids.button_start()
        with freeze_time("2026-03-02 03:00:00"):
            order.workorder_ids.button_finish()
        usage = self.env["factory.usage"].search([("production_id", "=", order.id)])
        self.assertRecordValues(
            usage,
            [{"quantity": 2, "booking_id": booking.id, "partner_id": self.budi.id}],
        )

    def test_work_order_inside_the_owners_booking_is_not_metered_twice(self):
        order = self._create_toll_order(self.budi)
        booking = self._use_oven(self.budi, 1, 3)
        order.action_confirm()
        work = order.workorder_ids
        work.time_ids = [
            Command.create(
                {
                    "workcenter_id": self.oven.id,
                    "date_start": "2026-03-02 01:30:00",
                    "date_end": "2026-03-02 03:30:00",
                    "loss_id": self.env["mrp.workcenter.productivity.loss"]
                    .search([("loss_type", "=", "productive")], limit=1)
                    .id,
                }
            )
        ]
        work.action_mark_as_done()
        usage = self.env["factory.usage"].search([("partner_id", "=", self.budi.id)])
        self.assertEqual(usage, booking.usage_ids)

    def test_statement_prints(self):
        self._weigh_in(self.siti.partner_id, 12)
        self._charge(self._create_usage(self.siti.partner_id, 2))
        statement = self.env["factory.statement"].create(
            {
                "partner_id": self.siti.partner_id.id,
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
            }
        )
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "factory_sharing.factory_statement_report", statement.ids
        )
        text = html.decode()
        self.assertIn("Siti (contoh)", text)
        self.assertIn("40.000" if "Simpanan" in text else "40,000", text)

    def test_statement_of_nobody_and_of_no_period_is_refused(self):
        statement = self.env["factory.statement"]
        for args in (
            (999_999_999, "2026-03-01", "2026-03-31"),
            (self.budi.id, "2026-03-31", "2026-03-01"),
        ):
            with self.assertRaises(Exception) as raised:
                statement.get_statement(*args)
            self.assertEqual(type(raised.exception).__name__, "UserError")

    def test_value_added_is_shown_for_the_site(self):
        record = self.env["factory.value.added"].create(
            {
                "product_id": self.powder.id,
                "site_id": self.site.id,
                "company_id": self.company.id,
                "date_from": "2026-03-01",
                "date_to": "2026-03-31",
                "input_qty": 100,
                "output_qty": 10,
                "output_price": 120_000,
                "labour_days": 2,
                "wage_per_day": 100_000,
                "raw_price": 6000,
                "other_input_per_unit": 900,
            }
        )
        record.action_compute()
        report = self.site.get_factory_report("2026-03-01", "2026-03-31")
        # 0.1 x 120,000 = 12,000; less 6,000 raw material and 900 other inputs
        self.assertAlmostEqual(report["value_added"][0]["value_added"], 5100.0)
        # 5,100 / 12,000
        self.assertAlmostEqual(report["value_added"][0]["value_added_ratio"], 42.5)

    def test_weighbridge_number_is_unique_per_site(self):
        self._weigh_in(self.budi, 5)
        other = self._create_site("UJI-2")
        intake = self.env["factory.intake"].create(
            {
                "partner_id": self.budi.id,
                "site_id": other.id,
                "warehouse_id": self.warehouse.id,
            }
        )
        self.assertEqual(intake.site_id, other)
