# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class CoopClosingLine(models.Model):
    """One point of the checklist; only the computation and the waiver write it."""

    _name = "coop.closing.line"
    _description = "Closing Checklist Line"
    _inherit = ["coop.guard.mixin"]
    _order = "closing_id, sequence, id"
    _check_company_auto = True
    _guarded_fields = {
        "name": False,
        "sequence": 0,
        "is_ok": False,
        "count": 0,
        "detail": False,
        "can_waive": False,
        "target_model": False,
        "target_domain": False,
        "waived_by_id": False,
        "waived_at": False,
        "waived_reason": False,
    }
    _frozen_fields = ("closing_id", "code")

    closing_id = fields.Many2one(
        "coop.closing", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="closing_id.company_id", store=True, index=True, precompute=True
    )
    code = fields.Char(required=True, help="Technical name of the check.")
    sequence = fields.Integer(readonly=True)
    name = fields.Char(string="Point", readonly=True)
    is_ok = fields.Boolean(string="In order", readonly=True)
    count = fields.Integer(string="Found", readonly=True, help="Records in the way.")
    detail = fields.Char(readonly=True)
    can_waive = fields.Boolean(readonly=True)
    target_model = fields.Char(readonly=True)
    target_domain = fields.Json(readonly=True)
    reason = fields.Char(
        string="Reason to waive", help="Why the period is closed all the same."
    )
    waived_reason = fields.Char(string="Waived because", readonly=True)
    waived_by_id = fields.Many2one("res.users", string="Waived by", readonly=True)
    waived_at = fields.Datetime(readonly=True)
    state = fields.Selection(
        [("ok", "In order"), ("problem", "To do"), ("waived", "Waived")],
        compute="_compute_state",
        store=True,
    )

    _code_uniq = models.Constraint(
        "UNIQUE (closing_id, code)", "Each check stands once in a closing."
    )

    @api.depends("is_ok", "waived_by_id", "can_waive")
    def _compute_state(self):
        for line in self:
            if line.is_ok:
                line.state = "ok"
            elif line.waived_by_id and line.can_waive:
                line.state = "waived"
            else:
                line.state = "problem"

    def _is_frozen(self):
        # lines of an open closing come and go with the checks
        return self.closing_id.state == "closed"

    def action_waive(self, reason=None):
        """Close the period although this is not in order, and say why.

        :param str reason: instead of the field on the form
        """
        self.check_access("read")
        for line in self:
            line._check_may_waive()
            text = (reason or line.reason or "").strip()
            if not text or line.state != "problem" or not line.can_waive:
                raise UserError(
                    self.env._(
                        "%(point)s: only what is not in order can be waived, with a"
                        " reason; some points cannot be waived at all.",
                        point=line.name,
                    )
                )
            # an officer waives without a right to write the checklist
            line.sudo()._write_guarded(
                {
                    "waived_by_id": self.env.uid,
                    "waived_at": fields.Datetime.now(),
                    "waived_reason": text,
                    "reason": False,
                }
            )
            line.closing_id.sudo()._write_guarded(
                {"state": "draft" if line.closing_id.open_count else "ready"}
            )
        return True

    def _check_may_waive(self):
        self.ensure_one()
        closing = self.closing_id
        if closing.state == "closed":
            closing._raise_frozen("line_ids")
        user = self.env.user
        # whoever asks has to be in office, whether or not he may list officers
        officers = (
            self.env["coop.officer"]
            .sudo()
            ._get_officers(closing.company_id, closing.company_id._local_date())
        )
        in_office = user.partner_id in officers.partner_id
        if not (in_office or user.has_group("umkm_base.umkm_base_group_accountant")):
            raise AccessError(
                self.env._(
                    "Only the accountant or an officer in office waives a point of the"
                    " closing."
                )
            )

    def action_open(self):
        """Show the records that are in the way."""
        self.ensure_one()
        if not self.target_model:
            return False
        return {
            "type": "ir.actions.act_window",
            "name": self.name,
            "res_model": self.target_model,
            "view_mode": "list,form",
            "views": [[False, "list"], [False, "form"]],
            "domain": self.target_domain or [],
            "context": {"create": False},
        }
