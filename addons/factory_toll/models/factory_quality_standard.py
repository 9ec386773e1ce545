# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from .quality_token import is_own_write

# What may still change on a standard that is in use.
OPEN_FIELDS = {"active", "doubt", "message_main_attachment_id"}


class FactoryQualityStandard(models.Model):
    _name = "factory.quality.standard"
    _description = "Quality Standard"
    _inherit = ["mail.thread"]
    _order = "code, date_from desc, id desc"
    _check_company_auto = True
    _rec_names_search = ["code", "name", "product_family"]

    code = fields.Char(
        required=True, help="Number of the standard without its year: SNI 01-3393."
    )
    version = fields.Char(
        required=True, help="Year or edition. A new edition is a new record."
    )
    name = fields.Char(required=True, translate=True)
    product_family = fields.Char(
        translate=True, help="What it is a standard for: dry ginger, patchouli oil."
    )
    date_from = fields.Date(
        "Valid from",
        required=True,
        help="First day on which a site may adopt it.",
    )
    source = fields.Char(
        required=True, help="Where the limits were read: document, page or address."
    )
    doubt = fields.Text(help="What about the source or the limits is not certain.")
    level_ids = fields.One2many(
        "factory.quality.standard.level", "standard_id", string="Grades", copy=False
    )
    question_ids = fields.One2many(
        "qc.test.question", compute="_compute_question_ids", string="Limits"
    )
    previous_id = fields.Many2one(
        "factory.quality.standard",
        string="Replaces",
        index="btree_not_null",
        readonly=True,
        copy=False,
    )
    adoption_ids = fields.One2many("factory.quality.adoption", "standard_id")
    is_used = fields.Boolean(
        compute="_compute_is_used",
        help="Adopted, or something was tested by it: its limits stand.",
    )
    company_id = fields.Many2one(
        "res.company", help="Empty: every company may adopt it, as a national one."
    )
    active = fields.Boolean(default=True)

    _version_uniq = models.Constraint(
        "UNIQUE NULLS NOT DISTINCT (code, version, company_id)",
        "This version of the standard exists already.",
    )

    @api.depends("code", "version", "name")
    def _compute_display_name(self):
        for standard in self:
            number = f"{standard.code or ''}-{standard.version or ''}"
            standard.display_name = f"{number} {standard.name or ''}".strip()

    @api.depends("level_ids.test_id.test_lines")
    def _compute_question_ids(self):
        for standard in self:
            standard.question_ids = standard.level_ids.test_id.test_lines

    @api.depends("adoption_ids")
    def _compute_is_used(self):
        tested = dict(
            self.env["qc.inspection"]
            .sudo()
            ._read_group(
                [("standard_id", "in", self.ids)], ["standard_id"], ["__count"]
            )
        )
        # Another company's adoption counts as well.
        adopted = dict(
            self.env["factory.quality.adoption"]
            .sudo()
            .with_context(active_test=False)
            ._read_group(
                [("standard_id", "in", self.ids)], ["standard_id"], ["__count"]
            )
        )
        used = {standard.id for standard in (*tested, *adopted)}
        for standard in self:
            standard.is_used = standard._origin.id in used

    # ---- CRUD ---------------------------------------------------------------------

    def write(self, vals):
        if vals.keys() - OPEN_FIELDS:
            self._check_not_in_use()
        if "previous_id" in vals and not is_own_write(self):
            raise UserError(self.env._("Use New version to follow up a standard."))
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        self._check_not_in_use()

    def _check_not_in_use(self):
        for standard in self.filtered("is_used"):
            raise UserError(
                self.env._(
                    "%(standard)s is in use: lots were, or will be, judged by it. Make "
                    "a new version and adopt that.",
                    standard=standard.display_name,
                )
            )

    # ---- actions ------------------------------------------------------------------

    def action_new_version(self, version=None):
        """Copy the standard with its tests as a new version, to be edited.

        :param str version: year of the new edition; default asks to be replaced
        :return: action that opens it; over RPC its ``res_id`` is the new id
        """
        self.ensure_one()
        self.check_access("write")
        new = self.copy(
            {
                "version": version or self.env._("%s (new)", self.version),
                "previous_id": self.id,
                "date_from": fields.Date.context_today(self),
            }
        )
        new.level_ids = [
            Command.create(
                {
                    "sequence": level.sequence,
                    "grade_id": level.grade_id.id,
                    "test_id": level._copy_test(new).id,
                }
            )
            for level in self.level_ids
        ]
        return {
            "type": "ir.actions.act_window",
            "res_model": self._name,
            "res_id": new.id,
            "view_mode": "form",
        }


class FactoryQualityStandardLevel(models.Model):
    _name = "factory.quality.standard.level"
    _description = "Grade of a Quality Standard"
    _order = "standard_id, sequence, id"

    standard_id = fields.Many2one(
        "factory.quality.standard", required=True, index=True, ondelete="cascade"
    )
    sequence = fields.Integer(default=10, help="The best grade first.")
    grade_id = fields.Many2one(
        "factory.grade",
        index="btree_not_null",
        help="Grade that a lot gets which passes. Empty: the standard has no grades.",
    )
    test_id = fields.Many2one(
        "qc.test",
        required=True,
        index=True,
        ondelete="restrict",
        help="Questions with the limits of this grade.",
    )
    company_id = fields.Many2one(related="standard_id.company_id", store=True)

    _test_uniq = models.Constraint(
        "UNIQUE (test_id)", "A test belongs to one grade of one standard."
    )
    _grade_uniq = models.Constraint(
        "UNIQUE NULLS NOT DISTINCT (standard_id, grade_id)",
        "A standard has one test for each grade.",
    )

    @api.depends("standard_id", "grade_id")
    def _compute_display_name(self):
        for level in self:
            parts = [level.standard_id.display_name, level.grade_id.display_name]
            level.display_name = ", ".join(part for part in parts if part)

    @api.constrains("test_id", "standard_id")
    def _check_test(self):
        for level in self:
            test = level.test_id
            if not test.test_lines or test.fill_correct_values:
                raise ValidationError(
                    self.env._(
                        "%(test)s cannot be the test of a standard: it has no question,"
                        " or it fills in correct values by itself.",
                        test=test.name,
                    )
                )
            if test.company_id and test.company_id != level.standard_id.company_id:
                raise ValidationError(
                    self.env._(
                        "%(test)s belongs to %(company)s; the standard does not.",
                        test=test.name,
                        company=test.company_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        levels = super().create(vals_list)
        levels.standard_id._check_not_in_use()
        return levels

    def write(self, vals):
        self.standard_id._check_not_in_use()
        result = super().write(vals)
        self.standard_id._check_not_in_use()
        return result

    @api.ondelete(at_uninstall=False)
    def _unlink_except_in_use(self):
        self.standard_id._check_not_in_use()

    def _copy_test(self, standard):
        self.ensure_one()
        name = f"{standard.code}-{standard.version} {standard.name}"
        if self.grade_id:
            name = f"{name} ({self.grade_id.name})"
        return self.test_id.copy({"name": name})

    def _would_pass(self, inspection):
        """Tell whether the values of an inspection meet the limits of this grade."""
        self.ensure_one()
        values = inspection.inspection_lines.grouped("code")
        for question in self.test_id.test_lines:
            line = values.get(question.code)
            if not question.code or not line or not line._meets(question):
                return False
        return True
