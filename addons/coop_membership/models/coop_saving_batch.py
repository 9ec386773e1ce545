# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

BATCH_KINDS = [
    ("opening", "Opening balances"),
    ("dues", "Dues collected"),
    ("deposit", "Deposits"),
    ("withdrawal", "Withdrawals"),
    ("interest", "Interest"),
    ("tax", "Tax"),
    ("shu", "SHU"),
    ("fee", "Fees"),
    ("transfer", "Transfers"),
]


class CoopSavingBatch(models.Model):
    """One run over many members: entries for each, one summarised journal entry."""

    _name = "coop.saving.batch"
    _description = "Savings Batch"
    _inherit = ["coop.posting.mixin"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _frozen_fields = (
        "name",
        "company_id",
        "kind",
        "date",
        "journal_id",
        "counterpart_account_id",
        "type_ids",
        "period_from",
        "period_to",
        "tax_account_id",
        "employer_id",
    )

    name = fields.Char(required=True, help="What it is, for the passbook.")
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    currency_id = fields.Many2one(related="company_id.currency_id")
    kind = fields.Selection(BATCH_KINDS, required=True, default="dues")
    date = fields.Date(
        required=True, default=lambda self: self.env.company._local_date()
    )
    journal_id = fields.Many2one(
        "account.journal",
        compute="_compute_journal_id",
        store=True,
        readonly=False,
        precompute=True,
        required=True,
        check_company=True,
        help="Journal of the money, or the savings journal with an account on the"
        " other side.",
    )
    counterpart_account_id = fields.Many2one(
        "account.account",
        compute="_compute_counterpart_account_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        help="Other side of the entry when no money moves: interest expense, payroll"
        " clearing, the account of opening balances.",
    )
    state = fields.Selection(
        selection_add=[("prepared", "Prepared"), ("posted",)],
        ondelete={"prepared": "set default"},
    )
    entry_ids = fields.One2many("coop.saving.entry", "batch_id", string="Entries")
    entry_count = fields.Integer(compute="_compute_totals")
    amount_total = fields.Monetary(string="Total", compute="_compute_totals")

    @api.depends("company_id")
    def _compute_journal_id(self):
        for batch in self:
            if batch.journal_id.company_id != batch.company_id:
                batch.journal_id = batch.company_id._coop_journal("savings")

    @api.depends("company_id", "kind")
    def _compute_counterpart_account_id(self):
        for batch in self:
            if batch.kind == "opening" and not batch.counterpart_account_id:
                batch.counterpart_account_id = batch.company_id._coop_account("opening")

    def _compute_totals(self):
        totals = {
            batch: (count, amount)
            for batch, count, amount in self.env["coop.saving.entry"]._read_group(
                [("batch_id", "in", self.ids), ("reversed_entry_id", "=", False)],
                ["batch_id"],
                ["__count", "amount:sum"],
            )
        }
        for batch in self:
            batch.entry_count, batch.amount_total = totals.get(batch._origin, (0, 0.0))

    def _is_frozen(self):
        return self.state in ("posted", "reversed")

    def _check_state(self, *states):
        for batch in self:
            if batch.state not in states:
                labels = dict(self._fields["state"]._description_selection(self.env))
                raise UserError(
                    self.env._(
                        "The batch %(name)s is %(state)s; this can be done only when"
                        " it is %(wanted)s.",
                        name=batch.name,
                        state=labels[batch.state],
                        wanted=", ".join(labels[state] for state in states),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_entries(self):
        self.entry_ids.unlink()

    def action_post(self):
        """Post prepared batches: all entries and one summarised journal entry each."""
        self.check_access("write")
        self._check_state("prepared")
        for batch in self:
            company = batch.company_id
            company._coop_check_open(batch.date, batch.journal_id)
            sums = batch._get_sums()
            vals = [batch._prepare_move_vals(sums)]
            moves = company._coop_create_moves(vals)
            batch._date_entries()
            self.env["coop.saving.entry"]._book(
                SQL("batch_id = %s", batch.id), moves.id
            )
            company._coop_post_moves(moves, vals)
            batch._write_guarded({"state": "posted", "move_id": moves.id})
        return True

    def _date_entries(self):
        """Move the draft entries to the batch's day, if that changed meanwhile."""
        self.ensure_one()
        self.env.cr.execute(
            SQL(
                "UPDATE coop_saving_entry SET date = %(day)s"
                " WHERE batch_id = %(batch)s AND state = 'draft' AND date != %(day)s",
                day=self.date,
                batch=self.id,
            )
        )

    def _get_sums(self):
        """Return ``[(type_id, sum)]`` of the draft entries of the batch."""
        self.ensure_one()
        self.env.flush_all()
        sums = self.env.execute_query(
            SQL(
                "SELECT type_id, SUM(amount) FROM coop_saving_entry"
                " WHERE batch_id = %s AND state = 'draft'"
                " GROUP BY type_id ORDER BY type_id",
                self.id,
            )
        )
        if not sums:
            raise UserError(
                self.env._("The batch %(name)s has no entries.", name=self.name)
            )
        return sums

    def _prepare_move_vals(self, sums):
        """Return the summarised journal entry: one line per control account."""
        self.ensure_one()
        company = self.company_id
        total = float(sum(amount for _type, amount in sums))
        types = self.env["coop.saving.type"]
        lines = [
            company._coop_line(
                types.browse(type_id).account_id, -float(amount), self.name
            )
            for type_id, amount in sums
        ]
        if total:
            lines = self._prepare_counterpart_lines(total) + lines
        return {
            "journal_id": company._coop_ledger_journal(self.journal_id).id,
            "date": self.date,
            "ref": self.name,
            "line_ids": lines,
        }

    def _prepare_counterpart_lines(self, total):
        """Return the commands of the lines against the members' savings.

        :param float total: what the savings gain together
        """
        other = self._get_counterpart_account(total > 0)
        return [self.company_id._coop_line(other, total, self.name)]

    def _get_counterpart_account(self, inbound):
        if self.journal_id.type in ("cash", "bank"):
            return self.company_id._coop_money_account(self.journal_id, inbound)
        if not self.counterpart_account_id:
            raise UserError(
                self.env._(
                    "The batch %(name)s needs a cash or bank journal, or the account"
                    " on the other side.",
                    name=self.name,
                )
            )
        return self.counterpart_account_id

    def action_reverse(self, date=None, reason=None):
        """Reverse posted batches as a whole on a day.

        :param str date: day of the reversal, the local date when empty
        :param str reason: text of the reversal
        """
        self.check_access("write")
        self._check_state("posted")
        self._book_mirrors(date, reason)
        return True

    def action_reset(self):
        """Throw the prepared entries away and start again."""
        self.check_access("write")
        self._check_state("prepared")
        self.entry_ids.unlink()
        self._write_guarded({"state": "draft"})
        return True

    def action_open_entries(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "coop_membership.coop_saving_entry_action"
        )
        action["domain"] = [("batch_id", "=", self.id)]
        return action
