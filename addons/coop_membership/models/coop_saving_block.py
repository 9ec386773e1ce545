# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError


class CoopSavingBlock(models.Model):
    """A part of a balance that cannot be drawn: a pledge, a dispute, a death."""

    _name = "coop.saving.block"
    _description = "Blocked Savings"
    _inherit = ["coop.guard.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _guarded_fields = {
        "state": "active",
        "date_released": False,
        "release_reason": False,
    }
    _frozen_fields = ("account_id", "amount", "reason", "date")

    account_id = fields.Many2one(
        "coop.saving.account",
        string="Savings account",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    member_id = fields.Many2one(
        related="account_id.member_id", store=True, index=True, precompute=True
    )
    company_id = fields.Many2one(
        related="account_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        required=True,
        string="Blocked on",
        default=lambda self: self.env.company._local_date(),
    )
    amount = fields.Monetary(required=True)
    reason = fields.Char(required=True, help="Pledge, dispute, death of the member.")
    state = fields.Selection(
        [("active", "Blocked"), ("released", "Released")],
        required=True,
        default="active",
        readonly=True,
    )
    date_released = fields.Date(readonly=True, string="Released on")
    release_reason = fields.Char(readonly=True)

    _amount_positive = models.Constraint(
        "CHECK (amount > 0)", "What is blocked is more than nothing."
    )

    def _is_frozen(self):
        return True

    @api.model_create_multi
    def create(self, vals_list):
        blocks = super().create(vals_list)
        for account, own in blocks.grouped("account_id").items():
            account.check_access("write")
            account._write_guarded(
                {"blocked_amount": account.blocked_amount + sum(own.mapped("amount"))}
            )
            account.flush_recordset()
        return blocks

    def action_release(self, reason=None):
        """Let the money be drawn again.

        :param str reason: why, for the record
        """
        self.account_id.check_access("write")
        closed = self.filtered(lambda block: block.state != "active")
        if closed:
            raise UserError(
                self.env._(
                    "%(names)s: released already.",
                    names=", ".join(closed.mapped("display_name")),
                )
            )
        for account, blocks in self.grouped("account_id").items():
            account._write_guarded(
                {
                    "blocked_amount": account.blocked_amount
                    - sum(blocks.mapped("amount"))
                }
            )
        for company, blocks in self.grouped("company_id").items():
            blocks._write_guarded(
                {
                    "state": "released",
                    "date_released": company._local_date(),
                    "release_reason": reason,
                }
            )
        self.account_id.flush_recordset()
        return True


class CoopSavingAccount(models.Model):
    _inherit = "coop.saving.account"

    block_ids = fields.One2many("coop.saving.block", "account_id", string="Blocks")

    def action_block(self, amount, reason=None):
        """Block a part of the balance, beside what is blocked already.

        :param float amount: to be blocked; a negative amount releases that much, the
            latest blocks first
        :param str reason: why it is blocked, or released
        """
        self.ensure_one()
        self.check_access("write")
        day = self.company_id._local_date()
        if amount > 0:
            self.env["coop.saving.block"].create(
                {
                    "account_id": self.id,
                    "amount": amount,
                    "date": day,
                    "reason": reason or self.env._("Blocked"),
                }
            )
            return True
        rest = -amount
        for block in self.block_ids.filtered(lambda b: b.state == "active").sorted(
            "id", reverse=True
        ):
            if self.currency_id.compare_amounts(rest, 0) <= 0:
                break
            kept = block.amount - rest
            rest -= block.amount
            block.action_release(reason)
            if self.currency_id.compare_amounts(kept, 0) > 0:
                self.action_block(kept, block.reason)
        if self.currency_id.compare_amounts(rest, 0) > 0:
            raise UserError(
                self.env._(
                    "%(account)s: less than that is blocked.", account=self.display_name
                )
            )
        return True
