# SPDX-License-Identifier: AGPL-3.0-or-later
"""Queue, sacks, volume, quick tests, ticket and labels."""

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from .common import TollCommon


@tagged("post_install", "-at_install")
class TestIntakeScale(TollCommon):
    def _create(self, *lines, **vals):
        return self.env["factory.intake"].create(
            {
                "partner_id": self.owner_a.id,
                "line_ids": [
                    Command.create({"product_id": self.ginger.id, **line})
                    for line in lines
                ],
                **vals,
            }
        )

    # ---- queue --------------------------------------------------------------------

    def test_queue_numbers_count_the_day_at_the_house(self):
        # Jakarta is UTC+7: 17:00 UTC is midnight, so the third is of the next day
        first = self._create(date="2026-01-05 01:00:00")
        second = self._create(date="2026-01-05 16:59:00")
        third = self._create(date="2026-01-05 17:00:00")
        self.assertEqual((first + second + third).mapped("queue_number"), [1, 2, 1])
        self.assertEqual(str(third.queue_date), "2026-01-06")

    def test_queue_of_each_warehouse(self):
        other = self.env["stock.warehouse"].create(
            {"name": "Gudang 2", "code": "GD2", "company_id": self.company.id}
        )
        day = {"date": "2026-01-05 01:00:00"}
        self._create(**day)
        there = self._create(warehouse_id=other.id, **day)
        self.assertEqual(there.queue_number, 1)
        there.warehouse_id = self.warehouse
        self.assertEqual(there.queue_number, 2)

    def test_many_tickets_at_once_are_numbered_in_their_order(self):
        vals = {"partner_id": self.owner_a.id, "date": "2026-01-05 01:00:00"}
        intakes = self.env["factory.intake"].create([dict(vals) for _ in range(5)])
        self.assertEqual(intakes.mapped("queue_number"), [1, 2, 3, 4, 5])

    def test_client_cannot_choose_a_queue_number(self):
        intake = self._create(queue_number=99, date="2026-01-05 01:00:00")
        self.assertEqual(intake.queue_number, 1)
        with self.assertRaises(UserError):
            intake.queue_number = 7

    # ---- sacks, volume, count -----------------------------------------------------

    def test_sacks_typed_one_after_the_other(self):
        intake = self._create()
        intake.add_sacks(self.ginger.id, "50,4 51\n49.8", 0.2)
        # 50.4 + 51 + 49.8 = 151.2; three sacks of 0.2 = 0.6
        self.assertRecordValues(
            intake.line_ids,
            [{"sack_count": 3, "gross_kg": 151.2, "tare_kg": 0.6, "net_kg": 150.6}],
        )
        self.assertEqual(intake.sack_count, 3)

    def test_a_lot_for_each_sack(self):
        intake = self._create()
        intake.add_sacks(self.ginger.id, [50.4, 51], 0.2, lot_each=True)
        intake.action_accept()
        self.assertEqual(len(intake.lot_ids), 2)
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 101.0)

    def test_weight_that_is_none_is_named(self):
        intake = self._create()
        with self.assertRaisesRegex(UserError, "Sack 2: 'abc'"):
            intake.add_sacks(self.ginger.id, "50 abc")
        self.assertFalse(intake.line_ids)

    def test_sacks_cannot_be_added_to_an_accepted_intake(self):
        intake = self._create({"gross_kg": 5})
        intake.action_accept()
        with self.assertRaises(UserError):
            intake.add_sacks(self.ginger.id, "50")

    def test_given_tare_stands(self):
        intake = self._create({"gross_kg": 50, "tare_kg": 1.5, "sack_count": 3})
        self.assertEqual(intake.line_ids.tare_kg, 1.5)

    def test_logs_go_in_by_volume(self):
        teak = self._create_product(
            "Jati", "lot", self.env.ref("uom.product_uom_cubic_meter")
        )
        intake = self._create({"product_id": teak.id, "gross_kg": 0})
        with self.assertRaisesRegex(UserError, "volume"):
            intake.action_accept()
        # 2.4 m3 less 5 % of rotten wood = 2.28
        intake.line_ids.write(
            {
                "volume_m3": 2.4,
                "deduction_ids": [Command.create({"reason": "rotten", "value": 5})],
            }
        )
        intake.action_accept()
        self.assertEqual(self._get_stock(teak, self.owner_a), 2.28)

    # ---- quick tests --------------------------------------------------------------

    def _create_test_type(self, **vals):
        return self.env["factory.intake.test.type"].create(
            {"name": "Kadar air", "free_limit": 12, "percent_per_point": 1.5, **vals}
        )

    def test_moisture_beyond_the_limit_costs_weight(self):
        moisture = self._create_test_type()
        # 16 % is 4 points beyond 12: 6 % of 100 kg; 0.5 kg of stones on top
        intake = self._create(
            {
                "gross_kg": 100,
                "test_ids": [Command.create({"type_id": moisture.id, "value": 16})],
                "deduction_ids": [
                    Command.create({"reason": "dirt", "kind": "kg", "value": 0.5})
                ],
            }
        )
        self.assertEqual(intake.line_ids.test_ids.deducted_percent, 6)
        self.assertEqual(intake.accepted_kg, 93.5)

    def test_moisture_within_the_limit_is_free(self):
        moisture = self._create_test_type()
        intake = self._create(
            {
                "gross_kg": 100,
                "test_ids": [Command.create({"type_id": moisture.id, "value": 11.9})],
            }
        )
        self.assertEqual(intake.accepted_kg, 100)

    def test_too_little_sugar_costs_weight(self):
        sugar = self._create_test_type(
            name="Brix", direction="below", free_limit=14, percent_per_point=2
        )
        # 12.5 is 1.5 points below 14: 3 %
        intake = self._create(
            {
                "gross_kg": 200,
                "test_ids": [Command.create({"type_id": sugar.id, "value": 12.5})],
            }
        )
        self.assertEqual(intake.accepted_kg, 194)

    def test_later_agreement_does_not_change_what_was_weighed(self):
        moisture = self._create_test_type()
        intake = self._create(
            {
                "gross_kg": 100,
                "test_ids": [Command.create({"type_id": moisture.id, "value": 16})],
            }
        )
        intake.action_accept()
        moisture.percent_per_point = 3
        self.env.flush_all()
        self.env.invalidate_all()
        self.assertEqual(intake.accepted_kg, 94)

    def test_beyond_the_quarantine_limit_goes_to_quarantine(self):
        moisture = self._create_test_type(
            has_quarantine_limit=True, quarantine_limit=20
        )
        intake = self._create(
            {
                "gross_kg": 100,
                "test_ids": [Command.create({"type_id": moisture.id, "value": 21})],
            }
        )
        intake.action_accept()
        self.assertTrue(intake.is_in_quarantine)
        self.assertEqual(self._get_stock(self.ginger, self.owner_a), 0)

    def test_tests_of_an_accepted_intake_stand(self):
        moisture = self._create_test_type()
        intake = self._create(
            {
                "gross_kg": 100,
                "test_ids": [Command.create({"type_id": moisture.id, "value": 16})],
            }
        )
        intake.action_accept()
        draft = self._create({"gross_kg": 1})
        test = intake.line_ids.test_ids
        for change in (
            lambda: test.write({"value": 12}),
            lambda: test.write({"line_id": draft.line_ids.id}),
            lambda: test.unlink(),
            lambda: test.create(
                {"line_id": intake.line_ids.id, "type_id": moisture.id, "value": 1}
            ),
        ):
            with self.assertRaises(UserError), self.cr.savepoint():
                change()
        self.assertEqual(intake.accepted_kg, 94)

    # ---- paper --------------------------------------------------------------------

    def _render(self, report, intake):
        html, _type = self.env["ir.actions.report"]._render_qweb_html(
            f"factory_toll.{report}", intake.ids
        )
        return html.decode()

    def test_a_label_for_each_sack(self):
        intake = self._create({"gross_kg": 150, "sack_count": 3}, {"gross_kg": 20})
        intake.action_accept()
        for report in (
            "report_factory_intake_label",
            "report_factory_intake_label_sheet",
        ):
            html = self._render(report, intake)
            # three of the first lot, one of the second
            self.assertEqual(html.count("data:image/svg"), 4, report)
            first, second = intake.line_ids.lot_id.mapped("name")
            self.assertEqual((html.count(first), html.count(second)), (3, 1), report)

    def test_ticket_shows_queue_tests_and_deductions(self):
        moisture = self._create_test_type(name="Moisture meter")
        intake = self._create(
            {
                "gross_kg": 100,
                "test_ids": [Command.create({"type_id": moisture.id, "value": 16})],
            },
            season="Panen raya",
        )
        self.assertEqual(
            intake.action_accept_print()["report_name"],
            "factory_toll.report_factory_intake",
        )
        self.assertEqual(intake.state, "accepted")
        html = self._render("report_factory_intake", intake)
        for text in ("Moisture meter", "Panen raya", "Queue number"):
            self.assertIn(text, html)
