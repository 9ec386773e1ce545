# SPDX-License-Identifier: AGPL-3.0-or-later
"""Starting an inspection, recording its results, having it repeated."""

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .qc_inspection import OPEN_STATES
from .quality_token import own


class QcInspection(models.Model):
    _inherit = "qc.inspection"

    object_name = fields.Char("Tested", compute="_compute_object_name")

    @api.depends("object_id", "name")
    def _compute_object_name(self):
        for inspection in self:
            inspection.object_name = inspection._get_object_name()

    def action_view_object(self):
        """Open the lot, order or work order that is tested."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "res_model": self.object_id._name,
            "res_id": self.object_id.id,
            "view_mode": "form",
        }

    def action_print_certificate(self):
        """Print the certificate of analysis of the lot; see ``stock.lot``."""
        self.ensure_one()
        return self.lot_id.action_print_certificate()

    # ---- recording ----------------------------------------------------------------

    def action_record_result(self, values, conclude=True, laboratory=None):
        """Write results into the inspection and conclude it when all are there.

        :param dict values: {question code, or id of the question or of the line as
            string: result}; a result is a number (12.5 or "12,5"), "ND", a text, or
            the name of a choice. A text such as "1.250", which the user's language
            groups as a thousand, is refused where both readings are plausible
        :param bool conclude: False only writes down
        :param str laboratory: who tested, if not the house
        :return: {"inspection_id", "name", "state": "ready", "success" or "failed",
            "success", "missing": [names], "quality_state", "grade", "lines":
            [{"code", "name", "result", "unit", "limits", "success"}]}
        :raise UserError: unknown question, unreadable or implausible result; nothing
            is written then
        """
        self.ensure_one()
        self._check_open()
        if not isinstance(values, dict):
            raise UserError(
                self.env._(
                    "%(name)s: give the results as questions and answers, such as "
                    '{"moisture": 11.5}.',
                    name=self.display_name,
                )
            )
        lines = self.inspection_lines
        for key, value in values.items():
            lines._find_question(key)._set_result(value)
        if laboratory:
            self.laboratory = laboratory
        missing = lines.filtered(lambda line: not line.is_answered)
        if conclude and not missing:
            self._conclude()
        return self._get_result_summary()

    def _get_result_summary(self):
        self.ensure_one()
        lines = self.inspection_lines
        return {
            "inspection_id": self.id,
            "name": self.name,
            "state": self.state,
            "success": self.state == "success",
            "missing": lines.filtered(lambda line: not line.is_answered).mapped("name"),
            "quality_state": self.lot_id.quality_state or False,
            "grade": self.lot_id.grade_id.name or False,
            "lines": [line._get_summary() for line in lines],
        }

    # ---- making -------------------------------------------------------------------

    @api.model
    def _start(self, record, level, **vals):
        """Make an open inspection of a lot, order or work order.

        :param record: stock.lot, mrp.production or mrp.workorder
        :param level: factory.quality.standard.level whose limits decide
        """
        # Lots are weighed in by people who may not write inspections by themselves.
        inspections = own(self.sudo())
        links = {}
        if record._name == "stock.lot":
            links = {"lot_id": record.id, "qty": record.product_qty}
        elif record._name == "mrp.workorder":
            links = {
                "workorder_id": record.id,
                "production_id": record.production_id.id,
            }
        else:
            links = {"production_id": record.id, "qty": record.product_qty}
        inspection = inspections.create(
            {
                "object_id": f"{record._name},{record.id}",
                "company_id": record.company_id.id,
                "test": level.test_id.id,
                "level_id": level.id,
                "state": "ready",
                "auto_generated": True,
                "inspection_lines": inspections._prepare_inspection_lines(
                    level.test_id
                ),
                **links,
                **vals,
            }
        )
        return inspection.with_env(self.env)

    def action_test_again(self, reason):
        """Have a concluded inspection repeated, with a reason; the result stays.

        :param str reason: why: wrong sample, second opinion of a laboratory
        :return: id of the new inspection
        """
        self.ensure_one()
        self._check_manager()
        if not (reason or "").strip():
            raise UserError(self.env._("Give the reason why it is tested again."))
        if self.state in OPEN_STATES or self.lot_id._get_open_inspection():
            raise UserError(
                self.env._(
                    "%(object)s has an inspection that is not concluded yet.",
                    object=self._get_object_name(),
                )
            )
        again = self._start(
            self.object_id,
            self.level_id,
            stage="again",
            adoption_id=self.adoption_id.id,
            is_required=self.is_required,
            previous_id=self.id,
            reason=reason.strip(),
        )
        return again.id

    def _check_manager(self):
        group = "umkm_base.umkm_base_group_factory_manager"
        if not self.env.su and not self.env.user.has_group(group):
            raise AccessError(
                self.env._("Only the factory manager decides about failed lots.")
            )
