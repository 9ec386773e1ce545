# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from .grant_guard_mixin import GUARD, ROLES


class GrantCustody(models.Model):
    """Who held which machine from when to when: written by actions, never edited."""

    _name = "grant.custody"
    _description = "Custody"
    _order = "equipment_id, date_from, id"
    _rec_name = "partner_id"

    equipment_id = fields.Many2one(
        "maintenance.equipment", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        help="Company of the giving side of the handover.",
    )
    from_partner_id = fields.Many2one(
        "res.partner", string="Received from", ondelete="restrict"
    )
    from_role = fields.Selection(ROLES)
    partner_id = fields.Many2one(
        "res.partner",
        string="Held by",
        required=True,
        index=True,
        ondelete="restrict",
    )
    role = fields.Selection(
        ROLES, required=True, help="What the holder is in the chain of custody."
    )
    date_from = fields.Date(required=True)
    date_to = fields.Date(
        help="Day on which the next holder took over; empty while it is held."
    )
    handover_id = fields.Many2one(
        "grant.handover", string="Handover (BAST)", index=True, ondelete="restrict"
    )
    reason = fields.Char(help="Why it changed hands without a handover of its own.")
    permission = fields.Char(
        help="Letter by which the donor allowed the transfer, number and date."
    )

    _one_open = models.UniqueIndex(
        "(equipment_id) WHERE date_to IS NULL",
        "A machine is in the custody of one party at a time.",
    )
    _dates_in_order = models.Constraint(
        "CHECK (date_to IS NULL OR date_to >= date_from)",
        "Custody cannot end before it began.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_own_code()
        return super().create(vals_list)

    def write(self, vals):
        self._check_own_code()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_except_always(self):
        raise UserError(
            self.env._("The history of custody stays: no line of it can be deleted.")
        )

    def _check_own_code(self):
        if self.env.context.get("grant_guard") is not GUARD:
            raise UserError(
                self.env._(
                    "The history of custody is written by signing a handover or by"
                    " transferring the equipment, not by hand."
                )
            )
