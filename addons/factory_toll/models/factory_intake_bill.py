# SPDX-License-Identifier: AGPL-3.0-or-later
"""Vendor bill of bought material: made once, reversed with its intake."""

from odoo import Command, api, fields, models
from odoo.exceptions import AccessError, UserError

from .factory_intake import MONEY_GROUPS

LEDGER_GROUPS = "account.group_account_readonly,account.group_account_invoice"
BILL_STATES = [
    ("none", "Nothing to bill"),
    ("to_bill", "To bill"),
    ("draft", "Draft bill"),
    ("posted", "To pay"),
    ("paid", "Paid"),
    ("reversed", "Credited"),
]


class FactoryIntake(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.intake"

    bill_ids = fields.One2many(
        "account.move",
        "intake_id",
        string="Journal entries",
        readonly=True,
        # whoever else sees prices may not read the books
        groups=LEDGER_GROUPS,
        help="Bill, credit note and netting of bought material.",
    )
    bill_state = fields.Selection(
        BILL_STATES,
        string="Bill",
        compute="_compute_bill_state",
        store=True,
        groups=MONEY_GROUPS,
        help="Whether the cooperative has billed and paid what it bought.",
    )

    @api.depends("mode", "state", "bill_ids.state", "bill_ids.payment_state")
    def _compute_bill_state(self):
        for intake in self.sudo():
            bill = intake._get_bill()
            if intake.mode != "bought" or intake.state in ("draft", "cancelled"):
                intake.bill_state = "none"
            elif intake.state == "reversed":
                intake.bill_state = "reversed" if bill else "none"
            elif not bill:
                intake.bill_state = "to_bill"
            elif bill.state == "draft":
                intake.bill_state = "draft"
            elif bill.payment_state in ("paid", "in_payment"):
                intake.bill_state = "paid"
            else:
                intake.bill_state = "posted"

    def _get_bill(self):
        """Return the bill that counts: the one that is not cancelled."""
        self.ensure_one()
        return self.sudo().bill_ids.filtered(
            lambda move: move.move_type == "in_invoice" and move.state != "cancel"
        )[:1]

    # ---- actions ------------------------------------------------------------------

    def _receive(self):
        """Bill bought material as soon as the books are ready for it."""
        result = super()._receive()
        if self.mode == "bought" and self._can_bill():
            self._create_bill()
        return result

    def action_create_bill(self):
        """Bill accepted bought material that was not billed at the scale.

        :return: ids of the bills
        :raise UserError: when an intake is not bought, not accepted or billed already
        """
        self._check_accountant()
        bills = self.env["account.move"]
        for intake in self:
            if intake.mode != "bought" or intake.state != "accepted":
                raise UserError(
                    self.env._(
                        "Intake %(ticket)s is not bought material that was accepted, "
                        "so there is nothing to bill.",
                        ticket=intake.name,
                    )
                )
            bill = intake._get_bill()
            if bill:
                raise UserError(
                    self.env._(
                        "Intake %(ticket)s has its bill already: %(bill)s.",
                        ticket=intake.name,
                        bill=bill.display_name,
                    )
                )
            if not intake._can_bill():
                raise UserError(
                    self.env._(
                        "Intake %(ticket)s cannot be billed: give %(company)s a "
                        "purchase journal and its products an expense account first.",
                        ticket=intake.name,
                        company=intake.company_id.display_name,
                    )
                )
            bills += intake._create_bill()
        return bills.ids

    def _check_accountant(self):
        if not (
            self.env.su
            or self.env.user.has_group("umkm_base.umkm_base_group_accountant")
        ):
            raise AccessError(
                self.env._("Only the accountant makes, nets and pays bills.")
            )
        self.check_access("read")

    def action_view_bill(self):
        """Open the bill, its credit note and netting."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "name": self.env._("Journal entries of %(ticket)s", ticket=self.name),
            "view_mode": "list,form",
            "domain": [("intake_id", "=", self.id)],
        }

    # ---- the bill -----------------------------------------------------------------

    def _get_purchase_journal(self):
        domain = [
            *self.env["account.journal"]._check_company_domain(self.company_id),
            ("type", "=", "purchase"),
        ]
        return self.env["account.journal"].sudo().search(domain, limit=1)

    def _can_bill(self):
        """Tell whether there is a journal, and an account for each product."""
        self.ensure_one()
        journal = self._get_purchase_journal()
        return bool(journal) and all(
            product.with_company(self.company_id)._get_product_accounts()["expense"]
            or journal.default_account_id
            for product in self.sudo().line_ids.product_id
        )

    def _create_bill(self):
        """Create the bill, and post it where the accountant wants that."""
        self.ensure_one()
        # A weigher accepts the material; the bill follows from it.
        intake = self.sudo().with_company(self.company_id)
        bill = intake.env["account.move"].create(intake._prepare_bill_vals())
        difference = intake.amount - bill.amount_untaxed
        if not bill.currency_id.is_zero(difference):
            bill.write({"invoice_line_ids": [intake._get_rounding_line(difference)]})
        if intake.company_id.intake_bill_policy == "posted":
            bill.action_post()
        intake._check_bill_day(bill)
        if bill.state == "posted" and intake.company_id.intake_netting:
            intake._net_debts()
        return bill

    def _prepare_bill_vals(self):
        day = self._get_local_day()
        reference = (
            f"{self.name} {self.external_ref}" if self.external_ref else self.name
        )
        return {
            "move_type": "in_invoice",
            "journal_id": self._get_purchase_journal().id,
            "company_id": self.company_id.id,
            "partner_id": self.partner_id.id,
            "invoice_date": day,
            "date": day,
            "ref": reference,
            "invoice_origin": self.name,
            "intake_id": self.id,
            "invoice_line_ids": [
                Command.create(line._prepare_bill_line_vals()) for line in self.line_ids
            ],
        }

    def _get_rounding_line(self, difference):
        """Bring the bill to the amount that was rounded to the company's unit."""
        return Command.create(
            {
                "name": self.env._("Rounding"),
                "product_id": False,
                "account_id": self._get_purchase_account(self.line_ids[:1]).id,
                "quantity": 1,
                "price_unit": difference,
                "tax_ids": [Command.clear()],
            }
        )

    def _get_purchase_account(self, line):
        product = line.product_id.with_company(self.company_id)
        accounts = product._get_product_accounts()
        return accounts["expense"] or self._get_purchase_journal().default_account_id

    def _check_bill_day(self, bill):
        """Refuse a bill that the ledger moved out of a closed period."""
        if bill.date != self._get_local_day():
            raise UserError(
                self.env._(
                    "Intake %(ticket)s: the bill for %(day)s would be booked on "
                    "%(booked)s, because its period is closed. Weigh in with a later "
                    "date, or ask the accountant to open the period.",
                    ticket=self.name,
                    day=self._get_local_day(),
                    booked=bill.date,
                )
            )

    # ---- reversal -----------------------------------------------------------------

    def _reverse(self):
        result = super()._reverse()
        self.sudo().with_company(self.company_id)._reverse_bill()
        return result

    def _reverse_bill(self):
        """Cancel a draft bill; credit a posted one. Payments become a claim."""
        bill = self._get_bill()
        self._reverse_netting()
        if bill.state == "draft":
            bill.button_cancel()
        elif bill.state == "posted":
            today = self.company_id._local_date()
            credit = bill._reverse_moves(
                [
                    {
                        "invoice_date": today,
                        "date": today,
                        "ref": self.env._("Return of %(ticket)s", ticket=self.name),
                    }
                ],
                cancel=True,
            )
            credit.intake_id = self
