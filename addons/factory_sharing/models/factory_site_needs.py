# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError


class FactorySite(models.Model):
    """What licences a site needs and has."""

    # one file for each concern, none of them long
    # pylint: disable=consider-merging-classes-inherited
    _inherit = "factory.site"

    licence_ids = fields.One2many("umkm.licence", "site_id", string="Licences")
    licence_need_ids = fields.One2many(
        "factory.site.licence", "site_id", string="Licences needed"
    )
    licence_alert_count = fields.Integer(
        compute="_compute_licence_alert_count",
        string="Licences missing",
        help="Needed licences that are missing or expired today.",
    )

    @api.depends("licence_need_ids", "licence_ids.date_expiry")
    def _compute_licence_alert_count(self):
        for site in self:
            unmet = site.licence_need_ids._get_unmet(site._local_date())
            site.licence_alert_count = len(unmet)

    def action_load_licence_needs(self):
        """List what the products need that recipes make at the centres of the site.

        :return: ids of the needs that were added
        :rtype: list(int)
        """
        self.ensure_one()
        operations = self.env["mrp.routing.workcenter"].search(
            [("workcenter_id", "in", self.workcenter_ids.ids)]
        )
        products = operations.bom_id.product_id | (
            operations.bom_id.product_tmpl_id.product_variant_ids
        )
        known = {(need.product_id, need.type_id) for need in self.licence_need_ids}
        needs = self.licence_need_ids.create(
            [
                {"site_id": self.id, "product_id": product.id, "type_id": kind.id}
                for product in products
                for kind in product.licence_type_ids
                if (product, kind) not in known
            ]
        )
        return needs.ids

    def _get_licence_obstacles(self, day):
        """Say which needed licences are not valid on a day, one line each."""
        self.ensure_one()
        return [need._describe_hold() for need in self.licence_need_ids._get_unmet(day)]

    def _hold_expired_licences(self):
        """Record the gate of licences as failed where a needed one is not valid."""
        for site in self:
            day = site._local_date()
            unmet = site.licence_need_ids._get_unmet(day)
            gates = site.gate_ids.filtered(
                lambda gate: gate.gate_id.is_of_licences and gate.state == "passed"
            )
            if unmet and gates:
                evidence = "\n".join(need._describe_hold() for need in unmet)
                gates.action_record("failed", evidence, fields.Date.to_string(day))
                site.activity_schedule(
                    "mail.mail_activity_data_warning",
                    summary=site.env._("A licence that the site needs is not valid"),
                    note=evidence,
                    user_id=site._get_watcher().id,
                )

    def _get_watcher(self):
        """Return who is told: the first member of staff who follows the site."""
        self.ensure_one()
        staff = self.message_partner_ids.user_ids.filtered(lambda user: not user.share)
        return staff[:1] or self.env.user

    @api.model
    def _cron_check_licences(self):
        """Let expired licences hold the gates of their sites, once a night."""
        self.search([("licence_need_ids", "!=", False)])._hold_expired_licences()


class FactorySiteGate(models.Model):
    _inherit = "factory.site.gate"

    def _check_recordable(self, state, day):
        super()._check_recordable(state, day)
        if state != "passed" or not self.gate_id.is_of_licences:
            return
        unmet = self.site_id.licence_need_ids._get_unmet(self.site_id._local_date())
        if unmet:
            raise UserError(
                self.env._(
                    "Gate %(gate)s of site %(site)s cannot pass:\n%(reasons)s",
                    gate=self.gate_id.display_name,
                    site=self.site_id.display_name,
                    reasons="\n".join(need._describe_hold() for need in unmet),
                )
            )
