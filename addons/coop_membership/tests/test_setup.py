# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError
from odoo.tests import tagged

from ..tools.chart import ACCOUNTS
from .common import CoopCommon


@tagged("post_install", "-at_install")
class TestSetup(CoopCommon):
    with_chart = True

    def test_setup_twice_changes_nothing(self):
        models = ("account.account", "account.journal", "coop.saving.type")
        counts = [self.env[model].search_count([]) for model in models]
        report = self.company.action_setup_cooperative()
        self.assertEqual(counts, [self.env[model].search_count([]) for model in models])
        self.assertTrue(report)
        self.assertFalse([line for line in report if line.endswith(": created")])

    def test_setup_keeps_what_the_accountant_renamed(self):
        self.principal.name = "Simpanan awal"
        self.principal.account_id.code = "39999991"
        self.company.action_setup_cooperative()
        self.assertEqual(self.principal.name, "Simpanan awal")
        self.assertEqual(self.principal.account_id.code, "39999991")

    def test_cooperative_accounts_have_their_kind_and_lock(self):
        self.assertEqual(self.principal.account_id.account_type, "equity")
        self.assertEqual(self.mandatory.account_id.account_type, "equity")
        self.assertEqual(self.voluntary.account_id.account_type, "liability_current")
        for journal in (self.counter, self.savings_journal):
            self.assertTrue(journal.restrict_mode_hash_table)

    def test_default_taxes_are_emptied_unless_pkp(self):
        self.assertFalse(self.company.account_sale_tax_id)
        tax = self.env["account.tax"].search(
            [("company_id", "=", self.company.id), ("type_tax_use", "=", "sale")],
            limit=1,
        )
        self.company.is_taxable_enterprise = True
        self.company.account_sale_tax_id = tax
        self.company.action_setup_cooperative()
        self.assertEqual(self.company.account_sale_tax_id, tax)

    def test_taken_code_gets_the_next_free_one(self):
        create = self.company._coop_ensure_account
        first = create("test_a", "88880010", "First", "Pertama", "equity")
        second = create("test_b", "88880010", "Second", "Kedua", "equity")
        self.assertEqual((first.code, second.code), ("88880010", "88880011"))
        self.assertEqual(create("test_a", "1", "x", "x", "equity"), first)
        self.assertEqual(self.company._coop_account("test_b"), second)

    def test_key_of_another_addon_belongs_to_it(self):
        account = self.company._coop_ensure_account(
            "umkm_base.test_c", "88880020", "Third", "Ketiga", "equity"
        )
        xmlid = account.get_external_id()[account.id]
        self.assertEqual(xmlid, f"umkm_base.{self.company.id}_test_c")

    def test_taken_journal_code_gets_a_digit(self):
        create = self.company._coop_ensure_journal
        first = create("test_j1", "UJIAN", "A", "A", "general")
        second = create("test_j2", "UJIAN", "B", "B", "general")
        self.assertEqual((first.code, second.code), ("UJIAN", "UJIA1"))

    def test_indonesian_names_where_the_language_is_installed(self):
        if "id_ID" in dict(self.env["res.lang"].get_installed()):
            named = self.principal.with_context(lang="id_ID")
            self.assertEqual(named.name, "Simpanan pokok")
            self.assertEqual(named.account_id.name, "Simpanan Pokok")
        self.assertEqual(
            self.principal.with_context(lang="en_US").name, "Principal savings"
        )

    def test_only_the_accountant_of_the_company_sets_it_up(self):
        accountant = self._new_user("accountant")
        teller = self._new_user("teller")
        self.company.with_user(accountant).action_setup_cooperative()
        with self.assertRaises(AccessError):
            self.company.with_user(teller).action_setup_cooperative()
        other = self.env["res.company"].create({"name": "Other"})
        with self.assertRaises(AccessError):
            other.with_user(accountant).action_setup_cooperative()

    def test_every_account_of_the_cooperative_in_both_languages(self):
        self.assertEqual(len({wanted.key for wanted in ACCOUNTS}), len(ACCOUNTS))
        for wanted in ACCOUNTS:
            account = self.company._coop_account(wanted.key)
            self.assertEqual(account.account_type, wanted.account_type, wanted.key)
            self.assertEqual(account.with_context(lang="en_US").name, wanted.name_en)
            if "id_ID" in dict(self.env["res.lang"].get_installed()):
                self.assertEqual(
                    account.with_context(lang="id_ID").name, wanted.name_id
                )

    def test_existing_company_gets_only_what_is_missing(self):
        # the state of a company that was set up before the risk reserve was known
        self.company._coop_account("risk_reserve").unlink()
        before = self.env["account.account"].search([])
        renamed = before.filtered(lambda account: account.code == "11110001")
        renamed.name = "Kas besar"
        self.company.action_setup_cooperative()
        added = self.env["account.account"].search([]) - before
        self.assertEqual(added, self.company._coop_account("risk_reserve"))
        self.assertEqual(renamed.name, "Kas besar")

    def test_money_journals_know_where_differences_go(self):
        self.assertTrue(self.counter.profit_account_id)
        self.assertTrue(self.counter.loss_account_id)
        bank = self.company._coop_bank_journal()
        self.assertTrue(bank.suspense_account_id)
