# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.umkm_base.models.umkm_region import TIME_ZONES

from ..tools.local_time import get_utc_bounds, to_local
from ..tools.readiness import Gate, readiness

BUDGET_GROUPS = (
    "umkm_base.umkm_base_group_factory_manager,umkm_base.umkm_base_group_accountant,"
    "umkm_base.umkm_base_group_auditor,umkm_base.umkm_base_group_monitoring_officer"
)


class FactorySite(models.Model):
    _name = "factory.site"
    _description = "Shared Factory Site"
    _inherit = ["mail.thread", "mail.activity.mixin"]
    _order = "code, id"
    _rec_names_search = ["name", "code"]
    _check_company_auto = True

    code = fields.Char(
        required=True, tracking=True, help="Short name on documents, labels and loads."
    )
    name = fields.Char(required=True, tracking=True)
    active = fields.Boolean(default=True)
    region_id = fields.Many2one(
        "umkm.region", index=True, tracking=True, help="Down to the village if known."
    )
    commodity = fields.Char(help="What the house processes: ginger, coconut, beef ...")
    cluster_id = fields.Many2one("umkm.cluster", index=True)
    company_id = fields.Many2one(
        "res.company",
        string="Operator",
        index=True,
        tracking=True,
        help="Cooperative that runs the site; empty while there is none. The site"
        " outlives its operator.",
    )
    owner_partner_id = fields.Many2one(
        "res.partner",
        string="Owner",
        tracking=True,
        help="Who holds the title to land and building, mostly the region.",
    )
    time_zone = fields.Selection(
        TIME_ZONES,
        compute="_compute_time_zone",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Zone of the province. Dates of the site are local dates in it.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        required=True,
        default=lambda self: self.env.company.currency_id,
    )
    budget_ids = fields.One2many("factory.site.budget", "site_id", groups=BUDGET_GROUPS)
    budget_total = fields.Monetary(
        compute="_compute_budget_total", store=True, groups=BUDGET_GROUPS
    )
    date_planned_start = fields.Date(string="Planned start of works")
    date_planned_ready = fields.Date(string="Planned readiness")
    date_actual_start = fields.Date(string="Actual start of works")
    date_actual_ready = fields.Date(string="Actual readiness")
    physical_progress = fields.Float(
        tracking=True, help="Percent of the works; one gate among others."
    )
    financial_progress = fields.Float(
        tracking=True, help="Percent of the budget that is paid out."
    )
    warehouse_id = fields.Many2one("stock.warehouse", check_company=True, index=True)
    analytic_account_id = fields.Many2one(
        "account.analytic.account",
        check_company=True,
        help="Collects income and cost of the site over all journals.",
    )
    gate_ids = fields.One2many("factory.site.gate", "site_id", string="Gates")
    gate_count = fields.Integer(compute="_compute_gate_counts")
    gate_clear_count = fields.Integer(compute="_compute_gate_counts")
    readiness_state = fields.Selection(
        [
            ("not_ready", "Not ready"),
            ("trial", "Trial possible"),
            ("ready", "Ready"),
            ("operating", "Operating"),
        ],
        compute="_compute_readiness",
        store=True,
        tracking=True,
        help="From the gates alone: what is needed for a trial, for readiness, and the"
        " first invoice.",
    )
    blocking_gate_ids = fields.Many2many(
        "factory.site.gate",
        compute="_compute_readiness",
        store=True,
        string="Held by",
        help="Gates that hold the next state of readiness up.",
    )
    blocking_site_gate_id = fields.Many2one(
        "factory.site.gate",
        compute="_compute_readiness",
        store=True,
        index=True,
        ondelete="set null",
        string="First gate that holds",
    )
    blocking_gate_id = fields.Many2one(
        "factory.gate",
        related="blocking_site_gate_id.gate_id",
        store=True,
        index=True,
        string="Held by gate",
    )
    blocking_since = fields.Date(related="blocking_site_gate_id.date")
    blocking_actor = fields.Char(related="blocking_site_gate_id.actor")
    status_ids = fields.One2many("factory.site.status", "site_id", string="Status log")
    status_count = fields.Integer(compute="_compute_counts")
    trial_ids = fields.One2many("factory.site.trial", "site_id", string="Trials")
    workcenter_ids = fields.One2many("mrp.workcenter", "site_id")
    equipment_ids = fields.One2many("maintenance.equipment", "site_id")
    equipment_count = fields.Integer(compute="_compute_counts")
    licence_ids = fields.One2many("umkm.licence", "site_id", string="Licences")
    agreement_ids = fields.One2many(
        "grant.agreement", "site_id", string="Agreements", groups=BUDGET_GROUPS
    )
    agreement_id = fields.Many2one(
        "grant.agreement",
        compute="_compute_agreement_id",
        string="Management agreement",
        help="The agreement by which today's operator runs the site.",
    )
    note = fields.Html()

    _code_uniq = models.Constraint(
        "UNIQUE(code)", "A site with this code exists already."
    )
    _progress_range = models.Constraint(
        "CHECK (physical_progress BETWEEN 0 AND 100"
        " AND financial_progress BETWEEN 0 AND 100)",
        "Progress lies between 0 and 100 percent.",
    )

    @api.depends("region_id", "company_id")
    def _compute_time_zone(self):
        for site in self:
            region = site.region_id
            while region.parent_id and not region.time_zone:
                region = region.parent_id
            site.time_zone = (
                region.time_zone
                or site.time_zone
                or site.company_id.time_zone
                or "Asia/Jakarta"
            )

    @api.depends("budget_ids.amount")
    def _compute_budget_total(self):
        for site in self:
            site.budget_total = sum(site.budget_ids.mapped("amount"))

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
            site.blocking_gate_ids = gates.browse(keys)
            site.blocking_site_gate_id = gates.browse(keys[:1])

    @api.depends("agreement_ids.state")
    def _compute_agreement_id(self):
        for site in self:
            today = site._local_date()
            site.agreement_id = site._get_active_agreement(today).id

    @api.depends("status_ids", "equipment_ids")
    def _compute_counts(self):
        counts = {
            name: dict(
                self.env[self._fields[name].comodel_name]._read_group(
                    [("site_id", "in", self.ids)], ["site_id"], ["__count"]
                )
            )
            for name in ("status_ids", "equipment_ids")
        }
        for site in self:
            site.status_count = counts["status_ids"].get(site, 0)
            site.equipment_count = counts["equipment_ids"].get(site, 0)

    @api.model_create_multi
    def create(self, vals_list):
        sites = super().create(vals_list)
        sites._create_missing_gates()
        return sites

    @api.ondelete(at_uninstall=False)
    def _unlink_except_history(self):
        for site in self.sudo():
            recorded = site.gate_ids.filtered(lambda gate: gate.state != "open")
            if recorded or site.status_ids:
                raise UserError(
                    self.env._(
                        "Site %(site)s has a history of gates or statements and cannot"
                        " be deleted; archive it instead.",
                        site=site.display_name,
                    )
                )

    def copy_data(self, default=None):
        """Take a site as a template: what is built and which gates do not apply."""
        default = dict(default or {})
        vals_list = super().copy_data(default=default)
        for site, vals in zip(self, vals_list, strict=True):
            if "code" not in default:
                vals["code"] = self.env._("%(code)s (copy)", code=site.code)
            if "name" not in default:
                vals["name"] = self.env._("%(name)s (copy)", name=site.name)
            for name in ("company_id", "warehouse_id", "analytic_account_id"):
                if name not in default:
                    vals[name] = False
            for name in self._fields:
                if name.startswith("date_") or name.endswith("_progress"):
                    vals.pop(name, None)
        return vals_list

    def copy(self, default=None):
        copies = super().copy(default=default)
        for site, new in zip(self, copies, strict=True):
            spared = site.gate_ids.filtered(lambda g: g.state == "not_applicable")
            for gate in spared:
                new.gate_ids.filtered(
                    lambda other, gate=gate: other.gate_id == gate.gate_id
                ).action_record("not_applicable", gate.evidence)
        return copies

    def _create_missing_gates(self):
        """Give each site one record of each gate that is defined."""
        gates = self.env["factory.gate"].search([("active", "=", True)])
        self.env["factory.site.gate"].create(
            [
                {"site_id": site.id, "gate_id": gate.id, "date": site._local_date()}
                for site in self
                for gate in gates - site.gate_ids.gate_id
            ]
        )

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

    def action_view_equipment(self):
        """Open the equipment that stands at the site."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "maintenance.hr_equipment_action"
        )
        action["domain"] = [("site_id", "=", self.id)]
        action["context"] = {"default_site_id": self.id}
        return action

    def action_view_statuses(self):
        """Open the status log of the site."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "factory_sharing.factory_site_status_action"
        )
        action["domain"] = [("site_id", "=", self.id)]
        action["context"] = {"default_site_id": self.id}
        return action

    def _local_date(self, utc_datetime=None):
        """Return the site's calendar day at a moment.

        :param utc_datetime: naive UTC datetime as the ORM keeps it, now when empty
        """
        self.ensure_one()
        return self._local_datetime(utc_datetime or fields.Datetime.now()).date()

    def _local_datetime(self, utc_datetime):
        """Return the site's wall-clock time, without zone, at a moment."""
        self.ensure_one()
        return to_local(self.time_zone, fields.Datetime.to_datetime(utc_datetime))

    def _get_utc_bounds(self, first, last):
        """Return the UTC moments at which a local period begins and ends."""
        self.ensure_one()
        return get_utc_bounds(self.time_zone, first, last)

    def _get_active_agreement(self, day):
        """Return the operator's agreement that covers a day, empty when none does."""
        self.ensure_one()
        # sudo: whether an agreement is active is judged for users who may not read it
        site = self.sudo()
        operator = site.company_id.partner_id
        return site.agreement_ids.filtered(
            lambda agreement: (
                agreement.kind == "management"
                and agreement._is_active_on(day)
                and (not operator or agreement.recipient_id == operator)
            )
        )[:1]

    def _get_trial(self, day):
        """Return the trial that covers a day, empty when none does."""
        self.ensure_one()
        return self.trial_ids.filtered(
            lambda t: t.date_from <= day <= (t.date_ended or t.date_to)
        )[:1]

    def _needs_agreement(self):
        """An operator who owns the house needs nobody's leave to run it."""
        self.ensure_one()
        return not self.owner_partner_id or (
            self.owner_partner_id != self.company_id.partner_id
        )

    def _check_may_produce(self, day):
        """Refuse production on a day, unless the site is ready or a trial covers it.

        :param date day: the site's local day of the run
        :return: the trial under which it runs, empty for regular production
        :raise UserError: naming the gates that hold and who must act
        """
        self.ensure_one()
        reasons = self._get_obstacles(day)
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

    def _get_obstacles(self, day):
        """Say what keeps the site from producing on a day, one line each."""
        reasons = []
        if self.readiness_state in ("not_ready", "trial"):
            reasons += [
                self.env._(
                    "- gate %(gate)s since %(date)s; to act: %(actor)s",
                    gate=gate.gate_id.display_name,
                    date=gate.date,
                    actor=gate.actor or "-",
                )
                for gate in self.blocking_gate_ids
            ] or [self.env._("- no gate has been looked at")]
        if self._needs_agreement() and not self._get_active_agreement(day):
            reasons.append(self.env._("- no management agreement is active"))
        return reasons
