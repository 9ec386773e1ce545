# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from .quality_token import is_own_write


class FactoryDispositionLink(models.AbstractModel):
    """A document that carries out a disposition; only the disposition links it."""

    _name = "factory.disposition.link"
    _description = "Document of a Disposition"

    disposition_id = fields.Many2one(
        "factory.lot.disposition",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The decision about a failed lot which this document carries out. Only "
        "such a document can take the lot.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        records = super().create(vals_list)
        if not is_own_write(self):
            records.filtered("disposition_id")._raise_link()
        return records

    def write(self, vals):
        if "disposition_id" in vals and not is_own_write(self):
            self._raise_link()
        return super().write(vals)

    def _raise_link(self):
        for record in self[:1]:
            raise UserError(
                self.env._(
                    "%(document)s cannot be tied to a disposition by hand: decide "
                    "about the lot, the document follows.",
                    document=record.display_name,
                )
            )


class StockPicking(models.Model):
    _name = "stock.picking"
    _inherit = ["stock.picking", "factory.disposition.link"]


class StockScrap(models.Model):
    _name = "stock.scrap"
    _inherit = ["stock.scrap", "factory.disposition.link"]


class MrpProduction(models.Model):
    _name = "mrp.production"
    _inherit = ["mrp.production", "factory.disposition.link"]
