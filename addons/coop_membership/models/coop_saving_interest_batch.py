# SPDX-License-Identifier: AGPL-3.0-or-later
"""A batch of interest: computed, taxed and posted for all members at once.

The figures are computed when the batch is prepared and again when it is posted; when
they differ, somebody posted in between and the batch is to be prepared again.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import SQL

from ..tools import interest

#: after this many new entries PostgreSQL is told of them; without it the tax of a run
#: is planned as that of one account and never ends
ANALYZE_AFTER = 500


class CoopSavingBatch(models.Model):
    _inherit = "coop.saving.batch"

    type_ids = fields.Many2many(
        "coop.saving.type",
        string="Saving types",
        check_company=True,
        domain="[('interest_basis', '!=', False), ('company_id', '=', company_id)]",
        help="Savings that bear the interest of this batch.",
    )
    period_from = fields.Date(string="Interest from", help="First day of the interest.")
    period_to = fields.Date(
        string="Interest until", help="Last day, which bears interest itself."
    )
    tax_account_id = fields.Many2one(
        "account.account",
        compute="_compute_tax_account_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        help="Tax withheld from interest until it is paid to the state.",
    )
    amount_tax = fields.Monetary(string="Tax withheld", compute="_compute_amount_tax")

    _period_in_order = models.Constraint(
        "CHECK (period_to >= period_from)",
        "A period of interest cannot end before it begins.",
    )

    @api.depends("company_id", "kind")
    def _compute_tax_account_id(self):
        for batch in self:
            if batch.kind == "interest" and not batch.tax_account_id:
                batch.tax_account_id = batch.company_id._coop_account("savings_tax")

    @api.depends("company_id", "kind")
    def _compute_counterpart_account_id(self):
        result = super()._compute_counterpart_account_id()
        for batch in self:
            if batch.kind == "interest" and not batch.counterpart_account_id:
                batch.counterpart_account_id = batch.company_id._coop_account(
                    "savings_interest"
                )
        return result

    def _compute_amount_tax(self):
        taxes = dict(
            self.env["coop.saving.entry"]._read_group(
                [
                    ("batch_id", "in", self.ids),
                    ("kind", "=", "tax"),
                    ("reversed_entry_id", "=", False),
                ],
                ["batch_id"],
                ["amount:sum"],
            )
        )
        for batch in self:
            batch.amount_tax = -taxes.get(batch._origin, 0.0)

    @api.constrains("type_ids", "kind", "company_id")
    def _check_interest_types(self):
        for saving in self.type_ids:
            if not saving.interest_basis or saving.kind == "term":
                raise ValidationError(
                    self.env._(
                        "%(type)s bears no interest in a run: set the balance that"
                        " bears it; term savings get theirs at maturity.",
                        type=saving.name,
                    )
                )

    @api.model
    def action_run_interest(self, date=None):
        """Prepare the interest of all saving types whose period a day lies in.

        Types of the same rhythm come into one batch; what is prepared or posted for
        the period already is left out. Nothing is posted.

        :param str date: a day of the period, the local date when empty
        :return: ids of the batches, to be looked at and posted
        :rtype: list(int)
        """
        company = self.env.company
        day = fields.Date.to_date(date) or company._local_date()
        types = self.env["coop.saving.type"].search(
            [
                ("company_id", "=", company.id),
                ("interest_basis", "!=", False),
                ("kind", "!=", "term"),
            ]
        )
        batches = self.browse()
        for period, found in types.grouped(
            lambda saving: saving._get_interest_period(day)
        ).items():
            todo = found.filtered(
                lambda saving, period=period: not self._get_overlapping(saving, *period)
            ).filtered(lambda saving: any(saving.rate_ids.mapped("interest_rate")))
            if not todo:
                continue
            batch = self.create(self._prepare_interest_vals(company, todo, *period))
            if batch._fill_interest():
                batch._write_guarded({"state": "prepared"})
                batches |= batch
            else:
                batch.unlink()
        return batches.ids

    @api.model
    def _prepare_interest_vals(self, company, types, first, last):
        month = first.month == last.month and first.year == last.year
        period = f"{first:%m/%Y}" if month else f"{first:%m/%Y} - {last:%m/%Y}"
        return {
            "name": self.env._("Interest %(period)s", period=period),
            "kind": "interest",
            "company_id": company.id,
            "date": interest.posting_date(last, types[:1].interest_posting),
            "period_from": first,
            "period_to": last,
            "type_ids": types.ids,
        }

    @api.model
    def _get_overlapping(self, saving, first, last):
        """Return the batches that give a saving interest for the same days."""
        return self.search(
            [
                ("kind", "=", "interest"),
                ("state", "in", ("prepared", "posted")),
                ("type_ids", "in", saving.ids),
                ("period_from", "<=", last),
                ("period_to", ">=", first),
            ]
        )

    def action_prepare(self, rows=None):
        self.ensure_one()
        computed = rows is None and self.kind == "interest"
        if not computed:
            count = super().action_prepare(rows)
            if self.kind == "interest" and self._withhold_tax():
                self.env["coop.saving.entry"].invalidate_model()
                self.invalidate_recordset()
                count = self.entry_count
            return count
        self.check_access("write")
        self._check_state("draft")
        if not self._fill_interest():
            raise UserError(
                self.env._(
                    "No savings bore interest from %(first)s to %(last)s.",
                    first=fields.Date.to_string(self.period_from),
                    last=fields.Date.to_string(self.period_to),
                )
            )
        self._write_guarded({"state": "prepared"})
        return self.entry_count

    def _fill_interest(self):
        """Insert the draft entries of interest and tax; return how many."""
        self._check_interest_period()
        self.env.flush_all()
        count = 0
        for saving in self.type_ids:
            count += self._insert_interest(saving)
        if count > ANALYZE_AFTER:
            self.env.cr.execute("ANALYZE coop_saving_entry")
        if count:
            count += self._withhold_tax()
        self.env["coop.saving.entry"].invalidate_model()
        self.invalidate_recordset()
        return count

    def _check_interest_period(self):
        if not (self.type_ids and self.period_from and self.period_to):
            raise UserError(
                self.env._(
                    "%(name)s: choose the saving types and the first and last day of"
                    " the interest.",
                    name=self.name,
                )
            )
        if self.date < self.period_to:
            raise UserError(
                self.env._(
                    "%(name)s: interest until %(last)s is known at the end of that day"
                    " and cannot be posted before it.",
                    name=self.name,
                    last=fields.Date.to_string(self.period_to),
                )
            )
        for saving in self.type_ids:
            other = self._get_overlapping(saving, self.period_from, self.period_to)
            if other - self:
                raise UserError(
                    self.env._(
                        "%(type)s: %(other)s gives interest for days of this period"
                        " already. Reverse it, or choose later days.",
                        type=saving.name,
                        other=(other - self)[:1].name,
                    )
                )

    def _rounded_interest_sql(self, saving):
        unit = self.company_id.amount_unit or 1.0
        return SQL(
            """
            SELECT account_id, member_id, amount FROM (
                SELECT account_id, member_id,
                       round(amount / %(unit)s::numeric) * %(unit)s::numeric AS amount
                  FROM (%(interest)s) AS exact) AS rounded
             WHERE amount > 0
            """,
            unit=str(unit),
            interest=saving._interest_sql(self.period_from, self.period_to),
        )

    def _get_interest_months(self):
        """Return the months that the interest is for, at least one."""
        if not (self.period_from and self.period_to):
            return 1
        return len(interest.months(self.period_from, self.period_to))

    def _insert_interest(self, saving):
        return len(
            self.env.execute_query(
                SQL(
                    """
                    INSERT INTO coop_saving_entry (account_id, member_id, type_id,
                           company_id, date, kind, amount, name, journal_id,
                           counterpart_account_id, state, batch_id, interest_months,
                           create_uid, write_uid, create_date, write_date)
                    SELECT i.account_id, i.member_id, %(type)s, %(company)s, %(date)s,
                           'interest', i.amount, %(name)s, %(journal)s, %(other)s,
                           'draft', %(batch)s, %(months)s, %(uid)s, %(uid)s,
                           now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                      FROM (%(interest)s) AS i
                  ORDER BY i.account_id
                    RETURNING id
                    """,
                    type=saving.id,
                    company=self.company_id.id,
                    date=self.date,
                    name=self.name,
                    journal=self.journal_id.id,
                    other=self.counterpart_account_id.id or None,
                    batch=self.id,
                    months=self._get_interest_months(),
                    uid=self.env.uid,
                    interest=self._rounded_interest_sql(saving),
                )
            )
        )

    # Tax

    def _withhold_tax(self):
        """Insert the draft entries of tax on the interest; return how many."""
        self.env.flush_all()
        return len(
            self.env.execute_query(
                SQL(
                    """
                    INSERT INTO coop_saving_entry (account_id, member_id, type_id,
                           company_id, date, kind, amount, name, journal_id,
                           counterpart_account_id, state, batch_id,
                           create_uid, write_uid, create_date, write_date)
                    SELECT t.account_id, t.member_id, t.type_id, %(company)s, %(date)s,
                           'tax', -t.tax, %(name)s, %(journal)s, %(other)s, 'draft',
                           %(batch)s, %(uid)s, %(uid)s,
                           now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                      FROM (%(taxes)s) AS t
                     WHERE t.tax > 0
                  ORDER BY t.account_id
                    RETURNING id
                    """,
                    company=self.company_id.id,
                    date=self.date,
                    name=self.env._("Tax: %(name)s", name=self.name),
                    journal=self.journal_id.id,
                    other=self.tax_account_id.id or None,
                    batch=self.id,
                    uid=self.env.uid,
                    taxes=self.env["coop.saving.entry"]._tax_sql(
                        SQL("batch_id = %s", self.id), self.company_id, self.date
                    ),
                )
            )
        )

    # Posting

    def action_post(self):
        for batch in self.filtered(lambda b: b.kind == "interest"):
            self.check_access("write")
            batch._check_state("prepared")
            batch._check_interest_fresh()
        return super().action_post()

    def _check_interest_fresh(self):
        """Refuse figures that are no longer those of the books."""
        self.ensure_one()
        self.env.flush_all()
        entries = self.env["coop.saving.entry"]
        stale = bool(
            self.env.execute_query(
                SQL(
                    """
                    WITH now_due AS (%(taxes)s),
                    prepared AS (
                        SELECT account_id, -SUM(amount) AS tax FROM coop_saving_entry
                         WHERE batch_id = %(batch)s AND state = 'draft'
                           AND kind = 'tax'
                      GROUP BY account_id)
                    SELECT account_id FROM prepared
                 FULL JOIN (SELECT account_id, SUM(tax) AS tax FROM now_due
                          GROUP BY account_id) AS due
                     USING (account_id)
                     WHERE COALESCE(prepared.tax, 0) != COALESCE(due.tax, 0)
                     LIMIT 1
                    """,
                    batch=self.id,
                    taxes=entries._tax_sql(
                        SQL("batch_id = %s", self.id), self.company_id, self.date
                    ),
                )
            )
        )
        for saving in self.type_ids if self.period_from else ():
            stale = stale or bool(
                self.env.execute_query(
                    SQL(
                        """
                        SELECT account_id FROM (%(interest)s) AS due
                     FULL JOIN (SELECT account_id, SUM(amount) AS amount
                                  FROM coop_saving_entry
                                 WHERE batch_id = %(batch)s AND state = 'draft'
                                   AND kind = 'interest' AND type_id = %(type)s
                              GROUP BY account_id) AS prepared
                         USING (account_id)
                         WHERE COALESCE(due.amount, 0) != COALESCE(prepared.amount, 0)
                         LIMIT 1
                        """,
                        interest=self._rounded_interest_sql(saving),
                        batch=self.id,
                        type=saving.id,
                    )
                )
            )
        if stale:
            raise UserError(
                self.env._(
                    "Something was posted since %(name)s was prepared and changes its"
                    " interest or tax. Start again and compute it anew.",
                    name=self.name,
                )
            )

    def _prepare_counterpart_lines(self, total):
        """Bear the gross and owe the tax to the state; the members get the net."""
        taxed = self.amount_tax if self.kind == "interest" else 0.0
        if not taxed:
            return super()._prepare_counterpart_lines(total)
        if not self.tax_account_id:
            raise UserError(
                self.env._(
                    "%(name)s: choose the account of the tax that is withheld.",
                    name=self.name,
                )
            )
        company = self.company_id
        text = self.env._("Tax: %(name)s", name=self.name)
        return [
            *super()._prepare_counterpart_lines(total + taxed),
            company._coop_line(self.tax_account_id, -taxed, text),
        ]
