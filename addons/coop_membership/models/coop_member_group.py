# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError
from odoo.tools import float_compare

MEMBER_STATES = ("active", "suspended", "exiting")


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

    member_ids = fields.One2many("coop.member", "group_id", string="Members")
    member_count = fields.Integer(compute="_compute_member_count")

    @api.depends("member_ids.state")
    def _compute_member_count(self):
        counts = dict(
            self.env["coop.member"]._read_group(
                [("group_id", "in", self.ids), ("state", "in", MEMBER_STATES)],
                ["group_id"],
                ["__count"],
            )
        )
        for group in self:
            group.member_count = counts.get(group._origin, 0)

    @api.constrains("vote_weight", "active", "company_id")
    def _check_weights(self):
        for company, total in self._read_group(
            [("company_id", "in", self.company_id.ids)],
            ["company_id"],
            ["vote_weight:sum"],
        ):
            if float_compare(total, 100, precision_digits=4) > 0:
                raise ValidationError(
                    self.env._(
                        "The groups of %(company)s have %(total)g %% of the votes"
                        " together; that cannot be more than 100 %%.",
                        company=company.name,
                        total=total,
                    )
                )


class CoopMember(models.Model):
    _inherit = "coop.member"

    def _check_group(self):
        """Refuse members of a multi-party cooperative who stand in no group."""
        lost = self.filtered(
            # who decides need not be allowed to read the company's settings
            lambda member: (
                not member.group_id and member.sudo().company_id.is_multi_party
            )
        )
        if lost:
            raise UserError(
                self.env._(
                    "In a multi-party cooperative each member belongs to one group."
                    " Choose it for %(names)s.",
                    names=", ".join(lost.mapped("display_name")),
                )
            )

    @api.constrains("group_id", "state")
    def _check_group_kept(self):
        """A member who is entered does not fall out of the groups."""
        self.filtered(lambda member: member.state in MEMBER_STATES)._check_group()

    @api.model
    def _get_group_figures(self, company):
        """Return ``{groups, group_warning}`` of a cooperative, for its figures."""
        groups = (
            self.env["coop.member.group"]
            .search([("company_id", "=", company.id)])
            .filtered("member_count")
        )
        warning = ""
        if company.sudo().is_multi_party and len(groups) < 2:
            warning = self.env._(
                "A multi-party cooperative has at least two groups of members"
                " (Permenkop UKM 8/2021); %(count)s has members here.",
                count=len(groups),
            )
        return {
            "groups": [
                {"name": group.name, "members": group.member_count} for group in groups
            ],
            "group_warning": warning,
        }
