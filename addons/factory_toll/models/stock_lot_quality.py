# SPDX-License-Identifier: AGPL-3.0-or-later
"""What the tests say about a lot, and what follows from it."""

from odoo import Command, api, fields, models
from odoo.exceptions import UserError

from .qc_inspection import OPEN_STATES
from .quality_token import is_own_write, own

QUALITY_STATES = [
    ("none", "Not tested"),
    ("waiting", "Waiting for the result"),
    ("passed", "Passed"),
    ("failed", "Failed"),
    ("released", "Released by the manager"),
]
COMPUTED_FIELDS = {"quality_state", "is_quality_blocked"}


class StockLot(models.Model):
    _inherit = "stock.lot"

    inspection_ids = fields.One2many("qc.inspection", "lot_id", string="Inspections")
    disposition_ids = fields.One2many(
        "factory.lot.disposition", "lot_id", string="Dispositions"
    )
    quality_state = fields.Selection(
        QUALITY_STATES,
        string="Quality",
        compute="_compute_quality_state",
        store=True,
        recursive=True,
        tracking=True,
        help="From the lot's last inspection; an owner's part of a pooled batch has "
        "that of the batch.",
    )
    is_quality_blocked = fields.Boolean(
        "Blocked",
        compute="_compute_quality_state",
        store=True,
        recursive=True,
        help="It failed, or it must pass a test first: it cannot leave, be used or "
        "leave quarantine, except by a disposition.",
    )
    proposed_grade_ids = fields.Many2many(
        "factory.quality.standard.level",
        string="Would pass as",
        compute="_compute_proposed_grade_ids",
        compute_sudo=True,
        help="Other grades of the standard whose limits the measured values meet.",
    )

    _blocked_idx = models.Index("(product_id) WHERE is_quality_blocked")

    # ---- computes -----------------------------------------------------------------

    @api.depends(
        "inspection_ids.state",
        "inspection_ids.is_required",
        "disposition_ids.kind",
        "disposition_ids.inspection_id",
        "disposition_ids.was_failed",
        "disposition_ids.revoked_on",
        "batch_lot_id.quality_state",
        "batch_lot_id.is_quality_blocked",
    )
    def _compute_quality_state(self):
        for lot in self:
            if lot.batch_lot_id:
                lot.quality_state = lot.batch_lot_id.quality_state
                lot.is_quality_blocked = lot.batch_lot_id.is_quality_blocked
            else:
                lot.quality_state, lot.is_quality_blocked = lot._judge_quality()

    def _judge_quality(self):
        """Return (state, blocked) from the last inspection."""
        self.ensure_one()
        inspections = self.inspection_ids.filtered(lambda i: i.state != "canceled")
        if not inspections:
            return "none", False
        last = inspections.sorted("id")[-1]
        accepted = self.disposition_ids.filtered(
            lambda d: (
                d.kind == "accept"
                and not d.revoked_on
                and d.inspection_id == last
                and (d.was_failed or last.state != "failed")
            )
        )
        if last.state == "success":
            return "passed", False
        if accepted:
            return "released", False
        if last.state == "failed":
            return "failed", True
        # A failed lot stays blocked while it is tested again.
        failed = "failed" in inspections.mapped("state")
        return "waiting", last.is_required or failed

    @api.depends("quality_state")
    def _compute_proposed_grade_ids(self):
        for lot in self:
            last = lot._get_last_inspection()
            levels = self.env["factory.quality.standard.level"]
            if lot.quality_state == "failed" and last.level_id:
                levels = last.standard_id.level_ids - last.level_id
            lot.proposed_grade_ids = levels.filtered(
                lambda level, last=last: level._would_pass(last)
            )

    # ---- CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        if not is_own_write(self) and not self.env.su:
            # the state comes from inspections, the batch from a pooled order
            hidden = COMPUTED_FIELDS | {"batch_lot_id"}
            context = {
                key: value
                for key, value in self.env.context.items()
                if key.removeprefix("default_") not in hidden
            }
            self = self.with_env(self.env(context=context))
            vals_list = [
                {k: v for k, v in vals.items() if k not in hidden} for vals in vals_list
            ]
        return super().create(vals_list)

    def write(self, vals):
        if not is_own_write(self):
            if vals.keys() & COMPUTED_FIELDS:
                raise UserError(
                    self.env._(
                        "The quality of lot %(lot)s comes from its inspections: record "
                        "results, or decide what becomes of it.",
                        lot=", ".join(self.mapped("name")),
                    )
                )
            self._check_tested_unchanged(vals)
        return super().write(vals)

    def _check_tested_unchanged(self, vals):
        """Batch and product stand; so does a grade that a test gave."""
        for lot in self:
            passed = lot.inspection_ids.filtered(
                lambda i: i.state == "success" and i.level_id.grade_id
            )
            changed = {
                name
                for name in vals.keys() & {"batch_lot_id", "product_id", "grade_id"}
                if lot[name].id != (vals[name] or False)
            }
            if not (passed or lot.inspection_ids):
                changed.discard("product_id")
            if not passed:
                changed.discard("grade_id")
            if self.env.su and not lot.inspection_ids:
                changed.discard("batch_lot_id")
            if changed:
                raise UserError(
                    self.env._(
                        "Lot %(lot)s was tested: its %(fields)s cannot be changed by "
                        "hand.",
                        lot=lot.name,
                        fields=", ".join(
                            self._fields[name]._description_string(self.env)
                            for name in sorted(changed)
                        ),
                    )
                )

    # ---- inspections --------------------------------------------------------------

    def _get_quality_lot(self):
        """Return the lot that is tested: the batch of an owner's part."""
        self.ensure_one()
        return self.batch_lot_id or self

    def _get_last_inspection(self):
        self.ensure_one()
        inspections = self._get_quality_lot().inspection_ids
        return inspections.filtered(lambda i: i.state != "canceled").sorted("id")[-1:]

    def _get_open_inspection(self):
        if not self:
            return self.env["qc.inspection"]
        last = self._get_last_inspection()
        return last.filtered(lambda i: i.state in OPEN_STATES)

    def _get_open_inspections(self):
        return self.inspection_ids.filtered(lambda i: i.state in OPEN_STATES)

    def get_quality_questions(self):
        """Return what is still to be tested of the lot, for the floor page.

        Callable over RPC by an operator.

        :return: {"lot_id", "lot", "product", "quality_state", "is_blocked",
            "inspection_id": id or False, "standard", "questions": [{"id", "code",
            "name", "type": "quantitative", "qualitative" or "text", "unit", "limits",
            "allow_nd", "choices": [names], "result", "is_answered", "success"}]}
        """
        self.ensure_one()
        inspection = self._get_open_inspection()
        return {
            "lot_id": self.id,
            "lot": self.name,
            "product": self.product_id.display_name,
            "quality_state": self.quality_state,
            "is_blocked": self.is_quality_blocked,
            "inspection_id": inspection.id,
            "standard": inspection.level_id.display_name or "",
            "questions": [line._get_summary() for line in inspection.inspection_lines],
        }

    def action_record_result(self, values, conclude=True, laboratory=None):
        """Record test results of the lot; the public way for floor page and scripts.

        Callable over RPC by an operator. The lot needs an open inspection: one is
        made by itself where the warehouse adopted a standard, else by
        ``action_start_inspection``. When every question is answered the inspection
        is concluded: the lot passes (and leaves quarantine, with its grade) or fails
        (and is blocked).

        :param dict values: {question code, or id as string: result}, a result being a
            number (12.5 or "12,5"), "ND", a text or the name of a choice. Units are
            those of ``get_quality_questions``
        :param bool conclude: False only writes down, to be concluded later
        :param str laboratory: who tested, if not the house
        :return: see ``qc.inspection.action_record_result``
        :raise UserError: no open inspection, unknown question, implausible value
        """
        self.ensure_one()
        inspection = self._get_open_inspection()
        if not inspection:
            raise UserError(
                self.env._(
                    "Lot %(lot)s of %(product)s has no open inspection. Start one, or "
                    "have the last one tested again.",
                    lot=self.name,
                    product=self.product_id.display_name,
                )
            )
        return inspection.action_record_result(values, conclude, laboratory)

    def action_start_inspection(self, level_id=None):
        """Start an inspection of a lot that has none.

        :param int level_id: factory.quality.standard.level; default what the
            warehouse adopted for the product
        :return: id of the inspection
        """
        self.ensure_one()
        lot = self._get_quality_lot()
        self.env["qc.inspection"].check_access("write")
        if lot._get_last_inspection():
            raise UserError(
                self.env._(
                    "Lot %(lot)s has an inspection already. Record its results, or "
                    "have it tested again.",
                    lot=lot.name,
                )
            )
        level = self.env["factory.quality.standard.level"].browse(level_id or [])
        adoption = lot._find_adoption()
        if adoption:
            level = adoption.level_id
        if not level.exists():
            raise UserError(
                self.env._(
                    "No standard is adopted for %(product)s. Choose the standard to "
                    "test lot %(lot)s by.",
                    product=lot.product_id.display_name,
                    lot=lot.name,
                )
            )
        level.check_access("read")
        inspection = self.env["qc.inspection"]._start(
            lot, level, stage="hand", adoption_id=adoption.id, is_required=True
        )
        return inspection.id

    def _find_adoption(self):
        """Return what is adopted for the lot's product where it lies."""
        self.ensure_one()
        adoptions = self.env["factory.quality.adoption"]
        stages = ("intake", "finished") if self.intake_line_id else ("finished",)
        places = (self | self.part_lot_ids).sudo().quant_ids.location_id
        for warehouse in places.warehouse_id:
            # a lot of a product that all houses share has no company
            day = warehouse.company_id._local_date(fields.Datetime.now())
            for stage in stages:
                found = adoptions._get_for(warehouse, self.product_id, day, stage)
                if found:
                    return found[self.product_id]
        return adoptions

    def _after_inspection(self, inspection):
        """Give the grade and leave quarantine, or free what was reserved of it."""
        lots = self | self.part_lot_ids
        if inspection.state != "success":
            lots._unreserve()
            return
        if inspection.level_id.grade_id:
            own(lots.sudo()).grade_id = inspection.level_id.grade_id
        lots._leave_quarantine()

    def _unreserve(self):
        """Take failed lots out of the orders and deliveries that wait for them."""
        # The tester may not write the transfers of others.
        lines = self.env["stock.move.line"].sudo()
        waiting = lines.search(
            [
                ("lot_id", "in", self.ids),
                ("state", "not in", ("done", "cancel")),
                ("picked", "=", False),
            ]
        )
        waiting.move_id._do_unreserve()

    def action_test_again(self, reason):
        """Have the last inspection of the lot repeated; see ``qc.inspection``."""
        self.ensure_one()
        last = self._get_last_inspection()
        if not last:
            return self.action_start_inspection()
        return last.action_test_again(reason)

    def action_view_inspections(self):
        self.ensure_one()
        lot = self._get_quality_lot()
        return {
            "type": "ir.actions.act_window",
            "res_model": "qc.inspection",
            "name": self.env._("Inspections"),
            "view_mode": "list,form",
            "views": [
                [self.env.ref("factory_toll.qc_inspection_view_list").id, "list"],
                [self.env.ref("factory_toll.qc_inspection_view_form").id, "form"],
            ],
            "domain": [("lot_id", "=", lot.id)],
            "context": {"create": False},
        }

    # ---- quarantine ---------------------------------------------------------------

    def _get_quarantine_quants(self):
        """Return the quants of the lots that lie in a quarantine location."""
        # The tester may not read quants of another owner's stock by rule.
        quants = self.sudo().quant_ids.filtered(lambda quant: quant.quantity > 0)
        return quants.filtered(lambda quant: quant.location_id._is_quarantine())

    def _leave_quarantine(self):
        """Move what passed from quarantine into stock, one transfer per owner."""
        quants = self._get_quarantine_quants()
        for key, group in quants.grouped(
            lambda quant: (quant.location_id, quant.owner_id)
        ).items():
            self._move_quants(group, key[0].warehouse_id, key[1])
        intakes = own(self.sudo().intake_line_id.intake_id)
        intakes._set_quarantine_left()

    def _move_quants(self, quants, warehouse, owner):
        # Recording a result is the tester's right; the transfer follows from it.
        pickings = self.env["stock.picking"].sudo()
        source, target = quants.location_id, warehouse.lot_stock_id
        picking = pickings.create(
            {
                "picking_type_id": warehouse.int_type_id.id,
                "owner_id": owner.id,
                "origin": ", ".join(quants.lot_id.mapped("name")),
                "location_id": source.id,
                "location_dest_id": target.id,
                "company_id": warehouse.company_id.id,
                "move_ids": [
                    Command.create(group._prepare_release_move(target))
                    for group in quants.grouped("product_id").values()
                ],
            }
        )
        picking.with_context(cancel_backorder=True)._action_done()
        return picking
