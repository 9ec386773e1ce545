# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.umkm_base.tools.rounding import round_to_unit


class LpdbDraw(models.Model):
    """Money drawn under a loan: one tranche, and what it was used for."""

    _name = "lpdb.draw"
    _description = "Loan Draw"
    _inherit = ["lpdb.transaction.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _entry_field = "draw_id"
    _money_fields = ("amount", "fee_amount")
    _frozen_fields = (
        "facility_id",
        "date",
        "amount",
        "fee_amount",
        "journal_id",
    )

    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._local_date(),
        tracking=True,
        help="Day on which the money arrives.",
    )
    amount = fields.Monetary(
        required=True, tracking=True, help="Gross amount: what is owed from then on."
    )
    fee_amount = fields.Monetary(
        string="Fees withheld",
        compute="_compute_fee_amount",
        store=True,
        readonly=False,
        help="What the lender keeps back from the draw, by the fees of the agreement.",
    )
    net_amount = fields.Monetary(
        string="Money received", compute="_compute_net_amount", store=True
    )
    journal_id = fields.Many2one(
        string="Into", help="Bank or cash journal that takes the money."
    )
    is_before_opening = fields.Boolean(
        string="Before the books",
        readonly=True,
        copy=False,
        help="Drawn before the loan was taken over: part of the opening balance.",
    )
    use_ids = fields.One2many("lpdb.draw.use", "draw_id", string="Use of funds")
    used_amount = fields.Monetary(compute="_compute_used", store=True)
    proven_amount = fields.Monetary(
        compute="_compute_used", store=True, help="Used with a proof attached."
    )
    unused_amount = fields.Monetary(
        string="Not accounted for", compute="_compute_used", store=True
    )

    _amount_positive = models.Constraint("CHECK (amount > 0)", "A draw is above zero.")
    _fee_fits = models.Constraint(
        "CHECK (fee_amount >= 0 AND fee_amount < amount)",
        "Fees withheld are neither negative nor as much as the draw.",
    )

    @api.model
    def _get_guarded_fields(self):
        return {**super()._get_guarded_fields(), "is_before_opening": False}

    @api.depends("amount", "facility_id")
    def _compute_fee_amount(self):
        for draw in self:
            draw.fee_amount = sum(
                float(
                    round_to_unit(
                        draw.amount * fee.percent / 100, draw.facility_id.rounding
                    )
                )
                for fee in draw.facility_id.fee_ids
            )

    @api.depends("amount", "fee_amount")
    def _compute_net_amount(self):
        for draw in self:
            draw.net_amount = draw.amount - draw.fee_amount

    @api.depends("amount", "use_ids.amount", "use_ids.is_proven")
    def _compute_used(self):
        for draw in self:
            draw.used_amount = sum(draw.use_ids.mapped("amount"))
            draw.proven_amount = sum(
                draw.use_ids.filtered("is_proven").mapped("amount")
            )
            draw.unused_amount = draw.amount - draw.used_amount

    @api.depends("facility_id.name", "date")
    def _compute_display_name(self):
        for draw in self:
            draw.display_name = self.env._(
                "%(facility)s, draw of %(date)s",
                facility=draw.facility_id.name or "",
                date=fields.Date.to_string(draw.date) or "",
            )

    @api.constrains("use_ids", "amount")
    def _check_use(self):
        # two uses entered at once meet on the draw's row, where their sum is written
        for draw in self:
            if draw.currency_id.compare_amounts(draw.used_amount, draw.amount) > 0:
                raise UserError(
                    self.env._(
                        "%(draw)s: %(used)s is used of %(amount)s drawn. Enter no more"
                        " than the draw paid for.",
                        draw=draw.display_name,
                        used=draw.facility_id._format(draw.used_amount),
                        amount=draw.facility_id._format(draw.amount),
                    )
                )

    # actions

    def action_post(self):
        """Book draws: money in, fees and the debt; then the schedule follows."""
        self.check_access("write")
        for draw in self.sorted(lambda draw: (draw.date, draw.id)):
            draw._check_postable()
            draw._post()
        for facility in self.facility_id:
            # the lender's schedule opens the balance when it is put in force
            if not facility.schedule_ids.filtered(lambda s: s.state == "draft"):
                facility.action_open_balance()
        return True

    def _check_postable(self):
        """Refuse what the agreement does not allow."""
        self.ensure_one()
        facility = self.facility_id
        facility._require("signed", "active", "restructured")
        # two draws at once must not pass the ceiling together
        facility._lock()
        reason = None
        if self.state != "draft":
            reason = self.env._("it is posted already.")
        elif not self.journal_id:
            reason = self.env._("choose the bank or cash journal that takes the money.")
        elif self.amount > facility.undrawn:
            reason = self.env._(
                "only %(rest)s of the ceiling is left.",
                rest=facility._format(facility.undrawn),
            )
        elif (
            facility.opening_date
            and facility._is_opened()
            and (self.date <= facility.opening_date)
        ):
            reason = self.env._(
                "the opening balance is booked already. Post all earlier draws"
                " together."
            )
        elif self.date < (facility.date_start or facility.date_signed):
            reason = self.env._("it lies before the loan starts.")
        if reason:
            raise UserError(
                self.env._(
                    "%(record)s: %(reason)s", record=self.display_name, reason=reason
                )
            )

    def _post(self):
        facility, company = self.facility_id, self.company_id
        if facility.opening_date and self.date <= facility.opening_date:
            self._write_guarded({"state": "posted", "is_before_opening": True})
            self._activate()
            return
        vals = [self._prepare_move_vals()]
        moves = company._coop_create_moves(vals)
        facility._create_entries(
            [
                {
                    "date": self.date,
                    "kind": "draw",
                    "amount": self.amount,
                    "move_id": moves.id,
                    "draw_id": self.id,
                }
            ]
        )
        company._coop_post_moves(moves, vals)
        self._write_guarded({"state": "posted", "move_id": moves.id})
        self._activate()

    def _activate(self):
        """Let the loan run with the schedule of what is drawn."""
        facility = self.facility_id
        if facility.state == "signed":
            facility._write_guarded({"state": "active"})
        if facility.scheme == "conventional":
            facility._compute_schedule(self.date)

    def _prepare_move_vals(self):
        """Return the journal entry: bank and fees against the debt."""
        facility, company = self.facility_id, self.company_id
        lender = facility.lender_id
        text = self.env._("Draw of %(name)s", name=facility.name)
        money = company._coop_money_account(self.journal_id, True)
        lines = [
            company._coop_line(money, self.net_amount, text, lender),
            company._coop_line(facility.loan_account_id, -self.amount, text, lender),
        ]
        if self.fee_amount:
            fees = self.env._("Fees withheld from %(name)s", name=facility.name)
            lines.append(
                company._coop_line(
                    facility.fee_account_id,
                    self.fee_amount,
                    fees,
                    lender,
                    **facility._analytic_vals(facility.fee_account_id),
                )
            )
        return {
            "journal_id": facility._loan_journal().id,
            "date": self.date,
            "ref": text,
            "partner_id": lender.id,
            "line_ids": lines,
        }

    def action_reverse(self, date=None, reason=None):
        """Reverse posted draws that nothing was paid on yet.

        :param str date: day of the reversal, the local date when empty
        :param str reason: text of the reversal
        """
        self.check_access("write")
        self._check_posted()
        for draw in self:
            facility = draw.facility_id
            if draw.is_before_opening:
                raise UserError(
                    self.env._(
                        "%s is part of the opening balance and stays. Enter what"
                        " differs as a draw or payment after the loan was taken over.",
                        draw.display_name,
                    )
                )
            if facility.payment_ids.filtered(lambda p: p.state == "posted"):
                raise UserError(
                    self.env._(
                        "%(facility)s has payments. Reverse them before the draw.",
                        facility=facility.display_name,
                    )
                )
            facility._check_no_restructuring_after(draw)
            facility._check_capitalised_after(draw)
            lists = facility.nominee_list_ids.filtered(
                lambda one, draw=draw: one.draw_id == draw and one.state == "submitted"
            )
            lists._end_with_draw()
            draw._reverse(date, reason)
            facility._check_onlent()
            facility._after_draw_reversal(draw.reversal_date)
        return True
