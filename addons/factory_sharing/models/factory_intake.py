# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models

from .member_of_partner import assign_members


class FactoryIntake(models.Model):
    _inherit = "factory.intake"

    site_id = fields.Many2one(
        "factory.site",
        compute="_compute_site_id",
        store=True,
        readonly=False,
        precompute=True,
        check_company=True,
        index=True,
        help="Where it was weighed; the site of the warehouse.",
    )
    member_id = fields.Many2one(
        "coop.member",
        compute="_compute_member_id",
        store=True,
        index=True,
        help="Membership of who brought it, on that day; empty for others.",
    )

    _site_external_ref_uniq = models.UniqueIndex(
        "(site_id, external_ref) WHERE external_ref IS NOT NULL"
        " AND site_id IS NOT NULL",
        "This weighbridge number was entered already at this site.",
    )

    @api.depends("warehouse_id")
    def _compute_site_id(self):
        sites = {
            site.warehouse_id: site
            for site in self.env["factory.site"].search(
                [("warehouse_id", "in", self.warehouse_id.ids)], order="id desc"
            )
        }
        for intake in self:
            intake.site_id = sites.get(intake.warehouse_id, intake.site_id)

    @api.depends("partner_id", "company_id", "date")
    def _compute_member_id(self):
        assign_members(self, lambda intake: intake._get_local_day())

    def _get_local_day(self):
        """Return the day of the weighing by the clock of its site."""
        self.ensure_one()
        moment = self.date or fields.Datetime.now()
        site = self.sudo().site_id
        return (site or self.company_id)._local_date(moment)
