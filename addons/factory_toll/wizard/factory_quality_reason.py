# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models
from odoo.exceptions import UserError

METHODS = {
    "qc.inspection": "action_test_again",
    "stock.lot": "action_test_again",
    "factory.lot.disposition": "action_revoke",
}


class FactoryQualityReason(models.TransientModel):
    """Ask for the reason of what needs one: testing again, revoking."""

    _name = "factory.quality.reason"
    _description = "Reason"

    reason = fields.Char(required=True)

    def action_apply(self):
        """Do it, with the reason, on the record that the dialog was opened from."""
        self.ensure_one()
        model = self.env.context.get("active_model")
        record_id = self.env.context.get("active_id")
        if model not in METHODS or not record_id:
            raise UserError(
                self.env._("Open this from an inspection, a lot or a disposition.")
            )
        result = getattr(self.env[model].browse(record_id), METHODS[model])(self.reason)
        if METHODS[model] == "action_revoke":
            return {"type": "ir.actions.act_window_close"}
        return {
            "type": "ir.actions.act_window",
            "res_model": "qc.inspection",
            "res_id": result,
            "view_mode": "form",
            "views": [
                [self.env.ref("factory_toll.qc_inspection_view_form").id, "form"]
            ],
        }
