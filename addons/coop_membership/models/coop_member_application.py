# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who decides on an application, and what has to be paid before the membership."""

from odoo import fields, models
from odoo.exceptions import UserError

#: who accepts members for the board (pengurus), in the order in which they are named
BOARD_ROLES = ("chair", "vice_chair", "secretary", "treasurer")


class CoopMember(models.Model):
    _inherit = "coop.member"

    approved_by_id = fields.Many2one(
        "coop.officer",
        string="Approved by",
        check_company=True,
        copy=False,
        index="btree_not_null",
        tracking=True,
        help="Officer of the board in office on that day. Left empty, the approving"
        " user's own office is named, else the chair.",
    )
    approval_meeting_id = fields.Many2one(
        "coop.meeting",
        check_company=True,
        copy=False,
        index="btree_not_null",
        help="Meeting of the board that accepted the person.",
    )
    approval_resolution = fields.Char(
        copy=False, help="Number of the decision on the application."
    )
    date_approved = fields.Date(readonly=True, copy=False, tracking=True)

    def _name_approver(self, company, day):
        """Enter the deciding officer, who must be in office on the day."""
        officers = self.env["coop.officer"]._get_officers(company, day, BOARD_ROLES)
        foreign = (self.approved_by_id - officers)[:1]
        if foreign:
            raise UserError(
                self.env._(
                    "%(officer)s is not in office for the board on %(day)s. Choose an"
                    " officer who is.",
                    officer=foreign.display_name,
                    day=fields.Date.to_string(day),
                )
            )
        mine = officers.filtered(
            lambda officer: officer.partner_id == self.env.user.partner_id
        )
        ranked = officers.sorted(lambda officer: BOARD_ROLES.index(officer.role))
        unnamed = self.filtered(lambda member: not member.approved_by_id)
        unnamed._write_guarded({"approved_by_id": (mine or ranked)[:1].id})
        self._write_guarded({"date_approved": day})


class CoopMemberClass(models.Model):
    _inherit = "coop.member.class"

    principal_percent = fields.Float(
        string="Principal saving before activation (%)",
        default=100.0,
        help="Part of the principal saving that is paid before the membership begins;"
        " less than 100 where the statutes allow instalments. The rest stays owed.",
    )

    _principal_percent_in_range = models.Constraint(
        "CHECK (principal_percent > 0 AND principal_percent <= 100)",
        "The part of the principal saving lies above 0 and at most at 100 percent.",
    )

    def _get_missing_principal(self, amount, paid):
        """Return what is still to be paid before the activation."""
        self.ensure_one()
        return max(0.0, amount * self.principal_percent / 100 - paid)
