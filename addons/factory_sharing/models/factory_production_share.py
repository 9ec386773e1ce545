# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class FactoryProductionShare(models.Model):
    _inherit = "factory.production.share"

    def get_pool_statement(self):
        """Add ``charges``: what the owner pays of the order's use of machines.

        :return: as ``factory_toll``, with "charges": [{"name", "date", "text",
            "amount", "state", "in_kind"}] and their sum "charged", in the company's
            currency; none for who may not read charges
        """
        statement = super().get_pool_statement()
        # an operator may read the share and sees no money
        found = self.env["factory.charge"]
        if found.has_access("read"):
            # an owner may see his charges, and not the uses they are for
            usages = self.env["factory.usage"].sudo()
            usages = usages.search(
                [("production_id", "=", self.sudo().production_id.id)]
            )
            found = found.search(
                [
                    ("usage_id", "in", usages.ids),
                    ("partner_id", "=", self.sudo().partner_id.id),
                    ("state", "in", ("posted", "invoiced")),
                ],
                order="date, id",
            )
        return {
            **statement,
            "charges": [
                {
                    "in_kind": charge.is_in_kind,
                    "name": charge.name,
                    "date": fields.Date.to_string(charge.date),
                    "text": charge.explanation or "",
                    "amount": charge.amount,
                    "state": charge.state,
                }
                for charge in found
            ],
            "charged": sum(found.mapped("amount")),
        }
