# SPDX-License-Identifier: AGPL-3.0-or-later
import time

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .common import GrantEquipmentCommon

FIELDS = [
    "id",
    "event_id/id",
    "date",
    "to_partner_id/id",
    "line_ids/id",
    "line_ids/name",
    "line_ids/goods_code",
    "line_ids/contracted_quantity",
    "line_ids/delivered_quantity",
    "line_ids/unit_value",
]


@tagged("post_install", "-at_install")
class TestGrantEquipmentBulk(GrantEquipmentCommon):
    """76 sewing machines of East Kalimantan, 3 April 2024: 74 Samarinda, 2 Balikpapan.

    The count is of the article in Poskota Kaltim; recipients and values are invented.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        regions = cls.env["umkm.region"]
        cls.cities = {}
        for code, name in (("64.72", "Kota Samarinda"), ("64.71", "Kota Balikpapan")):
            cls.cities[name] = regions.search([("code", "=", code)]) or regions.create(
                {"code": code, "name": name, "level": "regency"}
            )
        cls.programme = cls.env["grant.programme"].create(
            {
                "name": "Bantuan mesin jahit",
                "fund_source": "apbd_murni",
                "fiscal_year": "2024",
                "company_id": cls.dinas.id,
                "granting_partner_id": cls.dinas.partner_id.id,
                "budget": 400000000,
                "planned_recipients": 76,
            }
        )
        cls.event = cls.env["grant.event"].create(
            {
                "name": "Penyerahan simbolis",
                "date": "2024-04-03",
                "programme_id": cls.programme.id,
                "company_id": cls.dinas.id,
                "is_symbolic": True,
                "expected_recipients": 76,
            }
        )
        cls._name_record(cls.event, "event")
        names = ["Kota Samarinda"] * 74 + ["Kota Balikpapan"] * 2
        recipients = cls.env["res.partner"].create(
            [
                {"name": f"Penerima Uji {n}", "region_id": cls.cities[city].id}
                for n, city in enumerate(names, 1)
            ]
        )
        for n, recipient in enumerate(recipients, 1):
            cls._name_record(recipient, f"recipient_{n}")

    @classmethod
    def _name_record(cls, record, name):
        cls.env["ir.model.data"].create(
            {
                "module": "grant_test",
                "name": name,
                "model": record._name,
                "res_id": record.id,
            }
        )

    def rows(self, count=76, quantity="1"):
        return [
            [
                f"grant_test.bast_{n}",
                "grant_test.event",
                "2024-04-03",
                f"grant_test.recipient_{n}",
                f"grant_test.bast_line_{n}",
                "Mesin jahit",
                "3.05.01.04.001",
                "1",
                quantity,
                "5000000",
            ]
            for n in range(1, count + 1)
        ]

    def load(self, rows):
        result = self.Handover.load(FIELDS, rows)
        self.assertFalse(result["messages"])
        return self.Handover.browse(result["ids"])

    def test_76_recipients_are_loaded_and_signed_quickly(self):
        start = time.monotonic()
        papers = self.load(self.rows())
        papers.action_sign()
        self.env.flush_all()
        self.assertLess(time.monotonic() - start, 10)
        self.assertEqual(self.event.signed_count, 76)
        machines = papers.equipment_ids
        self.assertEqual(len(machines), 76)
        self.assertEqual(
            sorted(machines.mapped("register_number"))[::75], ["0001", "0076"]
        )
        by_city = dict(
            self.env["grant.handover"]._read_group(
                [("event_id", "=", self.event.id)], ["region_id"], ["__count"]
            )
        )
        self.assertEqual(
            {city.name: count for city, count in by_city.items()},
            {"Kota Samarinda": 74, "Kota Balikpapan": 2},
        )
        # 76 x Rp5,000,000
        self.assertRecordValues(
            self.programme,
            [
                {
                    "handed_over_amount": 380000000,
                    "budget_left": 20000000,
                    "recipient_count": 76,
                    "equipment_count": 76,
                }
            ],
        )

    def test_second_load_changes_nothing(self):
        rows = self.rows(5)
        papers = self.load(rows)
        papers.action_sign()
        again = self.load(rows)
        self.assertEqual(again, papers)
        self.assertEqual(len(again.line_ids), 5)
        self.assertEqual(set(again.mapped("state")), {"signed"})

    def test_changed_row_of_a_signed_paper_is_refused(self):
        self.load(self.rows(2)).action_sign()
        result = self.Handover.load(FIELDS, self.rows(2, quantity="2"))
        self.assertFalse(result["ids"])
        self.assertIn("no draft any more", result["messages"][0]["message"])

    def test_one_bad_paper_keeps_all_unsigned(self):
        papers = self.load(self.rows(5))
        papers[2].line_ids.accepted_quantity = 0
        with self.assertRaisesRegex(ValidationError, "Penerima Uji 3"):
            self.event.with_user(self.officer).action_sign_handovers()
        self.assertEqual(set(papers.mapped("state")), {"draft"})
        self.assertFalse(papers.equipment_ids)

    def test_queries_grow_slowly_with_papers(self):
        """Signing is set-based: what a further paper costs stays small."""
        few, many = self.load(self.rows(40))[:4], self.Handover
        many = self.event.handover_ids.with_user(self.officer) - few
        self.signed()  # the sequence of the company exists
        self.env.flush_all()
        counts = []
        for papers in (few, many):
            before = self.env.cr.sql_log_count
            papers.action_sign()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        per_paper = (counts[1] - counts[0]) / (len(many) - len(few))
        # the number of the BAST without gap (lock, read, count up) is taken one by one
        self.assertLess(per_paper, 9, counts)
