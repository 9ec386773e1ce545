# SPDX-License-Identifier: AGPL-3.0-or-later
"""The passbook: lines numbered as they were posted, with the balance after each.

A line's number is drawn when its entry is posted and never changes, so that a reprint
from any line goes on where the paper ends, also after an entry of an earlier date.
"""

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

#: lines of a page of the printed book
LINES_PER_PAGE = 30


class CoopSavingAccount(models.Model):
    _inherit = "coop.saving.account"

    line_count = fields.Integer(
        string="Passbook lines", readonly=True, copy=False, help="Lines posted so far."
    )
    last_printed_line = fields.Integer(
        readonly=True,
        copy=False,
        help="Line of the passbook up to which it is printed.",
    )

    def get_passbook(self, from_line=1, to_line=None):
        """Return lines of the passbook.

        :param int from_line: first line
        :param int to_line: last line, all when empty
        :return: list of ``{line, date, kind, text, debit, credit, balance, entry_id}``;
            ``debit`` is drawn, ``credit`` saved, ``balance`` what stands after the line
        """
        self.ensure_one()
        self.check_access("read")
        self.env.flush_all()
        field = self.env["coop.saving.entry"]._fields["kind"]
        kinds = dict(field._description_selection(self.env))
        rows = self.env.execute_query(
            SQL(
                """
                SELECT id, line_no, date, kind, name, amount, balance FROM (
                    SELECT id, line_no, date, kind, name, amount,
                           SUM(amount) OVER (ORDER BY line_no) AS balance
                      FROM coop_saving_entry
                     WHERE account_id = %s AND state = 'posted'
                       AND line_no > 0) AS book
                 WHERE line_no >= %s AND line_no <= %s
              ORDER BY line_no
                """,
                self.id,
                from_line,
                to_line or self.line_count,
            )
        )
        return [
            {
                "line": number,
                "date": fields.Date.to_string(day),
                "kind": kind,
                "text": text or kinds.get(kind, kind),
                "debit": -float(amount) if amount < 0 else 0.0,
                "credit": float(amount) if amount > 0 else 0.0,
                "balance": float(balance),
                "entry_id": entry_id,
            }
            for entry_id, number, day, kind, text, amount, balance in rows
        ]

    def action_print_passbook(self, from_line=None):
        """Print the passbook from a line on, and remember how far it is printed.

        :param int from_line: first line; the first that is not printed yet when empty
        """
        self.ensure_one()
        self.check_access("read")
        first = from_line or self.last_printed_line + 1
        if first < 1 or first > self.line_count:
            raise UserError(
                self.env._(
                    "%(account)s has %(count)s lines; line %(line)s is none of them."
                    " To print again, choose the line to begin with.",
                    account=self.display_name,
                    count=self.line_count,
                    line=first,
                )
            )
        if self.env.user._is_internal():
            # printing is all that a teller changes on an account; what a member
            # prints for himself is not his book
            self.sudo()._write_guarded({"last_printed_line": self.line_count})
        return self.env.ref(
            "coop_membership.coop_saving_report_passbook"
        ).report_action(
            self, data={"from_line": first, "account_ids": self.ids}, config=False
        )


class CoopSavingEntry(models.Model):
    _inherit = "coop.saving.entry"

    line_no = fields.Integer(
        string="Line",
        readonly=True,
        copy=False,
        help="Line of the passbook, in the order of posting.",
    )

    _line_uniq = models.UniqueIndex(
        "(account_id, line_no) WHERE line_no > 0",
        "A line of a passbook has one entry.",
    )

    def init(self):
        # the accounts' column may come into being after this table's
        self.pool.post_init(self._number_old_lines)

    @api.model
    def _number_old_lines(self):
        """Number what was posted before passbook lines had numbers, once."""
        self.env.cr.execute(
            """
            SELECT 1 FROM coop_saving_entry
             WHERE state = 'posted' AND COALESCE(line_no, 0) = 0 LIMIT 1
            """
        )
        if not self.env.cr.fetchone():
            return
        self.env.cr.execute(
            """
            UPDATE coop_saving_entry e SET line_no = n.line_no
              FROM (SELECT id, ROW_NUMBER() OVER (
                           PARTITION BY account_id ORDER BY date, id) AS line_no
                      FROM coop_saving_entry WHERE state = 'posted') n
             WHERE e.id = n.id AND COALESCE(e.line_no, 0) = 0
            """
        )
        self.env.cr.execute(
            """
            UPDATE coop_saving_account a SET line_count = n.line_count
              FROM (SELECT account_id, MAX(line_no) AS line_count
                      FROM coop_saving_entry GROUP BY account_id) n
             WHERE a.id = n.account_id AND n.line_count IS NOT NULL
            """
        )


class ReportPassbook(models.AbstractModel):
    _name = "report.coop_membership.report_passbook"
    _description = "Passbook"

    @api.model
    def _get_report_values(self, docids, data=None):
        # a report with data of its own gets no ids from the web client
        data = data or {}
        docids = docids or [int(account) for account in data.get("account_ids") or []]
        accounts = self.env["coop.saving.account"].browse(docids)
        first = int(data.get("from_line") or 1)
        return {
            "doc_ids": docids,
            "doc_model": "coop.saving.account",
            "docs": accounts,
            "pages_of": lambda account: self._get_pages(account, first),
            "first": first,
        }

    @api.model
    def _get_pages(self, account, first):
        """Return pages of lines, broken where the paper book breaks."""
        pages = {}
        for line in account.get_passbook(first):
            pages.setdefault((line["line"] - 1) // LINES_PER_PAGE, []).append(line)
        return list(pages.values())
