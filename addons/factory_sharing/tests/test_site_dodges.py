# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from .common import SharingCommon


@tagged("post_install", "-at_install")
class TestSiteDodges(SharingCommon):
    """A manager at a keyboard, or a script with his rights, gets round no rule."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.dinas = cls.env["res.partner"].create({"name": "Dinas (contoh)"})
        cls.idle = cls._create_site("IDLE", ready=False)
        cls.line = cls._create_centre("Garis uji", cls.idle)
        cls.manager = cls._new_user("factory_manager")

    def _create_booking(self, **vals):
        return (
            self.env["factory.booking"]
            .with_user(self.manager)
            .create(
                {
                    "workcenter_id": self.line.id,
                    "partner_id": self.budi.id,
                    "date_start": "2026-03-03 01:00:00",
                    "date_end": "2026-03-03 02:00:00",
                    **vals,
                }
            )
        )

    def _create_trial(self, **vals):
        return (
            self.env["factory.site.trial"]
            .with_user(self.manager)
            .create(
                {
                    "site_id": self.idle.id,
                    "allowed_by_id": self.dinas.id,
                    "reason": "Uji coba",
                    "date_from": "2026-03-01",
                    "date_to": "2026-03-04",
                    **vals,
                }
            )
        )

    def test_readiness_comes_from_the_gates_alone(self):
        idle = self.idle.with_user(self.manager)
        for vals in (
            {"readiness_state": "ready"},
            {"blocking_gate_ids": [Command.clear()]},
            {"gate_ids": [Command.update(idle.gate_ids[0].id, {"state": "passed"})]},
        ):
            with self.assertRaises(UserError), self.env.cr.savepoint():
                idle.write(vals)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            idle.create(
                {
                    "code": "NEW",
                    "name": "Baru",
                    "company_id": self.company.id,
                    "readiness_state": "ready",
                }
            )
        new = idle.with_context(default_readiness_state="ready").create(
            {"code": "NEW", "name": "Baru", "company_id": self.company.id}
        )
        self.assertEqual(new.readiness_state, "not_ready")

    def test_booking_is_judged_by_the_site_of_its_centre(self):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._create_booking(site_id=self.site.id).action_confirm()
        booking = self._create_booking()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            booking.write({"site_id": False})
            booking.action_confirm()
        with self.assertRaisesRegex(UserError, "IDLE"):
            booking.action_confirm()

    def test_member_and_hours_of_a_booking_are_not_typed_in(self):
        booking = self._create_booking(workcenter_id=self.oven.id)
        for vals in (
            {"member_id": self.siti.id},
            {"duration_hours": 0.1},
            {"actual_hours": 0.1},
        ):
            with self.assertRaises(UserError, msg=vals), self.env.cr.savepoint():
                booking.write(vals)

    def test_order_is_judged_by_the_site_of_its_warehouse(self):
        gate = self.site.gate_ids.filtered(lambda g: g.gate_id.code == "land_title")
        gate.action_record("failed", "Sertipikat dibatalkan")
        product = self.env["product.product"].create({"name": "Bubuk"})
        orders = self.env["mrp.production"].with_user(self.manager)
        vals = {"product_id": product.id, "product_qty": 10}
        with self.assertRaises(UserError), self.env.cr.savepoint():
            orders.create({**vals, "site_id": False}).action_confirm()
        order = orders.create(vals)
        self.assertEqual(order.site_id, self.site)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            order.write({"site_id": False})
            order.action_confirm()
        self.site.with_user(self.manager).action_archive()
        with self.assertRaises(UserError), self.env.cr.savepoint():
            orders.create(vals).action_confirm()

    def test_trial_ends_when_it_was_allowed_to_and_stays_ended(self):
        with self.assertRaises(UserError), self.env.cr.savepoint():
            self._create_trial(date_ended="2030-01-01")
        trial = self._create_trial()
        trials = trial.with_context(default_date_ended="2030-01-01")
        self.assertFalse(trials.create(trial.copy_data()[0]).date_ended)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            trial.write({"date_ended": "2030-01-01"})
        trial.action_end("2026-03-02")
        with self.assertRaisesRegex(UserError, "2026-03-02"):
            trial.action_end("2026-03-04")
        self.assertEqual(str(trial.date_ended), "2026-03-02")

    def test_manager_makes_himself_no_owner(self):
        house = self._create_site("DINAS", owner_partner_id=self.dinas.id)
        with self.assertRaises(UserError), self.env.cr.savepoint():
            house.with_user(self.manager).owner_partner_id = self.company.partner_id
        with self.assertRaises(UserError), self.env.cr.savepoint():
            house.with_user(self.manager).owner_partner_id = False
        other = self._create_cooperative("Koperasi Lain")
        with self.assertRaises(UserError), self.env.cr.savepoint():
            house.with_user(self.manager).company_id = other
        # a house whose owner is not known yet may get one
        unknown = self._create_site("UNKNOWN", owner_partner_id=False)
        unknown.with_user(self.manager).owner_partner_id = self.dinas
        house.with_user(self._new_user("integrator")).owner_partner_id = self.budi
        self.assertEqual(house.owner_partner_id, self.budi)

    def test_centre_with_promises_stays_at_its_site(self):
        self._create_trial()
        self._create_booking().action_confirm()
        with self.assertRaisesRegex(UserError, "Garis uji"), self.env.cr.savepoint():
            self.line.with_user(self.manager).site_id = False
        self.oven.with_user(self.manager).site_id = self.idle
        self.assertIn("Oven uji", self.idle.message_ids[0].body)
        self.assertIn("Oven uji", self.site.message_ids[0].body)

    def test_statement_of_a_day_to_come_is_refused(self):
        # 2 March 2026 in Makassar
        vals = {
            "site_id": self.idle.id,
            "claim": "Selesai 100 %",
            "figure_kind": "physical",
            "figure": 100,
            "source_text": "Koran",
        }
        statuses = self.env["factory.site.status"].with_user(self.manager)
        with self.assertRaisesRegex(UserError, "2026-03-03"), self.env.cr.savepoint():
            statuses.create({**vals, "date": "2026-03-03"})
        statuses.create({**vals, "date": "2026-03-02"})

    def test_need_of_a_licence_leaves_a_trace_when_it_goes(self):
        kind = self.env["umkm.licence.type"].search([], limit=1)
        need = self.env["factory.site.licence"].create(
            {"site_id": self.idle.id, "type_id": kind.id}
        )
        need.with_user(self.manager).unlink()
        self.assertIn(kind.code, self.idle.message_ids[0].body)

    def test_document_of_another_record_stays_with_it(self):
        partner = self.env["res.partner"].create({"name": "Arsip"})
        scan = (
            self.env["ir.attachment"]
            .with_user(self.manager)
            .create(
                {
                    "name": "sertipikat.txt",
                    "raw": b"HM 12",
                    "res_model": "res.partner",
                    "res_id": partner.id,
                }
            )
        )
        self.idle.with_user(self.manager).action_record_gate(
            "land_title", "passed", "HM 12", values={"attachment_ids": scan.ids}
        )
        self.assertEqual((scan.res_model, scan.res_id), ("res.partner", partner.id))
        gate = self.idle.gate_ids.filtered(lambda g: g.gate_id.code == "land_title")
        auditor = self._new_user("auditor")
        shown = gate.entry_ids.with_user(auditor).attachment_ids
        self.assertEqual(shown.mapped("raw"), [b"HM 12"])
        with self.assertRaises(AccessError):
            shown.write({"name": "x"})
