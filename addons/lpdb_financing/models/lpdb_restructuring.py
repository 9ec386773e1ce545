# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from .lpdb_facility import METHODS

#: terms of the agreement that a restructuring replaces
NEW_TERMS = (
    "annual_rate",
    "periods",
    "method",
    "principal_every",
    "grace_principal",
    "grace_interest",
    "grace_interest_mode",
)


class LpdbRestructuring(models.Model):
    """New terms for what is left of a loan, from a day on.

    Rows with payments stay; rows that nothing was paid of are replaced by new ones,
    computed on the principal that is owed on the day. What interest is owed by then is
    asked with the first new row, added to the principal or waived.
    """

    _name = "lpdb.restructuring"
    _description = "Restructuring of a Loan"
    _inherit = ["coop.posting.mixin"]
    _order = "facility_id, date desc, id desc"
    _check_company_auto = True
    _frozen_fields = (
        "facility_id",
        "date",
        "source",
        "arrears_mode",
        "date_first_due",
        *NEW_TERMS,
    )

    facility_id = fields.Many2one(
        "lpdb.facility", required=True, index=True, check_company=True
    )
    company_id = fields.Many2one(
        related="facility_id.company_id", store=True, index=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    date = fields.Date(
        string="From",
        required=True,
        default=lambda self: self.env.company._local_date(),
        tracking=True,
        help="First day of the new terms; interest on them runs from this day.",
    )
    source = fields.Char(
        string="Letter", help="Addendum or letter of the lender that grants it."
    )
    arrears_mode = fields.Selection(
        [
            ("first_row", "Asked with the first new instalment"),
            ("capitalise", "Added to the principal"),
            ("waive", "Waived"),
        ],
        string="Interest owed by then",
        required=True,
        default="first_row",
        help="What becomes of interest that is not paid on the first day.",
    )
    annual_rate = fields.Float(string="Rate (% a year)", digits=(8, 4))
    periods = fields.Integer(
        string="New instalments",
        required=True,
        help="From the first day on, grace included when the agreement says so.",
    )
    date_first_due = fields.Date(
        string="First due date", help="Only when the first period is odd."
    )
    method = fields.Selection(METHODS, required=True, default="equal_principal")
    principal_every = fields.Integer(
        default=1, required=True, help="Principal falls due every so many periods."
    )
    grace_principal = fields.Integer(
        string="Grace of principal", help="Masa tenggang: periods without principal."
    )
    grace_interest = fields.Integer(
        string="Grace of interest", help="Periods whose interest is put off or waived."
    )
    grace_interest_mode = fields.Selection(
        [
            ("pay", "Paid as usual"),
            ("defer", "Put off to the end of grace"),
            ("capitalise", "Added to the principal"),
            ("waive", "Waived"),
        ],
        required=True,
        default="pay",
        help="What becomes of the interest during its grace.",
    )
    principal = fields.Monetary(
        string="Principal left",
        readonly=True,
        copy=False,
        help="Owed on the first day, with the interest added to it.",
    )
    arrears = fields.Monetary(
        string="Interest owed",
        readonly=True,
        copy=False,
        help="Not paid on the first day.",
    )
    kept_rows = fields.Integer(
        readonly=True, copy=False, help="Rows that stay, because something was paid."
    )
    schedule_id = fields.Many2one(
        "lpdb.schedule",
        string="Schedule before",
        readonly=True,
        copy=False,
        index="btree_not_null",
        help="The version that it replaces; its rows stay in the books.",
    )

    @api.model
    def _get_guarded_fields(self):
        return {
            **super()._get_guarded_fields(),
            "principal": 0.0,
            "arrears": 0.0,
            "kept_rows": 0,
            "schedule_id": False,
        }

    @api.depends("facility_id.name", "date")
    def _compute_display_name(self):
        for record in self:
            record.display_name = self.env._(
                "%(facility)s, restructured on %(date)s",
                facility=record.facility_id.name or "",
                date=fields.Date.to_string(record.date) or "",
            )

    def action_post(self):
        """Put the new terms in force: a new version of the schedule starts."""
        self.check_access("write")
        for record in self.sorted(lambda record: (record.date, record.id)):
            record._check_postable()
            record._post()
        return True

    def _check_postable(self):
        self.ensure_one()
        facility = self.facility_id
        facility._require("active", "restructured")
        facility._lock()
        facility._book_capitalised(self.date)
        current = facility.schedule_id
        touched = current._settled_rows()
        later = touched.filtered(lambda line: line.due > self.date)
        events = facility.entry_ids.filtered(
            lambda entry: entry.date > self.date and entry._moves_principal()
        )
        reason = None
        if self.state != "draft":
            reason = self.env._("it is in force already.")
        elif current.kind != "computed":
            reason = self.env._(
                "the loan follows the lender's schedule. Enter the new schedule that"
                " the lender sends instead."
            )
        elif later:
            reason = self.env._(
                "%(rows)s, due after that day, are paid already. Choose a later day.",
                rows=", ".join(later.mapped("display_name")),
            )
        elif events:
            reason = self.env._(
                "the loan has draws or payments after that day. Choose a later day."
            )
        elif self.periods < 1:
            reason = self.env._("say how many instalments there are from then on.")
        if reason:
            raise UserError(
                self.env._(
                    "%(record)s: %(reason)s", record=self.display_name, reason=reason
                )
            )

    def _post(self):
        facility = self.facility_id
        current = facility.schedule_id
        arrears = facility.currency_id.round(
            facility._interest_owed(self.date, "till_date")
        )
        principal = facility._outstanding_at(self.date)
        capitalised = arrears if self.arrears_mode == "capitalise" else 0.0
        self._write_guarded(
            {
                "state": "posted",
                "arrears": arrears,
                "principal": principal + capitalised,
                "kept_rows": max(current._settled_rows().mapped("n"), default=0),
                "schedule_id": current.id,
            }
        )
        if capitalised:
            self._book_capitalised(capitalised)
        facility._write_guarded({"state": "restructured"})
        rows = facility._build(facility._posted_draws())
        facility._new_version(rows, self.date, restructured=True)

    def _book_capitalised(self, amount):
        """Book interest that becomes principal."""
        facility, company = self.facility_id, self.company_id
        text = self.env._("Interest added to the principal of %s", facility.name)
        lender = facility.lender_id
        vals = {
            "journal_id": facility._loan_journal().id,
            "date": self.date,
            "ref": text,
            "partner_id": lender.id,
            "line_ids": [
                company._coop_line(
                    facility.interest_account_id,
                    amount,
                    text,
                    lender,
                    **facility._analytic_vals(facility.interest_account_id),
                ),
                company._coop_line(facility.loan_account_id, -amount, text, lender),
            ],
        }
        moves = company._coop_create_moves([vals])
        facility._create_entries(
            [
                {
                    "date": self.date,
                    "kind": "capitalised",
                    "amount": amount,
                    "move_id": moves.id,
                }
            ]
        )
        company._coop_post_moves(moves, [vals])
        self._write_guarded({"move_id": moves.id})

    def _kept_rows(self):
        """Return the rows before the new terms, each asking what was paid of it."""
        self.ensure_one()
        return self.schedule_id.line_ids.filtered(
            lambda line: line.n <= self.kept_rows
        ).sorted("n")
