# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import models

from .lpdb_facility_month_end import OWING


class LpdbFacility(models.Model):
    """Report pack: the agreement, where the loan stands, its schedule and payments."""

    _inherit = "lpdb.facility"

    def _pack_agreement(self, first, last):
        facts = [
            ("borrower", self.env._("Borrower"), "text", self.company_id.name),
            ("lender", self.env._("Lender"), "text", self.lender_id.name),
            ("loan", self.env._("Loan"), "text", self.name),
            (
                "number",
                self.env._("Agreement number"),
                "text",
                self.agreement_number or None,
            ),
            (
                "date_agreement",
                self.env._("Date of the agreement"),
                "date",
                self.date_agreement or None,
            ),
            ("date_signed", self.env._("Signed on"), "date", self.date_signed or None),
            ("scheme", self.env._("Scheme"), "text", self._pack_label(self, "scheme")),
            ("plafond", self.env._("Ceiling"), "amount", self.plafond),
            ("words", self.env._("In words"), "text", self._print_words(self.plafond)),
            ("rate", self.env._("Rate (% a year)"), "ratio", self.annual_rate),
            ("method", self.env._("Method"), "text", self._pack_label(self, "method")),
            ("periods", self.env._("Instalments"), "number", self.periods or None),
            ("grace", self.env._("Grace of principal"), "number", self.grace_principal),
            ("penalty", self.env._("Penalty (% a year)"), "ratio", self.penalty_rate),
            (
                "principal_bank",
                self.env._("Account for principal"),
                "text",
                self.principal_bank_id.sudo().acc_number or None,
            ),
            (
                "interest_bank",
                self.env._("Account for interest"),
                "text",
                self.interest_bank_id.sudo().acc_number or None,
            ),
            (
                "site",
                self.env._("Site financed"),
                "text",
                self.analytic_account_id.sudo().name or None,
            ),
            ("date_from", self.env._("Period from"), "date", first),
            ("date_to", self.env._("Period to"), "date", last),
        ]
        return self._pack_part(
            "agreement", self.env._("Agreement"), facts, self._pack_changes(last)
        )

    def _pack_changes(self, last):
        """Return the tables of what changed the terms by the last day."""
        restructured = self.restructuring_ids.filtered(
            lambda row: row.state == "posted" and row.date <= last
        )
        rates = self.rate_ids.filtered(lambda rate: rate.date_from <= last)
        changes = [
            {
                "date": rate.date_from,
                "what": self.env._("Rate"),
                "rate": rate.annual_rate,
                "source": rate.source or None,
            }
            for rate in rates
        ] + [
            {
                "date": row.date,
                "what": self.env._("Restructuring, %s new instalments", row.periods),
                "rate": row.annual_rate,
                "source": row.source or None,
            }
            for row in restructured
        ]
        if not changes:
            return []
        columns = [
            ("date", self.env._("Date"), "date"),
            ("what", self.env._("Change"), "text"),
            ("rate", self.env._("Rate (% a year)"), "ratio"),
            ("source", self.env._("Letter"), "text"),
        ]
        changes.sort(key=lambda change: change["date"])
        return [
            self._pack_table(
                "changes", self.env._("Changes of the terms"), columns, changes
            )
        ]

    def _pack_position(self, first, last):
        drawn = sum(self._pack_draws(last).mapped("amount"))
        split = self._pack_split(last)
        standing = self._position_at(last).get(self.id, {})
        paid = self._pack_paid(first, last)
        interest = self._pack_interest(last)
        facts = [
            ("date", self.env._("At the end of"), "date", last),
            ("plafond", self.env._("Ceiling"), "amount", self.plafond),
            ("drawn", self.env._("Drawn"), "amount", drawn),
            ("undrawn", self.env._("Not drawn"), "amount", self.plafond - drawn),
            ("outstanding", self.env._("Outstanding"), "amount", split["outstanding"]),
            ("short", self.env._("Due within 12 months"), "amount", split["short"]),
            ("long", self.env._("Due later"), "amount", split["long"]),
            ("interest", self.env._("Interest owed"), "amount", interest),
            (
                "overdue",
                self.env._("Overdue instalments"),
                "amount",
                standing.get("overdue", 0),
            ),
            (
                "oldest_due",
                self.env._("Oldest overdue since"),
                "date",
                standing.get("oldest_due") or None,
            ),
            (
                "next_due",
                self.env._("Next due date"),
                "date",
                standing.get("next_due") or None,
            ),
            (
                "next_amount",
                self.env._("Next instalment"),
                "amount",
                standing.get("next_amount", 0.0),
            ),
            (
                "paid_principal",
                self.env._("Principal paid in the period"),
                "amount",
                paid[0],
            ),
            (
                "paid_interest",
                self.env._("Interest paid in the period"),
                "amount",
                paid[1],
            ),
            (
                "paid_penalty",
                self.env._("Penalty paid in the period"),
                "amount",
                paid[2],
            ),
        ]
        return self._pack_part("position", self.env._("Position"), facts)

    def _pack_split(self, last):
        """Return the debt by term at the end of a day, by the schedule of that day."""
        owed = self.currency_id.round(self._outstanding_at(last))
        short = self._short_at(last)[self]
        long = self.currency_id.round(owed - short)
        return {"outstanding": owed, "short": short, "long": long}

    def _pack_interest(self, last):
        """Return the interest owed at the end of a day, None of a closed loan."""
        if self.state not in OWING:
            return None
        return self._month_end_amounts("interest", last)[self]

    def _pack_rows_at(self, last):
        self.env.flush_all()
        return self.env.execute_query_dict(self._rows_at_sql(last))

    def _pack_draws(self, last):
        """Return the draws that stood at the end of a day."""
        return self.draw_ids.filtered(
            lambda draw: draw.date <= last and draw._stood_at(last)
        ).sorted(lambda draw: (draw.date, draw.id))

    def _pack_paid_in(self, first, last):
        """Return the payments of a period that stood at its end."""
        return self.payment_ids.filtered(
            lambda paid: (
                first <= paid.date <= last
                and paid._stood_at(last)
                and not paid.is_opening
            )
        ).sorted(lambda paid: (paid.date, paid.id))

    def _pack_paid(self, first, last):
        payments = self._pack_paid_in(first, last)
        return [
            sum(payments.mapped(name)) for name in ("principal", "interest", "penalty")
        ]

    def _pack_schedule(self, first, last):
        found = self._pack_rows_at(last)
        lines = self.env["lpdb.instalment"].browse([row["id"] for row in found])
        lines.fetch(["n", "due", "principal", "interest", "payment", "balance"])
        rows = [
            self._pack_row(line, float(row["principal"]), float(row["interest"]), last)
            for line, row in zip(lines, found, strict=True)
        ]
        rows.sort(key=lambda row: row["n"])
        columns = [
            ("n", self.env._("No."), "number"),
            ("due", self.env._("Due date"), "date"),
            ("principal", self.env._("Principal"), "amount"),
            ("interest", self.env._("Interest"), "amount"),
            ("payment", self.env._("Instalment"), "amount"),
            ("balance", self.env._("Balance after"), "amount"),
            ("paid", self.env._("Paid"), "amount"),
            ("rest", self.env._("Open"), "amount"),
            ("state", self.env._("State"), "text"),
        ]
        table = self._pack_table(
            "schedule",
            None,
            columns,
            rows,
            ("principal", "interest", "payment", "paid", "rest"),
        )
        version = lines.schedule_id[:1]
        facts = [
            ("version", self.env._("Version"), "number", version.version or None),
            (
                "kind",
                self.env._("Kind"),
                "text",
                self._pack_label(version, "kind") if version else None,
            ),
            ("source", self.env._("Letter"), "text", version.source or None),
        ]
        notes = (
            []
            if rows
            else [self.env._("Nothing was drawn by then, so nothing falls due.")]
        )
        return self._pack_part(
            "schedule", self.env._("Schedule"), facts, [table], notes
        )

    def _pack_row(self, line, principal, interest, last):
        """Return an instalment as it stood at the end of a day."""
        rest = self.currency_id.round(max(principal, 0.0) + interest)
        state = self.env._("falls due")
        if not rest:
            state = self.env._("paid")
        elif line.due <= last:
            state = self.env._("overdue")
        elif rest < line.payment:
            state = self.env._("paid in part")
        return {
            "n": line.n,
            "due": line.due,
            "principal": line.principal,
            "interest": line.interest,
            "payment": line.payment,
            "balance": line.balance,
            "paid": self.currency_id.round(line.payment - rest),
            "rest": rest,
            "state": state,
        }

    def _pack_payments(self, first, last):
        payments = self._pack_paid_in(first, last)
        parts = ("principal", "interest", "penalty")
        columns = [
            ("date", self.env._("Date"), "date"),
            ("reference", self.env._("Transfer"), "text"),
            ("journal", self.env._("From"), "text"),
            ("principal", self.env._("Principal"), "amount"),
            ("interest", self.env._("Interest"), "amount"),
            ("penalty", self.env._("Penalty"), "amount"),
            ("amount", self.env._("Amount"), "amount"),
        ]
        rows = [
            {
                "date": paid.date,
                "reference": paid.reference or None,
                "journal": paid.journal_id.sudo().name,
                **{name: paid[name] for name in (*parts, "amount")},
            }
            for paid in payments
        ]
        tables = [
            self._pack_table("payments", None, columns, rows, (*parts, "amount")),
        ]
        taken_back = self.payment_ids.filtered(
            lambda paid: (
                paid.reversal_date
                and first <= paid.reversal_date <= last
                and paid.date < first
            )
        )
        if taken_back:
            columns = [
                ("date", self.env._("Paid on"), "date"),
                ("reversed", self.env._("Taken back on"), "date"),
                ("amount", self.env._("Amount"), "amount"),
            ]
            rows = [
                {
                    "date": paid.date,
                    "reversed": paid.reversal_date,
                    "amount": paid.amount,
                }
                for paid in taken_back.sorted("reversal_date")
            ]
            title = self.env._("Earlier payments taken back")
            tables.append(
                self._pack_table("taken_back", title, columns, rows, ("amount",))
            )
        notes = [] if payments else [self.env._("Nothing was paid in the period.")]
        return self._pack_part(
            "payments", self.env._("Payments of the period"), tables=tables, notes=notes
        )
