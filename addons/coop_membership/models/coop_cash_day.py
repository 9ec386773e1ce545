# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import SQL, format_date


class CoopCashDay(models.Model):
    """A cash journal on one day: opening, movements, count, difference, hand-over."""

    _name = "coop.cash.day"
    _description = "Cash Day"
    _inherit = ["coop.guard.mixin", "mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _guarded_fields = {
        "state": "open",
        "opening_amount": 0.0,
        "date_previous": False,
        "expected_at_count": 0.0,
        "counted_by_id": False,
        "counted_at": False,
        "closed_by_id": False,
        "closed_at": False,
        "difference_move_id": False,
    }
    _frozen_fields = (
        "company_id",
        "journal_id",
        "date",
        "count_line_ids",
        "difference_reason",
    )

    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    journal_id = fields.Many2one(
        "account.journal",
        string="Cash journal",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        check_company=True,
        ondelete="restrict",
        domain="[('type', '=', 'cash')]",
    )
    account_id = fields.Many2one(related="journal_id.default_account_id")
    date = fields.Date(
        required=True,
        default=lambda self: self.env.company._local_date(),
        tracking=True,
    )
    date_previous = fields.Date(
        string="Day before",
        readonly=True,
        copy=False,
        help="Last day that was counted; movements after it belong to this day.",
    )
    opening_amount = fields.Monetary(
        string="Opening",
        readonly=True,
        copy=False,
        help="What was counted on the day before; of the first day the balance of the"
        " ledger.",
    )
    amount_in = fields.Monetary(
        string="Money in",
        compute="_compute_movements",
        help="Posted entries since the day before.",
    )
    amount_out = fields.Monetary(
        string="Money out",
        compute="_compute_movements",
        help="Posted entries since the day before.",
    )
    expected_amount = fields.Monetary(
        string="Expected",
        compute="_compute_movements",
        help="Opening and received less paid out: what should lie in the drawer.",
    )
    count_line_ids = fields.One2many("coop.cash.count", "day_id", string="Cash count")
    counted_amount = fields.Monetary(
        string="Counted", compute="_compute_counted_amount", store=True
    )
    difference_amount = fields.Monetary(
        string="Difference",
        compute="_compute_movements",
        help="Counted less expected: positive when there is too much.",
    )
    difference_reason = fields.Char(
        string="Explanation",
        copy=False,
        help="Why the count differs from the books; needed before the day is closed.",
    )
    expected_at_count = fields.Monetary(
        readonly=True, copy=False, help="What was expected when the cash was counted."
    )
    counted_by_id = fields.Many2one(
        "res.users",
        string="Handed over by",
        readonly=True,
        copy=False,
        tracking=True,
        help="Who counted the cash and signed the hand-over.",
    )
    counted_at = fields.Datetime(string="Handed over at", readonly=True, copy=False)
    closed_by_id = fields.Many2one(
        "res.users",
        string="Received by",
        readonly=True,
        copy=False,
        tracking=True,
        help="Who checked the count and took the cash over; somebody else.",
    )
    closed_at = fields.Datetime(string="Received at", readonly=True, copy=False)
    difference_move_id = fields.Many2one(
        "account.move",
        string="Entry of the difference",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
    )
    reopen_reason = fields.Char(
        string="Reason to reopen",
        copy=False,
        help="Why a closed day has to be counted again; stays in the history.",
    )
    state = fields.Selection(
        [("open", "Open"), ("counted", "Counted"), ("closed", "Closed")],
        required=True,
        default="open",
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
    )

    _day_uniq = models.Constraint(
        "UNIQUE (journal_id, date)", "This cash journal has that day already."
    )
    _one_open = models.UniqueIndex(
        "(journal_id) WHERE state != 'closed'",
        "This cash journal has a day that is not closed yet. Count and close it before"
        " the next one is opened.",
    )
    _signed_by_two = models.Constraint(
        "CHECK (state != 'closed' OR counted_by_id != closed_by_id)",
        "A cash day is handed over by one person and received by another.",
    )

    @api.depends("company_id")
    def _compute_journal_id(self):
        for day in self:
            if day.journal_id.company_id != day.company_id:
                day.journal_id = day.company_id._coop_journal("counter")

    @api.depends(
        "date",
        "journal_id",
        "opening_amount",
        "counted_amount",
        "difference_move_id",
        "state",
    )
    def _compute_movements(self):
        sums = self._get_movements()
        for day in self:
            day.amount_in, day.amount_out = sums.get(day._origin.id, (0.0, 0.0))
            day.expected_amount = day.opening_amount + day.amount_in - day.amount_out
            day.difference_amount = day.counted_amount - day.expected_amount

    @api.depends("count_line_ids.amount")
    def _compute_counted_amount(self):
        for day in self:
            day.counted_amount = sum(day.count_line_ids.mapped("amount"))

    @api.depends("journal_id", "date")
    @api.depends_context("lang")
    def _compute_display_name(self):
        for day in self:
            date = format_date(self.env, day.date)
            day.display_name = f"{day.journal_id.name or ''} {date}".strip()

    @api.constrains("journal_id")
    def _check_journal(self):
        for day in self:
            # tellers use the journals without being allowed to configure them
            journal = day.journal_id.sudo()
            account = journal.default_account_id
            if journal.type != "cash" or not account:
                raise ValidationError(
                    self.env._(
                        "%(journal)s is no cash journal with an account. Choose the"
                        " journal of a cash drawer.",
                        journal=journal.display_name,
                    )
                )
            sharing = journal.search(
                [
                    ("default_account_id", "=", account.id),
                    ("company_id", "=", journal.company_id.id),
                    ("id", "!=", journal.id),
                ],
                limit=1,
            )
            if sharing:
                raise ValidationError(
                    self.env._(
                        "%(journal)s and %(other)s keep their cash on the same account,"
                        " so neither can be counted. Give each its own.",
                        journal=journal.display_name,
                        other=sharing.display_name,
                    )
                )

    def _is_frozen(self):
        return self.state != "open"

    @api.model_create_multi
    def create(self, vals_list):
        days = super().create(vals_list)
        for day in days:
            day._carry_over()
            day._list_denominations()
        return days

    def write(self, vals):
        moved = self.filtered(
            lambda day: any(
                day._differs(field, vals[field])
                for field in ("date", "journal_id", "company_id")
                if field in vals
            )
        )
        result = super().write(vals)
        for day in moved:
            day._carry_over()
        return result

    def _carry_over(self):
        """Take the opening from the day before; a day cannot lie before another."""
        self.ensure_one()
        others = self.search(
            [("journal_id", "=", self.journal_id.id), ("id", "!=", self.id)],
            order="date desc",
            limit=1,
        )
        if others and others.date >= self.date:
            raise ValidationError(
                self.env._(
                    "%(journal)s has the day %(other)s already, so %(day)s cannot be"
                    " opened any more.",
                    journal=self.journal_id.name,
                    other=format_date(self.env, others.date),
                    day=format_date(self.env, self.date),
                )
            )
        previous = others.date or fields.Date.subtract(self.date, days=1)
        opening = (
            others.counted_amount if others else self._get_ledger_balance(previous)
        )
        self._write_guarded({"date_previous": previous, "opening_amount": opening})

    def _list_denominations(self):
        """Prepare a line of the count for each note and coin in circulation."""
        self.ensure_one()
        if self.count_line_ids:
            return
        valid = self.env["coop.cash.denomination"]._get_valid(
            self.currency_id, self.date
        )
        self.count_line_ids = [
            Command.create({"denomination_id": denomination.id})
            for denomination in valid
        ]

    def _get_ledger_balance(self, day):
        """Return what the ledger says lies in the drawer at the end of a day."""
        self.ensure_one()
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                "SELECT COALESCE(SUM(balance), 0) FROM account_move_line"
                " WHERE company_id = %s AND account_id = %s AND date <= %s"
                " AND parent_state = 'posted'",
                self.company_id.id,
                self.sudo().account_id.id,
                day,
            )
        )
        return float(rows[0][0])

    def _get_movements(self):
        """Sum what came in and went out since the day before, without differences.

        :rtype: {day id: (amount in, amount out)}
        """
        if not self.ids:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT d.id,
                       COALESCE(SUM(l.balance) FILTER (WHERE l.balance > 0), 0),
                       COALESCE(-SUM(l.balance) FILTER (WHERE l.balance < 0), 0)
                  FROM coop_cash_day d
                  JOIN account_journal j ON j.id = d.journal_id
                  JOIN account_move_line l
                    ON l.account_id = j.default_account_id
                   AND l.company_id = d.company_id AND l.parent_state = 'posted'
                   AND l.date > d.date_previous AND l.date <= d.date
                   AND l.move_id IS DISTINCT FROM d.difference_move_id
                 WHERE d.id = ANY(%s)
              GROUP BY d.id
                """,
                self.ids,
            )
        )
        return {day: (float(inward), float(out)) for day, inward, out in rows}


class CoopCashCount(models.Model):
    """How many of one note or coin were counted."""

    _name = "coop.cash.count"
    _description = "Cash Count Line"
    _inherit = ["coop.guard.mixin"]
    _order = "day_id, face_value desc, id"
    _check_company_auto = True
    _frozen_fields = ("day_id", "denomination_id", "quantity")

    day_id = fields.Many2one(
        "coop.cash.day", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="day_id.company_id", store=True, index=True, precompute=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    denomination_id = fields.Many2one(
        "coop.cash.denomination", required=True, ondelete="restrict"
    )
    face_value = fields.Monetary(
        related="denomination_id.amount", store=True, precompute=True
    )
    quantity = fields.Integer(
        string="Pieces", default=0, help="Number of notes or coins counted."
    )
    amount = fields.Monetary(compute="_compute_amount", store=True)

    _denomination_uniq = models.Constraint(
        "UNIQUE (day_id, denomination_id)",
        "Each note and coin stands once in the count.",
    )
    _quantity_positive = models.Constraint(
        "CHECK (quantity >= 0)", "The number of notes or coins cannot be negative."
    )

    @api.depends("quantity", "face_value")
    def _compute_amount(self):
        for line in self:
            line.amount = line.quantity * line.face_value

    def _is_frozen(self):
        return self.day_id.state != "open"

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_day_open()
        return lines

    def write(self, vals):
        result = super().write(vals)
        if "day_id" in vals:
            # the guard and the rules saw the old day only
            self.day_id.check_access("write")
            self._check_day_open()
        return result

    def _check_day_open(self):
        """Refuse to add lines to a count that is signed."""
        signed = self.day_id.filtered(lambda day: day.state != "open")
        if signed:
            signed[:1]._raise_frozen("count_line_ids")
