# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from .factory_site_gate_states import STATES
from .sharing_guard import is_by_action, without_defaults


class FactorySiteGateEntry(models.Model):
    """Who said when what about a gate: only ever added to, by recording a gate.

    A mistake is corrected by recording again; the last record is what holds.
    """

    _name = "factory.site.gate.entry"
    _description = "Record of a Gate"
    _order = "id desc"
    _rec_name = "evidence"

    site_gate_id = fields.Many2one(
        "factory.site.gate",
        string="Gate of the site",
        required=True,
        index=True,
        ondelete="cascade",
        readonly=True,
    )
    site_id = fields.Many2one(related="site_gate_id.site_id", store=True, index=True)
    gate_id = fields.Many2one(related="site_gate_id.gate_id", store=True, index=True)
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    state_before = fields.Selection(STATES, readonly=True, string="Before")
    state = fields.Selection(STATES, required=True, readonly=True)
    date = fields.Date(
        string="Since",
        required=True,
        readonly=True,
        help="Local day since which it holds, as the evidence shows.",
    )
    days_before = fields.Integer(
        readonly=True,
        help="Days for which the state before had held on that day.",
    )
    evidence = fields.Text(readonly=True)
    evidence_url = fields.Char(string="Address of the evidence", readonly=True)
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Documents", readonly=True
    )
    source_partner_id = fields.Many2one("res.partner", string="Source", readonly=True)
    author_id = fields.Many2one(
        "res.users", string="Recorded by", required=True, readonly=True
    )
    create_date = fields.Datetime(string="Recorded on")
    is_correction = fields.Boolean(
        readonly=True,
        help="Recorded with a day that is not after the one before: it sets right what"
        " was recorded.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        self._check_by_action()
        entries = without_defaults(self, tuple(self._fields))
        return super(FactorySiteGateEntry, entries).create(vals_list)

    def write(self, vals):
        self._check_by_action()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        self._raise_kept()

    def _check_by_action(self):
        if not is_by_action(self):
            self._raise_kept()

    def _raise_kept(self):
        raise UserError(
            self.env._(
                "The history of a gate is written by recording the gate and stays:"
                " record it again to correct it."
            )
        )
