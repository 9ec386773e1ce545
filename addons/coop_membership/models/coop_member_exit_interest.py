# SPDX-License-Identifier: AGPL-3.0-or-later
"""Interest, its tax and early breaks in the settlement of a leaving member.

A settlement credits what the savings earned since the last posted interest, until the
day before it: that day is the last on which the money was there. Term savings that run
are broken by the rule of their opening, or get the interest of their term when it is
over. The tax is that of the member's month, over all his accounts and with what was
paid in the month already.
"""

from datetime import date

from odoo import fields, models
from odoo.tools import SQL, format_date

from ..tools import interest
from .coop_member_exit_line import ACCRUALS


class CoopSavingAccount(models.Model):
    _inherit = "coop.saving.account"

    def _get_earned_until(self, day):
        """Return ``(first day, interest, penalty)`` of an account that ends on a day.

        ``closing`` takes the balance of the last day as that of the month's end.
        """
        self.ensure_one()
        if self.kind == "term":
            if self.term_state != "running":
                return None, 0.0, 0.0
            if day >= self.date_maturity:
                return self.date_start, self._get_term_interest(), 0.0
            return self.date_start, *self._get_break_terms(day)
        first = self._get_interest_start() if self.type_id.interest_basis else None
        last = fields.Date.subtract(day, days=1)
        if not first or first > last:
            return None, 0.0, 0.0
        return first, self.get_interest(first, last), 0.0

    def _get_interest_start(self):
        """Return the first day whose interest is not posted yet.

        A run covers the account also when it gave nothing, but not while a settlement
        that was reversed later kept the member out of it.
        """
        self.ensure_one()
        self.env.flush_all()
        [[day]] = self.env.execute_query(
            SQL(
                """
                SELECT GREATEST(
                    (SELECT MIN(date) FROM coop_saving_entry
                      WHERE account_id = %(account)s AND state = 'posted'),
                    (SELECT MAX(COALESCE(b.period_to, e.date)) + 1
                       FROM coop_saving_entry e
                  LEFT JOIN coop_saving_batch b ON b.id = e.batch_id
                      WHERE e.account_id = %(account)s AND e.state = 'posted'
                        AND e.kind = 'interest'
                        AND NOT EXISTS (SELECT FROM coop_saving_entry x
                                         WHERE x.reversed_entry_id = e.id)),
                    (SELECT MAX(b.period_to) + 1 FROM coop_saving_batch b
                      WHERE b.id = ANY(%(runs)s)
                        AND b.period_to < COALESCE(
                            (SELECT MIN(s.date) FROM coop_member_exit s
                              WHERE s.member_id = %(member)s
                                AND s.state = 'reversed'), 'infinity')))
                """,
                account=self.id,
                member=self.member_id.id,
                # a run of all members covers this one, whoever may open it
                runs=self.env["coop.saving.batch"]
                .sudo()
                .search(
                    [
                        ("kind", "=", "interest"),
                        ("state", "=", "posted"),
                        ("type_ids", "in", self.type_id.ids),
                    ]
                )
                .ids,
            )
        )
        return day


class CoopMemberExit(models.Model):
    _inherit = "coop.member.exit"

    def _get_settle_day(self):
        """Return the day on which it is settled; a draft is computed as of today."""
        self.ensure_one()
        return self.date or self.company_id._local_date()

    def _prepare_accrual_vals(self, accounts):
        """Return the lines of interest, tax and early breaks.

        :rtype: {account: [values]}, of the accounts that have any
        """
        self.ensure_one()
        day = self._get_settle_day()
        result, earning = {}, {}
        for account in accounts:
            first, earned, penalty = account._get_earned_until(day)
            if earned:
                vals = self._prepare_interest_vals(account, first, earned)
                earning[account] = (earned, vals["interest_months"])
                result[account] = [vals]
            if penalty:
                vals = self._prepare_penalty_vals(account, penalty)
                result.setdefault(account, []).append(vals)
        for account, tax in self._get_interest_taxes(earning).items():
            result[account].insert(1, self._prepare_tax_vals(account, tax))
        return result

    def _prepare_interest_vals(self, account, first, earned):
        end = min(self._get_settle_day(), account.date_maturity or date.max)
        last = fields.Date.subtract(end, days=1)
        text = self.env._(
            "%(saving)s: interest from %(first)s to %(last)s",
            saving=account.type_id.name,
            first=format_date(self.env, first),
            last=format_date(self.env, last),
        )
        vals = self._prepare_accrual_line("interest", account, text, earned)
        return {**vals, "interest_months": max(len(interest.months(first, last)), 1)}

    def _prepare_penalty_vals(self, account, penalty):
        text = self.env._(
            "%(saving)s: drawn before its maturity on %(day)s",
            saving=account.type_id.name,
            day=format_date(self.env, account.date_maturity),
        )
        return self._prepare_accrual_line("penalty", account, text, -penalty)

    def _prepare_tax_vals(self, account, tax):
        text = self.env._("%(saving)s: tax", saving=account.type_id.name)
        return self._prepare_accrual_line("tax", account, text, -tax)

    def _prepare_accrual_line(self, kind, account, text, amount):
        key = {
            "interest": "savings_interest",
            "tax": "savings_tax",
            "penalty": "saving_fee",
        }[kind]
        return {
            "kind": kind,
            "saving_account_id": account.id,
            "account_id": self.company_id._coop_savings_account(key).id,
            "name": text,
            "amount": amount,
        }

    def _get_interest_taxes(self, earning):
        """Return the tax on interest that is paid on the day of the settlement.

        :param dict earning: ``{account: (gross, months that it is for)}``
        :rtype: {account: tax}
        """
        if not earning:
            return {}
        self.env.flush_all()
        run = SQL(
            """
            SELECT a.id, a.id AS account_id, a.member_id, a.type_id, v.amount,
                   v.amount / v.months AS monthly
              FROM unnest(%s::int[], %s::numeric[], %s::int[])
                   AS v (account, amount, months)
              JOIN coop_saving_account a ON a.id = v.account
            """,
            [account.id for account in earning],
            [str(amount) for amount, _months in earning.values()],
            [months for _amount, months in earning.values()],
        )
        accounts = self.env["coop.saving.account"]
        rows = self.env.execute_query(
            self.env["coop.saving.entry"]._tax_of_run_sql(
                run, self.company_id, self._get_settle_day()
            )
        )
        return {
            accounts.browse(account): float(tax)
            for account, _member, _type, tax in rows
            if tax
        }

    def _get_accruals(self, line):
        """Return the lines that add to or take from the saving of a line."""
        return self.line_ids.filtered(
            lambda other: (
                other.kind in ACCRUALS
                and other.saving_account_id == line.saving_account_id
            )
        )

    def _prepare_accrual_entry_vals(self):
        """Return the savings entries of interest, tax and penalties, in that order."""
        return [
            {
                **self._entry_vals(
                    line.saving_account_id.id, ACCRUALS[line.kind], line.amount
                ),
                "name": line.name,
                "counterpart_account_id": line.account_id.id,
                "interest_months": line.interest_months or 1,
            }
            for line in self.line_ids.filtered(lambda line: line.kind in ACCRUALS)
        ]

    def _end_terms(self):
        """End the term savings that still run, so that they can be settled."""
        ended = self.line_ids.filtered("has_ended_term").saving_account_id
        ended._write_guarded({"term_state": "matured"})
        ended.flush_recordset()

    def _resume_terms(self):
        """Let the term savings run again that a reversed settlement had ended."""
        ended = self.line_ids.filtered("has_ended_term").saving_account_id
        ended._write_guarded({"term_state": "running"})
        ended.flush_recordset()
