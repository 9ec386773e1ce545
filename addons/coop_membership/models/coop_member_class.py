# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class CoopMemberClass(models.Model):
    _name = "coop.member.class"
    _description = "Member Class"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    code = fields.Char(required=True)
    sequence = fields.Integer(default=10)
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
    )
    kind = fields.Selection(
        [("ordinary", "Ordinary"), ("extraordinary", "Extraordinary")],
        required=True,
        default="ordinary",
        help="Anggota, or anggota luar biasa (UU 25/1992 art. 18).",
    )
    has_vote = fields.Boolean(
        default=True, help="Members of the class vote in the members' meeting."
    )

    _code_uniq = models.Constraint(
        "UNIQUE (company_id, code)",
        "The cooperative has a member class with this code already.",
    )
