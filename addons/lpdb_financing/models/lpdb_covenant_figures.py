# SPDX-License-Identifier: AGPL-3.0-or-later
from collections import defaultdict
from types import SimpleNamespace

from odoo import fields, models
from odoo.tools import SQL

from ..tools.covenant import judge, window_start
from .lpdb_facility_month_end import OWING

CURRENT_ASSETS = (
    "asset_cash",
    "asset_receivable",
    "asset_current",
    "asset_prepayments",
)
CURRENT_LIABILITIES = (
    "liability_payable",
    "liability_credit_card",
    "liability_current",
)
LIABILITIES = (*CURRENT_LIABILITIES, "liability_non_current")
EQUITY = ("equity", "equity_unaffected")
INCOME = ("income", "income_other")
DEPRECIATION = ("expense_depreciation",)
EXPENSES = ("expense", "expense_other", "expense_direct_cost", *DEPRECIATION)


class LpdbCovenant(models.Model):
    """The figures of a covenant, from the posted entries of the company.

    A side of the ratio is a list of parts ``{"side", "code", "label", "amount"}``.
    """

    _inherit = "lpdb.covenant"

    def _figures(self, day, cache):
        """Return what a test on a day would say.

        :param date day: day at whose end it is looked at
        :param dict cache: shared by the covenants that are looked at together
        :return: JSON values, see ``lpdb.facility.test_covenants``
        """
        self.ensure_one()
        parts = self._parts(day, cache)
        above, below = (
            self.currency_id.round(sum(p["amount"] for p in parts if p["side"] == side))
            for side in ("numerator", "denominator")
        )
        if self.measure == "custom_amount":
            below = 1.0
        verdict = judge(
            above, below, self.operator, self.limit_value, self.margin_percent
        )
        return {
            "covenant_id": self.id,
            "facility_id": self.facility_id.id,
            "name": self.name,
            "measure": self.measure,
            "formula": self.formula,
            "date": fields.Date.to_string(day),
            "operator": self.operator,
            "limit": self.limit_value,
            "numerator": above,
            "denominator": below,
            "has_value": verdict.value is not None,
            "value": float(verdict.value or 0.0),
            "outcome": verdict.outcome,
            "passed": verdict.outcome == "passed",
            "near": verdict.near,
            "parts": parts,
        }

    def _parts(self, day, cache):
        """Return the parts of both sides."""
        start = window_start(day, self.flow_months)
        sums = self._ledger_sums(day, start, cache)
        look = SimpleNamespace(day=day, start=start, sums=sums, cache=cache)
        # account names are those of the company, whoever looks
        own = self.sudo().with_company(self.company_id)
        above, below = own.numerator_account_ids, own.denominator_account_ids
        sides = {
            "numerator": self._chosen_parts(above, sums)
            if above
            else getattr(self, f"_{self.measure}_above")(look),
            "denominator": self._chosen_parts(below, sums)
            if below or self.measure == "custom_amount"
            else getattr(self, f"_{self.measure}_below")(look),
        }
        return [
            {"side": side, "code": code, "label": label, "amount": amount}
            for side, parts in sides.items()
            for code, label, amount in parts
        ]

    # formulas: each returns (code, label, amount)

    def _current_ratio_above(self, look):
        return self._type_parts(look.sums, CURRENT_ASSETS, 1)

    def _current_ratio_below(self, look):
        parts = self._type_parts(look.sums, CURRENT_LIABILITIES, -1)
        rest = self._not_reclassified(look)
        if rest:
            text = self.env._("Loans due within 12 months, beside what is reclassified")
            parts.append(("current_portion", text, rest))
        return parts

    def _debt_to_equity_above(self, look):
        return self._type_parts(look.sums, LIABILITIES, -1)

    def _debt_to_equity_below(self, look):
        result = -sum(
            balance
            for account, (balance, _flow) in look.sums.items()
            if account.account_type in (*INCOME, *EXPENSES)
        )
        text = self.env._("Result not closed yet")
        return [*self._type_parts(look.sums, EQUITY, -1), ("result", text, result)]

    def _debt_service_cover_above(self, look):
        flows = {account: (flow, flow) for account, (_all, flow) in look.sums.items()}
        back = self._added_back()
        parts = [
            *self._type_parts(flows, INCOME, -1),
            *self._type_parts(flows, EXPENSES, -1),
            *[
                (f"added_back_{code}", self.env._("Added back: %s", label), -amount)
                for code, label, amount in self._type_parts(flows, DEPRECIATION, -1)
            ],
        ]
        for account in back:
            flow = flows.get(account, (0.0, 0.0))[0]
            if flow and account.account_type not in DEPRECIATION:
                label = self.env._("Added back: %s", account.display_name)
                parts.append((f"added_back_{account.id}", label, flow))
        return parts

    def _debt_service_cover_below(self, look):
        due = self._debt_service(look.start, look.day)
        texts = {
            "principal": self.env._("Principal due"),
            "interest": self.env._("Interest due"),
        }
        return [(code, texts[code], due[code]) for code in texts]

    # what they are made of

    def _type_parts(self, sums, types, sign):
        """Return one part for each account type that has a balance."""
        labels = dict(
            self.env["account.account"]
            ._fields["account_type"]
            ._description_selection(self.env)
        )
        totals = defaultdict(float)
        for account, (balance, _flow) in sums.items():
            totals[account.account_type] += sign * balance
        round_ = self.currency_id.round
        return [
            (code, labels[code], round_(totals[code])) for code in types if totals[code]
        ]

    def _chosen_parts(self, accounts, sums):
        """Return a part for each account that the agreement names.

        Assets count their debit, liabilities and equity their credit. Results are
        those of the months of income: income less expenses, expenses alone as costs.
        """
        of_result = accounts.filtered(lambda a: a.account_type in (*INCOME, *EXPENSES))
        costs_only = all(a.account_type in EXPENSES for a in of_result)
        parts = []
        for account in accounts:
            balance, flow = sums.get(account, (0.0, 0.0))
            if account in of_result:
                amount = flow if costs_only else -flow
            else:
                is_asset = account.account_type.startswith("asset")
                amount = balance if is_asset else -balance
            amount = self.currency_id.round(amount)
            parts.append((f"account_{account.id}", account.display_name, amount))
        return parts

    def _ledger_sums(self, day, start, cache):
        """Return of each account the balance at a day and the flow since ``start``.

        :return: ``{account: (balance, flow)}``, posted entries of the company only
        """
        key = (self.company_id, day, start)
        if key not in cache:
            self.env.flush_all()
            rows = self.env.execute_query(
                SQL(
                    """
                    SELECT account_id, SUM(balance),
                           COALESCE(SUM(balance) FILTER (WHERE date >= %(start)s), 0)
                      FROM account_move_line
                     WHERE company_id = %(company)s AND parent_state = 'posted'
                       AND date <= %(day)s
                  GROUP BY account_id
                    """,
                    start=start,
                    company=self.company_id.id,
                    day=day,
                )
            )
            # who may read the loan may read the sums that its agreement asks for
            accounts = self.env["account.account"].sudo().with_company(self.company_id)
            cache[key] = {
                accounts.browse(account): (float(balance), float(flow))
                for account, balance, flow in rows
            }
        return cache[key]

    def _added_back(self):
        """Return the accounts of interest and those that the agreement leaves out."""
        loans = self.env["lpdb.facility"].sudo()
        if self.service_scope == "company":
            loans = loans.search([("company_id", "=", self.company_id.id)])
        else:
            loans = self.sudo().facility_id
        accounts = loans.interest_account_id | self.sudo().added_back_account_ids
        return accounts.with_company(self.company_id)

    def _loans_in_scope(self):
        if self.service_scope == "facility":
            return self.facility_id
        return self.env["lpdb.facility"].search(
            [("company_id", "=", self.company_id.id), ("schedule_id", "!=", False)]
        )

    def _debt_service(self, start, day):
        """Return what fell due under the schedules in force, ``{kind: amount}``.

        Principal paid before it was due is no debt service: nobody had to pay it.
        """
        loans = self._loans_in_scope()
        rows = self.env["lpdb.instalment"]._read_group(
            [
                ("schedule_id", "in", loans.schedule_id.ids),
                ("due", ">=", start),
                ("due", "<=", day),
            ],
            [],
            ["principal:sum", "interest:sum"],
        )
        principal, interest = rows[0]
        early = loans._prepaid_in_rows(start, day)
        return {
            "principal": self.currency_id.round((principal or 0.0) - early),
            "interest": interest or 0.0,
        }

    def _not_reclassified(self, look):
        """Return the current part of the loans beside what the entry of the day shows.

        The reclassification of month-end is mirrored on the next day, so that between
        two reporting dates the books show all of the principal as long term.

        What the tests of the day itself say does not count in the figures that they
        are made of: it is taken out again where it is booked already. So a day gives
        the same figures before and after its tests, in whatever order.
        """
        key = ("current portion", self.company_id, look.day)
        if key not in look.cache:
            loans = self.env["lpdb.facility"].search(
                [
                    ("company_id", "=", self.company_id.id),
                    ("state", "in", OWING),
                    ("loan_account_id.account_type", "=", "liability_non_current"),
                ]
            )
            booked = loans._booked_at_month_end("current", look.day)
            before = fields.Date.subtract(look.day, days=1)
            short = loans._short_at(look.day, tested_until=before)
            look.cache[key] = self.currency_id.round(
                sum(short.values()) - sum(booked.values())
            )
        return look.cache[key]
