# SPDX-License-Identifier: AGPL-3.0-or-later
"""The checks of a closing that need nothing but savings, cash, bank and ledger."""

from odoo import fields, models
from odoo.tools import SQL, formatLang


class CoopClosing(models.Model):
    _inherit = "coop.closing"

    def _closing_checks(self):
        """Return the checklist; other addons add their own checks to the list.

        :return: one ``{code, name, ok, count, detail, can_waive, model, domain}`` for
            each point in the order of the screen; ``model`` and ``domain`` lead to
            the records in the way, ``can_waive`` is True when missing
        :rtype: list(dict)
        """
        self.ensure_one()
        # the checklist is the cooperative's, whoever of its accountants looks at it
        closing = self.sudo().with_company(self.company_id)
        return [
            closing._check_dues(),
            closing._check_receipts(),
            closing._check_batches(),
            closing._check_interest(),
            closing._check_cash(),
            closing._check_bank(),
            closing._check_depreciation(),
            closing._check_drafts(),
            closing._check_ties(),
            *([closing._check_months()] if self.kind == "year" else []),
        ]

    def _found(self, code, name, model, domain, **values):
        """Return the point that is in order when no record of a domain is found."""
        domain = [("company_id", "=", self.company_id.id), *domain]
        count = self.env[model].search_count(domain)
        return {
            "code": code,
            "name": name,
            "ok": not count,
            "count": count,
            "model": model,
            "domain": domain,
            **values,
        }

    def _get_last_day(self):
        return fields.Date.to_string(self.date_to)

    def _check_dues(self):
        """Every member owes the dues of the period that the meeting decided."""
        types = self.env["coop.saving.type"].search(
            [
                ("company_id", "=", self.company_id.id),
                ("interval_months", ">", 0),
                ("rate_ids.date_from", "<=", self.date_to),
            ]
        )
        self.env.flush_all()
        missing = {}
        for saving in types:
            count = self._count_without_due(saving)
            if count:
                missing[saving.name] = count
        return {
            "code": "dues",
            "name": self.env._("Dues created for all members"),
            "ok": not missing,
            "count": sum(missing.values()),
            "detail": ", ".join(f"{name}: {n}" for name, n in missing.items()),
            "model": "coop.saving.type",
            "domain": [("id", "in", types.ids)],
        }

    def _count_without_due(self, saving):
        """Count members without the due of the period's last day, where one is set."""
        first, last = saving._get_period(self.date_to)
        rows = self.env.execute_query(
            SQL(
                """
                SELECT COUNT(*) FROM coop_member m
                  JOIN LATERAL (
                        SELECT r.amount FROM coop_saving_rate r
                         WHERE r.type_id = %(type)s AND r.date_from <= %(last)s
                           AND (r.class_id IS NULL OR r.class_id = m.class_id)
                      ORDER BY r.class_id IS NULL, r.date_from DESC LIMIT 1) r
                    ON r.amount > 0
                 WHERE m.company_id = %(company)s AND m.state IN ('active', 'suspended')
                   AND m.date_joined <= %(end)s
                   AND NOT EXISTS (SELECT FROM coop_saving_due d
                                    WHERE d.member_id = m.id AND d.type_id = %(type)s
                                      AND d.period = %(first)s)
                """,
                type=saving.id,
                first=first,
                last=last,
                company=self.company_id.id,
                end=self.date_to,
            )
        )
        return rows[0][0]

    def _check_receipts(self):
        return self._found(
            "receipts",
            self.env._("Receipts posted"),
            "coop.receipt",
            [("state", "=", "draft"), ("date", "<=", self._get_last_day())],
        )

    def _check_batches(self):
        return self._found(
            "batches",
            self.env._("Savings batches posted"),
            "coop.saving.batch",
            [
                ("state", "in", ("draft", "prepared")),
                ("date", "<=", self._get_last_day()),
            ],
        )

    def _check_interest(self):
        """Interest was posted for every period of interest that ends in this one."""
        batches = self.env["coop.saving.batch"]
        missing = self.env["coop.saving.type"]
        for saving in missing.search(
            [
                ("company_id", "=", self.company_id.id),
                ("interest_basis", "!=", False),
            ]
        ):
            first, last = saving._get_interest_period(self.date_to)
            bears = saving._get_rate(last).interest_rate and self._has_entries(saving)
            covered = batches.search_count(
                [
                    ("type_ids", "in", saving.ids),
                    ("state", "=", "posted"),
                    ("period_from", "<=", last),
                    ("period_to", ">=", first),
                ],
                limit=1,
            )
            if bears and last <= self.date_to and not covered:
                missing |= saving
        return {
            "code": "interest",
            "name": self.env._("Interest on savings run"),
            "ok": not missing,
            "count": len(missing),
            "detail": ", ".join(missing.mapped("name")),
            "model": "coop.saving.batch",
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("kind", "=", "interest"),
            ],
        }

    def _has_entries(self, saving):
        rows = self.env.execute_query(
            SQL(
                "SELECT 1 FROM coop_saving_entry WHERE type_id = %s AND date <= %s"
                " AND state = 'posted' LIMIT 1",
                saving.id,
                self.date_to,
            )
        )
        return bool(rows)

    def _check_cash(self):
        return self._found(
            "cash",
            self.env._("Cash days counted and closed"),
            "coop.cash.day",
            [("state", "!=", "closed"), ("date", "<=", self._get_last_day())],
        )

    def _check_bank(self):
        """Core refuses to lock a period with open statement lines: no waiver."""
        return self._found(
            "bank",
            self.env._("Bank statement lines reconciled"),
            "account.bank.statement.line",
            [("is_reconciled", "=", False), ("date", "<=", self._get_last_day())],
            can_waive=False,
        )

    def _check_depreciation(self):
        """Depreciation of the fixed assets was booked in the period."""
        company = self.company_id.id
        fixed = self.env["account.move.line"].search_count(
            [
                ("company_id", "=", company),
                ("parent_state", "=", "posted"),
                ("account_id.account_type", "=", "asset_fixed"),
                ("date", "<=", self.date_to),
                ("balance", ">", 0),
            ],
            limit=1,
        )
        domain = [
            ("company_id", "=", company),
            ("parent_state", "=", "posted"),
            ("account_id.account_type", "=", "expense_depreciation"),
            ("date", ">=", fields.Date.to_string(self.date_from)),
            ("date", "<=", self._get_last_day()),
        ]
        booked = self.env["account.move.line"].search_count(domain, limit=1)
        return {
            "code": "depreciation",
            "name": self.env._("Depreciation booked"),
            "ok": not fixed or bool(booked),
            "count": 0,
            "detail": ""
            if booked or not fixed
            else self.env._("There are fixed assets, but no depreciation yet"),
            "model": "account.move.line",
            "domain": domain,
        }

    def _check_drafts(self):
        return self._found(
            "drafts",
            self.env._("No journal entry left as a draft"),
            "account.move",
            [("state", "=", "draft"), ("date", "<=", self._get_last_day())],
        )

    def _check_ties(self):
        """Sub-ledgers agree with their control accounts on the last day."""
        rows = self.company_id.action_check_ledger(self._get_last_day())
        wrong = [row for row in rows if row["difference"]]
        currency = self.company_id.currency_id
        return {
            "code": "ties",
            "name": self.env._("Sub-ledgers tied to the ledger"),
            "ok": not wrong,
            "count": len(wrong),
            "detail": ", ".join(
                f"{row['account_code']} {row['account_name']}: "
                + formatLang(self.env, row["difference"], currency_obj=currency)
                for row in wrong
            ),
            "can_waive": False,
            "model": "account.account",
            "domain": [("id", "in", [row["account_id"] for row in wrong])],
        }

    def _check_months(self):
        """Every month of the year is closed before the year is."""
        closed = self.search_count(
            [
                ("company_id", "=", self.company_id.id),
                ("kind", "=", "month"),
                ("state", "=", "closed"),
                ("date_from", ">=", self.date_from),
                ("date_to", "<=", self.date_to),
            ]
        )
        return {
            "code": "months",
            "name": self.env._("Months closed"),
            "ok": closed == 12,
            "count": 12 - closed,
            "model": "coop.closing",
            "domain": [
                ("company_id", "=", self.company_id.id),
                ("kind", "=", "month"),
            ],
        }
