# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError


class LpdbAccrual(models.Model):
    """A month-end entry of loans: interest owed, or principal due within 12 months.

    One journal entry for all loans of a company on a day, and its mirror on the day
    after, so that payments book as if there were no month-end.
    """

    _name = "lpdb.accrual"
    _description = "Month-End Entry of Loans"
    _inherit = ["coop.guard.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _guarded_fields = {
        "state": "posted",
        "move_id": False,
        "reversal_move_id": False,
        "cancel_move_ids": False,
    }
    _frozen_fields = ("company_id", "date", "kind", "line_ids")

    company_id = fields.Many2one("res.company", required=True, index=True)
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True, index=True, help="Reporting date, usually the month's last day."
    )
    kind = fields.Selection(
        [
            ("interest", "Interest owed"),
            ("current", "Current portion"),
            ("capitalised", "Interest added to the principal"),
        ],
        required=True,
        help="Interest owed but not paid, the principal that falls due within 12 months"
        " after the date, or interest that becomes principal on that day and stays.",
    )
    line_ids = fields.One2many("lpdb.accrual.line", "accrual_id", string="Loans")
    amount = fields.Monetary(compute="_compute_amount", store=True)
    state = fields.Selection(
        [("posted", "Posted"), ("cancelled", "Taken back")],
        required=True,
        default="posted",
        readonly=True,
        copy=False,
        tracking=True,
    )
    move_id = fields.Many2one(
        "account.move",
        string="Journal entry",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    reversal_move_id = fields.Many2one(
        "account.move",
        string="Mirror of the next day",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    cancel_move_ids = fields.Many2many(
        "account.move",
        string="Entries that took it back",
        readonly=True,
        copy=False,
        help="Mirrors of both entries, each on its own date.",
    )

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for accrual in self:
            accrual.amount = sum(accrual.line_ids.mapped("amount"))

    @api.depends("kind", "date")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for accrual in self:
            day = fields.Date.to_string(accrual.date) or ""
            accrual.display_name = f"{labels.get(accrual.kind, '')} {day}".strip()

    def _is_frozen(self):
        return True

    def action_cancel(self, reason=None):
        """Take month-end entries back, so that the day can be done again.

        :param str reason: text of the mirror entries
        """
        self.check_access("write")
        for accrual in self:
            if accrual.state != "posted":
                raise UserError(
                    self.env._("%s is taken back already.", accrual.display_name)
                )
            accrual._check_loans_open()
            company = accrual.company_id
            moves = accrual.move_id | accrual.reversal_move_id
            vals = [
                company._coop_mirror_vals(move, move.date, reason) for move in moves
            ]
            mirrors = company._coop_create_moves(vals)
            entries = self.env["lpdb.entry"].sudo()
            entries.create(
                [
                    {
                        "facility_id": entry.facility_id.id,
                        "account_id": entry.account_id.id,
                        "date": entry.date,
                        "kind": entry.kind,
                        "amount": -entry.amount,
                        "move_id": mirror.id,
                        "accrual_id": accrual.id,
                        "reversed_entry_id": entry.id,
                    }
                    for move, mirror in zip(moves, mirrors, strict=True)
                    for entry in entries.search([("move_id", "=", move.id)])
                ]
            )
            company._coop_post_moves(mirrors, vals)
            accrual._write_guarded(
                {"state": "cancelled", "cancel_move_ids": mirrors.ids}
            )
            accrual.line_ids.sudo()._write_guarded({"is_live": False})
        return True

    def _check_loans_open(self):
        """Keep what became principal of loans that were paid since.

        Nothing would book it again, and the closed loan would be owed to.
        """
        closed = self.line_ids.facility_id.filtered(lambda loan: loan.state == "closed")
        if self.kind == "capitalised" and closed:
            raise UserError(
                self.env._(
                    "%(entry)s stays: %(loans)s was paid and closed since, with the"
                    " interest that became principal. Reverse its last payment first.",
                    entry=self.display_name,
                    loans=", ".join(closed.mapped("display_name")),
                )
            )

    def action_open_moves(self):
        """Open the journal entries of the month-end entry."""
        self.ensure_one()
        moves = self.move_id | self.reversal_move_id | self.cancel_move_ids
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Journal entries"),
            "res_model": "account.move",
            "view_mode": "list,form",
            "domain": [("id", "in", moves.ids)],
        }
