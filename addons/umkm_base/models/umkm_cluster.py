# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class UmkmCluster(models.Model):
    _name = "umkm.cluster"
    _description = "Producer Cluster (Sentra)"
    _inherit = ["mail.thread"]
    _order = "name"

    name = fields.Char(required=True, tracking=True)
    code = fields.Char(help="Number in the ministry's or region's list of clusters.")
    region_id = fields.Many2one("umkm.region", index=True, tracking=True)
    kbli_id = fields.Many2one("umkm.kbli", string="KBLI", help="Main line of business.")
    commodity = fields.Char(help="What the cluster makes or grows: ginger, coconut.")
    partner_ids = fields.Many2many("res.partner", string="Enterprises")
    partner_count = fields.Integer(
        string="Enterprise count", compute="_compute_partner_count"
    )
    company_id = fields.Many2one(
        "res.company", help="Empty for a cluster that all companies may refer to."
    )
    source = fields.Char(help="Decree or list that names the cluster.")
    note = fields.Html()
    active = fields.Boolean(default=True)

    _name_region_uniq = models.UniqueIndex(
        "(name, COALESCE(region_id, 0), COALESCE(company_id, 0))",
        "A cluster of this name exists already in the region.",
    )

    def _compute_partner_count(self):
        for cluster in self:
            cluster.partner_count = len(cluster.partner_ids)
