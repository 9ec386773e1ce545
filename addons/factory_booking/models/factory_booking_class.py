# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import api, fields, models

from .factory_booking import PRIORITIES


class FactoryBookingClass(models.Model):
    """Users of machines that are treated alike: quota, priority.

    By contact tags here; the cooperative's addon adds classes of members.
    """

    _name = "factory.booking.class"
    _description = "Class of Machine Users"
    _order = "sequence, id"
    _check_company_auto = True

    name = fields.Char(required=True, translate=True)
    sequence = fields.Integer(
        default=10, help="Who fits several classes is in the first of them."
    )
    active = fields.Boolean(default=True)
    company_id = fields.Many2one(
        "res.company", required=True, index=True, default=lambda self: self.env.company
    )
    category_ids = fields.Many2many(
        "res.partner.category",
        string="Contact tags",
        help="Users with one of these tags are in the class, and so are the persons "
        "of a firm that has it.",
    )
    priority = fields.Selection(
        PRIORITIES,
        default="0",
        required=True,
        help="Priority of the bookings of these users when nobody changes it.",
    )
    quota_ids = fields.One2many("factory.booking.quota", "class_id", "Quotas")

    _name_uniq = models.Constraint(
        "UNIQUE (company_id, name)", "A class of users with this name exists already."
    )

    @api.model
    def _get_all(self, company):
        """Return the classes of a company in the order in which they are tried."""
        # sudo: in which class somebody is decides for whoever enters the booking
        return self.sudo().search([("company_id", "=", company.id)])

    def _assign(self, bookings):
        """Set the class of bookings of one company."""
        groups = bookings.grouped(
            lambda b: b.company_id._origin._local_date(b.date_start or None)
        )
        for day, group in groups.items():
            found = self._match(group.partner_id._origin, day)
            for booking in group:
                booking.class_id = found.get(booking.partner_id._origin.id, False)

    def _match(self, partners, day):
        """Return the first of the classes that each user is in.

        :param partners: ``res.partner``
        :param date day: local day of the booking
        :return: {partner id: class}; users in no class are left out
        """
        # sudo: tags of a user count for whoever enters the booking
        waiting, found = partners.sudo(), {}
        for booking_class in self:
            inside = booking_class._filter_partners(waiting, day)
            found.update((partner.id, booking_class) for partner in inside)
            waiting -= inside
        return found

    def _filter_partners(self, partners, day):
        """Return those of the partners who are in the class; addons add their own.

        :param date day: local day of the booking
        """
        self.ensure_one()
        tags = self.category_ids
        return partners.filtered(
            lambda p: (p.category_id | p.commercial_partner_id.category_id) & tags
        )
