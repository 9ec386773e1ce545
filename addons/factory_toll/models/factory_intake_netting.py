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
    netting_consent_id = fields.Many2one(
        "factory.netting.consent",
        string="Agreed to",
        compute="_compute_netting_consent_id",
        groups=MONEY_GROUPS,
        help="What the seller signed to have taken off his bills, in force today.",
    )

    def _compute_seller_debt(self):
        for intake in self:
            lines = intake._get_debt_lines()
            intake.seller_debt = sum(lines.mapped("amount_residual"))

    def _compute_netting_consent_id(self):
        for intake in self:
            day = intake.company_id._local_date()
            intake.netting_consent_id = intake._get_consent(day)

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

    def _get_consent(self, day):
        """Return what the seller agreed to have taken off on a day."""
        return self.env["factory.netting.consent"]._find(
            self.partner_id, self.company_id, day
        )

    def _get_netting_queue(self, day, consent):
        """Return what may be taken off a bill, in the order it is taken.

        Debts that are both due set each other off by law (KUHPerdata art. 1425 to
        1427); what is not due yet needs the seller's consent. Other addons add the
        debts that they know of.

        :param date day: day of the netting
        :param consent: factory.netting.consent in force, or none
        :return: list of (record that is owed, Decimal amount)
        """
        lines = self._get_debt_lines()
        if not consent.not_due:
            lines = lines.filtered(
                lambda line: (line.date_maturity or line.date) <= day
            )
        return [(line, to_decimal(line.amount_residual)) for line in lines]

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
                        "bill that is not paid, and a debt of the seller that is due "
                        "or that he agreed to have taken off.",
                        ticket=intake.name,
                    )
                )
            moves += move
        return moves.ids

    def _net_debts(self):
        """Take what is owed off the bill that is posted, as far as it reaches.

        :return: the journal entries, empty when there is nothing to net
        """
        bill = self._get_bill()
        if bill.state != "posted":
            return self.env["account.move"]
        day = max(bill.date, self.company_id._local_date())
        consent = self._get_consent(day)
        left = -sum(map(to_decimal, self._get_payable(bill).mapped("amount_residual")))
        left = min(left, self._get_netting_limit(bill, consent))
        taken = []
        for debt, owed in self._get_netting_queue(day, consent):
            part = min(left, owed)
            if part > 0:
                taken.append((debt, part))
                left -= part
        return self._book_netting(bill, day, consent, taken)

    def _get_payable(self, bill):
        """Return the lines of the bill that are still to be paid."""
        return bill.line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "liability_payable"
                and not line.reconciled
            )
        )

    def _get_netting_limit(self, bill, consent):
        """Return what may be taken off the bill yet, by what was agreed."""
        if not consent:
            return to_decimal(bill.amount_total)
        share = to_decimal(consent.percent_max) / 100
        unit = to_decimal(self.company_id.amount_unit or 1)
        limit = to_decimal(bill.amount_total) * share // unit * unit
        return limit - to_decimal(self._get_netted_amount())

    def _book_netting(self, bill, day, consent, taken):
        """Book the netting and reconcile both sides.

        :param list taken: (record that is owed, Decimal amount)
        :return: the journal entries
        """
        taken = [(debt, part) for debt, part in taken if self._is_receivable(debt)]
        move = self.env["account.move"]
        if not taken:
            return move
        payable = self._get_payable(bill)
        vals = self._prepare_netting_vals(payable, taken)
        move = move.create({**vals, "date": day, "netting_consent_id": consent.id})
        move.action_post()
        self._check_netting_day(move, day)
        (move.line_ids.filtered("debit") + payable).reconcile()
        # In the order of the entry's lines, which core keeps by their sequence.
        credits = move.line_ids.filtered("credit").sorted("sequence")
        for line, (debt, _part) in zip(credits, taken, strict=True):
            (line + debt).reconcile()
        return move

    @staticmethod
    def _is_receivable(debt):
        return debt._name == "account.move.line"

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
        return {
            "move_type": "entry",
            "journal_id": self._get_netting_journal().id,
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

    def _get_netted(self):
        """Return what was taken off: list of {"name", "amount"}, in that order."""
        credits = self._get_nettings().line_ids.filtered("credit")
        return [{"name": line.name, "amount": line.credit} for line in credits]

    def _get_netted_amount(self):
        return float(sum(to_decimal(debt["amount"]) for debt in self._get_netted()))

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
        debts = intake._get_netted()
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
