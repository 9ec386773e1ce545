# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.fields import Domain

from ..tools.collectability import (
    collectability,
    letter_collectability,
    next_fall,
    next_letter_fall,
)


class LpdbCollectability(models.Model):
    """A dated table of the classes that a lender gives its loans.

    Tables of one scheme share a code; the newest one that began by a day holds on that
    day. A table that a signed loan names, or is classed by, stays as it is: copy it for
    a new version. The copy is archived until it is right and put in force.
    """

    _name = "lpdb.collectability"
    _description = "Collectability Table"
    _inherit = "coop.guard.mixin"
    _order = "code, date_from desc, id desc"
    _check_company_auto = True
    _frozen_fields = (
        "code",
        "basis",
        "date_from",
        "company_id",
        "line_ids",
        "active",
    )

    name = fields.Char(required=True, translate=True)
    code = fields.Char(
        string="Scheme",
        required=True,
        help="The same for all versions of one scheme; the newest version that began"
        " by a day holds on that day.",
    )
    basis = fields.Selection(
        [("days", "Days past due"), ("letters", "Letters of the lender")],
        required=True,
        default="days",
        help="Letters: the classes follow the demands (Surat Tagihan) received, not the"
        " days past due.",
    )
    date_from = fields.Date(string="Holds from", required=True)
    source = fields.Char(
        required=True, help="Rule, letter or agreement that the table copies."
    )
    doubt = fields.Text(translate=True, help="What is not certain about it.")
    company_id = fields.Many2one(
        "res.company",
        index=True,
        default=lambda self: self.env.company,
        help="Empty: a table that all companies share.",
    )
    line_ids = fields.One2many(
        "lpdb.collectability.line", "collectability_id", string="Classes", copy=True
    )
    active = fields.Boolean(
        string="In force", default=True, help="An archived table classes no loan."
    )

    _version_uniq = models.UniqueIndex(
        "(code, date_from, COALESCE(company_id, 0)) WHERE active",
        "This scheme has a table from that day already. Choose another day.",
    )

    @api.depends("name", "date_from")
    def _compute_display_name(self):
        for table in self:
            year = table.date_from.year if table.date_from else ""
            table.display_name = f"{table.name or ''} ({year})"

    @api.constrains("line_ids", "basis")
    def _check_lines(self):
        for table in self:
            name = "days_from" if table.basis == "days" else "letter_number"
            limits = table.line_ids.mapped(name)
            if 0 not in limits or len(set(limits)) != len(limits):
                raise ValidationError(
                    self.env._(
                        "%(table)s: each class begins at another “%(limit)s”, and one"
                        " of them at 0. Change the class that begins at 0 instead of"
                        " deleting it.",
                        table=table.display_name,
                        limit=self.env["lpdb.collectability.line"]
                        ._fields[name]
                        ._description_string(self.env),
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        """Fill tables before they are in force, in case they are in use at once."""
        tables = super().create([{**vals, "active": False} for vals in vals_list])
        # also those without any class
        tables._check_lines()
        shown = [vals.get("active", True) for vals in vals_list]
        started = [table.id for table, show in zip(tables, shown, strict=True) if show]
        tables.browse(started)._write_guarded({"active": True})
        return tables

    def write(self, vals):
        if vals.get("active") and len(vals) > 1:
            # what is typed with it still belongs to a table that is not in force
            self.write({name: vals[name] for name in vals if name != "active"})
            vals = {"active": True}
        result = super().write(vals)
        if "company_id" in vals:
            # the rules saw the old company only: nobody shares a table with all
            self.check_access("write")
        return result

    def copy_data(self, default=None):
        """Copy into a draft of the user's own company, to hold from today on."""
        company = self.env.company
        own = {"company_id": company.id, "date_from": company._local_date()}
        return super().copy_data({**own, "active": False, **(default or {})})

    def _is_frozen(self):
        """Tell whether a signed loan names the table, or one of its scheme holds."""
        # whoever writes need not see the loan of another company that uses it
        loans = self.env["lpdb.facility"].sudo()
        signed = Domain("state", "!=", "draft")
        named = Domain("collectability_id", "=", self.id)
        today = (self.company_id or self.env.company)._local_date()
        if self.active and self.date_from and self.date_from <= today:
            scheme = Domain("collectability_id.code", "=", self.code)
            scheme &= Domain("collectability_id.basis", "=", self.basis)
            if self.company_id:
                scheme &= Domain("company_id", "=", self.company_id.id)
            named |= scheme
        return bool(loans.search_count(signed & named, limit=1))

    def _at(self, company, day):
        """Return the version of the scheme that holds on a day, else this one."""
        self.ensure_one()
        # the law's tables are open to all, those of the company to its users
        versions = self.sudo().search(
            [
                ("code", "=", self.code),
                ("basis", "=", self.basis),
                ("date_from", "<=", day),
                ("company_id", "in", (company.id, False)),
            ]
        )
        newest = versions.sorted(lambda t: (t.date_from, bool(t.company_id)))[-1:]
        return newest.sudo(self.env.su) or self

    def _days_scheme(self):
        return [(line.days_from, line) for line in self.line_ids]

    def _letters_scheme(self):
        return [
            (line.letter_number, line.letter_months, line) for line in self.line_ids
        ]

    def _class_at(self, day, days, oldest_due, letters, handed_over):
        """Return the class of a loan at the end of a day.

        :param int days: days past due
        :param date oldest_due: due date of the oldest open row that is due
        :param list letters: ``[(number, date)]`` received by the day
        :param bool handed_over: whether PUPN has the debt
        :rtype: lpdb.collectability.line
        """
        self.ensure_one()
        if not self.line_ids:
            return self.line_ids
        if self.basis == "days":
            return collectability(days, self._days_scheme())
        return letter_collectability(
            letters, day, self._letters_scheme(), oldest_due, handed_over
        )

    def _next_fall(self, day, oldest_due, letters, handed_over):
        """Return when the class falls while nothing is paid.

        :param date oldest_due: due date of the oldest open row, also one ahead
        :return: (day, ``lpdb.collectability.line``), or (False, no line)
        """
        self.ensure_one()
        fall = None
        if oldest_due and self.basis == "days":
            fall = next_fall(oldest_due, day, self._days_scheme())
        elif oldest_due and not handed_over:
            scheme = self._letters_scheme()
            fall = next_letter_fall(letters, day, scheme, oldest_due)
        return fall or (False, self.line_ids.browse())


class LpdbCollectabilityLine(models.Model):
    """A class of a table, from the best to the worst."""

    _name = "lpdb.collectability.line"
    _description = "Collectability Class"
    _inherit = "coop.guard.mixin"
    _order = "collectability_id, rank, id"
    _frozen_fields = (
        "collectability_id",
        "rank",
        "name",
        "days_from",
        "letter_number",
        "letter_months",
        "allowance_percent",
    )

    collectability_id = fields.Many2one(
        "lpdb.collectability", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="collectability_id.company_id", store=True, index=True
    )
    rank = fields.Integer(
        string="Class", required=True, default=1, help="1 is the best class."
    )
    name = fields.Char(
        required=True, help="As the rule calls it: Lancar, Kurang Lancar, Macet."
    )
    days_from = fields.Integer(
        string="From days past due", help="First day of the class; 0 is not overdue."
    )
    letter_number = fields.Integer(
        string="Letter", help="Number of the demand that leads to it; 0 is none."
    )
    letter_months = fields.Integer(
        string="Months of notice",
        help="Months after the letter at whose end it is still unpaid.",
    )
    allowance_percent = fields.Float(
        string="Allowance (%)",
        digits=(6, 2),
        help="What the lender sets aside, net of collateral; 0 when the source does not"
        " say.",
    )

    _rank_uniq = models.Constraint(
        "UNIQUE(collectability_id, rank)", "Each class of a table has its own number."
    )
    _limits_positive = models.Constraint(
        "CHECK (rank > 0 AND days_from >= 0 AND letter_number >= 0"
        " AND letter_months >= 0 AND allowance_percent >= 0"
        " AND allowance_percent <= 100)",
        "Classes are numbered from 1; days, letters and months are not negative, an"
        " allowance is at most 100 %.",
    )

    def _is_frozen(self):
        return self.collectability_id._is_frozen()

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._check_table_open()
        return lines

    def write(self, vals):
        before = self.collectability_id
        result = super().write(vals)
        if "collectability_id" in vals:
            # the rules and the guard saw the old table only
            self.collectability_id.check_access("write")
            self._check_table_open()
            before._check_lines()
        return result

    def unlink(self):
        tables = self.collectability_id
        result = super().unlink()
        # the database deletes those of a table that goes itself
        tables._check_lines()
        return result

    def _check_table_open(self):
        for table in self.collectability_id:
            if table._is_frozen():
                table._raise_frozen("line_ids")

    @api.constrains("days_from", "letter_number", "collectability_id")
    def _check_limits(self):
        self.collectability_id._check_lines()

    @api.depends("rank", "name")
    def _compute_display_name(self):
        for line in self:
            line.display_name = f"{line.rank} {line.name or ''}"
