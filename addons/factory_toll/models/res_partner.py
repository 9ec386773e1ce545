# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, models
from odoo.exceptions import UserError

from .stock_move import HOUSE_USAGES


class ResPartner(models.Model):
    _inherit = "res.partner"

    @api.ondelete(at_uninstall=False)
    def _unlink_except_owner(self):
        """Core would leave his stock without an owner: the cooperative's."""
        self._check_owns_no_stock()

    def _check_owns_no_stock(self):
        """Refuse when material of one of the partners is in the house.

        :raise UserError: with the owner and his lots
        """
        # Whose stock it is does not depend on who asks.
        quants = (
            self.env["stock.quant"]
            .sudo()
            .search(
                [
                    ("owner_id", "in", self.ids),
                    ("location_id.usage", "in", HOUSE_USAGES),
                    ("quantity", ">", 0),
                ],
                order="id",
            )
        )
        if quants:
            owner = quants[0].owner_id
            mine = quants.filtered(lambda quant: quant.owner_id == owner)
            raise UserError(
                self.env._(
                    "%(owner)s owns material that is in the house (lot %(lots)s of "
                    "%(product)s) and can be neither deleted nor merged into another "
                    "contact. Hand the material out first; of two contacts of one "
                    "person, keep the one that owns it.",
                    owner=owner.display_name,
                    lots=", ".join(mine.lot_id.mapped("name")[:10]) or "-",
                    product=", ".join(mine.product_id.mapped("display_name")[:3]),
                )
            )
