# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command, api, fields, models
from odoo.exceptions import UserError, ValidationError

from .documents import adopt
from .factory_site_gate_states import CLEAR, STATES
from .sharing_guard import by_action, is_by_action, refuse_computed, without_defaults

# What somebody said of the gate; and what he may add when he says it.
EXTRA_FIELDS = {"evidence_url", "source_partner_id", "attachment_ids"}
RECORDED_FIELDS = EXTRA_FIELDS | {
    "state",
    "date",
    "evidence",
    "author_id",
    "gate_id",
    "site_id",
    "entry_ids",
}


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
    province_id = fields.Many2one(related="site_id.province_id", store=True, index=True)
    programme_id = fields.Many2one(
        related="site_id.programme_id", store=True, index="btree_not_null"
    )
    sequence = fields.Integer(related="gate_id.sequence", store=True)
    needed_for = fields.Selection(related="gate_id.needed_for")
    state = fields.Selection(
        STATES,
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
    evidence_url = fields.Char(string="Address of the evidence", readonly=True)
    attachment_ids = fields.Many2many(
        "ir.attachment",
        string="Documents",
        readonly=True,
        help="Scans and photos of the evidence.",
    )
    author_id = fields.Many2one(
        "res.users", readonly=True, help="Who recorded the present state."
    )
    source_partner_id = fields.Many2one(
        "res.partner",
        string="Source",
        readonly=True,
        help="Person or office that said so.",
    )
    entry_ids = fields.One2many(
        "factory.site.gate.entry", "site_gate_id", string="History", readonly=True
    )
    entry_count = fields.Integer(compute="_compute_entry_count")
    is_clear = fields.Boolean(
        compute="_compute_is_clear",
        store=True,
        help="Passed, or not applicable to this site.",
    )
    is_holding = fields.Boolean(
        compute="_compute_is_holding",
        search="_search_is_holding",
        help="Keeps the site from the next state of readiness.",
    )
    days_held = fields.Integer(
        compute="_compute_days_held",
        store=True,
        aggregator="sum",
        help="Days since the gate is open or failed, up to the last night; 0 for one"
        " that is clear.",
    )
    waits_for_ids = fields.Many2many(
        "factory.site.gate",
        compute="_compute_waits_for_ids",
        string="Waits for",
        help="Gates of the site that come before this one and are not clear.",
    )
    is_out_of_order = fields.Boolean(
        compute="_compute_waits_for_ids",
        help="Passed although a gate before it is not: nothing is refused, reality"
        " comes in this order too, but somebody should look.",
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

    @api.depends("entry_ids")
    def _compute_entry_count(self):
        counts = dict(
            self.env["factory.site.gate.entry"]._read_group(
                [("site_gate_id", "in", self.ids)], ["site_gate_id"], ["__count"]
            )
        )
        for gate in self:
            gate.entry_count = counts.get(gate, 0)

    @api.depends("state")
    def _compute_is_clear(self):
        for gate in self:
            gate.is_clear = gate.state in CLEAR

    @api.depends("site_id.blocking_gate_ids")
    def _compute_is_holding(self):
        for gate in self:
            gate.is_holding = gate in gate.site_id.blocking_gate_ids

    def _search_is_holding(self, operator, value):
        if operator != "in":
            return NotImplemented
        sites = self.env["factory.site"].search(
            [("blocking_site_gate_id", "!=", False)]
        )
        holding = sites.blocking_gate_ids
        return [("id", "in", holding.ids)]

    @api.depends("state", "date")
    def _compute_days_held(self):
        for gate in self:
            days = (gate.site_id._local_date() - gate.date).days if gate.date else 0
            gate.days_held = 0 if gate.state in CLEAR else max(days, 0)

    @api.depends("state", "gate_id.after_ids", "site_id.gate_ids.state")
    def _compute_waits_for_ids(self):
        for gate in self:
            waiting = gate.site_id.gate_ids.filtered(
                lambda one, gate=gate: (
                    one.gate_id in gate.gate_id.after_ids and one.state not in CLEAR
                )
            )
            gate.waits_for_ids = waiting
            gate.is_out_of_order = gate.state == "passed" and bool(waiting)

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
        self = without_defaults(
            refuse_computed(self, vals_list), RECORDED_FIELDS - {"site_id", "gate_id"}
        )
        for vals in vals_list:
            if vals.get("state", "open") != "open":
                raise UserError(
                    self.env._("A gate starts open; record its state afterwards.")
                )
        facts = EXTRA_FIELDS | {"entry_ids"}
        return super().create(
            [
                {
                    **{name: vals[name] for name in vals if name not in facts},
                    "author_id": False,
                }
                for vals in vals_list
            ]
        )

    def write(self, vals):
        refuse_computed(self, [vals])
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
        :param dict values: further fields: evidence_url, source_partner_id, actor_id,
            attachment_ids (list of ids)
        :return: True
        :raise UserError: without evidence, on a day to come, below the threshold of
            progress, or for a value that is not known
        """
        values = values or {}
        unknown = values.keys() - EXTRA_FIELDS - {"actor_id"}
        if unknown:
            raise UserError(
                self.env._(
                    "A gate does not know: %(names)s.",
                    names=", ".join(sorted(unknown)),
                )
            )
        extra = {name: values.get(name) or False for name in EXTRA_FIELDS}
        documents = self._get_documents(extra.pop("attachment_ids"))
        if values.get("actor_id"):
            self.write({"actor_id": values["actor_id"]})
        for gate in self:
            day = fields.Date.to_date(date) or gate.site_id._local_date()
            gate._check_recordable(state, day)
            facts = {
                **extra,
                "state": state,
                "evidence": evidence,
                "date": day,
                "author_id": self.env.uid,
            }
            entry = gate._add_entry(facts, documents)
            facts["attachment_ids"] = [Command.set(entry.attachment_ids.ids)]
            before = gate.state
            by_action(gate).write(facts)
            gate._post_change(before)
        return True

    @api.model
    def _get_documents(self, attachment_ids):
        """Return the attachments that a record cites, if the user may give them."""
        documents = self.env["ir.attachment"].browse(attachment_ids or [])
        documents.check_access("write")
        return documents

    def _add_entry(self, facts, documents):
        """Write who said what when into the history, with its documents."""
        self.ensure_one()
        self.check_access("write")
        # sudo: no role writes the history, only the recording of a gate does
        entry = by_action(self.entry_ids.sudo()).create(
            {
                **facts,
                "site_gate_id": self.id,
                "state_before": self.state,
                "days_before": max((facts["date"] - self.date).days, 0),
                "is_correction": bool(self.author_id and facts["date"] <= self.date),
            }
        )
        entry.attachment_ids = adopt(entry, documents)
        return entry

    def _check_recordable(self, state, day):
        """Refuse a state that does not exist, is to come, or lacks its progress."""
        self.ensure_one()
        if state not in dict(STATES):
            raise UserError(
                self.env._(
                    "Gate %(gate)s: %(state)s is none of %(states)s.",
                    gate=self.gate_id.display_name,
                    state=state,
                    states=", ".join(dict(STATES)),
                )
            )
        if day > self.site_id._local_date():
            raise UserError(
                self.env._(
                    "Gate %(gate)s of site %(site)s: %(day)s is still to come; record"
                    " what holds already.",
                    gate=self.gate_id.display_name,
                    site=self.site_id.display_name,
                    day=day,
                )
            )
        self._check_threshold(state)

    def _describe_hold(self):
        """Say as one line that the gate holds, since when, and who must act."""
        self.ensure_one()
        waiting = ", ".join(self.waits_for_ids.mapped("gate_id.name"))
        line = self.env._(
            "- gate %(gate)s since %(date)s; to act: %(actor)s",
            gate=self.gate_id.display_name,
            date=self.date,
            actor=self.actor or "-",
        )
        if waiting:
            line += self.env._(" (waits for %(gates)s)", gates=waiting)
        return line

    @api.model
    def _cron_count_days(self):
        """Count the days for which gates have held, once a night."""
        gates = self.search([("is_clear", "=", False)])
        self.env.add_to_compute(self._fields["days_held"], gates)
        gates.flush_recordset(["days_held"])

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
