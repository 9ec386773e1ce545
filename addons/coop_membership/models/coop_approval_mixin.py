# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models
from odoo.exceptions import AccessError, UserError

APPROVER = "coop_membership.coop_membership_group_approver"


class CoopApprovalMixin(models.AbstractModel):
    """A document that draws savings and may need the approval of a second user.

    The approval holds for exactly what was approved; the entries carry who gave it,
    and booking them checks the limit (``coop.saving.entry._check_limits``).
    """

    _name = "coop.approval.mixin"
    _description = "Approval of Withdrawals"

    approved_by_id = fields.Many2one(
        "res.users",
        string="Approved by",
        readonly=True,
        copy=False,
        help="Second user who approved a withdrawal above the limit.",
    )
    approved_content = fields.Char(
        readonly=True, copy=False, help="What was approved; a change voids it."
    )

    def _get_approval_content(self):
        """Return what an approval is for, as text."""
        raise NotImplementedError

    def action_approve_withdrawal(self):
        """Approve a withdrawal above the limit, as a user other than who entered it."""
        self.check_access("read")
        if not self.env.user.has_group(APPROVER):
            raise AccessError(
                self.env._(
                    "%(user)s may not approve withdrawals. Ask somebody with the right"
                    " “Approver of withdrawals”.",
                    user=self.env.user.name,
                )
            )
        for document in self:
            if document.state != "draft":
                raise UserError(
                    self.env._(
                        "%(document)s is posted already.",
                        document=document.display_name,
                    )
                )
            if document.create_uid == self.env.user:
                raise UserError(
                    self.env._(
                        "%(document)s: a second user approves, not the one who entered"
                        " it.",
                        document=document.display_name,
                    )
                )
            # the approver need not be allowed to take money at the counter
            document.sudo()._write_guarded(
                {
                    "approved_by_id": self.env.uid,
                    "approved_content": document._get_approval_content(),
                }
            )
        return True

    def _get_approver(self):
        """Return who approved what the document says now, other than who posts it."""
        self.ensure_one()
        user = self.approved_by_id
        same = self.approved_content == self._get_approval_content()
        return user if same and user != self.env.user else user.browse()
