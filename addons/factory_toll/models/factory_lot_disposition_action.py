# SPDX-License-Identifier: AGPL-3.0-or-later
"""Carrying a disposition out, and taking back one that is not carried out."""

from odoo import fields, models
from odoo.exceptions import UserError

from .quality_token import own


class FactoryLotDisposition(models.Model):
    _inherit = "factory.lot.disposition"

    # ---- carrying out -------------------------------------------------------------

    def _carry_out_accept(self):
        self._get_lots()._leave_quarantine()

    def _carry_out_downgrade(self):
        """Judge the lot by the lower grade; what was measured is filled in."""
        last = self.inspection_id
        inspection = self.env["qc.inspection"]._start(
            self.lot_id,
            self.level_id,
            stage="again",
            is_required=True,
            previous_id=last.id,
            reason=self.reason,
        )
        known = last.inspection_lines.filtered("code").grouped("code")
        for line in own(inspection).inspection_lines:
            before = known.get(line.code)
            if before and line.question_type == before.question_type != "qualitative":
                line.result = before.result
        own(self).result_inspection_id = inspection

    def _carry_out_rework(self):
        self.env["mrp.production"]._create_rework(self)

    def _carry_out_return(self):
        self.env["stock.picking"]._create_lot_returns(self)

    def _carry_out_destroy(self):
        scraps = own(self.env["stock.scrap"])
        left = self.quantity
        for quant in self._get_quants():
            quantity = min(left, quant.quantity)
            if quant.product_uom_id.is_zero(quantity):
                continue
            left -= quantity
            scrap = scraps.create(
                {
                    "product_id": quant.product_id.id,
                    "lot_id": quant.lot_id.id,
                    "owner_id": quant.owner_id.id,
                    "package_id": quant.package_id.id,
                    "location_id": quant.location_id.id,
                    "scrap_qty": quantity,
                    "origin": self.name,
                    "company_id": self.company_id.id,
                    "disposition_id": self.id,
                }
            )
            # without our token: the block itself must let the scrap pass
            scrap.with_context(factory_quality_token=None).do_scrap()

    def _get_receiver(self, lot):
        """Return who takes the lot back: its owner, or who sold it."""
        return lot.owner_id or lot.intake_id.partner_id

    def _get_receivers(self):
        return [lot for lot in self._get_quants().lot_id if self._get_receiver(lot)]

    def _get_fresh_level(self, product, adopted):
        """Return by what the result of a rework is judged.

        The same product meets what it failed, where nothing is adopted; another product
        has a standard of its own, or none.
        """
        self.ensure_one()
        same = product == self.product_id
        return adopted or (same and self.inspection_id.level_id) or adopted

    def _covers(self, line):
        """Tell whether the disposition lets a done line take its blocked lot.

        :param line: stock.move.line of one of the disposition's documents
        """
        self.ensure_one()
        if self.revoked_on or line.lot_id not in self._get_lots():
            return False
        usage = line.location_dest_id.usage
        if self.kind == "destroy":
            covered = usage == "inventory" and line.move_id.scrap_id
        elif self.kind == "rework":
            covered = usage == "production" and not line.move_id.scrap_id
        elif self.kind == "return":
            receiver = self._get_receiver(line.lot_id)
            covered = (
                usage in ("supplier", "customer")
                and line.picking_id.partner_id == receiver
            )
        else:
            covered = False
        return bool(covered) and self._is_within_quantity()

    def _is_within_quantity(self):
        """Tell whether the documents took no more than was decided about."""
        lines = (
            self.scrap_ids.move_ids
            | self.picking_ids.move_ids
            | self.production_ids.move_raw_ids
        ).move_line_ids.filtered(
            lambda line: line._is_done() and line.lot_id in self._get_lots()
        )
        taken = sum(lines.mapped("quantity_product_uom"))
        return self.product_id.uom_id.compare(taken, self.quantity) <= 0

    # ---- revoking -----------------------------------------------------------------

    def action_revoke(self, reason):
        """Take back a decision that is not carried out, with a reason.

        :param str reason: why
        :return: True
        """
        self.env["qc.inspection"]._check_manager()
        if not (reason or "").strip():
            raise UserError(self.env._("Give the reason why it is revoked."))
        for disposition in self:
            disposition._check_revocable()
            disposition.production_ids.action_cancel()
            disposition.picking_ids.action_cancel()
            inspection = disposition.result_inspection_id
            own(inspection.sudo()).filtered(
                lambda i: i.state == "ready"
            ).action_cancel()
            own(disposition).write(
                {
                    "revoked_on": fields.Date.context_today(disposition),
                    "revoked_by_id": self.env.uid,
                    "revoke_reason": reason.strip(),
                }
            )
        return True

    def _check_revocable(self):
        documents = [
            *self.production_ids.mapped("state"),
            *self.picking_ids.mapped("state"),
            *self.scrap_ids.mapped("state"),
        ]
        tested = self.result_inspection_id.state in ("success", "failed")
        if self.revoked_on or "done" in documents or tested:
            raise UserError(
                self.env._(
                    "%(number)s is carried out or revoked already and stands.",
                    number=self.name,
                )
            )
