# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import timedelta

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import SharingCommon


@tagged("post_install", "-at_install")
class TestBookingClass(SharingCommon):
    """Siti is a member, Budi is none; the clock stands at 2 March 2026."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.own, cls.other = cls.env["coop.member.class"].create(
            [{"name": "Petani", "code": "T-P"}, {"name": "Luar biasa", "code": "T-L"}]
        )
        cls.siti.class_id = cls.own
        cls.special, cls.members, cls.guests = cls.env["factory.booking.class"].create(
            [
                {
                    "name": "Luar biasa",
                    "sequence": 1,
                    "audience": "member",
                    "member_class_ids": cls.other.ids,
                },
                {"name": "Anggota", "sequence": 2, "audience": "member"},
                {"name": "Bukan anggota", "sequence": 3, "audience": "non_member"},
            ]
        )

    def _book(self, partner, day, hours=1):
        start = fields.Datetime.now() + timedelta(days=day)
        return self.env["factory.booking"].create(
            {
                "workcenter_id": self.oven.id,
                "partner_id": partner.id,
                "date_start": start,
                "date_end": start + timedelta(hours=hours),
            }
        )

    def test_class_follows_membership(self):
        self.assertEqual(self._book(self.siti.partner_id, 0).class_id, self.members)
        self.assertEqual(self._book(self.budi, 1).class_id, self.guests)
        self.siti.class_id = self.other
        self.assertEqual(self._book(self.siti.partner_id, 2).class_id, self.special)

    def test_quota_of_all_who_are_no_members(self):
        """Non-members have 3 hours of a week together; members have no quota."""
        ani = self.env["res.partner"].create({"name": "Ani (contoh)"})
        self.env["factory.booking.quota"].create(
            {
                "class_id": self.guests.id,
                "is_shared": True,
                "period": "week",
                "max_hours": 3,
            }
        )
        self._book(self.budi, 0, hours=2)
        with self.assertRaisesRegex(ValidationError, "Bukan anggota would have 4:00"):
            with self.env.cr.savepoint():
                self._book(ani, 1, hours=2)
        self._book(self.siti.partner_id, 1, hours=4)
