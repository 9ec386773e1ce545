# SPDX-License-Identifier: AGPL-3.0-or-later
from psycopg2 import IntegrityError

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import freeze_time, tagged
from odoo.tools import mute_logger

from .common import SharingCommon


@tagged("post_install", "-at_install")
class TestSiteGuards(SharingCommon):
    """What a client may not say by itself, over RPC or through defaults."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.idle = cls._create_site("IDLE", ready=False)
        cls.line = cls._create_centre("Garis uji", cls.idle)
        cls.trial = cls.env["factory.site.trial"].create(
            {
                "site_id": cls.idle.id,
                "allowed_by_id": cls.budi.id,
                "reason": "Uji coba satu hari",
                "date_from": "2026-03-02",
                "date_to": "2026-03-02",
            }
        )
        cls.product = cls.env["product.product"].create(
            {"name": "Bubuk uji", "is_storable": True}
        )

    def _order_vals(self, centre, day="2026-03-03", **vals):
        return {
            "product_id": self.product.id,
            "product_qty": 10,
            "date_start": f"{day} 01:00:00",
            "workorder_ids": [
                Command.create(
                    {
                        "name": "Giling",
                        "workcenter_id": centre.id,
                        "duration_expected": 60,
                        "product_uom_id": self.product.uom_id.id,
                    }
                )
            ],
            **vals,
        }

    def _booking_vals(self, **vals):
        return {
            "workcenter_id": self.line.id,
            "partner_id": self.budi.id,
            "date_start": "2026-03-03 01:00:00",
            "date_end": "2026-03-03 02:00:00",
            **vals,
        }

    def test_trial_cannot_be_named_at_creation(self):
        for model, vals in (
            ("mrp.production", self._order_vals(self.line, trial_id=self.trial.id)),
            ("factory.booking", self._booking_vals(trial_id=self.trial.id)),
        ):
            with self.assertRaisesRegex(UserError, "trial"):
                self.env[model].create(vals)

    def test_trial_does_not_come_from_a_default(self):
        context = {"default_trial_id": self.trial.id}
        order = self.env["mrp.production"].with_context(**context)
        booking = self.env["factory.booking"].with_context(**context)
        self.assertFalse(order.create(self._order_vals(self.line)).trial_id)
        self.assertFalse(booking.create(self._booking_vals()).trial_id)

    def test_copy_of_a_trial_order_is_judged_by_itself(self):
        order = self.env["mrp.production"].create(
            self._order_vals(self.line, "2026-03-02")
        )
        order.action_confirm()
        self.assertEqual(order.trial_id, self.trial)
        copy = order.copy({"date_start": "2026-03-03 01:00:00"})
        self.assertFalse(copy.trial_id)
        with self.assertRaisesRegex(UserError, "IDLE"):
            copy.action_confirm()

    def test_order_is_judged_again_when_its_day_or_centre_changes(self):
        order = self.env["mrp.production"].create(self._order_vals(self.oven))
        order.action_confirm()
        work = order.workorder_ids
        with self.assertRaisesRegex(UserError, "IDLE"), self.env.cr.savepoint():
            work.workcenter_id = self.line
        with self.assertRaisesRegex(UserError, "IDLE"), self.env.cr.savepoint():
            work.create(
                {
                    "name": "Kemas",
                    "production_id": order.id,
                    "workcenter_id": self.line.id,
                    "product_uom_id": self.product.uom_id.id,
                }
            )
        trial_order = self.env["mrp.production"].create(
            self._order_vals(self.line, "2026-03-02")
        )
        trial_order.action_confirm()
        with self.assertRaisesRegex(UserError, "2026-03-05"):
            trial_order.date_start = "2026-03-05 01:00:00"

    def test_order_never_started_is_judged_when_it_is_recorded_as_made(self):
        order = self.env["mrp.production"].create(self._order_vals(self.oven))
        order.workorder_ids.unlink()
        order.action_confirm()
        gate = self.site.gate_ids.filtered(lambda g: g.gate_id.code == "land_title")
        gate.action_record("failed", "Sertipikat dibatalkan")
        order.qty_producing = 10
        with self.assertRaisesRegex(UserError, "Land title"), self.env.cr.savepoint():
            order.button_mark_done()
        gate.action_record("passed", "Sertipikat terbit lagi")
        order.button_mark_done()
        self.assertEqual(order.state, "done")

    def test_rest_of_an_order_is_saved_and_judged_when_it_starts(self):
        order = self.env["mrp.production"].create(
            self._order_vals(self.line, "2026-03-02")
        )
        order.action_confirm()
        order.workorder_ids.button_start()
        order.qty_producing = 4
        order.workorder_ids.button_finish()
        self.trial.action_end("2026-03-02")
        action = order.button_mark_done()
        backorder = self.env["mrp.production.backorder"].with_context(
            **action["context"]
        )
        backorder.create({}).action_backorder()
        rest = order.production_group_id.production_ids - order
        self.assertEqual(rest.state, "confirmed")
        work = rest.workorder_ids
        forged = {"factory_run_moment": ("forged", "2026-03-02 01:00:00")}
        # the trial's last day was yesterday, whatever a client says of the moment
        with freeze_time("2026-03-03 01:00:00"):
            for start in (work.button_start, work.with_context(**forged).button_start):
                with self.assertRaisesRegex(UserError, "Machines delivered"):
                    start()

    def test_charge_of_an_invoice_line_is_ours_to_say(self):
        self._create_tariff({"price": 10_000})
        charge = self._charge(self._create_usage(self.budi, 1))
        invoice = {
            "move_type": "out_invoice",
            "partner_id": self.budi.id,
            "journal_id": self.company.factory_charge_journal_id.id,
            "invoice_line_ids": [
                Command.create(
                    {"name": "Palsu", "price_unit": 1, "charge_id": charge.id}
                )
            ],
        }
        with self.assertRaisesRegex(UserError, charge.name):
            self.env["account.move"].create(invoice)
        del invoice["invoice_line_ids"][0][2]["charge_id"]
        moves = self.env["account.move"].with_context(default_charge_id=charge.id)
        self.assertFalse(moves.create(invoice).line_ids.charge_id)
        charge.action_invoice("2026-03-02")
        self.assertEqual(charge.move_id.invoice_line_ids.charge_id, charge)

    def test_manager_checks_the_ties_of_charges_without_savings(self):
        self._create_tariff({"price": 10_000})
        self._charge(self._create_usage(self.budi, 2)).action_invoice("2026-03-02")
        manager = self._new_user("factory_manager")
        rows = self.company.with_user(manager).check_ties("2026-03-31")
        # 2 hours at Rp10,000
        invoiced = {row["check"]: row["sub_ledger"] for row in rows}
        self.assertEqual(invoiced["charges_invoiced"], 20_000)
        self.assertNotIn("savings", invoiced)
        self.assertFalse([row for row in rows if row["difference"]])

    @mute_logger("odoo.sql_db")
    def test_value_added_is_one_per_product_period_and_site(self):
        vals = {
            "product_id": self.product.id,
            "date_from": "2026-03-01",
            "date_to": "2026-03-31",
        }
        records = self.env["factory.value.added"].create(
            [vals, {**vals, "site_id": self.site.id}, {**vals, "site_id": self.idle.id}]
        )
        self.assertEqual(records.mapped("place_key"), [0, self.site.id, self.idle.id])
        for site in (False, self.site.id):
            with self.assertRaises(IntegrityError), self.env.cr.savepoint():
                self.env["factory.value.added"].create({**vals, "site_id": site})
                self.env.flush_all()
