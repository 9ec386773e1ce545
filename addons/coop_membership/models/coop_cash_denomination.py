# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class CoopCashDenomination(models.Model):
    """A note or coin that a cash count asks for, while it is in circulation."""

    _name = "coop.cash.denomination"
    _description = "Cash Denomination"
    _order = "amount desc, kind desc, id"

    code = fields.Char(
        required=True, help="Key in imports and calls, for instance N50000 or C500."
    )
    kind = fields.Selection(
        [("note", "Banknote"), ("coin", "Coin")],
        required=True,
        default="note",
        help="Uang kertas or uang logam.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    amount = fields.Monetary(string="Face value", required=True)
    date_from = fields.Date(
        required=True, string="In circulation from", help="First day of use."
    )
    date_to = fields.Date(
        string="In circulation until", help="Last day of use; empty while it is valid."
    )
    source = fields.Char(help="Who issued or withdrew it, and by which rule.")

    _code_uniq = models.Constraint(
        "UNIQUE (currency_id, code)", "There is a denomination with this code already."
    )
    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "A denomination is worth more than nothing."
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "A denomination cannot be withdrawn before it was issued.",
    )

    @api.depends("kind", "amount")
    def _compute_display_name(self):
        kinds = dict(self._fields["kind"]._description_selection(self.env))
        for denomination in self:
            value = denomination.currency_id.format(denomination.amount)
            denomination.display_name = f"{value} ({kinds.get(denomination.kind)})"

    @api.model
    def _get_valid(self, currency, day):
        """Return the notes and coins of a currency in circulation on a day."""
        return self.search(
            [
                ("currency_id", "=", currency.id),
                ("date_from", "<=", day),
                "|",
                ("date_to", "=", False),
                ("date_to", ">=", day),
            ]
        )
