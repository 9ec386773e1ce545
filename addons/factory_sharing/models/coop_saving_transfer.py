# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models


class CoopSavingTransfer(models.Model):
    _inherit = "coop.saving.transfer"

    intake_id = fields.Many2one(
        "factory.intake",
        string="Weigh-in",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="Weighed-in material whose bill pays the saving.",
    )
    netting_consent_id = fields.Many2one(
        "factory.netting.consent",
        string="Consent to netting",
        readonly=True,
        copy=False,
        index="btree_not_null",
        check_company=True,
        ondelete="restrict",
        help="What the member agreed to.",
    )

    @api.model
    def _get_guarded_fields(self):
        return {
            "intake_id": False,
            "netting_consent_id": False,
            **super()._get_guarded_fields(),
        }

    def _prepare_move_vals(self):
        """Let the entry name its weigh-in and the consent that it stands on."""
        return {
            **super()._prepare_move_vals(),
            "intake_id": self.intake_id.id,
            "netting_consent_id": self.netting_consent_id.id,
        }
