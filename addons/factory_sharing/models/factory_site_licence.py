# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models

from .sharing_guard import refuse_computed


class FactorySiteLicence(models.Model):
    """A licence that a site needs, for all it makes or for one product.

    Which licence meets the need is found out: of the kind, at the site, for the
    product, the one that lasts longest.
    """

    _name = "factory.site.licence"
    _description = "Licence Needed at a Site"
    _order = "site_id, product_id, type_id, id"
    _rec_name = "type_id"

    site_id = fields.Many2one(
        "factory.site", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="site_id.company_id", store=True, index=True)
    product_id = fields.Many2one(
        "product.product",
        index=True,
        help="Product that needs it; empty for the house itself (NIB, NKV).",
    )
    type_id = fields.Many2one("umkm.licence.type", string="Kind", required=True)
    licence_id = fields.Many2one(
        "umkm.licence",
        compute="_compute_licence_id",
        help="The licence of the site that meets the need and lasts longest.",
    )
    number = fields.Char(compute="_compute_licence_id")
    date_expiry = fields.Date(compute="_compute_licence_id", string="Expires")
    state = fields.Selection(
        [
            ("missing", "Missing"),
            ("valid", "Valid"),
            ("expiring", "Expires soon"),
            ("expired", "Expired"),
        ],
        compute="_compute_licence_id",
        help="A missing or expired licence holds the gate of licences.",
    )
    note = fields.Char(help="Why it is needed: rule, risk class, buyer.")

    _need_uniq = models.Constraint(
        "UNIQUE NULLS NOT DISTINCT (site_id, product_id, type_id)",
        "The site has this need on its list already.",
    )

    @api.model_create_multi
    def create(self, vals_list):
        return super(FactorySiteLicence, refuse_computed(self, vals_list)).create(
            vals_list
        )

    def write(self, vals):
        refuse_computed(self, [vals])
        if {"site_id", "product_id", "type_id"} & vals.keys():
            self._tell_dropped()
        return super().write(vals)

    def unlink(self):
        self._tell_dropped()
        return super().unlink()

    def _tell_dropped(self):
        """Leave a trace at the site of needs that are no longer asked for."""
        for need in self:
            need.site_id.message_post(
                body=self.env._(
                    "Licence %(kind)s for %(what)s is no longer asked for.",
                    kind=need.type_id.code,
                    what=need.product_id.name or need.site_id.name,
                )
            )

    @api.depends("type_id", "product_id", "site_id.licence_ids.date_expiry")
    def _compute_licence_id(self):
        for need in self:
            # whether a need is met is shown to whoever may see the site
            licence = need.sudo()._get_licence()
            need.licence_id = licence
            need.number = licence.number
            need.date_expiry = licence.date_expiry
            need.state = licence.state if licence else "missing"

    def _get_licence(self):
        """Return the licence that meets the need, the one that lasts longest."""
        self.ensure_one()
        found = self.site_id.licence_ids.filtered(
            lambda one: (
                one.type_id == self.type_id
                and one.active
                and (not one.product_id or one.product_id == self.product_id)
            )
        )
        forever = found.filtered(lambda one: not one.date_expiry)
        return (forever or found.sorted("date_expiry", reverse=True))[:1]

    def _get_unmet(self, day):
        """Return the needs that no licence meets on a day."""
        # sudo: licences are judged for whoever confirms an order
        return self.sudo().filtered(lambda need: not need._is_met_on(day))

    def _is_met_on(self, day):
        licence = self._get_licence()
        if not licence or (licence.date_issued and licence.date_issued > day):
            return False
        return not licence.date_expiry or licence.date_expiry >= day

    def _describe_hold(self):
        """Say as one line which licence is missing or expired."""
        self.ensure_one()
        what = self.product_id.name or self.site_id.name
        licence = self.sudo()._get_licence()
        if not licence:
            return self.env._(
                "- licence %(kind)s for %(what)s is missing",
                kind=self.type_id.code,
                what=what,
            )
        return self.env._(
            "- licence %(kind)s %(number)s for %(what)s is valid from %(start)s to"
            " %(end)s",
            kind=self.type_id.code,
            number=licence.number,
            what=what,
            start=licence.date_issued or "-",
            end=licence.date_expiry or "-",
        )
