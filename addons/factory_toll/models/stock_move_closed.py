# SPDX-License-Identifier: AGPL-3.0-or-later
"""A closed order or unbuild takes no further move."""

from odoo import api, models
from odoo.exceptions import UserError

ATTACHING_FIELDS = ("production_id", "raw_material_production_id", "unbuild_id")


class StockMove(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "stock.move"

    @api.model_create_multi
    def create(self, vals_list):
        moves = super().create(vals_list)
        moves._check_document_open()
        return moves

    def write(self, vals):
        attached = [name for name in ATTACHING_FIELDS if vals.get(name)]
        # put under another document just now, in place of named again
        moved = self.filtered(
            lambda move: any(move[name].id != vals[name] for name in attached)
        )
        result = super().write(vals)
        moved._check_document_open()
        return result

    def _check_document_open(self):
        """Refuse to add to what owners' material went into or came out of."""
        for move in self:
            order = move.raw_material_production_id or move.production_id
            unbuild = move.unbuild_id
            order = order or unbuild.mo_id
            document = unbuild or order
            if (
                document
                and not move.scrap_id
                # sudo: it is closed, whether or not who writes may see it
                and document.sudo().state == "done"
                and order.sudo().production_mode in ("toll", "pooled")
            ):
                raise UserError(
                    self.env._(
                        "%(document)s is closed: it takes no further move of "
                        "%(product)s. Make a new order of what goes in now.",
                        document=document.display_name,
                        product=move.product_id.display_name,
                    )
                )
