# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged

from .common import SharingCommon


@tagged("post_install", "-at_install")
class TestSiteAgreement(SharingCommon):
    """By whose leave a house is run: SC-NTT, SC-TAMIANG."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.region = cls.env["res.partner"].create({"name": "Pemprov (contoh)"})
        cls.site.owner_partner_id = cls.region

    def _agree(self, partner, number="PKS-1/2026", activate=True, **vals):
        agreement = self.env["grant.agreement"].create(
            {
                "name": number,
                "kind": "management",
                "donor_id": self.region.id,
                "recipient_id": partner.id,
                "site_id": self.site.id,
                "date_start": "2026-01-01",
                **vals,
            }
        )
        if activate:
            agreement.action_sign()
            agreement.action_activate()
        return agreement

    def _book(self, day="2026-03-03"):
        return self.env["factory.booking"].create(
            {
                "workcenter_id": self.oven.id,
                "partner_id": self.budi.id,
                "date_start": f"{day} 01:00:00",
                "date_end": f"{day} 02:00:00",
            }
        )

    def test_refusal_says_what_is_the_matter_with_the_agreement(self):
        booking = self._book()
        with self.assertRaisesRegex(UserError, "no management agreement.*Pemprov"):
            booking.action_confirm()
        draft = self._agree(self.company.partner_id, activate=False)
        with self.assertRaisesRegex(UserError, "PKS-1/2026.*not active yet"):
            booking.action_confirm()
        draft.unlink()
        self._agree(self.budi, "PKS-2")
        with self.assertRaisesRegex(UserError, "PKS-2.*does not run the site"):
            booking.action_confirm()

    def test_agreement_ending_before_the_day_of_the_run_does_not_cover_it(self):
        self._agree(self.company.partner_id, date_end="2026-03-10")
        self._book("2026-03-10").action_confirm()
        with self.assertRaisesRegex(UserError, "PKS-1/2026.*ended on 2026-03-10"):
            self._book("2026-03-11").action_confirm()

    def test_start_is_judged_on_the_day_it_happens(self):
        self._agree(self.company.partner_id, date_end="2026-03-10")
        booking = self._book("2026-03-10")
        booking.action_confirm()
        with (
            freeze_time("2026-03-11 01:00:00"),
            self.assertRaisesRegex(UserError, "2026-03-11"),
        ):
            booking.action_start()

    def test_operator_follows_the_agreement_of_the_owner(self):
        successor = self._create_cooperative("Koperasi Pengganti")
        first = self._agree(self.company.partner_id)
        booking = self._book()
        new_id = first.action_reassign(
            successor.partner_id.id, "PKS-2/2026", "2026-03-03", "Di bawah standar"
        )
        new = self.env["grant.agreement"].browse(new_id)
        new.action_sign()
        new.action_activate()
        # it starts tomorrow: today the site is still with the first operator
        self.assertEqual(self.site.company_id, self.company)
        with freeze_time("2026-03-03 01:00:00"):
            self.env["grant.agreement"]._cron_follow_sites()
            self.assertEqual(self.site.company_id, successor)
            self.assertFalse(self.site.warehouse_id)
            with self.assertRaisesRegex(UserError, "Koperasi Pengganti"):
                booking.action_confirm()
        self.assertIn("PKS-2/2026", str(self.site.message_ids.mapped("body")))
        self.assertEqual(self.site.agreement_ids, first | new)

    def test_agreement_of_somebody_else_hands_over_nothing(self):
        thief = self._create_cooperative("Koperasi Lain")
        self._agree(thief.partner_id, donor_id=self.budi.id)
        self.assertEqual(self.site.company_id, self.company)

    def test_evaluation_is_dated_kept_and_reminds_of_the_next(self):
        agreement = self._agree(
            self.company.partner_id,
            date_end="2027-12-31",
            evaluation_date="2026-07-01",
        )
        due = agreement.site_obligation_ids.mapped("date_due")
        self.assertEqual(sorted(map(str, due)), ["2026-07-01", "2027-12-31"])
        evaluation = self.env["factory.site.evaluation"].create(
            {
                "agreement_id": agreement.id,
                "date": "2026-03-02",
                "result": "improve",
                "finding": "Gratis satu tahun, lalu kontribusi dievaluasi",
                "date_next": "2026-09-01",
            }
        )
        self.assertEqual(evaluation.site_id, self.site)
        self.assertEqual(str(agreement.date_next_evaluation), "2026-09-01")
        self.assertEqual(str(self.site.agreement_date_evaluation), "2026-09-01")
        due = agreement.site_obligation_ids.mapped("date_due")
        self.assertEqual(sorted(map(str, due)), ["2026-09-01", "2027-12-31"])
        with self.assertRaises(UserError):
            evaluation.finding = "Lain"
        with self.assertRaises(UserError):
            evaluation.unlink()
        agreement.action_terminate("2026-03-02", "Selesai")
        self.assertFalse(agreement.site_obligation_ids)

    def test_only_agreements_of_a_site_are_evaluated(self):
        grant = self._agree(self.budi, "NPHD-1", activate=False, kind="grant")
        with self.assertRaises(ValidationError):
            self.env["factory.site.evaluation"].create(
                {"agreement_id": grant.id, "result": "continue", "finding": "Baik"}
            )

    def test_operator_reads_his_evaluation_and_the_owner_writes_it(self):
        office = self._create_cooperative("Dinas (contoh)")
        agreement = self._agree(self.company.partner_id, company_id=office.id)
        vals = {"agreement_id": agreement.id, "result": "continue", "finding": "Baik"}
        evaluation = self.env["factory.site.evaluation"].create(vals)
        manager = self._new_user("factory_manager")
        context = {"allowed_company_ids": self.company.ids}
        own = evaluation.with_user(manager).with_context(**context)
        self.assertEqual(own.finding, "Baik")
        with self.assertRaises(AccessError):
            own.create(vals)
        third = self._create_cooperative("Koperasi Ketiga")
        stranger = self._new_user("factory_manager", third)
        with self.assertRaises(AccessError):
            evaluation.with_user(stranger).with_context(
                allowed_company_ids=third.ids
            ).read(["finding"])

    def test_machines_whose_title_is_elsewhere_are_flagged_and_printed(self):
        machines = self.env["maintenance.equipment"].create(
            [
                {
                    "name": "Penggiling hibah",
                    "workcenter_id": self.oven.id,
                    "owner_id": self.region.id,
                    "custodian_id": self.company.partner_id.id,
                    "operator_id": self.company.partner_id.id,
                    "title_state": "government",
                },
                {
                    "name": "Penggiling sendiri",
                    "workcenter_id": self.oven.id,
                    "owner_id": self.company.partner_id.id,
                },
            ]
        )
        self.assertEqual(machines.mapped("is_title_elsewhere"), [True, False])
        found = self.env["maintenance.equipment"].search(
            [("is_title_elsewhere", "=", True), ("site_id", "=", self.site.id)]
        )
        self.assertEqual(found, machines[0])
        html, _kind = self.env["ir.actions.report"]._render_qweb_html(
            "factory_sharing.factory_site_equipment_document", self.site.ids
        )
        text = html.decode()
        self.assertEqual(text.count("Title not with the operator"), 1)
        self.assertIn("Pemprov (contoh)", text)

    def test_both_sides_read_the_documents_of_an_evaluation(self):
        agreement = self._agree(self.company.partner_id)
        minutes = self.env["ir.attachment"].create(
            # as the form uploads: of no record yet, so only its author may read it
            {"name": "bap.txt", "raw": b"BAP 7", "res_model": "factory.site.evaluation"}
        )
        evaluation = self.env["factory.site.evaluation"].create(
            {
                "agreement_id": agreement.id,
                "date": "2026-03-02",
                "result": "continue",
                "finding": "Berjalan baik",
                "attachment_ids": [(4, minutes.id)],
            }
        )
        auditor = self._new_user("auditor")
        self.env.invalidate_all()
        shown = evaluation.with_user(auditor).attachment_ids
        self.assertEqual(shown.mapped("raw"), [b"BAP 7"])

    def test_machines_of_the_former_operator_are_offered_to_the_next(self):
        successor = self._create_cooperative("Koperasi Pengganti")
        machine = self.env["maintenance.equipment"].create(
            {
                "name": "Oven",
                "site_id": self.site.id,
                "company_id": self.company.id,
                "owner_id": self.region.id,
                "custodian_id": self.company.partner_id.id,
                "operator_id": self.company.partner_id.id,
            }
        )
        self.assertFalse(self.site.custody_elsewhere_count)
        self.site.write({"company_id": successor.id, "warehouse_id": False})
        self.assertEqual(self.site.custody_elsewhere_count, 1)
        action = self.site.action_transfer_machines()
        wizard = self.env[action["res_model"]].with_context(**action["context"])
        wizard.create({"date": "2026-03-02"}).action_transfer()
        self.assertEqual(machine.operator_id, successor.partner_id)
        self.assertEqual(machine.custodian_id, successor.partner_id)
        self.assertFalse(self.site.custody_elsewhere_count)
