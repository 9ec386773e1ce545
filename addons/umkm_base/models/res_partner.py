# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..tools import nik as nik_tool
from .umkm_scale_threshold import SCALES

OVERSIGHT = (
    "umkm_base.umkm_base_group_teller,umkm_base.umkm_base_group_factory_manager,"
    "umkm_base.umkm_base_group_auditor,umkm_base.umkm_base_group_monitoring_officer"
)


class ResPartner(models.Model):
    _inherit = "res.partner"

    region_id = fields.Many2one(
        "umkm.region",
        index=True,
        help="Region of the address, down to the village where it is known.",
    )
    nik = fields.Char(
        string="Citizen number (NIK)",
        groups="base.group_user",
        copy=False,
        help="Nomor Induk Kependudukan, 16 digits, of a natural person.",
    )
    nik_warning = fields.Char(
        string="NIK remark",
        compute="_compute_nik_warning",
        groups="base.group_user",
        help="What in the number does not fit the person. The number may be right all"
        " the same: its codes are those of the day of issue.",
    )
    birthdate = fields.Date(string="Date of birth", groups="base.group_user")
    gender = fields.Selection(
        [("male", "Male"), ("female", "Female")], groups="base.group_user"
    )
    kbli_ids = fields.Many2many(
        "umkm.kbli", string="KBLI", help="Lines of business of the enterprise."
    )
    cluster_ids = fields.Many2many(
        "umkm.cluster", string="Clusters", groups="base.group_user"
    )
    scale_assessment_ids = fields.One2many(
        "umkm.scale.assessment", "partner_id", groups=OVERSIGHT
    )
    umkm_scale = fields.Selection(
        SCALES,
        string="Enterprise size",
        compute="_compute_umkm_scale",
        compute_sudo=True,
        store=True,
        help="Class of the latest assessment.",
    )
    licence_ids = fields.One2many(
        "umkm.licence", "partner_id", groups="base.group_user"
    )
    licence_count = fields.Integer(
        compute="_compute_umkm_counts", groups="base.group_user"
    )
    assistance_participant_ids = fields.One2many(
        "umkm.assistance.participant",
        "partner_id",
        string="Training and mentoring",
        groups="base.group_user",
    )
    assistance_count = fields.Integer(
        compute="_compute_umkm_counts", groups="base.group_user"
    )

    _nik_company_uniq = models.UniqueIndex(
        "(nik, COALESCE(company_id, 0)) WHERE nik IS NOT NULL",
        "A person with this NIK exists already in the company.",
    )

    @api.depends("nik", "birthdate", "gender")
    def _compute_nik_warning(self):
        filled = self.filtered(lambda partner: nik_tool.is_nik(partner.nik or ""))
        codes = {nik_tool.region_codes(partner.nik)[2] for partner in filled}
        regions = self.env["umkm.region"].with_context(active_test=False)
        known = set(regions.search([("code", "in", [*codes])]).mapped("code"))
        texts = {
            "region": self.env._("no district has its first six digits"),
            "date": self.env._("it holds no calendar day"),
            "birthdate": self.env._("it states another date of birth"),
            "gender": self.env._("it states the other gender"),
        }
        today = fields.Date.context_today(self)
        for partner in self:
            partner.nik_warning = False
            if partner in filled:
                found = nik_tool.mismatches(
                    partner.nik, known, partner.birthdate, partner.gender, today
                )
                remark = "; ".join(texts[key] for key in found)
                partner.nik_warning = remark and self.env._(
                    "Please check: %(remark)s.", remark=remark
                )

    @api.depends("scale_assessment_ids.scale", "scale_assessment_ids.date")
    def _compute_umkm_scale(self):
        for partner in self:
            latest = partner.scale_assessment_ids.sorted(
                lambda one: (one.date or fields.Date.today(), one._origin.id)
            )[-1:]
            partner.umkm_scale = latest.scale

    def _compute_umkm_counts(self):
        models_counted = {
            "licence_count": "umkm.licence",
            "assistance_count": "umkm.assistance.participant",
        }
        for name, model in models_counted.items():
            groups = self.env[model]._read_group(
                [("partner_id", "in", self.ids)], ["partner_id"], ["__count"]
            )
            counts = dict(groups)
            for partner in self:
                partner[name] = counts.get(partner._origin, 0)

    @api.constrains("nik", "is_company")
    def _check_nik(self):
        for partner in self.sudo().filtered("nik"):
            if partner.is_company:
                raise ValidationError(
                    self.env._(
                        "%(partner)s is a company: a NIK belongs to a person. Enter"
                        " the tax number (NPWP) instead.",
                        partner=partner.name,
                    )
                )
            if not nik_tool.is_nik(partner.nik):
                raise ValidationError(
                    self.env._(
                        "NIK %(nik)s of %(partner)s: a NIK has 16 digits and does not"
                        " end in 0000. Copy it from the identity card.",
                        nik=partner.nik,
                        partner=partner.name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._clean_nik_vals(vals) for vals in vals_list])

    def write(self, vals):
        return super().write(self._clean_nik_vals(vals))

    @api.model
    def _clean_nik_vals(self, vals):
        if "nik" not in vals:
            return vals
        return {**vals, "nik": nik_tool.clean_nik(vals["nik"]) or False}

    def action_open_licences(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "umkm_base.umkm_licence_action"
        )
        return {
            **action,
            "domain": [("partner_id", "=", self.id)],
            "context": {"default_partner_id": self.id},
        }

    def action_open_assistance(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "umkm_base.umkm_assistance_participant_action"
        )
        return {**action, "domain": [("partner_id", "=", self.id)]}
