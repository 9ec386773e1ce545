# SPDX-License-Identifier: AGPL-3.0-or-later
import itertools
from datetime import timedelta
from unittest.mock import patch

from psycopg2 import IntegrityError

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, freeze_time, tagged
from odoo.tools import mute_logger

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestIntake(TollCommon):
    def _create(self, *lines, **vals):
        return self.env["factory.intake"].create(
            {
                "partner_id": self.owner_a.id,
                "line_ids": [
                    Command.create({"product_id": self.ginger.id, **line})
                    for line in lines
                ],
                **vals,
            }
        )

    def test_one_owned_lot_per_weighing(self):
        intake = self._create(
            {"gross_kg": 25.5, "tare_kg": 0.255}, {"gross_kg": 30, "tare_kg": 0.25}
        )
        self.assertEqual(intake.net_kg, 54.995)
        intake.action_accept()
        self.assertEqual(intake.state, "accepted")
        self.assertEqual(len(intake.lot_ids), 2)
        self.assertEqual(intake.lot_ids.owner_id, self.owner_a)
        self.assertEqual(
            [
                self._get_stock(owner=self.owner_a, lot=line.lot_id)
                for line in intake.line_ids
            ],
            [25.245, 29.75],
        )
        self.assertEqual(intake.picking_id.state, "done")
        self.assertEqual(intake.picking_id.owner_id, self.owner_a)

    def test_half_a_gram_rounds_up(self):
        # 5 % of 178.579 = 8.92895, half up 8.929; binary floats stand on either side
        # of the half: 0.5 % of 100.1 = 0.5005 -> 0.501, of 100.3 = 0.5015 -> 0.502
        for net, deducted in ((100.1, 0.501), (100.3, 0.502), (100.5, 0.503)):
            intake = self._create(
                {
                    "gross_kg": net,
                    "tare_kg": 0,
                    "deduction_ids": [
                        Command.create(
                            {"reason": "dirt", "kind": "percent", "value": 0.5}
                        )
                    ],
                }
            )
            self.assertEqual(intake.line_ids.deducted_kg, deducted)

    def test_setup_makes_the_first_warehouse_once(self):
        # Odoo makes a warehouse for a new company only while it tests itself
        with patch("odoo.modules.module.current_test", False):
            company = self.env["res.company"].create({"name": "Koperasi Tanpa Gudang"})
        domain = [("company_id", "=", company.id)]
        self.assertFalse(self.env["stock.warehouse"].search(domain))
        company.action_setup_cooperative()
        company.action_setup_cooperative()
        warehouse = self.env["stock.warehouse"].search(domain)
        self.assertEqual(warehouse.mapped("code"), ["KTG"])

    def test_clock_goes_on_while_an_intake_is_accepted(self):
        """Core dates a transfer a moment after its moves."""
        start = fields.Datetime.now()
        ticks = itertools.count()

        def tick():
            return start + timedelta(seconds=next(ticks))

        with patch.object(fields.Datetime, "now", staticmethod(tick)):
            lot = self._weigh_in(self.owner_a, 10)
            picking = self._create_picking(
                self.out_type, self.ginger, 10, self.owner_a, owner_id=self.owner_a.id
            )
            picking.move_ids.picked = True
            picking._action_done()
        self.assertEqual((picking.state, lot.product_qty), ("done", 0))

    def test_weighbridge_number_has_no_blanks_around_it(self):
        intake = self._create({"gross_kg": 5})
        intake.external_ref = " JT-9 "
        self.assertEqual(intake.external_ref, "JT-9")
        intake.external_ref = "  "
        self.assertFalse(intake.external_ref)

    def test_intake_of_tomorrow_is_refused(self):
        """By the clock of the house: 18:00 UTC is 01:00 of the next day in Jakarta."""
        intake = self._create({"gross_kg": 5})
        intake.date = "2026-03-02 17:30:00"
        with freeze_time("2026-03-02 10:00:00"):
            with self.assertRaisesRegex(UserError, "after today"):
                intake.action_accept()
        self.assertEqual(intake.state, "draft")
        with freeze_time("2026-03-02 18:00:00"):
            intake.action_accept()
        self.assertEqual(intake.state, "accepted")

    def test_deductions_in_percent_and_kilograms(self):
        # 50 - 5 % moisture (2.5) - 0.75 kg dirt = 46.75
        intake = self._create(
            {
                "gross_kg": 50.5,
                "tare_kg": 0.5,
                "deduction_ids": [
                    Command.create({"reason": "moisture", "value": 5}),
                    Command.create({"reason": "dirt", "kind": "kg", "value": 0.75}),
                ],
            }
        )
        self.assertEqual(intake.line_ids.deducted_kg, 3.25)
        intake.action_accept()
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 46.75)

    def test_weighed_in_the_form(self):
        form = Form(self.env["factory.intake"])
        form.partner_id = self.owner_a
        with form.line_ids.new() as line:
            line.product_id = self.ginger
            line.gross_kg = 12
            line.tare_kg = 2
            self.assertEqual(line.accepted_kg, 10)
        intake = form.save()
        intake.action_accept()
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 10)

    def test_receipt_and_lot_carry_the_date_of_weighing(self):
        intake = self._create({"gross_kg": 10}, date="2026-01-07 02:30:00")
        intake.action_accept()
        moves = intake.picking_id.move_ids
        self.assertEqual(str(moves.date), "2026-01-07 02:30:00")
        self.assertEqual(str(moves.move_line_ids.date), "2026-01-07 02:30:00")
        quant = intake.lot_ids.quant_ids.filtered(lambda q: q.quantity > 0)
        self.assertEqual(str(quant.in_date), "2026-01-07 02:30:00")

    @mute_logger("odoo.sql_db")
    def test_wrong_weights_are_refused(self):
        for line in (
            {"gross_kg": 5, "tare_kg": 6},
            {"gross_kg": -1},
            {"gross_kg": 5, "tare_kg": -1},
        ):
            with self.assertRaises(IntegrityError), self.cr.savepoint():
                self._create(line)

    def test_nothing_left_after_deductions(self):
        intake = self._create(
            {
                "gross_kg": 5,
                "deduction_ids": [Command.create({"value": 100})],
            }
        )
        with self.assertRaisesRegex(UserError, "nothing is left"):
            intake.action_accept()

    def test_empty_intake_is_refused(self):
        with self.assertRaises(UserError):
            self._create().action_accept()

    def test_product_without_lots_is_refused(self):
        intake = self._create({"gross_kg": 5})
        intake.line_ids.product_id = self.peel
        with self.assertRaisesRegex(UserError, "tracked by lots"):
            intake.action_accept()

    def test_goods_by_count(self):
        cattle = self._create_product(
            "Sapi", "lot", self.env.ref("uom.product_uom_unit")
        )
        intake = self._create({"gross_kg": 640, "product_id": cattle.id})
        with self.assertRaisesRegex(UserError, "count"), self.cr.savepoint():
            intake.action_accept()
        intake.line_ids.second_qty = 2
        intake.action_accept()
        self.assertEqual(self._get_stock(cattle, self.owner_a), 2)

    @mute_logger("odoo.sql_db")
    def test_weighbridge_number_once_per_warehouse(self):
        self._create({"gross_kg": 5}, external_ref="WB-1")
        with self.assertRaises(IntegrityError), self.cr.savepoint():
            self._create({"gross_kg": 5}, external_ref=" WB-1 ")
        self._create({"gross_kg": 5}, external_ref="")
        self._create({"gross_kg": 5}, external_ref="")

    def test_accepted_intake_stands(self):
        intake = self._create({"gross_kg": 5})
        intake.action_accept()
        for change in (
            lambda: intake.write({"partner_id": self.owner_b.id}),
            lambda: intake.write({"state": "draft"}),
            lambda: intake.line_ids.write({"gross_kg": 6}),
            lambda: intake.line_ids.unlink(),
            lambda: intake.unlink(),
            lambda: intake.action_accept(),
            lambda: intake.write(
                {
                    "line_ids": [
                        Command.create({"product_id": self.ginger.id, "gross_kg": 1})
                    ]
                }
            ),
            lambda: self.env["factory.intake.deduction"].create(
                {"line_id": intake.line_ids.id, "value": 1}
            ),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                change()
        self.assertEqual(intake.line_ids.gross_kg, 5)

    def test_nothing_moves_into_an_accepted_intake(self):
        dirt = {"reason": "dirt", "kind": "kg", "value": 1}
        accepted = self._create({"gross_kg": 5})
        accepted.action_accept()
        draft = self._create({"gross_kg": 7, "deduction_ids": [Command.create(dirt)]})
        for record, vals in (
            (draft.line_ids, {"intake_id": accepted.id}),
            (draft.line_ids.deduction_ids, {"line_id": accepted.line_ids.id}),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                record.write(vals)
        self.assertEqual(accepted.accepted_kg, 5)

    def test_state_changes_by_actions_only(self):
        intake = self._create({"gross_kg": 5}, state="accepted")
        self.assertEqual(intake.state, "draft")
        with self.assertRaises(UserError):
            intake.state = "accepted"

    def test_results_of_actions_cannot_be_given_at_creation(self):
        picking = self._weigh_in(self.owner_b, 3).intake_id.picking_id
        lot = self._weigh_in(self.owner_b, 2)
        results = {
            "state": "accepted",
            "is_in_quarantine": True,
            "picking_id": picking.id,
            "reversal_picking_id": picking.id,
        }
        line_results = {"lot_id": lot.id, "price": 9, "amount": 9}
        defaults = {
            f"default_{name}": value
            for name, value in {**results, **line_results}.items()
        }
        by_default = (
            self.env["factory.intake"]
            .with_context(**defaults)
            .create(
                {
                    "partner_id": self.owner_a.id,
                    "line_ids": [
                        Command.create({"product_id": self.ginger.id, "gross_kg": 1})
                    ],
                }
            )
        )
        by_value = self._create({"gross_kg": 1, **line_results}, **results)
        by_line = (
            self.env["factory.intake.line"]
            .with_context(**defaults)
            .create(
                {
                    "intake_id": by_value.id,
                    "product_id": self.ginger.id,
                    "gross_kg": 1,
                }
            )
        )
        for intake in by_default | by_value:
            self.assertEqual(intake.state, "draft")
            for name in ("is_in_quarantine", "picking_id", "reversal_picking_id"):
                self.assertFalse(intake[name], name)
        for line in (by_default | by_value).line_ids | by_line:
            for name in line_results:
                self.assertFalse(line[name], name)
        with self.assertRaises(UserError):
            by_value.picking_id = picking

    def test_cancel_of_an_accepted_intake_gives_it_back(self):
        intake = self._create({"gross_kg": 5}, {"gross_kg": 7})
        intake.action_accept()
        intake.action_cancel()
        self.assertEqual(intake.state, "reversed")
        self.assertEqual(intake.reversal_picking_id.state, "done")
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 0)
        with self.assertRaises(UserError):
            intake.action_cancel()

    def test_cancel_from_quarantine(self):
        intake = self._create({"gross_kg": 5}, to_quarantine=True)
        intake.action_accept()
        intake.action_cancel()
        self.assertEqual(intake.state, "reversed")

    def test_cancel_after_use_is_refused(self):
        intake = self._create({"gross_kg": 40})
        intake.action_accept()
        self._create_order(self.owner_a, 1).action_record_output(1)
        with self.assertRaisesRegex(UserError, "only 30.0"):
            intake.action_cancel()

    def test_release_without_quarantine_is_refused(self):
        intake = self._create({"gross_kg": 5})
        intake.action_accept()
        with self.assertRaises(UserError):
            intake.action_release()

    def test_bought_material_is_the_cooperatives_at_the_days_price(self):
        grade = self.env["factory.grade"].create({"name": "A", "code": "UJI-A"})
        prices = self.env["factory.purchase.price"]
        for day, grade_id, price in (
            ("2026-01-01", False, 5000),
            ("2026-01-01", grade.id, 6000),
            ("2026-02-01", grade.id, 7000),
        ):
            prices.create(
                {
                    "product_id": self.ginger.id,
                    "grade_id": grade_id,
                    "date_from": day,
                    "price": price,
                }
            )
        intake = self._create(
            {"gross_kg": 10, "grade_id": grade.id},
            {"gross_kg": 10},
            mode="bought",
            date="2026-01-31 10:00:00",
        )
        intake.action_accept()
        self.assertFalse(intake.lot_ids.owner_id)
        self.assertEqual(self._get_stock(self.ginger, False), 20)
        self.assertEqual(intake.line_ids.mapped("amount"), [60000, 50000])
        self.assertEqual(intake.picking_id.move_ids.mapped("value"), [110000])
        self.assertEqual(intake.amount, 110000)

    def test_amount_in_the_companys_unit(self):
        """1.001 kg at 5,500 is 5,505.5: half up 5,506, to Rp100 5,500."""
        self.env["factory.purchase.price"].create(
            {"product_id": self.ginger.id, "date_from": "2026-01-01", "price": 5500}
        )
        day = "2026-01-31 10:00:00"
        for unit, weight, amount in ((1, 1.001, 5506), (100, 1.001, 5500)):
            self.company.amount_unit = unit
            intake = self._create({"gross_kg": weight}, mode="bought", date=day)
            intake.action_accept()
            self.assertEqual(intake.line_ids.amount, amount)
            self.assertEqual(intake.picking_id.move_ids.value, amount)

    def test_price_on_the_local_day(self):
        """16:30 UTC on 31 January is 1 February in Makassar, not yet in Jakarta."""
        self.company.time_zone = "Asia/Makassar"
        for day, price in (("2026-01-01", 5000), ("2026-02-01", 7000)):
            self.env["factory.purchase.price"].create(
                {"product_id": self.ginger.id, "date_from": day, "price": price}
            )
        intake = self._create(
            {"gross_kg": 1}, mode="bought", date="2026-01-31 16:30:00"
        )
        intake.with_context(tz="UTC").action_accept()
        self.assertEqual(intake.amount, 7000)

    def test_bought_without_a_price_is_refused(self):
        intake = self._create({"gross_kg": 10}, mode="bought")
        with self.assertRaisesRegex(UserError, "purchase price"):
            intake.action_accept()
        self.assertEqual(intake.state, "draft")

    def test_purchase_price_above_zero(self):
        with mute_logger("odoo.sql_db"), self.assertRaises(IntegrityError):
            self.env["factory.purchase.price"].create(
                {"product_id": self.ginger.id, "price": 0}
            )

    def test_tickets_and_labels_render(self):
        intake = self._create({"gross_kg": 5})
        intake.action_accept()
        report = self.env["ir.actions.report"]
        html, _kind = report._render_qweb_html(
            "factory_toll.report_factory_intake", intake.ids
        )
        self.assertIn(intake.name.encode(), html)
        html, _kind = report._render_qweb_html(
            "factory_toll.report_owner_lot_label", intake.lot_ids.ids
        )
        self.assertIn(intake.lot_ids.name.encode(), html)
        self.assertIn(b"Ani", html)
        self.assertIn(b"data:image/svg+xml;base64,", html)

    def test_company_without_a_warehouse_is_named(self):
        self.warehouse.active = False
        with self.assertRaisesRegex(UserError, "no warehouse"):
            self._create({"gross_kg": 5})
