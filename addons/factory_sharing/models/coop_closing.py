# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models


class CoopClosing(models.Model):
    _inherit = "coop.closing"

    def _closing_checks(self):
        """Add the use of the house: metered, charged and invoiced."""
        last = self._get_last_day()
        closing = self.sudo().with_company(self.company_id)
        return [
            *super()._closing_checks(),
            closing._found(
                "usage",
                self.env._("Use of the house charged"),
                "factory.usage",
                [
                    ("is_chargeable", "=", True),
                    ("is_charged", "=", False),
                    ("date", "<=", last),
                ],
            ),
            closing._found(
                "charges",
                self.env._("Charges invoiced"),
                "factory.charge",
                [("state", "in", ("draft", "posted")), ("date", "<=", last)],
            ),
        ]
