# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError


class CoopMemberHeir(models.Model):
    """Who is paid when a member dies (ahli waris)."""

    _name = "coop.member.heir"
    _description = "Heir of a Member"
    _inherit = ["coop.guard.mixin"]
    _order = "member_id, sequence, id"
    _check_company_auto = True
    _frozen_fields = ("member_id", "partner_id", "percent", "relation", "proof")

    member_id = fields.Many2one(
        "coop.member",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
    )
    company_id = fields.Many2one(
        related="member_id.company_id", store=True, index=True, precompute=True
    )
    sequence = fields.Integer(default=10)
    partner_id = fields.Many2one(
        "res.partner",
        string="Person",
        required=True,
        index=True,
        ondelete="restrict",
        check_company=True,
        help="Contact who is paid; takes the cooperative as its company.",
    )
    relation = fields.Selection(
        [
            ("spouse", "Spouse"),
            ("child", "Child"),
            ("parent", "Parent"),
            ("sibling", "Sibling"),
            ("other", "Other"),
        ],
        required=True,
        default="spouse",
    )
    percent = fields.Float(
        string="Share (%)",
        digits=(16, 4),
        required=True,
        help="The shares of all heirs add up to 100 before anything is settled.",
    )
    proof = fields.Char(
        help="Document that shows it: number and date of the certificate of heirs"
        " (surat keterangan ahli waris), family card or court decision.",
    )

    _percent_in_range = models.Constraint(
        "CHECK (percent > 0 AND percent <= 100)",
        "The share of an heir lies above 0 and at most at 100 percent.",
    )
    _once_each = models.Constraint(
        "UNIQUE (member_id, partner_id)", "This person is an heir already."
    )

    @api.depends("partner_id", "percent")
    def _compute_display_name(self):
        for heir in self:
            heir.display_name = f"{heir.partner_id.name} ({heir.percent:g} %)"

    def _is_frozen(self):
        return self.member_id.state == "exited"

    @api.model_create_multi
    def create(self, vals_list):
        partners = self.env["res.partner"].browse(
            vals["partner_id"] for vals in vals_list if vals.get("partner_id")
        )
        members = self.env["coop.member"].browse(
            vals["member_id"] for vals in vals_list if vals.get("member_id")
        )
        if len(members.company_id) == 1:
            partners.filtered(lambda partner: not partner.company_id).write(
                {"company_id": members.company_id.id}
            )
        heirs = super().create(vals_list)
        heirs._check_open()
        return heirs

    def write(self, vals):
        result = super().write(vals)
        if "member_id" in vals:
            self.member_id.check_access("write")
            self._check_open()
        return result

    def _check_open(self):
        left = self.member_id.filtered(lambda member: member.state == "exited")
        if left:
            raise UserError(
                self.env._(
                    "%(names)s left already and the heirs are settled. Reverse the"
                    " settlement first.",
                    names=", ".join(left.mapped("display_name")),
                )
            )

    @api.model
    def _check_complete(self, member):
        """Refuse to settle a death whose heirs are not known in full."""
        heirs = member.heir_ids
        missing = heirs.filtered(lambda heir: not heir.proof)
        total = sum(round(heir.percent * 10_000) for heir in heirs)
        if total != 1_000_000 or missing:
            raise UserError(
                self.env._(
                    "%(member)s: record all heirs, each with relation, share and"
                    " proof. The shares add up to %(total)s %%, not 100; without"
                    " proof: %(names)s.",
                    member=member.display_name,
                    total=f"{total / 10_000:g}",
                    names=", ".join(missing.partner_id.mapped("name")) or "-",
                )
            )
