# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models
from odoo.exceptions import UserError

from .quality_token import is_own_write, own

KINDS = [
    ("rework", "Rework"),
    ("downgrade", "Downgrade"),
    ("return", "Return to the owner"),
    ("destroy", "Destroy"),
    ("accept", "Release as it is"),
]
WHOLE_KINDS = ("rework", "downgrade", "accept")
# What the decision says; the rest is filled in by us.
DECISION_FIELDS = {
    "lot_id",
    "kind",
    "date",
    "reason",
    "quantity",
    "level_id",
    "rework_bom_id",
    "witnesses",
}
OPEN_FIELDS = {"message_main_attachment_id"}


class FactoryLotDisposition(models.Model):
    """What becomes of a failed lot. Deciding it makes the document that does it."""

    _name = "factory.lot.disposition"
    _description = "Disposition of a Lot"
    _inherit = ["mail.thread"]
    _order = "date desc, id desc"
    _check_company_auto = True
    _rec_names_search = ["name", "lot_id"]

    name = fields.Char("Number", readonly=True, copy=False, default="/")
    lot_id = fields.Many2one(
        "stock.lot", required=True, index=True, ondelete="restrict"
    )
    company_id = fields.Many2one(related="lot_id.company_id", store=True, index=True)
    product_id = fields.Many2one(related="lot_id.product_id", store=True)
    owner_id = fields.Many2one(related="lot_id.owner_id", store=True)
    uom_id = fields.Many2one(related="product_id.uom_id")
    kind = fields.Selection(
        KINDS,
        required=True,
        help="Rework: an order takes the lot and its result is tested afresh. "
        "Downgrade: the lot is judged by a lower grade. Return: a transfer to its "
        "owner. Destroy: scrapped before witnesses. Release: it goes on as it is, on "
        "the manager's responsibility and without a certificate.",
    )
    date = fields.Date(
        required=True,
        default=fields.Date.context_today,
        help="When it was decided, by the date of the house.",
    )
    decided_by_id = fields.Many2one("res.users", required=True, readonly=True)
    reason = fields.Char(required=True, help="Why this and nothing else.")
    quantity = fields.Float(
        digits="Product Unit",
        compute="_compute_quantity",
        store=True,
        readonly=False,
        precompute=True,
        help="In the product's unit. Rework, downgrade and release take the whole lot.",
    )
    inspection_id = fields.Many2one(
        "qc.inspection",
        index="btree_not_null",
        readonly=True,
        help="The result that was decided about.",
    )
    was_failed = fields.Boolean(
        readonly=True,
        help="The result was there. A release before the result ends when it fails.",
    )
    level_id = fields.Many2one(
        "factory.quality.standard.level",
        string="Lower grade",
        index="btree_not_null",
        help="Downgrade: the grade, or other standard, by which the lot is judged now.",
    )
    rework_bom_id = fields.Many2one(
        "mrp.bom",
        string="Rework by",
        check_company=True,
        index="btree_not_null",
        help="Bill of materials that turns the product into something else. Empty: the "
        "same product comes out, dried or cleaned again.",
    )
    witnesses = fields.Char(help="Destroy: who saw it, by name and office.")
    production_ids = fields.One2many("mrp.production", "disposition_id")
    picking_ids = fields.One2many("stock.picking", "disposition_id")
    scrap_ids = fields.One2many("stock.scrap", "disposition_id")
    result_inspection_id = fields.Many2one(
        "qc.inspection", index="btree_not_null", readonly=True, string="New inspection"
    )
    revoked_on = fields.Date(readonly=True)
    revoked_by_id = fields.Many2one("res.users", readonly=True)
    revoke_reason = fields.Char(readonly=True)
    state = fields.Selection(
        [("open", "Decided"), ("done", "Carried out"), ("revoked", "Revoked")],
        compute="_compute_state",
        store=True,
    )

    _quantity_positive = models.Constraint(
        "CHECK (quantity > 0)", "The quantity of a disposition must be above zero."
    )

    # ---- computes -----------------------------------------------------------------

    @api.depends("lot_id")
    def _compute_quantity(self):
        for disposition in self:
            quants = disposition._get_quants()
            disposition.quantity = sum(quants.mapped("quantity"))

    @api.depends(
        "kind",
        "revoked_on",
        "production_ids.state",
        "picking_ids.state",
        "scrap_ids.state",
    )
    def _compute_state(self):
        for disposition in self:
            documents = [
                *disposition.production_ids.mapped("state"),
                *disposition.picking_ids.mapped("state"),
                *disposition.scrap_ids.mapped("state"),
            ]
            at_once = disposition.kind in ("downgrade", "accept")
            live = [state for state in documents if state != "cancel"]
            if disposition.revoked_on:
                disposition.state = "revoked"
            elif at_once or (live and set(live) == {"done"}):
                disposition.state = "done"
            else:
                disposition.state = "open"

    def _get_lots(self):
        """Return the lot and, of a pooled batch, the owners' parts."""
        return self.lot_id | self.lot_id.part_lot_ids

    def _get_quants(self):
        # Another owner's stock may be hidden from who decides about the batch.
        quants = self._get_lots().sudo().quant_ids
        return quants.filtered(
            lambda quant: quant.location_id.usage == "internal" and quant.quantity > 0
        )

    # ---- CRUD ---------------------------------------------------------------------

    @api.model_create_multi
    def create(self, vals_list):
        """Decide: the document of each disposition is made at once."""
        self.env["qc.inspection"]._check_manager()
        context = {
            key: value
            for key, value in self.env.context.items()
            if not key.startswith("default_")
            or key.removeprefix("default_") in DECISION_FIELDS
        }
        clean = []
        for vals in vals_list:
            decision = {k: v for k, v in vals.items() if k in DECISION_FIELDS}
            clean.append(
                {
                    **decision,
                    "name": self.env["ir.sequence"].next_by_code(
                        "factory.lot.disposition"
                    ),
                    "decided_by_id": self.env.uid,
                }
            )
        records = super(
            FactoryLotDisposition, self.with_env(self.env(context=context))
        ).create(clean)
        for disposition in records:
            disposition._decide()
        return records

    def write(self, vals):
        if vals.keys() - OPEN_FIELDS and not is_own_write(self):
            raise UserError(
                self.env._(
                    "A disposition stands as it was decided. Revoke it and decide "
                    "again."
                )
            )
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never(self):
        raise UserError(self.env._("A disposition is never deleted. Revoke it."))

    # ---- deciding -----------------------------------------------------------------

    def _decide(self):
        self.ensure_one()
        lot = self.lot_id
        last = lot._get_last_inspection()
        self._check_decision()
        own(self).write(
            {"inspection_id": last.id, "was_failed": last.state == "failed"}
        )
        getattr(self, f"_carry_out_{self.kind}")()
        lot.message_post(
            body=self.env._(
                "%(number)s: %(kind)s. %(reason)s",
                number=self.name,
                kind=dict(self._fields["kind"]._description_selection(self.env))[
                    self.kind
                ],
                reason=self.reason,
            )
        )

    def _check_decision(self):
        lot = self.lot_id
        states = ("failed", "waiting") if self.kind == "accept" else ("failed",)
        problem = False
        if lot.batch_lot_id:
            problem = self.env._(
                "it is part of batch %s: decide about the batch", lot.batch_lot_id.name
            )
        elif lot.quality_state not in states:
            problem = self.env._("it has not failed a test")
        elif not (self.reason or "").strip():
            problem = self.env._("the reason is missing")
        elif self.date > self.company_id._local_date(fields.Datetime.now()):
            problem = self.env._("the date lies in the future")
        elif lot.disposition_ids.filtered(
            lambda d: d != self and d.state == "open" and d.kind != "accept"
        ):
            problem = self.env._("it has a disposition that is not carried out yet")
        else:
            problem = self._get_quantity_problem() or self._get_kind_problem()
        if problem:
            raise UserError(
                self.env._(
                    "No disposition of lot %(lot)s of %(product)s: %(problem)s.",
                    lot=lot.name,
                    product=lot.product_id.display_name,
                    problem=problem,
                )
            )

    def _get_quantity_problem(self):
        uom = self.product_id.uom_id
        quants = self._get_quants()
        there = sum(quants.mapped("quantity"))
        if uom.compare(self.quantity, there) > 0:
            return self.env._(
                "only %(there)s %(unit)s are there", there=there, unit=uom.name
            )
        partial = uom.compare(self.quantity, there) < 0
        if partial and (self.kind in WHOLE_KINDS or self.lot_id.part_lot_ids):
            return self.env._(
                "the whole lot, %(there)s %(unit)s, must be decided about",
                there=there,
                unit=uom.name,
            )
        if len(quants.location_id) > 1:
            return self.env._(
                "it lies in several places (%s); bring it together first",
                ", ".join(quants.location_id.mapped("display_name")),
            )
        return False

    def _get_kind_problem(self):
        if self.kind == "destroy" and not (self.witnesses or "").strip():
            return self.env._("name the witnesses of its destruction")
        if self.kind == "downgrade":
            level = self.level_id
            if not level or level == self.lot_id._get_last_inspection().level_id:
                return self.env._("choose the lower grade to judge it by")
        if self.kind == "return" and not self._get_receivers():
            return self.env._("it is the cooperative's own; nobody takes it back")
        used = self.rework_bom_id.bom_line_ids.filtered("product_qty").product_id
        if self.rework_bom_id and self.product_id not in used:
            return self.env._("the bill of materials does not use the product")
        return False
