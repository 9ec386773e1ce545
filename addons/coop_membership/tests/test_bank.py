# SPDX-License-Identifier: AGPL-3.0-or-later
import base64
from contextlib import contextmanager

import psycopg2

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import CoopCommon

STATEMENT = """Tanggal;Keterangan;Debit;Kredit;Saldo
02/02/2026;TRF VA 8808-0007 SITI;;75.000,00;75.000,00
03/02/2026;SETORAN TUNAI;;10.000,00;85.000,00
03/02/2026;SETORAN TUNAI;;10.000,00;95.000,00
04/02/2026;BIAYA ADM;5.000,00;;90.000,00
"""


@tagged("post_install", "-at_install")
class TestBank(CoopCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.siti, cls.budi = cls._join("Siti", "Budi")
        cls.siti.virtual_account = "8808 0007"
        cls.bank = cls.company._coop_bank_journal()
        cls.accountant = cls._new_user("accountant")
        cls.lines = cls.env["account.bank.statement.line"].with_user(cls.accountant)
        # owed for February: 20,000 each
        cls.mandatory.action_create_dues("2026-02-01")

    @contextmanager
    def _refused(self, error, text):
        with self.assertRaisesRegex(error, text), self.env.cr.savepoint():
            yield

    def _import(self, amount, label, day="2026-02-02", **row):
        result = self.lines.coop_import_lines(
            self.bank.id, [{"date": day, "amount": amount, "label": label, **row}]
        )
        return self.lines.browse(result["created"])

    def _bank_balance(self):
        """Return what the ledger shows on the bank's account."""
        return sum(
            self.env["account.move.line"]
            .search(
                [
                    ("account_id", "=", self.bank.default_account_id.id),
                    ("parent_state", "=", "posted"),
                ]
            )
            .mapped("balance")
        )

    def _rest(self, key):
        account = self.company._coop_account(key)
        lines = self.env["account.move.line"].search(
            [("account_id", "=", account.id), ("parent_state", "=", "posted")]
        )
        return sum(lines.mapped("balance"))

    def test_payment_is_matched_and_settles_the_oldest_first(self):
        invoice = self._invoice(self.siti.partner_id, 30_000)
        line = self._import(75_000, "TRF VA 8808-0007 SITI")
        self.assertEqual(line.coop_match(), {"matched": 1, "unknown": 0})
        self.assertEqual(line.coop_member_id, self.siti)
        self.assertEqual(line.coop_book(), {"booked": 1, "left": 0})
        # 20,000 due of February, 30,000 invoice, the rest of 25,000 is saved
        self.assertEqual(self._get_balance(self.siti, self.mandatory), 20_000)
        self.assertEqual(invoice.payment_state, "paid")
        self.assertEqual(self._get_balance(self.siti, self.voluntary), 25_000)
        self.assertTrue(line.is_reconciled)
        # the money stands in the bank once and on no account on the way
        self.assertEqual(self._bank_balance(), 75_000)
        self.assertEqual(self._rest("outstanding"), 0)
        self.assertEqual(self._rest("bank_suspense"), 0)
        self.assert_tied()

    def test_booking_twice_changes_nothing(self):
        line = self._import(20_000, f"iuran {self.budi.number}")
        line.coop_match()
        self.assertEqual(line.coop_member_id, self.budi)
        line.coop_book()
        self.assertEqual(line.coop_book(), {"booked": 0, "left": 1})
        self.assertEqual(self._bank_balance(), 20_000)
        self.assertEqual(self._get_balance(self.budi, self.mandatory), 20_000)

    def test_receipt_of_the_counter_is_taken_instead_of_a_new_one(self):
        receipt = self._receive(
            self.budi, {self.voluntary: 40_000}, "2026-02-01", post=False
        )
        receipt.journal_id = self.bank
        receipt.action_post()
        self.assertEqual(self._rest("outstanding"), 40_000)
        line = self._import(40_000, f"setor {self.budi.number}")
        line.coop_match()
        line.coop_book()
        self.assertEqual(line.coop_receipt_id, receipt)
        self.assertEqual(self._get_balance(self.budi, self.voluntary), 40_000)
        self.assertEqual(self._rest("outstanding"), 0)
        self.assertEqual(self._bank_balance(), 40_000)

    def test_unknown_and_ambiguous_payers_wait(self):
        unknown = self._import(10_000, "SETORAN TUNAI 02022026")
        both = self._import(10_000, f"{self.siti.number} dan {self.budi.number}")
        lines = unknown | both
        self.assertEqual(lines.coop_match(), {"matched": 0, "unknown": 2})
        self.assertIn("Nobody", unknown.coop_note)
        self.assertIn("Several", both.coop_note)
        self.assertEqual(lines.coop_book(), {"booked": 0, "left": 2})
        self.assertEqual(self._rest("bank_suspense"), -20_000)
        unknown.coop_member_id = self.budi
        self.assertEqual(unknown.coop_book(), {"booked": 1, "left": 0})
        self.assertFalse(unknown.coop_note)

    def test_line_that_cannot_be_booked_leaves_nothing_behind(self):
        line = self._import(50_000, f"dari {self.budi.number}")
        line.coop_match()
        self.voluntary.active = False
        before = self.env["coop.receipt"].search_count([])
        self.assertEqual(line.coop_book(), {"booked": 0, "left": 1})
        self.assertIn("no voluntary", line.coop_note)
        self.assertEqual(self.env["coop.receipt"].search_count([]), before)
        self.assertFalse(line.coop_receipt_id)

    def test_reversed_receipt_gives_the_line_back(self):
        line = self._import(20_000, f"iuran {self.budi.number}")
        line.coop_match()
        line.coop_book()
        line.coop_receipt_id.action_reverse("2026-02-03", "payment of another member")
        self.assertFalse(line.is_reconciled)
        self.assertFalse(line.coop_receipt_id)
        self.assertEqual(self._get_balance(self.budi, self.mandatory), 0)
        self.assertEqual(self._rest("outstanding"), 0)
        line.coop_member_id = self.siti
        line.coop_book()
        self.assertEqual(self._get_balance(self.siti, self.mandatory), 20_000)
        self.assertEqual(self._bank_balance(), 20_000)
        self.assert_tied()

    def test_lines_come_in_once(self):
        row = {"date": "2026-02-02", "amount": 5_000, "label": "SETORAN"}
        rows = [row, {**row, "occurrence": 1}]
        first = self.lines.coop_import_lines(self.bank.id, rows)
        self.assertEqual((len(first["created"]), first["known"]), (2, 0))
        second = self.lines.coop_import_lines(self.bank.id, rows)
        self.assertEqual(second, {"created": [], "known": 2})
        self.assertEqual(self._bank_balance(), 10_000)

    def _import_file(self, layout, content, name="mutasi.csv"):
        wizard = (
            self.env["account.statement.import"]
            .with_user(self.accountant)
            .create(
                {
                    "statement_file": base64.b64encode(content.encode()),
                    "statement_filename": name,
                    "sheet_mapping_id": self.env.ref(f"coop_membership.{layout}").id,
                    "coop_journal_id": self.bank.id,
                }
            )
        )
        wizard.import_file_button()
        return self.lines.search([("journal_id", "=", self.bank.id)], order="id")

    def test_file_of_the_bank_is_imported_and_matched(self):
        lines = self._import_file("bank_layout_debit_credit", STATEMENT)
        self.assertEqual(lines.mapped("amount"), [75_000, 10_000, 10_000, -5_000])
        self.assertEqual(lines[0].coop_member_id, self.siti)
        self.assertEqual(lines.statement_id.balance_end_real, 90_000)
        with self._refused(UserError, "already"):
            self._import_file("bank_layout_debit_credit", STATEMENT)
        self.assertEqual(self._bank_balance(), 90_000)

    def test_layout_with_marks(self):
        content = (
            "Tanggal,Keterangan,Jumlah,DB/CR,Saldo\n"
            '05/02/2026,TRANSFER 88080007,"1,250.00",CR,"1,250.00"\n'
            "06/02/2026,ADM,250.00,DB,1000.00\n"
        )
        lines = self._import_file("bank_layout_mark", content)
        self.assertEqual(lines.mapped("amount"), [1_250, -250])
        self.assertEqual(lines[0].coop_member_id, self.siti)

    def test_layout_of_virtual_accounts(self):
        content = (
            "Tanggal;No Referensi;Nomor VA;Nama;Jumlah\n"
            "05/02/2026;R-1;88080007;SITI;20.000\n"
        )
        lines = self._import_file("bank_layout_virtual_account", content)
        self.assertRecordValues(
            lines, [{"amount": 20_000, "coop_member_id": self.siti.id}]
        )

    @mute_logger("odoo.sql_db")
    def test_virtual_account_belongs_to_one_member(self):
        with self.assertRaises(psycopg2.errors.UniqueViolation):
            self.budi.virtual_account = "8808-0007"
            self.env.flush_all()

    def test_accountant_reconciles_on_the_screen(self):
        """The accountant may do what the screen of OCA does, the teller may not."""
        line = self._import(12_000, "bunga bank")
        form = line.with_context(
            view_ref="account_reconcile_oca.bank_statement_line_form_reconcile_view"
        )
        self.assertTrue(form.reconcile_data_info["data"])
        form.manual_reference = form.reconcile_data_info["data"][-1]["reference"]
        form._onchange_manual_reconcile_reference()
        form.manual_account_id = self.company._coop_account("entrance_fee")
        form._onchange_manual_reconcile_vals()
        form.reconcile_bank_line()
        self.assertTrue(line.is_reconciled)
        action = self.env.ref(
            "coop_membership.account_bank_statement_line_action_reconcile"
        )
        for view in action.view_ids:
            self.lines.get_view(view.view_id.id, view.view_mode)
        teller = self._new_user("teller")
        with self._refused(AccessError, ""):
            line.with_user(teller).coop_book()
        with self._refused(AccessError, ""):
            line.with_user(teller).read(["amount"])

    def test_other_company_sees_no_line(self):
        line = self._import(12_000, "x")
        stranger = self._new_user("accountant", self._create_cooperative("Lain"))
        foreign = self.env(user=stranger, context={})
        self.assertFalse(foreign["account.bank.statement.line"].search([]))
        with self._refused(AccessError, ""):
            line.with_env(foreign).coop_match()
        with self._refused(AccessError, ""):
            foreign["account.bank.statement.line"].coop_import_lines(
                self.bank.id, [{"date": "2026-02-02", "amount": 1, "label": "x"}]
            )

    def test_member_number_with_a_dash_is_found(self):
        self.env.cr.execute(
            "UPDATE coop_member SET number = 'KUKAR-0001' WHERE id = %s", [self.budi.id]
        )
        self.env.invalidate_all()
        line = self._import(20_000, "TRF/iuran/kukar-0001/feb")
        line.coop_match()
        self.assertEqual(line.coop_member_id, self.budi)

    def test_buttons_tell_what_was_done(self):
        line = self._import(20_000, f"iuran {self.budi.number}")
        self.assertIn("1", line.action_coop_match()["params"]["message"])
        self.assertIn("1", line.action_coop_book()["params"]["message"])
        self.assertTrue(line.is_reconciled)
