# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from odoo.addons.umkm_base.tools.rounding import to_decimal

from ..tools.handover_line import (
    Quantities,
    differences,
    price_ratio,
    repeated,
    split_serial_numbers,
    unsignable,
)
from .grant_guard_mixin import (
    CONDITIONS,
    GOODS_CODE_CHECK,
    GOODS_CODE_HELP,
    GOODS_CODE_MESSAGE,
)


class GrantHandoverLine(models.Model):
    """One kind of goods in a BAST: asked for, ordered, delivered, taken or refused."""

    _name = "grant.handover.line"
    _description = "Handover Line"
    _inherit = ["grant.guard.mixin"]
    _order = "handover_id, sequence, id"
    _check_company_auto = True
    _guard_open_fields = frozenset({"photo"})
    _guard_initial = {}  # the state is that of the handover

    sequence = fields.Integer(default=10)
    handover_id = fields.Many2one(
        "grant.handover", required=True, index=True, ondelete="cascade"
    )
    state = fields.Selection(related="handover_id.state")
    company_id = fields.Many2one(related="handover_id.company_id", store=True)
    currency_id = fields.Many2one(related="handover_id.company_id.currency_id")
    name = fields.Char(string="Goods", required=True, help="As in the contract.")
    goods_code = fields.Char(help=GOODS_CODE_HELP)
    category_id = fields.Many2one(
        "maintenance.equipment.category", string="Equipment category"
    )
    maker = fields.Char(help="Make, as on the name plate.")
    model = fields.Char(string="Type", help="Type or model of the maker.")
    is_equipment = fields.Boolean(
        string="Registered per unit",
        default=True,
        help="Every accepted unit becomes a machine with its own number and custody."
        " Switch it off for consumables.",
    )
    equipment_ids = fields.Many2many(
        "maintenance.equipment",
        "grant_handover_line_equipment_rel",
        "line_id",
        "equipment_id",
        copy=False,
        context={"active_test": False},
        help="Machines of the line. Enter registered ones to hand them on; otherwise"
        " signing registers one per accepted unit.",
    )
    uom_id = fields.Many2one(
        "uom.uom",
        string="Unit",
        required=True,
        default=lambda self: self.env.ref("uom.product_uom_unit"),
    )
    proposed_quantity = fields.Float(
        digits="Product Unit", help="Asked for in the proposal; 0 when not known."
    )
    contracted_quantity = fields.Float(
        digits="Product Unit", help="In the supplier's contract; 0 when not known."
    )
    delivered_quantity = fields.Float(digits="Product Unit", help="Really on the spot.")
    refused_quantity = fields.Float(
        digits="Product Unit", help="Delivered but not taken; the remark says why."
    )
    accepted_quantity = fields.Float(
        digits="Product Unit",
        compute="_compute_accepted_quantity",
        store=True,
        readonly=False,
        help="Signed for. Accepted and refused make up what was delivered.",
    )
    condition = fields.Selection(CONDITIONS, required=True, default="good")
    unit_value = fields.Monetary(help="Acquisition value of one unit.")
    amount = fields.Monetary(
        compute="_compute_amount",
        store=True,
        help="Accepted quantity times unit value.",
    )
    reference_price = fields.Monetary(
        help="Market price of one unit, from a catalogue or survey; 0 when not known."
    )
    reference_source = fields.Char(help="Catalogue, survey or standard price list.")
    price_ratio = fields.Float(
        compute="_compute_price_ratio",
        store=True,
        digits=(16, 2),
        aggregator="max",
        help="Unit value divided by reference price.",
    )
    is_price_outlier = fields.Boolean(
        compute="_compute_price_ratio",
        store=True,
        string="Price outlier",
        help="The ratio is above the price limit that holds on the day.",
    )
    acquisition_year = fields.Char(size=4, help="Year of purchase, four digits.")
    serial_numbers = fields.Text(
        help="Factory numbers, one a line, at most one for each accepted unit."
    )
    photo = fields.Image(max_width=1600, max_height=1600, copy=False)
    remark = fields.Char(help="Needed when something is refused or damaged.")
    warning = fields.Char(
        compute="_compute_warning", help="What a reader of the line should know."
    )

    _goods_code_form = models.Constraint(GOODS_CODE_CHECK, GOODS_CODE_MESSAGE)
    _quantities_positive = models.Constraint(
        "CHECK (proposed_quantity >= 0 AND contracted_quantity >= 0"
        " AND delivered_quantity >= 0 AND accepted_quantity >= 0"
        " AND refused_quantity >= 0)",
        "No quantity of a handover line can be below zero.",
    )
    _accepted_within_delivered = models.Constraint(
        "CHECK (COALESCE(accepted_quantity, 0) + COALESCE(refused_quantity, 0)"
        " <= COALESCE(delivered_quantity, 0))",
        "Accepted and refused together cannot be more than what was delivered.",
    )
    _values_positive = models.Constraint(
        "CHECK (unit_value >= 0 AND reference_price >= 0)",
        "Unit value and reference price cannot be below zero.",
    )
    _acquisition_year_form = models.Constraint(
        "CHECK (acquisition_year IS NULL OR acquisition_year ~ '^[0-9]{4}$')",
        "The year of acquisition has four digits.",
    )

    @api.depends("delivered_quantity", "refused_quantity")
    def _compute_accepted_quantity(self):
        for line in self:
            line.accepted_quantity = max(
                line.delivered_quantity - line.refused_quantity, 0.0
            )

    @api.depends("accepted_quantity", "unit_value")
    def _compute_amount(self):
        for line in self:
            line.amount = line.company_id._round_amount(
                to_decimal(line.accepted_quantity) * to_decimal(line.unit_value)
            )

    @api.depends("unit_value", "reference_price", "handover_id.date")
    def _compute_price_ratio(self):
        limits = {}
        for line in self:
            key = (line.handover_id.company_id, line.handover_id.date)
            if key not in limits:
                limits[key] = (
                    self.env["grant.price.limit"]._get_ratio(*key) if all(key) else 0.0
                )
            ratio = price_ratio(
                to_decimal(line.unit_value), to_decimal(line.reference_price)
            )
            line.price_ratio = float(ratio or 0)
            line.is_price_outlier = bool(limits[key] and line.price_ratio > limits[key])

    @api.depends(
        "proposed_quantity",
        "contracted_quantity",
        "delivered_quantity",
        "accepted_quantity",
        "refused_quantity",
        "condition",
        "price_ratio",
        "is_price_outlier",
    )
    def _compute_warning(self):
        for line in self:
            line.warning = "; ".join(line._get_warnings())

    @api.constrains("serial_numbers", "accepted_quantity", "is_equipment")
    def _check_serial_numbers(self):
        for line in self:
            numbers = split_serial_numbers(line.serial_numbers)
            twice = repeated(numbers)
            if twice:
                raise ValidationError(
                    self.env._(
                        "%(line)s names a serial number twice: %(numbers)s.",
                        line=line.name,
                        numbers=", ".join(twice),
                    )
                )
            if len(numbers) > line.accepted_quantity:
                raise ValidationError(
                    self.env._(
                        "%(line)s has %(count)s serial numbers for %(units)g accepted"
                        " units: take out those of refused units.",
                        line=line.name,
                        count=len(numbers),
                        units=line.accepted_quantity,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        if not self._guard_is_open():
            lines._check_handover_draft()
        return lines

    def write(self, vals):
        res = super().write(vals)
        # The mixin looked at the handover that the line left; this is the new one.
        if "handover_id" in vals and not self._guard_is_open():
            self._check_handover_draft()
        return res

    @api.ondelete(at_uninstall=False)
    def _unlink_except_signed(self):
        self._check_handover_draft()

    def _check_handover_draft(self):
        signed = self.handover_id.filtered(lambda one: one.state != "draft")
        if signed:
            raise UserError(
                self.env._(
                    "The lines of %(names)s are signed: no line can be added or taken"
                    " out. Reverse the handover and write a new one.",
                    names=", ".join(signed.mapped("display_name")),
                )
            )

    def _get_price_limit(self, company, date):
        if not company or not date:
            return 0.0
        return self.env["grant.price.limit"]._get_ratio(company, date)

    def _get_quantities(self):
        self.ensure_one()
        return Quantities(
            *(
                to_decimal(self[f"{name}_quantity"])
                for name in (
                    "proposed",
                    "contracted",
                    "delivered",
                    "accepted",
                    "refused",
                )
            )
        )

    def _get_warnings(self):
        """Return sentences on what differs, for the form and the printed BAST."""
        self.ensure_one()
        quantities = self._get_quantities()
        texts = {
            "contract_differs": self.env._(
                "contracted %(contracted)g, proposed %(proposed)g",
                contracted=self.contracted_quantity,
                proposed=self.proposed_quantity,
            ),
            "short": self.env._(
                "delivered %(delivered)g of %(contracted)g",
                delivered=self.delivered_quantity,
                contracted=self.contracted_quantity,
            ),
            "over": self.env._(
                "delivered %(delivered)g, more than the %(contracted)g contracted",
                delivered=self.delivered_quantity,
                contracted=self.contracted_quantity,
            ),
            "refused": self.env._("%(refused)g refused", refused=self.refused_quantity),
        }
        found = [texts[code] for code in differences(quantities)]
        if self.condition != "good":
            found.append(self.env._("damaged"))
        if self.is_price_outlier:
            found.append(
                self.env._(
                    "value is %(ratio).1f times the reference price",
                    ratio=self.price_ratio,
                )
            )
        return found

    def _get_problems(self):
        """Return sentences on what forbids to sign the line."""
        self.ensure_one()
        texts = {
            "unbalanced": self.env._(
                "accepted %(accepted)g and refused %(refused)g do not add up to the"
                " %(delivered)g delivered",
                accepted=self.accepted_quantity,
                refused=self.refused_quantity,
                delivered=self.delivered_quantity,
            ),
            "nothing": self.env._("it has no quantity"),
            "fraction": self.env._(
                "machines are counted in whole units, not %(accepted)g",
                accepted=self.accepted_quantity,
            ),
        }
        codes = unsignable(self._get_quantities(), self.is_equipment)
        found = [texts[code] for code in codes]
        if (self.refused_quantity or self.condition != "good") and not self.remark:
            found.append(self.env._("the remark must say what is refused or damaged"))
        if self.equipment_ids and len(self.equipment_ids) != self.accepted_quantity:
            found.append(
                self.env._(
                    "it names %(count)s machines, but %(accepted)g are accepted",
                    count=len(self.equipment_ids),
                    accepted=self.accepted_quantity,
                )
            )
        return found
