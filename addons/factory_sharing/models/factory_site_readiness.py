# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from ..tools.readiness import Gate, readiness


class FactorySite(models.Model):
    """How ready a site is, and what it may run on a day."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.site"

    @api.depends("gate_ids.state")
    def _compute_gate_counts(self):
        for site in self:
            site.gate_count = len(site.gate_ids)
            site.gate_clear_count = len(
                site.gate_ids.filtered(
                    lambda gate: gate.state in ("passed", "not_applicable")
                )
            )

    @api.depends("gate_ids.state", "gate_ids.gate_id.needed_for", "gate_ids.sequence")
    def _compute_readiness(self):
        for site in self:
            gates = site.gate_ids.sorted(lambda gate: (gate.sequence, gate.gate_id.id))
            state, keys = readiness(
                Gate(gate.id, gate.gate_id.needed_for, gate.state) for gate in gates
            )
            site.readiness_state = state
            holding = gates.browse(keys)
            site.blocking_gate_ids = holding
            # what somebody found wanting says more than what nobody has looked at
            failed = holding.filtered(lambda gate: gate.state == "failed")
            site.blocking_site_gate_id = (failed or holding)[:1]

    def action_record_gate(self, code, state, evidence, date=None, values=None):
        """Record the state of one gate, named by its code (for loads over RPC).

        :param str code: code of the gate, for instance ``land_title``
        :param str state: open, passed, failed or not_applicable
        :param str evidence: what shows it
        :param date: local day, ISO, since which it holds; today when empty
        :param dict values: evidence_url, source_partner_id, actor_id
        :return: True when something changed, False when it was recorded already
        """
        self.ensure_one()
        gate = self.gate_ids.filtered(lambda g: g.gate_id.code == code)
        if not gate:
            raise UserError(
                self.env._(
                    "Site %(site)s has no gate with the code %(code)s.",
                    site=self.display_name,
                    code=code,
                )
            )
        day = fields.Date.to_date(date)
        same_day = day is None or gate.date == day
        if gate.state == state and gate.evidence == evidence and same_day:
            return False
        return gate.action_record(state, evidence, date, values)

    def _get_trial(self, day):
        """Return the trial that covers a day, empty when none does."""
        self.ensure_one()
        return self.trial_ids.filtered(
            lambda t: t.date_from <= day <= (t.date_ended or t.date_to)
        )[:1]

    def _check_may_produce(self, day, company=None):
        """Refuse production on a day, unless the site is ready or a trial covers it.

        :param date day: the site's local day of the run
        :param company: who wants to run it; not judged when empty
        :return: the trial under which it runs, empty for regular production
        :raise UserError: naming the gates and the agreement that hold, and who must act
        """
        self.ensure_one()
        reasons = self._get_obstacles(day, company)
        trial = self.trial_ids.browse()
        if reasons:
            trial = self._get_trial(day)
        if reasons and not trial:
            raise UserError(
                self.env._(
                    "Site %(site)s may not produce on %(day)s:\n%(reasons)s\nPass the"
                    " gates, or let someone answer for a trial that covers the day.",
                    site=self.display_name,
                    day=day,
                    reasons="\n".join(reasons),
                )
            )
        return trial

    def _get_obstacles(self, day, company=None):
        """Say what keeps the site from producing on a day, one line each."""
        self.ensure_one()
        reasons = []
        if self.readiness_state in ("not_ready", "trial"):
            reasons += [gate._describe_hold() for gate in self.blocking_gate_ids] or [
                self.env._("- no gate has been looked at")
            ]
        return [
            *reasons,
            *self._get_licence_obstacles(day),
            *self._get_agreement_obstacles(day, company),
        ]
