# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.umkm_base.tools.rounding import round_to_unit, to_decimal

from .factory_intake import INTAKE_TOKEN, MONEY_GROUPS, without_results

GRAM = "0.001"
# What the acceptance leaves on a weighing.
RESULT_FIELDS = {"lot_id", "price", "amount"}


def round_to_gram(kilograms):
    """Round kilograms half up; Python's ``round`` goes either way on half a gram."""
    return float(round_to_unit(kilograms, GRAM))


class FactoryIntakeLine(models.Model):
    _name = "factory.intake.line"
    _description = "Weighing"
    _order = "intake_id, sequence, id"
    _check_company_auto = True
    _rec_name = "product_id"

    intake_id = fields.Many2one(
        "factory.intake", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10)
    company_id = fields.Many2one(related="intake_id.company_id", store=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    partner_id = fields.Many2one(related="intake_id.partner_id", store=True)
    state = fields.Selection(related="intake_id.state")
    product_id = fields.Many2one(
        "product.product",
        required=True,
        index=True,
        check_company=True,
        domain=[("is_storable", "=", True), ("tracking", "=", "lot")],
    )
    grade_id = fields.Many2one("factory.grade", index="btree_not_null")
    gross_kg = fields.Float("Gross (kg)", digits=(16, 3), required=True)
    tare_kg = fields.Float(
        "Tare (kg)",
        digits=(16, 3),
        required=True,
        default=0.0,
        help="Sack, crate or vehicle without the goods.",
    )
    net_kg = fields.Float(
        "Net (kg)", digits=(16, 3), compute="_compute_net_kg", store=True
    )
    second_qty = fields.Float(
        "Count",
        digits=(16, 3),
        required=True,
        default=0.0,
        help="Head, pieces or another count beside the weight.",
    )
    second_uom_id = fields.Many2one("uom.uom", string="Counted in")
    deduction_ids = fields.One2many(
        "factory.intake.deduction", "line_id", string="Deductions", copy=True
    )
    deducted_kg = fields.Float(
        "Deducted (kg)", digits=(16, 3), compute="_compute_accepted_kg", store=True
    )
    accepted_kg = fields.Float(
        "Accepted (kg)",
        digits=(16, 3),
        compute="_compute_accepted_kg",
        store=True,
        help="Net weight less the deductions.",
    )
    lot_id = fields.Many2one("stock.lot", readonly=True, copy=False)
    price = fields.Monetary(
        readonly=True,
        copy=False,
        groups=MONEY_GROUPS,
        help="Purchase price per unit of the product on the day of the intake.",
    )
    amount = fields.Monetary(readonly=True, copy=False, groups=MONEY_GROUPS)

    _weights = models.Constraint(
        "CHECK (tare_kg >= 0 AND gross_kg >= tare_kg AND second_qty >= 0)",
        "Weights and count cannot be negative, nor the tare above the gross weight.",
    )
    _net = models.Constraint(
        "CHECK (net_kg = gross_kg - tare_kg)",
        "The net weight must be gross less tare.",
    )

    @api.depends("gross_kg", "tare_kg")
    def _compute_net_kg(self):
        for line in self:
            line.net_kg = round_to_gram(line.gross_kg - line.tare_kg)

    @api.depends("net_kg", "deduction_ids.kind", "deduction_ids.value")
    def _compute_accepted_kg(self):
        for line in self:
            deducted = sum(d._get_kg(line.net_kg) for d in line.deduction_ids)
            line.deducted_kg = round_to_gram(deducted)
            line.accepted_kg = round_to_gram(line.net_kg - line.deducted_kg)

    # ---- CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if self.intake_id._is_own_write():
            return super().create(vals_list)
        records, vals_list = without_results(self, vals_list, RESULT_FIELDS)
        lines = super(FactoryIntakeLine, records).create(vals_list)
        lines.intake_id._check_draft()
        return lines

    def write(self, vals):
        if self.intake_id._is_own_write():
            return super().write(vals)
        self.intake_id._check_draft()
        result = super().write(vals)
        # The line may stand in another intake now.
        self.intake_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_accepted(self):
        accepted = self.intake_id.filtered(
            lambda i: i.state in ("accepted", "reversed")
        )
        accepted._check_draft()

    def _own(self):
        return self.with_context(factory_intake_token=INTAKE_TOKEN)

    # ---- acceptance ---------------------------------------------------------------

    def _get_product_qty(self):
        """Return the accepted quantity in the product's unit.

        Goods that are not kept in a unit of weight (head of cattle) go in by count.
        """
        self.ensure_one()
        kilogram = self.env.ref("uom.product_uom_kgm")
        uom = self.product_id.uom_id
        if uom._has_common_reference(kilogram):
            return kilogram._compute_quantity(self.accepted_kg, uom)
        counted = self.second_uom_id or uom
        return counted._compute_quantity(self.second_qty, uom)

    def _check_acceptable(self):
        if not self:
            raise UserError(self.env._("Weigh something before you accept the intake."))
        for line in self:
            problem = line._get_problem()
            if problem:
                raise UserError(
                    self.env._(
                        "Intake %(ticket)s, %(product)s: %(problem)s",
                        ticket=line.intake_id.name,
                        product=line.product_id.display_name,
                        problem=problem,
                    )
                )

    def _get_problem(self):
        self.ensure_one()
        if self.product_id.tracking != "lot" or not self.product_id.is_storable:
            return self.env._("set the product to be stored and tracked by lots first.")
        if self.accepted_kg <= 0:
            return self.env._(
                "nothing is left to accept: check gross, tare and deductions."
            )
        if self._get_product_qty() <= 0:
            return self.env._(
                "enter the count, because the product is not kept in kilograms."
            )
        return False

    def _create_lots(self):
        """Create the lots, each owned by who brought the material."""
        sequence = self.env["ir.sequence"].with_company(self.company_id)
        vals_list = []
        for line in self:
            vals_list.append(
                {
                    "name": sequence.next_by_code("factory.lot", line.intake_id.date),
                    "product_id": line.product_id.id,
                    "company_id": line.company_id.id,
                    "owner_id": line.intake_id._get_owner().id,
                    "grade_id": line.grade_id.id,
                    "intake_line_id": line.id,
                }
            )
        # Weighing in is the weigher's right; the lot follows from it.
        lots = self.env["stock.lot"].sudo().create(vals_list)
        for line, lot in zip(self, lots, strict=True):
            line._own().lot_id = lot

    def _prepare_move_vals(self, source, destination, owner):
        """Return one move for the lines, which are of one product."""
        return {
            "product_id": self.product_id.id,
            "product_uom": self.product_id.uom_id.id,
            "product_uom_qty": sum(line._get_product_qty() for line in self),
            "location_id": source.id,
            "location_dest_id": destination.id,
            "restrict_partner_id": owner.id,
            "company_id": self.company_id.id,
            "date": self.intake_id.date,
            "picked": True,
            "move_line_ids": [
                Command.create(line._prepare_move_line_vals(source, destination, owner))
                for line in self
            ],
        }

    def _prepare_move_line_vals(self, source, destination, owner):
        return {
            "product_id": self.product_id.id,
            "product_uom_id": self.product_id.uom_id.id,
            "quantity": self._get_product_qty(),
            "location_id": source.id,
            "location_dest_id": destination.id,
            "lot_id": self.lot_id.id,
            "owner_id": owner.id,
            "picked": True,
            "company_id": self.company_id.id,
        }

    def _check_untouched(self, location):
        """A return needs the whole lot where the intake put it."""
        self.ensure_one()
        quants = self.lot_id.sudo().quant_ids.filtered(
            lambda quant: quant.location_id == location
        )
        left = sum(quants.mapped("quantity"))
        uom = self.product_id.uom_id
        if uom.compare(left, self._get_product_qty()) < 0:
            raise UserError(
                self.env._(
                    "Intake %(ticket)s cannot be returned: of lot %(lot)s only "
                    "%(left)s %(unit)s are left at %(location)s. Return the rest by "
                    "a transfer to its owner.",
                    ticket=self.intake_id.name,
                    lot=self.lot_id.name,
                    left=uom.round(left),
                    unit=uom.name,
                    location=location.display_name,
                )
            )

    # ---- bought -------------------------------------------------------------------

    def _set_price(self):
        for line in self.filtered(lambda line: line.intake_id.mode == "bought"):
            intake = line.intake_id
            day = intake.company_id._local_date(intake.date)
            price = self.env["factory.purchase.price"].get_price(
                line.product_id.id, day, line.grade_id.id, line.company_id.id
            )
            amount = to_decimal(price) * to_decimal(line._get_product_qty())
            line._own().write(
                {"price": price, "amount": line.company_id._round_amount(amount)}
            )

    def _set_purchase_value(self, picking):
        """Value the receipt of bought material at the purchase price."""
        for move in picking.move_ids:
            lines = self.filtered(
                lambda line, move=move: (
                    line.product_id == move.product_id
                    and line.intake_id.mode == "bought"
                )
            )
            if lines:
                self.env["product.value"].create(
                    {
                        "move_id": move.id,
                        "value": sum(lines.mapped("amount")),
                        "company_id": move.company_id.id,
                        "date": lines.intake_id.date,
                        "description": lines.intake_id.name,
                    }
                )


class FactoryIntakeDeduction(models.Model):
    _name = "factory.intake.deduction"
    _description = "Deduction from a Weighing"
    _order = "line_id, id"
    _rec_name = "reason"

    line_id = fields.Many2one(
        "factory.intake.line", required=True, index=True, ondelete="cascade"
    )
    reason = fields.Selection(
        [
            ("moisture", "Moisture"),
            ("dirt", "Dirt and stones"),
            ("rotten", "Rotten or damaged"),
            ("other", "Other"),
        ],
        required=True,
        default="moisture",
    )
    note = fields.Char(help="What was found, in the weigher's words.")
    kind = fields.Selection(
        [("percent", "% of net"), ("kg", "kg")], required=True, default="percent"
    )
    value = fields.Float(digits=(16, 3), required=True)

    _value_range = models.Constraint(
        "CHECK (value >= 0 AND (kind = 'kg' OR value <= 100))",
        "A deduction cannot be negative, nor above 100 percent.",
    )

    def _get_kg(self, net_kg):
        self.ensure_one()
        return net_kg * self.value / 100 if self.kind == "percent" else self.value

    @api.model_create_multi
    def create(self, vals_list):
        deductions = super().create(vals_list)
        deductions.line_id.intake_id._check_draft()
        return deductions

    def write(self, vals):
        self.line_id.intake_id._check_draft()
        result = super().write(vals)
        # The deduction may stand on another line now.
        self.line_id.intake_id._check_draft()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_accepted(self):
        accepted = self.line_id.intake_id.filtered(lambda i: i.state != "cancelled")
        accepted._check_draft()
