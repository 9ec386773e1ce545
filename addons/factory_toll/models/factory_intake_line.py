# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from odoo.addons.umkm_base.tools.rounding import round_to_unit, to_decimal

from .factory_intake import INTAKE_TOKEN, MONEY_GROUPS, without_results
from .units import convert, get_missing_digits

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
    sack_count = fields.Integer(
        "Sacks",
        required=True,
        default=1,
        help="Sacks, crates or drums that stood on the scale together; each gets a "
        "label.",
    )
    sack_tare_kg = fields.Float(
        "Tare a sack (kg)",
        digits=(16, 3),
        help="Weight of one empty sack; gives the tare of all of them.",
    )
    sack_weights = fields.Char(
        "Weights of the sacks",
        help="Gross weight of each sack in kg, when they were weighed one by one.",
    )
    tare_kg = fields.Float(
        "Tare (kg)",
        digits=(16, 3),
        required=True,
        compute="_compute_tare_kg",
        store=True,
        readonly=False,
        precompute=True,
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
    volume_m3 = fields.Float(
        "Volume (m³)",
        digits=(16, 3),
        help="Measured volume of goods that are kept by volume, such as logs.",
    )
    accepted_m3 = fields.Float(
        "Accepted (m³)",
        digits=(16, 3),
        compute="_compute_accepted_kg",
        store=True,
        help="Volume less the deductions in percent.",
    )
    deduction_ids = fields.One2many(
        "factory.intake.deduction", "line_id", string="Deductions", copy=True
    )
    test_ids = fields.One2many(
        "factory.intake.test", "line_id", string="Quick tests", copy=True
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
        "CHECK (tare_kg >= 0 AND gross_kg >= tare_kg AND second_qty >= 0"
        " AND volume_m3 >= 0 AND sack_count >= 0 AND sack_tare_kg >= 0)",
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

    @api.depends("sack_count", "sack_tare_kg")
    def _compute_tare_kg(self):
        for line in self:
            if line.sack_tare_kg:
                line.tare_kg = round_to_gram(line.sack_count * line.sack_tare_kg)
            else:
                line.tare_kg = line.tare_kg or 0.0

    @api.depends(
        "net_kg",
        "volume_m3",
        "deduction_ids.kind",
        "deduction_ids.value",
        "test_ids.deducted_percent",
    )
    def _compute_accepted_kg(self):
        for line in self:
            percent = sum(line.test_ids.mapped("deducted_percent")) + sum(
                line.deduction_ids.filtered(lambda d: d.kind == "percent").mapped(
                    "value"
                )
            )
            in_kg = line.deduction_ids.filtered(lambda d: d.kind == "kg")
            share = to_decimal(percent) / 100
            deducted = to_decimal(line.net_kg) * share
            deducted += sum(to_decimal(value) for value in in_kg.mapped("value"))
            line.deducted_kg = round_to_gram(deducted)
            line.accepted_kg = round_to_gram(line.net_kg - line.deducted_kg)
            volume = to_decimal(line.volume_m3)
            line.accepted_m3 = round_to_gram(volume - volume * share)

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

        Goods that are kept by volume (logs) go in by what was measured, other goods
        that are not kept in a unit of weight (head of cattle) by count.
        """
        self.ensure_one()
        kilogram = self.env.ref("uom.product_uom_kgm")
        cubic_metre = self.env.ref("uom.product_uom_cubic_meter")
        uom = self.product_id.uom_id
        if uom._has_common_reference(kilogram):
            return convert(self.accepted_kg, kilogram, uom)
        if uom._has_common_reference(cubic_metre):
            return convert(self.accepted_m3, cubic_metre, uom)
        return convert(self.second_qty, self.second_uom_id or uom, uom)

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
        kilogram = self.env.ref("uom.product_uom_kgm")
        cubic_metre = self.env.ref("uom.product_uom_cubic_meter")
        uom = self.product_id.uom_id
        in_weight = uom._has_common_reference(kilogram)
        if self.accepted_kg <= 0 and (in_weight or self.net_kg):
            return self.env._(
                "nothing is left to accept: check gross, tare and deductions."
            )
        if in_weight or uom._has_common_reference(cubic_metre):
            weighed = kilogram if in_weight else cubic_metre
            quantity = self.accepted_kg if in_weight else self.accepted_m3
            digits = get_missing_digits(quantity, weighed, uom)
            if digits:
                return self.env._(
                    "it is kept in %(unit)s, which is too coarse for %(quantity)s "
                    "%(weighed)s. Keep it in %(weighed)s, or let an administrator set "
                    "the decimal accuracy “Product Unit” to %(digits)s digits.",
                    unit=uom.name,
                    quantity=f"{quantity:.3f}",
                    weighed=weighed.name,
                    digits=digits,
                )
        if self._get_product_qty() <= 0:
            return self.env._(
                "enter the count or the volume, because the product is not kept in "
                "kilograms."
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
            day = intake._get_local_day()
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

    def _prepare_bill_line_vals(self):
        """Return the line of the bill: quantity and price as accepted, no tax.

        Farmers and fishers charge none; the accountant adds it on a draft bill of a
        seller who does.
        """
        parts = [self.product_id.display_name, self.grade_id.name, self.lot_id.name]
        return {
            "product_id": self.product_id.id,
            "name": ", ".join(part for part in parts if part),
            "quantity": self._get_product_qty(),
            "product_uom_id": self.product_id.uom_id.id,
            "price_unit": self.price,
            "account_id": self.intake_id._get_purchase_account(self).id,
            "tax_ids": [Command.clear()],
        }
