# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class FactoryProductionShare(models.Model):
    _inherit = "factory.production.share"

    def get_pool_statement(self):
        """Add ``charges``: what the owner pays of the order's use of machines.

        :return: as ``factory_toll``, with "charges": [{"name", "date", "text",
            "amount", "state", "in_kind"}] and their sum "charged", in the company's
            currency
        """
        statement = super().get_pool_statement()
        # the right to the share is checked; charges are shown as the portal shows them
        charges = self.env["factory.charge"].sudo()
        found = charges.search(
            [
                ("usage_id.production_id", "=", self.sudo().production_id.id),
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
