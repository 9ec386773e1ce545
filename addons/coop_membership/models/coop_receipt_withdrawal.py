# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may take money out at the counter, and who has to agree."""

from odoo import api, fields, models


class CoopReceipt(models.Model):
    _name = "coop.receipt"
    _inherit = ["coop.receipt", "coop.approval.mixin"]

    collector_id = fields.Many2one(
        "res.partner",
        string="Taken by",
        check_company=True,
        index="btree_not_null",
        help="Person who takes the money for the member, when it is not the member: an"
        " authorised person of the member.",
    )
    needs_approval = fields.Boolean(compute="_compute_needs_approval")
    stamp_duty = fields.Monetary(
        compute="_compute_stamp_duty",
        help="Bea meterai due on the paper; what is saved or drawn bears none.",
    )

    @api.depends(
        "direction", "state", "line_ids.amount", "line_ids.type_id", "approved_content"
    )
    def _compute_needs_approval(self):
        for receipt in self:
            receipt.needs_approval = (
                receipt.state == "draft"
                and receipt.direction == "out"
                and any(
                    0 < line.type_id.withdrawal_limit < line.amount
                    for line in receipt.line_ids
                )
                and receipt.approved_content != receipt._get_approval_content()
            )

    @api.depends("date", "line_ids.amount", "line_ids.invoice_id")
    def _compute_stamp_duty(self):
        duties = self.env["coop.stamp.duty"]
        for receipt in self:
            paid = receipt.line_ids.filtered("invoice_id")
            receipt.stamp_duty = duties.compute_duty(
                sum(paid.mapped("amount")),
                receipt.date,
                savings=receipt.amount_total - sum(paid.mapped("amount")),
            )

    def _get_approval_content(self):
        self.ensure_one()
        lines = sorted((line.type_id.code or "", line.amount) for line in self.line_ids)
        taken = self.collector_id or self.partner_id
        return f"{self.member_id.id} {taken.id} {self.date} {lines}"

    def _get_refusal(self):
        refusal = super()._get_refusal()
        taker = self.collector_id
        if refusal or self.direction != "out" or not taker or taker == self.partner_id:
            return refusal
        if not self.env["coop.saving.mandate"]._allows(
            self.member_id, taker, self.date, self.amount_total
        ):
            return self.env._(
                "%(person)s is not authorised to take this amount for %(member)s."
                " Record the authorisation with its dates and limit first.",
                person=taker.display_name,
                member=self.member_id.display_name or self.partner_id.display_name,
            )
        return None

    def _create_entries(self):
        found = super()._create_entries()
        for entries in found.values():
            approver = entries.receipt_id._get_approver()
            if approver:
                entries._write_guarded({"approved_by_id": approver.id})
        return found
