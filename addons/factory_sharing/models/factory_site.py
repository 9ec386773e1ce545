# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from odoo.addons.umkm_base.models.umkm_region import TIME_ZONES

from ..tools.local_time import get_utc_bounds, to_local
from .sharing_guard import is_by_action, refuse_computed

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
        compute="_compute_progress",
        store=True,
        readonly=False,
        tracking=True,
        aggregator="avg",
        help="Percent of the works by the latest statement that names it, the lowest"
        " where sources of one day differ; one gate among others.",
    )
    financial_progress = fields.Float(
        compute="_compute_progress",
        store=True,
        readonly=False,
        tracking=True,
        aggregator="avg",
        help="Percent of the budget that is paid out, by the latest statement.",
    )
    progress_date = fields.Date(
        compute="_compute_progress",
        store=True,
        readonly=False,
        string="Progress stated on",
        help="Day of the statement that the physical progress is taken from.",
    )
    progress_source = fields.Char(
        compute="_compute_progress",
        store=True,
        readonly=False,
        help="Who stated the physical progress.",
    )
    warehouse_id = fields.Many2one(
        "stock.warehouse",
        check_company=True,
        index=True,
        tracking=True,
        help="Orders without work orders run at the site of their warehouse.",
    )
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
        help="The first in order that failed, else the first that is open.",
    )
    blocking_gate_id = fields.Many2one(
        "factory.gate",
        related="blocking_site_gate_id.gate_id",
        store=True,
        index=True,
        string="Held by gate",
    )
    blocking_state = fields.Selection(
        related="blocking_site_gate_id.state", store=True, string="State of that gate"
    )
    blocking_since = fields.Date(related="blocking_site_gate_id.date", store=True)
    blocking_days = fields.Integer(
        related="blocking_site_gate_id.days_held",
        store=True,
        string="Days held",
        aggregator="avg",
        help="Days for which the first gate that holds has held.",
    )
    blocking_actor = fields.Char(related="blocking_site_gate_id.actor")
    status_ids = fields.One2many("factory.site.status", "site_id", string="Status log")
    status_count = fields.Integer(compute="_compute_counts")
    trial_ids = fields.One2many("factory.site.trial", "site_id", string="Trials")
    workcenter_ids = fields.One2many("mrp.workcenter", "site_id")
    equipment_ids = fields.One2many("maintenance.equipment", "site_id")
    equipment_count = fields.Integer(compute="_compute_counts")
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

    @api.depends("status_ids.figure", "status_ids.figure_kind", "status_ids.date")
    def _compute_progress(self):
        for site in self:
            physical = site._get_progress_status("physical")
            if physical:
                site.physical_progress = physical.figure
                site.progress_date = physical.date
                site.progress_source = physical._get_source_name()
            else:
                site.physical_progress = site.physical_progress
                site.progress_date = site.progress_date
                site.progress_source = site.progress_source
            financial = site._get_progress_status("financial")
            site.financial_progress = (
                financial.figure if financial else site.financial_progress
            )

    def _get_progress_status(self, kind):
        """Return the latest statement that names a progress.

        Of one source the last word of the day counts, of several sources the lowest.
        """
        self.ensure_one()
        stated = self.status_ids.filtered(lambda one: one.figure_kind == kind)
        last_day = max(stated.mapped("date"), default=None)
        last = {}
        for one in stated.filtered(lambda s: s.date == last_day).sorted("id"):
            last[one._get_source_name()] = one
        return min(last.values(), key=lambda one: one.figure, default=stated)

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
        self = refuse_computed(self, vals_list)
        sites = super().create(vals_list)
        sites._create_missing_gates()
        for site, vals in zip(sites, vals_list, strict=True):
            if vals.get("physical_progress"):
                site._note_progress_source(vals)
        return sites

    def write(self, vals):
        refuse_computed(self, [vals])
        self._check_parties(vals)
        result = super().write(vals)
        if "physical_progress" in vals:
            for site in self:
                site._note_progress_source(vals)
        return result

    def _check_parties(self, vals):
        """Leave owner and operator to deeds: on them hangs the leave to produce.

        :raise UserError: a manager takes a site over, gives it away, or makes himself
            its owner
        """
        trusted = ("umkm_base.umkm_base_group_integrator", "base.group_system")
        if is_by_action(self) or self.env.su:
            return
        if any(self.env.user.has_group(group) for group in trusted):
            return
        self.check_access("write")
        for site in self:
            owner = vals.get("owner_partner_id", site.owner_partner_id.id)
            operator = vals.get("company_id", site.company_id.id)
            new_owner = (owner or False) != site.owner_partner_id.id
            own = site.company_id.partner_id.id
            if (operator or False) != site.company_id.id or (
                new_owner and (site.owner_partner_id or owner == own)
            ):
                raise UserError(
                    self.env._(
                        "Owner and operator of site %(site)s change by deed: put a"
                        " management agreement in force, or ask the integrator to"
                        " correct a mistake.",
                        site=site.display_name,
                    )
                )

    def _note_progress_source(self, vals):
        """Give a progress that was typed into the site its day and source."""
        self.ensure_one()
        if "progress_source" not in vals:
            self.progress_source = self.env._("Entered by %s", self.env.user.name)
        if "progress_date" not in vals:
            self.progress_date = self._local_date()

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

    def _tell_centre_moved(self, centre, before, after):
        """Leave a trace at both sites of a work centre that moves."""
        for site in self:
            site.message_post(
                body=self.env._(
                    "Work centre %(centre)s: %(before)s → %(after)s",
                    centre=centre.name,
                    before=before.name or "-",
                    after=after.name or "-",
                )
            )

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
