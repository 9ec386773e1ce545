# SPDX-License-Identifier: AGPL-3.0-or-later
from io import BytesIO

from odoo.exceptions import AccessError, UserError, ValidationError
from odoo.tests import freeze_time, tagged
from odoo.tools.pdf import PdfReader

from .common import FactoryPlanningCommon


@tagged("post_install", "-at_install")
class TestFloor(FactoryPlanningCommon):
    """``monday`` 08:30 in Jakarta is 01:30 UTC."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.booking = cls._book(8, 10)
        cls.booking.action_confirm()

    def _start(self):
        with freeze_time(self._at(8)):
            self.booking.action_start()

    def test_more_time_moves_the_end_and_the_calendar(self):
        self._start()
        with freeze_time(self._at(8.5)):
            self.booking.action_extend(30)
        self.assertEqual(self.booking.date_end, self._at(10.5))
        self.assertEqual(self.booking.leave_id.date_to, self._at(10.5))
        self.assertEqual(self.booking.state, "in_use")

    @freeze_time("2026-01-05 01:30:00")
    def test_room_ends_at_the_next_booking_and_at_the_longest(self):
        self._start()
        # twelve hours are looked ahead
        self.assertEqual(self.booking._get_room_minutes(), 12 * 60)
        self.centre.booking_max_minutes = 3 * 60
        # two of three hours are taken
        self.assertEqual(self.booking._get_room_minutes(), 60)
        self.centre.time_start = 10
        self._book(11, 12, setup_minutes=10)
        # kept from 10:50 on
        self.assertEqual(self.booking._get_room_minutes(), 50)
        self.assertEqual(self.booking._get_extensions(), [15, 30])

    @freeze_time("2026-01-05 01:30:00")
    def test_room_ends_at_a_closing(self):
        self._start()
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Listrik padam",
                "calendar_id": self.calendar.id,
                "date_from": self._at(10.5),
                "date_to": self._at(12),
            }
        )
        self.assertEqual(self.booking._get_room_minutes(), 30)
        with self._refused(ValidationError, "Listrik padam"):
            self.booking.action_extend(60)
        self.assertEqual(self.booking.date_end, self._at(10))

    def test_notice_does_not_bind_what_has_begun(self):
        self.centre.booking_notice_hours = 24
        self._start()
        with freeze_time(self._at(8.5)):
            self.booking.action_extend(15)
        self.assertEqual(self.booking.date_end, self._at(10.25))

    def test_only_running_bookings_get_more_time(self):
        with self._refused(UserError, "running"):
            self.booking.action_extend(15)
        self._start()
        for minutes in (0, -15, False):
            with self._refused(UserError, "minutes"):
                self.booking.action_extend(minutes)
        auditor = self._create_user("floor_model_auditor", "auditor")
        with self.assertRaises(AccessError):
            self.booking.with_user(auditor).action_extend(15)

    def test_work_order_needs_no_more_time(self):
        order = self._create_order(self._at(13))
        with freeze_time(self._at(13)):
            order.button_start()
        with self._refused(UserError, "work order"):
            order.booking_id.action_extend(15)

    def test_status_of_the_centre(self):
        centre = self.centre
        with freeze_time(self._at(7)):
            self.assertEqual(centre.booking_status, "idle")
        centre.invalidate_recordset()
        with freeze_time(self._at(8.25)):
            self.assertEqual(centre.booking_status, "late")
        self._start()
        centre.invalidate_recordset()
        self.assertEqual(centre.booking_status, "in_use")
        with freeze_time(self._at(9)):
            centre.action_breakdown()
        centre.invalidate_recordset()
        self.assertEqual(centre.booking_status, "broken")

    def test_partner_leads_to_the_bookings(self):
        self.assertEqual((self.siti.booking_count, self.budi.booking_count), (1, 0))
        action = self.siti.action_view_bookings()
        found = self.env["factory.booking"].search(action["domain"])
        self.assertEqual(found, self.booking)
        teller = self._create_user("floor_model_teller", "teller")
        self.assertEqual(self.siti.with_user(teller).booking_count, 0)

    def test_code_of_the_page_stays_until_it_is_renewed(self):
        first = self.centre._get_floor_url()
        self.assertEqual(self.centre._get_floor_url(), first)
        operator = self._create_user("floor_model_operator", "operator")
        with self.assertRaises(AccessError):
            self.centre.with_user(operator).action_renew_floor_token()
        self.centre.action_renew_floor_token()
        self.assertNotEqual(self.centre._get_floor_url(), first)

    def test_work_done_before_midnight_ended_today(self):
        # planned for the first hour of tomorrow, done in the last minutes of today
        booking = self._book(24, 25, override_reason="Uji")
        booking.action_confirm()
        with freeze_time(self._at(23.9)):
            booking.action_start()
        with freeze_time(self._at(23.95)):
            booking.action_finish()
            self.assertIn(booking, self.centre._get_floor_day()["past"])
        with freeze_time(self._at(24.5)):
            self.assertIn(booking, self.centre._get_floor_day()["past"])

    def test_label_has_a_page_for_each_machine(self):
        centres = self.centre | self._create_centre("Pengayak")
        report = self.env["ir.actions.report"].with_context(
            force_report_rendering=True, lang="id_ID"
        )
        pdf, kind = report._render_qweb_pdf(
            "factory_booking.report_mrp_workcenter_label", centres.ids
        )
        self.assertEqual(kind, "pdf")
        pages = [page.extract_text() for page in PdfReader(BytesIO(pdf)).pages]
        self.assertEqual(len(pages), 2)
        for centre, text in zip(centres, pages, strict=True):
            self.assertIn(centre.name, text)
            self.assertIn(centre.floor_token, text.replace("\n", ""))
