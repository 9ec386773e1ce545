# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import format_date


class LpdbLenderStatus(models.Model):
    """What the lender says of the loan in its own books.

    Its class may contradict ours, and both stand side by side. A hand-over to the
    state's committee for receivables (PUPN, UU 49 Prp 1960) or a write-off in the
    lender's books ends nothing for the borrower: debt, interest and payments go on.
    """

    _name = "lpdb.lender.status"
    _description = "Status at the Lender"
    _inherit = "lpdb.lender.mixin"
    _order = "facility_id, date desc, id desc"
    _check_company_auto = True

    kind = fields.Selection(
        [
            ("class", "Class stated"),
            ("pupn", "Handed over to PUPN"),
            ("returned", "Taken back from PUPN"),
            ("write_off", "Written off by the lender"),
        ],
        required=True,
        default="class",
        help="None of them ends the debt.",
    )
    class_id = fields.Many2one(
        "lpdb.collectability.line",
        string="Class of the lender",
        check_company=True,
        index="btree_not_null",
        ondelete="restrict",
    )
    stated_days = fields.Integer(
        string="Days stated", help="Days past due that the letter names; 0 when none."
    )
    own_class_id = fields.Many2one(
        "lpdb.collectability.line", compute="_compute_own", string="Our class"
    )
    own_days = fields.Integer(compute="_compute_own", string="Our days past due")
    is_different = fields.Boolean(
        string="Differs",
        compute="_compute_own",
        help="The lender's class is another than ours on that day.",
    )
    difference = fields.Char(compute="_compute_own")

    @api.depends("facility_id", "date", "kind", "class_id", "source")
    @api.depends_context("lang")
    def _compute_display_name(self):
        labels = dict(self._fields["kind"]._description_selection(self.env))
        for row in self:
            what = row.class_id.display_name or labels.get(row.kind, "")
            day = format_date(self.env, row.date)
            row.display_name = f"{what}, {row.source or ''} ({day})"

    @api.depends("facility_id", "date", "kind", "class_id", "stated_days")
    def _compute_own(self):
        for row in self:
            own, loan = {}, row.facility_id._origin
            if row.kind == "class" and row.date and loan:
                own = loan._standing_at(row.date)[loan.id]
            row.own_class_id = own.get("class_id", False)
            row.own_days = own.get("days_past_due", 0)
            row.is_different = bool(
                row.own_class_id
                and row.class_id
                and row.class_id.name != row.own_class_id.name
            )
            row.difference = row.is_different and self.env._(
                "lender %(theirs)s, ours %(ours)s (%(days)s days)",
                theirs=row.class_id.display_name,
                ours=row.own_class_id.display_name,
                days=row.own_days,
            )

    @api.constrains("kind", "class_id")
    def _check_class(self):
        for row in self:
            if (row.kind == "class") != bool(row.class_id):
                raise ValidationError(
                    self.env._(
                        "%(row)s of %(facility)s: a stated class needs the class, the"
                        " other rows have none.",
                        row=row.source,
                        facility=row.facility_id.display_name,
                    )
                )
