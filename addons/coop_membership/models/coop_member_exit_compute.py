# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a settlement clears, and who is paid when."""

from decimal import Decimal

from odoo import models
from odoo.exceptions import UserError

from ..tools import exit_terms


class CoopMemberExit(models.Model):
    _inherit = "coop.member.exit"

    def action_compute(self):
        """List what is settled as of today; drafts only.

        Interest, its tax and what an early break of term savings costs are those of
        the day; settling computes them anew.
        """
        self.check_access("write")
        self._check_draft()
        # lines are written by the settlement only, whoever may compute it
        for record in self.sudo():
            record.line_ids.unlink()
            record.env["coop.member.exit.line"].create(
                [
                    {"sequence": 10 * (n + 1), **vals, "exit_id": record.id}
                    for n, vals in enumerate(record._prepare_line_vals())
                ]
            )
        return True

    def _check_draft(self):
        wrong = self.filtered(lambda record: record.state != "draft")
        if wrong:
            raise UserError(
                self.env._(
                    "%(names)s: settled or cancelled already.",
                    names=", ".join(wrong.mapped("display_name")),
                )
            )

    def _prepare_line_vals(self):
        """Return the values of the lines: savings, then what is owed, then the loss.

        Other addons append what they owe the member or he them, each with the
        ``account_id`` that the settlement clears; positive is in his favour.
        """
        self.ensure_one()
        lines = []
        accounts = self._get_saving_accounts()
        accruals = self._prepare_accrual_vals(accounts)
        for account in accounts:
            accrued = accruals.get(account, [])
            if not account.balance and not accrued:
                continue
            worth = account.balance + sum(vals["amount"] for vals in accrued)
            lines.append(
                {
                    "kind": "saving",
                    "saving_account_id": account.id,
                    "account_id": account.type_id.account_id.id,
                    "name": account.type_id.name,
                    "amount": account.balance,
                    "has_ended_term": account.term_state == "running",
                }
            )
            lines += accrued
            if not account.type_id.refundable_on_exit and not (
                account.type_id.withdrawable
            ):
                kept = self.env._("%(type)s is not refunded", type=account.type_id.name)
                lines.append(self._prepare_donation_vals(kept, worth))
        lines += self._prepare_open_item_vals()
        if self.loss_amount:
            lines.append(
                {
                    "kind": "loss",
                    "account_id": self.company_id._coop_account("shu_member").id,
                    "name": self.env._("Part of the loss"),
                    "amount": -self.loss_amount,
                }
            )
        return lines

    def _prepare_donation_vals(self, text, amount):
        return {
            "kind": "donation",
            "account_id": self.company_id._coop_account("donated").id,
            "name": text,
            "amount": -amount,
        }

    def _get_saving_accounts(self):
        """Return the member's accounts, those that are debts to him first."""
        order = {"voluntary": 0, "term": 1, "other": 2, "mandatory": 3, "principal": 4}
        return (
            self.env["coop.saving.account"]
            .search([("member_id", "=", self.member_id.id)])
            .sorted(lambda account: (order.get(account.kind, 2), account.id))
        )

    def _get_open_items(self):
        """Return the member's open items on trade accounts, the oldest first."""
        # the settlement counts all, also what its user may not open one by one
        return (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("partner_id", "=", self.partner_id.id),
                    ("company_id", "=", self.company_id.id),
                    ("parent_state", "=", "posted"),
                    (
                        "account_id.account_type",
                        "in",
                        ("asset_receivable", "liability_payable"),
                    ),
                    ("amount_residual", "!=", 0),
                ],
                order="date_maturity, date, id",
            )
        )

    def _prepare_open_item_vals(self):
        items = self._get_open_items()
        foreign = items.filtered(lambda item: item.currency_id != self.currency_id)
        if foreign:
            raise UserError(
                self.env._(
                    "%(member)s has open items in another currency: %(names)s. Settle"
                    " them one by one first.",
                    member=self.member_id.display_name,
                    names=", ".join(foreign.mapped("move_id.name")),
                )
            )
        return [
            {
                "kind": "debt" if item.amount_residual > 0 else "claim",
                "move_line_id": item.id,
                "account_id": item.account_id.id,
                "name": item.move_id.name,
                "amount": -item.amount_residual,
            }
            for item in items
        ]

    def _pays_heirs(self):
        self.ensure_one()
        return self.kind == "death"

    def _get_payees(self):
        """Return ``[(partner, percent)]``: the member, or after his death the heirs."""
        self.ensure_one()
        if self._pays_heirs():
            return [(heir.partner_id, heir.percent) for heir in self.heir_ids]
        return [(self.partner_id, 100.0)]

    def _prepare_payment_vals(self):
        """Return the instalments of all payees; they add up to what is to be paid."""
        self.ensure_one()
        unit = Decimal(str(self.company_id.amount_unit or 1))
        due = Decimal(str(self.currency_id.round(self.amount_due)))
        if not due:
            return []
        payees = self._get_payees()
        parts = exit_terms.split_exactly(
            due, [Decimal(str(percent)) for _partner, percent in payees], unit
        )
        return [
            {
                "exit_id": self.id,
                "partner_id": partner.id,
                "date_due": day,
                "amount": float(amount),
            }
            for (partner, _percent), part in zip(payees, parts, strict=True)
            for day, amount in exit_terms.instalments(
                part,
                self.date_refund,
                self.instalment_count,
                self.interval_months,
                unit,
            )
        ]
