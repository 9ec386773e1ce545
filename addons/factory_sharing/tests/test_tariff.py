# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import SharingCommon


@tagged("post_install", "-at_install")
class TestTariff(SharingCommon):
    def _quote(self, **vals):
        return self.env["factory.tariff"].quote(
            {
                "workcenter_id": self.oven.id,
                "partner_id": self.budi.id,
                "site_id": self.site.id,
                "unit": "hour",
                "quantity": 2,
                "date": "2026-03-02",
                **vals,
            }
        )

    def test_quote_prices_without_writing(self):
        tariff = self._create_tariff(
            {"workcenter_id": self.oven.id, "price": 15_000, "audience": "member"},
            {"workcenter_id": self.oven.id, "price": 25_000, "audience": "non_member"},
        )
        counted = self.env["factory.usage"].search_count([])
        result = self._quote()
        self.assertEqual(result["amount"], 50_000.0)
        self.assertEqual(result["tariff_id"], tariff.id)
        self.assertFalse(result["member_id"])
        result = self._quote(partner_id=self.siti.partner_id.id)
        self.assertEqual(result["amount"], 30_000.0)
        self.assertEqual(result["member_id"], self.siti.id)
        self.assertEqual(self.env["factory.usage"].search_count([]), counted)

    def test_quote_of_cited_tariffs(self):
        # Grinding Rp3,000/kg (putriananurani.com, 24 Mar 2015); ginger distillation
        # Rp150,000 a batch of 100 kg (bandrekdaunsirsak.blogspot, 2013).
        grinding, distilling = self.env["product.product"].create(
            [
                {"name": "Giling", "type": "service"},
                {"name": "Suling", "type": "service"},
            ]
        )
        self._create_tariff(
            {
                "charge_type": "service",
                "product_id": grinding.id,
                "unit": "kg",
                "price": 3000,
            },
            {
                "charge_type": "service",
                "product_id": distilling.id,
                "unit": "batch",
                "price": 150_000,
                "batch_quantity": 100,
                "batch_unit": "kg",
            },
        )
        kg = {"charge_type": "service", "unit": "kg", "workcenter_id": False}
        ground = self._quote(**kg, product_id=grinding.id, quantity=12.5)
        self.assertEqual(ground["amount"], 37_500.0)
        distilled = self._quote(**kg, product_id=distilling.id, quantity=250)
        self.assertEqual((distilled["quantity"], distilled["amount"]), (3.0, 450_000.0))

    def test_quote_refuses_what_it_does_not_know(self):
        self._create_tariff({"price": 10_000})
        for vals in (
            {"unit": "kg"},
            {"unit": "percent_output"},
            {"colour": "red"},
            {"workcenter_id": 999_999_999},
            {"quantity": -1},
            {"date": "2025-12-31"},
        ):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                self._quote(**vals)

    def test_tariff_of_the_site_goes_before_that_of_the_company(self):
        self._create_tariff({"price": 10_000}, {"unit": "kg", "price": 500})
        own = self._create_tariff({"price": 12_000}, site_id=self.site.id)
        self.assertEqual(self._quote()["tariff_id"], own.id)
        # what the site's tariff does not price falls back to the company's
        self.assertEqual(self._quote(unit="kg")["amount"], 1000.0)

    def test_material_class_and_time_band(self):
        hard = self.env["factory.material.class"].create(
            {"code": "hard-uji", "name": "Keras"}
        )
        night = self.env["factory.time.band"].create(
            {"name": "Malam", "hour_from": 18, "hour_to": 24}
        )
        self._create_tariff(
            {"price": 20_000},
            {"price": 12_000, "time_band_id": night.id},
            {"price": 30_000, "material_class_id": hard.id},
        )
        # 10:00 UTC is 18:00 in Makassar (UTC+8)
        at_night = {
            "date_start": "2026-03-02 10:00:00",
            "date_end": "2026-03-02 12:00:00",
        }
        by_day = {
            "date_start": "2026-03-02 01:00:00",
            "date_end": "2026-03-02 03:00:00",
        }
        self.assertEqual(self._quote(**at_night)["amount"], 24_000.0)
        self.assertEqual(self._quote(**by_day)["amount"], 40_000.0)
        classed = self._quote(**at_night, material_class_id=hard.id)
        self.assertEqual(classed["amount"], 60_000.0)
        across = {**at_night, "date_start": "2026-03-02 09:00:00"}
        with self.assertRaisesRegex(UserError, "edge of a time band"):
            self._quote(**across)

    def test_tiers_minimum_and_cap(self):
        self._create_tariff(
            {
                "unit": "kg",
                "price": 3000,
                "minimum": 30_000,
                "setup_fee": 5000,
                "cap": 400_000,
                "tier_ids": [(0, 0, {"quantity_from": 100, "price": 2500})],
            }
        )
        amounts = [
            self._quote(unit="kg", quantity=kg)["amount"] for kg in (1, 120, 500)
        ]
        # 3,000 -> 30,000 + 5,000; 100 x 3,000 + 20 x 2,500 + 5,000; capped
        self.assertEqual(amounts, [35_000.0, 355_000.0, 400_000.0])

    def test_equal_lines_are_named(self):
        self._create_tariff({"price": 1}, {"price": 2})
        with self.assertRaisesRegex(UserError, "equally well"):
            self._quote()

    def test_figures_of_a_line_are_checked(self):
        for line in (
            {"price": -1},
            {"price": 1, "unit": "batch", "batch_quantity": 100},
            {"price": 1, "unit": "kg", "batch_quantity": 1, "batch_unit": "kg"},
            {"price": 1, "tier_ids": [(0, 0, {"quantity_from": 0, "price": 1})]},
        ):
            with self.subTest(line=line), self.assertRaises(ValidationError):
                self._create_tariff(line, activate=False)

    def test_tariff_needs_the_meeting_and_then_locks(self):
        tariff = self._create_tariff({"price": 1}, activate=False, meeting_id=False)
        with self.assertRaisesRegex(UserError, "meeting"):
            tariff.action_activate()
        tariff.meeting_id = self.meeting
        tariff.action_activate()
        for change in (
            lambda: tariff.write({"date_from": "2026-02-01"}),
            lambda: tariff.line_ids.write({"price": 2}),
            lambda: tariff.write({"line_ids": [(0, 0, {"price": 3})]}),
            lambda: tariff.line_ids.unlink(),
            lambda: tariff.unlink(),
            lambda: tariff.write({"state": "draft"}),
            lambda: tariff.line_ids.write(
                {"tier_ids": [(0, 0, {"quantity_from": 5, "price": 3})]}
            ),
        ):
            with self.assertRaises(UserError):
                change()

    def test_new_version_ends_the_one_before(self):
        first = self._create_tariff({"price": 10_000})
        action = first.action_new_version()
        second = self.env["factory.tariff"].browse(action["res_id"])
        second.date_from = "2026-04-01"
        second.line_ids.price = 11_000
        second.meeting_id = self.meeting
        second.action_activate()
        self.assertEqual((first.state, str(first.date_to)), ("closed", "2026-03-31"))
        self.assertEqual(self._quote(date="2026-03-31")["amount"], 20_000.0)
        self.assertEqual(self._quote(date="2026-04-01")["amount"], 22_000.0)
        self.assertEqual((second.version, second.previous_id), (2, first))

    def test_two_tariffs_cannot_hold_at_the_same_time(self):
        self._create_tariff({"price": 1})
        with self.assertRaises(ValidationError):
            self._create_tariff({"price": 2}, date_from="2026-06-01")

    def test_tariff_with_later_charges_cannot_be_closed(self):
        tariff = self._create_tariff({"price": 1000})
        self._charge(self._create_usage(self.budi, 1, date="2026-03-20"))
        with self.assertRaises(UserError):
            tariff.action_close("2026-03-10")
        tariff.action_close("2026-03-20")
        self.assertEqual(tariff.state, "closed")

    def test_time_band_of_a_decided_tariff_stays(self):
        band = self.env["factory.time.band"].create(
            {"name": "Malam", "hour_from": 18, "company_id": self.company.id}
        )
        tariff = self._create_tariff(
            {"price": 10_000, "time_band_id": band.id}, activate=False
        )
        band.hour_from = 19
        tariff.action_activate()
        for vals in ({"hour_from": 17}, {"hour_to": 23}, {"sun": False}):
            with self.subTest(vals=vals), self.assertRaises(UserError):
                band.write(vals)
        with self.assertRaises(UserError):
            band.unlink()
        band.write({"name": "Malam hari", "hour_from": 19, "sun": True})

    def test_tier_is_not_moved_into_a_decided_tariff(self):
        decided = self._create_tariff({"price": 10_000})
        draft = self._create_tariff(
            {
                "price": 9_000,
                "tier_ids": [Command.create({"quantity_from": 10, "price": 1})],
            },
            activate=False,
            date_from="2026-06-01",
        )
        with self.assertRaises(UserError):
            draft.line_ids.tier_ids.line_id = decided.line_ids
