# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.tools import format_date, formatLang


class CoopEntranceFee(models.Model):
    """Entrance fee (uang pangkal), as the members' meeting decided it from a day on.

    It is no saving: it is income of the cooperative and is not refunded.
    """

    _name = "coop.entrance.fee"
    _description = "Entrance Fee"
    _inherit = ["coop.guard.mixin"]
    _order = "date_from desc, id desc"
    _check_company_auto = True
    _frozen_fields = ("company_id", "class_id", "date_from", "amount")

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    class_id = fields.Many2one(
        "coop.member.class",
        check_company=True,
        index="btree_not_null",
        help="Asked of this class; of all others when empty.",
    )
    date_from = fields.Date(string="In force from", required=True)
    amount = fields.Monetary(required=True, help="0 ends an earlier fee.")
    meeting_id = fields.Many2one(
        "coop.meeting",
        string="Decided by",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    invoice_line_ids = fields.One2many(
        "account.move", "coop_entrance_fee_id", string="Invoices"
    )

    _amount_positive = models.Constraint(
        "CHECK (amount >= 0)", "An entrance fee is not negative."
    )
    _date_uniq = models.UniqueIndex(
        "(company_id, COALESCE(class_id, 0), date_from)",
        "There is an entrance fee from this day already.",
    )

    @api.depends("date_from", "amount")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for fee in self:
            amount = formatLang(self.env, fee.amount, currency_obj=fee.currency_id)
            fee.display_name = f"{format_date(self.env, fee.date_from)}: {amount}"

    def _is_frozen(self):
        return bool(self.sudo().invoice_line_ids)

    @api.model
    def _get_fee(self, member_class, day):
        """Return the fee of a member class before the general one."""
        fees = self.search(
            [
                ("company_id", "=", member_class.company_id.id),
                ("date_from", "<=", day),
                ("class_id", "in", [False, member_class.id]),
            ]
        )
        return fees.sorted(lambda fee: (bool(fee.class_id), fee.date_from))[-1:]


class AccountMove(models.Model):
    _inherit = "account.move"

    coop_entrance_fee_id = fields.Many2one(
        "coop.entrance.fee",
        string="Entrance fee",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )


class CoopMember(models.Model):
    _inherit = "coop.member"

    entrance_invoice_id = fields.Many2one(
        "account.move",
        string="Entrance fee invoice",
        readonly=True,
        copy=False,
        index="btree_not_null",
        groups="umkm_base.umkm_base_group_teller,umkm_base.umkm_base_group_auditor",
        help="Taken at the counter with the principal saving.",
    )

    def _create_entrance_invoices(self, day):
        """Invoice the fee in force on a day; the counter receipt then proposes it."""
        fees = self.env["coop.entrance.fee"]
        fee_of = {kind: fees._get_fee(kind, day) for kind in self.class_id}
        for member in self:
            fee = fee_of[member.class_id]
            if not fee.amount:
                continue
            # whoever approves owes the cooperative no right to invoice
            invoice = (
                self.env["account.move"]
                .sudo()
                .with_company(member.company_id)
                .create(member._prepare_entrance_invoice_vals(fee, day))
            )
            invoice.action_post()
            member.sudo()._write_guarded({"entrance_invoice_id": invoice.id})

    def _prepare_entrance_invoice_vals(self, fee, day):
        self.ensure_one()
        company = self.company_id
        return {
            "move_type": "out_invoice",
            "company_id": company.id,
            "partner_id": self.partner_id.id,
            "invoice_date": day,
            "coop_entrance_fee_id": fee.id,
            "invoice_line_ids": [
                Command.create(
                    {
                        "name": self.env._("Entrance fee"),
                        "quantity": 1,
                        "price_unit": fee.amount,
                        "account_id": company._coop_account("entrance_fee").id,
                        "tax_ids": [Command.clear()],
                    }
                )
            ],
        }

    def _check_entrance_paid(self):
        unpaid = self.filtered(
            lambda member: member.sudo().entrance_invoice_id.amount_residual > 0
        )
        if unpaid:
            raise UserError(
                self.env._(
                    "The entrance fee is not paid: %(missing)s. Take it at the counter,"
                    " then activate again.",
                    missing="; ".join(
                        "{} {}".format(
                            member.display_name,
                            member._format_amount(
                                member.sudo().entrance_invoice_id.amount_residual
                            ),
                        )
                        for member in unpaid
                    ),
                )
            )

    def _cancel_entrance_invoices(self):
        """Credit the unpaid fees of refused applications; refuse when one is paid."""
        invoices = self.sudo().entrance_invoice_id
        paid = invoices.filtered(
            lambda invoice: invoice.amount_residual != invoice.amount_total
        )
        if paid:
            raise UserError(
                self.env._(
                    "%(names)s: the entrance fee is paid. Reverse the receipts first.",
                    names=", ".join(paid.mapped("partner_id.name")),
                )
            )
        if invoices:
            invoices._reverse_moves(cancel=True)
