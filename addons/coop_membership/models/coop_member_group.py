# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class CoopMemberGroup(models.Model):
    _name = "coop.member.group"
    _description = "Member Group"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(
        required=True,
        help="Kelompok pihak anggota of a multi-party cooperative"
        " (Permenkop UKM 8/2021).",
    )
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    vote_weight = fields.Float(
        string="Share of votes (%)",
        help="Share of the group in the votes of the plenary, by the statutes;"
        " 0 when votes are not weighted by group.",
    )

    _code_uniq = models.Constraint(
        "UNIQUE (company_id, code)",
        "The cooperative has a member group with this code already.",
    )
    _weight_in_range = models.Constraint(
        "CHECK (vote_weight >= 0 AND vote_weight <= 100)",
        "The share of votes of a group lies between 0 and 100 percent.",
    )
