# SPDX-License-Identifier: AGPL-3.0-or-later
from collections import defaultdict

from odoo import api, fields, models
from odoo.exceptions import ValidationError


class UmkmIndicatorValue(models.Model):
    """One statement about one subject; contradicting statements stand side by side."""

    _name = "umkm.indicator.value"
    _description = "Indicator Value"
    _inherit = ["umkm.subject.mixin"]
    _order = "date_to desc, id desc"

    indicator_id = fields.Many2one(
        "umkm.indicator", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    date_from = fields.Date(
        string="From", help="First day of the period; empty for a value at a date."
    )
    date_to = fields.Date(
        string="To",
        required=True,
        default=fields.Date.context_today,
        help="Last day of the period, or the day that the value holds for.",
    )
    value = fields.Float(
        required=True,
        digits=(16, 4),
        aggregator="avg",
        help="In the unit of the indicator.",
    )
    unit = fields.Char(compute="_compute_unit")
    kind = fields.Selection(
        [
            ("baseline", "Baseline"),
            ("target", "Target"),
            ("actual", "Actual"),
        ],
        required=True,
        default="actual",
    )
    source = fields.Char(required=True, help="Who states it, and where it can be read.")
    attachment_ids = fields.Many2many("ir.attachment", string="Evidence")
    author_id = fields.Many2one(
        "res.users",
        string="Entered by",
        readonly=True,
        default=lambda self: self.env.user,
    )
    note = fields.Text()
    contradiction_count = fields.Integer(
        string="Contradicting values",
        compute="_compute_contradiction_count",
        help="Other values of the same kind for the same subject and period.",
    )

    _period_order = models.Constraint(
        "CHECK(date_from IS NULL OR date_from <= date_to)",
        "A period cannot end before it begins.",
    )

    @api.depends("indicator_id.name", "value", "date_to")
    def _compute_display_name(self):
        for value in self:
            name = value.indicator_id.name or ""
            value.display_name = f"{name} {value.date_to or ''}: {value.value:g}"

    @api.depends("indicator_id")
    def _compute_unit(self):
        for value in self:
            indicator = value.indicator_id
            value.unit = indicator.unit or indicator.uom_id.name

    @api.depends("indicator_id", "res_model", "res_id", "date_from", "date_to", "value")
    def _compute_contradiction_count(self):
        neighbours = self.search(
            [
                ("indicator_id", "in", self.indicator_id.ids),
                ("date_to", "in", self.mapped("date_to")),
                ("res_id", "in", self.mapped("res_id")),
            ]
        )
        stated = defaultdict(list)
        for one in neighbours:
            stated[one._get_statement_key()].append(one.value)
        for value in self:
            others = stated[value._get_statement_key()]
            value.contradiction_count = sum(one != value.value for one in others)

    def _get_statement_key(self):
        """Return what two statements have to share to be able to contradict."""
        self.ensure_one()
        return (
            self.indicator_id.id,
            self.res_model,
            self.res_id,
            self.kind,
            self.date_from,
            self.date_to,
        )

    @api.constrains("res_model", "res_id")
    def _check_has_subject(self):
        for value in self:
            if not value.res_id:
                raise ValidationError(
                    self.env._(
                        "Say what the value of %(indicator)s is about.",
                        indicator=value.indicator_id.name,
                    )
                )
