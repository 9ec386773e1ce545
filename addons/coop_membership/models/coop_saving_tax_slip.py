# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.tools import SQL


class CoopSavingTaxSlip(models.Model):
    """Withholding slip of a member and month, also when nothing was withheld.

    Written by the statement that posts interest or tax, so it always says what the
    entries of the month say; a reversal counts in the month of what it reverses.
    """

    _name = "coop.saving.tax.slip"
    _description = "Withholding Slip of Savings Interest"
    _inherit = ["coop.guard.mixin"]
    _order = "period desc, name"
    _check_company_auto = True
    _frozen_fields = (
        "name",
        "company_id",
        "member_id",
        "period",
        "gross_amount",
        "tax_amount",
        "state",
    )

    name = fields.Char(string="Number", required=True, readonly=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, readonly=True
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    member_id = fields.Many2one(
        "coop.member", required=True, index=True, readonly=True, ondelete="restrict"
    )
    partner_id = fields.Many2one(related="member_id.partner_id")
    period = fields.Date(
        string="Month", required=True, readonly=True, help="First day of the month."
    )
    gross_amount = fields.Monetary(
        readonly=True, help="Interest of the member in the month, all accounts."
    )
    tax_amount = fields.Monetary(
        string="Tax withheld", readonly=True, help="Final, PPh art. 4(2)."
    )
    rate = fields.Float(
        string="Rate (%)",
        compute="_compute_rate",
        help="Percent that was withheld of the gross: 0 up to the threshold.",
    )
    state = fields.Selection(
        [("issued", "Issued"), ("cancelled", "Cancelled")],
        required=True,
        default="issued",
        readonly=True,
        help="Cancelled when all interest of the month was reversed.",
    )

    _month_uniq = models.Constraint(
        "UNIQUE (company_id, member_id, period)",
        "A member has one withholding slip a month.",
    )
    _name_uniq = models.Constraint(
        "UNIQUE (company_id, name)", "The number of a withholding slip is taken."
    )

    @api.depends("gross_amount", "tax_amount", "period")
    def _compute_rate(self):
        for slip in self:
            slip.rate = 0.0
            if slip.tax_amount:
                slip.rate = 100 * slip.tax_amount / slip.gross_amount

    def _is_frozen(self):
        return True

    @api.model
    def _refresh(self, company, condition):
        """Write the slips of the members and months of entries anew.

        :param SQL condition: on ``coop_saving_entry``, entries that were just posted
        """
        touched = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT e.member_id,
                       date_trunc('month', COALESCE(o.date, e.date))::date
                  FROM coop_saving_entry e
             LEFT JOIN coop_saving_entry o ON o.id = e.reversed_entry_id
                 WHERE e.id IN (SELECT id FROM coop_saving_entry WHERE %s)
                   AND e.company_id = %s AND e.state = 'posted'
                   AND COALESCE(o.kind, e.kind) IN ('interest', 'tax')
                """,
                condition,
                company.id,
            )
        )
        if not touched:
            return
        members = [member for member, _month in touched]
        months = [month for _member, month in touched]
        sequence = company.sudo()._coop_ensure_sequence(
            "tax_slip", "Withholding slips", padding=6
        )
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                """
                WITH figures AS (
                    SELECT t.member, t.month,
                           COALESCE(SUM(e.amount)
                               FILTER (WHERE e.kind = 'interest'), 0) AS gross,
                           COALESCE(-SUM(e.amount)
                               FILTER (WHERE e.kind = 'tax'), 0) AS tax
                      FROM unnest(%(members)s::int[], %(months)s::date[])
                           AS t (member, month)
                 LEFT JOIN coop_saving_entry e
                        ON e.member_id = t.member AND e.state = 'posted'
                       AND e.company_id = %(company)s
                       AND e.kind IN ('interest', 'tax')
                       AND e.date >= t.month
                       AND e.date < t.month + interval '1 month'
                       AND NOT EXISTS (SELECT 1 FROM coop_saving_entry x
                                        WHERE x.reversed_entry_id = e.id)
                  GROUP BY t.member, t.month),
                known AS (
                    UPDATE coop_saving_tax_slip s
                       SET gross_amount = f.gross, tax_amount = f.tax,
                           state = CASE WHEN f.gross = 0 AND f.tax = 0
                                        THEN 'cancelled' ELSE 'issued' END,
                           write_uid = %(uid)s,
                           write_date = now() AT TIME ZONE 'UTC'
                      FROM figures f
                     WHERE s.company_id = %(company)s AND s.member_id = f.member
                       AND s.period = f.month)
                INSERT INTO coop_saving_tax_slip (company_id, member_id, period, name,
                       gross_amount, tax_amount, state,
                       create_uid, write_uid, create_date, write_date)
                SELECT %(company)s, n.member, n.month,
                       to_char(n.month, '"BP/"YYYY"/"MM"/"')
                       || lpad(nextval(%(sequence)s)::text, 6, '0'),
                       n.gross, n.tax,
                       CASE WHEN n.gross = 0 AND n.tax = 0
                            THEN 'cancelled' ELSE 'issued' END,
                       %(uid)s, %(uid)s,
                       now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                  FROM (SELECT f.* FROM figures f
                         WHERE NOT EXISTS (
                               SELECT FROM coop_saving_tax_slip s
                                WHERE s.company_id = %(company)s
                                  AND s.member_id = f.member AND s.period = f.month)
                      ORDER BY f.month, f.member) n
                """,
                company=company.id,
                sequence=f"ir_sequence_{sequence.id:03d}",
                uid=self.env.uid,
                members=members,
                months=months,
            )
        )
        self.invalidate_model()


class CoopSavingEntry(models.Model):
    _inherit = "coop.saving.entry"

    @api.model
    def _after_booking(self, condition, kinds):
        result = super()._after_booking(condition, kinds)
        if not kinds.taxed:
            return result
        companies = self.env.execute_query(
            SQL(
                """
                SELECT DISTINCT e.company_id
                  FROM coop_saving_entry e
             LEFT JOIN coop_saving_entry o ON o.id = e.reversed_entry_id
                 WHERE e.id IN (SELECT id FROM coop_saving_entry WHERE %s)
                   AND COALESCE(o.kind, e.kind) IN ('interest', 'tax')
                """,
                condition,
            )
        )
        for [company] in companies:
            # slips follow from what is posted, whoever may post it
            self.env["coop.saving.tax.slip"].sudo()._refresh(
                self.env["res.company"].browse(company), condition
            )
        return result
