# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .stock_lot import HOUSE_USAGES

# What says whose stock lies where: written by stock moves only.
GUARDED_FIELDS = {
    "company_id",
    "location_id",
    "lot_id",
    "owner_id",
    "package_id",
    "product_id",
    "quantity",
    "reserved_quantity",
}


class StockQuant(models.Model):
    _inherit = "stock.quant"

    # Core: set null. Stock without an owner is the cooperative's.
    owner_id = fields.Many2one(ondelete="restrict")

    def _get_gather_domain(
        self,
        product_id,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
    ):
        """Leave out the stock of owners that the asking move may not reserve.

        ``stock.move._get_owner_context`` puts the owners (and lots) in the context.
        A strict search names its owner itself.
        """
        domain = super()._get_gather_domain(
            product_id, location_id, lot_id, package_id, owner_id, strict
        )
        owner_ids = self.env.context.get("toll_owner_ids")
        if strict or owner_ids is None:
            return domain
        domain = Domain(domain) & Domain("owner_id", "in", owner_ids)
        lot_ids = self.env.context.get("toll_lot_ids")
        if lot_ids:
            domain &= Domain("lot_id", "in", lot_ids)
        return domain

    @api.model
    def _update_available_quantity(
        self,
        product_id,
        location_id,
        quantity=False,
        reserved_quantity=False,
        lot_id=None,
        package_id=None,
        owner_id=None,
        in_date=None,
    ):
        """Note the owner on a lot whose stock is all his, however it came in."""
        result = super()._update_available_quantity(
            product_id,
            location_id,
            quantity,
            reserved_quantity,
            lot_id=lot_id,
            package_id=package_id,
            owner_id=owner_id,
            in_date=in_date,
        )
        if (
            lot_id
            and owner_id
            and quantity > 0
            and not lot_id.sudo().owner_id
            and owner_id != location_id.company_id.partner_id
            and location_id.usage in HOUSE_USAGES
        ):
            lot_id.sudo()._take_owner(owner_id)
        return result

    @api.model_create_multi
    def create(self, vals_list):
        if not self.env.su:
            for vals in vals_list:
                if vals.get("quantity"):
                    self._check_owned_values(vals)
        return super().create(vals_list)

    def write(self, vals):
        if GUARDED_FIELDS & vals.keys():
            self._check_guarded_write(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_owned(self):
        if not self.env.su:
            self.filtered("quantity")._check_not_owned()

    def _check_guarded_write(self, vals):
        """Refuse to write an owner's stock past the stock moves.

        Core writes quantities as superuser; nobody, superuser included, gives a
        quant of an owned lot to someone else.
        """
        if not self.env.su:
            self._check_not_owned()
            self._check_owned_values(vals)
        elif "owner_id" in vals:
            self.filtered(
                lambda quant: (
                    quant.quantity
                    and quant.lot_id.owner_id
                    and quant.lot_id.owner_id.id != vals["owner_id"]
                )
            )._check_not_owned()

    def _check_owned_values(self, vals):
        lot = self.env["stock.lot"].sudo().browse(vals.get("lot_id") or [])
        if vals.get("owner_id") or lot.owner_id:
            self._raise_owned(lot.owner_id or self.env["res.partner"], lot)

    def _check_not_owned(self):
        for quant in self.sudo():
            owner = quant.owner_id or quant.lot_id.owner_id
            if owner and owner != quant.company_id.partner_id:
                self._raise_owned(owner, quant.lot_id)

    def _raise_owned(self, owner, lot):
        raise UserError(
            self.env._(
                "Lot %(lot)s is material of %(owner)s: its stock changes only by an "
                "intake, an order, a transfer or a count that names him.",
                lot=lot.name or self.env._("without number"),
                owner=owner.display_name or self.env._("an owner"),
            )
        )

    def _compute_value(self):
        """Spread the cooperative's value over the cooperative's own quantity.

        Core divides by everything on hand, other owners' stock included
        (stock_account/models/stock_quant.py, 19.0).
        """
        result = super()._compute_value()
        for quant in self:
            product = quant.product_id.with_company(quant.company_id)
            if not quant.value or product.lot_valuated:
                continue
            own = product._with_valuation_context().qty_available
            if not product.uom_id.is_zero(own):
                quant.value = quant.quantity * product.total_value / own
        return result
