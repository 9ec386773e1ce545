# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError

from ..tools.contradiction import Claim, contradicts
from .sharing_guard import refuse_computed, without_defaults

CONTRADICTION_DAYS = "factory_sharing.contradiction_days"


class FactorySiteStatus(models.Model):
    _name = "factory.site.status"
    _description = "Status Statement of a Site"
    _order = "date desc, id desc"
    _rec_name = "claim"

    site_id = fields.Many2one(
        "factory.site", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="Day of the statement or of the report, local to the site.",
    )
    date_note = fields.Char(
        help="How sure the day is, where it was inferred from the text."
    )
    claim = fields.Text(required=True, help="What is said, in the words of the source.")
    claimed_state = fields.Selection(
        [
            ("planned", "Planned"),
            ("building", "Under construction"),
            ("finished", "Finished"),
            ("trial", "Trial production"),
            ("operating", "Operating"),
            ("idle", "Stands idle"),
            ("other", "Other"),
        ],
        required=True,
        default="other",
        help="What the statement claims; readiness itself comes from the gates.",
    )
    figure_kind = fields.Selection(
        [
            ("physical", "Physical progress (%)"),
            ("financial", "Financial progress (%)"),
            ("machines", "Machines on site"),
            ("other", "Another figure"),
        ],
        help="What the figure of the statement counts, if it names one.",
    )
    figure = fields.Float(
        aggregator=None, help="As the source says it; in percent for progress."
    )
    figure_total = fields.Float(
        string="Out of", aggregator=None, help="3 of 4 machines: 4. Zero for none."
    )
    figure_text = fields.Char(string="Figure named", compute="_compute_figure_text")
    claimed_date = fields.Date(
        help="Day that the statement names for what is to come, for instance readiness."
    )
    source_partner_id = fields.Many2one("res.partner", string="Source partner")
    source_text = fields.Char(
        string="Source", help="Who said it, where there is no partner: paper, office."
    )
    url = fields.Char(string="Address")
    author_id = fields.Many2one(
        "res.users",
        default=lambda self: self.env.user,
        readonly=True,
        required=True,
        help="Who entered the statement.",
    )
    is_contradicted = fields.Boolean(
        compute="_compute_contradictions",
        search="_search_is_contradicted",
        help="Another statement of the same days claims another state, figure or date.",
    )
    contradicted_by_ids = fields.Many2many(
        "factory.site.status",
        compute="_compute_contradictions",
        string="Contradicted by",
        help="They stand side by side; none is changed or taken away.",
    )

    _figure_range = models.Constraint(
        "CHECK (figure_kind IS NULL OR figure_kind NOT IN ('physical', 'financial')"
        " OR figure BETWEEN 0 AND 100)",
        "Progress lies between 0 and 100 percent.",
    )

    @api.depends("figure_kind", "figure", "figure_total")
    def _compute_figure_text(self):
        for status in self:
            text = f"{status.figure:g}" if status.figure_kind else ""
            if status.figure_kind in ("physical", "financial"):
                text += " %"
            elif text and status.figure_total:
                text = self.env._(
                    "%(figure)s of %(total)s",
                    figure=text,
                    total=f"{status.figure_total:g}",
                )
            status.figure_text = text

    @api.model
    def _get_contradiction_days(self):
        """Return how many days apart two sources still speak of the same time."""
        params = self.env["ir.config_parameter"].sudo()
        return int(params.get_param(CONTRADICTION_DAYS, 7))

    @api.depends("site_id", "date", "claimed_state", "figure_kind", "figure")
    def _compute_contradictions(self):
        days = self._get_contradiction_days()
        neighbours = self.search([("site_id", "in", self.site_id.ids)])
        by_site = neighbours.grouped("site_id")
        for status in self:
            others = by_site.get(status.site_id, self.browse())
            status.contradicted_by_ids = others.filtered(
                lambda one, status=status: (
                    one != status._origin
                    and contradicts(status._get_claim(), one._get_claim(), days)
                )
            )
            status.is_contradicted = bool(status.contradicted_by_ids)

    def _search_is_contradicted(self, operator, value):
        if operator != "in":
            return NotImplemented
        found = self.search([("date", "!=", False)]).filtered("is_contradicted")
        return [("id", "in", found.ids)]

    def _get_source_name(self):
        """Return who said it, in one line; empty for no statement."""
        return self.source_partner_id.name or self.source_text or self.url or ""

    def _get_claim(self):
        """Return the statement as a plain value to be compared."""
        self.ensure_one()
        return Claim(
            day=self.date,
            state=self.claimed_state,
            source=(self.source_partner_id.id or self.source_text or self.url),
            figure_kind=self.figure_kind or None,
            figure=(self.figure, self.figure_total) if self.figure_kind else None,
            claimed_date=self.claimed_date or None,
        )

    @api.constrains("claim", "source_partner_id", "source_text", "url")
    def _check_source(self):
        for status in self:
            if not (status.source_partner_id or status.source_text or status.url):
                raise ValidationError(
                    self.env._(
                        "Statement of %(date)s on site %(site)s: name its source.",
                        date=status.date,
                        site=status.site_id.display_name,
                    )
                )

    @api.constrains("date")
    def _check_date(self):
        for status in self:
            if status.date > status.site_id._local_date():
                raise ValidationError(
                    self.env._(
                        "Statement on site %(site)s: %(date)s is still to come; give"
                        " the day on which it was said, and what it promises as the"
                        " day claimed.",
                        site=status.site_id.display_name,
                        date=status.date,
                    )
                )

    @api.model_create_multi
    def create(self, vals_list):
        statuses = without_defaults(refuse_computed(self, vals_list), ("author_id",))
        return super(FactorySiteStatus, statuses).create(
            [{**vals, "author_id": self.env.uid} for vals in vals_list]
        )

    def write(self, vals):
        if vals:
            raise UserError(
                self.env._(
                    "The statement of %(date)s on site %(site)s stays as it was made;"
                    " add another one beside it.",
                    date=self[:1].date,
                    site=self[:1].site_id.display_name,
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        for status in self:
            raise UserError(
                self.env._(
                    "The statement of %(date)s on site %(site)s cannot be deleted; add"
                    " another one beside it.",
                    date=status.date,
                    site=status.site_id.display_name,
                )
            )
