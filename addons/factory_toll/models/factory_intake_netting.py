# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the seller owes the cooperative is taken off what it owes him."""

from odoo import Command, fields, models
from odoo.exceptions import UserError

from odoo.addons.umkm_base.tools.rounding import to_decimal

from .factory_intake import MONEY_GROUPS


class FactoryIntake(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.intake"

    seller_debt = fields.Monetary(
        "Seller owes",
        compute="_compute_seller_debt",
        compute_sudo=True,
        groups=MONEY_GROUPS,
        help="Open invoices of the cooperative to who brought the material.",
    )

    def _compute_seller_debt(self):
        for intake in self:
            intake.seller_debt = sum(
                debt["amount"] for debt in intake._get_open_debts()
            )

    # ---- what is owed -------------------------------------------------------------

    def _get_debt_lines(self):
        """Return the open receivable lines of the seller, the oldest first."""
        self.ensure_one()
        return (
            self.env["account.move.line"]
            .sudo()
            .search(
                [
                    ("company_id", "=", self.company_id.id),
                    (
                        "partner_id.commercial_partner_id",
                        "=",
                        self.partner_id.commercial_partner_id.id,
                    ),
                    ("account_id.account_type", "=", "asset_receivable"),
                    ("parent_state", "=", "posted"),
                    ("reconciled", "=", False),
                    ("amount_residual", ">", 0),
                ],
                order="date_maturity, date, id",
            )
        )

    def _get_open_debts(self):
        """Return what the seller owes; other addons add what they know of.

        :return: list of {"name", "date", "amount"}, the oldest first
        """
        return [
            {
                "name": line.move_id.name,
                "date": line.date_maturity or line.date,
                "amount": line.amount_residual,
            }
            for line in self._get_debt_lines()
        ]

    # ---- netting ------------------------------------------------------------------

    def action_net_debts(self):
        """Take the seller's open invoices off the bills, the oldest first.

        :return: ids of the netting entries
        :raise UserError: when there is no posted bill left to pay, or nothing is owed
        """
        self._check_accountant()
        moves = self.env["account.move"]
        for intake in self:
            move = intake.sudo().with_company(intake.company_id)._net_debts()
            if not move:
                raise UserError(
                    self.env._(
                        "Intake %(ticket)s: there is nothing to net. It needs a posted "
                        "bill that is not paid, and an open invoice to the seller.",
                        ticket=intake.name,
                    )
                )
            moves += move
        return moves.ids

    def _net_debts(self):
        """Book the netting and reconcile both sides.

        :return: the journal entry, empty when there is nothing to net
        """
        bill = self._get_bill()
        payable = bill.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "liability_payable"
                and not line.reconciled
            )
        )
        left = -sum(map(to_decimal, payable.mapped("amount_residual")))
        taken = []
        for debt in self._get_debt_lines():
            part = min(left, to_decimal(debt.amount_residual))
            if part > 0:
                taken.append((debt, part))
                left -= part
        move = self.env["account.move"]
        if bill.state != "posted" or not taken:
            return move
        move = move.create(self._prepare_netting_vals(payable, taken))
        day = move.date
        move.action_post()
        self._check_netting_day(move, day)
        (move.line_ids.filtered("debit") + payable).reconcile()
        # In the order of the entry's lines, which core keeps by their sequence.
        credits = move.line_ids.filtered("credit").sorted("sequence")
        for line, (debt, _part) in zip(credits, taken, strict=True):
            (line + debt).reconcile()
        return move

    def _check_netting_day(self, move, day):
        if move.date != day:
            raise UserError(
                self.env._(
                    "Intake %(ticket)s: the netting of %(day)s would be booked on "
                    "%(booked)s, because its period is closed.",
                    ticket=self.name,
                    day=day,
                    booked=move.date,
                )
            )

    def _get_netting_journal(self):
        journal = self.company_id.intake_netting_journal_id
        if not journal:
            domain = [
                *self.env["account.journal"]._check_company_domain(self.company_id),
                ("type", "=", "general"),
                ("restrict_mode_hash_table", "=", False),
            ]
            journal = self.env["account.journal"].search(domain, limit=1)
        if not journal:
            raise UserError(
                self.env._(
                    "%(company)s has no miscellaneous journal to net in: create one, "
                    "or choose it under Settings, Companies.",
                    company=self.company_id.display_name,
                )
            )
        return journal

    def _prepare_netting_vals(self, payable, taken):
        """Return the entry: the bill's payable against each debt.

        :param list taken: (receivable line, Decimal amount)
        """
        total = float(sum(part for _debt, part in taken))
        name = self.env._("Netting of %(ticket)s", ticket=self.name)
        lines = [
            {
                "account_id": payable[0].account_id.id,
                "partner_id": self.partner_id.commercial_partner_id.id,
                "name": name,
                "debit": total,
                "credit": 0.0,
            }
        ]
        for number, (debt, part) in enumerate(taken, 1):
            lines.append(
                {
                    "sequence": number,
                    "account_id": debt.account_id.id,
                    "partner_id": debt.partner_id.id,
                    "name": debt.move_id.name,
                    "debit": 0.0,
                    "credit": float(part),
                }
            )
        bill = payable.move_id
        return {
            "move_type": "entry",
            "journal_id": self._get_netting_journal().id,
            "date": max(bill.date, self.company_id._local_date()),
            "ref": name,
            "intake_id": self.id,
            "line_ids": [Command.create(line) for line in lines],
        }

    def _get_nettings(self):
        """Return the netting entries that stand."""
        entries = self.sudo().bill_ids.filtered(
            lambda move: move.move_type == "entry" and move.state == "posted"
        )
        return entries.filtered(
            lambda move: not move.reversed_entry_id and not move.reversal_move_ids
        )

    def _reverse_netting(self):
        """Open the seller's debts again."""
        today = self.company_id._local_date()
        for move in self._get_nettings():
            mirror = move._reverse_moves(
                [{"date": today, "ref": self.env._("Reversal of %s", move.ref)}],
                cancel=True,
            )
            mirror.intake_id = self

    # ---- payment slip -------------------------------------------------------------

    def get_payment_slip(self):
        """Return what the seller gets for the material and what is taken off.

        :return: {"gross", "debts": [{"name", "amount"}], "deducted", "to_pay", "paid",
            "words"}; amounts in the company's currency, ``words`` the amount to pay in
            Indonesian
        """
        self.ensure_one()
        if not self.env.su and not any(
            self.env.user.has_group(group) for group in MONEY_GROUPS.split(",")
        ):
            self._check_accountant()
        self.check_access("read")
        intake = self.sudo()
        bill = intake._get_bill()
        gross = bill.amount_total if bill else intake.amount
        credits = intake._get_nettings().line_ids.filtered("credit")
        debts = [{"name": line.name, "amount": line.credit} for line in credits]
        deducted = float(sum(to_decimal(debt["amount"]) for debt in debts))
        to_pay = float(to_decimal(gross) - to_decimal(deducted))
        residual = bill.amount_residual if bill.state == "posted" else to_pay
        return {
            "gross": gross,
            "debts": debts,
            "deducted": deducted,
            "to_pay": to_pay,
            "paid": float(to_decimal(to_pay) - to_decimal(residual)),
            "words": intake.company_id._amount_in_words(to_pay),
        }
