# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .documents import adopt
from .sharing_guard import by_action, is_by_action, refuse_computed, without_defaults


class FactorySiteEvaluation(models.Model):
    """What owner and operator found when they looked at a management agreement.

    The owner may replace an operator who does not do well (Aceh Tamiang), or set the
    contribution after a free period (NTT). Each look is a record of its own.
    """

    _name = "factory.site.evaluation"
    _description = "Evaluation of a Management Agreement"
    _order = "date desc, id desc"
    _rec_name = "date"

    agreement_id = fields.Many2one(
        "grant.agreement",
        required=True,
        index=True,
        ondelete="restrict",
        domain=[("kind", "=", "management"), ("site_id", "!=", False)],
    )
    site_id = fields.Many2one(related="agreement_id.site_id", store=True, index=True)
    company_id = fields.Many2one(
        related="agreement_id.company_id",
        store=True,
        index=True,
        help="Company that keeps the agreement; the operator reads it too.",
    )
    operator_id = fields.Many2one(
        related="agreement_id.recipient_id", string="Operator evaluated"
    )
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Day of the evaluation, local to the site.",
    )
    date_from = fields.Date(string="Period from", help="First day looked at.")
    date_to = fields.Date(string="Period to", help="Last day looked at.")
    result = fields.Selection(
        [
            ("continue", "Goes on as agreed"),
            ("improve", "Goes on with conditions"),
            ("reassign", "To be given to another operator"),
            ("end", "To be ended"),
        ],
        required=True,
    )
    finding = fields.Text(required=True, help="What was found and decided.")
    contribution_note = fields.Char(
        string="Contribution decided",
        help="What the operator pays from now on, if that was decided: the next"
        " agreement carries it.",
    )
    date_next = fields.Date(
        string="Next evaluation", help="Day of the next look; empty for none."
    )
    source_partner_id = fields.Many2one("res.partner", string="Evaluated by")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Documents", help="Minutes, signed sheets, photos."
    )
    author_id = fields.Many2one(
        "res.users",
        string="Recorded by",
        default=lambda self: self.env.user,
        readonly=True,
        required=True,
    )

    _period_order = models.Constraint(
        "CHECK (date_from IS NULL OR date_to IS NULL OR date_to >= date_from)",
        "The period looked at ends after it starts.",
    )
    _next_later = models.Constraint(
        "CHECK (date_next IS NULL OR date_next > date)",
        "The next evaluation comes after this one.",
    )

    @api.constrains("agreement_id")
    def _check_agreement(self):
        for evaluation in self:
            agreement = evaluation.agreement_id
            if agreement.kind != "management" or not agreement.site_id:
                raise ValidationError(
                    self.env._(
                        "Agreement %(name)s does not hand a site to an operator; only"
                        " those are evaluated here.",
                        name=agreement.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        model = without_defaults(refuse_computed(self, vals_list), ("author_id",))
        evaluations = super(FactorySiteEvaluation, model).create(
            [{**vals, "author_id": self.env.uid} for vals in vals_list]
        )
        for evaluation in evaluations.filtered("attachment_ids"):
            # both sides read the evaluation, so they read what it cites
            documents = adopt(evaluation, evaluation.attachment_ids)
            by_action(evaluation).attachment_ids = documents
        evaluations.agreement_id._sync_site_obligations()
        return evaluations

    def write(self, vals):
        if vals and not is_by_action(self):
            raise UserError(
                self.env._(
                    "The evaluation of %(date)s stays as it was recorded; record"
                    " another one.",
                    date=self[:1].date,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for evaluation in self:
            raise UserError(
                self.env._(
                    "The evaluation of %(date)s is on record and cannot be deleted.",
                    date=evaluation.date,
                )
            )
