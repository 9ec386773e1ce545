# SPDX-License-Identifier: AGPL-3.0-or-later
from markupsafe import Markup

from odoo import api, fields, models

COLOURS = {
    "passed": "#28a745",
    "failed": "#dc3545",
    "open": "#ced4da",
    "not_applicable": "#e9ecef",
}
SIGNS = {"passed": "✓", "failed": "✗", "open": "", "not_applicable": "-"}


class FactorySite(models.Model):
    """What the board of all sites shows: which gate, since when, who must act."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.site"

    province_id = fields.Many2one(
        "umkm.region",
        compute="_compute_province_id",
        store=True,
        index=True,
        help="To group and filter the sites by.",
    )
    programme_id = fields.Many2one(
        "grant.programme",
        index=True,
        ondelete="set null",
        help="Programme of the ministry or region that pays for the house.",
    )
    gate_strip = fields.Html(
        string="Gates at a glance",
        compute="_compute_gate_strip",
        sanitize=False,
        help="One square a gate, in their order: green passed, red failed, grey open.",
    )
    contradiction_count = fields.Integer(
        compute="_compute_contradiction_count",
        string="Contradictions",
        help="Statements in the status log that another one contradicts.",
    )

    @api.depends("region_id")
    def _compute_province_id(self):
        for site in self:
            region = site.region_id
            while region.parent_id:
                region = region.parent_id
            site.province_id = region

    @api.depends("gate_ids.state", "gate_ids.date")
    def _compute_gate_strip(self):
        states = dict(
            self.env["factory.site.gate"]
            ._fields["state"]
            ._description_selection(self.env)
        )
        for site in self:
            gates = site.gate_ids.sorted(lambda gate: (gate.sequence, gate.gate_id.id))
            site.gate_strip = Markup("").join(
                Markup(
                    '<span title="%(title)s" aria-label="%(title)s" role="img"'
                    ' style="display:inline-block;width:14px;height:14px;'
                    "margin:1px;border-radius:2px;font-size:10px;line-height:14px;"
                    "vertical-align:middle;"
                    'text-align:center;color:#fff;background:%(colour)s">'
                    "%(sign)s</span>"
                )
                % {
                    "title": f"{gate.gate_id.display_name}: {states[gate.state]},"
                    f" {gate.date}",
                    "colour": COLOURS[gate.state],
                    "sign": SIGNS[gate.state],
                }
                for gate in gates
            )

    @api.depends("status_ids")
    def _compute_contradiction_count(self):
        for site in self:
            site.contradiction_count = len(site.status_ids.filtered("is_contradicted"))

    def action_view_gates(self):
        """Open the gates of the site with their history."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "factory_sharing.factory_site_gate_action"
        )
        return {
            **action,
            "domain": [("site_id", "=", self.id)],
            "context": {"search_default_waiting": 1},
        }
