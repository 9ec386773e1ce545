# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class UmkmSubjectMixin(models.AbstractModel):
    _inherit = "umkm.subject.mixin"

    @api.model
    def _get_subject_models(self):
        """Add loans."""
        return [*super()._get_subject_models(), "lpdb.facility"]


class UmkmObligation(models.Model):
    """Obligations that come from a loan's duties or guarantees."""

    _inherit = "umkm.obligation"

    lpdb_duty_id = fields.Many2one(
        "lpdb.duty",
        string="Duty under the loan",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    lpdb_period_end = fields.Date(
        string="About",
        readonly=True,
        copy=False,
        help="Last day of the period, or the day of the draw or signing.",
    )
    lpdb_draw_id = fields.Many2one(
        "lpdb.draw",
        string="Draw",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )
    lpdb_guarantee_id = fields.Many2one(
        "lpdb.guarantee",
        string="Guarantee",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="set null",
    )

    _lpdb_duty_once = models.UniqueIndex(
        "(lpdb_duty_id, lpdb_period_end, COALESCE(lpdb_draw_id, 0))"
        " WHERE lpdb_duty_id IS NOT NULL",
        "This duty of the loan stands in the calendar for this period already.",
    )
