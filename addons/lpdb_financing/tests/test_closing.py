# SPDX-License-Identifier: AGPL-3.0-or-later
from odoo.tests import tagged

from .common import LpdbCommon


@tagged("post_install", "-at_install")
class TestClosing(LpdbCommon):
    def _point(self, closing, code):
        closing.action_check()
        return closing.line_ids.filtered(lambda line: line.code == code)

    def test_instalment_of_the_month_has_to_be_paid(self):
        self._draw()
        closing = self.env["coop.closing"].create({"date_from": "2014-04-01"})
        # drawn on 24 March, so that the first instalment falls due on 24 April
        point = self._point(closing, "loan_instalments")
        self.assertEqual((point.state, point.count), ("problem", 1))
        payment = self.env["lpdb.payment"].create(
            {
                "facility_id": self.facility.id,
                "date": "2014-04-24",
                "journal_id": self.bank.id,
            }
        )
        self.assertEqual(self._point(closing, "loan_payments").count, 1)
        payment.action_post()
        self.assertEqual(self._point(closing, "loan_payments").state, "ok")
        self.assertEqual(self._point(closing, "loan_instalments").state, "ok")

    def test_current_portion_of_the_month_has_to_be_booked(self):
        self._draw()
        closing = self.env["coop.closing"].create({"date_from": "2014-03-01"})
        point = self._point(closing, "loan_current")
        self.assertEqual((point.state, point.count), ("problem", 1))
        # interest is another point
        self.facility.action_accrue("2014-03-31")
        self.assertEqual(self._point(closing, "loan_current").state, "problem")
        self.facility.action_reclassify("2014-03-31")
        self.assertEqual(self._point(closing, "loan_current").state, "ok")
