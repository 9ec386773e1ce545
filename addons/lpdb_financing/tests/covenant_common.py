# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo import Command

from .common import LpdbCommon


class CovenantCommon(LpdbCommon):
    """Books of a quarter, and a loan of Rp12,000,000 at 12 % in 24 instalments.

    Principal 500,000 a month from 1 February 2026, interest 120,000, then 5,000 less
    each month. At 31 March 2026 nothing is paid and the books hold:

    - current assets 17,000,000: the draw 12,000,000, cash 5,000,000 - 2,000,000 for a
      machine - 1,000,000 of costs, inventory bought by sales 3,000,000
    - current liabilities 500,000; the loan 12,000,000, of it 7,000,000 due by
      31 March 2027 (14 instalments)
    - equity 5,000,000 and a result of 1,300,000: sales 3,000,000, costs 1,000,000 and
      500,000, depreciation 200,000
    """

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        types = {
            "cash": "asset_cash",
            "stock": "asset_current",
            "machine": "asset_fixed",
            "creditors": "liability_current",
            "equity": "equity",
            "sales": "income",
            "costs": "expense",
            "goods": "expense_direct_cost",
            "depreciation": "expense_depreciation",
        }
        cls.account = {
            name: cls.env["account.account"].create(
                {"name": name, "code": f"9{i:05d}", "account_type": account_type}
            )
            for i, (name, account_type) in enumerate(types.items())
        }
        cls.misc = cls.env["account.journal"].create(
            {"name": "Umum", "code": "UMU", "type": "general"}
        )
        cls.loan = cls._create_facility(
            name="Pinjaman kovenan",
            date_agreement="2026-01-01",
            plafond=12_000_000,
            annual_rate=12,
            periods=24,
        )
        for date, debit, credit, amount in (
            ("2026-01-01", "cash", "equity", 5_000_000),
            ("2026-01-05", "machine", "cash", 2_000_000),
            ("2026-02-10", "stock", "sales", 3_000_000),
            ("2026-02-15", "costs", "cash", 1_000_000),
            ("2026-02-28", "depreciation", "machine", 200_000),
            ("2026-03-01", "goods", "creditors", 500_000),
        ):
            cls._book(date, debit, credit, amount)

    @classmethod
    def _book(cls, date, debit, credit, amount, post=True):
        move = cls.env["account.move"].create(
            {
                "journal_id": cls.misc.id,
                "date": date,
                "line_ids": [
                    Command.create(
                        {"account_id": cls.account[name].id, "balance": sign * amount}
                    )
                    for name, sign in ((debit, 1), (credit, -1))
                ],
            }
        )
        if post:
            move.action_post()
        return move

    @classmethod
    def _covenant(cls, measure, operator, limit, **values):
        return cls.env["lpdb.covenant"].create(
            {
                "facility_id": cls.loan.id,
                "measure": measure,
                "operator": operator,
                "limit_value": limit,
                "interval_months": "3",
                "flow_months": 3,
                **values,
            }
        )

    def _start(self):
        self._draw(self.loan, "2026-01-01", 12_000_000)

    def _look(self, day="2026-03-31"):
        (figures,) = self.loan.test_covenants(day)
        return figures

    def _record(self, day="2026-03-31"):
        found = self.loan.action_record_covenants(day)
        return self.env["lpdb.covenant.test"].browse(found)
