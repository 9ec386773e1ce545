# SPDX-License-Identifier: AGPL-3.0-or-later
"""The documents that carry out a disposition: rework orders and returns."""

from odoo import Command, api, models
from odoo.exceptions import UserError

from .quality_token import own


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    @api.model
    def _create_rework(self, disposition):
        """Make the order that takes the failed lot, in the mode of its owner.

        :param disposition: factory.lot.disposition of kind rework
        :return: the order, in draft
        """
        lots = disposition._get_quants().lot_id
        mode, owner = self._get_rework_mode(lots)
        bom = disposition.rework_bom_id
        place = disposition._get_quants().location_id
        product = disposition.product_id
        vals = {
            "product_id": product.id,
            "product_qty": disposition.quantity,
            "product_uom_id": product.uom_id.id,
            "bom_id": bom.id,
            "company_id": disposition.company_id.id,
            "picking_type_id": place.warehouse_id.manu_type_id.id,
            "origin": disposition.name,
            "production_mode": mode,
            "partner_id": owner.id,
            "owned_lot_ids": [Command.set(lots.ids)],
            "location_src_id": place.id,
            "location_dest_id": place.id,
            "disposition_id": disposition.id,
        }
        if bom:
            picking_type = place.warehouse_id.manu_type_id
            vals.update(self._prepare_rework_bom_vals(disposition, picking_type))
        else:
            vals["move_raw_ids"] = [
                Command.create(self._prepare_rework_move_vals(disposition, place))
            ]
        order = own(self).create(vals)
        # what the house adds is not kept where failed lots lie
        added = order.move_raw_ids.filtered(lambda move: move.product_id != product)
        added.location_id = order.picking_type_id.default_location_src_id
        return order

    @api.model
    def _get_rework_mode(self, lots):
        owners = lots.owner_id
        if len(lots) > 1:
            return "pooled", self.env["res.partner"]
        return ("toll", owners) if owners else ("own", owners)

    @api.model
    def _prepare_rework_bom_vals(self, disposition, picking_type):
        bom = disposition.rework_bom_id
        line = bom.bom_line_ids.filtered(
            lambda line: line.product_id == disposition.product_id
        )[:1]
        needed = line.product_uom_id._compute_quantity(
            line.product_qty, disposition.product_id.uom_id, round=False
        )
        product = bom.product_id or bom.product_tmpl_id.product_variant_id
        return {
            "product_id": product.id,
            "product_uom_id": bom.product_uom_id.id,
            "product_qty": disposition.quantity / needed * bom.product_qty,
            # another product does not wait where the failed lot lies: what must be
            # tested of it is blocked wherever it is, the rest is free
            "location_dest_id": picking_type.default_location_dest_id.id,
        }

    @api.model
    def _prepare_rework_move_vals(self, disposition, place):
        return {
            "product_id": disposition.product_id.id,
            "product_uom_qty": disposition.quantity,
            "product_uom": disposition.product_id.uom_id.id,
            "location_id": place.id,
            "location_dest_id": disposition.product_id.with_company(
                disposition.company_id
            ).property_stock_production.id,
            "company_id": disposition.company_id.id,
        }

    def _split_productions(self, *args, **kwargs):
        """What is left of a rework is rework of the same disposition."""
        orders = super()._split_productions(*args, **kwargs)
        for disposition in self.disposition_id:
            group = self.filtered(lambda o, d=disposition: o.disposition_id == d)
            rest = orders.filtered(
                lambda o, g=group: (
                    not o.disposition_id
                    and o.production_group_id in g.production_group_id
                )
            )
            own(rest).disposition_id = disposition
        return orders


class StockPicking(models.Model):
    _inherit = "stock.picking"

    @api.model
    def _create_lot_returns(self, disposition):
        """Make one transfer per owner that hands the failed lot back, reserved.

        :param disposition: factory.lot.disposition of kind return
        """
        left = disposition.quantity
        for quant in disposition._get_quants():
            receiver = disposition._get_receiver(quant.lot_id)
            quantity = min(left, quant.quantity)
            if quant.product_uom_id.is_zero(quantity):
                continue
            if not receiver:
                raise UserError(
                    self.env._(
                        "Lot %(lot)s has no owner to whom it could be returned.",
                        lot=quant.lot_id.name,
                    )
                )
            left -= quantity
            self._create_lot_return(disposition, quant, receiver, quantity)

    @api.model
    def _create_lot_return(self, disposition, quant, receiver, quantity):
        source = quant.location_id
        target = receiver.property_stock_supplier
        product = quant.product_id
        common = {
            "product_id": product.id,
            "location_id": source.id,
            "location_dest_id": target.id,
            "company_id": disposition.company_id.id,
        }
        picking = own(self).create(
            {
                "picking_type_id": source.warehouse_id.out_type_id.id,
                "partner_id": receiver.id,
                "owner_id": quant.owner_id.id,
                "origin": disposition.name,
                "location_id": source.id,
                "location_dest_id": target.id,
                "company_id": disposition.company_id.id,
                "disposition_id": disposition.id,
                "move_ids": [
                    Command.create(
                        {
                            **common,
                            "product_uom": product.uom_id.id,
                            "product_uom_qty": quantity,
                            "restrict_partner_id": quant.owner_id.id,
                        }
                    )
                ],
            }
        )
        picking.action_confirm()
        picking.move_ids.move_line_ids.unlink()
        picking.move_ids.move_line_ids = [
            Command.create(
                {
                    **common,
                    "product_uom_id": product.uom_id.id,
                    "quantity": quantity,
                    "lot_id": quant.lot_id.id,
                    "owner_id": quant.owner_id.id,
                    "package_id": quant.package_id.id,
                    "picking_id": picking.id,
                }
            )
        ]
        return picking
