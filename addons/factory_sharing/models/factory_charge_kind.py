# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import formatLang

from odoo.addons.umkm_base.tools.rounding import to_decimal


class FactoryCharge(models.Model):
    """A charge that was paid with goods when the output came out."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.charge"

    kind_product_id = fields.Many2one(
        "product.product",
        string="Paid with",
        readonly=True,
        index="btree_not_null",
        ondelete="restrict",
        help="The goods that paid: the charge is what they are worth (natura).",
    )
    is_in_kind = fields.Boolean(
        "In kind",
        compute="_compute_is_in_kind",
        store=True,
        help="Paid with goods; its invoice is settled at once, never in money.",
    )
    kind_uom_id = fields.Many2one(related="kind_product_id.uom_id", string="Unit paid")

    @api.depends("kind_product_id")
    def _compute_is_in_kind(self):
        for charge in self:
            charge.is_in_kind = bool(charge.kind_product_id)

    def action_waive(self, reason):
        """Refuse to waive what the goods have paid for already."""
        for charge in self.filtered("is_in_kind"):
            raise UserError(
                self.env._(
                    "Charge %(charge)s is paid in kind: waived, the goods would be a"
                    " gift to the cooperative. Take the order apart, so that the owner"
                    " gets them back.",
                    charge=charge.display_name,
                )
            )
        return super().action_waive(reason)

    @api.model
    def _explain_price(self, line, price):
        if not price.percent:
            return super()._explain_price(line, price)
        currency = line.currency_id or self.env.company.currency_id
        return self.env._(
            "%(percent)s %% in kind: %(quantity)s at %(worth)s",
            percent=f"{float(price.percent):g}",
            quantity=formatLang(self.env, float(price.quantity), digits=3),
            worth=currency.format(float(round(price.unit_price, 2))),
        )

    def _get_paid_with(self):
        """Return what goods paid the charge, in words; empty for money."""
        self.ensure_one()
        if not self.is_in_kind:
            return ""
        product = self.kind_product_id
        quantity = formatLang(self.env, self.quantity, digits=3)
        return f"{quantity} {product.uom_id.name} {product.display_name}"

    def _get_kind_account(self):
        """Return the account of the goods: that of a vendor bill for them.

        Under perpetual valuation the goods stand in the stock account by then, where
        the place of production has posted them; else this entry brings them there.
        """
        self.ensure_one()
        product = self.kind_product_id.with_company(self.company_id)
        accounts = product._get_product_accounts()
        account = accounts["expense"]
        if product.valuation == "real_time":
            posted = product.property_stock_production.valuation_account_id
            account = posted or accounts["stock_valuation"]
        if not account:
            raise UserError(
                self.env._(
                    "%(product)s has no account for goods that are received: give its"
                    " category an expense account, or under perpetual valuation a"
                    " stock account.",
                    product=product.display_name,
                )
            )
        return account

    def _prepare_kind_lines(self):
        """Return the values of the lines that settle an invoice with goods.

        Debit the goods and credit the receivable; a reversal the other way round.
        """
        owed = sum(map(to_decimal, self.mapped("amount")))
        partner = self.partner_id
        receivable = self.move_id._get_charge_receivable_lines()[:1].account_id
        lines = [
            {
                "account_id": charge._get_kind_account().id,
                "partner_id": partner.id,
                "name": self.env._(
                    "%(charge)s: %(quantity)s %(unit)s %(product)s in kind",
                    charge=charge.name,
                    quantity=formatLang(self.env, charge.quantity, digits=3),
                    unit=charge.kind_uom_id.name,
                    product=charge.kind_product_id.display_name,
                ),
                "balance": charge.amount,
            }
            for charge in self
        ]
        name = self.env._("Paid in kind: %s", self.move_id.name)
        return [
            *lines,
            {
                "account_id": receivable.id,
                "partner_id": partner.commercial_partner_id.id,
                "name": name,
                "balance": -float(owed),
            },
        ]
