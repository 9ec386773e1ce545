# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import mute_logger

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestLoading(LpdbCommon):
    """Loans that a file brings: whole or not at all."""

    def _agreement(self, name, draw="2025-01-15", **values):
        values = {
            "name": name,
            "lender_id/.id": str(self.lender.id),
            "date_agreement": "2025-01-10",
            "plafond": "60000000",
            "annual_rate": "3",
            "periods": "12",
            **values,
        }
        return {
            "facility": [
                ["id", *values],
                [[f"__import__.uji_{name}", *values.values()]],
            ],
            "fees": [
                ["id", "name", "percent"],
                [[f"__import__.uji_{name}_1", "Provisi", "1"]],
            ],
            "sign": True,
            "draw": {"date": draw, "amount": 60_000_000},
            "use": {
                "draw_id": False,
                "date": draw,
                "name": "uji",
                "kind": "working_capital",
                "amount": 60_000_000,
            },
        }

    def _load(self, *agreements, check_only=False):
        return self.env["lpdb.facility"].load_agreements(list(agreements), check_only)

    def _found(self):
        return self.env["lpdb.facility"].search([("name", "in", ("A", "B"))])

    def test_whole_loan_in_one_call(self):
        [result] = self._load(self._agreement("A"))
        self.assertRecordValues(
            self._found(),
            [{"id": result["id"], "state": "active", "outstanding": 60_000_000}],
        )
        self.assertEqual(self._found().draw_ids.used_amount, 60_000_000)
        # 1 % withheld
        self.assertEqual(self._found().draw_ids.net_amount, 59_400_000)

    def test_judging_writes_nothing(self):
        moves = self.env["account.move"].search_count([])
        [result] = self._load(self._agreement("A"), check_only=True)
        self.assertEqual(result, {"id": False, "error": False, "field": ""})
        self.assertFalse(self._found())
        self.assertEqual(self.env["account.move"].search_count([]), moves)

    def test_one_refused_leaves_none(self):
        results = self._load(
            self._agreement("A"), self._agreement("B", grace_principal="12")
        )
        self.assertFalse(results[0]["error"])
        self.assertIn("grace_principal", results[1]["error"])
        self.assertFalse(self._found())

    @mute_logger("odoo.sql_db")
    def test_agreement_twice_is_refused(self):
        results = self._load(
            self._agreement("A", agreement_number="1"),
            self._agreement("B", agreement_number="1"),
        )
        self.assertIn("recorded already", results[1]["error"])
        self.assertFalse(self._found())

    def test_each_refusal_says_why(self):
        self.facility.action_sign()
        frozen = {
            "id": self.facility.id,
            "facility": [
                [".id", "plafond"],
                [[str(self.facility.id), "1"]],
            ],
        }
        early = self._agreement("A", "2025-01-09")
        waiting = self._agreement("B", "2025-01-09")
        waiting["draw"]["waits"] = True
        unreadable = self._agreement("C", periods="twelve")
        results = self._load(frozen, early, waiting, unreadable, check_only=True)
        for result, reason in zip(
            results,
            ("cannot change any more", "before the loan", "before the loan"),
            strict=False,
        ):
            self.assertIn(reason, result["error"])
        self.assertEqual(results[3]["field"], "periods")

    def test_what_cannot_be_read_is_refused(self):
        loans = self.env["lpdb.facility"]
        for method in (loans.load_agreements, loans.load_letters):
            for items in (None, "x", {"id": 1}, [5]):
                with self.assertRaisesRegex(UserError, "list of dictionaries"):
                    method(items)
        for item in (
            {},
            {"id": 0},
            {"id": 999_999_999},
            {"id": self.facility.id, "draw": {"when": "2014-03-24"}},
            {"id": self.facility.id, "facility": 5},
        ):
            [result] = loans.load_agreements([item])
            self.assertTrue(result["error"], item)
        for item in ({}, {"facility_id": self.facility.id}):
            [result] = loans.load_letters([item])
            self.assertTrue(result["error"], item)
        self.assertEqual(self.facility.state, "draft")

    def test_letter_posts_the_draw_that_waits(self):
        self.facility.action_sign()
        self.facility._load_draw("2014-03-24", 5_000_000, waits=True)
        letter = {
            "facility_id": self.facility.id,
            "source": "S-1",
            "date_from": "2014-03-24",
            "lines": [
                {"n": 1, "due": "2014-04-24", "principal": 5_000_000, "interest": 0}
            ],
        }
        loans = self.env["lpdb.facility"]
        for check_only in (True, False):
            [result] = loans.load_letters([letter], check_only)
            self.assertFalse(result["error"])
            self.assertEqual(bool(result["id"]), not check_only)
            self.assertEqual(bool(self.facility.schedule_id), not check_only)
        self.assertEqual(self.facility.schedule_id.id, result["id"])
        self.assertEqual(self.facility.schedule_id.source, "S-1")
        self.assertEqual(self.facility.outstanding, 5_000_000)
        wrong = {**letter, "source": "S-2", "lines": []}
        [result] = loans.load_letters([wrong])
        self.assertIn("numbered", result["error"])
        self.assertFalse(
            self.facility.schedule_ids.filtered_domain([("source", "=", "S-2")])
        )

    def test_auditor_loads_nothing(self):
        user = new_test_user(
            self.env,
            "pengawas.muat",
            groups="umkm_base.umkm_base_group_auditor",
            company_id=self.company.id,
            company_ids=self.company.ids,
        )
        loans = self.env["lpdb.facility"].with_user(user)
        [result] = loans.load_agreements([{"id": self.facility.id, "sign": True}])
        self.assertTrue(result["error"])
        self.assertEqual(self.facility.state, "draft")
        with self.assertRaises(AccessError):
            self.facility.with_user(user).action_sign()
