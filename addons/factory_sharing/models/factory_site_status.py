# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError, ValidationError


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
        compute="_compute_is_contradicted",
        help="Another statement of the same day claims another state.",
    )

    @api.depends("site_id", "date", "claimed_state")
    def _compute_is_contradicted(self):
        groups = self._read_group(
            [("site_id", "in", self.site_id.ids), ("date", "in", self.mapped("date"))],
            ["site_id", "date:day", "claimed_state"],
        )
        claims = {}
        for site, day, state in groups:
            claims.setdefault((site.id, fields.Date.to_date(day)), set()).add(state)
        for status in self:
            others = claims.get((status.site_id.id, status.date), set())
            status.is_contradicted = bool(others - {status.claimed_state})

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

    @api.model_create_multi
    def create(self, vals_list):
        return super().create(
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
