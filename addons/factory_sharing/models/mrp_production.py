# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from .sharing_guard import by_action, is_by_action


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    site_id = fields.Many2one(
        "factory.site",
        compute="_compute_site_id",
        store=True,
        index=True,
        help="The shared factory of its work centres, else of its warehouse.",
    )
    trial_id = fields.Many2one(
        "factory.site.trial",
        readonly=True,
        copy=False,
        index="btree_not_null",
        ondelete="restrict",
        help="The trial that allows this order although the site is not ready.",
    )

    @api.depends("workorder_ids.workcenter_id.site_id", "picking_type_id")
    def _compute_site_id(self):
        warehouses = self.picking_type_id.warehouse_id
        by_warehouse = {
            site.warehouse_id: site
            for site in self.env["factory.site"].search(
                [("warehouse_id", "in", warehouses.ids)]
            )
        }
        for order in self:
            sites = order.workorder_ids.workcenter_id.site_id
            warehouse = order.picking_type_id.warehouse_id
            order.site_id = sites[:1] or by_warehouse.get(warehouse, False)

    def write(self, vals):
        if "trial_id" in vals and not is_by_action(self):
            raise UserError(
                self.env._("The trial of an order is found when it is confirmed.")
            )
        return super().write(vals)

    def action_confirm(self):
        """Refuse what the site may not run yet, or note the trial that allows it."""
        # an order with a quantity produced is past "draft" though never confirmed
        drafts = self.filtered(
            lambda o: (
                o.state == "draft"
                or any(move.state == "draft" for move in o.move_finished_ids)
            )
        )
        drafts._check_may_run()
        return super().action_confirm()

    def _check_may_run(self):
        """Check orders, save the rest of those that were let in before."""
        for order in self:
            if not order._continues_running_order():
                order._check_site_ready()

    def _check_site_ready(self):
        self.ensure_one()
        # the gates and agreements of every site are judged whoever confirms
        order = self.sudo()
        trials = self.env["factory.site.trial"]
        for site in order.workorder_ids.workcenter_id.site_id or order.site_id:
            trials |= site._check_may_produce(site._local_date(self.date_start))
        by_action(self).write({"trial_id": trials[:1].id})

    def _continues_running_order(self):
        """Tell whether this is the rest of an order that was let in before."""
        self.ensure_one()
        return any(
            other.state not in ("draft", "cancel")
            and other.backorder_sequence < self.backorder_sequence
            for other in self.production_group_id.production_ids - self
        )
