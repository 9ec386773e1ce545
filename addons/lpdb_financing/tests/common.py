# SPDX-License-Identifier: AGPL-3.0-or-later
from unittest.mock import patch

from odoo.tests import TransactionCase


class LpdbCommon(TransactionCase):
    """A cooperative of its own with the loan of a published table.

    ``facility``: Rp5,000,000 at 22 % in 12 sliding instalments from 24 March 2014
    (http://bersamarohman.blogspot.com/2015/04, tests/vectors/loans.json IDN-02).
    """

    #: published principal and interest of the twelve rows
    PRINCIPAL = [416667] * 11 + [416663]
    INTEREST = [
        91667,
        84028,
        76389,
        68750,
        61111,
        53472,
        45833,
        38194,
        30556,
        22917,
        15278,
        7639,
    ]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env = cls.env["base"].with_context(tracking_disable=True).env
        cls.company = cls._create_cooperative("Koperasi Pinjam Uji")
        cls.env = cls.env(
            context={**cls.env.context, "allowed_company_ids": cls.company.ids}
        )
        cls.company = cls.company.with_env(cls.env)
        cls.bank = cls.env["account.journal"].search(
            [("type", "=", "bank"), ("company_id", "=", cls.company.id)], limit=1
        )
        cls.lender = cls.env["res.partner"].create({"name": "LPDB Uji"})
        cls.facility = cls._create_facility()

    @classmethod
    def _create_cooperative(cls, name):
        company = cls.env["res.company"].create(
            {
                "name": name,
                "amount_unit": 1.0,
                "currency_id": cls.env.ref("base.IDR").id,
            }
        )
        cls.env.user.company_ids |= company
        own = cls.env(context={**cls.env.context, "allowed_company_ids": company.ids})
        company = company.with_env(own)
        # a chart of accounts takes seconds to load and adds nothing here
        with patch.object(type(company), "_coop_setup_chart", lambda self: []):
            company.action_setup_cooperative()
        return company

    @classmethod
    def _create_facility(cls, **values):
        return cls.env["lpdb.facility"].create(
            {
                "name": "Pinjaman uji",
                "lender_id": cls.lender.id,
                "date_agreement": "2014-03-24",
                "plafond": 5_000_000,
                "annual_rate": 22,
                "periods": 12,
                **values,
            }
        )

    @classmethod
    def _draw(cls, facility=None, date="2014-03-24", amount=5_000_000):
        facility = facility or cls.facility
        if facility.state == "draft":
            facility.action_sign()
        draw_id = facility.action_draw(date, amount, cls.bank.id)
        return cls.env["lpdb.draw"].browse(draw_id)

    @classmethod
    def _pay(cls, date, facility=None, **values):
        payment = cls.env["lpdb.payment"].create(
            {
                "facility_id": (facility or cls.facility).id,
                "date": date,
                "journal_id": cls.bank.id,
                **values,
            }
        )
        payment.action_post()
        return payment

    def assertTied(self, *days):  # noqa: N802
        """Check that sub-ledger and ledger agree on each day."""
        for day in days:
            for row in self.company.action_check_ledger(day):
                self.assertEqual(row["difference"], 0, (day, row))

    def _lines(self, move):
        """Return the journal items as {account: balance}."""
        return {line.account_id: line.balance for line in move.line_ids}
