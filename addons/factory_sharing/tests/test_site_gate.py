# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import SharingCommon


@tagged("post_install", "-at_install")
class TestSiteGate(SharingCommon):
    """Gates: their history, their order, how long they hold."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.idle = cls._create_site("IDLE", ready=False)

    def _gate(self, code, site=None):
        site = site or self.idle
        return site.gate_ids.filtered(lambda gate: gate.gate_id.code == code)

    def _attachment(self, **vals):
        return self.env["ir.attachment"].create(
            {"name": "BA.txt", "raw": b"berita acara", **vals}
        )

    def test_every_record_stays_with_author_day_and_evidence(self):
        manager = self._new_user("factory_manager")
        gate = self._gate("commissioning")
        gate.action_record("passed", "Berita acara uji 1", "2026-01-10")
        gate.with_user(manager).action_record(
            "failed", "Inspektorat: di bawah spesifikasi", "2026-02-01"
        )
        # the day was wrong: the correction stands beside what it corrects
        gate.action_record("failed", "Surat inspektorat 20 Januari", "2026-01-20")
        self.assertRecordValues(
            gate.entry_ids.sorted("id"),
            [
                {
                    "state_before": "open",
                    "state": "passed",
                    "author_id": self.env.uid,
                    "is_correction": False,
                },
                {
                    "state_before": "passed",
                    "state": "failed",
                    "author_id": manager.id,
                    "is_correction": False,
                },
                {
                    "state_before": "failed",
                    "state": "failed",
                    "author_id": self.env.uid,
                    "is_correction": True,
                },
            ],
        )
        self.assertEqual(str(gate.date), "2026-01-20")
        # from 10 January to 1 February
        self.assertEqual(gate.entry_ids.sorted("id")[1].days_before, 22)

    def test_history_is_written_by_recording_only(self):
        gate = self._gate("buyer")
        gate.action_record("passed", "Kontrak", "2026-01-10")
        entry = gate.entry_ids
        vals = {
            "site_gate_id": gate.id,
            "state": "passed",
            "date": "2026-01-01",
            "author_id": self.env.uid,
        }
        for change in (
            lambda: entry.write({"evidence": "Lain"}),
            lambda: entry.unlink(),
            lambda: entry.create(vals),
            lambda: gate.write({"entry_ids": [Command.delete(entry.id)]}),
            lambda: gate.write({"evidence_url": "https://lain"}),
            lambda: gate.write({"attachment_ids": [Command.clear()]}),
        ):
            with self.assertRaises(UserError):
                change()
        with self.assertRaises(AccessError):
            entry.with_user(self._new_user("factory_manager")).check_access("write")

    def test_documents_go_with_the_record_and_stay(self):
        manager = self._new_user("factory_manager")
        gate = self._gate("contract").with_user(manager)
        document = (
            self.env["ir.attachment"]
            .with_user(manager)
            .create({"name": "BA.txt", "raw": b"berita acara"})
        )
        action = gate.action_pass()
        wizard = self.env[action["res_model"]].with_user(manager)
        wizard.with_context(**action["context"]).create(
            {
                "evidence": "Kontrak 12/PPK",
                "attachment_ids": [Command.set(document.ids)],
            }
        ).action_record()
        entry = gate.entry_ids
        self.assertEqual(gate.attachment_ids, document)
        self.assertEqual(
            (document.sudo().res_model, document.sudo().res_id), (entry._name, entry.id)
        )
        auditor = self._new_user("auditor")
        self.assertEqual(document.with_user(auditor).raw, b"berita acara")
        with self.assertRaises(AccessError):
            document.unlink()

    def test_document_of_others_cannot_be_cited(self):
        other = self._create_cooperative("Koperasi Tetangga")
        private = self._attachment(res_model="res.company", res_id=other.id)
        manager = self._new_user("factory_manager")
        with self.assertRaises(AccessError):
            self._gate("contract").with_user(manager).action_record(
                "passed", "Kontrak", None, {"attachment_ids": private.ids}
            )

    def test_bad_record_names_what_is_wrong(self):
        gate = self._gate("contract")
        for args, words in (
            (("done", "x"), "done"),
            (("passed", "x", "2026-03-03"), "still to come"),
            (("passed", "x", None, {"author_id": 1}), "author_id"),
        ):
            with self.assertRaisesRegex(UserError, words):
                gate.action_record(*args)
        with self.assertRaises(ValidationError):
            gate.action_record("not_applicable", "")
        self.assertFalse(gate.entry_ids)

    def test_gate_waits_for_those_before_it(self):
        region, centre = self._gate("bast_region"), self._gate("bast_kpa")
        self.assertEqual(region.waits_for_ids, centre)
        self.assertIn(centre.gate_id.name, region._describe_hold())
        region.action_record("passed", "Naskah hibah")
        # nothing is refused: it happened in this order; but somebody should look
        self.assertTrue(region.is_out_of_order)
        centre.action_record("passed", "BAST")
        self.assertFalse(region.waits_for_ids)
        self.assertFalse(region.is_out_of_order)

    def test_gates_do_not_wait_in_a_circle(self):
        pho = self._gate("pho").gate_id
        with self.assertRaises(ValidationError):
            pho.after_ids = self._gate("fho").gate_id

    def test_days_held_grow_every_night_until_the_gate_is_clear(self):
        gate = self._gate("land_title")
        gate.action_record("failed", "Satu sertipikat belum ada", "2026-02-20")
        # 8 days of February and 2 of March
        self.assertEqual(gate.days_held, 10)
        with freeze_time("2026-03-12 00:00:00"):
            self.env["factory.site.gate"]._cron_count_days()
            self.assertEqual(gate.days_held, 20)
            self.assertEqual(self.idle.blocking_days, 20)
            gate.action_record("passed", "Sertipikat terbit")
        self.assertEqual(gate.days_held, 0)

    def test_board_of_holding_gates_equals_the_sites(self):
        gates = self.env["factory.site.gate"]
        found = gates.search(
            [("is_holding", "=", True), ("site_id", "in", self.idle.ids)]
        )
        self.assertEqual(found, self.idle.blocking_gate_ids)
        self.assertTrue(all(found.mapped("is_holding")))
        self._gate("land_title").action_record("failed", "Belum", "2026-02-20")
        [(_gate, days)] = gates._read_group(
            [("site_id", "=", self.idle.id), ("gate_id.code", "=", "land_title")],
            ["gate_id"],
            ["days_held:sum"],
        )
        self.assertEqual(days, self.idle.blocking_days)
        self.assertEqual(self.idle.gate_strip.count("<span"), 17)

    def test_officer_sees_the_board_of_his_companies_and_no_members_money(self):
        other = self._create_cooperative("Koperasi Tetangga")
        foreign = self._create_site("LUAR", ready=False, company=other)
        allowed = self._create_cooperative("Koperasi Binaan")
        beyond = self._create_site("BINAAN", ready=False, company=allowed)
        officer = self._new_user("monitoring_officer")
        officer.company_ids |= allowed
        # only one company is ticked: the board shows all that he is allowed
        own = {"allowed_company_ids": self.company.ids}
        gates = self.env["factory.site.gate"].with_user(officer).with_context(**own)
        sites = {
            site.id
            for site, _days in gates._read_group([], ["site_id"], ["days_held:sum"])
        }
        self.assertLessEqual({self.idle.id, beyond.id}, sites)
        self.assertNotIn(foreign.id, sites)
        with self.assertRaises(AccessError):
            beyond.with_user(officer).with_context(**own).write({"name": "Lain"})
        self.assertTrue(self.idle.with_user(officer).gate_strip)
        with self.assertRaises(AccessError):
            self.env["factory.charge"].with_user(officer).search([])
