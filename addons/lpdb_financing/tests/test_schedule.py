# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestSchedule(LpdbCommon):
    """Versions: computed, of the lender, and after payments."""

    def _import(self, interest=None, **values):
        interest = interest or self.INTEREST
        return self.env["lpdb.schedule"].create(
            {
                "facility_id": self.facility.id,
                "kind": "imported",
                "source": "Surat contoh 1/2014",
                "line_ids": [
                    Command.create(
                        {
                            "n": n,
                            "due": f"{2014 + (n + 2) // 12}-{(n + 2) % 12 + 1:02}-24",
                            "principal": principal,
                            "interest": interest[n - 1],
                        }
                    )
                    for n, principal in enumerate(self.PRINCIPAL, start=1)
                ],
                **values,
            }
        )

    def test_schedule_is_the_published_one(self):
        self._draw()
        lines = self.facility.instalment_ids.sorted("n")
        self.assertEqual(lines.mapped("principal"), self.PRINCIPAL)
        self.assertEqual(lines.mapped("interest"), self.INTEREST)
        self.assertRecordValues(
            lines[0] + lines[-1],
            [
                {"n": 1, "payment": 508_334, "balance": 4_583_333, "rest": 508_334},
                {"n": 12, "payment": 424_302, "balance": 0, "rest": 424_302},
            ],
        )
        self.assertEqual(str(lines[0].due), "2014-04-24")
        self.assertEqual(str(lines[-1].due), "2015-03-24")

    def test_computing_again_makes_no_version(self):
        self._draw()
        schedule = self.facility.schedule_id
        self.assertEqual(self.facility.action_compute_schedule(), schedule.id)
        self.assertEqual(len(self.facility.schedule_ids), 1)

    def test_computing_without_draw_is_refused(self):
        self.facility.action_sign()
        with self.assertRaisesRegex(UserError, "Nothing is drawn"):
            self.facility.action_compute_schedule()

    def test_second_draw_keeps_paid_rows(self):
        self._draw(amount=2_400_000)
        first = self.facility.schedule_id
        self._pay("2014-04-24")
        self._draw(date="2014-04-24", amount=2_200_000)
        second = self.facility.schedule_id
        self.assertEqual((first.state, second.version), ("superseded", 2))
        lines = second.line_ids.sorted("n")
        # 2,400,000 / 12 = 200,000; then 4,400,000 / 11 = 400,000
        self.assertEqual(lines.mapped("principal"), [200_000] + [400_000] * 11)
        self.assertEqual(lines[0].state, "paid")
        self.assertEqual(lines[0].origin_id, first.line_ids.sorted("n")[0])
        self.assertEqual(len(first.line_ids), 12)
        # the second instalment is paid on the second version
        self._pay("2014-05-24")
        self.assertEqual(self.facility.outstanding, 4_000_000)

    def test_rate_change_makes_a_version(self):
        self._draw()
        self._pay("2014-04-24")
        self.facility.rate_ids = [
            Command.create(
                {"date_from": "2014-04-24", "annual_rate": 11, "source": "contoh"}
            )
        ]
        # 4,583,333 x 11 % / 12 = 42,013.9
        self.assertEqual(self.facility.instalment_ids.sorted("n")[1].interest, 42_014)

    def test_imported_schedule_wins_and_shows_the_difference(self):
        self._draw()
        # the lender's letter asks Rp33 more in the first row
        schedule = self._import([91_700, *self.INTEREST[1:]])
        schedule.action_activate()
        self.assertEqual(self.facility.schedule_id, schedule)
        self.assertEqual(schedule.difference, 33)
        lines = schedule.line_ids.sorted("n")
        self.assertEqual(lines[0].difference, 33)
        self.assertEqual(lines[0].computed_interest, 91_667)
        self.assertEqual(set(lines[1:].mapped("difference")), {0})
        self.assertEqual(lines[0].balance, 4_583_333)
        self.assertEqual(self.facility.action_compute_schedule(), schedule.id)
        self.assertEqual(self.facility.schedule_id, schedule)

    def test_imported_schedule_keeps_paid_rows(self):
        self._draw()
        self._pay("2014-04-24")
        with self.assertRaisesRegex(UserError, "row 1 has payments"):
            self._import([91_700, *self.INTEREST[1:]]).action_activate()
        schedule = self._import([91_667, 84_100, *self.INTEREST[2:]])
        schedule.action_activate()
        self.assertEqual(schedule.line_ids.sorted("n")[0].state, "paid")
        self.assertEqual(self.facility.instalment_ids.sorted("n")[1].rest, 500_767)

    def test_imported_principal_must_be_what_is_drawn(self):
        self._draw()
        schedule = self._import()
        schedule.line_ids[0].principal = 1
        with self.assertRaisesRegex(UserError, "adds up to"):
            schedule.action_activate()

    def test_imported_rows_must_be_in_order(self):
        self._draw()
        schedule = self._import()
        schedule.line_ids.sorted("n")[0].due = "2014-09-01"
        with self.assertRaisesRegex(UserError, "must rise"):
            schedule.action_activate()

    def test_rows_in_force_are_immutable(self):
        self._draw()
        line = self.facility.instalment_ids[0]
        for field, value in (("principal", 1), ("due", "2014-05-01")):
            with self.assertRaises(UserError):
                line[field] = value
        with self.assertRaises(UserError):
            line.unlink()
        with self.assertRaises(UserError):
            self.facility.schedule_id.line_ids = [
                Command.create({"n": 13, "due": "2016-01-01", "principal": 0})
            ]
        with self.assertRaises(UserError):
            self.facility.schedule_id.unlink()

    def test_computed_schedule_is_not_typed(self):
        user = self.env.ref("base.user_admin")
        user.company_ids |= self.company
        with self.assertRaises(ValidationError):
            self.env["lpdb.schedule"].with_user(user).create(
                {"facility_id": self.facility.id, "kind": "computed"}
            )

    def test_row_does_not_move_into_the_schedule_in_force(self):
        self._draw()
        schedule = self._import()
        with self.assertRaisesRegex(UserError, "is in force or was"):
            schedule.line_ids[:1].write(
                {"schedule_id": self.facility.schedule_id.id, "n": 99}
            )

    def test_every_day_of_a_holiday_counts(self):
        # 28 to 30 March 2014 in Jakarta (UTC+7)
        self.env["resource.calendar.leaves"].create(
            {
                "name": "Libur uji",
                "company_id": self.company.id,
                "calendar_id": False,
                "resource_id": False,
                "date_from": "2014-03-27 17:00:00",
                "date_to": "2014-03-30 16:59:59",
            }
        )
        days = {str(day) for day in self.facility._public_holidays()}
        self.assertLessEqual({"2014-03-28", "2014-03-29", "2014-03-30"}, days)
        self.assertFalse({"2014-03-27", "2014-03-31"} & days)

    def test_rows_are_not_written_by_way_of_the_loan(self):
        self._draw()
        row = self.facility.instalment_ids.sorted("n")[-1]
        for command in (
            Command.delete(row.id),
            Command.unlink(row.id),
            Command.update(row.id, {"interest": 1}),
            Command.clear(),
            Command.create({"n": 99, "due": "2027-01-01"}),
        ):
            with self.assertRaisesRegex(UserError, "Instalments in force"):
                self.facility.write({"instalment_ids": [command]})
        with self.assertRaisesRegex(UserError, "Instalments in force"):
            self.facility.create({"instalment_ids": [Command.create({"n": 1})]})
        self.assertTrue(row.exists())
