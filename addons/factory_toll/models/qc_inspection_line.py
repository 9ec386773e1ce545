# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools.misc import get_lang

from odoo.addons.umkm_base.tools.rounding import to_decimal

from ..tools.quality import (
    ImplausibleResultError,
    Reading,
    ResultFormatError,
    check_plausible,
    passes,
    read_grouped,
    read_result,
    text_passes,
)
from .qc_test import (
    QUALITY_DIGITS,
    format_range,
    format_requirement,
    get_limits,
    show_number,
)
from .quality_token import is_own_write

# What a tester writes; all else of a line comes from the standard.
RESULT_FIELDS = {"result", "quantitative_value", "qualitative_value", "uom_id", "notes"}
VALUE_FIELDS = {"result", "quantitative_value", "uom_id"}


class QcInspectionLine(models.Model):
    _inherit = "qc.inspection.line"
    _order = "inspection_id desc, id"

    code = fields.Char(readonly=True)
    unit = fields.Char(readonly=True, help="Unit as the standard prints it.")
    question_type = fields.Selection(selection_add=[("text", "Text")])
    has_min = fields.Boolean(default=True, readonly=True)
    has_max = fields.Boolean(default=True, readonly=True)
    has_plausible = fields.Boolean(readonly=True)
    plausible_min = fields.Float(digits=QUALITY_DIGITS, readonly=True)
    plausible_max = fields.Float(digits=QUALITY_DIGITS, readonly=True)
    allow_nd = fields.Boolean("ND allowed", readonly=True)
    text_accepted = fields.Char("Accepted texts", readonly=True)
    result = fields.Char(
        help="As the laboratory wrote it: a number (decimal comma or point), ND for "
        "not detected, or a text. A number is judged in its unit.",
    )
    is_answered = fields.Boolean(compute="_compute_is_answered", store=True)
    lot_id = fields.Many2one(related="inspection_id.lot_id", store=True)
    company_id = fields.Many2one(related="inspection_id.company_id", store=True)

    # ---- computes -----------------------------------------------------------------

    @api.depends("result", "qualitative_value", "question_type")
    def _compute_is_answered(self):
        for line in self:
            if line.question_type == "qualitative":
                line.is_answered = bool(line.qualitative_value)
            else:
                line.is_answered = bool((line.result or "").strip())

    @api.depends(
        "result",
        "has_min",
        "has_max",
        "allow_nd",
        "text_accepted",
        "question_type",
        "uom_id",
        "test_uom_id",
        "max_value",
        "min_value",
        "quantitative_value",
        "qualitative_value",
        "possible_ql_values",
    )
    def _compute_quality_test_check(self):
        """Judge by the ends that count; OCA knows two-sided ranges only."""
        for line in self:
            if not line.is_answered:
                line.success = False
            elif line.question_type == "qualitative":
                line.success = line.qualitative_value.ok
            elif line.question_type == "text":
                line.success = text_passes(line.result, line.text_accepted or "")
            else:
                reading = line._get_reading()
                line.success = passes(reading, get_limits(line))

    @api.depends("has_min", "has_max", "unit", "text_accepted", "allow_nd")
    def _compute_valid_values(self):
        result = super()._compute_valid_values()
        for line in self:
            line.valid_values = line._get_limits_text()
        return result

    def _get_limits_text(self):
        """Return what passes, in the language of who reads it."""
        self.ensure_one()
        if self.question_type == "qualitative":
            return ", ".join(self.possible_ql_values.filtered("ok").mapped("name"))
        if self.question_type == "text":
            return self.text_accepted or self.env._("any")
        text = format_range(
            self.env,
            self.min_value if self.has_min else None,
            self.max_value if self.has_max else None,
            self.unit,
        )
        return text or self.env._("any")

    def _get_requirement_text(self):
        """Return what passes as the standard prints it; its unit stands beside it."""
        self.ensure_one()
        if self.question_type == "quantitative":
            text = format_requirement(
                self.env,
                self.min_value if self.has_min else None,
                self.max_value if self.has_max else None,
            )
            return text or self._get_limits_text()
        if self.question_type == "text":
            # the first is the printed one, the others are other spellings of it
            return self._get_limits_text().partition(";")[0].strip()
        return self._get_limits_text()

    def _get_result_text(self):
        """Return the result in the unit of the limits, with the digits as measured.

        Read in the language of who reads it.
        """
        self.ensure_one()
        if self.question_type != "quantitative" or not self.is_answered:
            return self.qualitative_value.name or self.result or ""
        reading = self._get_reading()
        if reading.not_detected:
            return self.env._("ND")
        if self.uom_id != self.test_uom_id:
            return show_number(self.env, float(reading.value))
        return f"{reading.value:f}".replace(".", get_lang(self.env).decimal_point)

    # ---- results ------------------------------------------------------------------

    def _get_reading(self):
        """Return the reading in the unit of the limits."""
        self.ensure_one()
        reading = read_result(self.result)
        if reading.not_detected:
            return reading
        return Reading(self._to_test_unit(reading.value))

    def _to_test_unit(self, value):
        if self.uom_id == self.test_uom_id:
            return value
        return to_decimal(
            self.uom_id._compute_quantity(float(value), self.test_uom_id, round=False)
        )

    def _check_result(self):
        """Refuse what cannot be read or cannot be true.

        :raise UserError: with lot, question, value and what to do
        """
        for line in self.filtered("is_answered"):
            if line.question_type == "qualitative":
                line._check_choice()
            elif line.question_type != "text":
                line._check_number()

    def _check_choice(self):
        if self.qualitative_value not in self.possible_ql_values:
            self._raise_result(
                self.qualitative_value.name,
                self.env._(
                    "choose one of %s",
                    ", ".join(self.possible_ql_values.mapped("name")),
                ),
            )

    def _check_number(self):
        try:
            reading = self._get_reading()
        except ResultFormatError:
            self._raise_result(
                self.result, self.env._("write a number such as 12,5, or ND")
            )
        if reading.not_detected:
            if not self.allow_nd:
                self._raise_result(
                    self.result, self.env._("ND is no answer to it, measure it")
                )
            return
        try:
            check_plausible(reading.value, get_limits(self))
        except ImplausibleResultError:
            self._raise_result(
                self.result,
                self.env._(
                    "only %(low)s to %(high)s is possible. Probably a typing error, or "
                    "the value of another property",
                    low=show_number(self.env, self.plausible_min),
                    high=show_number(self.env, self.plausible_max),
                ),
            )
        self._check_clear()

    def _check_clear(self):
        """Refuse 1.250 of an Indonesian where it may be a thousand as well."""
        grouped = read_grouped(self.result, get_lang(self.env).decimal_point)
        if grouped is None:
            return
        try:
            check_plausible(self._to_test_unit(grouped), get_limits(self))
        except ImplausibleResultError:
            return
        self._raise_result(
            self.result,
            self.env._(
                "it can be read in two ways. Write %(small)s or %(large)s",
                small=show_number(self.env, float(read_result(self.result).value)),
                large=f"{grouped:f}",
            ),
        )

    def _raise_result(self, value, problem):
        raise UserError(
            self.env._(
                "%(object)s, %(question)s: %(value)s is no result: %(problem)s.",
                object=self.inspection_id[:1]._get_object_name(),
                question=self.name,
                value=value,
                problem=problem,
            )
        )

    @api.model
    def _prepare_result_vals(self, vals, question_type):
        """Keep the text as written and OCA's number together, whichever is given."""
        if question_type != "quantitative" or not vals.keys() & VALUE_FIELDS:
            return vals
        if "result" in vals:
            try:
                reading = read_result(vals["result"] or "")
            except ResultFormatError:
                return {**vals, "quantitative_value": 0.0}
            return {**vals, "quantitative_value": float(reading.value or 0)}
        if "quantitative_value" in vals:
            return {**vals, "result": self._to_text(float(vals["quantitative_value"]))}
        return vals

    def _meets(self, question):
        """Tell whether the result would meet the limits of another question."""
        self.ensure_one()
        if not self.is_answered or self.question_type != question.type:
            return False
        if question.type == "qualitative":
            names = question.ql_values.filtered("ok").mapped("name")
            return self.qualitative_value.name in names
        if question.type == "text":
            return text_passes(self.result, question.text_accepted or "")
        return passes(self._get_reading(), get_limits(question))

    def _find_question(self, key):
        """Return the line by question code, or by id of question or line."""
        found = self.filtered(
            lambda line: key == line.code or str(key) == str(line.test_line.id)
        )
        if len(found) != 1:
            raise UserError(
                self.env._(
                    "%(object)s has no question '%(key)s'. It asks: %(questions)s.",
                    object=self.inspection_id[:1]._get_object_name(),
                    key=key,
                    questions=", ".join(
                        line.code or str(line.test_line.id) for line in self
                    ),
                )
            )
        return found

    def _set_result(self, value):
        self.ensure_one()
        if self.question_type != "qualitative":
            self.write({"result": self._to_text(value)})
            return
        wanted = " ".join(str(value).lower().split())
        for choice in self.possible_ql_values:
            names = {choice.name, choice.with_context(lang="en_US").name}
            if wanted in {name.lower() for name in names} or value == choice.id:
                self.write({"qualitative_value": choice.id})
                return
        names = ", ".join(self.possible_ql_values.mapped("name"))
        self._raise_result(value, self.env._("choose one of %s", names))

    @api.model
    def _to_text(self, value):
        if value is None or value is False:
            return ""
        if isinstance(value, float):
            return show_number(self.env, value)
        return str(value).strip()

    def _get_summary(self):
        self.ensure_one()
        return {
            "id": self.id,
            "code": self.code or str(self.test_line.id),
            "name": self.name,
            "type": self.question_type,
            "unit": self.unit or "",
            "limits": self._get_limits_text(),
            "allow_nd": self.allow_nd,
            "choices": self.possible_ql_values.mapped("name")
            or [text.strip() for text in (self.text_accepted or "").split(";") if text],
            "result": self.qualitative_value.name or self.result or "",
            "is_answered": self.is_answered,
            "success": self.success,
        }

    # ---- CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        prepared = [
            self._prepare_result_vals(vals, vals.get("question_type"))
            for vals in vals_list
        ]
        lines = super().create(prepared)
        if not is_own_write(self):
            lines._check_not_of_lot()
        lines._check_result()
        return lines

    def write(self, vals):
        if not is_own_write(self):
            if vals.keys() - RESULT_FIELDS:
                self._check_not_of_lot()
            of_lot = self.inspection_id.filtered(lambda i: i._is_of_lot())
            of_lot._check_open()
        for question_type, lines in self.grouped("question_type").items():
            super(QcInspectionLine, lines).write(
                self._prepare_result_vals(vals, question_type)
            )
        if not is_own_write(self) and "inspection_id" in vals:
            self._check_not_of_lot()
        if vals.keys() & RESULT_FIELDS:
            self._check_result()
        return True

    @api.ondelete(at_uninstall=False)
    def _unlink_except_of_lot(self):
        if not is_own_write(self):
            self._check_not_of_lot()

    def _check_not_of_lot(self):
        for inspection in self.inspection_id:
            if inspection._is_of_lot():
                inspection._raise_guarded()
