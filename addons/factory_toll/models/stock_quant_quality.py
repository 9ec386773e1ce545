# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from .stock_quant import GUARDED_FIELDS


class StockQuant(models.Model):
    _inherit = "stock.quant"

    def _get_gather_domain(
        self,
        product_id,
        location_id,
        lot_id=None,
        package_id=None,
        owner_id=None,
        strict=False,
    ):
        """Do not offer blocked lots for reservation.

        An order that names a lot (rework) may reserve it; whether it may take it is
        decided where the stock moves.
        """
        domain = super()._get_gather_domain(
            product_id, location_id, lot_id, package_id, owner_id, strict
        )
        if strict or lot_id:
            return domain
        named = self.env.context.get("toll_lot_ids") or []
        blocked = (
            self.env["stock.lot"]
            .sudo()
            .search(
                [
                    ("product_id", "=", product_id.id),
                    ("is_quality_blocked", "=", True),
                    ("id", "not in", named),
                ]
            )
        )
        if not blocked:
            return domain
        return Domain(domain) & Domain("lot_id", "not in", blocked.ids)

    def write(self, vals):
        if GUARDED_FIELDS & vals.keys() and not self.env.su:
            self._check_not_blocked()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_blocked(self):
        if not self.env.su:
            self.filtered("quantity")._check_not_blocked()

    def _check_not_blocked(self):
        for lot in self.sudo().lot_id.filtered("is_quality_blocked"):
            raise UserError(
                self.env._(
                    "Lot %(lot)s is blocked by its quality test: its stock changes "
                    "only by a disposition.",
                    lot=lot.name,
                )
            )

    def _prepare_release_move(self, target):
        """Return one done move of the quants, which are of one product and place."""
        product, source = self.product_id, self.location_id
        common = {"location_id": source.id, "location_dest_id": target.id}
        return {
            **common,
            "product_id": product.id,
            "product_uom": product.uom_id.id,
            "product_uom_qty": sum(self.mapped("quantity")),
            "restrict_partner_id": self.owner_id.id,
            "company_id": self.company_id.id,
            "picked": True,
            "move_line_ids": [
                Command.create(
                    {
                        **common,
                        "product_id": product.id,
                        "product_uom_id": product.uom_id.id,
                        "quantity": quant.quantity,
                        "lot_id": quant.lot_id.id,
                        "owner_id": quant.owner_id.id,
                        "package_id": quant.package_id.id,
                        "result_package_id": quant.package_id.id,
                        "picked": True,
                        "company_id": quant.company_id.id,
                    }
                )
                for quant in self
            ],
        }
