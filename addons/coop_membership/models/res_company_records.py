# SPDX-License-Identifier: AGPL-3.0-or-later
"""Create the records of a company once and find them again by a key.

A key ``counter`` becomes the external id ``coop_membership.<company id>_counter``;
another addon gives its own name before a dot (``lpdb_financing.loan_long``), so that
the record belongs to it. At its uninstall accounts and journals stay with the company
(``_coop_release_books``, called by its uninstall hook).
What the accountant renames or recodes afterwards stays as he left it.
"""

from odoo import Command, api, models

MODULE = "coop_membership"


class ResCompany(models.Model):
    _inherit = "res.company"

    def _coop_xmlid(self, key):
        """Return ``(module, name)`` of the external id of a key in this company."""
        self.ensure_one()
        module, _dot, name = key.rpartition(".")
        return module or MODULE, f"{self.id}_{name}"

    def _coop_record(self, model, key):
        """Return the company's record of a key, an empty recordset when there is none.

        :param str model: model name, for instance ``account.account``
        :param str key: ``name`` or ``addon.name``
        """
        record = self.env.ref(".".join(self._coop_xmlid(key)), raise_if_not_found=False)
        if record and record._name == model:
            return record
        return self.env[model]

    def _coop_account(self, key):
        """Return the account of a key, or an empty recordset."""
        return self._coop_record("account.account", key)

    def _coop_journal(self, key):
        """Return the journal of a key, or an empty recordset."""
        return self._coop_record("account.journal", key)

    def _coop_ensure(self, model, key, values, translations=None):
        """Return the record of a key, creating it when there is none yet.

        :param dict values: values of ``create``, used only the first time
        :param dict translations: ``{field: Indonesian text}``
        """
        record = self._coop_record(model, key)
        if record:
            return record
        # set-up acts for a company that the user may set up; the caller checked that
        record = (
            self.env[model]
            .sudo()
            .with_company(self)
            .with_context(lang="en_US")
            .create(values)
        )
        module, name = self._coop_xmlid(key)
        self.env["ir.model.data"].sudo().create(
            {
                "module": module,
                "name": name,
                "model": model,
                "res_id": record.id,
                "noupdate": True,
            }
        )
        languages = {code for code, _name in self.env["res.lang"].get_installed()}
        for field, text in (translations or {}).items():
            if "id_ID" in languages and record._fields[field].translate:
                record.update_field_translations(field, {"id_ID": text})
        return record.with_env(self.env)

    def _coop_ensure_account(
        self, key, code, name_en, name_id, account_type, reconcile=False, **values
    ):
        """Return the company's account of a key, creating it when there is none.

        When the code is taken in the company's chart, the next free one is used.

        :param str key: ``name`` or ``addon.name``; see the module's docstring
        :param str code: wanted code, in the manner of the Indonesian chart (8 digits)
        :param str name_en: name in English
        :param str name_id: name in Indonesian
        :param str account_type: as on ``account.account``
        :param values: more values of ``account.account``
        :rtype: odoo.addons.account.models.account_account.AccountAccount
        """
        account = self._coop_account(key)
        if account:
            return account
        taken = (
            self.env["account.account"]
            .sudo()
            .with_company(self)
            .with_context(active_test=False)
        )
        if taken.search_count([("code", "=", code)], limit=1):
            code = taken._search_new_account_code(code)
        return self._coop_ensure(
            "account.account",
            key,
            {
                "code": code,
                "name": name_en,
                "account_type": account_type,
                "reconcile": reconcile,
                "company_ids": [Command.set(self.ids)],
                **values,
            },
            {"name": name_id},
        )

    def _coop_ensure_journal(
        self, key, code, name_en, name_id, journal_type, hashed=True, **values
    ):
        """Return the company's journal of a key, creating it when there is none.

        :param str key: ``name`` or ``addon.name``; see the module's docstring
        :param str code: wanted short code, at most 5 characters
        :param str journal_type: general, cash, bank, sale or purchase
        :param bool hashed: posted entries are locked by a hash chain; the journals
            of a sub-ledger must be, a bank journal with statements cannot be
        :param values: more values of ``account.journal``
        """
        journal = self._coop_journal(key)
        if journal:
            return journal
        return self._coop_ensure(
            "account.journal",
            key,
            {
                "name": name_en,
                "code": self._coop_free_journal_code(code),
                "type": journal_type,
                "company_id": self.id,
                "restrict_mode_hash_table": hashed,
                **values,
            },
            {"name": name_id},
        )

    def _coop_free_journal_code(self, code):
        """Return ``code``, or the first free one that ends in a digit."""
        journals = self.env["account.journal"].sudo().with_context(active_test=False)
        taken = set(journals.search([("company_id", "=", self.id)]).mapped("code"))
        if code not in taken:
            return code
        numbers = (f"{code[:4]}{number}" for number in range(1, 10))
        return next((free for free in numbers if free not in taken), code)

    def _coop_ensure_sequence(self, key, name, **values):
        """Return the company's ``ir.sequence`` of a key, creating it when missing.

        :param str key: ``name`` or ``addon.name``; see the module's docstring
        :param values: prefix, suffix (``%(roman_month)s`` is known), padding,
            use_date_range
        """
        return self._coop_ensure(
            "ir.sequence", key, {"name": name, "company_id": self.id, **values}
        )

    @api.model
    def _coop_release_books(self, module):
        """Let accounts and journals outlive the addon that created them.

        An uninstall would try to delete what bears its external ids, though entries
        stand on it; records of its own models go with their tables. Called by the
        ``uninstall_hook`` of every addon that uses the methods above.

        :param str module: addon that is uninstalled
        """
        # an uninstall is the administrator's; external ids are nobody else's
        data = self.env["ir.model.data"].sudo()
        data.search([("module", "=", module), ("model", "!=", "ir.sequence")]).filtered(
            lambda record: record.name.partition("_")[0].isdigit()
        ).unlink()
