# SPDX-License-Identifier: AGPL-3.0-or-later
import datetime
import json
from io import BytesIO

from openpyxl import load_workbook

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools.pdf import PdfReader

from .common import LpdbCommon

PARTS = [
    "agreement",
    "position",
    "schedule",
    "payments",
    "use",
    "nominees",
    "collateral",
    "covenants",
    "collectability",
    "obligations",
    "signatures",
]


@tagged("post_install", "-at_install")
class TestPack(LpdbCommon):
    """One set of figures for the lender, on paper and as a workbook.

    Published loan: Rp5,000,000 on 24 March 2014, row 1 of 416,667 + 91,667, row 2 of
    416,667 + 84,028. Row 1 is paid on its day, 100,000 of row 2 on its day.
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.facility.write(
            {
                "agreement_number": "PP-1/LPDB/2014",
                "guarantee_ids": [
                    Command.create(
                        {"name": "SHM 123", "kind": "asset", "amount": 4_000_000}
                    ),
                    Command.create(
                        {
                            "name": "Jaminan lama",
                            "kind": "company",
                            "amount": 9_000_000,
                            "date_end": "2014-04-30",
                        }
                    ),
                ],
            }
        )
        draw = cls._draw()
        draw.use_ids = [
            Command.create(
                {
                    "name": "=1+1 mesin giling",
                    "date": "2014-04-01",
                    "amount": 3_000_000,
                    "proof_number": "INV-7",
                }
            ),
            Command.create(
                {"name": "Bahan baku", "date": "2014-05-02", "amount": 500_000}
            ),
            Command.create(
                {"name": "Sesudahnya", "date": "2014-06-02", "amount": 700_000}
            ),
        ]
        cls._pay("2014-04-24")
        cls._pay("2014-05-24", amount=100_000, reference="TRF-2")

    def _pack(self, first="2014-05-01", last="2014-05-31"):
        pack = self.facility.report_pack(first, last)
        self.assertEqual(json.loads(json.dumps(pack)), pack)
        return {part["key"]: part for part in pack["parts"]}

    def _facts(self, part):
        return {fact["key"]: fact["value"] for fact in part["facts"]}

    def _order(self, first="2014-05-01", last="2014-05-31"):
        return self.env["lpdb.report.pack"].create(
            {"facility_id": self.facility.id, "date_from": first, "date_to": last}
        )

    # figures

    def test_parts_in_the_order_of_the_paper(self):
        self.assertEqual(list(self._pack()), PARTS)

    def test_position_at_the_end_of_the_period(self):
        facts = self._facts(self._pack()["position"])
        # 5,000,000 less 416,667 and, of row 2, 100,000 less 84,028 of interest
        self.assertEqual(facts["outstanding"], 4_567_361)
        self.assertEqual(facts["short"] + facts["long"], 4_567_361)
        # what is left of row 2: 416,667 - 15,972
        self.assertEqual(
            (facts["overdue"], facts["oldest_due"]), (400_695, "2014-05-24")
        )
        self.assertEqual(
            (facts["next_due"], facts["next_amount"]), ("2014-06-24", 493_056)
        )
        self.assertEqual(
            [facts[name] for name in ("paid_principal", "paid_interest", "undrawn")],
            [15_972, 84_028, 0],
        )

    def test_terms_are_those_of_the_ledger(self):
        facts = self._facts(self._pack()["position"])
        split = self.facility.split_current("2014-05-31")
        self.assertEqual(
            (facts["short"], facts["long"]), (split["short"], split["long"])
        )
        self.facility.action_accrue("2014-05-31")
        accrued = self.facility.accrual_line_ids.filtered("is_live").amount
        self.assertEqual(facts["interest"], accrued)

    def test_covenants_and_class(self):
        self.facility.collectability_id = self.env["lpdb.collectability"].search(
            [("basis", "=", "days")], limit=1
        )
        pack = self._pack()
        facts = self._facts(pack["collectability"])
        # due on 24 May, day 1: 31 May is day 8
        self.assertEqual(facts["days_past_due"], 8)
        at = self.facility.collectability_at("2014-05-31")
        self.assertEqual(facts["class"], at["class"])
        self.assertTrue(pack["covenants"]["notes"])

    def test_position_of_an_earlier_day(self):
        pack = self._pack("2014-04-01", "2014-04-30")
        self.assertEqual(self._facts(pack["position"])["outstanding"], 4_583_333)
        rows = pack["schedule"]["tables"][0]["rows"]
        self.assertEqual([row["paid"] for row in rows[:3]], [508_334, 0, 0])
        [payment] = pack["payments"]["tables"][0]["rows"]
        self.assertEqual((payment["date"], payment["amount"]), ("2014-04-24", 508_334))

    def test_schedule_adds_up(self):
        [table] = self._pack()["schedule"]["tables"]
        self.assertEqual(
            [(row["paid"], row["rest"]) for row in table["rows"][:3]],
            [(508_334, 0), (100_000, 400_695), (0, 493_056)],
        )
        total = table["total"]
        # published: 5,595,834 in all
        self.assertEqual(total["payment"], 5_595_834)
        self.assertEqual(total["paid"] + total["rest"], 5_595_834)

    def test_payments_of_the_period_only(self):
        [table] = self._pack()["payments"]["tables"]
        self.assertEqual(
            [(row["date"], row["reference"]) for row in table["rows"]],
            [("2014-05-24", "TRF-2")],
        )
        self.assertEqual(table["total"]["amount"], 100_000)

    def test_payment_taken_back_later_stood_then(self):
        payment = self.facility.payment_ids.filtered(lambda p: p.amount == 100_000)
        payment.action_reverse("2014-06-03")
        self.assertEqual(
            self._pack()["payments"]["tables"][0]["total"]["amount"], 100_000
        )
        june = self._pack("2014-06-01", "2014-06-30")
        self.assertEqual(
            june["payments"]["tables"][1]["rows"],
            [{"date": "2014-05-24", "reversed": "2014-06-03", "amount": 100_000}],
        )
        self.assertEqual(self._facts(june["position"])["outstanding"], 4_583_333)

    def test_use_of_funds_and_what_is_not_accounted_for(self):
        draws, uses = self._pack()["use"]["tables"]
        self.assertEqual(
            [(row["used"], row["proven"], row["rest"]) for row in draws["rows"]],
            [(3_500_000, 3_000_000, 1_500_000)],
        )
        self.assertEqual([row["proof"] for row in uses["rows"]], ["INV-7", False])

    def test_coverage_counts_what_is_still_valid(self):
        part = self._pack()["collateral"]
        # 4,000,000 / 4,567,361; the guarantee ended in April
        self.assertEqual(self._facts(part)["percent"], 87.58)
        self.assertEqual(part["tables"][0]["total"]["amount"], 13_000_000)

    def test_restructured_loan_shows_the_version_of_the_day(self):
        before = self._facts(self._pack()["position"])
        self.facility.action_restructure("2014-06-24", {"periods": 24})
        may, june = self._pack(), self._pack("2014-06-01", "2014-06-30")
        self.assertEqual(self._facts(may["schedule"])["version"], 1)
        self.assertEqual(self._facts(june["schedule"])["version"], 2)
        self.assertFalse(may["agreement"]["tables"])
        # the terms of May are those that held then
        self.assertEqual(self._facts(may["position"]), before)
        self.assertGreater(before["interest"], 0)
        self.assertEqual(self._facts(may["position"])["outstanding"], 4_567_361)
        self.assertEqual(
            june["agreement"]["tables"][0]["rows"][0]["date"], "2014-06-24"
        )

    def test_obligations_done_and_open(self):
        self.env["umkm.obligation"].create(
            [
                {
                    "name": name,
                    "kind": "loan",
                    "res_model": "lpdb.facility",
                    "res_id": self.facility.id,
                    "company_id": self.company.id,
                    "date_due": due,
                    "date_done": done,
                }
                for name, due, done in (
                    ("Laporan triwulan", "2014-05-10", "2014-05-09"),
                    ("Laporan lama", "2014-03-31", "2014-03-31"),
                    ("Laporan terlambat", "2014-05-15", "2014-06-09"),
                    ("Audit", "2014-12-31", False),
                )
            ]
        )
        [table] = self._pack()["obligations"]["tables"]
        # the guarantee that ends has its own
        rows = [row for row in table["rows"] if "Jaminan" not in row["name"]]
        self.assertEqual(
            [(row["name"], row["date_done"]) for row in rows],
            [
                ("Laporan triwulan", "2014-05-09"),
                ("Laporan terlambat", False),
                ("Audit", False),
            ],
        )

    def test_period_turned_round_is_refused(self):
        with self.assertRaisesRegex(UserError, "ends before"):
            self._pack("2014-06-01", "2014-05-31")

    def test_loan_that_was_not_drawn_yet(self):
        pack = self._pack("2014-01-01", "2014-02-28")
        self.assertEqual(self._facts(pack["position"])["outstanding"], 0)
        self.assertEqual(pack["schedule"]["tables"][0]["rows"], [])
        self.assertTrue(pack["use"]["notes"])

    # workbook and paper

    def _sheets(self, order):
        report = self.env["ir.actions.report"]
        content, kind = report._render_xlsx(
            "lpdb_financing.report_pack_xlsx", order.ids, {}
        )
        self.assertEqual(kind, "xlsx")
        return load_workbook(BytesIO(content))

    def test_workbook_equals_the_pack_cell_by_cell(self):
        order = self._order()
        book = self._sheets(order)
        parts = order._get_pack()["parts"]
        self.assertEqual(len(book.sheetnames), len(parts))
        for sheet, part in zip(book.worksheets, parts, strict=True):
            found = [[cell.value for cell in row] for row in sheet.iter_rows() if row]
            expected = [self._cell(fact["value"]) for fact in part["facts"]]
            # title and an empty row stand above
            column = [row[1] if len(row) > 1 else None for row in found[2:]]
            self.assertEqual(column[: len(expected)], expected, part["key"])
            for table in part["tables"]:
                keys = [column["key"] for column in table["columns"]]
                for values in table["rows"]:
                    cells = [self._cell(values[key]) for key in keys]
                    self.assertIn(
                        cells, [row[: len(keys)] for row in found], part["key"]
                    )

    def _cell(self, value):
        """Return a value as openpyxl reads it."""
        if isinstance(value, datetime.date):
            return datetime.datetime.combine(value, datetime.time())
        return value

    def test_workbook_holds_numbers_dates_and_no_formula(self):
        book = self._sheets(self._order())
        cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
        kinds = {cell.value: cell.data_type for cell in cells if cell.value is not None}
        self.assertEqual(kinds[4_567_361], "n")
        self.assertEqual(kinds[datetime.datetime(2014, 5, 24)], "d")
        self.assertEqual(kinds["=1+1 mesin giling"], "s")
        self.assertNotIn("f", kinds.values())

    def _paper(self, order):
        reports = self.env["ir.actions.report"].with_context(
            force_report_rendering=True
        )
        pdf, kind = reports._render_qweb_pdf("lpdb_financing.report_pack", order.ids)
        self.assertEqual(kind, "pdf")
        pages = PdfReader(BytesIO(pdf)).pages
        return " ".join(" ".join(page.extract_text().split()) for page in pages)

    def test_paper_shows_every_amount_of_the_pack(self):
        order = self._order()
        text = self._paper(order)
        for part in order._get_pack()["parts"]:
            values = [(fact["type"], fact["value"]) for fact in part["facts"]]
            for table in part["tables"]:
                for row in (*table["rows"], table["total"]):
                    values += [
                        (column["type"], row.get(column["key"]))
                        for column in table["columns"]
                    ]
            for kind, value in values:
                if kind == "amount" and value is not None:
                    self.assertIn(self.facility._print_number(value), text)
        for words in ("PP-1/LPDB/2014", "31 Mei 2014", "24/05/2014", "TRF-2"):
            self.assertIn(words, text)

    # who

    def _user(self, role, company):
        return new_test_user(
            self.env,
            login=f"pack_{role}_{company.id}",
            groups=f"umkm_base.umkm_base_group_{role}",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def _as(self, user):
        return self.facility.with_user(user).with_context(
            allowed_company_ids=user.company_id.ids
        )

    def test_auditor_prints_what_the_accountant_sees(self):
        def figures(role):
            facility = self._as(self._user(role, self.company))
            return facility.report_pack("2014-05-01", "2014-05-31")

        self.assertEqual(figures("auditor"), figures("accountant"))

    def test_auditor_asks_for_the_paper(self):
        facility = self._as(self._user("auditor", self.company))
        action = facility.action_report_pack()
        order = (
            facility.env[action["res_model"]]
            .with_context(**action["context"])
            .create({"date_to": "2014-05-31"})
        )
        self.assertEqual(str(order.date_from), "2014-01-01")
        self.assertEqual(
            order.action_export()["report_name"], "lpdb_financing.report_pack_xlsx"
        )
        self.assertEqual(
            order.action_print()["report_name"], "lpdb_financing.report_pack"
        )
        report = order.env["ir.actions.report"]
        html, _kind = report._render_qweb_html("lpdb_financing.report_pack", order.ids)
        self.assertIn("4.567.361", html.decode())

    def test_others_get_nothing(self):
        foreign = self._create_cooperative("Koperasi Lain")
        for role, company in (("accountant", foreign), ("operator", self.company)):
            facility = self._as(self._user(role, company))
            with self.assertRaises(AccessError):
                facility.report_pack("2014-05-01", "2014-05-31")
            with self.assertRaises(AccessError):
                facility.env["lpdb.report.pack"].create(
                    {"facility_id": facility.id, "date_to": "2014-05-31"}
                ).action_print()
