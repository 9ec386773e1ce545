# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class LpdbEntry(models.Model):
    """What happened to a debt, account by account: the loans' sub-ledger.

    Rows are written by draws, payments and month-end entries when they post, never by
    hand, and never change. The sum of an account's rows is its balance in the ledger
    at every date.
    """

    _name = "lpdb.entry"
    _description = "Loan Ledger Entry"
    _order = "date, id"
    _inherit = "coop.guard.mixin"
    _check_company_auto = True
    _frozen_fields = (
        "facility_id",
        "date",
        "kind",
        "account_id",
        "amount",
        "move_id",
        "draw_id",
        "payment_id",
        "reversed_entry_id",
        "accrual_id",
    )

    facility_id = fields.Many2one(
        "lpdb.facility", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        related="facility_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(required=True, index=True)
    kind = fields.Selection(
        [
            ("opening", "Opening balance"),
            ("draw", "Draw"),
            ("principal", "Principal paid"),
            ("reversal", "Reversal"),
            ("accrual", "Interest accrued"),
            ("reclassification", "Current portion"),
            ("capitalised", "Interest added to the principal"),
        ],
        required=True,
    )
    account_id = fields.Many2one(
        "account.account", required=True, index=True, ondelete="restrict"
    )
    amount = fields.Monetary(help="Above zero the debt grows, below zero it falls.")
    move_id = fields.Many2one(
        "account.move", required=True, index=True, ondelete="restrict"
    )
    draw_id = fields.Many2one("lpdb.draw", index="btree_not_null", ondelete="restrict")
    payment_id = fields.Many2one(
        "lpdb.payment", index="btree_not_null", ondelete="restrict"
    )
    accrual_id = fields.Many2one(
        "lpdb.accrual", index="btree_not_null", ondelete="restrict"
    )
    reversed_entry_id = fields.Many2one(
        "lpdb.entry", index="btree_not_null", ondelete="restrict"
    )

    _amount_not_zero = models.Constraint(
        "CHECK (amount <> 0)", "An entry of the loan ledger has an amount."
    )

    def _is_frozen(self):
        return True

    def _moves_principal(self):
        """Tell whether the entry changes what is owed, other than month-end's."""
        self.ensure_one()
        return self.kind == "capitalised" or not self.accrual_id

    @api.depends("facility_id.name", "date")
    def _compute_display_name(self):
        for entry in self:
            entry.display_name = f"{entry.facility_id.name} {entry.date}"
