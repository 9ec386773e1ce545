# SPDX-License-Identifier: AGPL-3.0-or-later
from markupsafe import Markup

from odoo import models

from odoo.addons.umkm_base.tools.qr_code import qr_svg

from ..tools.register_number import RegisterNumberError, parse_register_number


class MaintenanceEquipment(models.Model):
    """Register numbers, the next free one of owner and goods code, and labels."""

    _name = "maintenance.equipment"
    _inherit = "maintenance.equipment"

    def action_assign_register_number(self):
        """Give a register number to machines that have owner and code but no number."""
        self.check_access("write")
        self._assign_register_numbers()
        return True

    def _get_label_qr(self):
        """Return the QR code of the label as SVG."""
        self.ensure_one()
        return Markup(qr_svg(self.label_code))

    def _assign_register_numbers(self):
        counters = self.env["grant.register.counter"]
        waiting = self.filtered(
            lambda one: one.owner_id and one.goods_code and not one.register_number
        )
        for (owner, code), machines in waiting.grouped(
            lambda one: (one.owner_id, one.goods_code)
        ).items():
            numbers = counters._reserve(owner, code, len(machines))
            for machine, number in zip(machines.sorted("id"), numbers, strict=True):
                machine._guard_opened().register_number = number

    def _note_given_register_numbers(self):
        """Let the counters go on after numbers that came with the data."""
        highest = {}
        for machine in self:
            if machine.owner_id and machine.goods_code and machine.register_number:
                try:
                    position = parse_register_number(machine.register_number)
                except RegisterNumberError:
                    # The database says so to the user, with the field's own message.
                    continue
                key = (machine.owner_id, machine.goods_code)
                highest[key] = max(position, highest.get(key, 0))
        for (owner, code), position in highest.items():
            self.env["grant.register.counter"]._raise_to(owner, code, position)
