# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import hayami

RESULTS = (
    "conversion",
    "labour_coefficient",
    "output_value",
    "value_added",
    "value_added_ratio",
    "labour_income",
    "labour_share",
    "profit",
    "profit_ratio_va",
    "profit_ratio_output",
    "margin",
    "margin_labour",
    "margin_other_input",
    "margin_profit",
)


# Prices as they were written down: a Monetary would round them to the rupiah, and a
# rounded factor moves the value added by a percent.
PRICE = (16, 6)


class FactoryValueAdded(models.Model):
    _name = "factory.value.added"
    _description = "Value Added of Processing (Hayami)"
    _order = "date_to desc, product_id, id desc"
    _check_company_auto = True

    name = fields.Char(compute="_compute_name", store=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        check_company=True,
        help="Main product that the raw material becomes.",
    )
    lot_id = fields.Many2one(
        "stock.lot",
        string="Input lot",
        check_company=True,
        index="btree_not_null",
        help="Count only what was made of this lot of raw material, its joint products "
        "summed. Empty: all orders of the period.",
    )
    date_from = fields.Date(required=True)
    date_to = fields.Date(required=True)
    place_key = fields.Integer(
        compute="_compute_place_key",
        store=True,
        precompute=True,
        help="Tells the records of one product and period apart where it is made in"
        " more than one place; 0 for the whole company.",
    )
    note = fields.Char("Source", help="Where prices, wage and labour days come from.")
    order_count = fields.Integer("Orders", readonly=True)

    input_qty = fields.Float("Raw material (kg)", digits=(16, 3))
    output_qty = fields.Float("Product (kg)", digits=(16, 3))
    output_price = fields.Float("Product price per kg", digits=PRICE)
    joint_ids = fields.One2many(
        "factory.value.added.joint",
        "value_added_id",
        string="Joint products",
        help="Other products of the same raw material, husk fibre beside peat.",
    )
    labour_days = fields.Float("Labour (HOK)", digits=(16, 3))
    wage_per_day = fields.Float(digits=PRICE)
    raw_price = fields.Float("Raw material price per kg", digits=PRICE)
    other_input_per_unit = fields.Float(
        "Other inputs per kg of raw material", digits=PRICE
    )

    conversion = fields.Float(readonly=True, digits=(16, 6))
    labour_coefficient = fields.Float(readonly=True, digits=(16, 6))
    output_value = fields.Float("Output value per kg", readonly=True, digits=(16, 4))
    value_added = fields.Float("Value added per kg", readonly=True, digits=(16, 4))
    value_added_ratio = fields.Float(
        "Value added (%)", readonly=True, digits=(16, 4), aggregator=None
    )
    labour_income = fields.Float("Labour income per kg", readonly=True, digits=(16, 4))
    labour_share = fields.Float(
        "Labour share of value added (%)",
        readonly=True,
        digits=(16, 4),
        aggregator=None,
    )
    profit = fields.Float("Profit per kg", readonly=True, digits=(16, 4))
    profit_ratio_va = fields.Float(
        "Profit of value added (%)", readonly=True, digits=(16, 4), aggregator=None
    )
    profit_ratio_output = fields.Float(
        "Profit of output value (%)", readonly=True, digits=(16, 4), aggregator=None
    )
    margin = fields.Float("Margin per kg", readonly=True, digits=(16, 4))
    margin_labour = fields.Float(
        "Margin to labour (%)", readonly=True, digits=(16, 4), aggregator=None
    )
    margin_other_input = fields.Float(
        "Margin to other inputs (%)", readonly=True, digits=(16, 4), aggregator=None
    )
    margin_profit = fields.Float(
        "Margin to profit (%)", readonly=True, digits=(16, 4), aggregator=None
    )

    _period = models.Constraint(
        "CHECK (date_to >= date_from)", "The period must end after it starts."
    )
    _product_period_lot_uniq = models.UniqueIndex(
        "(company_id, product_id, date_from, date_to, place_key, COALESCE(lot_id, 0))",
        "The value added of this product and period is recorded already.",
    )

    def _compute_place_key(self):
        self.place_key = 0

    @api.depends("product_id", "date_from", "date_to")
    def _compute_name(self):
        for record in self:
            product = record.product_id.name or ""
            record.name = f"{product} {record.date_from or ''} - {record.date_to or ''}"

    # ---- computation --------------------------------------------------------------

    @api.model
    def compute_hayami(self, vals):
        """Compute the value added per kg of raw material; writes nothing.

        :param dict vals: output_qty, input_qty, labour_days, output_price,
            wage_per_day, raw_price, other_input_per_unit; for joint products
            ``outputs``: [{"output_qty": 7.5, "price": 2000}, ...] in place of
            output_qty and output_price
        :return: conversion, labour_coefficient, output_value, value_added,
            value_added_ratio, labour_income, labour_share, profit, profit_ratio_va,
            profit_ratio_output, margin, margin_labour, margin_other_input,
            margin_profit as float; ratios in percent
        :raise ValidationError: when an input is missing or not allowed
        """
        try:
            results = hayami.compute(vals)
        except hayami.HayamiError as error:
            raise ValidationError(self._get_hayami_message(error)) from error
        return {key: float(value) for key, value in results.items()}

    @api.model
    def _get_hayami_message(self, error):
        field = self._fields.get(error.field)
        name = field._description_string(self.env) if field else error.field
        problems = {
            "missing": self.env._("is missing"),
            "number": self.env._("is not a number"),
            "positive": self.env._("must be greater than zero"),
            "negative": self.env._("cannot be negative"),
        }
        return self.env._(
            "Value added cannot be computed: %(name)s (%(field)s) %(problem)s.",
            name=name,
            field=error.field,
            problem=problems[error.problem],
        )

    def _prepare_hayami_vals(self):
        self.ensure_one()
        vals = {key: self[key] for key in hayami.INPUTS}
        if self.joint_ids:
            vals["outputs"] = [
                {"output_qty": self.output_qty, "price": self.output_price},
                *(
                    {"output_qty": j.output_qty, "price": j.price}
                    for j in self.joint_ids
                ),
            ]
        return vals

    def action_compute(self):
        """Compute and store the results from the stored inputs."""
        for record in self:
            record.write(self.compute_hayami(record._prepare_hayami_vals()))
        return True


class FactoryValueAddedJoint(models.Model):
    _name = "factory.value.added.joint"
    _description = "Joint Product of a Value Added Record"
    _order = "value_added_id, id"
    _rec_name = "product_id"

    value_added_id = fields.Many2one(
        "factory.value.added", required=True, index=True, ondelete="cascade"
    )
    currency_id = fields.Many2one(related="value_added_id.currency_id")
    product_id = fields.Many2one("product.product", required=True)
    output_qty = fields.Float("Quantity (kg)", digits=(16, 3), required=True)
    price = fields.Float("Price per kg", digits=PRICE, required=True)
