# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import ROLES, CoopCommon

MODELS = (
    "coop.meeting",
    "coop.officer",
    "coop.member.class",
    "coop.member.group",
    "coop.member",
    "coop.saving.type",
    "coop.saving.rate",
    "coop.saving.due",
    "coop.saving.account",
    "coop.saving.entry",
    "coop.saving.batch",
    "coop.saving.block",
    "coop.saving.mandate",
    "coop.saving.transfer",
    "coop.saving.tax.slip",
    "coop.receipt",
    "coop.receipt.line",
)
MONEY_MODELS = tuple(m for m in MODELS if "saving" in m or "receipt" in m)


@tagged("post_install", "-at_install")
class TestSecurity(CoopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti, cls.budi = cls._join("Siti", "Budi")
        cls.users = {role: cls._new_user(role) for role in ROLES}
        cls.env["coop.officer"].create(
            {"role": "chair", "member_id": cls.siti.id, "date_from": "2026-01-01"}
        )
        cls.env["coop.member.group"].create({"name": "Producers", "code": "P"})
        cls.batch = cls.env["coop.saving.batch"].create(
            {"name": "Opening", "kind": "opening", "date": "2026-02-01"}
        )
        cls.batch.action_prepare(
            [{"number": cls.siti.number, "type": "SS", "amount": 1_000}]
        )

        cls._add_savings_records()

    @classmethod
    def _add_savings_records(cls):
        """One record each of what hangs on a savings account."""
        interest = cls.env["coop.saving.batch"].create(
            {"name": "Interest", "kind": "interest", "date": "2026-02-01"}
        )
        interest.action_prepare(
            [{"member_id": cls.siti.id, "type": "SS", "amount": 9_000}]
        )
        interest.action_post()
        account = cls.siti.account_ids.filtered(lambda a: a.kind == "voluntary")
        account.action_block(1_000, "Agunan")
        cls.env["coop.saving.mandate"].create(
            {"member_id": cls.siti.id, "partner_id": cls.budi.partner_id.id}
        )
        cls.env["coop.saving.transfer"].create(
            {
                "source_account_id": account.id,
                "target_member_id": cls.budi.id,
                "target_type_id": cls.voluntary.id,
                "amount": 1_000,
            }
        )

    def _as(self, role, model):
        return self.env[model].with_user(self.users[role])

    def test_two_companies_never_see_each_other(self):
        other = self._create_cooperative("Koperasi Lain")
        for role in ("accountant", "auditor"):
            stranger = self._new_user(role, other)
            foreign = self.env(
                user=stranger, context={"allowed_company_ids": other.ids}
            )
            for model in MODELS:
                records = self.env[model].search([("company_id", "=", self.company.id)])
                self.assertTrue(records, model)
                seen = foreign[model]
                self.assertFalse(
                    seen.search([("company_id", "=", self.company.id)]), model
                )
                with self.assertRaises(AccessError), mute_logger("odoo.models"):
                    records[:1].with_env(foreign).read(["company_id"])
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                foreign["res.company"].action_check_ledger(
                    "2026-12-31", company_id=self.company.id
                )

    def test_stranger_cannot_receive_for_a_member_of_another_company(self):
        other = self._create_cooperative("Koperasi Lain")
        stranger = self._new_user("teller", other)
        receipt = self._receive(
            self.siti, {self.voluntary: 5_000}, "2026-02-01", post=False
        )
        foreign = self.env(user=stranger, context={"allowed_company_ids": other.ids})
        with self.assertRaises(AccessError), mute_logger("odoo.models"):
            receipt.with_env(foreign).action_post()
        with self.assertRaises(UserError), mute_logger("odoo.models"):
            foreign["coop.receipt"].create({"member_id": self.siti.id})

    def test_teller_takes_application_and_money(self):
        partner = self._as("teller", "res.partner").create({"name": "Baru"})
        member = self._as("teller", "coop.member").create({"partner_id": partner.id})
        with self.assertRaises(AccessError):
            member.action_approve()
        member.with_user(self.users["accountant"]).action_approve("2026-02-01")
        receipt = self._as("teller", "coop.receipt").create(
            {
                "member_id": member.id,
                "date": "2026-02-02",
                "line_ids": [
                    Command.create({"type_id": self.principal.id, "amount": 100_000}),
                    Command.create({"type_id": self.voluntary.id, "amount": 7_000}),
                ],
            }
        )
        receipt.action_post()
        member.action_activate("2026-02-02")
        self.assertEqual(member.state, "active")
        self.assertEqual(receipt.create_uid, self.users["teller"])
        receipt.action_reverse("2026-02-03")
        self.assertEqual(receipt.state, "reversed")

    def test_teller_pays_an_invoice_but_does_not_book_by_hand(self):
        invoice = self._invoice(self.siti.partner_id, 12_000)
        receipt = self._as("teller", "coop.receipt").create(
            {"member_id": self.siti.id, "date": "2026-02-02"}
        )
        receipt.action_propose()
        receipt.action_post()
        self.assertEqual(invoice.amount_residual, 0)
        with self.assertRaises(AccessError):
            self._as("teller", "coop.saving.entry").create(
                {
                    "account_id": self.siti.account_ids[:1].id,
                    "amount": 1_000,
                }
            )
        with self.assertRaises(AccessError):
            self._as("teller", "account.move").create({"date": "2026-02-02"})
        with self.assertRaises(AccessError):
            self.principal.with_user(self.users["teller"]).name = "X"
        with self.assertRaises(AccessError):
            self.batch.with_user(self.users["teller"]).action_post()
        with self.assertRaises(AccessError):
            self.mandatory.with_user(self.users["teller"]).action_create_dues()

    def test_teller_sees_no_other_journal_entries_than_invoices(self):
        self._invoice(self.siti.partner_id, 12_000)
        moves = self._as("teller", "account.move").search([])
        self.assertEqual(set(moves.mapped("move_type")), {"out_invoice"})

    def test_accountant_posts_entries_and_batches(self):
        self.batch.with_user(self.users["accountant"]).action_post()
        self.assertEqual(self.batch.state, "posted")
        self.assertTrue(
            self.users["accountant"].has_group("account.group_account_user")
        )

    def test_auditor_reads_everything_and_changes_nothing(self):
        for model in MODELS:
            records = self._as("auditor", model).search([])
            self.assertTrue(records, model)
            records[:1].read()
            for mode in ("write", "create", "unlink"):
                self.assertFalse(records.has_access(mode), (model, mode))
        self.assertTrue(self._as("auditor", "account.move").search([], limit=1))
        company = self.company.with_user(self.users["auditor"])
        self.assertTrue(company.action_check_ledger("2026-12-31"))
        with self.assertRaises(AccessError):
            self.batch.with_user(self.users["auditor"]).action_post()

    def test_operator_and_manager_see_names_and_no_money(self):
        for role in ("operator", "factory_manager"):
            member = self._as(role, "coop.member").browse(self.siti.id)
            [values] = member.read()
            self.assertEqual(values["number"], self.siti.number)
            self.assertFalse({"savings_balance", "account_ids"} & values.keys())
            for model in MONEY_MODELS:
                self.assertFalse(self._as(role, model).has_access("read"), model)
            with self.assertRaises(AccessError):
                member.read(["savings_balance"])
            with self.assertRaises(AccessError):
                self.company.with_user(self.users[role]).action_check_ledger()

    def test_member_sees_only_what_is_his_in_the_portal(self):
        portal = new_test_user(
            self.env,
            login="siti_portal",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        portal.partner_id.company_id = self.company
        member = self.env["coop.member"].create({"partner_id": portal.partner_id.id})
        member.action_approve("2026-02-01")
        self._receive(member, {self.principal: 100_000}, "2026-02-02")
        for model, field in (
            ("coop.member", "partner_id"),
            ("coop.saving.account", "member_id.partner_id"),
            ("coop.saving.entry", "member_id.partner_id"),
            ("coop.saving.due", "member_id.partner_id"),
            ("coop.receipt", "partner_id"),
            ("coop.receipt.line", "receipt_id.partner_id"),
        ):
            seen = self.env[model].with_user(portal).search([])
            self.assertTrue(seen, model)
            self.assertEqual(seen.sudo().mapped(field), portal.partner_id, model)
            foreign = self.env[model].search([(field, "=", self.siti.partner_id.id)])
            with self.assertRaises(AccessError), mute_logger("odoo.models"):
                foreign[:1].with_user(portal).read(["company_id"])
        for model in (
            "coop.saving.batch",
            "coop.saving.block",
            "coop.saving.mandate",
            "coop.saving.transfer",
            "coop.saving.arrears",
            "coop.meeting",
            "coop.saving.rate",
        ):
            self.assertFalse(self.env[model].with_user(portal).has_access("read"))
        with self.assertRaises(AccessError):
            member.with_user(portal).action_request_exit()

    def test_member_logs_in_with_his_number(self):
        portal = new_test_user(self.env, login="siti_pin", groups="base.group_portal")
        portal.partner_id.company_id = self.company
        portal.pin_login = True
        member = self.env["coop.member"].create({"partner_id": portal.partner_id.id})
        users = self.env["res.users"]
        member.action_approve("2026-02-01")
        self.assertEqual(users.search(users._get_login_domain(member.number)), portal)
        self.assertEqual(users._get_pin_login_number(portal.partner_id), member.number)
        member.action_refuse()
        self.assertFalse(users.search(users._get_login_domain(member.number)))

    def test_computed_facts_of_the_books_are_not_written(self):
        entry = self.siti.account_ids.entry_ids[:1]
        due = self.siti.due_ids[:1]
        for record, vals in (
            (entry, {"type_id": self.voluntary.id}),
            (entry, {"receipt_id": False}),
            (entry.account_id, {"kind": "other"}),
            (due, {"kind": "other"}),
            (entry.receipt_id, {"amount_total": 1}),
        ):
            record = record.with_user(self.users["accountant"])
            with self.assertRaisesRegex(UserError, "changes only through"):
                record.write(vals)
        # what stays as it is may come along
        entry.write({"type_id": entry.type_id.id})

    def test_computed_facts_are_not_brought_along(self):
        account = self.siti.account_ids[:1]
        entry = self.env["coop.saving.entry"].create(
            {"account_id": account.id, "amount": 1, "type_id": self.voluntary.id}
        )
        self.assertEqual(entry.type_id, account.type_id)

    def test_line_does_not_move_into_a_posted_receipt(self):
        posted = self.siti.account_ids.entry_ids.receipt_id[:1]
        draft = self._receive(
            self.siti, {self.voluntary: 5_000}, "2026-02-01", post=False
        )
        with self.assertRaisesRegex(UserError, "posted fact"):
            draft.line_ids.receipt_id = posted
        for command in (
            Command.link(draft.line_ids.id),
            Command.set(draft.line_ids.ids),
        ):
            with self.assertRaisesRegex(UserError, "posted fact"):
                posted.write({"line_ids": [command]})

    def test_members_do_not_read_the_books(self):
        portal = new_test_user(
            self.env,
            login="coop_portal_books",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        with self.assertRaises(AccessError):
            self.company.with_user(portal).action_check_ledger()
        with self.assertRaises(AccessError):
            self.env["coop.saving.type"].with_user(portal).action_check_ledger()
        self.assertTrue(
            self.company.with_user(self.users["auditor"]).action_check_ledger()
        )
