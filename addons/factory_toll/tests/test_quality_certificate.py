# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from odoo.addons.umkm_base.tools.qr_code import qr_data_uri

from .common_quality import GOOD_GINGER, WET_GINGER, QualityCommon


@tagged("post_install", "-at_install")
class TestQualityCertificate(QualityCommon):
    def _render(self, lots):
        report = "factory_toll.report_quality_certificate"
        html = self.env["ir.actions.report"]._render_qweb_html(report, lots.ids)[0]
        # Indonesians and Americans write 1,5 and 1.5; the test reads both.
        return " ".join(html.decode().replace(",", ".").split())

    def _assert_shows(self, html, *texts):
        for text in texts:
            self.assertTrue(text in html, f"{text} is missing")

    def test_certificate_of_a_lot(self):
        self._adopt(self.ginger)
        lot = self._weigh_in(self.owner_a, 40)
        lot.action_record_result(GOOD_GINGER, laboratory="Balai Uji Samarinda")
        html = self._render(lot)
        self._assert_shows(
            html,
            lot.name,
            "SNI 01-3393-1994",
            "Ani",
            "40.000",
            "Balai Uji Samarinda",
            # as the standard prints them; the unit has a column of its own
            "max. 12",
            "11.5",
            "min. 1.5",
            "ml/100 g",
            "ND: not detected",
            "Koperasi Uji Maklon",
            "1.8",
            "ND",
            lot.inspection_ids.name,
            qr_data_uri(lot.name).replace(",", "."),
        )
        self.assertEqual(html.count(">Meets<"), 4)
        self.assertEqual(html.count("Does not meet"), 0)
        action = lot.action_print_certificate()
        self.assertEqual(
            action["report_name"], "factory_toll.report_quality_certificate"
        )

    def test_no_certificate_without_passing(self):
        self._adopt(self.ginger)
        untested = self._add_own_stock(self.powder, 1)
        waiting = self._weigh_in(self.owner_a, 10)
        failed = self._weigh_wet()
        released = self._weigh_wet()
        self._dispose(released, "accept")
        self.assertEqual(released.quality_state, "released")
        for lot in untested | waiting | failed | released:
            with self.assertRaisesRegex(UserError, "only a lot that passed"):
                lot.action_print_certificate()
            # The report itself refuses too, however it is asked for.
            with self.assertRaisesRegex(UserError, lot.name):
                self._render(lot)

    def test_one_certificate_for_a_batch(self):
        self._adopt(self.powder, "finished")
        lots = self._weigh_in(self.owner_a, 10) | self._weigh_in(self.owner_b, 30)
        order = self._create_order(lots=lots, mode="pooled")
        summary = order.action_record_output(4.0)
        parts = self.env["stock.lot"].browse(summary["lot_ids"])
        parts.batch_lot_id.action_record_result(GOOD_GINGER)
        html = self._render(parts)
        self.assertEqual(html.count('class="page"'), 1)
        for part, quantity in zip(
            parts.sorted("name"), ("1.000", "3.000"), strict=True
        ):
            self._assert_shows(html, part.name, part.owner_id.name, quantity)
        self._assert_shows(html, "4.000")

    def test_batch_of_kutai_kartanegara_ginger(self):
        """Sacks of three farmers, one of them too wet, from the scale to the label.

        SNI 01-3393-1994: at most 12 % water. 12.0 passes, 12.1 does not.
        """
        self._adopt(self.ginger)
        self._adopt(self.powder, "finished")
        owners = self.owner_a | self.owner_b | self.owner_c
        moistures = {self.owner_a: "12,0", self.owner_b: "11,4", self.owner_c: "12,1"}
        lots = {owner: self._weigh_in(owner, 40) for owner in owners}
        for owner, lot in lots.items():
            lot.action_record_result({**GOOD_GINGER, "moisture": moistures[owner]})
        states = [lots[owner].quality_state for owner in owners]
        self.assertEqual(states, ["passed", "passed", "failed"])
        wet = lots[self.owner_c]
        self.assertEqual(self._get_stock(lot=wet, location=self.quarantine), 40)
        # The wet sack does not get into the batch.
        batch_lots = lots[self.owner_a] | lots[self.owner_b] | wet
        spoilt = self._create_order(lots=batch_lots, mode="pooled", quantity=12)
        with self.assertRaisesRegex(UserError, wet.name), self.env.cr.savepoint():
            spoilt.action_record_output(12.0)
        order = self._create_order(lots=batch_lots - wet, mode="pooled", quantity=8)
        order.action_record_output(8.0)
        # It is dried for its owner: 40 kg at 12.1 % hold 35.16 kg of dry matter, which
        # are 39.5056 kg at 11 %.
        rework = self._dispose(wet, "rework").production_ids
        self.assertEqual(rework.partner_id, self.owner_c)
        summary = rework.action_record_output(39.506)
        dried = self.env["stock.lot"].browse(summary["lot_ids"])
        dried.action_record_result({**GOOD_GINGER, "moisture": "11,0"})
        self.assertEqual(self._get_stock(lot=dried, owner=self.owner_c), 39.506)
        # The powder's batch is tested once and certified once.
        batch = order.lot_producing_ids
        batch.action_record_result(WET_GINGER)
        self.assertTrue(all(batch.part_lot_ids.mapped("is_quality_blocked")))
        batch.action_test_again("Sample was taken from a torn bag")
        batch.action_record_result(GOOD_GINGER)
        html = self._render(batch)
        self._assert_shows(html, "Ani", "Budi")
        self.assertEqual(html.count("Citra"), 0)

    def test_portal_owner_sees_the_state_of_his_lot(self):
        self._adopt(self.ginger)
        lot = self._weigh_wet()
        user = self.env["res.users"].create(
            {
                "name": "Ani",
                "login": "quality_ani",
                "partner_id": self.owner_a.id,
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [Command.set(self.env.ref("base.group_portal").ids)],
            }
        )
        env = self.env(user=user)
        found = env["stock.lot"].search([("id", "=", lot.id)])
        self.assertEqual(found.quality_state, "failed")
