# SPDX-License-Identifier: AGPL-3.0-or-later
"""The report pack of a loan for its lender: one set of figures, PDF and workbook.

A pack is a list of parts; a part is ``{"key", "title", "facts", "tables", "notes"}``.
A fact is ``{"key", "label", "type", "value"}``; a table is ``{"key", "title",
"columns", "rows", "total", "total_label"}`` whose columns are ``{"key", "label",
"type"}`` and whose rows and total are ``{column key: value}``; the first column is
never added up. Types are text, date, amount, number and
ratio; a value that is not known is None.
"""

from odoo import fields, models
from odoo.exceptions import UserError

from .lpdb_facility_print import LANG

#: rows of a table that fit a page of the paper, heads of its part included
PAGE_ROWS = 42


class LpdbFacility(models.Model):
    """The pack that the lender asks for, assembled from its parts."""

    _inherit = "lpdb.facility"

    def report_pack(self, date_from=None, date_to=None):
        """Return the figures of the report pack, as PDF and workbook show them.

        Positions are those at the end of the last day, movements those of the period.

        :param str date_from: ISO date; the first of January of the last day's year
        :param str date_to: ISO date, the local date when empty
        :return: ``{"facility_id", "date_from", "date_to", "currency_id", "parts"}``;
            see the module for a part. Dates are ISO strings, what is not known is False
        :rtype: dict
        :raise UserError: when the period ends before it begins
        """
        pack = self._get_pack(date_from, date_to)
        return {
            **pack,
            "date_from": fields.Date.to_string(pack["date_from"]),
            "date_to": fields.Date.to_string(pack["date_to"]),
            "parts": [self._pack_json(part) for part in pack["parts"]],
        }

    def action_report_pack(self):
        """Ask for the period of the report pack."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Report pack"),
            "res_model": "lpdb.report.pack",
            "view_mode": "form",
            "target": "new",
            "context": {"default_facility_id": self.id},
        }

    def _get_pack(self, date_from=None, date_to=None):
        """Return what :meth:`report_pack` does, with dates; the paper is Indonesian."""
        self.ensure_one()
        self.check_access("read")
        last = self.company_id._read_day(date_to)
        first = last.replace(month=1, day=1)
        if date_from:
            first = self.company_id._read_day(date_from)
        if first > last:
            raise UserError(
                self.env._(
                    "%(facility)s: the period begins on %(first)s and ends before, on"
                    " %(last)s. Turn the days round.",
                    facility=self.display_name,
                    first=fields.Date.to_string(first),
                    last=fields.Date.to_string(last),
                )
            )
        loan = self._pack_spoken()
        return {
            "facility_id": self.id,
            "date_from": first,
            "date_to": last,
            "currency_id": self.currency_id.id,
            "parts": [getattr(loan, name)(first, last) for name in self._pack_parts()],
        }

    def _pack_spoken(self):
        """Return the loan in the language of the paper, where it is installed."""
        known = {code for code, _name in self.env["res.lang"].get_installed()}
        return self.with_context(lang=LANG) if LANG in known else self

    def _pack_parts(self):
        """Return the methods that make the parts, in the order of the paper."""
        return [
            "_pack_agreement",
            "_pack_position",
            "_pack_schedule",
            "_pack_payments",
            "_pack_use",
            "_pack_nominees",
            "_pack_collateral",
            "_pack_covenants",
            "_pack_collectability",
            "_pack_obligations",
            "_pack_signatures",
        ]

    # what parts are made of

    def _pack_part(self, key, title, facts=(), tables=(), notes=()):
        return {
            "key": key,
            "title": title,
            "facts": [
                dict(zip(("key", "label", "type", "value"), fact, strict=True))
                for fact in facts
            ],
            "tables": list(tables),
            "notes": [note for note in notes if note],
        }

    def _pack_table(self, key, title, columns, rows, sums=()):
        """Return a table; ``sums`` names the columns that are added up."""
        rows = list(rows)
        total = {
            name: self.currency_id.round(sum(row[name] or 0.0 for row in rows))
            for name in sums
        }
        return {
            "key": key,
            "title": title,
            "columns": [
                dict(zip(("key", "label", "type"), column, strict=True))
                for column in columns
            ],
            "rows": rows,
            "total": total if rows else {},
            "total_label": self.env._("Total"),
        }

    def _pack_label(self, record, name):
        """Return what a selection field of a record says."""
        field = record._fields[name]
        value = record[name]
        return dict(field._description_selection(record.env)).get(value) or ""

    def _pack_json(self, value):
        """Return a value of the pack as any RPC can carry it, unknown as False."""
        if value is None:
            return False
        if isinstance(value, dict):
            return {key: self._pack_json(item) for key, item in value.items()}
        if isinstance(value, list):
            return [self._pack_json(item) for item in value]
        return fields.Date.to_string(value) if hasattr(value, "isoformat") else value

    def _print_pages(self, rows):
        """Return the rows of a table in lots that fit a page."""
        return [
            rows[start : start + PAGE_ROWS] for start in range(0, len(rows), PAGE_ROWS)
        ]

    def _print_pack(self, kind, value):
        """Return a value of the pack as it stands on paper."""
        if value is None or value is False or value == "":
            return ""
        if kind == "date":
            return value.strftime("%d/%m/%Y")
        if kind == "amount":
            return self._print_number(value)
        if kind == "ratio":
            return f"{value:,.4f}".rstrip("0").rstrip(".").replace(".", ",")
        return str(value)
