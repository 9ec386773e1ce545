# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tests during an order and of what it makes."""

from odoo import api, fields, models
from odoo.exceptions import UserError

from .qc_inspection import OPEN_STATES


class MrpProduction(models.Model):
    _inherit = "mrp.production"

    inspection_ids = fields.One2many(
        "qc.inspection", "production_id", string="Inspections"
    )

    inspection_count = fields.Integer(
        compute="_compute_inspection_count", compute_sudo=True
    )

    @api.depends("inspection_ids", "lot_producing_ids.inspection_ids")
    def _compute_inspection_count(self):
        for order in self:
            order.inspection_count = len(order._get_inspections())

    def _get_inspections(self):
        """Return the inspections of the order and of the lots that it made."""
        self.ensure_one()
        lots = self.lot_producing_ids
        return self.inspection_ids | (lots | lots.batch_lot_id).inspection_ids

    def action_view_inspections(self):
        """Open the tests of the order and of what it made."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "factory_toll.qc_inspection_action"
        )
        return {
            **action,
            "domain": [("id", "in", self._get_inspections().ids)],
            "context": {"create": False},
        }

    # ---- during the order ---------------------------------------------------------

    def action_confirm(self):
        """Refuse failed lots; ask for the tests adopted for running orders."""
        self._check_no_failed_lot()
        result = super().action_confirm()
        self._start_process_inspections()
        return result

    def action_assign(self):
        """Say which named lot failed, instead of reserving nothing of it."""
        self._check_no_failed_lot()
        return super().action_assign()

    def _check_no_failed_lot(self):
        """Refuse orders that name a lot which failed its test.

        A lot that still waits for its result may be planned: it may pass.

        :raise UserError: with order, lot, and what to do
        """
        for order in self.filtered(lambda o: o.state not in ("done", "cancel")):
            # sudo: a lot of another owner may be hidden from who runs the order
            named = order.sudo().owned_lot_ids - order.sudo().disposition_id._get_lots()
            failed = named.filtered(
                lambda lot: lot.is_quality_blocked and lot.quality_state == "failed"
            )
            if failed:
                raise UserError(
                    self.env._(
                        "%(order)s cannot take lot %(lots)s: it failed its quality "
                        "test. %(way_out)s, or have the factory manager decide about "
                        "it: rework, downgrade, return, destroy or release.",
                        order=order.display_name,
                        lots=", ".join(failed.mapped("name")),
                        way_out=order._get_way_without(),
                    )
                )

    def _get_way_without(self):
        """Tell how to go on without a lot; those of a pool's shares stand."""
        if self.production_mode == "pooled" and self.sudo().share_ids:
            return self.env._(
                "Cancel the order, duplicate it and take the lot out of the copy"
            )
        return self.env._("Take it out of the order")

    def _split_productions(self, *args, **kwargs):
        """A backorder is tested as well."""
        orders = super()._split_productions(*args, **kwargs)
        orders._start_process_inspections()
        return orders

    def _get_adoption(self, product, stage):
        self.ensure_one()
        warehouse = self.picking_type_id.warehouse_id
        day = self.company_id._local_date(fields.Datetime.now())
        adoptions = self.env["factory.quality.adoption"]
        return adoptions._get_for(warehouse, product, day, stage).get(
            product, adoptions
        )

    def _start_process_inspections(self):
        for order in self.filtered(
            lambda order: order.state in ("confirmed", "progress", "to_close")
        ):
            adoption = order._get_adoption(order.product_id, "process")
            if adoption and not order.sudo().inspection_ids:
                order._start_process_inspection(adoption)

    def _start_process_inspection(self, adoption):
        workorder = self.workorder_ids.filtered(
            lambda wo: wo.workcenter_id == adoption.workcenter_id
        )[:1]
        return self.env["qc.inspection"]._start(
            workorder or self,
            adoption.level_id,
            stage="process",
            adoption_id=adoption.id,
            is_required=adoption.is_required,
        )

    def _check_process_tests(self):
        """Refuse an output while a test that must pass has not passed."""
        self.ensure_one()
        adoption = self._get_adoption(self.product_id, "process")
        inspections = self.sudo().inspection_ids.filtered(
            lambda i: i.state != "canceled"
        )
        last = inspections.sorted("id")[-1:]
        required = last.is_required if last else adoption.is_required
        if required and last.state != "success":
            raise UserError(
                self.env._(
                    "%(order)s has not passed its test during the order "
                    "(%(inspection)s). Record the result; after a failure correct "
                    "the batch and have it tested again.",
                    order=self.display_name,
                    inspection=last.name or adoption.standard_id.display_name,
                )
            )

    def _get_last_process_inspection(self):
        self.ensure_one()
        inspections = self.inspection_ids.filtered(lambda i: i.state != "canceled")
        return inspections.sorted("id")[-1:]

    def get_quality_questions(self):
        """Return what is to be tested while the order runs, for the floor page.

        Callable over RPC by an operator.

        :return: {"order_id", "order", "product", "inspection_id": id of the open
            inspection or False, "state": "none", "waiting", "passed" or "failed" (of
            the last one), "is_required", "standard", "questions": see
            ``stock.lot.get_quality_questions``}
        """
        self.ensure_one()
        last = self._get_last_process_inspection()
        is_open = last.state in OPEN_STATES
        states = {"success": "passed", "failed": "failed"}
        return {
            "order_id": self.id,
            "order": self.name,
            "product": self.product_id.display_name,
            "inspection_id": last.id if is_open else False,
            "state": states.get(last.state, "waiting") if last else "none",
            "is_required": last.is_required,
            "standard": last.level_id.display_name or "",
            "questions": [line._get_summary() for line in last.inspection_lines],
        }

    def action_record_result(self, values, conclude=True, laboratory=None):
        """Record the test results of a running order; see ``qc.inspection``.

        :param dict values: {question code, or id as string: result}
        :return: see ``qc.inspection.action_record_result``
        """
        self.ensure_one()
        inspection = self.inspection_ids.filtered(lambda i: i.state in OPEN_STATES)
        if not inspection:
            raise UserError(
                self.env._("%(order)s has no open inspection.", order=self.display_name)
            )
        return inspection[:1].action_record_result(values, conclude, laboratory)

    # ---- what it makes ------------------------------------------------------------

    def _start_lot_inspections(self, lots):
        """Ask for the test of the lots made; a reworked lot is always tested.

        :param lots: lots of products and by-products, owners' parts included
        """
        self.ensure_one()
        inspections = self.env["qc.inspection"].sudo()
        for lot in lots.batch_lot_id | lots.filtered(lambda lot: not lot.batch_lot_id):
            if lot.sudo().inspection_ids:
                continue
            adoption = self._get_adoption(lot.product_id, "finished")
            level, required = adoption.level_id, adoption.is_required
            if self.disposition_id and lot.product_id == self.product_id:
                level = self.disposition_id._get_fresh_level(lot.product_id, level)
                required = True
            if level:
                inspections._start(
                    lot,
                    level,
                    stage="finished",
                    adoption_id=adoption.id,
                    is_required=required,
                )
