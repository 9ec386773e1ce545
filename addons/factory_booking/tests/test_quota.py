# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, new_test_user, tagged
from odoo.tools import mute_logger

from .common import FactoryBookingCommon


class QuotaCommon(FactoryBookingCommon):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tag = cls.env["res.partner.category"].create({"name": "Bukan anggota"})
        cls.guests = cls.env["factory.booking.class"].create(
            {"name": "Tamu", "category_ids": cls.tag.ids, "priority": "0"}
        )

    @classmethod
    def _create_quota(cls, **vals):
        return cls.env["factory.booking.quota"].create(
            {"workcenter_id": cls.centre.id, "period": "week", **vals}
        )


@tagged("post_install", "-at_install")
class TestQuota(QuotaCommon):
    def test_hours_of_a_week(self):
        """2 + 3 of 5 hours are used; one minute more is refused."""
        self._create_quota(max_hours=5)
        self._book(8, 10)
        self._book(13, 16, day=4)
        # BaseCommon speaks English; the dates are those of the language
        self.env["res.lang"]._lang_get(
            self.env.lang or "en_US"
        ).date_format = "%d/%m/%Y"
        with self._refused(
            ValidationError,
            r"Siti \(contoh\) would have 5:01 of 5:00 hours on Pengering from "
            r"05/01/2026 to 11/01/2026",
        ):
            self._book(10, 10 + 1 / 60, day=2)
        # the next Monday is another week, and Budi is somebody else
        self._book(8, 12, day=7)
        self._book(10, 12, partner_id=self.budi.id)

    def test_count_of_a_day_by_the_clock_of_the_centre(self):
        """Sunday 23:00 UTC is Monday 06:00 in Jakarta: the same day as 08:00."""
        self._create_quota(period="day", max_count=1)
        self._book(6, 7)
        with self._refused(ValidationError, "2 of 1 bookings"):
            self._book(8, 9)
        # 23:30 and 00:30 local are two days, though one day in UTC
        self._book(23.5, 23.75, day=1)
        self._book(24.5, 24.75, day=1)

    def test_month_over_all_centres(self):
        other = self._create_centre("Penggiling")
        self._create_quota(workcenter_id=False, period="month", max_hours=4)
        self._book(8, 10)
        self._book(8, 10, workcenter_id=other.id)
        with self._refused(ValidationError, "on all centres from 01/01/2026"):
            self._book(10, 11, workcenter_id=other.id)
        self._book(8, 10, day=27)  # Sunday 1 February

    @freeze_time("2026-01-05 00:00:00")
    def test_ahead_at_one_time(self):
        self._create_quota(period="ahead", max_count=1)
        first = self._book(8, 9)
        with self._refused(ValidationError, "2 of 1 bookings ahead"):
            self._book(8, 9, day=20)
        with freeze_time(self._at(9)):
            first.action_start()
            self._book(8, 9, day=20)

    def test_what_came_to_nothing_uses_nothing(self):
        self._create_quota(max_count=1)
        first = self._book(8, 9)
        first.action_cancel()
        second = self._book(8, 9)
        second.action_confirm()
        with freeze_time(self._at(12)):
            self.env["factory.booking"]._cron_update_states()
        self.assertEqual(second.state, "no_show")
        with self._refused(ValidationError, "2 of 1 bookings"):
            self._book(10, 11)

    def test_moving_does_not_count_twice(self):
        self._create_quota(max_hours=2)
        booking = self._book(8, 10)
        booking.action_confirm()
        moved = booking.action_reschedule("2026-01-06 02:00:00", "2026-01-06 04:00:00")
        self.assertEqual(moved.state, "confirmed")
        with self._refused(ValidationError, "3:00 of 2:00 hours"):
            moved.date_end = self._at(12, day=1)

    def test_another_user_cannot_be_entered_over_his_quota(self):
        self._create_quota(max_count=1)
        self._book(8, 9)
        booking = self._book(9, 10, partner_id=self.budi.id)
        with self._refused(ValidationError, "2 of 1 bookings"):
            booking.partner_id = self.siti

    def test_most_particular_quota_holds(self):
        """Everybody 1 hour, guests 2 hours, Budi (a guest) 3 hours."""
        self.siti.category_id = self.budi.category_id = self.tag
        self._create_quota(max_hours=1)
        self._create_quota(max_hours=2, class_id=self.guests.id)
        self._create_quota(max_hours=3, partner_id=self.budi.id)
        ani = self.env["res.partner"].create({"name": "Ani (contoh)"})
        for day, (partner, hours) in enumerate(
            ((ani, 1), (self.siti, 2), (self.budi, 3))
        ):
            with self._refused(ValidationError, f"of {hours}:00 hours"):
                self._book(8, 8 + hours + 0.5, day=day, partner_id=partner.id)
            self._book(8, 8 + hours, day=day, partner_id=partner.id)

    def test_class_counted_together(self):
        self.siti.category_id = self.budi.category_id = self.tag
        self._create_quota(max_hours=3, class_id=self.guests.id, is_shared=True)
        self._book(8, 10)
        with self._refused(ValidationError, "Tamu would have 4:00 of 3:00 hours"):
            self._book(10, 12, partner_id=self.budi.id)
        ani = self.env["res.partner"].create({"name": "Ani (contoh)"})
        self._book(10, 12, partner_id=ani.id)

    def test_persons_of_a_firm_share_its_quota(self):
        firm = self.env["res.partner"].create({"name": "PT Uji", "is_company": True})
        one, two = self.env["res.partner"].create(
            [{"name": name, "parent_id": firm.id} for name in ("A", "B")]
        )
        self._create_quota(max_count=1)
        self._book(8, 9, partner_id=one.id)
        with self._refused(ValidationError, "2 of 1 bookings"):
            self._book(9, 10, partner_id=two.id)

    def test_own_production_and_override_are_free(self):
        self._create_quota(max_hours=1)
        self._book(8, 12, kind="own", partner_id=False)
        self._book(13, 17, override_reason="Panen raya")

    def test_bulk_is_counted_as_a_whole(self):
        self._create_quota(max_count=2)
        with self._refused(ValidationError, "3 of 2 bookings"):
            self.env["factory.booking"].create(
                [self._prepare_vals(8 + n, 9 + n) for n in range(3)]
            )
        self.assertFalse(self.centre.booking_count)

    @mute_logger("odoo.sql_db")
    def test_quota_needs_a_limit_and_is_the_only_one(self):
        with self._refused(Exception, "limits_positive"):
            self._create_quota()
        self._create_quota(max_hours=1)
        with self._refused(Exception, "one_each"):
            self._create_quota(max_hours=2)

    def test_class_gives_the_priority(self):
        self.guests.priority = "2"
        self.siti.category_id = self.tag
        self.assertEqual(self._book(8, 9).priority, "2")
        self.assertEqual(self._book(9, 10, partner_id=self.budi.id).priority, "0")

    def test_class_cannot_be_written(self):
        with self.assertRaisesRegex(UserError, "through its actions"):
            self._book(8, 9).class_id = self.guests

    def test_use_is_told(self):
        self._create_quota(max_hours=5)
        booking = self._book(8, 10)
        use = self.env["factory.booking.quota"].get_use(
            self.siti.id, self.centre.id, "2026-01-05 03:00:00"
        )
        self.assertEqual(len(use), 1)
        self.assertLessEqual(
            {
                "period": "week",
                "date_from": "2026-01-05",
                "date_to": "2026-01-11",
                "hours": 2.0,
                "max_hours": 5.0,
                "count": 1,
                "max_count": 0,
            }.items(),
            use[0].items(),
        )
        self.assertIn("2:00 of 5:00 hours", booking.rule_notice)

    def test_portal_user_learns_his_own_use_only(self):
        self._create_quota(max_hours=5)
        portal = new_test_user(
            self.env,
            login="quota_portal",
            groups="base.group_portal",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        quotas = self.env["factory.booking.quota"].with_user(portal)
        use = quotas.get_use(portal.partner_id.id, self.centre.id)
        self.assertEqual(use[0]["hours"], 0.0)
        with self.assertRaises(AccessError):
            quotas.get_use(self.siti.id, self.centre.id)
        with self.assertRaises(AccessError):
            quotas.search([])

    def test_access_by_role_and_company(self):
        quota = self._create_quota(max_hours=5)
        other = self.env["res.company"].create({"name": "RPB Lain"})
        operator = self._create_user("quota_operator", "operator")
        auditor = self._create_user("quota_auditor", "auditor")
        manager = self._create_user("quota_manager", "factory_manager")
        stranger = self._create_user("quota_stranger", "factory_manager", other)
        for user in (operator, auditor):
            self.assertEqual(quota.with_user(user).max_hours, 5)
            with self._refused(AccessError, "."):
                quota.with_user(user).max_hours = 6
        quota.with_user(manager).max_hours = 6
        with self._refused(AccessError, "."):
            quota.with_user(stranger).read(["max_hours"])
        with self._refused(AccessError, "."):
            self.guests.with_user(stranger).read(["name"])
        quotas = self.env["factory.booking.quota"].with_user(stranger)
        with self._refused(AccessError, "."):
            quotas.with_context(allowed_company_ids=other.ids).get_use(
                self.siti.id, self.centre.id
            )
        # a quota binds also an operator who enters the booking
        self._book(8, 12)
        with self._refused(ValidationError, "8:00 of 6:00 hours"):
            self.env["factory.booking"].with_user(operator).create(
                self._prepare_vals(13, 17)
            )
