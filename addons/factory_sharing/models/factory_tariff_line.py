# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from odoo.addons.umkm_base.tools.rounding import to_decimal

from ..tools import pricing
from ..tools.pricing_errors import PricingError
from .pricing_messages import explain

CHARGE_TYPES = [
    ("time", "Machine time"),
    ("setup", "Set-up and cleaning"),
    ("service", "Service"),
    ("consumable", "Consumables"),
    ("cancellation", "Late cancellation"),
    ("no_show", "No-show"),
]
UNITS = [
    ("hour", "Hour"),
    ("day", "Day"),
    ("kg", "kg"),
    ("m3", "m³"),
    ("kwh", "kWh"),
    ("batch", "Batch"),
    ("piece", "Piece"),
    ("head", "Head"),
    ("percent_output", "Percent of output (in kind)"),
]


class FactoryTariffLine(models.Model):
    _name = "factory.tariff.line"
    _description = "Tariff Line"
    _order = "tariff_id, sequence, id"
    _check_company_auto = True

    tariff_id = fields.Many2one(
        "factory.tariff", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="tariff_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="tariff_id.currency_id")
    sequence = fields.Integer(default=10)
    charge_type = fields.Selection(CHARGE_TYPES, required=True, default="time")
    workcenter_id = fields.Many2one(
        "mrp.workcenter", check_company=True, index=True, help="Empty: every centre."
    )
    product_id = fields.Many2one(
        "product.product",
        string="Service or product",
        check_company=True,
        index=True,
        help="The service; of consumables, the material; in kind, the product that is"
        " made. Empty: every one.",
    )
    material_class_id = fields.Many2one(
        "factory.material.class", help="Empty: every material.", index=True
    )
    audience = fields.Selection(
        [("all", "Everybody"), ("member", "Members"), ("non_member", "Non-members")],
        required=True,
        default="all",
    )
    member_class_id = fields.Many2one(
        "coop.member.class",
        check_company=True,
        index=True,
        help="Empty: members of every class.",
    )
    time_band_id = fields.Many2one(
        "factory.time.band", check_company=True, index=True, help="Empty: always."
    )
    unit = fields.Selection(UNITS, required=True, default="hour")
    price = fields.Monetary(
        required=True,
        help="Per unit, without tax. In kind: value of one unit of the product, zero"
        " for its purchase price of the day.",
    )
    percent = fields.Float(
        "Percent of output",
        digits=(6, 3),
        aggregator=None,
        help="Part of each owner's output that pays for the service (bayar natura).",
    )
    kind_byproducts = fields.Boolean(
        "By-products too",
        help="The percent is taken of the by-products, too, not of the product only.",
    )
    is_at_cost = fields.Boolean(
        "At cost plus markup",
        help="Consumables cost what they cost the cooperative, plus the markup.",
    )
    markup = fields.Float(
        "Markup (%)",
        digits=(6, 3),
        aggregator=None,
        help="Percent on top of the cost of consumables.",
    )
    basis = fields.Selection(
        [
            ("used", "What was used"),
            ("booked", "What was booked"),
            ("greater", "The greater of both"),
        ],
        required=True,
        default="used",
    )
    minimum = fields.Monetary(help="Least amount for the quantity, without set-up fee.")
    setup_fee = fields.Monetary(help="Added once to each use.")
    cap = fields.Monetary(help="Greatest amount of one use; zero for none.")
    batch_quantity = fields.Float(
        digits="Product Unit",
        help="What one batch holds; a begun batch counts whole. Zero where the batches"
        " themselves are counted.",
    )
    batch_unit = fields.Selection(
        UNITS, help="Unit of the quantity that one batch holds."
    )
    tier_ids = fields.One2many(
        "factory.tariff.tier",
        "line_id",
        string="Tiers",
        copy=True,
        help="Price of the part of a quantity that lies above each step.",
    )
    note = fields.Char(help="Where the price comes from.")

    @api.depends(
        *("charge_type", "workcenter_id", "product_id", "unit", "audience", "percent"),
    )
    def _compute_display_name(self):
        types = dict(self._fields["charge_type"]._description_selection(self.env))
        units = dict(self._fields["unit"]._description_selection(self.env))
        for line in self:
            parts = [
                line.workcenter_id.name,
                line.product_id.name,
                line.material_class_id.name,
            ]
            what = ", ".join(part for part in parts if part)
            kind = types.get(line.charge_type, "")
            line.display_name = f"{what or kind} / {units.get(line.unit, '')}"
            if line.unit == pricing.IN_KIND:
                line.display_name = f"{line.display_name} {line.percent:g} %"

    @api.constrains(
        *("price", "minimum", "setup_fee", "cap", "unit", "batch_quantity"),
        *("batch_unit", "percent", "is_at_cost", "markup", "charge_type", "basis"),
    )
    def _check_figures(self):
        for line in self:
            if bool(line.batch_quantity) != bool(line.batch_unit):
                raise ValidationError(
                    self.env._(
                        "Tariff line %(line)s: a batch has a quantity and its unit, or"
                        " neither.",
                        line=line.display_name,
                    )
                )
            line._check_pure()

    @api.constrains("audience", "member_class_id", "tier_ids")
    def _check_pure(self):
        for line in self:
            try:
                pricing.check_line(line._get_line())
            except PricingError as error:
                raise ValidationError(
                    self.env._(
                        "Tariff line %(line)s: %(problem)s",
                        line=line.display_name,
                        problem=explain(self.env, error),
                    )
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines.tariff_id._check_unlocked()
        return lines

    def write(self, vals):
        self.tariff_id._check_unlocked()
        result = super().write(vals)
        self.tariff_id._check_unlocked()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_locked(self):
        self.tariff_id._check_unlocked()

    def _can_be_copied_to(self, company, centres):
        """Tell whether another company's tariff can have the line too."""
        self.ensure_one()
        own = (self.product_id.company_id | self.member_class_id.company_id) - company
        band = self.time_band_id.company_id - company
        known = not self.workcenter_id or self.workcenter_id in centres
        return known and not own and not band

    def _prepare_template_vals(self, centres):
        """Return the values of the line for a tariff of another site.

        :param dict centres: work centre to the one that stands for it there
        """
        [vals] = self.copy_data()
        del vals["tariff_id"]
        centre = centres.get(self.workcenter_id)
        return {**vals, "workcenter_id": centre.id if centre else False}

    def _get_line(self):
        """Return the line as a plain value for pricing."""
        self.ensure_one()
        tiers = sorted(
            (to_decimal(tier.quantity_from), to_decimal(tier.price))
            for tier in self.tier_ids
        )
        return pricing.Line(
            key=self.id,
            charge_type=self.charge_type,
            unit=self.unit,
            price=to_decimal(self.price),
            workcenter=self.workcenter_id.id or None,
            product=self.product_id.id or None,
            material_class=self.material_class_id.code or None,
            member_class=self.member_class_id.id or None,
            audience=self.audience,
            band=self.time_band_id._get_band(),
            basis=self.basis,
            minimum=to_decimal(self.minimum),
            setup_fee=to_decimal(self.setup_fee),
            cap=to_decimal(self.cap) if self.cap else None,
            tiers=tuple(tiers),
            batch_quantity=to_decimal(self.batch_quantity) or None,
            batch_unit=self.batch_unit or None,
            percent=to_decimal(self.percent) if self._is_in_kind() else None,
            markup=to_decimal(self.markup) if self.is_at_cost else None,
        )

    def _is_in_kind(self):
        return self.unit == pricing.IN_KIND or bool(self.percent)


class FactoryTariffTier(models.Model):
    _name = "factory.tariff.tier"
    _description = "Tier of a Tariff Line"
    _order = "line_id, quantity_from, id"

    line_id = fields.Many2one(
        "factory.tariff.line", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="line_id.company_id", store=True, index=True)
    currency_id = fields.Many2one(related="line_id.currency_id")
    quantity_from = fields.Float(
        string="Above quantity", required=True, digits="Product Unit"
    )
    price = fields.Monetary(required=True, help="Per unit above this quantity.")

    _quantity_uniq = models.Constraint(
        "UNIQUE(line_id, quantity_from)", "A tariff line has each tier once."
    )

    @api.model_create_multi
    def create(self, vals_list):
        tiers = super().create(vals_list)
        tiers.line_id.tariff_id._check_unlocked()
        return tiers

    def write(self, vals):
        self.line_id.tariff_id._check_unlocked()
        result = super().write(vals)
        # a tier must not be moved into what has been decided either
        self.line_id.tariff_id._check_unlocked()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_locked(self):
        self.line_id.tariff_id._check_unlocked()
