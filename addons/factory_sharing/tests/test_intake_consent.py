# SPDX-License-Identifier: AGPL-3.0-or-later
"""A member's consent to take savings off his bill: what it allows, and to whom."""

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common_dues import DuesCommon


@tagged("post_install", "-at_install")
class TestIntakeConsent(DuesCommon):
    """What the consent says is taken off, no more; it stands once it was used."""

    def test_slip_shows_what_the_member_owes(self):
        # two months of 20,000; Budi is no member
        for partner, dues in ((self.siti.partner_id, 40_000), (self.budi, 0)):
            intake = self._buy(partner=partner)
            self.assertEqual(intake.member_dues, dues)
            self.assertEqual(intake.get_payment_slip()["member_dues"], dues)

    def test_without_consent_no_saving_is_taken_off(self):
        self.company.intake_netting = True
        for consent in (
            {"dues": False},
            {"date_to": "2026-03-01"},
            {"date_from": "2026-03-03"},
            {"partner_id": self.budi.id},
        ):
            agreed = self._agree(**consent)
            intake = self._buy()
            self.assertFalse(intake.dues_transfer_ids)
            with self.assertRaisesRegex(UserError, "nothing to net"):
                intake.action_net_debts()
            agreed.unlink()
        self._agree()
        self.company.intake_netting_dues = "never"
        self.assertEqual(self._get_figures(self._buy())["deducted"], 0)

    def test_what_is_not_in_arrears_is_left(self):
        # today is 2 March
        self._owe("2026-03-31")
        self._agree()
        intake = self._buy()
        intake.action_net_debts()
        self.assertEqual(self._get_figures(intake)["deducted"], 40_000)
        self.assertEqual(intake.member_dues, 20_000)

    def test_consent_that_was_used_stands(self):
        consent = self._agree()
        self._buy().action_net_debts()
        for vals in ({"percent_max": 50}, {"dues": False}, {"reference": "SK-2"}):
            with self.assertRaisesRegex(UserError, "stays as it was signed"):
                consent.write(vals)
        with self.assertRaisesRegex(UserError, "SK-1"):
            consent.unlink()
        with self.assertRaisesRegex(UserError, "2026-03-02"):
            consent.date_to = "2026-03-01"
        consent.date_to = "2026-03-02"

    def test_consent_whose_nettings_were_reversed_is_open_again(self):
        self._invoice(30_000, "2026-02-01")
        consent = self._agree()
        intake = self._buy()
        # the invoice by an entry of its own, the savings by a transfer
        intake.action_net_debts()
        self.assertEqual(self._get_figures(intake)["deducted"], 70_000)
        self.assertTrue(consent.is_used)
        intake._reverse_netting()
        consent.invalidate_recordset(["is_used"])
        self.assertFalse(consent.is_used)
        consent.write({"percent_max": 50, "date_to": "2026-02-28"})
        # the entries still name it
        with self.assertRaisesRegex(UserError, "stays as it was signed"):
            consent.unlink()

    # ---- who and where ----------------------------------------------------------

    def test_roles(self):
        self._agree()
        self.company.intake_netting = True
        weigher = self._new_user("operator")
        intake = (
            self.env["factory.intake"]
            .with_user(weigher)
            .create(
                {
                    "partner_id": self.siti.partner_id.id,
                    "mode": "bought",
                    "line_ids": [
                        Command.create({"product_id": self.ginger.id, "gross_kg": 40})
                    ],
                }
            )
        )
        intake.action_accept()
        self.assertEqual(self.dues.mapped("state"), ["paid", "paid"])
        consents = self.env["factory.netting.consent"]
        for role, allowed in (
            ("operator", ()),
            ("teller", ()),
            ("factory_manager", ("read",)),
            ("auditor", ("read",)),
            ("accountant", ("read", "write", "create", "unlink")),
        ):
            user = weigher if role == "operator" else self._new_user(role)
            for right in ("read", "write", "create", "unlink"):
                self.assertEqual(
                    consents.with_user(user).has_access(right), right in allowed, role
                )
        for name in ("dues_transfer_ids", "member_dues", "netting_consent_id"):
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                intake.read([name])

    def test_link_to_the_weigh_in_is_not_written(self):
        self._agree()
        intake = self._buy()
        vals = {
            "source_bill_id": intake._get_bill().id,
            "target_member_id": self.siti.id,
            "target_type_id": self.saving.id,
            "amount": 1_000,
        }
        with self.assertRaisesRegex(UserError, "changes only through"):
            self.env["coop.saving.transfer"].create({**vals, "intake_id": intake.id})
        transfer = (
            self.env["coop.saving.transfer"]
            .with_context(default_intake_id=intake.id)
            .create(vals)
        )
        self.assertFalse(transfer.intake_id)

    def test_other_company_does_not_see_the_consent(self):
        consent = self._agree()
        other = self._create_cooperative("Koperasi Lain")
        for role in ("accountant", "auditor", "factory_manager"):
            stranger = self._new_user(role, other)
            foreign = consent.with_user(stranger).with_context(
                allowed_company_ids=other.ids
            )
            self.assertFalse(foreign.search([]))
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                foreign.read(["reference"])

    def test_on_screen_and_paper(self):
        accountant = self._new_user("accountant")
        form = Form(self.env["factory.netting.consent"].with_user(accountant))
        form.partner_id = self.siti.partner_id
        form.reference = "SK-7"
        form.dues = True
        consent = form.save()
        intake = self._buy()
        self.assertEqual(intake.netting_consent_id, consent)
        ids = intake.with_user(accountant).action_net_debts()
        self.assertEqual(
            self.env["account.move"].browse(ids), intake.dues_transfer_ids.move_id
        )
        page, _type = self.env["ir.actions.report"]._render_qweb_html(
            "factory_toll.report_factory_payment_slip", intake.ids
        )
        for text in ("Simpanan wajib 31/01/2026", "dua ratus ribu rupiah"):
            self.assertIn(text, page.decode())
