# SPDX-License-Identifier: AGPL-3.0-or-later
from psycopg2.errors import CheckViolation

from odoo import Command
from odoo.exceptions import UserError, ValidationError
from odoo.tests import Form, tagged
from odoo.tools import mute_logger

from .common import MACHINE_CODE, GrantEquipmentCommon


@tagged("post_install", "-at_install")
class TestGrantHandover(GrantEquipmentCommon):
    def test_signing_registers_the_dryer_in_custody(self):
        dryer = self.signed().equipment_ids
        self.assertRecordValues(
            dryer.sudo(),
            [
                {
                    "name": "Mesin pengering jahe",
                    "owner_id": self.dinas.partner_id.id,
                    "custodian_id": self.coop.partner_id.id,
                    "operator_id": self.coop.partner_id.id,
                    "title_state": "government",
                    "goods_code": MACHINE_CODE,
                    "register_number": "0001",
                    "acquisition_value": 48000000,
                    "acquisition_year": "2024",
                    "condition": "good",
                    "company_id": self.coop.id,
                    "grant_company_id": self.dinas.id,
                }
            ],
        )
        self.assertRecordValues(
            dryer.custody_ids,
            [
                {
                    "from_partner_id": self.dinas.partner_id.id,
                    "partner_id": self.coop.partner_id.id,
                    "role": "operator",
                    "date_to": False,
                }
            ],
        )

    def test_one_machine_per_accepted_unit_only(self):
        lines = [
            self._line(
                contracted_quantity=10,
                delivered_quantity=8,
                refused_quantity=1,
                remark="1 tanpa motor",
                serial_numbers="SN-UJI-1\nSN-UJI-2",
            ),
            self._line(name="Benang", is_equipment=False, delivered_quantity=2.5),
        ]
        handover = self.signed(lines)
        self.assertEqual(len(handover.equipment_ids), 7)  # 8 delivered, 1 refused
        self.assertEqual(
            sorted(filter(None, handover.equipment_ids.mapped("serial_no"))),
            ["SN-UJI-1", "SN-UJI-2"],
        )
        # 7 + 2.5 units of Rp48,000,000
        self.assertEqual(handover.amount_accepted, 456000000)

    def test_number_follows_the_year_and_the_month(self):
        first = self.signed()
        second = self.signed(date="2024-12-01")
        other_year = self.signed(date="2025-01-02")
        self.assertEqual(first.name, "001/BAST/DPU/IV/2024")
        self.assertEqual(second.name, "002/BAST/DPU/XII/2024")
        self.assertEqual(other_year.name, "001/BAST/DPU/I/2025")

    def test_a_number_of_an_old_paper_is_kept(self):
        self.assertEqual(self.signed(name="12/X/2023").name, "12/X/2023")

    def test_accepted_and_refused_make_up_delivered(self):
        draft = self.handover([self._line(delivered_quantity=5, accepted_quantity=3)])
        with self.assertRaisesRegex(ValidationError, "do not add up to the 5 deliv"):
            draft.action_sign()
        self.assertEqual(draft.state, "draft")

    @mute_logger("odoo.sql_db")
    def test_undelivered_goods_cannot_be_accepted(self):
        with self.assertRaises(CheckViolation):
            self.handover([self._line(delivered_quantity=0, accepted_quantity=1)])

    def test_every_problem_is_named_in_one_message(self):
        drafts = self.handover(
            [self._line(name="Oven", condition="major_damage")]
        ) + self.handover([self._line(name="Mixer", delivered_quantity=1.5)])
        with self.assertRaises(ValidationError) as caught:
            drafts.action_sign()
        message = str(caught.exception)
        self.assertIn("Oven: the remark must say", message)
        self.assertIn("Mixer: machines are counted in whole units", message)
        self.assertEqual(set(drafts.mapped("state")), {"draft"})

    def test_empty_handover_is_refused(self):
        draft = self.handover()
        draft.line_ids.unlink()
        with self.assertRaisesRegex(ValidationError, "it has no line"):
            draft.action_sign()

    def test_differences_warn_but_may_be_signed(self):
        handover = self.signed(
            [
                self._line(
                    proposed_quantity=12, contracted_quantity=10, delivered_quantity=8
                )
            ]
        )
        self.assertEqual(
            handover.line_ids.warning,
            "contracted 10, proposed 12; delivered 8 of 10",
        )
        self.assertEqual(handover.warning_count, 1)

    def test_price_outlier_of_bener_meriah(self):
        """Real Rp150,000, signed at Rp4,500,000: 30 times (SC-BENERMERIAH)."""
        line = self.handover(
            [self._line(unit_value=4500000, reference_price=150000)]
        ).line_ids
        self.assertEqual(line.price_ratio, 30)
        self.assertTrue(line.is_price_outlier)
        self.assertIn("30.0 times the reference price", line.warning)

    def test_price_limit_is_dated_and_per_company(self):
        self.env["grant.price.limit"].create(
            {
                "date_from": "2025-01-01",
                "ratio": 40,
                "source": "SK Uji",
                "company_id": self.dinas.id,
            }
        )
        line = self._line(unit_value=4500000, reference_price=150000)
        before = self.handover([line], date="2024-12-31").line_ids
        after = self.handover([line], date="2025-01-01").line_ids
        self.assertTrue(before.is_price_outlier)
        self.assertFalse(after.is_price_outlier)

    @mute_logger("odoo.sql_db")
    def test_goods_codes_of_the_registry_cases(self):
        self.handover([self._line(goods_code="3.04.01.04.004")])
        for wrong in ("3.05.1.04.001", "305.01.04.001", "3.05.01.04.01"):
            with self.subTest(wrong), self.assertRaises(CheckViolation):
                self.handover([self._line(goods_code=wrong)])

    def test_signed_handover_does_not_change(self):
        handover = self.signed()
        with self.assertRaisesRegex(UserError, "no draft any more"):
            handover.date = "2024-05-01"
        with self.assertRaisesRegex(UserError, "no draft any more"):
            handover.line_ids.unit_value = 1
        with self.assertRaisesRegex(UserError, "no line can be added"):
            handover.write({"line_ids": [self._line()]})
        with self.assertRaisesRegex(UserError, "no line can be added"):
            handover.line_ids.unlink()
        with self.assertRaisesRegex(UserError, "stays in the book"):
            handover.unlink()

    def test_state_changes_by_action_only(self):
        handover = self.handover()
        with self.assertRaisesRegex(UserError, "buttons"):
            handover.state = "signed"
        with self.assertRaisesRegex(UserError, "starts as a draft"):
            self.handover(state="signed")

    def test_context_gives_no_guarded_default(self):
        forged = {"default_state": "signed", "default_is_reversed": True}
        draft = self.Handover.with_context(**forged).create(
            {"date": "2024-04-03", "to_partner_id": self.coop.partner_id.id}
        )
        self.assertRecordValues(draft, [{"state": "draft", "is_reversed": False}])
        agreements = self.env["grant.agreement"].with_user(self.officer)
        agreement = agreements.with_context(default_state="active").create(
            {"name": "1/NPHD/UJI", "recipient_id": self.coop.partner_id.id}
        )
        self.assertEqual(agreement.state, "draft")

    def test_marks_of_reversal_are_guarded(self):
        signed = self.signed()
        for vals in ({"is_reversed": True}, {"reversed_id": signed.id}):
            with self.subTest(vals), self.assertRaisesRegex(UserError, "as a draft"):
                self.handover(**vals)
            with self.subTest(vals), self.assertRaisesRegex(UserError, "buttons"):
                self.handover().write(vals)

    def test_no_line_moves_into_a_signed_handover(self):
        signed = self.signed()
        line = self.handover().line_ids
        with self.assertRaisesRegex(UserError, "no line can be added"):
            line.handover_id = signed
        other = self.handover()
        with self.assertRaisesRegex(UserError, "no line can be added"):
            signed.write({"line_ids": [Command.link(other.line_ids.id)]})

    def test_writing_what_is_there_is_no_change(self):
        handover = self.signed()
        handover.write({"date": "2024-04-03", "to_role": "operator"})
        handover.line_ids.write(
            {"unit_value": 48000000.0, "name": "Mesin pengering jahe"}
        )

    def test_scan_is_attached_after_signing(self):
        handover = self.signed()
        handover.write({"scan": "QkFTVA==", "scan_filename": "bast.pdf"})
        self.assertEqual(handover.scan, b"QkFTVA==")

    def test_signing_twice_is_refused(self):
        handover = self.signed()
        with self.assertRaisesRegex(UserError, "in state Draft"):
            handover.action_sign()

    def test_cancel_and_take_up_again(self):
        handover = self.handover()
        handover.action_cancel()
        with self.assertRaises(UserError):
            handover.action_sign()
        handover.action_draft()
        handover.action_sign()
        self.assertEqual(handover.state, "signed")

    def test_known_serial_number_is_named(self):
        self.signed([self._line(serial_numbers="SN-UJI-9")])
        draft = self.handover([self._line(serial_numbers="SN-UJI-9")])
        with self.assertRaisesRegex(ValidationError, "SN-UJI-9 is registered already"):
            draft.action_sign()

    def test_serial_number_twice_in_one_run(self):
        drafts = self.handover([self._line(serial_numbers="SN-UJI-8")])
        drafts += self.handover([self._line(serial_numbers="SN-UJI-8")])
        with self.assertRaisesRegex(ValidationError, "SN-UJI-8"):
            drafts.action_sign()

    def test_more_serial_numbers_than_units(self):
        with self.assertRaisesRegex(ValidationError, "2 serial numbers for 1"):
            self.handover([self._line(serial_numbers="A-UJI, B-UJI")])

    def test_title_passes_only_under_a_grant(self):
        draft = self.handover(title_outcome="passes")
        with self.assertRaisesRegex(ValidationError, "only under a grant agreement"):
            draft.action_sign()

    def test_title_passes_with_restriction(self):
        agreement = self.agreement(
            restriction_end="2029-04-03", inspection_interval_months=3
        )
        agreement.action_sign()
        dryer = self.signed(
            title_outcome="passes", agreement_id=agreement.id
        ).equipment_ids
        self.assertRecordValues(
            dryer,
            [
                {
                    "title_state": "transferred",
                    "owner_id": self.coop.partner_id.id,
                    "restriction_end": dryer.restriction_end,
                    "register_number": "0001",
                }
            ],
        )
        self.assertEqual(str(dryer.restriction_end), "2029-04-03")
        # every 3 months (Karanganyar), from the day of the handover
        self.assertEqual(str(dryer.date_next_inspection), "2024-07-03")

    def test_draft_agreement_carries_no_handover(self):
        draft = self.handover(agreement_id=self.agreement().id)
        with self.assertRaisesRegex(ValidationError, "027/NPHD/2024 is not signed"):
            draft.action_sign()

    def test_chain_from_supplier_to_member(self):
        """Supplier, ministry, region, operator, member: each with its day."""
        dryer = self.signed(
            from_partner_id=self.supplier.id,
            from_role="supplier",
            to_partner_id=self.ministry.id,
            to_role="ministry",
            date="2023-01-10",
        ).equipment_ids
        self.assertEqual(dryer.owner_id, self.ministry)
        self.assertEqual(dryer.supplier_id, self.supplier)
        hand_on = [self._line(equipment_ids=[Command.set(dryer.ids)])]
        self.signed(
            hand_on,
            from_partner_id=self.ministry.id,
            from_role="ministry",
            to_partner_id=self.dinas.partner_id.id,
            to_role="region",
            date="2023-06-01",
        )
        self.signed(hand_on, date="2024-04-03")
        dryer.action_transfer_custody(
            self.tailor.id, "2024-05-01", role="member", reason="Pinjam anggota"
        )
        self.assertEqual(
            dryer.custody_chain,
            "CV Pemasok Uji → Kementerian Uji → Dinas Perindagkop Uji"
            " → Koperasi Uji Jahe → Penjahit Uji",
        )
        self.assertEqual(
            dryer.custody_ids.mapped("role"),
            ["ministry", "region", "operator", "member"],
        )
        self.assertEqual(len(dryer.custody_ids.filtered(lambda c: not c.date_to)), 1)
        self.assertEqual(dryer.operator_id, self.coop.partner_id)
        self.assertEqual(len(dryer), 1)

    def test_handing_on_needs_as_many_machines_as_accepted(self):
        dryer = self.signed().equipment_ids
        draft = self.handover(
            [
                self._line(
                    equipment_ids=[Command.set(dryer.ids)],
                    contracted_quantity=2,
                    delivered_quantity=2,
                )
            ],
            to_partner_id=self.tailor.id,
        )
        with self.assertRaisesRegex(ValidationError, "names 1 machines, but 2"):
            draft.action_sign()

    def test_accepted_quantity_follows_in_the_form(self):
        with Form(self.handover()) as form, form.line_ids.edit(0) as line:
            line.delivered_quantity = 3
            line.refused_quantity = 1
            line.remark = "1 pecah"
            self.assertEqual(line.accepted_quantity, 2)
