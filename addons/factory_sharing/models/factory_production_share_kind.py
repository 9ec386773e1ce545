# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models

from .factory_usage import CHARGE_READERS


class FactoryProductionShare(models.Model):
    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.production.share"

    kind_line_id = fields.Many2one(
        "factory.tariff.line",
        string="Agreed by",
        index="btree_not_null",
        ondelete="restrict",
        groups=CHARGE_READERS,
        help="Line of the tariff that says what this owner pays in kind.",
    )

    def _get_kind_term_vals(self):
        return {**super()._get_kind_term_vals(), "kind_line_id": self.kind_line_id.id}
