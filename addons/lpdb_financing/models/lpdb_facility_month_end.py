# SPDX-License-Identifier: AGPL-3.0-or-later
from collections import defaultdict

from odoo import Command, fields, models
from odoo.exceptions import UserError

#: a facility owes interest and principal in these states
OWING = ("active", "restructured")


class LpdbFacility(models.Model):
    """Month-end: interest that is owed, and what of the principal is current."""

    _inherit = "lpdb.facility"

    date_called = fields.Date(
        string="Called or in breach since",
        tracking=True,
        help="From when the lender may ask for the whole debt for other reasons than a"
        " recorded covenant test: the loan is called, or another clause is broken. All"
        " of it is current from then on.",
    )
    accrual_line_ids = fields.One2many(
        "lpdb.accrual.line", "facility_id", string="Month-end entries"
    )

    def action_accrue(self, date=None):
        """Book the interest owed at the end of a day, and its mirror the day after.

        Interest that became principal by then is booked first, each on its own day.

        Owed is what fell due and is not paid, and what ran since the last due date by
        the day count of the agreement; put-off interest accrues in each period. One
        journal entry for each company. A loan that was accrued on that day with the
        same amount is left as it is.

        :param str date: reporting date (ISO), the local date when empty
        :return: ids of the ``lpdb.accrual`` made
        :rtype: list(int)
        :raise UserError: when another amount is booked on that day already, or the day
            lies before the only loan asked for is in the books; of several loans, those
            not in the books on that day are left out
        """
        return self._book_month_end("interest", date)

    def action_reclassify(self, date=None):
        """Show what falls due within 12 months as current at the end of a day.

        The mirror follows on the next day. See :meth:`split_current`.

        :param str date: reporting date (ISO), the local date when empty
        :return: ids of the ``lpdb.accrual`` made
        :rtype: list(int)
        :raise UserError: as :meth:`action_accrue`
        """
        return self._book_month_end("current", date)

    # amounts

    def _month_end_amounts(self, kind, day):
        """Return what the month-end entry of a kind has to show: ``{loan: amount}``."""
        loans = self.filtered("schedule_id")
        if kind == "current":
            return {**dict.fromkeys(self, 0.0), **loans._short_at(day)}
        return dict.fromkeys(self, 0.0) | {
            loan: loan.currency_id.round(
                loan._interest_owed(day, "till_date", loan._past(day))
            )
            for loan in loans
        }

    def _get_month_end_gaps(self, kind, day):
        """Return the loans whose month-end entry of a day is missing or differs.

        :param str kind: interest or current
        """
        day = fields.Date.to_date(day)
        owing = self._owing_at(day)
        booked = owing._booked_at_month_end(kind, day)
        amounts = owing._month_end_amounts(kind, day)
        return owing.filtered(
            lambda f: (
                f._uncapitalised(day)
                or f.currency_id.compare_amounts(amounts[f], booked.get(f, 0.0))
            )
        )

    def _owing_at(self, day):
        """Return the loans in the books that are not closed at the end of a day."""
        return self.filtered(
            lambda loan: (
                (loan.state in OWING or (loan.date_closed or day) > day)
                and loan._first_day(day) <= day
            )
        )

    def _booked_at_month_end(self, kind, day):
        """Return the amount that is booked of each loan: ``{facility: amount}``."""
        return dict(
            self.env["lpdb.accrual.line"]._read_group(
                [
                    ("facility_id", "in", self.ids),
                    ("date", "=", day),
                    ("kind", "=", kind),
                    ("is_live", "=", True),
                ],
                ["facility_id"],
                ["amount:sum"],
            )
        )

    # booking

    def _book_month_end(self, kind, date):
        self.check_access("write")
        made = []
        for company, facilities in self.grouped("company_id").items():
            day = company._read_day(date)
            if len(self) == 1 and self.state in (*OWING, "closed"):
                self._check_running_at(day)
            facilities = facilities._owing_at(day)
            open_loans = facilities.filtered(lambda loan: loan.state in OWING)
            made += open_loans._book_capitalised(day).ids
            amounts = {}
            booked = facilities._booked_at_month_end(kind, day)
            for facility, amount in facilities._month_end_amounts(kind, day).items():
                if facility in booked:
                    facility._check_booked(day, booked[facility], amount)
                elif amount > 0:
                    amounts[facility] = amount
            if amounts:
                made += facilities._post_month_end(company, kind, day, amounts).ids
        return made

    def _check_booked(self, day, booked, amount):
        if not self.currency_id.compare_amounts(booked, amount):
            return
        raise UserError(
            self.env._(
                "%(facility)s: %(booked)s is booked on %(day)s already, but it would"
                " be %(amount)s now. Take that month-end entry back first.",
                facility=self.display_name,
                booked=self._format(booked),
                day=fields.Date.to_string(day),
                amount=self._format(amount),
            )
        )

    def _post_month_end(self, company, kind, day, amounts, instalments=None):
        """Book the entry of the day, and its mirror unless the interest stays.

        :param dict amounts: {facility: amount}
        :param dict instalments: {facility: id of the row that is added to principal}
        :return: the ``lpdb.accrual``
        """
        all_vals = [self._prepare_month_end_vals(company, kind, day, amounts)]
        move = company._coop_create_moves(all_vals)
        mirror = self.env["account.move"]
        if kind != "capitalised":
            text = self.env._("Mirror of %s", all_vals[0]["ref"])
            next_day = fields.Date.add(day, days=1)
            all_vals.append(company._coop_mirror_vals(move, next_day, text))
            mirror = company._coop_create_moves(all_vals[1:])
        accrual = self._create_accrual(company, kind, day, amounts, instalments or {})
        # nobody holds a right to write the sub-ledger; posting does it for him
        self.env["lpdb.entry"].sudo().create(
            [
                {
                    **fact,
                    "date": booked.date,
                    "amount": sign * fact["amount"],
                    "move_id": booked.id,
                    "accrual_id": accrual.id,
                }
                for booked, sign in ((move, 1), (mirror, -1))
                if booked
                for facility, amount in amounts.items()
                for fact in facility._month_end_facts(kind, amount)
            ]
        )
        company._coop_post_moves(move | mirror, all_vals)
        accrual._write_guarded({"move_id": move.id, "reversal_move_id": mirror.id})
        return accrual

    def _create_accrual(self, company, kind, day, amounts, instalments):
        # nobody holds a right to create month-end entries; booking does it for him
        return (
            self.env["lpdb.accrual"]
            .sudo()
            .create(
                {
                    "company_id": company.id,
                    "date": day,
                    "kind": kind,
                    "line_ids": [
                        Command.create(
                            {
                                "facility_id": facility.id,
                                "amount": amount,
                                "instalment_id": instalments.get(facility),
                            }
                        )
                        for facility, amount in amounts.items()
                    ],
                }
            )
        )

    def _month_end_facts(self, kind, amount):
        """Return what the entry of the day writes in the sub-ledger of a loan."""
        self.ensure_one()
        debit, credit = self._month_end_accounts(kind)
        common = {"facility_id": self.id}
        if kind == "interest":
            return [
                {
                    **common,
                    "account_id": credit.id,
                    "kind": "accrual",
                    "amount": amount,
                }
            ]
        if kind == "capitalised":
            fact = {"account_id": credit.id, "kind": kind, "amount": amount}
            return [{**common, **fact}]
        common["kind"] = "reclassification"
        return [
            {**common, "account_id": debit.id, "amount": -amount},
            {**common, "account_id": credit.id, "amount": amount},
        ]

    def _month_end_accounts(self, kind):
        """Return the account that is debited and the one that is credited."""
        self.ensure_one()
        debit, credit = self.interest_account_id, self.accrued_account_id
        if kind == "current":
            debit, credit = self.loan_account_id, self.current_account_id
        elif kind == "capitalised":
            credit = self.loan_account_id
        if not debit or not credit:
            raise UserError(
                self.env._(
                    "%(facility)s lacks an account for month-end. Run the set-up"
                    " of the cooperative or choose it.",
                    facility=self.display_name,
                )
            )
        return debit, credit

    def _prepare_month_end_vals(self, company, kind, day, amounts):
        """Return the journal entry: a line for each lender, account and site.

        The loans stand one by one in the sub-ledger and in the ``lpdb.accrual``.
        """
        text = {
            "interest": self.env._("Interest owed at %s", fields.Date.to_string(day)),
            "current": self.env._(
                "Current portion of loans at %s", fields.Date.to_string(day)
            ),
            "capitalised": self.env._(
                "Interest added to the principal on %s", fields.Date.to_string(day)
            ),
        }[kind]
        sums = defaultdict(float)
        for facility, amount in amounts.items():
            debit, credit = facility._month_end_accounts(kind)
            for account, balance in ((debit, amount), (credit, -amount)):
                site = facility._analytic_of(account)
                sums[account, facility.lender_id, site] += balance
        lines = [
            company._coop_line(
                account,
                company.currency_id.round(amount),
                text,
                lender,
                analytic_distribution=site._lpdb_distribution(),
            )
            for (account, lender, site), amount in sums.items()
        ]
        return {
            "journal_id": self[:1]._loan_journal().id,
            "date": day,
            "ref": text,
            "line_ids": lines,
        }
