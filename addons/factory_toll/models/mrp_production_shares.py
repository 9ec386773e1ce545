# SPDX-License-Identifier: AGPL-3.0-or-later
"""The shares of an order, taken from the lots put in and frozen with their grades."""

from odoo import Command, models
from odoo.exceptions import UserError

from .stock_lot import OWNER_TOKEN


class MrpProduction(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "mrp.production"

    def _set_shares(self):
        """Write one share per owner from the lots put in (a toll order has one)."""
        graded = {}
        factors = {}
        for lot, quantity in self._get_lot_quantities().items():
            owner = lot.owner_id or self.company_id.partner_id
            factor = lot.grade_id.share_factor or 1.0
            factors.setdefault(owner, {})[str(lot.id)] = factor
            weight = self._to_kg(quantity, lot.product_id, lot.product_id.uom_id)
            graded[owner] = graded.get(owner, 0.0) + (weight or quantity) * factor
        if self.production_mode == "toll" and not graded:
            component = self.move_raw_ids.filtered(lambda m: m._is_owner_supplied())
            demand = sum(
                self._to_kg(m.product_uom_qty, m.product_id, m.product_uom)
                for m in component
            )
            graded = {self.partner_id: demand or self.product_qty}
        if not graded:
            raise UserError(
                self.env._(
                    "%(order)s is pooled: name the owners' lots that go in.",
                    order=self.display_name,
                )
            )
        self._write_shares(graded, factors=factors)

    def _write_shares(self, graded, terms=None, factors=None):
        """Freeze the shares and what each owner pays in kind.

        :param dict graded: {partner: graded kilograms}
        :param dict terms: {partner: values of his share}, those of the order if empty
        :param dict factors: {partner: {lot id as text: share factor of its grade}}
        """
        factors = factors or {}
        terms = self._get_kind_terms(list(graded)) if terms is None else terms
        # An operator confirms and splits orders but has no right on shares.
        self.sudo().with_context(toll_owner_token=OWNER_TOKEN).share_ids = [
            Command.clear(),
            *(
                Command.create(
                    {
                        "partner_id": owner.id,
                        "graded_qty": quantity,
                        "lot_factors": factors.get(owner),
                        **terms.get(owner, {}),
                    }
                )
                for owner, quantity in graded.items()
            ),
        ]
