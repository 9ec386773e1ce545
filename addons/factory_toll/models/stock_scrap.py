# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, models
from odoo.exceptions import UserError

# What a done scrap says about the stock it moved.
DONE_FIELDS = {
    "location_id",
    "lot_id",
    "owner_id",
    "package_id",
    "picking_id",
    "product_id",
    "product_uom_id",
    "production_id",
    "scrap_location_id",
    "scrap_qty",
    "state",
}


class StockScrap(models.Model):
    _inherit = "stock.scrap"

    @api.onchange("lot_id")
    def _onchange_lot_owner(self):
        """Propose the lot's owner; the guard refuses a scrap under another one."""
        if self.lot_id.owner_id:
            self.owner_id = self.lot_id.owner_id

    def write(self, vals):
        names = DONE_FIELDS & vals.keys()
        for scrap in self if names else ():
            scrap._check_scrap_stands({name: vals[name] for name in names})
        return super().write(vals)

    def do_scrap(self):
        """Move the stock once: core does so as often as it is called."""
        for scrap in self:
            if scrap._is_scrapped():
                scrap._raise_scrapped()
        return super().do_scrap()

    def _is_scrapped(self):
        """Tell whether the stock has moved, whatever state a client wrote."""
        self.ensure_one()
        return "done" in (self.state, *self.sudo().move_ids.mapped("state"))

    def _check_scrap_stands(self, vals):
        """Refuse to reopen a scrap that moved stock, or to tell it otherwise."""
        changed = {
            name
            for name, value in vals.items()
            if (self._fields[name].convert_to_cache(value, self) or False)
            != (self._fields[name].convert_to_cache(self[name], self) or False)
        }
        # core says so once the stock has moved
        if vals.get("state") == "done":
            changed.discard("state")
        if changed and self._is_scrapped():
            self._raise_scrapped()

    def _raise_scrapped(self):
        raise UserError(
            self.env._(
                "Scrap %(scrap)s is done: %(product)s of %(owner)s (lot %(lot)s) has "
                "left the stock once, as it says. Where that was wrong, a factory "
                "manager corrects the stock by a count.",
                scrap=self.name,
                product=self.product_id.display_name,
                owner=self.owner_id.display_name or self.env._("the cooperative"),
                lot=self.lot_id.name or "-",
            )
        )
