# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class FactoryPurchasePrice(models.Model):
    _name = "factory.purchase.price"
    _description = "Purchase Price of Material"
    _order = "date_from desc, product_id, grade_id, id desc"
    _check_company_auto = True
    _rec_name = "product_id"

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        "product.product", required=True, index=True, check_company=True
    )
    uom_id = fields.Many2one(related="product_id.uom_id")
    grade_id = fields.Many2one(
        "factory.grade",
        index="btree_not_null",
        help="Empty: the price of every grade that has no price of its own.",
    )
    date_from = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="First day on which the cooperative buys at this price.",
    )
    price = fields.Monetary(
        required=True, help="Price per unit of the product, usually per kg."
    )
    source = fields.Char(help="Decision or price list that set the price.")

    _price_positive = models.Constraint(
        "CHECK (price > 0)", "The purchase price must be above zero."
    )
    _day_uniq = models.Constraint(
        "UNIQUE NULLS NOT DISTINCT (company_id, product_id, grade_id, date_from)",
        "This product and grade has a price from that day already; change it instead.",
    )

    @api.model
    def get_price(self, product_id, date, grade_id=False, company_id=False):
        """Return the price per unit of the product on a day.

        :param int product_id: the product
        :param str date: day, ISO
        :param int grade_id: the grade, or False
        :param int company_id: the buying company, default the current one
        :return: price as float
        :raise UserError: when no price is in force on that day
        """
        price = self._find_price(
            product_id, date, grade_id, company_id or self.env.company.id
        )
        if not price:
            product = self.env["product.product"].browse(product_id)
            raise UserError(
                self.env._(
                    "%(product)s has no purchase price on %(date)s. Ask the "
                    "accountant to enter one under Material, Purchase prices.",
                    product=product.display_name,
                    date=date,
                )
            )
        return price.price

    @api.model
    def _find_price(self, product_id, date, grade_id, company_id):
        """Return the record of the price in force on a day, or none."""
        domain = Domain("company_id", "=", company_id)
        domain &= Domain("product_id", "=", product_id)
        domain &= Domain("date_from", "<=", date)
        domain &= Domain("grade_id", "in", [grade_id, False])
        prices = self.search(domain, order="date_from desc, id desc")
        return (prices.filtered(lambda p: p.grade_id.id == grade_id) or prices)[:1]
