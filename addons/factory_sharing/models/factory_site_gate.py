# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from .sharing_guard import by_action, is_by_action, without_defaults

RECORDED_FIELDS = {"state", "date", "evidence", "author_id", "gate_id", "site_id"}


class FactorySiteGate(models.Model):
    _name = "factory.site.gate"
    _description = "Gate of a Site"
    _order = "site_id, sequence, id"
    _rec_name = "gate_id"

    site_id = fields.Many2one(
        "factory.site", required=True, index=True, ondelete="cascade", readonly=True
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    gate_id = fields.Many2one(
        "factory.gate", required=True, index=True, ondelete="restrict"
    )
    sequence = fields.Integer(related="gate_id.sequence", store=True)
    needed_for = fields.Selection(related="gate_id.needed_for")
    state = fields.Selection(
        [
            ("open", "Open"),
            ("passed", "Passed"),
            ("failed", "Failed"),
            ("not_applicable", "Not applicable"),
        ],
        required=True,
        default="open",
        readonly=True,
        help="Changed with the buttons only, each time with evidence and a date.",
    )
    date = fields.Date(
        string="Since",
        default=fields.Date.context_today,
        required=True,
        readonly=True,
        help="Local day since which the state holds, not the day it was typed in.",
    )
    evidence = fields.Text(
        readonly=True, help="What shows it: document number, page, finding, words."
    )
    evidence_url = fields.Char(string="Address of the evidence")
    attachment_ids = fields.Many2many(
        "ir.attachment", string="Documents", help="Scans and photos of the evidence."
    )
    author_id = fields.Many2one(
        "res.users", readonly=True, help="Who recorded the present state."
    )
    source_partner_id = fields.Many2one(
        "res.partner", string="Source", help="Person or office that said so."
    )
    actor_id = fields.Many2one(
        "res.partner",
        string="Must act",
        help="Office or firm that can pass the gate at this site.",
    )
    actor = fields.Char(
        string="Who must act",
        compute="_compute_actor",
        help="The party named here, else the one that the gate names.",
    )

    _site_gate_uniq = models.Constraint(
        "UNIQUE(site_id, gate_id)", "A site has each gate once."
    )

    @api.depends("actor_id", "gate_id.actor")
    def _compute_actor(self):
        for gate in self:
            gate.actor = gate.actor_id.display_name or gate.gate_id.actor

    @api.constrains("state", "evidence")
    def _check_evidence(self):
        for gate in self:
            if gate.state != "open" and not (gate.evidence or "").strip():
                raise ValidationError(
                    self.env._(
                        "Gate %(gate)s of site %(site)s: say what shows it (evidence).",
                        gate=gate.gate_id.display_name,
                        site=gate.site_id.display_name,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        self = without_defaults(self, RECORDED_FIELDS)
        for vals in vals_list:
            if vals.get("state", "open") != "open":
                raise UserError(
                    self.env._("A gate starts open; record its state afterwards.")
                )
        return super().create([{**vals, "author_id": False} for vals in vals_list])

    def write(self, vals):
        if RECORDED_FIELDS & vals.keys() and not is_by_action(self):
            raise UserError(
                self.env._(
                    "The state of gate %(gate)s changes with its buttons (over RPC:"
                    " action_record), with evidence and a date.",
                    gate=self[:1].display_name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for gate in self:
            raise UserError(
                self.env._(
                    "Gate %(gate)s of site %(site)s belongs to the site; set it to"
                    " not applicable instead of deleting it.",
                    gate=gate.gate_id.display_name,
                    site=gate.site_id.display_name,
                )
            )

    def action_record(self, state, evidence, date=None, values=None):
        """Record a state of these gates, over RPC as in the form.

        :param str state: open, passed, failed or not_applicable
        :param str evidence: what shows it; not asked for when the gate opens again
        :param date: local day, ISO, since which it holds; today when empty
        :param dict values: further fields: evidence_url, source_partner_id, actor_id
        :return: True
        """
        day = fields.Date.to_date(date) or fields.Date.context_today(self)
        extra = {
            key: value
            for key, value in (values or {}).items()
            if key in ("evidence_url", "source_partner_id", "actor_id")
        }
        for gate in self:
            gate._check_threshold(state)
            before = gate.state
            by_action(gate).write(
                {
                    **extra,
                    "state": state,
                    "evidence": evidence,
                    "date": day,
                    "author_id": self.env.uid,
                }
            )
            gate._post_change(before)
        return True

    def _check_threshold(self, state):
        self.ensure_one()
        threshold = self.gate_id.threshold_percent
        if state == "passed" and self.site_id.physical_progress < threshold:
            raise UserError(
                self.env._(
                    "Gate %(gate)s of site %(site)s asks for %(threshold)s %% of"
                    " physical progress; %(progress)s %% is recorded. Record the"
                    " progress first.",
                    gate=self.gate_id.display_name,
                    site=self.site_id.display_name,
                    threshold=threshold,
                    progress=self.site_id.physical_progress,
                )
            )

    def _post_change(self, before):
        """Leave a trace of the change in the chatter of the site."""
        self.ensure_one()
        states = dict(self._fields["state"]._description_selection(self.env))
        self.site_id.message_post(
            body=self.env._(
                "Gate %(gate)s: %(before)s → %(after)s since %(date)s. %(evidence)s",
                gate=self.gate_id.display_name,
                before=states[before],
                after=states[self.state],
                date=self.date,
                evidence=self.evidence or "",
            )
        )

    def _open_record_wizard(self, state):
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.gate_id.display_name,
            "res_model": "factory.site.gate.record",
            "view_mode": "form",
            "target": "new",
            "context": {"default_site_gate_id": self.id, "default_state": state},
        }

    def action_pass(self):
        """Ask for the evidence and pass the gate."""
        return self._open_record_wizard("passed")

    def action_fail(self):
        """Ask what was found and fail the gate."""
        return self._open_record_wizard("failed")

    def action_set_not_applicable(self):
        """Ask why the gate does not apply to this site."""
        return self._open_record_wizard("not_applicable")

    def action_reopen(self):
        """Ask why and open the gate again."""
        return self._open_record_wizard("open")
