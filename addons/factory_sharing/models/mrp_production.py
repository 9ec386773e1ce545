# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from .sharing_guard import (
    by_action,
    is_by_action,
    refuse_computed,
    without_defaults,
)

# What the leave to produce depends on, once an order is let in.
JUDGED = frozenset(("date_start", "picking_type_id", "company_id"))
LET_IN = ("confirmed", "progress", "to_close")


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
            for site in self.env["factory.site"]
            .with_context(active_test=False)
            .search([("warehouse_id", "in", warehouses.ids)], order="active, id")
        }
        for order in self:
            sites = order.workorder_ids.workcenter_id.site_id
            warehouse = order.picking_type_id.warehouse_id
            order.site_id = sites[:1] or by_warehouse.get(warehouse, False)

    @api.model_create_multi
    def create(self, vals_list):
        self._check_trial_unset(vals_list)
        orders = refuse_computed(self, vals_list, {"site_id"})
        return super(MrpProduction, without_defaults(orders, ("trial_id",))).create(
            vals_list
        )

    def write(self, vals):
        self._check_trial_unset([vals])
        refuse_computed(self, [vals], {"site_id"})
        result = super().write(vals)
        if JUDGED & vals.keys():
            self._check_promise()
        return result

    @api.model
    def _check_trial_unset(self, vals_list):
        """Refuse an order that names its own trial."""
        if is_by_action(self):
            return
        if any("trial_id" in vals for vals in vals_list):
            raise UserError(
                self.env._("The trial of an order is found when it is confirmed.")
            )

    def action_confirm(self):
        """Refuse what the site may not run yet, or note the trial that allows it."""
        # an order with a quantity produced is past "draft" though never confirmed
        drafts = self.filtered(
            lambda o: (
                o.state == "draft"
                or any(move.state == "draft" for move in o.move_finished_ids)
            )
        )
        rests = drafts.filtered(lambda order: order._continues_running_order())
        (drafts - rests)._check_site_ready()
        rests._note_trial()
        return super().action_confirm()

    def button_mark_done(self):
        """Judge what is recorded as made although it was never started."""
        self.filtered(
            lambda order: (
                order.state not in ("done", "cancel")
                and not order.workorder_ids.time_ids
            )
        )._check_site_ready()
        return super().button_mark_done()

    def _check_promise(self):
        """Check orders that were let in and are to run otherwise now."""
        self.filtered(
            lambda order: (
                order.state in LET_IN
                and not order.workorder_ids.time_ids
                and not order._continues_running_order()
            )
        )._check_site_ready()

    def _check_site_ready(self, moment=False):
        """Refuse orders that their sites may not run, or note the trial.

        :param datetime moment: naive UTC, when it runs; the planned start when empty
        """
        for order in self:
            trials = self.env["factory.site.trial"]
            for site in order._get_sites():
                day = site._local_date(moment or order.date_start)
                trials |= site._check_may_produce(day, order.company_id)
            by_action(order).write({"trial_id": trials[:1].id})

    def _note_trial(self):
        """Name the trial of the rest of an order; its start is judged, not its saving.

        The rest is made when the first part is closed: what has been produced must be
        recorded, so nothing is refused here.
        """
        for order in self:
            trials = self.env["factory.site.trial"]
            for site in order._get_sites():
                day = site._local_date(order.date_start)
                if site._get_obstacles(day, order.company_id):
                    trials |= site._get_trial(day)
            by_action(order).write({"trial_id": trials[:1].id})

    def _get_sites(self):
        """Return the sites that an order runs at, to be judged whoever asks."""
        self.ensure_one()
        order = self.sudo()
        return order.workorder_ids.workcenter_id.site_id or order.site_id

    def _continues_running_order(self):
        """Tell whether this is the rest of an order that was let in before."""
        self.ensure_one()
        return any(
            other.state not in ("draft", "cancel")
            and other.backorder_sequence < self.backorder_sequence
            for other in self.production_group_id.production_ids - self
        )
