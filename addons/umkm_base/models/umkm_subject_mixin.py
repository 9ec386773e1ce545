# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import ValidationError


class UmkmSubjectMixin(models.AbstractModel):
    """Records about any other record: a partner, a site, a facility, a machine.

    Over RPC write ``res_model`` and ``res_id``, or ``subject_ref`` as
    ``"res.partner,7"``; both say the same.
    """

    _name = "umkm.subject.mixin"
    _description = "Record about a Subject"

    res_model = fields.Char(
        string="Subject model", index=True, help="Technical name, such as res.partner."
    )
    res_id = fields.Many2oneReference(
        string="Subject record", model_field="res_model", index=True
    )
    subject_ref = fields.Reference(
        selection="_selection_subject_model",
        string="Subject",
        compute="_compute_subject_ref",
        inverse="_inverse_subject_ref",
        help="The record that this is about.",
    )

    @api.model
    def _get_subject_models(self):
        """Return the models that can be a subject; other addons add theirs."""
        return ["res.partner", "res.company", "umkm.cluster", "umkm.region"]

    @api.model
    def _selection_subject_model(self):
        models_sudo = self.env["ir.model"].sudo()
        return [
            (name, models_sudo._get(name).name) for name in self._get_subject_models()
        ]

    @api.depends("res_model", "res_id")
    def _compute_subject_ref(self):
        allowed = self._get_subject_models()
        for record in self:
            known = record.res_model in allowed and record.res_id
            record.subject_ref = known and f"{record.res_model},{record.res_id}"

    def _inverse_subject_ref(self):
        for record in self:
            subject = record.subject_ref
            record.write(
                {
                    "res_model": subject and subject._name,
                    "res_id": subject and subject.id,
                }
            )

    @api.model_create_multi
    def create(self, vals_list):
        """Let an empty reference, as forms send it, not wipe out model and number."""
        return super().create(
            [
                {key: value for key, value in vals.items() if key != "subject_ref"}
                if vals.get("res_id") and not vals.get("subject_ref")
                else vals
                for vals in vals_list
            ]
        )

    @api.constrains("res_model", "res_id")
    def _check_subject(self):
        allowed = self._get_subject_models()
        for record in self:
            if not record.res_model and not record.res_id:
                continue
            if record.res_model not in allowed:
                raise ValidationError(
                    self.env._(
                        "%(record)s: %(model)s cannot be a subject. Choose one of"
                        " %(allowed)s.",
                        record=record.display_name,
                        model=record.res_model or "-",
                        allowed=", ".join(allowed),
                    )
                )
            subject = self.env[record.res_model].browse(record.res_id).exists()
            if not subject:
                raise ValidationError(
                    self.env._(
                        "%(record)s: there is no %(model)s with number %(id)s.",
                        record=record.display_name,
                        model=record.res_model,
                        id=record.res_id,
                    )
                )
            record._check_subject_company(subject)

    def _check_subject_company(self, subject):
        """Refuse a subject of another company than the record's own."""
        self.ensure_one()
        if "company_id" not in subject._fields or "company_id" not in self._fields:
            return
        owner = subject.sudo().company_id
        if owner and self.company_id and owner != self.company_id:
            raise ValidationError(
                self.env._(
                    "%(record)s belongs to %(company)s, its subject to another"
                    " company.",
                    record=self.display_name,
                    company=self.company_id.name,
                )
            )
