# SPDX-License-Identifier: AGPL-3.0-or-later
"""Fill a batch: from the open dues, or from rows of a list or an import."""

from odoo import models
from odoo.exceptions import UserError
from odoo.tools import SQL, float_is_zero

NEGATIVE_KINDS = ("withdrawal", "tax", "fee")


class CoopSavingBatch(models.Model):
    _inherit = "coop.saving.batch"

    def action_prepare(self, rows=None):
        """Create the draft entries of a batch; nothing is booked yet.

        Without rows, a batch of dues collects every due that is open until its date.
        With rows, each names a member, a saving type and an amount; of a saving that
        is owed the oldest dues are paid first (a batch of dues, and the principal
        saving of opening balances).

        :param rows: list of dicts: ``number`` (member number) or ``member_id``;
            ``type`` (code) or ``type_id``; ``amount``, signed as in the passbook;
            ``account_id`` of term savings, which are opened with their terms before
        :return: number of entries
        :rtype: int
        :raise UserError: names every row that is wrong; nothing is created then
        """
        self.ensure_one()
        self.check_access("write")
        self._check_state("draft")
        if rows is None and self.kind == "dues":
            self._collect_open_dues()
        else:
            self._take_rows(rows or [])
        self._write_guarded({"state": "prepared"})
        self.env["coop.saving.entry"].invalidate_model()
        self.invalidate_recordset()
        count = self.entry_count
        if not count:
            raise UserError(
                self.env._("There is nothing to collect in %(name)s.", name=self.name)
            )
        return count

    def _collect_open_dues(self):
        """Insert an entry for each open due until the batch's date."""
        self.env.flush_all()
        rows = self.env.execute_query(self._collectable_sql())
        self._insert_entries(rows)

    def _take_rows(self, rows):
        """Check the rows of a list, spread them over dues and insert the entries."""
        members, types, accounts = self._read_keys(rows)
        parsed, errors = [], []
        for number, row in enumerate(rows, start=1):
            problem, item = self._parse_row(row, members, types, accounts)
            if problem:
                errors.append(self.env._("Row %(n)s: %(what)s", n=number, what=problem))
            else:
                parsed.append(item)
        if errors:
            shown = "\n".join(errors[:20])
            raise UserError(
                self.env._(
                    "Nothing was prepared; %(count)s rows are wrong.\n%(rows)s",
                    count=len(errors),
                    rows=shown,
                )
            )
        self._insert_entries(self._spread(parsed))

    def _read_keys(self, rows):
        """Return what rows may name in the company.

        Members by number and id, types by code and id, term savings accounts by id.
        """
        company = self.company_id.id
        numbers = [str(row["number"]) for row in rows if row.get("number")]
        ids = [row["member_id"] for row in rows if row.get("member_id")]
        found = self.env["coop.member"].search_fetch(
            [
                ("company_id", "=", company),
                ("state", "in", ("approved", "active", "suspended", "exiting")),
                "|",
                ("number", "in", numbers),
                ("id", "in", ids),
            ],
            ["number"],
        )
        members = {member.number: member.id for member in found}
        members.update({member.id: member.id for member in found})
        types = {}
        for saving in self.env["coop.saving.type"].search(
            [("company_id", "=", company)]
        ):
            types[saving.code] = types[saving.id] = saving
        placed = [row["account_id"] for row in rows if row.get("account_id")]
        accounts = self.env["coop.saving.account"].search_fetch(
            [("company_id", "=", company), ("kind", "=", "term"), ("id", "in", placed)],
            ["member_id", "type_id"],
        )
        return members, types, {account.id: account for account in accounts}

    def _parse_row(self, row, members, types, accounts):
        """Return ``(problem, None)`` or ``(None, (member_id, type, amount, account))``.

        The account is an id, of term savings only.
        """
        key = row.get("member_id") or str(row.get("number") or "")
        saving = types.get(row.get("type_id") or row.get("type"))
        amount = row.get("amount")
        if key not in members:
            return self.env._("no member %(key)s who may save", key=key or "-"), None
        if not saving:
            return self.env._(
                "no saving type %(key)s", key=row.get("type") or row.get("type_id")
            ), None
        problem = self._check_row_account(row, members[key], saving, accounts)
        if problem:
            return problem, None
        if not isinstance(amount, int | float) or isinstance(amount, bool):
            return self.env._("the amount %(amount)s is no number", amount=amount), None
        rounded = self.currency_id.round(amount)
        digits = self.currency_id.decimal_places + 2
        if not float_is_zero(amount - rounded, precision_digits=digits):
            return self.env._(
                "the amount %(amount)s is finer than the currency", amount=amount
            ), None
        wrong_sign = amount > 0 if self.kind in NEGATIVE_KINDS else amount < 0
        if not rounded or (wrong_sign and self.kind != "transfer"):
            return self.env._(
                "the amount %(amount)s does not fit a batch of this kind", amount=amount
            ), None
        return None, (members[key], saving, rounded, row.get("account_id"))

    def _check_row_account(self, row, member_id, saving, accounts):
        """Return what is wrong with the account that a row names, or should name."""
        wanted = row.get("account_id")
        if saving.kind == "term" and not wanted:
            return self.env._(
                "term savings are opened with their terms; name the account"
            )
        account = accounts.get(wanted)
        if wanted and (
            not account
            or account.member_id.id != member_id
            or account.type_id.id != saving.id
        ):
            return self.env._(
                "the account %(account)s is no term savings of the member",
                account=wanted,
            )
        return None

    def _spread(self, parsed):
        """Return ``[(member_id, type_id, due_id, amount, account_id)]``.

        The oldest dues come first; due and account are None where there is none.

        :param parsed: list of ``(member_id, coop.saving.type, amount, account_id)``
        """
        open_dues = self._get_open_dues(parsed)
        result, excess = [], []
        for member_id, saving, amount, account_id in parsed:
            rest = amount
            for due in open_dues.get((member_id, saving.id), ()):
                paid = self.currency_id.round(min(rest, due[1]))
                if paid > 0:
                    result.append((member_id, saving.id, due[0], paid, None))
                    due[1] -= paid
                    rest = self.currency_id.round(rest - paid)
            if rest and self.kind == "dues":
                excess.append((member_id, rest))
            elif rest:
                result.append((member_id, saving.id, None, rest, account_id))
        if excess:
            raise UserError(
                self.env._(
                    "These members owe less than the list collects: %(members)s."
                    " Create the dues of later periods first.",
                    members="; ".join(
                        f"{self.env['coop.member'].browse(member_id).display_name}"
                        f" {rest:g}"
                        for member_id, rest in excess[:20]
                    ),
                )
            )
        return result

    def _get_open_dues(self, parsed):
        """Return ``{(member_id, type_id): [[due_id, open amount]]}`` of rows that pay.

        A batch of dues pays all; opening balances pay only the principal saving,
        since older mandatory savings were owed before the books began.
        """
        if self.kind == "dues":
            types = {saving.id for _member, saving, *_rest in parsed}
        elif self.kind == "opening":
            types = {s.id for _member, s, *_rest in parsed if s.kind == "principal"}
        else:
            return {}
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """
                SELECT member_id, type_id, id, amount - paid FROM coop_saving_due
                 WHERE state = 'open' AND company_id = %s AND type_id = ANY(%s)
                   AND member_id = ANY(%s)
              ORDER BY period, id
                """,
                self.company_id.id,
                list(types),
                list({member_id for member_id, *_rest in parsed}),
            )
        )
        result = {}
        for member_id, type_id, due_id, rest in rows:
            result.setdefault((member_id, type_id), []).append([due_id, float(rest)])
        return result

    def _insert_entries(self, rows):
        """Insert the draft entries of rows as ``_spread`` gives, or without account."""
        if not rows:
            return
        opened = self.env["coop.saving.account"]._ensure_accounts(
            row[:2] for row in rows if not any(row[4:])
        )
        accounts = [next(iter(row[4:]), None) or opened[row[:2]] for row in rows]
        kind = "deposit" if self.kind == "dues" else self.kind
        self.env.cr.execute(
            SQL(
                """
                INSERT INTO coop_saving_entry (account_id, member_id, type_id,
                       company_id, date, kind, amount, name, journal_id,
                       counterpart_account_id, state, due_id, batch_id,
                       create_uid, write_uid, create_date, write_date)
                SELECT a.id, a.member_id, a.type_id,
                       a.company_id, %(date)s, %(kind)s, r.amount, %(name)s,
                       %(journal)s, %(other)s, 'draft', r.due, %(batch)s,
                       %(uid)s, %(uid)s,
                       now() AT TIME ZONE 'UTC', now() AT TIME ZONE 'UTC'
                  FROM unnest(%(accounts)s::int[], %(dues)s::int[],
                              %(amounts)s::numeric[])
                       WITH ORDINALITY AS r (account, due, amount, n)
                  JOIN coop_saving_account a ON a.id = r.account
              ORDER BY r.n
                """,
                date=self.date,
                kind=kind,
                name=self.name,
                journal=self.journal_id.id or None,
                other=self.counterpart_account_id.id or None,
                batch=self.id,
                uid=self.env.uid,
                accounts=accounts,
                dues=[row[2] for row in rows],
                amounts=[row[3] for row in rows],
            )
        )
