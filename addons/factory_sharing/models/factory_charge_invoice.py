# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .sharing_guard import by_action


class FactoryCharge(models.Model):
    _inherit = "factory.charge"

    def action_invoice(self, date=None):
        """Invoice posted charges: one posted invoice per user of the house.

        Reversals are credited on the same invoice; where they outweigh the charges of
        a user he gets a credit note.

        :param date: invoice date, ISO; the company's today when empty
        :return: the action that shows the invoices
        :rtype: dict
        """
        self._lock()
        self._check_state("posted")
        self._check_undisputed()
        moves = self.env["account.move"]
        groups = self.grouped(
            lambda charge: (charge.company_id, charge.partner_id, charge.is_in_kind)
        )
        for (company, _partner, _in_kind), charges in groups.items():
            move = by_action(moves.with_company(company)).create(
                charges._prepare_invoice_vals(date)
            )
            by_action(charges).write({"state": "invoiced", "move_id": move.id})
            moves |= move.with_env(moves.env)
        moves.action_post()
        moves._check_charge_day()
        moves._settle_in_kind()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Invoices"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", moves.ids)],
        }

    @api.model
    def invoice_open(self, company_id, date_to, date=None):
        """Invoice every posted and undisputed charge of a company.

        :param int company_id: company
        :param str date_to: last day of use, ISO
        :param date: invoice date, ISO; the company's today when empty
        :return: ids of the invoices
        :rtype: list(int)
        """
        charges = self.search(
            [
                ("company_id", "=", company_id),
                ("state", "=", "posted"),
                ("dispute_state", "!=", "open"),
                ("date", "<=", fields.Date.to_date(date_to)),
            ],
            order="partner_id, date, id",
        )
        if not charges:
            return []
        charges.action_invoice(date)
        return charges.move_id.ids

    def action_view_invoice(self):
        """Open the invoice of the charge."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": "account.move",
            "res_id": self.move_id.id,
            "view_mode": "form",
        }

    def _check_undisputed(self):
        disputed = self.filtered(lambda charge: charge.dispute_state == "open")
        if disputed:
            raise UserError(
                self.env._(
                    "Settle the dispute first: %(names)s.",
                    names=", ".join(disputed.mapped("display_name")),
                )
            )

    def _prepare_invoice_vals(self, date):
        """Return the values of one invoice for charges of one company and user."""
        company = self.company_id
        day = fields.Date.to_date(date) or company._local_date()
        is_credit = sum(self.mapped("amount")) < 0
        journal = company.factory_charge_journal_id
        company._coop_check_open(day, journal)
        return {
            "move_type": "out_refund" if is_credit else "out_invoice",
            "company_id": company.id,
            "partner_id": self.partner_id.id,
            "invoice_date": day,
            **({"journal_id": journal.id} if journal else {}),
            "invoice_line_ids": [
                Command.create(charge._prepare_invoice_line_vals(is_credit))
                for charge in self.sorted(lambda charge: (charge.date, charge.id))
            ],
        }

    def _prepare_invoice_line_vals(self, is_credit):
        self.ensure_one()
        sign = -1 if is_credit else 1
        vals = {
            "charge_id": self.id,
            "name": self._get_invoice_line_name(),
            "quantity": 1.0,
            "price_unit": sign * self.amount,
            "account_id": self._get_income_account().id,
        }
        analytic = self.site_id.analytic_account_id
        if analytic:
            vals["analytic_distribution"] = {str(analytic.id): 100}
        # a consumable is a service here: its stock has moved with the order already
        product = self._get_service_product()
        if self.product_id.type == "service":
            product = self.product_id
        if product:
            vals["product_id"] = product.id
        return vals

    def _get_invoice_line_name(self):
        what = self.product_id.display_name or self.workcenter_id.display_name
        types = dict(self._fields["charge_type"]._description_selection(self.env))
        number = self.reversal_of_id.name or self.name
        label = f"{number}: {what or types[self.charge_type]}, {self.date}"
        return f"{label}\n{self.explanation}" if self.explanation else label

    def _get_service_product(self):
        """Return the product whose tax and category an untyped charge takes."""
        return self.company_id._coop_record(
            "product.product", f"factory_sharing.product_{self.charge_type}"
        )

    def _get_income_account(self):
        """Return the income account, apart for members and for non-members."""
        self.ensure_one()
        company = self.company_id
        account = (
            company.factory_income_member_account_id
            if self.is_member_business
            else company.factory_income_nonmember_account_id
        )
        if not account:
            raise UserError(
                self.env._(
                    "%(company)s has no income account for services to members and to"
                    " non-members; run the set-up of the cooperative or choose them on"
                    " the company.",
                    company=company.name,
                )
            )
        return account
