# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import fields, models


class ResPartner(models.Model):
    _inherit = "res.partner"

    booking_ids = fields.One2many("factory.booking", "partner_id", "Bookings")
