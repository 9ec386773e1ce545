# SPDX-License-Identifier: AGPL-3.0-or-later
"""The end of term savings in the books: interest, tax, penalty, payout, roll-over."""

import logging

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL, format_date

_logger = logging.getLogger(__name__)


class CoopSavingAccount(models.Model):
    _inherit = "coop.saving.account"

    def _settle(self, day, earned, penalty, rollover):
        """Post the end of a term on a day; all of it or nothing.

        :param float earned: gross interest
        :param float penalty: kept by the cooperative
        :param str rollover: see the field
        """
        self.ensure_one()
        principal = self.balance
        self._post_term_entries(day, earned, penalty)
        net = self.balance - principal
        if rollover == "none":
            self._write_guarded({"term_state": "matured"})
            self.flush_recordset()
            self._pay_out(day, self.balance)
            return
        if rollover == "principal" and net > 0:
            self._pay_out(day, net)
        rate = self.type_id._get_rate(day, self.member_id.class_id).interest_rate
        self._write_guarded(
            {
                "term_state": "running",
                "date_start": day,
                "date_maturity": fields.Date.add(day, months=self.term_months),
                "term_rate": rate or self.term_rate,
            }
        )
        self.flush_recordset()

    def _post_term_entries(self, day, earned, penalty):
        """Post interest, the tax on it and the penalty in one journal entry."""
        entries = self.env["coop.saving.entry"]
        if not earned and not penalty:
            return
        company = self.company_id
        journal = company._coop_savings_journal()
        spoken = company._coop_spoken(self, self.partner_id)
        text = spoken.env._("Term savings %(day)s", day=format_date(spoken.env, day))
        common = {
            "account_id": self.id,
            "date": day,
            "journal_id": journal.id,
            "name": text,
        }
        expense = company._coop_savings_account("savings_interest")
        income = company._coop_savings_account("saving_fee")
        owed = company._coop_savings_account("savings_tax")
        found = entries
        if earned:
            start = self.date_start
            months = (day.year - start.year) * 12 + day.month - start.month
            found |= entries.create(
                {
                    **common,
                    "kind": "interest",
                    "amount": earned,
                    "interest_months": max(months, 1),
                    "counterpart_account_id": expense.id,
                }
            )
            taxes = self.env.execute_query(
                entries._tax_sql(SQL("id = %s", found.id), company, day)
            )
            tax = sum(float(row[3]) for row in taxes)
            if tax:
                found |= entries.create(
                    {
                        **common,
                        "kind": "tax",
                        "amount": -tax,
                        "counterpart_account_id": owed.id,
                    }
                )
        if penalty:
            found |= entries.create(
                {
                    **common,
                    "kind": "fee",
                    "amount": -penalty,
                    "counterpart_account_id": income.id,
                }
            )
        found.action_post()

    def _pay_out(self, day, amount):
        """Move money to the saving that was agreed, or let it wait."""
        if not self.payout_type_id or amount <= 0:
            return
        spoken = self.company_id._coop_spoken(self, self.partner_id)
        transfer = self.env["coop.saving.transfer"].create(
            {
                "source_account_id": self.id,
                "target_member_id": self.member_id.id,
                "target_type_id": self.payout_type_id.id,
                "amount": amount,
                "date": day,
                "company_id": self.company_id.id,
                "note": spoken.env._("Term savings paid out"),
            }
        )
        transfer.action_post()

    @api.model
    def _follow_terms(self, condition):
        """Close term savings that are drawn; reopen those whose money came back."""
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT a.id
                  FROM coop_saving_entry e
                  JOIN coop_saving_account a
                    ON a.id = e.account_id AND a.kind = 'term'
                 WHERE e.id IN (SELECT id FROM coop_saving_entry WHERE %s)
                """,
                condition,
            )
        )
        self.invalidate_model()
        for [account_id] in rows:
            # the state follows from the money, whoever may move it
            account = self.sudo().browse(account_id)
            if not account.balance and account.term_state == "matured":
                account._write_guarded({"term_state": "closed"})
            elif not account.balance and account._is_drawn():
                # another program paid it out
                account._write_guarded({"term_state": "closed"})
            elif not account.balance and account.term_state == "running":
                # its deposit was reversed
                account._write_guarded(
                    {"term_state": False, "date_start": False, "date_maturity": False}
                )
            elif account.balance and account.term_state == "closed":
                account._write_guarded({"term_state": "matured"})
            account.flush_recordset()

    @api.model
    def _cron_mature(self):
        """Settle the term savings that are due, each for itself, with progress."""
        today = fields.Date.add(fields.Date.today(), days=1)
        domain = [("term_state", "=", "running"), ("date_maturity", "<=", today)]
        accounts = self.search(domain, order="date_maturity, id")
        cron = self.env["ir.cron"]
        cron._commit_progress(remaining=len(accounts))
        for account in accounts:
            company = account.company_id
            if account.date_maturity <= company._local_date():
                own = account.with_company(company).with_context(
                    allowed_company_ids=company.ids
                )
                try:
                    with self.env.cr.savepoint():
                        own.action_mature()
                except UserError as error:
                    _logger.warning(
                        "Term savings %s did not mature: %s", account.id, error
                    )
            if not cron._commit_progress(1):
                break


class CoopSavingEntry(models.Model):
    _inherit = "coop.saving.entry"

    @api.model
    def _after_booking(self, condition, kinds):
        result = super()._after_booking(condition, kinds)
        if kinds.term:
            accounts = self.env["coop.saving.account"]
            accounts._start_terms(condition)
            accounts._follow_terms(condition)
        return result

    @api.model
    def _check_membership(self, drafts):
        """Term savings are drawn only after they matured or were broken."""
        result = super()._check_membership(drafts)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT a.id
                  FROM coop_saving_entry e
                  JOIN coop_saving_account a
                    ON a.id = e.account_id AND a.kind = 'term'
                 WHERE e.id IN (SELECT id FROM coop_saving_entry WHERE %s)
                   AND NOT COALESCE(e.batch_id IS NOT NULL
                                    AND e.counterpart_account_id = ANY(%s), FALSE)
                   AND e.amount < 0 AND e.reversed_entry_id IS NULL
                   AND e.kind IN ('withdrawal', 'refund', 'transfer', 'offset')
                   AND a.term_state = 'running'
                   AND e.date < a.date_maturity
                """,
                drafts,
                # what another program paid out was for it to decide
                self.env["coop.saving.account"]._get_migration_accounts().ids,
            )
        )
        if rows:
            raise UserError(
                self.env._(
                    "These term savings are not due yet: %(accounts)s. Break them"
                    " first, by the rule of their opening.",
                    accounts="; ".join(
                        self.env["coop.saving.account"].browse(row[0]).display_name
                        for row in rows
                    ),
                )
            )
        return result
