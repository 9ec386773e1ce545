# SPDX-License-Identifier: AGPL-3.0-or-later
"""Tests of what is weighed in: asked for at once, released by passing."""

from odoo import models
from odoo.exceptions import UserError

from .quality_token import own


class FactoryIntake(models.Model):
    _inherit = "factory.intake"

    def _receive(self):
        """Ask for the tests that the warehouse adopted; what must pass waits apart."""
        self.ensure_one()
        adoptions = self._get_intake_adoptions()
        tested = {p for p, adoption in adoptions.items() if adoption.is_required}
        put_apart = bool(tested) and not self.to_quarantine
        if put_apart:
            self._own().to_quarantine = True
        result = super()._receive()
        inspections = self.env["qc.inspection"]
        for lot in self.line_ids.lot_id:
            adoption = adoptions.get(lot.product_id)
            if adoption:
                inspections._start(
                    lot,
                    adoption.level_id,
                    stage="intake",
                    adoption_id=adoption.id,
                    is_required=adoption.is_required,
                    date=self.date,
                )
        if put_apart:
            # what is not tested did not need to wait with the rest
            self.line_ids.lot_id.filtered(
                lambda lot: lot.product_id not in tested
            )._leave_quarantine()
        return result

    def _get_intake_adoptions(self):
        return self.env["factory.quality.adoption"]._get_for(
            self.warehouse_id,
            self.line_ids.product_id,
            self.company_id._local_date(self.date),
            "intake",
        )

    def _set_quarantine_left(self):
        """Note which accepted intakes still have something in quarantine."""
        for intake in self.filtered("is_in_quarantine"):
            if not intake.line_ids.lot_id._get_quarantine_quants():
                intake._own().is_in_quarantine = False

    def _reverse(self):
        """Give back also what waits for a test; a failed lot needs a decision."""
        lots = self.line_ids.lot_id
        failed = lots.filtered(lambda lot: lot.quality_state == "failed")
        if failed:
            raise UserError(
                self.env._(
                    "Lot %(lots)s of intake %(ticket)s failed its test. Return it to "
                    "its owner by a disposition, which says who decided and why.",
                    lots=", ".join(failed.mapped("name")),
                    ticket=self.name,
                )
            )
        result = super(FactoryIntake, own(self))._reverse()
        own(lots._get_open_inspections().sudo()).action_cancel()
        return result
