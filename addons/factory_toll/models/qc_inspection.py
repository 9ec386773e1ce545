# SPDX-License-Identifier: AGPL-3.0-or-later
"""Inspections of lots and orders: they decide, so only their actions move them."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .factory_quality_adoption import STAGES
from .quality_token import is_own_write, own

LOT_MODELS = ("stock.lot", "mrp.production", "mrp.workorder")
OPEN_STATES = ("plan", "draft", "ready", "waiting")
# What only our actions write; anything of it decides whether goods may leave.
GUARDED_FIELDS = {
    "adoption_id",
    "company_id",
    "concluded_by_id",
    "date_done",
    "is_required",
    "level_id",
    "lot_id",
    "previous_id",
    "product_id",
    "production_id",
    "reason",
    "stage",
    "standard_id",
    "state",
    "success",
    "test",
    "workorder_id",
}
# What the tester adds until the result stands.
TESTER_FIELDS = {"laboratory", "sampled_on", "inspection_lines"}


class QcInspection(models.Model):
    _inherit = "qc.inspection"
    _order = "id desc"

    lot_id = fields.Many2one(
        "stock.lot",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="Lot that this inspection releases or blocks; of a pooled batch, the lot "
        "of the whole batch.",
    )
    owner_id = fields.Many2one(
        related="lot_id.owner_id", string="Owner of the lot", store=True
    )
    production_id = fields.Many2one(
        "mrp.production",
        string="Order",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="Order that is tested while it runs.",
    )
    workorder_id = fields.Many2one(
        "mrp.workorder", index="btree_not_null", readonly=True, copy=False
    )
    stage = fields.Selection(
        [*STAGES, ("again", "Tested again"), ("hand", "By hand")],
        readonly=True,
        copy=False,
        help="Why the inspection was made.",
    )
    level_id = fields.Many2one(
        "factory.quality.standard.level",
        string="Judged as",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="Standard and grade whose limits decide.",
    )
    standard_id = fields.Many2one(
        related="level_id.standard_id", store=True, index="btree_not_null"
    )
    adoption_id = fields.Many2one(
        "factory.quality.adoption", index="btree_not_null", readonly=True, copy=False
    )
    is_required = fields.Boolean(
        "Must pass",
        readonly=True,
        copy=False,
        help="Until it passes, the lot cannot leave nor be used.",
    )
    previous_id = fields.Many2one(
        "qc.inspection",
        string="Follows",
        index="btree_not_null",
        readonly=True,
        copy=False,
        help="The inspection whose result is tested again or judged by another grade.",
    )
    reason = fields.Char(readonly=True, copy=False, help="Why it is tested again.")
    laboratory = fields.Char(help="Who tested, if not the house itself.")
    sampled_on = fields.Date("Sample taken on")
    concluded_by_id = fields.Many2one(
        "res.users", string="Concluded by", readonly=True, copy=False
    )

    # ---- OCA's hooks --------------------------------------------------------------

    def object_selection_values(self):
        """Offer lots, orders and work orders beside products."""
        names = {
            "product.product": self.env._("Product"),
            "stock.lot": self.env._("Lot"),
            "mrp.production": self.env._("Manufacturing order"),
            "mrp.workorder": self.env._("Work order"),
        }
        return list({**dict(super().object_selection_values()), **names}.items())

    @api.depends("object_id", "lot_id", "production_id")
    def _compute_product_id(self):
        """The product of a lot or order is the inspection's."""
        result = super()._compute_product_id()
        for inspection in self:
            source = inspection.lot_id or inspection.production_id
            if source:
                inspection.product_id = source.product_id
        return result

    def _prepare_inspection_line(self, test, line, fill=None):
        vals = super()._prepare_inspection_line(test, line, fill=fill)
        return {
            **vals,
            "code": line.code,
            "unit": line.unit or line.uom_id.name,
            "has_min": line.has_min,
            "has_max": line.has_max,
            "has_plausible": line.has_plausible,
            "plausible_min": line.plausible_min,
            "plausible_max": line.plausible_max,
            "allow_nd": line.allow_nd,
            "text_accepted": line.text_accepted,
        }

    # ---- CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        inspections = super().create(vals_list)
        if not is_own_write(self):
            for inspection in inspections:
                if inspection._is_of_lot() or inspection._points_at_lot():
                    raise UserError(
                        self.env._(
                            "Start an inspection of %(object)s from the lot or order "
                            "itself.",
                            object=inspection._get_object_name(),
                        )
                    )
        return inspections

    def write(self, vals):
        if not is_own_write(self):
            self._check_write(vals)
        result = super().write(vals)
        if "object_id" in vals and not is_own_write(self):
            for inspection in self:
                if inspection._points_at_lot():
                    inspection._raise_guarded()
        return result

    def _get_object_name(self):
        return self.object_id.display_name if self.object_id else "-"

    def _is_of_lot(self):
        self.ensure_one()
        return bool(self.lot_id or self.production_id)

    def _points_at_lot(self):
        self.ensure_one()
        return bool(self.object_id) and self.object_id._name in LOT_MODELS

    def _check_write(self, vals):
        for inspection in self.filtered(lambda i: i._is_of_lot() or i._points_at_lot()):
            if vals.keys() & (GUARDED_FIELDS | {"object_id", "name", "qty"}):
                inspection._raise_guarded()
            if vals.keys() & TESTER_FIELDS:
                inspection._check_open()
        if vals.keys() & {"lot_id", "production_id", "workorder_id", "level_id"}:
            self._raise_guarded()

    def _raise_guarded(self):
        raise UserError(
            self.env._(
                "%(inspection)s decides about %(object)s: enter results and conclude "
                "it; nothing else of it can be changed. If a result was wrong, have "
                "it tested again.",
                inspection=self[:1].name,
                object=self[:1]._get_object_name(),
            )
        )

    def _check_open(self):
        for inspection in self:
            if inspection.state not in OPEN_STATES:
                raise UserError(
                    self.env._(
                        "%(inspection)s of %(object)s is concluded: its results stand. "
                        "Have it tested again.",
                        inspection=inspection.name,
                        object=inspection._get_object_name(),
                    )
                )

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_lot(self):
        for inspection in self:
            if inspection._is_of_lot() and not is_own_write(self):
                inspection._raise_guarded()

    # ---- actions of OCA -----------------------------------------------------------

    def _split_of_lot(self):
        """Return the inspections of lots and orders, and OCA's own others."""
        ours = self.filtered(lambda inspection: inspection._is_of_lot())
        return ours, self - ours

    def action_draft(self):
        ours, others = self._split_of_lot()
        if ours:
            ours._raise_guarded()
        return super(QcInspection, others).action_draft()

    def action_todo(self):
        ours, others = self._split_of_lot()
        own(ours).filtered(lambda i: i.state in ("plan", "draft")).state = "ready"
        return super(QcInspection, others).action_todo()

    def action_cancel(self):
        ours = self._split_of_lot()[0]
        if ours and not is_own_write(self):
            ours._raise_guarded()
        return super().action_cancel()

    def action_approve(self):
        ours, others = self._split_of_lot()
        if ours:
            ours._raise_guarded()
        return super(QcInspection, others).action_approve()

    def set_test(self, trigger_line, force_fill=False):
        if self._split_of_lot()[0]:
            self._raise_guarded()
        return super().set_test(trigger_line, force_fill=force_fill)

    def action_confirm(self):
        """Conclude: every question must be answered; the lot passes or fails.

        OCA lets a supervisor approve a failure; a lot that misses its limits is
        blocked at once and the factory manager decides what becomes of it.
        """
        ours, others = self._split_of_lot()
        if others:
            super(QcInspection, others).action_confirm()
        for inspection in ours:
            inspection._conclude()
        return True

    def _conclude(self):
        self.ensure_one()
        self._check_open()
        missing = self.inspection_lines.filtered(lambda line: not line.is_answered)
        if missing or not self.inspection_lines:
            raise UserError(
                self.env._(
                    "%(inspection)s of %(object)s: no result yet for %(questions)s.",
                    inspection=self.name,
                    object=self._get_object_name(),
                    questions=", ".join(missing.mapped("name"))
                    or self.env._("any question"),
                )
            )
        own(self).write(
            {
                "state": "success" if self.success else "failed",
                "concluded_by_id": self.env.uid,
            }
        )
        if self.lot_id:
            self.lot_id._after_inspection(self)
