# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import tagged

from .common import ROLE, GrantEquipmentCommon

READERS = ("factory_manager", "accountant", "auditor", "monitoring_officer")


@tagged("post_install", "-at_install")
class TestGrantEquipmentAccess(GrantEquipmentCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.paper = cls.signed(agreement_id=cls._signed_agreement().id)
        cls.dryer = cls.paper.equipment_ids

    @classmethod
    def _signed_agreement(cls):
        agreement = cls.agreement()
        agreement.action_sign()
        return agreement

    def user(self, role, company):
        login = f"{role}_{company.id}"
        known = self.env["res.users"].search([("login", "=", f"grant_test_{login}")])
        return known or self._create_user(login, ROLE % role, company)

    def test_both_sides_read_the_paper_and_the_machine(self):
        for role in READERS:
            for company in (self.dinas, self.coop):
                with self.subTest(role=role, company=company.name):
                    user = self.user(role, company)
                    for record in (
                        self.paper,
                        self.paper.line_ids,
                        self.paper.agreement_id,
                        self.dryer,
                        self.dryer.custody_ids,
                    ):
                        mine = record.with_user(user)
                        self.assertTrue(mine.display_name)
                        self.assertEqual(mine.search([("id", "=", record.id)]), mine)

    def test_strangers_see_nothing(self):
        for role in READERS:
            user = self.user(role, self.stranger)
            for record in (
                self.paper,
                self.paper.line_ids,
                self.paper.agreement_id,
                self.dryer,
                self.dryer.custody_ids,
            ):
                with self.subTest(role=role, model=record._name):
                    self.assertFalse(
                        record.with_user(user).search([("id", "=", record.id)])
                    )
                    with self.assertRaises(AccessError):
                        record.with_user(user).read(["display_name"])

    def test_strange_officer_writes_nothing(self):
        officer = self._create_user(
            "officer_stranger",
            "grant_equipment.grant_equipment_group_officer",
            self.stranger,
        )
        with self.assertRaises(AccessError):
            self.paper.with_user(officer).note = "x"
        with self.assertRaises(AccessError):
            self.dryer.with_user(officer).action_transfer_custody(
                self.stranger.partner_id.id, "2025-01-01"
            )

    def test_recipients_officer_reads_but_does_not_write(self):
        officer = self._create_user(
            "officer_coop", "grant_equipment.grant_equipment_group_officer", self.coop
        )
        self.assertEqual(self.paper.with_user(officer).state, "signed")
        with self.assertRaises(AccessError):
            self.paper.with_user(officer).note = "x"
        with self.assertRaises(AccessError):
            self.paper.with_user(officer).action_reverse("2024-05-01", "Tidak mau")

    def test_readers_do_not_write(self):
        for role in READERS:
            user = self.user(role, self.dinas)
            with self.subTest(role), self.assertRaises(AccessError):
                self.paper.with_user(user).note = "x"
            with self.subTest(role), self.assertRaises(AccessError):
                self.dryer.with_user(user).name = "x"
            with self.subTest(role), self.assertRaises(UserError):
                self.dryer.with_user(user).action_transfer_custody(
                    self.tailor.id, "2025-01-01"
                )

    def test_factory_manager_registers_the_condition(self):
        manager = self.user("factory_manager", self.coop)
        self.dryer.with_user(manager).action_register_condition(
            "minor_damage", "2024-08-01", "Sabuk putus"
        )
        self.assertEqual(self.dryer.condition, "minor_damage")

    def test_auditor_and_stranger_do_not_register_the_condition(self):
        auditor = self.user("auditor", self.coop)
        with self.assertRaisesRegex(UserError, "register"):
            self.dryer.with_user(auditor).action_register_condition(
                "good", "2024-08-01"
            )
        stranger = self.user("factory_manager", self.stranger)
        with self.assertRaises(AccessError):
            self.dryer.with_user(stranger).action_register_condition(
                "good", "2024-08-01"
            )

    def test_operator_sees_the_machine_but_no_money(self):
        operator = self.user("operator", self.coop)
        machine = self.dryer.with_user(operator)
        self.assertEqual(machine.custodian_id, self.coop.partner_id)
        with self.assertRaises(AccessError):
            machine.read(["acquisition_value"])
        with self.assertRaises(AccessError):
            self.paper.with_user(operator).read(["amount_accepted"])

    def test_teller_has_no_grants(self):
        teller = self.user("teller", self.coop)
        with self.assertRaises(AccessError):
            self.paper.with_user(teller).read(["name"])

    def test_integrator_loads_and_signs(self):
        integrator = self.user("integrator", self.dinas)
        paper = self.handover().with_user(integrator)
        paper.action_sign()
        self.assertEqual(paper.state, "signed")

    def foreign_draft(self, company, **vals):
        """A BAST that the company's integrator writes about the dinas's dryer."""
        integrator = self.user("integrator", company)
        line = self._line(equipment_ids=[Command.set(self.dryer.ids)])
        return (
            self.env["grant.handover"]
            .with_user(integrator)
            .create(
                {
                    "date": "2024-06-01",
                    "to_partner_id": self.tailor.id,
                    "line_ids": [line],
                    **vals,
                }
            )
        )

    def foreign_grant(self, company):
        agreement = (
            self.env["grant.agreement"]
            .with_user(self.user("integrator", company))
            .create(
                {
                    "name": "1/SENDIRI",
                    "recipient_id": self.tailor.id,
                    "date_start": "2024-04-01",
                }
            )
        )
        agreement.action_sign()
        return agreement

    def test_strangers_do_not_hand_on_what_others_hold(self):
        with self.assertRaises(AccessError):
            self.foreign_draft(self.stranger)
        draft = self.foreign_draft(self.coop, from_partner_id=self.ministry.id)
        with self.assertRaisesRegex(ValidationError, "does not hold it"):
            draft.action_sign()
        self.dryer.action_transfer_custody(self.dinas.partner_id.id, "2024-05-01")
        draft.from_partner_id = self.dinas.partner_id
        with self.assertRaisesRegex(ValidationError, "holder's own company"):
            draft.action_sign()
        self.assertEqual(self.dryer.custodian_id, self.dinas.partner_id)

    def test_title_of_a_foreign_register_stays(self):
        draft = self.foreign_draft(
            self.coop,
            title_outcome="passes",
            agreement_id=self.foreign_grant(self.coop).id,
        )
        with self.assertRaisesRegex(ValidationError, "its title stays"):
            draft.action_sign()
        self.assertEqual(self.dryer.owner_id, self.dinas.partner_id)
        with self.assertRaisesRegex(UserError, "Another company keeps"):
            self.dryer.with_user(self.user("integrator", self.coop)).action_set_title(
                "transferred", self.coop.partner_id.id, "1/SENDIRI"
            )

    def test_holder_hands_on_within_the_donors_terms(self):
        terms = self.paper.agreement_id
        self.dryer.sudo()._guard_opened().restriction_end = "2029-01-01"
        own = self.foreign_grant(self.coop)
        draft = self.foreign_draft(self.coop, agreement_id=own.id)
        with self.assertRaisesRegex(ValidationError, "may not be passed on before"):
            draft.action_sign()
        self.dryer.sudo()._guard_opened().restriction_end = False
        draft.action_sign()
        self.assertEqual(self.dryer.custodian_id, self.tailor)
        self.assertEqual(self.dryer.agreement_id, terms)

    def test_accountant_cannot_sign(self):
        draft = self.handover().with_user(self.user("accountant", self.dinas))
        with self.assertRaises(AccessError):
            draft.action_sign()

    def test_programmes_of_one_company_stay_there(self):
        programme = (
            self.env["grant.programme"]
            .with_user(self.officer)
            .create({"name": "Alat", "fund_source": "pokir", "fiscal_year": "2024"})
        )
        stranger = self.user("monitoring_officer", self.stranger)
        coop_user = self.user("monitoring_officer", self.coop)
        self.assertFalse(
            programme.with_user(stranger).search([("id", "=", programme.id)])
        )
        self.handover(programme_id=programme.id)
        self.assertEqual(programme.with_user(coop_user).name, "Alat")

    def test_followers_rule_of_core_still_holds_for_others(self):
        teller = self.user("teller", self.coop)
        self.assertFalse(
            self.dryer.with_user(teller).search([("id", "=", self.dryer.id)])
        )
