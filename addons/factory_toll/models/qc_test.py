# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import ValidationError
from odoo.tools import float_repr
from odoo.tools.misc import get_lang

from odoo.addons.umkm_base.tools.rounding import to_decimal

from ..tools.quality import LimitError, Limits, check_limits

QUALITY_DIGITS = "Quality Control"
# Digits shown at most: those of the decimal precision that OCA ships.
DIGITS = 5


def show_number(env, value):
    """Write a number with the digits it needs, as the reader's language has it."""
    text = float_repr(value, DIGITS)
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace(".", get_lang(env).decimal_point)


def format_range(env, low, high, unit):
    """Write limits as people read them; empty without any."""
    if low is not None and high is not None:
        text = f"{show_number(env, low)} … {show_number(env, high)}"
    elif low is not None:
        text = f"≥ {show_number(env, low)}"
    elif high is not None:
        text = f"≤ {show_number(env, high)}"
    else:
        return ""
    return f"{text} {unit or ''}".strip()


def format_requirement(env, low, high):
    """Write limits as the Indonesian standards print them: maks. 12, min. 1,5."""
    if low is not None and high is not None:
        return env._(
            "%(low)s to %(high)s",
            low=show_number(env, low),
            high=show_number(env, high),
        )
    if low is not None:
        return env._("min. %(limit)s", limit=show_number(env, low))
    if high is not None:
        return env._("max. %(limit)s", limit=show_number(env, high))
    return ""


def get_limits(record):
    """Return the limits written on a question or an inspection line."""
    return Limits(
        low=to_decimal(record.min_value) if record.has_min else None,
        high=to_decimal(record.max_value) if record.has_max else None,
        plausible_low=to_decimal(record.plausible_min)
        if record.has_plausible
        else None,
        plausible_high=to_decimal(record.plausible_max)
        if record.has_plausible
        else None,
        allow_not_detected=record.allow_nd,
    )


class QcTest(models.Model):
    _inherit = "qc.test"

    level_ids = fields.One2many("factory.quality.standard.level", "test_id")

    def write(self, vals):
        if vals.keys() & {"name", "test_lines", "company_id", "fill_correct_values"}:
            self._check_not_in_use()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        self._check_not_in_use()

    def _check_not_in_use(self):
        """Refuse to change the questions of a standard that somebody works by."""
        self.sudo().level_ids.standard_id._check_not_in_use()


class QcTestQuestion(models.Model):
    _inherit = "qc.test.question"

    code = fields.Char(
        help="Short name of the property, by which programs and the floor page record "
        "its result: moisture, fe. Unique in its test.",
    )
    type = fields.Selection(
        selection_add=[("text", "Text")], ondelete={"text": "cascade"}
    )
    has_min = fields.Boolean(
        "Has minimum", default=True, help="Off: there is no lower limit."
    )
    has_max = fields.Boolean(
        "Has maximum", default=True, help="Off: there is no upper limit."
    )
    has_plausible = fields.Boolean(
        "Has plausible range",
        help="A value outside the plausible range is refused as a typing error, "
        "whether it would pass or not.",
    )
    plausible_min = fields.Float("Plausible from", digits=QUALITY_DIGITS)
    plausible_max = fields.Float("Plausible to", digits=QUALITY_DIGITS)
    allow_nd = fields.Boolean(
        "ND allowed",
        help="The laboratory may answer ND (not detected, tidak terdeteksi), which is "
        "below every amount.",
    )
    unit = fields.Char(
        help="Unit of the value as the standard prints it, where it is no unit of "
        "goods: ml/100 g, mg KOH/g, °.",
    )
    text_accepted = fields.Char(
        "Accepted texts",
        help="Texts that pass, separated by semicolons. Empty: any text passes, it is "
        "only written down.",
    )

    limits = fields.Char(compute="_compute_limits", help="What passes.")
    plausible_text = fields.Char("Plausible", compute="_compute_limits")

    _code_uniq = models.Constraint(
        "UNIQUE (test, code)", "A test has one question of each code."
    )

    @api.depends(
        "type",
        "has_min",
        "has_max",
        "min_value",
        "max_value",
        "has_plausible",
        "plausible_min",
        "plausible_max",
        "unit",
        "text_accepted",
        "ql_values.ok",
    )
    def _compute_limits(self):
        for question in self:
            question.limits = question._get_limits_text()
            question.plausible_text = question.has_plausible and format_range(
                self.env, question.plausible_min, question.plausible_max, question.unit
            )

    def _get_limits_text(self):
        self.ensure_one()
        anything = self.env._("any")
        if self.type == "text":
            return self.text_accepted or anything
        if self.type == "qualitative":
            return ", ".join(self.ql_values.filtered("ok").mapped("name"))
        return (
            format_range(
                self.env,
                self.min_value if self.has_min else None,
                self.max_value if self.has_max else None,
                self.unit or self.uom_id.name,
            )
            or anything
        )

    @api.constrains("min_value", "max_value")
    def _check_valid_range(self):
        """Judge the ends that count only; OCA takes every range for two-sided."""
        self._check_limits()

    @api.constrains(
        "has_min", "has_max", "has_plausible", "plausible_min", "plausible_max", "type"
    )
    def _check_limits(self):
        for question in self.filtered(lambda q: q.type == "quantitative"):
            try:
                check_limits(get_limits(question))
            except LimitError as error:
                raise ValidationError(
                    self.env._(
                        "Question '%(question)s': minimum %(low)s, maximum %(high)s, "
                        "plausible %(from)s to %(to)s contradict each other. The "
                        "minimum may not exceed the maximum, and the plausible range "
                        "must hold both.",
                        **{
                            "question": question.name,
                            "low": question.min_value if question.has_min else "-",
                            "high": question.max_value if question.has_max else "-",
                            "from": question.plausible_min,
                            "to": question.plausible_max,
                        },
                    )
                ) from error

    @api.model_create_multi
    def create(self, vals_list):
        questions = super().create(vals_list)
        questions.test._check_not_in_use()
        return questions

    def write(self, vals):
        self.test._check_not_in_use()
        result = super().write(vals)
        # The question may stand in another test now.
        self.test._check_not_in_use()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        self.test._check_not_in_use()


class QcTestQuestionValue(models.Model):
    _inherit = "qc.test.question.value"

    @api.model_create_multi
    def create(self, vals_list):
        values = super().create(vals_list)
        values.test_line.test._check_not_in_use()
        return values

    def write(self, vals):
        self.test_line.test._check_not_in_use()
        result = super().write(vals)
        self.test_line.test._check_not_in_use()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        self.test_line.test._check_not_in_use()
