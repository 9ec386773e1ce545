# SPDX-License-Identifier: AGPL-3.0-or-later
from datetime import date

from odoo.exceptions import AccessError, UserError
from odoo.tests import freeze_time, tagged

from .common import CoopCommon


@tagged("post_install", "-at_install")
@freeze_time("2026-03-10")
class TestDuty(CoopCommon):
    def _calendar(self, **values):
        domain = [("company_id", "=", self.company.id), ("coop_duty_id", "!=", False)]
        domain += [(field, "=", value) for field, value in values.items()]
        return self.env["umkm.obligation"].search(domain, order="date_due")

    def _duty(self, key):
        return self.env.ref(f"coop_membership.coop_duty_{key}")

    def test_set_up_enters_the_year(self):
        paid = self._calendar(coop_duty_id=self._duty("tax_withheld_pay").id)
        self.assertEqual(len(paid), 12)
        # of January on 15 February, of December on 15 January of the next year
        self.assertEqual(paid[0].date_due, date(2026, 2, 15))
        self.assertEqual(paid[-1].date_due, date(2027, 1, 15))
        self.assertTrue(paid[0].rule)
        meeting = self._calendar(coop_duty_id=self._duty("annual_meeting").id)
        self.assertEqual(meeting.mapped("date_due"), [date(2027, 3, 31)])
        half_year = self._calendar(coop_duty_id=self._duty("report_half_year").id)
        self.assertEqual(
            half_year.mapped("date_due"), [date(2026, 7, 20), date(2027, 1, 20)]
        )

    def test_second_run_adds_nothing_and_keeps_what_was_done(self):
        first = self._calendar()
        first[0].action_done("2026-02-01")
        first[1].date_due = "2026-02-28"
        count = self.env["coop.duty"].action_create_obligations(2026, self.company.id)
        self.assertEqual(count, 0)
        self.assertEqual(self._calendar(), first)
        self.assertTrue(first[0].date_done)

    def test_vat_is_the_duty_of_taxable_companies(self):
        vat = self._duty("tax_vat")
        self.assertFalse(self._calendar(coop_duty_id=vat.id))
        self.company.is_taxable_enterprise = True
        vat.action_create_obligations(2026, self.company.id)
        self.assertEqual(len(self._calendar(coop_duty_id=vat.id)), 12)

    def test_law_that_ended_makes_no_more_days(self):
        duty = self._duty("tax_turnover")
        duty.date_to = "2027-06-30"
        duty.action_create_obligations(2027, self.company.id)
        days = self._calendar(coop_duty_id=duty.id).mapped("date_due")
        self.assertEqual(days[-1], date(2027, 7, 15))

    def test_who_did_it_last_does_it_next(self):
        accountant = self._new_user("accountant")
        duty = self._duty("tax_year")
        self._calendar(coop_duty_id=duty.id).responsible_id = accountant
        duty.with_user(self.env.ref("base.user_root")).sudo()._create_for(
            self.company, 2027
        )
        later = self._calendar(coop_duty_id=duty.id)[-1]
        self.assertEqual(later.responsible_id, accountant)

    def test_cron_enters_each_cooperative(self):
        self._calendar().unlink()
        self.env["coop.duty"]._cron_create_obligations()
        self.assertTrue(self._calendar())

    def test_accountant_changes_only_duties_of_the_own_company(self):
        accountant = self._new_user("accountant")
        with self.assertRaises(AccessError):
            self._duty("tax_vat").with_user(accountant).write({"day": 5})
        own = (
            self.env["coop.duty"]
            .with_user(accountant)
            .create(
                {
                    "name": "Laporan ke dinas",
                    "rule": "Perjanjian 01/2026",
                    "interval_months": "3",
                    "day": 10,
                    "date_from": "2026-01-01",
                    "company_id": self.company.id,
                }
            )
        )
        self.assertEqual(own.action_create_obligations(2026, self.company.id), 4)
        other = self._create_cooperative("Lain")
        with self.assertRaises(UserError):
            own.action_create_obligations(2026, other.id)
        stranger = self._new_user("accountant", other)
        foreign = self.env(user=stranger, context={})
        self.assertNotIn(own, foreign["coop.duty"].search([]))

    def test_legal_dates_come_with_source_and_are_to_be_verified(self):
        duties = self.env["coop.duty"].search([("company_id", "=", False)])
        self.assertTrue(duties)
        for duty in duties:
            self.assertTrue(duty.rule and duty.date_from, duty.name)
            self.assertFalse(duty.verified_on, duty.name)

    def test_accountant_makes_a_legal_date_the_cooperatives_own(self):
        general = self._duty("tax_withheld_pay")
        accountant = self._new_user("accountant")
        mine = self.env(
            user=accountant, context={"allowed_company_ids": self.company.ids}
        )
        paid = self._calendar(coop_duty_id=general.id)
        paid[0].action_done("2026-02-10")
        own = mine["coop.duty"].browse(general.with_env(mine).action_adopt()["res_id"])
        self.assertEqual(own.company_id, self.company)
        own.write({"day": 10, "rule": "PMK 99/2026 art. 3", "date_from": "2026-03-31"})
        own.action_verify()
        self.assertEqual(own.verified_by_id, accountant)
        self.assertEqual(own.verified_on, date(2026, 3, 10))
        mine["coop.duty"].action_create_obligations(2026, self.company.id)
        # January (done) and February by the general rule, from March on by the own one
        self.assertEqual(
            self._calendar(coop_duty_id=general.id).mapped("date_due"),
            [date(2026, 2, 15), date(2026, 3, 15)],
        )
        days = self._calendar(coop_duty_id=own.id).mapped("date_due")
        self.assertEqual((len(days), days[0]), (10, date(2026, 4, 10)))
        self.assertEqual(
            mine["coop.duty"].action_create_obligations(2026, self.company.id), 0
        )
        # nobody else's calendar changes
        other = self._create_cooperative("Lain")
        foreign = self.env["umkm.obligation"].search(
            [("company_id", "=", other.id), ("coop_duty_id", "=", general.id)]
        )
        self.assertEqual(len(foreign), 12)

    def test_period_that_was_done_is_not_asked_again(self):
        general = self._duty("tax_withheld_pay")
        self._calendar(coop_duty_id=general.id)[0].action_done("2026-02-10")
        own = self.env["coop.duty"].browse(general.action_adopt()["res_id"])
        self.env["coop.duty"].action_create_obligations(2026, self.company.id)
        self.assertEqual(len(self._calendar(coop_duty_id=general.id)), 1)
        self.assertEqual(len(self._calendar(coop_duty_id=own.id)), 11)

    def test_change_moves_open_days_and_is_to_be_verified_again(self):
        general = self._duty("tax_withheld_pay")
        own = self.env["coop.duty"].browse(general.action_adopt()["res_id"])
        own.action_create_obligations(2026, self.company.id)
        days = self._calendar(coop_duty_id=own.id)
        days[0].action_done("2026-02-01")
        days[1].date_due = "2026-03-31"
        own.action_verify()
        own.remind_days = 3
        self.assertTrue(own.verified_on)
        own.day = 20
        self.assertFalse(own.verified_on or own.verified_by_id)
        self.assertEqual(
            days.mapped("date_due")[:3],
            [date(2026, 2, 15), date(2026, 3, 31), date(2026, 4, 20)],
        )
        with self.assertRaises(UserError):
            own.verified_on = "2026-01-01"
        with self.assertRaises(UserError):
            own.action_adopt()
